"""What is said as of each day: verdicts and floor badges (append-only), calibrations; and the sums they are made of."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from sqlalchemy import Connection, Table, func, select

from craveny_domain.reliability import CELLS
from craveny_domain.sayings import BADGE, SAID, Badge, Said, badge_columns, said_columns
from craveny_domain.standings import PairRows
from craveny_store.bulk import Changes, fetch_array, merge_rows
from craveny_store.superseding import supersede
from craveny_store.tables import daily_calibration, floor_badge, model, model_comparison, partition_state

_KEY = ["market", "as_of_date", "board", "horizon", "model_a", "model_b", "test_id"]
_BADGE_KEY = ["market", "as_of_date", "board", "horizon", "model_name"]
_CALIBRATION_KEY = ["market", "settle_date", "model_name", "horizon", "board", "cell"]
_CALIBRATED = ["answered", "ups", "probability_sum", "calibrated", "fitted_on"]

_PAIRS = """
    SELECT settle_date, session_date, (board <> 'live')::int4, horizon::int4,
        array_position(%(models)s::text[], model_a) - 1, array_position(%(models)s::text[], model_b) - 1, test_id,
        questions_a, questions_b, hits_a, hits_b, brier_a, brier_b
    FROM daily_pair WHERE market = %(market)s AND settle_date BETWEEN %(first)s AND %(last)s"""
_PAIR_TYPES = [
    ("settled", "day"), ("session", "day"), ("board", "i4"), ("horizon", "i4"), ("model_a", "i4"), ("model_b", "i4"),
    ("test_id", "i8"), ("questions_a", "i4"), ("questions_b", "i4"), ("hits_a", "i4"), ("hits_b", "i4"),
    ("brier_a", "f8"), ("brier_b", "f8"),
]  # fmt: skip
_CELLS = """
    SELECT settle_date, array_position(%(models)s::text[], model_name) - 1, horizon::int4, (board <> 'live')::int4,
        cell::int4, answered, ups, probability_sum
    FROM daily_reliability
    WHERE market = %(market)s AND settle_date BETWEEN %(first)s AND %(last)s AND NOT is_late"""
_CELL_TYPES = [
    ("settled", "day"), ("model", "i4"), ("horizon", "i4"), ("board", "i4"), ("cell", "i4"), ("answered", "i4"),
    ("ups", "i4"), ("probability_sum", "f8"),
]  # fmt: skip


def pair_rows(conn: Connection, market: str, first: date, last: date) -> PairRows:
    """The daily sums of every pair between two settling days."""
    models = _names(conn)
    which = {"market": market, "first": first, "last": last, "models": models}
    return PairRows(fetch_array(conn, _PAIRS, which, _PAIR_TYPES), models)


def cell_rows(conn: Connection, market: str, first: date, last: date) -> tuple[np.ndarray, list[str]]:
    """What was stated, by hundredth and settling day, and came of it on time; `model` is a position in the names."""
    models = _names(conn)
    which = {"market": market, "first": first, "last": last, "models": models}
    rows = fetch_array(conn, _CELLS, which, _CELL_TYPES)
    # As one number a row: a structured sort of a year's rows takes seconds.
    place = ((rows["settled"].astype(np.int64) * len(models) + rows["model"]) * 10 + rows["horizon"]) * 2 + rows[
        "board"
    ]
    return rows[np.argsort(place * CELLS + rows["cell"], kind="stable")], models


def written_version(conn: Connection, market: str, asset: str, first: date, last: date) -> int:
    """A number that differs once any day of an asset between two days was written with another content."""
    c = partition_state.c
    query = select(func.coalesce(func.sum(c.version), 0)).where(
        c.market == market, c.asset == asset, c.model_name == "", c.partition_date.between(first, last)
    )
    return int(conn.execute(query).scalar_one())


def write_comparisons(conn: Connection, market: str, day: date, said: Sequence[Said]) -> Changes:
    """Make what is currently said as of a day equal to this; what differs is kept, superseded, and its successor is
    marked revised."""
    return _say(conn, model_comparison, SAID, _KEY, market, day, map(said_columns, said))


def write_badges(conn: Connection, market: str, day: date, badges: Sequence[Badge]) -> Changes:
    """The same of the badges as of a day."""
    return _say(conn, floor_badge, BADGE, _BADGE_KEY, market, day, map(badge_columns, badges))


def _say(
    conn: Connection,
    table: Table,
    columns: Sequence[str],
    key: Sequence[str],
    market: str,
    day: date,
    said: Iterable[tuple],
) -> Changes:
    scope, whole = {"market": market, "as_of_date": day}, ["market", "as_of_date", *columns]
    rows = [(market, day, *values) for values in said]
    return supersede(conn, table, whole, rows, scope=scope, key=key, same=whole, revised="is_revised")


def write_calibrations(conn: Connection, market: str, day: date, rows: Sequence[tuple]) -> Changes:
    """Make a settling day's calibrations equal to the rows (model, horizon, board, cell, answered, ups, sum of stated
    probabilities, calibrated probability, outcomes it was fitted on)."""
    scope, columns = {"market": market, "settle_date": day}, [*_CALIBRATION_KEY, *_CALIBRATED]
    whole = [(market, day, *row) for row in rows]
    return merge_rows(conn, daily_calibration, columns, whole, scope=scope, key=_CALIBRATION_KEY)


def _names(conn: Connection) -> list[str]:
    return list[str](conn.execute(select(model.c.model_name).order_by(model.c.model_name)).scalars())
