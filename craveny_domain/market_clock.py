"""Where a market's clock stands: open or not, the session of the day, the one that comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from craveny_domain.clocks import Market, Session

State = Literal["before_open", "open", "after_close", "closed"]


@dataclass(frozen=True)
class MarketClock:
    """A market at an instant. `current` is the local day's session, `following` the next that has not opened."""

    local_date: date
    state: State
    current: Session | None
    following: Session | None


def market_clock(market: Market, now: datetime, sessions: Sequence[Session]) -> MarketClock:
    """The market at an instant; `sessions` ascend and reach from the local day to the next session after it.

    A session is open from its opening instant up to its closing one; a day without a session is closed.
    """
    today = market.local_date(now)
    current = next((s for s in sessions if s.session_date == today), None)
    following = next((s for s in sessions if s.open_at > now), None)
    return MarketClock(today, _state(current, now), current, following)


def _state(current: Session | None, now: datetime) -> State:
    if current is None:
        return "closed"
    if now < current.open_at:
        return "before_open"
    return "open" if now < current.close_at else "after_close"
