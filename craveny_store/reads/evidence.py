"""Frozen questions as they are shown."""

from datetime import date

from psycopg import sql
from sqlalchemy import Connection

from craveny_store.reads.paging import Row, fetch_one

_EVIDENCE = sql.SQL("""
    SELECT cutoff_at, frozen_at, is_declared, question, brief FROM prediction_evidence
    WHERE market = %(market)s AND session_date = %(session)s AND stock_id = %(stock)s""")


def evidence_of(conn: Connection, market: str, session: date, stock_id: int) -> Row | None:
    """What was known of a stock at a session's cut-off; `question` is a `craveny_domain.forecasts.Question`, `brief` a
    `craveny_domain.briefs.Brief`, null unless a language model was asked."""
    return fetch_one(conn, _EVIDENCE, {"market": market, "session": session, "stock": stock_id})


_NEWEST_BRIEF = sql.SQL("""
    SELECT session_date FROM prediction_evidence
    WHERE market = %(market)s AND stock_id = %(stock)s AND brief IS NOT NULL ORDER BY session_date DESC LIMIT 1""")


def newest_brief(conn: Connection, market: str, stock_id: int) -> date | None:
    """The newest session for which a language model was asked about a stock; None when none ever was."""
    return (fetch_one(conn, _NEWEST_BRIEF, {"market": market, "stock": stock_id}) or {}).get("session_date")
