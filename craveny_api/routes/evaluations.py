"""How the models of a board did: figures with their intervals, day by day, and stated probability against what came.

No model is put before another: they come by name, the floors last.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.markets import known_market
from craveny_api.parameters import given
from craveny_api.problems import documented
from craveny_api.schemas import examples
from craveny_domain.day_scores import DayScore
from craveny_domain.reliability import summarise_bins
from craveny_domain.scoring import booked_profit, summarise
from craveny_store.heads import MODEL
from craveny_store.reads.evaluations import Board, Forecaster, board_bins, board_scores, board_span, forecasters

Window = Literal["7", "30", "90", "all"]
Models = Annotated[
    list[schemas.ModelName] | None, Query(max_length=50, alias="model", description="several may be named; none: all")
]
router = APIRouter(prefix="/api/evaluations", tags=["evaluations"], dependencies=[Depends(Needs("guest"))])

_FIGURE = {"value": 0.53, "low": 0.49, "high": 0.57, "n": 1200, "days": 60}
_EVALUATIONS = {
    "market": "us", "board": "live", "horizon": 1, "window": "90", "first_date": "2026-07-22",
    "last_date": "2026-10-19",
    "models": [
        {"model": "nearest_news", "provider": "baseline", "is_floor": False, "figures": {"hit_rate": _FIGURE}}
    ],
}  # fmt: skip
_DAILY = {
    "model": "nearest_news", "is_floor": False,
    "points": [
        {"settle_date": "2026-10-19", "asked": 20, "answered": 18, "hits": 10, "brier": 0.248,
         "daily_return": 0.0012, "cumulative_return": 0.0012}
    ],
}  # fmt: skip
_RELIABILITY = {
    "model": "nearest_news", "is_floor": False,
    "bins": [{"bin": 5, "mean_probability": 0.54, "up_share": _FIGURE}],
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Which board, over which window of calendar days up to its newest settling session."""

    market: Annotated[schemas.MarketCode, Query()]
    board: Annotated[schemas.Board, Query(description="live: made before the open; reconstructed: all others")] = "live"
    horizon: Annotated[schemas.Horizon, Query(description="sessions")] = 1
    window: Annotated[Window, Query(description="calendar days up to the newest settling session")] = "all"

    @property
    def place(self) -> Board:
        """The board; 404 for a market that is not configured."""
        return Board(known_market(self.market).code, self.board, self.horizon)

    @property
    def days(self) -> int | None:
        """Days of the window; None for all."""
        return None if self.window == "all" else int(self.window)


Named = Annotated[Asked, Depends(given(Asked))]
Read = Annotated[Reading, Depends(Reads("daily_performance", MODEL))]


@router.get("", response_model=schemas.Evaluations, responses={200: examples(_EVALUATIONS), **documented(304, 404)})
def evaluations(asked: Named, read: Read) -> Response:
    """Every model's figures on a board, each with n, days and its 95 % block interval."""
    return read.answer(lambda conn: _figures(conn, asked))


@router.get(
    "/daily", response_model=list[schemas.DailySeries], responses={200: examples([_DAILY]), **documented(304, 404)}
)
def evaluations_daily(asked: Named, read: Read, models: Models = None) -> Response:
    """Each model's days on a board, with the profit booked so far; the sum begins anew with the window."""
    return read.answer(lambda conn: _series(conn, asked, models))


@router.get(
    "/reliability",
    response_model=list[schemas.Reliability],
    responses={200: examples([_RELIABILITY]), **documented(304, 404)},
)
def evaluations_reliability(asked: Named, read: Read, models: Models = None) -> Response:
    """Stated probability against what came, in tenths; days materialized before there were bins count once they are
    materialized again."""
    return read.answer(lambda conn: _reliability(conn, asked, models))


def _figures(conn: Connection, asked: Asked) -> schemas.Evaluations:
    span = board_span(conn, asked.place, asked.days)
    scores = board_scores(conn, asked.place, *span) if span else {}
    first, last = span or (None, None)
    leaders = [
        schemas.Leader(
            model=each.name,
            provider=each.provider,
            is_floor=each.is_floor,
            figures={name: _figure(figure) for name, figure in summarise(scores[each.name], asked.horizon).items()},
        )
        for each in _shown(conn, scores, None)
    ]
    return schemas.Evaluations(**asdict(asked), first_date=first, last_date=last, models=leaders)


def _series(conn: Connection, asked: Asked, wanted: Sequence[str] | None) -> list[schemas.DailySeries]:
    span = board_span(conn, asked.place, asked.days)
    scores = board_scores(conn, asked.place, *span) if span else {}
    return [
        schemas.DailySeries(model=each.name, is_floor=each.is_floor, points=_points(scores[each.name], asked.horizon))
        for each in _shown(conn, scores, wanted)
    ]


def _points(days: Sequence[DayScore], horizon: int) -> list[schemas.DailyPoint]:
    profit = booked_profit(days, horizon)
    return [
        schemas.DailyPoint(
            settle_date=day.day,
            asked=day.asked,
            answered=day.answered,
            hits=day.true_up + day.true_down,
            brier=day.brier_sum / day.asked if day.asked else None,
            daily_return=profit[day.day],
            cumulative_return=so_far,
        )
        for day, so_far in zip(days, accumulate(profit.values()), strict=True)
    ]


def _reliability(conn: Connection, asked: Asked, wanted: Sequence[str] | None) -> list[schemas.Reliability]:
    span = board_span(conn, asked.place, asked.days)
    bins = board_bins(conn, asked.place, *span) if span else {}
    return [
        schemas.Reliability(
            model=each.name,
            is_floor=each.is_floor,
            bins=[
                schemas.ReliabilityBin(bin=b.bin, mean_probability=b.mean_probability, up_share=_figure(b.up_share))
                for b in summarise_bins(bins[each.name], asked.horizon)
            ],
        )
        for each in _shown(conn, bins, wanted)
    ]


def _shown(conn: Connection, found: dict[str, Any], wanted: Sequence[str] | None) -> list[Forecaster]:
    return [each for each in forecasters(conn) if each.name in found and (wanted is None or each.name in wanted)]


def _figure(figure: object) -> schemas.Figure:
    return schemas.Figure.model_validate(figure, from_attributes=True)
