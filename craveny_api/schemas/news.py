"""Articles, and links that wait for a person's judgement."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from craveny_api.schemas.building_blocks import MarketCode, Shape, Symbol, Verdict


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
