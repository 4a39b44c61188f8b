"""What language models cost. Amounts are USD; days are UTC."""

from datetime import date
from typing import Literal

from pydantic import Field

from craveny_api.schemas.building_blocks import Figure, MarketCode, ModelName, Shape

CostPurpose = Literal["forecast", "noise", "report", "replay", "embedding", "preview"]


class Spent(Shape):
    """What requests to providers came to."""

    attempts: int = Field(description="requests made, answered or not")
    in_flight: int = Field(description="of them, those whose end is not known, or whose process died")
    outcomes: dict[str, int] = Field(description="the others by outcome class")
    prompt_tokens: int = Field(description="sent, as billed")
    cached_tokens: int = Field(description="of them, cached by the provider")
    completion_tokens: int = Field(description="answered, as billed")
    usd: float
    estimated_usd: float = Field(description="of it, what was reserved and never confirmed by a usage")
    estimated_share: float | None = Field(description="of usd; null when that is zero")


class CostLine(Spent):
    """What one model cost on one day for one purpose."""

    day: date
    model: ModelName | None = Field(description="null: vectors of texts")
    provider: str
    identifier: str
    purpose: CostPurpose


class Budget(Shape):
    """What may still be spent today."""

    day: date
    limit_usd: float
    spent_usd: float
    reserved_usd: float = Field(description="for requests whose end is not known yet")
    left_usd: float


class Cost(Shape):
    """What language models cost over a span of days."""

    first_date: date
    last_date: date
    budget: Budget
    total: Spent
    lines: list[CostLine] = Field(description="the newest day first, then by model and purpose")


class ModelWorth(Shape):
    """What a model's settled forecasts cost, and how many more of them were right than of the best floor."""

    model: ModelName
    provider: str
    questions: int = Field(description="settled; those before its knowledge cut-off are left out")
    hits: int = Field(description="called right; what was not answered was not")
    floor: str | None = Field(description="the floor with the most right calls on the same questions")
    floor_hits: int
    usd: float = Field(description="of these questions, every attempt counted")
    usd_per_correct_call: Figure = Field(description="above the floor; null when it was not right more often")
    flip_rate: Figure = Field(
        description="how often it called the other direction when asked the same again; n comparisons"
    )


class Worth(Shape):
    """What forecasts that cost money are worth."""

    market: MarketCode | None = Field(description="null: all")
    first_date: date
    last_date: date
    models: list[ModelWorth] = Field(description="by name")
