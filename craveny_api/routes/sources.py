"""How each source of news and prices does. Without an ETag: the clock is in it."""

from fastapi import APIRouter, Depends

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.markets import configured_markets
from craveny_api.problems import documented
from craveny_api.routes.operations import Read
from craveny_api.schemas import examples
from craveny_store.partitions import database_now
from craveny_store.reads.sources import SourceReport, source_reports

router = APIRouter(prefix="/api/operations", tags=["operations"], dependencies=[Depends(Needs("guest"))])

_HEALTH = {
    "market": "us", "name": "acme-wire", "feed": "news", "kind": "rss", "is_synthetic": False, "state": "failing",
    "reason": "The last 3 attempts failed: The address answers 503. It is asked again in 40 minutes.",
    "every_minutes": 10, "first_date": "2026-08-03", "last_date": None, "reached_at": "2026-10-19T19:50:00Z",
    "attempted_at": "2026-10-19T20:20:00Z", "succeeded_at": "2026-10-19T19:50:00Z",
    "next_at": "2026-10-19T21:00:00Z", "failures": 3, "items_today": 61, "expected_items": 82.5, "volume": "usual",
    "weekdays": [{"weekday": 1, "days": 8, "median": 82.5, "low": 28, "high": 165}],
    "errors": [{
        "error_class": "status", "count": 3, "last_at": "2026-10-19T20:20:00Z", "detail": "The address answers 503.",
    }],
    "lead": {"stories": 214, "median_minutes": 35.0, "first_share": 0.41},
}  # fmt: skip
_NAMED = tuple(name for name in schemas.SourceHealth.model_fields if name in SourceReport.__dataclass_fields__)


@router.get("/sources", responses={200: examples([_HEALTH]), **documented()})
def list_sources(read: Read) -> list[schemas.SourceHealth]:
    """Every market's sources: how they stand, what they give against what they usually give, and who is first."""
    with read as conn:
        now = database_now(conn)
        reports = [report for market in configured_markets().values() for report in source_reports(conn, market, now)]
    return [_health(report) for report in reports]


def _health(report: SourceReport) -> schemas.SourceHealth:
    gave = report.volume
    same = {name: getattr(report, name) for name in _NAMED if name not in ("volume", "errors", "lead")}
    return schemas.SourceHealth(
        **same,
        items_today=gave.items_today,
        expected_items=gave.expected_items,
        volume=gave.verdict,
        weekdays=[schemas.UsualWeekday(**vars(day)) for day in gave.weekdays],
        errors=[schemas.SourceErrors(**vars(error)) for error in report.errors],
        lead=report.lead and schemas.SourceLead(**vars(report.lead)),
    )
