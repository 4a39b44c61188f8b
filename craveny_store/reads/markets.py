"""Markets as they are shown: the clock, the sessions around it, what there is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from psycopg import sql
from sqlalchemy import Connection

from craveny_domain.clocks import Market
from craveny_domain.market_clock import MarketClock, market_clock
from craveny_store.calendar import sessions_between
from craveny_store.partitions import database_now
from craveny_store.reads.paging import fetch_one
from craveny_store.reads.predictions import newest_session

LONGEST_CLOSURE = timedelta(days=30)
"""How far ahead the next session is looked for."""

_SYNTHETIC = sql.SQL("SELECT EXISTS (SELECT FROM source WHERE market = %(market)s AND is_synthetic) AS found")


@dataclass(frozen=True)
class MarketStatus:
    """A market at the database's present."""

    market: Market
    now: datetime
    clock: MarketClock
    newest_forecast_date: date | None
    is_synthetic: bool


def market_status(conn: Connection, market: Market) -> MarketStatus:
    """Where a market stands by the database's clock."""
    now = database_now(conn)
    today = market.local_date(now)
    clock = market_clock(market, now, sessions_between(conn, market.code, today, today + LONGEST_CLOSURE))
    synthetic = fetch_one(conn, _SYNTHETIC, {"market": market.code}) or {}
    return MarketStatus(market, now, clock, newest_session(conn, market.code), bool(synthetic.get("found")))
