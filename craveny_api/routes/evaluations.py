"""How the models of a board did: figures with their intervals, and day by day. What they stated is `reliability`.

No model is put before another: they come by name, the floors last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.evaluation_examples import DAILY, EVALUATIONS
from craveny_api.markets import known_market
from craveny_api.parameters import given
from craveny_api.problems import documented
from craveny_api.routes.stocks import known_stock
from craveny_api.schemas import examples
from craveny_domain.day_scores import OUTCOME_CLASSES
from craveny_domain.grounds import Grounds
from craveny_domain.intervals import Figure
from craveny_domain.profit import drawdown
from craveny_domain.scoring import DaySums, skills, summarise_all
from craveny_store.calendar import sessions_between
from craveny_store.grounds import knowers
from craveny_store.heads import MODEL, STOCK
from craveny_store.reads.evaluations import (
    Board,
    Forecaster,
    board_span,
    board_sums,
    forecasters,
    sectors_of,
)
from craveny_store.reads.verdicts import badges

Models = Annotated[
    list[schemas.ModelName] | None, Query(max_length=50, alias="model", description="several may be named; none: all")
]
AHEAD = timedelta(days=21)
"""Calendar days that hold the sessions of the longest horizon, even around the longest holidays."""
router = APIRouter(prefix="/api/evaluations", tags=["evaluations"], dependencies=[Depends(Needs("guest"))])


@dataclass(frozen=True)
class Asked:
    """Which board, over which window of calendar days up to its newest settling session."""

    market: Annotated[schemas.MarketCode, Query()]
    board: Annotated[schemas.Board, Query(description="live: made before the open; reconstructed: all others")] = "live"
    horizon: Annotated[schemas.Horizon, Query(description="sessions")] = 1
    window: Annotated[schemas.Window, Query(description="calendar days up to the newest settling session")] = "all"

    @property
    def place(self) -> Board:
        """The board; 404 for a market that is not configured."""
        return Board(known_market(self.market).code, self.board, self.horizon)

    @property
    def days(self) -> int | None:
        """Days of the window; None for all."""
        return None if self.window == "all" else int(self.window)


@dataclass(frozen=True)
class Part:
    """Of which stocks of the board: all unless one is named."""

    sector: Annotated[str | None, Query(max_length=120, description="only of this sector's stocks")] = None
    symbol: Annotated[schemas.Symbol | None, Query(description="only of this stock; goes before the sector")] = None

    def of(self, conn: Connection, asked: Asked) -> Board:
        """The board of these stocks; 404 for a market or a stock that is not there."""
        board = asked.place
        if self.symbol is None:
            return Board(board.market, board.name, board.horizon, self.sector or "")
        stock = known_stock(conn, asked.market, self.symbol)
        return Board(board.market, board.name, board.horizon, "", stock["stock_id"])


Named = Annotated[Asked, Depends(given(Asked))]
Stocks = Annotated[Part, Depends(given(Part))]
Read = Annotated[Reading, Depends(Reads("daily_performance", "model_comparison", MODEL, STOCK))]


@router.get("", response_model=schemas.Evaluations, responses={200: examples(EVALUATIONS), **documented(304, 404)})
def evaluations(asked: Named, stocks: Stocks, read: Read) -> Response:
    """Every model's figures on a board, each with n, days and its 95 % block interval."""
    return read.answer(lambda conn: _figures(conn, asked, stocks))


@router.get(
    "/daily", response_model=list[schemas.DailySeries], responses={200: examples([DAILY]), **documented(304, 404)}
)
def evaluations_daily(asked: Named, stocks: Stocks, read: Read, models: Models = None) -> Response:
    """Each model's days on a board, with the profit booked so far; the sum begins anew with the window."""
    return read.answer(lambda conn: _series(conn, asked, stocks, models))


@router.get("/sectors", response_model=list[str], responses={200: examples(["Energy"]), **documented(304, 404)})
def evaluations_sectors(
    market: Annotated[schemas.MarketCode, Query()], read: Annotated[Reading, Depends(Reads(STOCK))]
) -> Response:
    """The sectors of a market's stocks."""
    return read.answer(lambda conn: sectors_of(conn, known_market(market).code))


def _figures(conn: Connection, asked: Asked, stocks: Part) -> schemas.Evaluations:
    board, span, sums = _sums(conn, asked, stocks)
    figures, models = summarise_all(sums, asked.horizon), shown(conn, sums, None)
    floors = [each.name for each in models if each.is_floor]
    skill = skills(sums, floors, asked.horizon)
    learnt = _contaminated(conn, asked, sums)
    earned = badges(conn, board) if board == asked.place else {}
    leaders = [
        schemas.Leader(
            model=each.name,
            provider=each.provider,
            is_floor=each.is_floor,
            figures={name: shape_of(figure) for name, figure in figures[each.name].items()},
            skill={floor: shape_of(skill[each.name, floor]) for floor in floors if floor != each.name},
            outcomes=_outcomes(sums[each.name]),
            void=int(sums[each.name].column("void").sum()),
            contaminated_days=len(learnt[each.name]),
            badge=schemas.Badge(**_without(earned[each.name], "model")) if each.name in earned else None,
        )
        for each in models
    ]
    first, last = span or (None, None)
    return schemas.Evaluations(**asdict(asked), **asdict(stocks), first_date=first, last_date=last, models=leaders)


def _sums(
    conn: Connection, asked: Asked, stocks: Part
) -> tuple[Board, tuple[date, date] | None, Mapping[str, DaySums]]:
    board = stocks.of(conn, asked)
    span = board_span(conn, asked.place, asked.days)
    return board, span, board_sums(conn, board, *span) if span else {}


def _outcomes(sums: DaySums) -> dict[str, int]:
    found = {"ok": sums.column("answered"), **{name: sums.column(name) for name in OUTCOME_CLASSES[1:]}}
    return {name: int(column.sum()) for name, column in found.items() if column.any()}


def _without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _contaminated(conn: Connection, asked: Asked, sums: Mapping[str, DaySums]) -> dict[str, set[int]]:
    """Of each model the settling days (ordinals) whose sessions it may have learnt the outcome of."""
    market = known_market(asked.market)
    found: dict[str, set[int]] = {name: set() for name in sums}
    days = sorted({int(day) for of_model in sums.values() for day in of_model.days})
    if not days:
        return found
    first, last = date.fromordinal(days[0]) - AHEAD, date.fromordinal(days[-1])
    grounds = Grounds(sessions_between(conn, market.code, first, last), market.lead, knowers(conn), ())
    for day in days:
        held = grounds.session_of(date.fromordinal(day), asked.horizon)
        for name in grounds.tainted(held[1]) if held else ():
            if name in found:
                found[name].add(day)
    return {name: days & set(sums[name].days.tolist()) for name, days in found.items()}


def _series(conn: Connection, asked: Asked, stocks: Part, wanted: Sequence[str] | None) -> list[schemas.DailySeries]:
    _, _, sums = _sums(conn, asked, stocks)
    learnt = _contaminated(conn, asked, sums)
    return [
        schemas.DailySeries(
            model=each.name, is_floor=each.is_floor, points=_points(sums[each.name], asked.horizon, learnt[each.name])
        )
        for each in shown(conn, sums, wanted)
    ]


def _points(sums: DaySums, horizon: int, learnt: set[int]) -> list[schemas.DailyPoint]:
    profit = sums.profit(horizon)
    columns = {
        "asked": sums.column("asked").astype(int),
        "answered": sums.column("answered").astype(int),
        "hits": (sums.column("true_up") + sums.column("true_down")).astype(int),
        "daily_return": profit,
        "cumulative_return": np.cumsum(profit),
        "drawdown": drawdown(profit),
    }
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [
        schemas.DailyPoint(
            settle_date=date.fromordinal(day),
            brier=brier / row[0] if row[0] else None,
            is_contaminated=day in learnt,
            **dict(zip(columns, row, strict=True)),
        )
        for day, brier, row in zip(sums.days.tolist(), sums.column("brier_sum").tolist(), rows, strict=True)
    ]


def shown(conn: Connection, found: Mapping[str, Any], wanted: Sequence[str] | None) -> list[Forecaster]:
    """The models of which something was found, and that are among the wanted ones (None: all), floors last."""
    return [each for each in forecasters(conn) if each.name in found and (wanted is None or each.name in wanted)]


def shape_of(figure: Figure) -> schemas.Figure:
    """A figure as the API says it."""
    return schemas.Figure(**vars(figure))
