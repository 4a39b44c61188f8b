"""A board's days as pages ask for them: each model's daily figures and reliability bins over a window."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, Table, func, select

from craveny_domain.day_scores import SUMS, DayScore
from craveny_domain.reliability import BINS, CELLS, BinScore
from craveny_store.tables import daily_performance, daily_reliability, model


@dataclass(frozen=True)
class Board:
    """One market's board of one horizon (sessions)."""

    market: str
    name: str
    horizon: int


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
    day, mine = daily_performance.c.settle_date, _of(daily_performance, board)
    last = conn.execute(select(func.max(day)).where(*mine)).scalar()
    if last is None:
        return None
    since = date.min if days is None else last - timedelta(days=days - 1)
    first = conn.execute(select(func.min(day)).where(*mine, day >= since)).scalar_one()
    return first, last


def board_scores(conn: Connection, board: Board, first: date, last: date) -> dict[str, list[DayScore]]:
    """Each model's days on a board between two days, ascending."""
    c = daily_performance.c
    query = select(c.model_name, c.settle_date, *(c[name] for name in SUMS)).where(
        *_of(daily_performance, board), c.sector == "", c.settle_date.between(first, last)
    )
    found: dict[str, list[DayScore]] = {}
    for name, *score in conn.execute(query.order_by(c.settle_date)):
        found.setdefault(name, []).append(DayScore(*score))
    return found


def board_bins(conn: Connection, board: Board, first: date, last: date) -> dict[str, list[BinScore]]:
    """Each model's reliability bins on a board between two days; days materialized before there were any have none."""
    c = daily_reliability.c
    tenth = c.cell / (CELLS // BINS)
    query = select(
        c.model_name, c.settle_date, tenth, func.sum(c.answered), func.sum(c.ups), func.sum(c.probability_sum)
    ).where(*_of(daily_reliability, board), c.settle_date.between(first, last))
    found: dict[str, list[BinScore]] = {}
    for name, *score in conn.execute(query.group_by(c.model_name, c.settle_date, tenth).order_by(c.settle_date)):
        found.setdefault(name, []).append(BinScore(*score))
    return found


def forecasters(conn: Connection) -> list[Forecaster]:
    """Every model by name, the floors after all others."""
    c = model.c
    query = select(c.model_name, c.provider, c.is_floor).order_by(c.is_floor, c.model_name)
    return [Forecaster(*row) for row in conn.execute(query)]


def _of(table: Table, board: Board) -> list[ColumnElement[bool]]:
    c = table.c
    return [c.market == board.market, c.board == board.name, c.horizon == board.horizon]
