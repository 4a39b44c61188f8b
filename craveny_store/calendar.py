"""Session times as rows: filled from the exchange calendar, read by everything that runs."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from craveny_domain.clocks import Market, Session
from craveny_store.bulk import Changes, merge_rows
from craveny_store.tables import market_session

AHEAD = timedelta(days=300)
"""How far ahead of today sessions are kept."""


def write_sessions(conn: Connection, market: Market, sessions: Sequence[Session]) -> Changes:
    """Make the market's session rows equal to the given ones."""
    rows = [(market.code, s.session_date, s.open_at, s.close_at) for s in sessions]
    columns = ["market", "session_date", "open_at", "close_at"]
    return merge_rows(conn, market_session, columns, rows, scope={"market": market.code}, key=columns[:2])


def fill_sessions(conn: Connection, market: Market, today: date) -> Changes | None:
    """Fill the market's sessions up to well past today; None when they already reach far enough."""
    c = market_session.c
    newest = conn.execute(select(func.max(c.session_date)).where(c.market == market.code)).scalar()
    if newest and newest > today + AHEAD:
        return None
    from craveny_domain.calendar import trading_sessions

    return write_sessions(conn, market, trading_sessions(market.exchange, market.first_date, today + AHEAD * 1.25))


def sessions_between(conn: Connection, market: str, first: date, last: date) -> list[Session]:
    """The market's sessions from first to last, ascending."""
    c = market_session.c
    query = select(c.session_date, c.open_at, c.close_at).where(c.market == market, c.session_date.between(first, last))
    return [Session(*row) for row in conn.execute(query.order_by(c.session_date))]


def all_sessions(conn: Connection, market: str) -> list[Session]:
    """All sessions of the market, ascending."""
    return sessions_between(conn, market, date.min, date.max)
