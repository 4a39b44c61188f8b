"""How models did."""

from datetime import date
from typing import Literal

from pydantic import Field

from craveny_api.schemas.building_blocks import Board, Figure, Horizon, MarketCode, ModelName, Shape


class Leader(Shape):
    """One model's figures on a board; no order between models is claimed."""

    model: ModelName
    provider: str
    is_floor: bool
    figures: dict[str, Figure] = Field(
        description="coverage, hit_rate, mcc, brier, log_score, mean_return, sharpe, max_drawdown"
    )


class Evaluations(Shape):
    """A board's models over a window."""

    market: MarketCode
    board: Board
    horizon: Horizon
    window: Literal["7", "30", "90", "all"] = Field(description="calendar days up to last_date")
    first_date: date | None
    last_date: date | None
    models: list[Leader]


class DailyPoint(Shape):
    """One day's own figures of one model and the sum of its daily profit so far."""

    settle_date: date
    asked: int
    answered: int
    hits: int
    brier: float | None
    daily_return: float = Field(description="booked by the position rule, after costs")
    cumulative_return: float


class DailySeries(Shape):
    """One model's days, ascending."""

    model: ModelName
    is_floor: bool
    points: list[DailyPoint]


class ReliabilityBin(Shape):
    """Stated probability against what came, for one tenth of the scale."""

    bin: int = Field(ge=0, le=9)
    mean_probability: float
    up_share: Figure


class MemberWorth(Shape):
    """What a member is worth to its ensemble; positive: the ensemble is better with it."""

    ensemble: ModelName
    member: ModelName
    brier: Figure = Field(description="mean Brier score without the member less that with it")
    hit_rate: Figure = Field(description="hit rate with the member less that without it")


class Reliability(Shape):
    """One model's reliability, bins that hold forecasts only."""

    model: ModelName
    is_floor: bool
    bins: list[ReliabilityBin]
