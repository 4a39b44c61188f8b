"""Stories by their first articles, newest first, the stocks they are about, and who told them again."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import TypeAdapter
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.pages import AskedPart, Id, Instant, Part, SymbolText, asked_markets, next_cursor
from craveny_api.parameters import MAX_PAGE_SIZE
from craveny_api.problems import Refusal, documented
from craveny_api.schemas import examples
from craveny_api.shaping import article_page, article_values
from craveny_domain.clocks import Market
from craveny_store.reads.articles import Asked, articles_by_id, copies_of, list_articles
from craveny_store.reads.paging import Row

router = APIRouter(prefix="/api/news", tags=["news"], dependencies=[Depends(Needs("guest"))])
ASSETS = ("news", "match", "stock")
Read = Annotated[Reading, Depends(Reads(*ASSETS))]
CURSOR = TypeAdapter(tuple[Literal["newest"], Instant, int])

EXAMPLE = {
    "news_id": 4711, "market": "us", "title": "Acme beats estimates", "excerpt": "Acme reported quarterly sales…",
    "link": None, "source": "sample", "language": "en", "published_at": "2026-10-16T11:58:00Z",
    "available_at": "2026-10-16T12:00:00Z", "basis": "declared", "story_id": 4711, "symbols": ["ACME"],
    "is_synthetic": True, "first_source": "sample", "copies": 2, "lead_minutes": 25.0,
}  # fmt: skip
_COPY = {"news_id": 4719, "source": "archive", "published_at": None, "available_at": "2026-10-16T12:25:00Z"}
PAGE_EXAMPLE = {"items": [EXAMPLE], "next_cursor": "WyJuZXdlc3QiLCIyMDI2LTEwLTE2VDEyOjAwOjAwWiIsNDcxMV0"}


@router.get(
    "",
    response_model=schemas.Page[schemas.Article],
    responses={200: examples(PAGE_EXAMPLE), **documented(304, 404)},
    summary="Stories",
)
def list_news(
    read: Read,
    part: AskedPart,
    market: Annotated[schemas.MarketCode | None, Query()] = None,
    symbol: Annotated[SymbolText | None, Query(description="articles about this stock")] = None,
    from_date: Annotated[date | None, Query(description="first local day of the market")] = None,
    to_date: Annotated[date | None, Query(description="last local day of the market")] = None,
) -> Response:
    """Stories by their first articles, the one that became available last first; copies are listed apart.

    A symbol nobody has gives an empty list.
    """
    markets, asked = asked_markets(market), Asked(symbol, from_date, to_date)
    return read.answer(lambda conn: article_list(conn, markets, asked, part))


def article_list(conn: Connection, markets: list[Market], asked: Asked, part: Part) -> dict[str, Any]:
    """One page of stories; 422 for a cursor of another list."""
    found = list_articles(conn, markets, asked, part.cut(CURSOR))
    return article_page(found.rows, next_cursor(found, "newest"))


@router.get("/{news_id}", responses={200: examples(EXAMPLE), **documented(304, 404)}, summary="One article")
def get_article(news_id: Annotated[Id, Path()], read: Read) -> schemas.Article:
    """One article and the stocks it is about."""
    with read as conn:
        return schemas.Article.model_validate(_known_article(conn, news_id))


@router.get(
    "/{news_id}/copies",
    response_model=list[schemas.Article],
    responses={200: examples([EXAMPLE | _COPY]), **documented(304, 404)},
    summary="Its copies",
)
def list_copies(news_id: Annotated[Id, Path()], read: Read) -> Response:
    """The other tellings of an article's story, the earliest first, at most 200 of them."""

    def copies(conn: Connection) -> list[dict[str, Any]]:
        _known_article(conn, news_id)
        return [article_values(row) for row in copies_of(conn, news_id, MAX_PAGE_SIZE)]

    return read.answer(copies)


def _known_article(conn: Connection, news_id: int) -> Row:
    found = articles_by_id(conn, [news_id]).get(news_id)
    if found is None:
        raise Refusal(404, "No such article", f"There is no article {news_id}. Look for it at /api/news.")
    return found
