"""What language models cost and what that bought. Without ETags: requests are made and the day ends at any time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.pages import asked_markets
from craveny_api.parameters import given
from craveny_api.problems import Refusal, documented
from craveny_api.schemas import examples
from craveny_domain.worth import flips, worth
from craveny_store.partitions import database_now
from craveny_store.reads.cost import Span, asked_again, paying_models, settled_days, spending, spending_today
from craveny_store.reads.paging import Row
from craveny_store.settings import Settings

router = APIRouter(prefix="/api/cost", tags=["cost"], dependencies=[Depends(Needs("guest"))])
Read = Annotated[Reading, Depends(Reads())]
SPAN, LONGEST_SPAN = timedelta(days=29), timedelta(days=366)
TOKENS = ("prompt_tokens", "cached_tokens", "completion_tokens")

_SPENT = {
    "attempts": 42, "in_flight": 0, "outcomes": {"ok": 40, "transient": 2}, "prompt_tokens": 61000,
    "cached_tokens": 20000, "completion_tokens": 9100, "usd": 0.0131, "estimated_usd": 0.0006,
    "estimated_share": 0.0458,
}  # fmt: skip
_COST = {
    "first_date": "2026-09-17", "last_date": "2026-10-16",
    "budget": {"day": "2026-10-16", "limit_usd": 5.0, "spent_usd": 0.0131, "reserved_usd": 0.0, "left_usd": 4.9869},
    "total": _SPENT,
    "lines": [
        _SPENT | {"day": "2026-10-16", "model": "gpt-4o-mini", "provider": "openai", "identifier": "gpt-4o-mini",
                  "purpose": "forecast"},
    ],
}  # fmt: skip
_WORTH = {
    "market": "us", "first_date": "2026-09-17", "last_date": "2026-10-16",
    "models": [{
        "model": "gpt-4o-mini", "provider": "openai", "questions": 400, "hits": 221, "floor": "momentum",
        "floor_hits": 209, "usd": 0.31,
        "usd_per_correct_call": {"value": 0.0258, "low": None, "high": None, "n": 400, "days": 20},
        "flip_rate": {"value": 0.06, "low": 0.02, "high": 0.11, "n": 66, "days": 20},
    }],
}  # fmt: skip


@dataclass(frozen=True)
class Days:
    """A span of days, both included."""

    first: Annotated[date | None, Query(description="none: 30 days up to the last")] = None
    last: Annotated[date | None, Query(description="none: today's UTC day")] = None

    def of(self, now: datetime) -> tuple[date, date]:
        """The first and last day; 422 for more than a year of them, or for a first after the last."""
        last = min(self.last or now.astimezone(UTC).date(), date.max - timedelta(days=1))
        first = self.first or date.fromordinal(max(1, last.toordinal() - SPAN.days))
        if not timedelta(0) <= last - first <= LONGEST_SPAN:
            detail = f"From {first} to {last} is not a span of up to {LONGEST_SPAN.days} days. Ask for such a one."
            raise Refusal(422, "Not such a span", detail)
        return first, last


AskedDays = Annotated[Days, Depends(given(Days))]


@router.get("", responses={200: examples(_COST), **documented()}, summary="What language models cost")
def cost(read: Read, days: AskedDays) -> schemas.Cost:
    """What was spent by day, model and purpose, with what came of the requests, and what may still be spent today."""
    with read as conn:
        first, last = days.of(database_now(conn))
        rows = spending(conn, _midnight(first), _midnight(last + timedelta(days=1)))
        budget = _budget(spending_today(conn))
    return schemas.Cost(
        first_date=first,
        last_date=last,
        budget=budget,
        total=schemas.Spent(**_sum(rows)),
        lines=[
            schemas.CostLine(**dict(zip(_LINE, key, strict=True)), **_sum(list(of_line)))
            for key, of_line in groupby(rows, key=lambda row: tuple(row[name] for name in _LINE))
        ],
    )


_LINE = ("day", "model", "provider", "identifier", "purpose")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _budget(today: Row) -> schemas.Budget:
    limit = Settings().llm_daily_usd
    return schemas.Budget(
        **today, limit_usd=float(limit), left_usd=max(Decimal(0), limit - today["spent_usd"] - today["reserved_usd"])
    )


def _sum(rows: Sequence[Row]) -> dict[str, Any]:
    usd, estimated = _total(rows, "usd"), _total(rows, "estimated_usd")
    outcomes: dict[str, int] = {}
    for row in rows:
        if row["outcome_class"] is not None:
            outcomes[row["outcome_class"]] = outcomes.get(row["outcome_class"], 0) + row["attempts"]
    return {
        "attempts": sum(row["attempts"] for row in rows),
        "in_flight": sum(row["attempts"] for row in rows if row["outcome_class"] is None),
        "outcomes": outcomes,
        **{name: sum(row[name] for row in rows) for name in TOKENS},
        "usd": usd,
        "estimated_usd": estimated,
        "estimated_share": float(estimated / usd) if usd else None,
    }


def _total(rows: Iterable[Row], name: str) -> Decimal:
    return sum((row[name] for row in rows), start=Decimal(0))


@router.get("/models", responses={200: examples(_WORTH), **documented(404)}, summary="What that bought")
def cost_of_models(
    read: Read,
    days: AskedDays,
    market: Annotated[schemas.MarketCode | None, Query()] = None,
    board: Annotated[
        schemas.Board, Query(description="live: made before the open; reconstructed: all others")
    ] = "live",
    horizon: Annotated[schemas.Horizon, Query(description="sessions")] = 1,
) -> schemas.Worth:
    """Per model that asks a provider: what its forecasts settled in the span cost, how many more were right than of
    the best floor on the same questions, and how often it contradicts itself when it is asked the same again."""
    codes = [known.code for known in asked_markets(market)]
    with read as conn:
        first, last = days.of(database_now(conn))
        models = _worths(conn, Span(codes, board, horizon, first, last))
    return schemas.Worth(market=market, first_date=first, last_date=last, models=models)


def _worths(conn: Connection, span: Span) -> list[schemas.ModelWorth]:
    settled, again = settled_days(conn, span), asked_again(conn, span)
    found = []
    for model in paying_models(conn):
        name = model["model_name"]
        came_to = worth(settled.get(name, []), span.horizon)
        found.append(
            schemas.ModelWorth(
                model=name,
                provider=model["provider"],
                questions=came_to.questions,
                hits=came_to.hits,
                floor=came_to.floor,
                floor_hits=came_to.floor_hits,
                usd=came_to.usd,
                usd_per_correct_call=schemas.Figure.model_validate(vars(came_to.per_correct_call)),
                flip_rate=schemas.Figure.model_validate(vars(flips(again.get(name, []), span.horizon))),
            )
        )
    return found
