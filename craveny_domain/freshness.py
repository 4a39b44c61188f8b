"""How new an asset should be by now: the day that ought to be materialized, by the market's own clock and sessions."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from craveny_domain.clocks import Market, Session, cutoff
from craveny_domain.launches import ASSETS, CRAWL, FORECAST, SETTLE_GRACE

CRAWL_GRACE = timedelta(minutes=20)
"""A day's first crawl may come ten minutes after midnight, and take ten."""
RUN_GRACE = timedelta(minutes=15)
"""How long a forecast or settlement may take from its launch, with what runs before it."""


def expected_day(asset: str, market: Market, sessions: Sequence[Session], now: datetime) -> date | None:
    """The newest day of an asset that should be materialized at an instant.

    News: the market's day. Forecasts: the newest session whose cut-off, half a lead (they wait that long for late
    news) and RUN_GRACE have passed. Prices and judgement: the newest whose close, SETTLE_GRACE and RUN_GRACE
    have. `sessions` ascend; None when none of them is due. Raises ValueError for an asset that is not known.
    """
    if asset not in ASSETS:
        raise ValueError(f"There is no asset {asset}. Choose among: {', '.join(ASSETS)}.")
    if asset in CRAWL:
        return market.local_date(now - CRAWL_GRACE)
    due = [session.session_date for session in sessions if _due_at(asset, session, market.lead) <= now]
    return due[-1] if due else None


def _due_at(asset: str, session: Session, lead: timedelta) -> datetime:
    if asset in FORECAST:
        return cutoff(session, lead) + lead / 2 + RUN_GRACE
    return session.close_at + SETTLE_GRACE + RUN_GRACE
