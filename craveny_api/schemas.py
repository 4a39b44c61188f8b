"""What the API says and hears: one model per shape. Probabilities, shares and returns are fractions; times are UTC."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, EmailStr, Field

from craveny_domain.text import clean_text

MarketCode = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,16}$", examples=["us"])]
Symbol = Annotated[str, Field(min_length=1, max_length=32, examples=["ACME"])]
ModelName = Annotated[str, Field(min_length=1, max_length=64, examples=["nearest_news"])]
# A query parameter comes as text.
Horizon = Annotated[
    Literal[1, 3, 5],
    BeforeValidator(lambda given: {"1": 1, "3": 3, "5": 5}.get(given, given) if isinstance(given, str) else given),
]
Board = Literal["live", "reconstructed"]
Origin = Literal["live", "late", "reconstructed", "replay"]
Direction = Literal["up", "down"]
Role = Literal["guest", "investor", "operator", "admin"]
OutcomeClass = Literal[
    "ok", "no_input", "refusal", "invalid_output", "truncated", "filtered", "quota", "transient", "provider_bug"
]

AliasKind = Literal["name", "ticker", "code", "alias"]
Verdict = Literal["confirmed", "rejected"]
Priority = Annotated[int, Field(ge=1, le=5, description="1 (most) to 5: how deep it is crawled")]
# What a person typed or pasted is kept as it will be seen.
Name = Annotated[
    str,
    Field(min_length=1, max_length=120, examples=["Acme"]),
    BeforeValidator(lambda given: clean_text(given) if isinstance(given, str) else given),
]

Item = TypeVar("Item")


class Shape(BaseModel):
    """A body that is refused when it holds anything unknown."""

    model_config = ConfigDict(extra="forbid")


class Page(Shape, Generic[Item]):
    """One page of a list; `next_cursor` asks for the one after it, null at the end."""

    items: list[Item]
    next_cursor: str | None = Field(description="give it back as `cursor`; null when this is the last page")


class Problem(BaseModel):
    """An error as RFC 9457 has it."""

    type: str = "about:blank"
    title: str = Field(examples=["Unknown parameter"])
    status: int = Field(examples=[422])
    detail: str = Field(description="the cause and the cure, one sentence each")
    request_id: str = Field(description="names this request in the server's log")


# People


class Login(Shape):
    """What a person types to log in."""

    email: EmailStr = Field(max_length=254, examples=["ana@example.org"])
    password: str = Field(min_length=1, max_length=200, json_schema_extra={"format": "password"})


class User(Shape):
    """Who is asking; a guest has no e-mail."""

    email: str | None
    role: Role


class Session(Shape):
    """A short-lived access token; the refresh token travels in an HttpOnly cookie."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = Field(description="seconds", examples=[900])
    user: User


# Markets and stocks


class SessionTimes(Shape):
    """One trading session and its cut-off."""

    session_date: date
    cutoff_at: datetime
    open_at: datetime
    close_at: datetime


class Market(Shape):
    """A market, where its clock stands and which session comes next."""

    market: MarketCode
    exchange: str = Field(examples=["XNYS"])
    timezone: str = Field(examples=["America/New_York"])
    currency: str = Field(examples=["USD"])
    now: datetime = Field(description="the database's clock")
    local_date: date
    state: Literal["before_open", "open", "after_close", "closed"] = Field(
        description="of the local day; closed: no session on it"
    )
    current: SessionTimes | None = Field(description="the local day's session")
    next: SessionTimes | None = Field(description="the next session that has not opened")
    newest_forecast_date: date | None = Field(description="the newest session with forecasts")
    is_synthetic: bool = Field(description="whether invented data is among its sources")


class Stock(Shape):
    """A stock or an index."""

    market: MarketCode
    symbol: Symbol
    name: str
    name_en: str | None
    kind: Literal["stock", "index"]
    sector: str | None
    currency: str
    is_synthetic: bool
    priority: Priority
    is_paused: bool = Field(description="left out of the universe: neither crawled nor forecast")


class NewStock(Shape):
    """A stock or an index to be listed from now on; it is found in news by its symbol and its names."""

    market: MarketCode
    symbol: str = Field(max_length=32, pattern=r"^[A-Za-z0-9^][A-Za-z0-9.^_=-]*$", examples=["ACME"])
    name: Name
    name_en: Name | None = None
    sector: Name | None = None
    kind: Literal["stock", "index"] = "stock"
    priority: Priority = 3


class StockChange(Shape):
    """What changes from now on; what is left out stays. A former name goes on being an alias."""

    name: Name | None = Field(default=None, description="null: as it is")
    name_en: Name | None = Field(default=None, description="null takes it away")
    sector: Name | None = Field(default=None, description="null takes it away")
    priority: Priority | None = Field(default=None, description="1 (most) to 5; null: as it is")
    is_paused: bool | None = Field(default=None, description="null: as it is")


class NewAlias(Shape):
    """Another way texts write a stock, from now on. One in force that differs in `needs_context` is replaced."""

    alias: Name
    kind: AliasKind = "alias"
    needs_context: bool = Field(default=False, description="also a common word: linked only where its context says so")


class StockAlias(Shape):
    """A way texts write a stock."""

    alias_id: int
    alias: str
    kind: AliasKind
    needs_context: bool
    available_at: datetime = Field(description="in force from then on")


class ModelRecord(Shape):
    """How one model's settled forecasts of one stock came out."""

    model: ModelName
    is_floor: bool
    horizon: Horizon
    board: Board
    figures: "dict[str, Figure]"


class StockDetail(Stock):
    """A stock with its newest bar and each model's record on it."""

    aliases: list[str]
    newest_bar: "Bar | None"
    records: list[ModelRecord]


class Bar(Shape):
    """A daily bar as known now; `adjusted_close` has later splits applied, by Craveny, `total_return_close` dividends
    as well."""

    session_date: date
    open: float = Field(description="in currency, as traded")
    high: float
    low: float
    close: float
    adjusted_close: float
    total_return_close: float = Field(description="as if every later dividend had been reinvested")
    volume: int = Field(description="shares")
    split_ratio: float = Field(description="new shares per old, effective at this open")
    dividend: float = Field(description="cash per share, ex at this open")
    source: str
    is_corrected: bool = Field(description="whether an earlier observation differed")


class Bars(Shape):
    """A span of bars, ascending."""

    market: MarketCode
    symbol: Symbol
    currency: str
    is_synthetic: bool
    items: list[Bar]


class Article(Shape):
    """A clean article and the stocks it is about; text is plain, never markup."""

    news_id: int
    market: MarketCode
    title: str
    excerpt: str
    link: str | None
    source: str
    language: str
    published_at: datetime | None
    available_at: datetime
    basis: Literal["observed", "declared"]
    story_id: int = Field(description="the earliest near-duplicate; equal to news_id for an original")
    symbols: list[Symbol]
    is_synthetic: bool
    first_source: str = Field(description="who told the story first")
    copies: int = Field(description="other tellings of the story, by any source")
    lead_minutes: float | None = Field(
        description="how long before the second source the first told it; null without a second"
    )


# Reviews


class LinkedStock(Shape):
    """The stock that a text is linked to."""

    market: MarketCode
    symbol: Symbol
    name: str


class UncertainLink(Shape):
    """A link from an article to a stock that nobody has judged yet; text is plain, never markup."""

    news_id: int
    title: str
    text: str = Field(description="what was read: the title, and what the excerpt adds to it")
    span: str = Field(description="the words that link; empty when the source itself names the stock")
    span_start: int | None = Field(description="where they begin in text, in characters (code points)")
    stock: LinkedStock
    kind: str = Field(description="what the words are: name, ticker, code, alias, cashtag or declared")
    score: float = Field(description="0 to 1")
    available_at: datetime
    source: str


class NewReview(Shape):
    """A judgement of a link; it counts for what is shown at once, and for forecasts whose cut-off is yet to come."""

    news_id: int = Field(ge=1, le=2**63 - 1, examples=[4711])
    market: MarketCode
    symbol: Symbol
    verdict: Verdict


class Review(NewReview):
    """A judgement of a link as it stands."""

    review_id: int
    available_at: datetime = Field(description="forecasts with a later cut-off heed it")


# Forecasts


class Settlement(Shape):
    """How a forecast came out."""

    status: Literal["open", "settled", "void"]
    settle_date: date | None = Field(description="session whose close settled it")
    outcome_return: float | None = Field(description="close to close, split-adjusted")
    tradable_return: float | None = Field(description="open of the session to the settling close")
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


class PredictionDetail(Prediction):
    """One forecast, from its inputs to its settlement."""

    evidence: Evidence | None
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


# Judgement


class Figure(Shape):
    """A figure with its 95 % block interval, over n questions on `days` days; null where it is not defined."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    days: int


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


class Reliability(Shape):
    """One model's reliability, bins that hold forecasts only."""

    model: ModelName
    is_floor: bool
    bins: list[ReliabilityBin]


class Model(Shape):
    """A forecaster."""

    model: ModelName
    provider: str
    identifier: str
    is_floor: bool
    prompt_version: str | None
    knowledge_cutoff_date: date | None = Field(description="null: unknown")
    is_active: bool
    active_from_at: datetime | None


# Operations


class Freshness(Shape):
    """How up to date one asset of a market is."""

    market: MarketCode
    asset: str
    days: int = Field(description="days materialized")
    newest_date: date | None
    expected_date: date = Field(description="the newest day that should be there by now")
    is_late: bool
    rows: int
    last_committed_at: datetime | None
    last_run_id: str | None
    failing_gates: int


class UsualWeekday(Shape):
    """What a weekday brings by a source's last eight of them; figures are null under three."""

    weekday: int = Field(ge=1, le=7, description="1 is Monday")
    days: int = Field(description="of the last eight, those that were read")
    median: float | None = Field(description="items")
    low: int | None = Field(description="the fewest items that would be usual")
    high: int | None = Field(description="the most items that would be usual")


class SourceErrors(Shape):
    """How often a source failed in one way in the last seven days."""

    error_class: str = Field(examples=["timeout"])
    count: int
    last_at: datetime
    detail: str | None = Field(description="what the last one said")


class SourceLead(Shape):
    """A source among the stories of the last 30 days that it and others told."""

    stories: int = Field(description="told by it and by at least one other source")
    median_minutes: float | None = Field(description="before the second source, of those it told first; null: of none")
    first_share: float = Field(description="of these stories, told before every other source")


class SourceHealth(Shape):
    """How a source of news or prices does."""

    market: MarketCode
    name: str
    feed: Literal["news", "price"]
    kind: str = Field(examples=["rss"])
    is_synthetic: bool
    state: Literal["on", "off", "waiting", "failing", "ended"]
    reason: str | None = Field(description="one sentence: why it is not on, or why its volume is not usual")
    every_minutes: int | None = Field(description="how often it is asked; null: not by the clock")
    first_date: date
    last_date: date | None = Field(description="last local day it can speak for; null: still growing")
    reached_at: datetime | None = Field(description="everything it had up to then has been read")
    attempted_at: datetime | None
    succeeded_at: datetime | None
    next_at: datetime | None = Field(description="not asked before then; null: not by the clock")
    failures: int = Field(description="attempts failed in a row")
    items_today: int
    expected_items: float | None = Field(
        description="median of the whole weekday over the last eight; null under three"
    )
    volume: Literal["usual", "silent", "flood", "unknown"]
    weekdays: list[UsualWeekday]
    errors: list[SourceErrors] = Field(description="of the last seven days, the most frequent first")
    lead: SourceLead | None = Field(description="null when it shares no story with another source")


class FailedPartition(Shape):
    """A day that is not as it should be: its last run failed, or a gate of it did."""

    market: MarketCode
    asset: str
    partition_date: date
    kind: Literal["run", "gate"]
    detail: str
    run_id: str | None
    failed_at: datetime


class Run(Shape):
    """A Dagster run."""

    run_id: str
    job: str
    market: str | None
    partitions: str | None = Field(description="a day, or first...last")
    status: str = Field(examples=["SUCCESS"])
    skipped: str | None = Field(description="why it stood back, if it did")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    link: str | None = Field(description="the run in the Dagster UI, where its address is configured")


class ProcessState(Shape):
    """A process that must be alive."""

    process: str = Field(examples=["sender"])
    beat_at: datetime | None
    is_alive: bool
    detail: str


class Notification(Shape):
    """An alert and whether it reached anyone."""

    notification_id: int
    kind: str
    level: Literal["info", "warning", "error"]
    market: str | None
    asset: str | None
    partition_key: str | None
    run_id: str | None
    title: str
    detail: str
    link: str | None
    occurred_at: datetime
    state: Literal["waiting", "pending", "sending", "sent", "dead"]
    sent_at: datetime | None


class Health(Shape):
    """That the process answers."""

    status: Literal["ok"] = "ok"
    version: str


class Readiness(Shape):
    """Which parts answer; 503 when one that is needed does not."""

    status: Literal["ready", "not_ready"]
    parts: dict[str, str] = Field(description="ok, or what is wrong, by part: database, schema, dashboard, milvus")


class Settings(Shape):
    """What a page must know before it asks for anything else."""

    version: str
    login_required: bool
    dagster_address: str | None = Field(description="for links to runs and partitions; null: not shown")
    alerts: Literal["telegram", "log_only"] = Field(description="whether alerts leave this machine")


def examples(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value may be an example
    """The OpenAPI fragment that shows one answer."""
    return {"content": {"application/json": {"example": value}}}
