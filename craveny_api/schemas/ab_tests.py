"""A/B tests: two models compared by a rule that was stated before the comparison began. Shares, edges and
differences are fractions; a verdict is of model_a against model_b."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from craveny_api.schemas.building_blocks import Figure, Horizon, MarketCode, ModelName, Name, Shape
from craveny_api.schemas.models import Handle

Metric = Literal["hit", "brier"]
ComparisonVerdict = Literal["better", "worse", "no_difference", "not_shown"]
LogWealth = Annotated[float, Field(description="natural logarithm; 0 before the first day")]


class NewAbTest(Shape):
    """A comparison to be registered; none of it can be changed afterwards."""

    name: Handle
    market: MarketCode
    horizon: Horizon = 1
    model_a: ModelName
    model_b: ModelName
    mode: Literal["paired", "split"] = Field(
        default="paired", description="paired: both answer everything; split: each only its share of the questions"
    )
    share_b: float | None = Field(default=None, gt=0, lt=1, description="of a split's questions, those of model_b")
    metric: Metric = "hit"
    edge: float = Field(default=0.02, gt=0, lt=1, description="the difference that would matter")
    alpha: float = Field(default=0.05, gt=0, lt=1, description="how often a false winner is accepted")
    starts_on: date | None = Field(
        default=None, description="its first session; null: the first whose cut-off is still to come"
    )
    is_default: bool = Field(default=False, description="the market's pages open with this pair")


class AbTestChange(Shape):
    """What can be changed of a test that runs."""

    is_default: bool


class AbTestStop(Shape):
    """Why a test is stopped."""

    reason: Name = Field(description="one sentence")


class AbEvidence(Shape):
    """Where a test stood as of a day: the wealth of four bets, and the word that it allows."""

    as_of_date: date = Field(description="the last settling session that is counted")
    questions: int = Field(description="of both variants together when split, else of either")
    days: int = Field(description="that were bet on")
    difference: float | None = Field(description="mean of the daily differences, model_a above model_b")
    better: LogWealth
    worse: LogWealth
    below_edge: LogWealth
    above_edge: LogWealth
    verdict: ComparisonVerdict
    since_date: date | None = Field(description="the day from which the verdict stands; null: not shown")
    days_to_go: int | None = Field(description="about how many more days, at what was seen so far")
    is_revised: bool = Field(description="a correction of the past changed it")


class AbVerdict(Shape):
    """A word that was said of a test, and what it was said instead of."""

    as_of_date: date
    verdict: ComparisonVerdict
    days: int
    is_revised: bool
    decided_at: datetime
    superseded_at: datetime | None = Field(description="a revision replaced it then; null: it stands")


class AbVariant(Shape):
    """How one variant did; what it did not answer is scored as the climatology."""

    model: ModelName
    hit_rate: Figure
    brier: Figure


class AbTest(Shape):
    """A registered comparison, and the newest of what is known."""

    test_id: int
    name: str
    market: MarketCode
    horizon: Horizon
    model_a: ModelName
    model_b: ModelName
    mode: Literal["paired", "split"]
    share_b: float | None
    metric: Metric
    edge: float
    alpha: float
    starts_on: date
    is_default: bool
    created_at: datetime
    stopped_at: datetime | None = Field(description="sessions whose cut-off came later do not count; null: it runs")
    stop_reason: str | None
    newest: AbEvidence | None = Field(description="null: no day has been counted yet")


class AbTestDetail(AbTest):
    """A test with all of its evidence."""

    shown_at: LogWealth = Field(description="the wealth at which better or worse is won: 2 / alpha, half for each")
    no_difference_at: LogWealth = Field(description="the wealth at which a bet against the edge is won: 1 / alpha")
    difference: Figure = Field(description="mean of the daily differences of all settled days")
    variants: list[AbVariant] = Field(description="model_a, then model_b")
    evidence: list[AbEvidence] = Field(description="by day, ascending")
    history: list[AbVerdict] = Field(description="each new word, ascending, and every word that was revised")
