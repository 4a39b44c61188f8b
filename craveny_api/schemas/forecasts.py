"""Forecasts, from their inputs to their settlement."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from craveny_api.schemas.building_blocks import (
    Direction,
    Horizon,
    MarketCode,
    ModelName,
    Origin,
    OutcomeClass,
    Shape,
    Symbol,
)
from craveny_api.schemas.language import LanguageAnswer, Replay
from craveny_api.schemas.news import Article
from craveny_api.schemas.stocks import Bar


class Settlement(Shape):
    """How a forecast came out."""

    status: Literal["open", "settled", "void"]
    settle_date: date | None = Field(description="session whose close settled it")
    outcome_return: float | None = Field(description="close to close, split-adjusted")
    tradable_return: float | None = Field(description="open of the session to the settling close")
    target_return: float | None = Field(description="from the entry close; null: none was named, or it is open")
    stop_return: float | None = Field(description="from the entry close: as far as the target, the other way")
    target_date: date | None = Field(description="first session whose high or low reached the target")
    stop_date: date | None = Field(description="first session whose high or low breached the stop")
    first_touch: Literal["target", "stop"] | None = Field(description="null: neither; in one bar the stop came first")
    path_return: float | None = Field(description="open of the session to the target, stop or settling close")
    is_up: bool | None
    is_hit: bool | None
    reason: str | None = Field(description="why void, or why late")
    settled_at: datetime | None


class Prediction(Shape):
    """What one model said of one stock for one session and horizon."""

    prediction_id: int
    market: MarketCode
    symbol: Symbol
    name: str
    session_date: date
    horizon: Horizon
    model: ModelName
    is_floor: bool
    outcome_class: OutcomeClass
    direction: Direction | None
    probability: float | None = Field(description="of up; null unless ok")
    confidence: float | None = Field(description="of the stated direction: max(p, 1 - p)")
    climatology: float = Field(description="base rate of up; what every class but ok is scored as")
    expected_move: float | None = Field(description="return expected over the horizon; null where none was said")
    reasoning: str | None
    origin: Origin
    degraded: list[str] = Field(description="sources not read up to the cut-off")
    issued_at: datetime
    settlement: Settlement
    is_synthetic: bool


class RuleCall(Shape):
    """What a simple rule said at the cut-off, and how often up followed that call before."""

    rule: str
    call: Direction
    up_share: float | None
    n: int | None
    days: int | None


class EvidenceStory(Shape):
    """A story that the question held."""

    title: str = Field(description="as it was when the question was frozen")
    article: Article | None = Field(description="as it is now; null when it is no longer kept")
    positive: int = Field(description="positive words of the lexicon")
    negative: int


class Neighbour(Shape):
    """A similar story of the past and what its stocks did afterwards."""

    article: Article | None = Field(description="null when the article is no longer kept")
    similarity: float
    up_share: float | None = Field(description="of its stocks, after this forecast's horizon")


class Passage(Shape):
    """A story that language models were given to read; text is plain, never markup."""

    news_id: int
    title: str = Field(description="as it was when the question was frozen")
    excerpt: str
    source: str
    available_at: datetime
    is_past: bool = Field(description="a similar story of the past, told with what followed it")
    similarity: float | None = Field(description="of a past one")
    returns: dict[str, float | None] | None = Field(description="of a past one's stocks, after 1, 3 and 5 sessions")
    is_cited: bool = Field(description="the forecast says that it rests on it")
    article: Article | None = Field(description="as it is now; null when it is no longer kept")


class Evidence(Shape):
    """The frozen question: everything the model may have been told."""

    cutoff_at: datetime
    frozen_at: datetime
    is_declared: bool = Field(description="rests on an archive's word for when facts were known")
    base_up_share: float | None
    base_n: int | None
    returns: dict[str, float | None] = Field(description="over the last 1 and 5 sessions before the cut-off")
    calls: list[RuleCall]
    stories: list[EvidenceStory]
    neighbours: list[Neighbour]
    passages: list[Passage] = Field(description="what language models were given to read; none: none was asked")


class InputDays(Shape):
    """The days of one asset that a partition read."""

    asset: str
    first_date: date
    last_date: date
    days: int
    newest_version: int


class Provenance(Shape):
    """The Dagster partition and run a row came from, and what that partition read."""

    asset: str
    partition_date: date
    version: int = Field(description="of the partition, or of the model's part of it, as it is now")
    run_id: str = Field(description="the run that made the row; of a settlement, the one that wrote its day last")
    committed_at: datetime = Field(description="when the partition was written last")
    inputs: list[InputDays]


class MemberAnswer(Shape):
    """What a member of an ensemble said of the same question."""

    prediction_id: int
    model: ModelName
    outcome_class: OutcomeClass
    probability: float | None = Field(description="of up; null unless ok, and then it counts")


class PredictionDetail(Prediction):
    """One forecast, from its inputs to its settlement."""

    evidence: Evidence | None
    language: LanguageAnswer | None = Field(description="what was sent and said; null: no language model was asked")
    members: list[MemberAnswer] = Field(description="what an ensemble's answer is made of; of all others: nothing")
    replays: list[Replay] = Field(description="what models would have said of the same question")
    made_by: Provenance | None
    settled_by: Provenance | None
    entry_bar: Bar | None = Field(description="the last close before the cut-off")
    exit_bar: Bar | None = Field(description="the settling close")


class Comparison(Shape):
    """Models side by side on the same questions: one row per stock, `answers` by model."""

    market: MarketCode
    session_date: date | None = Field(description="null when nothing was ever forecast")
    horizon: Horizon
    models: list[ModelName]
    rows: "list[ComparisonRow]" = Field(description="by symbol")
    next_cursor: str | None = Field(default=None, description="give it back as `cursor` for more stocks")


class ComparisonRow(Shape):
    """What each model said of one stock."""

    symbol: Symbol
    name: str
    is_synthetic: bool
    answers: dict[str, Prediction]
