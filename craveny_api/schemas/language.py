"""What language models were sent and said. Text from outside and from models is data: plain, never markup."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from craveny_api.schemas.building_blocks import Direction, Horizon, MarketCode, ModelName, OutcomeClass, Shape, Symbol
from craveny_api.schemas.models import Message


class TypedCall(Shape):
    """What an answer says of one horizon."""

    horizon: Horizon
    direction: Direction
    probability_up: float
    expected_move: float = Field(description="return over the horizon, fraction")


class TypedAnswer(Shape):
    """An answer as it fills its type."""

    calls: list[TypedCall] = Field(description="by horizon")
    impact: Literal["low", "medium", "high"] = Field(description="of the news on the price")
    reason: str
    risks: list[str]
    cited: list[int] = Field(description="ids of the stories it says it rests on")


class Attempt(Shape):
    """One request to a provider."""

    attempt_id: int
    purpose: str
    run_id: str
    started_at: datetime
    settled_at: datetime | None = Field(description="null: in flight, or its process died")
    outcome_class: OutcomeClass | None
    detail: str | None = Field(description="what went wrong")
    usd: float = Field(description="what it cost; until that is known, what was reserved for it")
    is_estimated: bool = Field(description="no usage was told: the reservation counts")
    prompt_tokens: int | None
    cached_tokens: int | None
    completion_tokens: int | None
    latency_ms: int | None


class LanguageAnswer(Shape):
    """What a language model was sent for a question, what it answered, and what that took."""

    provider: str
    identifier: str
    prompt_version: str
    parameters: dict[str, Any]
    schema_version: str
    messages: list[Message] = Field(description="as sent, frozen")
    outcome_class: OutcomeClass | None = Field(description="of the answer that is kept; null: there is none")
    detail: str | None = Field(description="why it is not ok")
    answer: str | None = Field(description="as it came")
    typed: TypedAnswer | None = Field(description="the same as it fills its type; null unless ok")
    prompt_tokens: int | None = Field(description="of the request that brought the answer")
    cached_tokens: int | None
    completion_tokens: int | None
    usd: float | None
    latency_ms: int | None
    answered_at: datetime | None
    attempts: list[Attempt] = Field(description="every request for it, the newest first, at most 50")


class Replay(Shape):
    """What a model would have said of a past session; never among the forecasts."""

    origin: Literal["replay"] = "replay"
    market: MarketCode
    symbol: Symbol
    name: str
    session_date: date
    horizon: Horizon
    model: ModelName
    prompt_version: str
    outcome_class: OutcomeClass
    direction: Direction | None
    probability: float | None = Field(description="of up; null unless ok")
    confidence: float | None = Field(description="of the stated direction: max(p, 1 - p)")
    expected_move: float | None
    reasoning: str | None
    is_contaminated: bool = Field(description="the model may have learnt what came of it: in no verdict")
    is_synthetic: bool
    replayed_at: datetime
