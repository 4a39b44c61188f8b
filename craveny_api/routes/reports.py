"""Reports on a stock: their history, what a new one would cost, and asking for one.

The history has no ETag: a report stands there while its model is being asked, before anything is committed as a day.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import TypeAdapter

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.changes import OWN_PAGES, changing
from craveny_api.markets import known_market
from craveny_api.pages import AskedPart, Id, Instant, next_cursor
from craveny_api.problems import Refusal, documented
from craveny_api.report_outcomes import with_outcomes
from craveny_api.report_price import report_price
from craveny_api.routes.stocks import Code, Symbol, known_stock
from craveny_api.schemas import examples
from craveny_store.reads.reports import list_reports
from craveny_store.reports import request_report

router = APIRouter(
    prefix="/api/stocks/{market}/{symbol}/reports", tags=["stocks"], dependencies=[Depends(Needs("guest"))]
)
Read = Annotated[Reading, Depends(Reads())]
CURSOR = TypeAdapter(tuple[Literal["newest"], Instant, Id])

_REPORT: dict[str, Any] = {
    "report_id": 12, "market": "us", "symbol": "ACME", "partition_date": "2026-10-16", "model": "writer",
    "reason": "asked", "outcome_class": "ok",
    "content": {
        "view": "up", "summary": "Orders grow.", "short_view": "Quiet.", "medium_view": "Firm.", "long_view": "Open.",
        "risks": ["A weak market."], "opportunities": ["A new plant."],
    },
    "base_price": 101.5, "target_price": 110.0, "stop_price": 96.0, "currency": "USD",
    "cutoff_at": "2026-10-16T14:00:00Z", "created_at": "2026-10-16T14:00:09Z", "news_count": 7, "run_id": "5f0c3c1e",
    "usd": 0.0011,
    "outcome": {
        "status": "settled", "closes_date": "2026-10-23", "settle_date": "2026-10-23", "target_date": "2026-10-21",
        "stop_date": None, "first_touch": "target", "path_return": 0.081, "reason": None, "is_revised": False,
    },
}  # fmt: skip
_PRICE = {
    "market": "us", "symbol": "ACME", "is_possible": True, "reason": None, "likely_usd": 0.0011, "most_usd": 0.0031,
    "models": [{"model": "writer", "likely_usd": 0.0011, "most_usd": 0.0031, "basis": "last_report"}],
    "waiting_since_at": None,
}  # fmt: skip


@router.get(
    "", responses={200: examples({"items": [_REPORT], "next_cursor": None}), **documented(404)}, summary="Its reports"
)
def stock_reports(market: Code, symbol: Symbol, read: Read, part: AskedPart) -> schemas.Page[schemas.Report]:
    """Every report on the stock, the newest first; one whose model has not answered is among them, without content."""
    with read as conn:
        found = list_reports(conn, known_stock(conn, market, symbol)["stock_id"], part.cut(CURSOR))
        items = with_outcomes(conn, known_market(market), found.rows)
    following = next_cursor(found, "newest")
    return schemas.Page[schemas.Report].model_validate({"items": items, "next_cursor": following})


@router.get("/price", responses={200: examples(_PRICE), **documented(404)}, summary="What a new report would cost")
def price_of_report(market: Code, symbol: Symbol, read: Read) -> schemas.ReportPrice:
    """What a new report would cost by every model that writes reports; nothing is asked or paid."""
    with read as conn:
        return report_price(conn, known_stock(conn, market, symbol))


@router.post(
    "",
    status_code=202,
    dependencies=[Depends(Needs("investor")), *OWN_PAGES],
    responses={202: examples(_PRICE | {"waiting_since_at": "2026-10-16T14:00:00Z"}), **documented(404, 409)},
    summary="Ask for a new report",
)
def ask_for_report(request: Request, market: Code, symbol: Symbol) -> schemas.ReportPrice:
    """Have a new report written with the next run for reports; several askings are one while it waits."""
    with changing(request, "report asked for", market=market, symbol=symbol) as conn:
        stock = known_stock(conn, market, symbol)
        price = report_price(conn, stock)
        if not price.is_possible:
            raise Refusal(409, "No report possible", price.reason or "")
        since = request_report(conn, stock["stock_id"], request.state.person.user_id)
        return price.model_copy(update={"waiting_since_at": since})
