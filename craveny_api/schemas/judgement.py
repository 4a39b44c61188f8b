"""How models did, and which of them is better."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from craveny_api.schemas.building_blocks import Board, Figure, Horizon, MarketCode, ModelName, Shape, Symbol

Window = Literal["7", "30", "90", "all"]
Word = Literal["better", "worse", "no_difference", "not_shown"]


class Badge(Shape):
    """Whether a model has shown that it beats every floor, as of a day; false is the default."""

    as_of_date: date
    is_earned: bool
    floors_beaten: int
    floors: int
    candidates: int = Field(description="models that may earn it and share the error: alpha is the board's over them")
    alpha: float = Field(description="how often a badge is shown by luck that this model may use up")
    days: int = Field(description="bet on against the floor that is hardest to beat")
    hardest_floor: ModelName | None
    days_to_go: int | None = Field(description="about how many more days against it; null: cannot be said")
    since_date: date | None
    is_revised: bool = Field(description="a correction of the past changed it; what had been said is kept")


class Leader(Shape):
    """One model's figures on a board; no order between models is claimed."""

    model: ModelName
    provider: str
    is_floor: bool
    figures: dict[str, Figure] = Field(
        description="coverage, hit_rate, mcc, brier, log_score, mean_return, sharpe, max_drawdown, target_rate, "
        "stop_rate"
    )
    skill: dict[ModelName, Figure] = Field(
        description="by floor: one less the Brier score over the floor's on days both were asked as many questions"
    )
    outcomes: dict[str, int] = Field(description="settled questions by outcome class")
    void: int = Field(description="questions without an outcome")
    contaminated_days: int = Field(description="days whose outcome the model may have learnt; in no verdict")
    badge: Badge | None = Field(description="null: a floor, or not judged yet, or of one sector or stock")


class Evaluations(Shape):
    """A board's models over a window."""

    market: MarketCode
    board: Board
    horizon: Horizon
    window: Window = Field(description="calendar days up to last_date")
    sector: str | None = Field(description="of this sector's stocks only; null: all")
    symbol: Symbol | None = Field(description="of this stock only; null: all")
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
    drawdown: float = Field(description="how far cumulative_return stands below its highest so far, at least zero")
    is_contaminated: bool = Field(description="the model may have learnt what came of it")


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


class Stated(Shape):
    """How honest stated probabilities were: by tenths, and their mean distance from what came (ECE)."""

    bins: list[ReliabilityBin] = Field(description="those that hold forecasts only")
    ece: Figure
    brier: Figure = Field(description="over answered questions")


class Reliability(Stated):
    """One model's reliability: as it stated it, and beside it what walk-forward isotonic regression makes of it."""

    model: ModelName
    is_floor: bool
    raw: Stated | None = Field(description="as stated, on the questions that were calibrated; null: none were")
    calibrated: Stated | None = Field(description="fitted only on outcomes closed before each cut-off; null: none")


class PairVerdict(Shape):
    """What is shown of two models as of a day; a comes before b by name."""

    model_a: ModelName
    model_b: ModelName
    questions: int
    difference: Figure = Field(description="mean of daily differences of the metric, a above b, with a block interval")
    better: float = Field(description="natural log of the wealth of betting that a is better; shown at ln(2/alpha)")
    worse: float
    verdict: Word = Field(description="of a")
    since_date: date | None
    days_to_go: int | None = Field(description="about how many more days; null: cannot be said")
    is_revised: bool = Field(description="a correction of the past changed it")


class Verdicts(Shape):
    """The board's verdicts between two models, by the rule that was fixed beforehand."""

    market: MarketCode
    board: Board
    horizon: Horizon
    as_of_date: date | None = Field(description="null: nothing was judged yet")
    metric: Literal["hit", "brier"]
    edge: float = Field(description="the difference that would matter")
    alpha: float | None = Field(description="of each pair: the board's, shared over its pairs; null: none")
    pairs: list[PairVerdict]


class VerdictDay(Shape):
    """What was said of a pair as of a day; what a correction replaced is kept."""

    as_of_date: date
    days: int
    questions: int
    difference: float | None
    better: float
    worse: float
    below_edge: float
    above_edge: float
    alpha: float
    verdict: Word
    is_revised: bool
    decided_at: datetime
    superseded_at: datetime | None = Field(description="a revision replaced it then; null: it stands")
