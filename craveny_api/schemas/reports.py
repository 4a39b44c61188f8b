"""Reports on stocks: what a model says at length. Text of a model is data: plain, never markup."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from craveny_api.schemas.building_blocks import MarketCode, ModelName, OutcomeClass, Shape, Symbol


class ReportContent(Shape):
    """What a report says, in the market's language; never advice."""

    view: Literal["up", "sideways", "down"] = Field(description="where the evidence points over the coming weeks")
    summary: str
    short_view: str = Field(description="the coming week")
    medium_view: str = Field(description="the coming month")
    long_view: str = Field(description="beyond a month")
    risks: list[str]
    opportunities: list[str]


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
