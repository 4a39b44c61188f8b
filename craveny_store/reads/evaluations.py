"""A board's days as pages ask for them: each model's daily sums over a window."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from sqlalchemy import ColumnElement, Connection, func, select

from craveny_domain.day_scores import SUMS, score_groups
from craveny_domain.forecasts import BOARDS
from craveny_domain.scoring import DaySums
from craveny_store.bulk import fetch_array
from craveny_store.settlements import settled_of
from craveny_store.tables import daily_performance, model, stock


@dataclass(frozen=True)
class Board:
    """One market's board of one horizon (sessions): of all stocks, of a sector's, or of one stock."""

    market: str
    name: str
    horizon: int
    sector: str = ""
    stock_id: int | None = None


@dataclass(frozen=True)
class Forecaster:
    """A model as a board names it."""

    name: str
    provider: str
    is_floor: bool


def board_span(conn: Connection, board: Board, days: int | None) -> tuple[date, date] | None:
    """The first and last settling session of the `days` calendar days that end with the newest one (None: all).

    None when nothing was ever settled on the board.
    """
    day, mine = daily_performance.c.settle_date, _of(board)
    last = conn.execute(select(func.max(day)).where(*mine)).scalar()
    if last is None:
        return None
    since = date.min if days is None else last - timedelta(days=days - 1)
    first = conn.execute(select(func.min(day)).where(*mine, day >= since)).scalar_one()
    return first, last


def board_sums(conn: Connection, board: Board, first: date, last: date) -> dict[str, DaySums]:
    """Each model's days on a board between two days, ascending; of a stock they are summed from its settlements."""
    if board.stock_id is not None:
        return _stock_sums(conn, board, board.stock_id, first, last)
    names = model_names(conn)
    rows = fetch_array(conn, _SUMS, {**board_parameters(board, first, last), "models": names}, _SUM_TYPES)
    rows = rows[np.lexsort((rows["settled"], rows["model"]))]
    sums = np.stack([rows[name].astype(np.float64) for name in SUMS], axis=1) if len(rows) else np.zeros((0, len(SUMS)))
    found, begin = np.unique(rows["model"], return_index=True)
    spans = pairwise([*begin.tolist(), len(rows)])
    return {
        names[which]: DaySums(rows["settled"][start:end], sums[start:end])
        for which, (start, end) in zip(found.tolist(), spans, strict=True)
    }


def _stock_sums(conn: Connection, board: Board, stock_id: int, first: date, last: date) -> dict[str, DaySums]:
    settled = settled_of(conn, stock_id, board.horizon)
    days = settled.rows["settled"]
    inside = (days >= first.toordinal()) & (days <= last.toordinal())
    settled = settled.only(inside & (settled.rows["is_reconstructed"] == BOARDS.index(board.name)))  # type: ignore[arg-type]
    places = np.stack([settled.rows["model"], settled.rows["settled"]])
    keys, group = np.unique(places, axis=1, return_inverse=True)
    sums = score_groups(settled.questions, group.ravel(), keys.shape[1])
    return {
        settled.models[which]: DaySums(keys[1][keys[0] == which], sums[keys[0] == which])
        for which in np.unique(keys[0]).tolist()
    }


def forecasters(conn: Connection) -> list[Forecaster]:
    """Every model by name, the floors after all others."""
    c = model.c
    query = select(c.model_name, c.provider, c.is_floor).order_by(c.is_floor, c.model_name)
    return [Forecaster(*row) for row in conn.execute(query)]


def sectors_of(conn: Connection, market: str) -> list[str]:
    """The sectors of a market's stocks, by name."""
    c = stock.c
    query = select(c.sector).distinct().where(c.market == market, c.sector.is_not(None)).order_by(c.sector)
    return [str(sector) for sector in conn.execute(query).scalars()]


# In the order of day_scores.SUMS.
_SUMS = """
    SELECT array_position(%(models)s::text[], model_name) - 1, settle_date, asked, answered, true_up, false_up,
        true_down, false_down, ties, void, scored_hits, no_input, refusal, invalid_output, truncated, filtered, quota,
        transient, provider_bug, brier_sum, log_score_sum, return_sum, returns, targets, target_reached, stop_breached
    FROM daily_performance WHERE market = %(market)s AND board = %(board)s AND horizon = %(horizon)s
    AND settle_date BETWEEN %(first)s AND %(last)s
    AND sector = %(sector)s"""
_REAL = ("brier_sum", "log_score_sum", "return_sum")
_SUM_TYPES = [("model", "i4"), ("settled", "day"), *((name, "f8" if name in _REAL else "i4") for name in SUMS)]


def board_parameters(board: Board, first: date, last: date) -> dict[str, object]:
    """A board and two days as the statements here name them."""
    place: dict[str, object] = {
        "market": board.market,
        "board": board.name,
        "horizon": board.horizon,
        "sector": board.sector,
    }
    return place | {"first": first, "last": last}


def model_names(conn: Connection) -> list[str]:
    """Every model's name, ascending: what an array's `model` is a position in."""
    return [str(name) for name in conn.execute(select(model.c.model_name).order_by(model.c.model_name)).scalars()]


def _of(board: Board) -> list[ColumnElement[bool]]:
    c = daily_performance.c
    place = [c.market == board.market, c.board == board.name, c.horizon == board.horizon]
    return [*place, c.sector == board.sector]
