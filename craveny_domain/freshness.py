"""How new an asset should be by now, by the market's own clock and sessions, and which failed days are still unmade."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from craveny_domain.clocks import Market, Session, cutoff, days_between
from craveny_domain.launches import ASSETS, CRAWL, FORECAST, SETTLE_GRACE

CRAWL_GRACE = timedelta(minutes=20)
"""A day's first crawl may come ten minutes after midnight, and take ten."""
RUN_GRACE = timedelta(minutes=15)
"""How long a forecast or settlement may take from its launch, with what runs before it."""


def expected_day(asset: str, market: Market, sessions: Sequence[Session], now: datetime) -> date:
    """The newest day of an asset that should be materialized at an instant.

    News: the market's day. Forecasts: the newest session whose cut-off, half a lead (they wait that long for late
    news) and RUN_GRACE have passed. Prices and judgement: the newest whose close, SETTLE_GRACE and RUN_GRACE
    have; the market's first day when none of `sessions` (ascending) is due. Raises ValueError for an
    asset that is not known.
    """
    if asset not in ASSETS:
        raise ValueError(f"There is no asset {asset}. Choose among: {', '.join(ASSETS)}.")
    if asset in CRAWL:
        return market.local_date(now - CRAWL_GRACE)
    due = [session.session_date for session in sessions if _due_at(asset, session, market.lead) <= now]
    return due[-1] if due else market.first_date


def _due_at(asset: str, session: Session, lead: timedelta) -> datetime:
    if asset in FORECAST:
        return cutoff(session, lead) + lead / 2 + RUN_GRACE
    return session.close_at + SETTLE_GRACE + RUN_GRACE


@dataclass(frozen=True)
class FailedSpan:
    """Days of one asset that a run was to make and that failed; `begun_at` is when the run did."""

    market: str
    asset: str
    first: date
    last: date
    run_id: str
    begun_at: datetime
    failed_at: datetime


def still_failed(
    spans: Iterable[FailedSpan], committed_at: Mapping[tuple[str, str, date], datetime]
) -> dict[tuple[str, str, date], FailedSpan]:
    """Each (market, asset, day) not written since a failed run for it began, with the newest such run."""
    found: dict[tuple[str, str, date], FailedSpan] = {}
    for span in sorted(spans, key=lambda span: span.begun_at):
        for day in days_between(span.first, span.last):
            key = span.market, span.asset, day
            if key not in committed_at or committed_at[key] < span.begun_at:
                found[key] = span
    return found
