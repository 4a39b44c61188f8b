"""What came of reports' targets and stops, by model."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.evaluation_examples import FIGURE
from craveny_api.markets import known_market
from craveny_api.problems import documented
from craveny_api.routes.evaluations import shape_of
from craveny_api.schemas import examples
from craveny_domain.report_outcomes import ReportDay, report_rates
from craveny_store.reads.reports import report_days

router = APIRouter(prefix="/api/evaluations", tags=["evaluations"], dependencies=[Depends(Needs("guest"))])

_RECORDS = {
    "market": "us", "window": "90", "first_date": "2026-07-22", "last_date": "2026-10-19",
    "models": [
        {"model": "writer", "settled": 400, "void": 2, "target_first": 90, "stop_first": 140, "neither": 170,
         "figures": {"target_rate": FIGURE, "stop_rate": FIGURE, "neither_rate": FIGURE}}
    ],
}  # fmt: skip


@router.get(
    "/reports",
    response_model=schemas.ReportRecords,
    responses={200: examples(_RECORDS), **documented(304, 404)},
    summary="What came of reports' targets and stops",
)
def evaluations_reports(
    market: Annotated[schemas.MarketCode, Query()],
    read: Annotated[Reading, Depends(Reads("evaluation_history"))],
    window: Annotated[schemas.Window, Query(description="calendar days up to the newest settling session")] = "all",
) -> Response:
    """By model, of the reports that name a target or a stop and whose five sessions are over: how often which came
    first, by highs and lows, each rate with n, days and its 95 % block interval."""
    return read.answer(lambda conn: _records(conn, known_market(market).code, window))


def _records(conn: Connection, market: str, window: schemas.Window) -> schemas.ReportRecords:
    found = report_days(conn, market, None if window == "all" else int(window))
    days = [each.day for own in found.values() for each in own]
    return schemas.ReportRecords(
        market=market,
        window=window,
        first_date=min(days, default=None),
        last_date=max(days, default=None),
        models=[
            _record(model, found[model], {name: shape_of(figure) for name, figure in figures.items()})
            for model, figures in report_rates(found).items()
        ],
    )


def _record(model: str, days: list[ReportDay], figures: dict[str, schemas.Figure]) -> schemas.ReportRecord:
    settled, target_first, stop_first, void = (
        sum(getattr(each, name) for each in days) for name in ("settled", "target_first", "stop_first", "void")
    )
    neither = settled - target_first - stop_first
    return schemas.ReportRecord(
        model=model, settled=settled, void=void, target_first=target_first, stop_first=stop_first, neither=neither,
        figures=figures,
    )  # fmt: skip
