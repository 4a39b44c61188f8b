"""Frozen questions as they are shown."""

from datetime import date

from psycopg import sql
from sqlalchemy import Connection

from craveny_store.reads.paging import Row, fetch_one

_EVIDENCE = sql.SQL("""
    SELECT cutoff_at, frozen_at, is_declared, question FROM prediction_evidence
    WHERE market = %(market)s AND session_date = %(session)s AND stock_id = %(stock)s""")


def evidence_of(conn: Connection, market: str, session: date, stock_id: int) -> Row | None:
    """What was known of a stock at a session's cut-off; `question` is a `craveny_domain.forecasts.Question`."""
    return fetch_one(conn, _EVIDENCE, {"market": market, "session": session, "stock": stock_id})
