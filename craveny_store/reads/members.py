"""Ensembles' members as pages ask for them: what each said of a question, and each day with and without it."""

from datetime import date, datetime

from psycopg import sql
from sqlalchemy import Connection, select

from craveny_domain.member_worth import MemberDay
from craveny_store.model_book import members_at, model_called
from craveny_store.reads.evaluations import Board
from craveny_store.reads.paging import Row, fetch
from craveny_store.tables import daily_member

_ANSWERS = sql.SQL("""
    SELECT prediction_id, model_name AS model, outcome_class, probability FROM prediction
    WHERE market = %(market)s AND session_date = %(session_date)s AND stock_id = %(stock_id)s
    AND horizon = %(horizon)s AND model_name = ANY(%(members)s) ORDER BY model_name""")


def members_behind(conn: Connection, row: Row, fence: datetime) -> list[Row]:
    """What the members of an ensemble said of the question of a row of `prediction_of`, by name; nothing of any other
    model's. `fence` is the question's cut-off."""
    ensemble = model_called(conn, row["model"])
    if not ensemble.is_ensemble:
        return []
    members = [member.model_name for member in members_at(conn, ensemble, fence)]
    asked = {name: row[name] for name in ("market", "session_date", "stock_id", "horizon")}
    return fetch(conn, _ANSWERS, asked | {"members": members})


def board_members(conn: Connection, board: Board, first: date, last: date) -> dict[tuple[str, str], list[MemberDay]]:
    """By (ensemble, member) its days on a board between two days, ascending."""
    c = daily_member.c
    query = select(
        c.ensemble, c.member, c.settle_date, c.questions, c.hits, c.hits_without, c.brier_sum, c.brier_sum_without
    ).where(
        c.market == board.market,
        c.board == board.name,
        c.horizon == board.horizon,
        c.settle_date.between(first, last),
    )
    found: dict[tuple[str, str], list[MemberDay]] = {}
    for ensemble, member, *day in conn.execute(query.order_by(c.ensemble, c.member, c.settle_date)):
        found.setdefault((ensemble, member), []).append(MemberDay(*day))
    return found
