"""What is currently said of models against each other: badges, pairs and how a pair's evidence grew."""

from datetime import date
from itertools import pairwise

import numpy as np
from psycopg import sql
from sqlalchemy import Connection

from craveny_store.bulk import fetch_array
from craveny_store.reads.evaluations import Board
from craveny_store.reads.paging import Row, fetch, fetch_one

_NEWEST = sql.SQL("""
    SELECT max(as_of_date) AS day FROM {}
    WHERE market = %(market)s AND board = %(board)s AND horizon = %(horizon)s AND superseded_at IS NULL""")
_BADGES = sql.SQL("""
    SELECT model_name AS model, as_of_date, is_earned, floors_beaten, floors, candidates, alpha, days, hardest_floor,
        days_to_go, since_date, is_revised
    FROM floor_badge
    WHERE market = %(market)s AND board = %(board)s AND horizon = %(horizon)s AND as_of_date = %(day)s
    AND superseded_at IS NULL""")
_SAID = """
    FROM model_comparison WHERE market = %(market)s AND board = %(board)s AND horizon = %(horizon)s AND test_id = 0"""
_PAIRS = sql.SQL("""
    SELECT model_a, model_b, metric, edge, alpha, questions, days, difference, better, worse, verdict, since_date,
        days_to_go, is_revised""" + _SAID + """ AND as_of_date = %(day)s AND superseded_at IS NULL
    ORDER BY model_a, model_b""")  # fmt: skip
_HISTORY = sql.SQL("""
    SELECT as_of_date, days, questions, difference, better, worse, below_edge, above_edge, alpha, verdict, is_revised,
        decided_at, superseded_at""" + _SAID + """ AND model_a = %(model_a)s AND model_b = %(model_b)s
    ORDER BY as_of_date, comparison_id""")  # fmt: skip
_GROWN = """
    SELECT array_position(%(pairs)s::text[], model_a || '/' || model_b) - 1, as_of_date, days, difference
    """ + _SAID + " AND superseded_at IS NULL AND days > 0 AND model_a || '/' || model_b = ANY(%(pairs)s)"  # fmt: skip
_GROWN_TYPES = [("pair", "i4"), ("day", "day"), ("days", "i4"), ("difference", "f8")]


def badges(conn: Connection, board: Board) -> dict[str, Row]:
    """The newest badge of each candidate of a board, by model."""
    day = _newest(conn, "floor_badge", board)
    return {row["model"]: row for row in fetch(conn, _BADGES, _values(board) | {"day": day})} if day else {}


def pairs(conn: Connection, board: Board) -> tuple[date | None, list[Row]]:
    """As of which day a board was judged last, and what is said of each of its pairs, by name."""
    day = _newest(conn, "model_comparison", board)
    return day, fetch(conn, _PAIRS, _values(board) | {"day": day}) if day else []


def pair_history(conn: Connection, board: Board, model_a: str, model_b: str) -> list[Row]:
    """All that was ever said of a pair (by name), ascending; what a revision replaced comes before what replaced it."""
    return fetch(conn, _HISTORY, _values(board) | {"model_a": model_a, "model_b": model_b})


def daily_differences(conn: Connection, board: Board, said: list[Row]) -> list[np.ndarray]:
    """The daily differences that each pair's mean is made of, ascending: what it grew by with every day bet on."""
    names = [f"{row['model_a']}/{row['model_b']}" for row in said]
    rows = fetch_array(conn, _GROWN, {**_values(board), "pairs": names}, _GROWN_TYPES)
    rows = rows[np.lexsort((rows["day"], rows["pair"]))]
    begin = np.searchsorted(rows["pair"], np.arange(len(names) + 1))
    return [_steps(rows[start:end]) for start, end in pairwise(begin.tolist())]


def _steps(rows: np.ndarray) -> np.ndarray:
    days = np.diff(rows["days"], prepend=0)
    return np.diff(rows["difference"] * rows["days"], prepend=0.0)[days > 0]


def _newest(conn: Connection, table: str, board: Board) -> date | None:
    return (fetch_one(conn, _NEWEST.format(sql.Identifier(table)), _values(board)) or {}).get("day")


def _values(board: Board) -> Row:
    return {"market": board.market, "board": board.name, "horizon": board.horizon}
