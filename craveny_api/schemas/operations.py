"""How the installation is doing."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from craveny_api.schemas.building_blocks import MarketCode, Shape


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
