"""Reports on stocks: what a model says at length. Text of a model is data: plain, never markup."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from craveny_api.schemas.building_blocks import Figure, MarketCode, ModelName, OutcomeClass, Shape, Symbol
from craveny_api.schemas.judgement import Window


class ReportContent(Shape):
    """What a report says, in the market's language; never advice."""

    view: Literal["up", "sideways", "down"] = Field(description="where the evidence points over the coming weeks")
    summary: str
    short_view: str = Field(description="the coming week")
    medium_view: str = Field(description="the coming month")
    long_view: str = Field(description="beyond a month")
    risks: list[str]
    opportunities: list[str]


class ReportOutcome(Shape):
    """What came of a report's target and stop, by the highs and lows of its window: the five sessions that open after
    it was made."""

    status: Literal["none", "waiting", "settled", "void"] = Field(description="none: it names no price that could be")
    closes_date: date | None = Field(description="the window's last session; null: status none")
    settle_date: date | None = Field(description="session whose close settled it, later than closes_date if a bar was")
    target_date: date | None = Field(description="first session whose high or low reached the target")
    stop_date: date | None = Field(description="first session whose high or low breached the stop")
    first_touch: Literal["target", "stop"] | None = Field(description="null: neither; in one bar the stop came first")
    path_return: float | None = Field(description="the window's first open to the target, stop or settling close")
    reason: str | None = Field(description="why void, or why late")
    is_revised: bool = Field(description="a correction of prices changed it")


class Report(Shape):
    """A model's report on a stock, as it was written."""

    report_id: int
    market: MarketCode
    symbol: Symbol
    partition_date: date = Field(description="the local day it is of")
    model: ModelName
    reason: Literal["daily", "news", "asked"] = Field(description="why it was written")
    outcome_class: OutcomeClass
    content: ReportContent | None = Field(description="null unless ok")
    base_price: float = Field(description="the last close known then, in currency")
    target_price: float | None = Field(description="where the view would lead, in currency")
    stop_price: float | None = Field(description="where the view would be proved wrong, in currency")
    currency: str
    cutoff_at: datetime = Field(description="nothing later is in it: its age counts from there")
    created_at: datetime
    news_count: int = Field(description="stories it had read")
    run_id: str
    usd: float | None = Field(description="what its answer cost; null: there is none yet")
    outcome: ReportOutcome


class ReportRecord(Shape):
    """What came of one model's reports whose window is over."""

    model: ModelName
    settled: int
    void: int = Field(description="without a base or a last close; in no rate")
    target_first: int = Field(description="reached the target before any stop")
    stop_first: int = Field(description="breached the stop before the target, or in the same bar")
    neither: int
    figures: dict[str, Figure] = Field(
        description="target_rate and stop_rate, of the reports that name one; neither_rate, of all"
    )


class ReportRecords(Shape):
    """What came of reports over a window, by model; no order between models is claimed."""

    market: MarketCode
    window: Window = Field(description="calendar days up to last_date")
    first_date: date | None = Field(description="session that settled the first report; null: none was settled")
    last_date: date | None
    models: list[ReportRecord]


class ReportEstimate(Shape):
    """What one model's report would cost."""

    model: ModelName
    likely_usd: float
    most_usd: float
    basis: Literal["last_report", "prompt"] = Field(
        description="reckoned from the last report, or from the prompt alone"
    )


class ReportPrice(Shape):
    """What a new report would cost, before it is asked for."""

    market: MarketCode
    symbol: Symbol
    is_possible: bool
    reason: str | None = Field(description="one sentence: why it is not possible")
    likely_usd: float = Field(description="of all models that write reports")
    most_usd: float
    models: list[ReportEstimate] = Field(description="those that write reports, by name")
    waiting_since_at: datetime | None = Field(description="somebody asked for one that is not there yet")
