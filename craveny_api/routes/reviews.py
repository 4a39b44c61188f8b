"""The queue of uncertain links: what waits for a person's judgement, and the judgement."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import TypeAdapter
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.changes import OWN_PAGES, changing
from craveny_api.pages import AskedPart, Id, Instant, asked_markets, next_cursor
from craveny_api.problems import Refusal, documented
from craveny_api.schemas import examples
from craveny_domain.articles import reading_text
from craveny_store.reads.paging import Row
from craveny_store.reviews import add_review as judge
from craveny_store.reviews import linked_stock, standing_review, waiting_links

router = APIRouter(prefix="/api/reviews", tags=["reviews"], dependencies=[Depends(Needs("operator"))])
CURSOR = TypeAdapter(tuple[Literal["newest"], Instant, Id, Id])

_LINK = {
    "news_id": 4711, "title": "Target raises its forecast", "text": "Target raises its forecast for the year",
    "span": "Target", "span_start": 0, "stock": {"market": "us", "symbol": "TGT", "name": "Target"}, "kind": "name",
    "score": 0.7, "available_at": "2026-10-16T12:00:00Z", "source": "sample",
}  # fmt: skip
_REVIEW = {
    "review_id": 3, "news_id": 4711, "market": "us", "symbol": "TGT", "verdict": "confirmed",
    "available_at": "2026-10-16T12:30:00Z",
}  # fmt: skip
_PAGE = {"items": [_LINK], "next_cursor": "WyJuZXdlc3QiLCIyMDI2LTEwLTE2VDEyOjAwOjAwWiIsNDcxMSwxMl0"}


@router.get(
    "",
    response_model=schemas.Page[schemas.UncertainLink],
    responses={200: examples(_PAGE), **documented(304, 404)},
    summary="Uncertain links",
)
def list_reviews(
    read: Annotated[Reading, Depends(Reads("news", "match", "stock"))],
    part: AskedPart,
    market: Annotated[schemas.MarketCode | None, Query()] = None,
) -> Response:
    """Uncertain links of stories that nobody has judged, the one that became available last first."""
    codes, cut = [known.code for known in asked_markets(market)], part.cut(CURSOR)

    def page(conn: Connection) -> dict[str, Any]:
        found = waiting_links(conn, codes, cut)
        return {"items": [_link(row) for row in found.rows], "next_cursor": next_cursor(found, "newest")}

    return read.answer(page)


def _link(row: Row) -> dict[str, Any]:
    told = ("news_id", "title", "span", "span_start", "kind", "score", "available_at", "source")
    stock = {name: row[name] for name in ("market", "symbol", "name")}
    text = reading_text(row["title"], row["excerpt"])
    return {"text": text, "stock": stock, **{name: row[name] for name in told}}


@router.post(
    "",
    status_code=201,
    dependencies=OWN_PAGES,
    responses={
        201: examples(_REVIEW),
        200: {"model": schemas.Review, "description": "It was judged so before, and stays"},
        **documented(400, 404, 413),
    },
    summary="Judge a link",
)
def add_review(request: Request, response: Response, asked: schemas.NewReview) -> schemas.Review:
    """Confirm or reject a link, uncertain or not; a later judgement overrules an earlier one."""
    with changing(request, "review", **asked.model_dump()) as conn:
        stock_id = linked_stock(conn, asked.news_id, asked.market, asked.symbol)
        if stock_id is None:
            detail = f"The article {asked.news_id} is not linked to {asked.symbol}. Take both from /api/reviews."
            raise Refusal(404, "No such link", detail)
        review = standing_review(conn, asked.news_id, stock_id)
        if review is not None and review.verdict == asked.verdict:
            response.status_code = 200
        else:
            reviewer = request.state.person.user_id
            review = judge(conn, asked.market, asked.news_id, stock_id, asked.verdict, reviewer)
    return schemas.Review(**asked.model_dump(), review_id=review.review_id, available_at=review.available_at)
