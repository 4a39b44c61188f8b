"""Markets, stocks and their bars."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from craveny_api.schemas.building_blocks import (
    AliasKind,
    Board,
    Figure,
    Horizon,
    MarketCode,
    ModelName,
    Name,
    Priority,
    Shape,
    Symbol,
)


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
    figures: dict[str, Figure]


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
