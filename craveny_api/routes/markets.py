"""Markets: where their clocks stand. Without ETags: the answers change with every second, not with the tables."""

from typing import Annotated

from fastapi import APIRouter, Depends

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.markets import configured_markets, known_market
from craveny_api.problems import documented
from craveny_api.schemas import examples
from craveny_api.shaping import session_times
from craveny_store.reads.markets import MarketStatus, market_status

router = APIRouter(prefix="/api/markets", tags=["markets"], dependencies=[Depends(Needs("guest"))])
Read = Annotated[Reading, Depends(Reads())]

_SESSION = {
    "session_date": "2026-10-19",
    "cutoff_at": "2026-10-19T13:00:00Z",
    "open_at": "2026-10-19T13:30:00Z",
    "close_at": "2026-10-19T20:00:00Z",
}
_EXAMPLE = {
    "market": "us", "exchange": "XNYS", "timezone": "America/New_York", "currency": "USD",
    "now": "2026-10-19T12:00:00Z", "local_date": "2026-10-19", "state": "before_open", "current": _SESSION,
    "next": _SESSION, "newest_forecast_date": "2026-10-16", "is_synthetic": True,
}  # fmt: skip


@router.get("", responses={200: examples([_EXAMPLE]), **documented()}, summary="Every market and its clock")
def list_markets(read: Read) -> list[schemas.Market]:
    """Every configured market: is it open, which session is next, what was forecast last."""
    with read as conn:
        return [_shape(market_status(conn, market)) for market in configured_markets().values()]


@router.get("/{market}", responses={200: examples(_EXAMPLE), **documented(404)}, summary="One market and its clock")
def get_market(market: schemas.MarketCode, read: Read) -> schemas.Market:
    """One market: is it open, which session is next, what was forecast last."""
    known = known_market(market)
    with read as conn:
        return _shape(market_status(conn, known))


def _shape(status: MarketStatus) -> schemas.Market:
    market, clock = status.market, status.clock
    return schemas.Market(
        market=market.code,
        exchange=market.exchange,
        timezone=market.timezone,
        currency=market.currency,
        now=status.now,
        local_date=clock.local_date,
        state=clock.state,
        current=session_times(market, clock.current),
        next=session_times(market, clock.following),
        newest_forecast_date=status.newest_forecast_date,
        is_synthetic=status.is_synthetic,
    )
