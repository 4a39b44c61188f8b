"""Forecasters, what they are told to do and what they cost. Amounts are USD."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from craveny_api.schemas.building_blocks import MarketCode, ModelName, Name, Shape, Symbol
from craveny_domain.prompts import BLOCKS, LIMIT

Handle = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A name that people give to a model, a prompt or a price."""
Provider = Literal["openai", "openrouter"]
Purpose = Literal["forecast", "report"]
ChangeSubject = Literal["model", "prompt", "price", "ab_test"]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$", examples=["gpt-4o-mini"])]
PromptText = Annotated[str, Field(min_length=1, max_length=LIMIT, pattern=r"^[^\x00]+$")]
PerMillion = Annotated[Decimal, Field(ge=0, lt=1_000_000, decimal_places=6, description="USD per million tokens")]
Framed = Annotated[
    PromptText, Field(description=f"with blocks that are filled in: {', '.join('{{' + name + '}}' for name in BLOCKS)}")
]


class PlainJson(Shape):
    """For servers that know no schemas: any JSON; the instructions must tell which."""

    type: Literal["json_object"] = "json_object"


class Parameters(Shape):
    """What goes to the provider with every question; what is left out is the provider's own default."""

    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int | None = Field(default=None, ge=1, le=32_768, description="of an answer")
    max_completion_tokens: int | None = Field(default=None, ge=1, le=32_768, description="the same, of newer models")
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)
    frequency_penalty: float | None = Field(default=None, ge=-2, le=2)
    presence_penalty: float | None = Field(default=None, ge=-2, le=2)
    reasoning_effort: Literal["minimal", "low", "medium", "high"] | None = None
    response_format: PlainJson | None = Field(
        default=None, description="left out: the answer's strict schema; null: nothing, for servers that know neither"
    )

    def sent(self) -> dict[str, Any]:
        """What is kept of it: no nulls but the one that means something."""
        given = self.model_dump(exclude_unset=True)
        return {name: value for name, value in given.items() if value is not None or name == "response_format"}


class Amounts(Shape):
    """A price in force."""

    from_date: date = Field(description="UTC day from which it holds")
    input_usd: float = Field(description="per million tokens sent")
    cached_input_usd: float = Field(description="per million tokens sent that the provider had cached")
    output_usd: float = Field(description="per million tokens answered")


class Activation(Shape):
    """A span in which a model is asked."""

    active_from_at: datetime
    active_until_at: datetime | None = Field(description="null: still active")


class Model(Shape):
    """A forecaster."""

    model: ModelName
    provider: str
    identifier: str
    is_floor: bool
    parameters: dict[str, Any] = Field(
        description="what goes to the provider with every question; an ensemble's members"
    )
    prompt_version: str | None
    price_entry: str | None
    price: Amounts | None = Field(description="today's; null: it asks nobody")
    knowledge_cutoff_date: date | None = Field(description="null: unknown")
    is_active: bool
    active_from_at: datetime | None = Field(description="the first time ever")
    activations: list[Activation] = Field(description="the newest first")
    waits_until_at: datetime | None = Field(description="its provider asked for patience until then")
    waits_because: str | None


class NewModel(Shape):
    """A language model to be asked for every cut-off from now on."""

    model: Handle
    provider: Provider
    identifier: Identifier
    parameters: Parameters = Parameters()
    prompt_version: Handle
    price_entry: Handle = Field(description="a server that asks for nothing has a price of zero")
    knowledge_cutoff_date: date | None = Field(
        default=None, description="up to which day it may know what came; null: up to its first activation"
    )
    is_active: bool = True


class NewEnsemble(Shape):
    """Several models' answers as one; its members are chosen for good."""

    model: Handle
    identifier: Literal["mean", "log_odds_mean"] = Field(description="of probabilities, or of their log odds")
    members: list[ModelName] = Field(
        default=[], max_length=50, description="at least two, no floor and no ensemble; none: whoever can be one"
    )
    is_active: bool = True


class ModelChange(Shape):
    """What changes from now on; what is left out stays."""

    identifier: Identifier | None = Field(default=None, description="null: as it is")
    parameters: Parameters | None = Field(default=None, description="all of them; null: as they are")
    prompt_version: Handle | None = Field(default=None, description="null: as it is")
    price_entry: Handle | None = Field(default=None, description="null: as it is")
    knowledge_cutoff_date: date | None = Field(default=None, description="null: unknown")
    is_active: bool | None = Field(default=None, description="null: as it is")


class NewPrompt(Shape):
    """A version of a prompt; it can never be changed."""

    prompt_version: Handle
    purpose: Purpose = "forecast"
    instructions: PromptText = Field(description="sent first, the same for every question")
    question: Framed
    note: Name = Field(description="what is different about it")


class Prompt(NewPrompt):
    """A version of a prompt."""

    note: str  # type: ignore[assignment] - those that come with Craveny may say more, or nothing
    created_at: datetime
    models: list[ModelName] = Field(description="that are set to it")


class DraftPrompt(Shape):
    """A prompt that need not be kept yet."""

    purpose: Purpose = "forecast"
    instructions: PromptText
    question: Framed


class AskedPreview(Shape):
    """Which prompt to fill with what was frozen for a stock's session: one that is kept, or a draft."""

    market: MarketCode
    symbol: Symbol
    session_date: date | None = Field(default=None, description="null: the newest that a language model was asked of")
    prompt_version: Handle | None = None
    draft: DraftPrompt | None = None


class Message(Shape):
    """A part of what is sent; text from outside stands in it as JSON."""

    role: str
    content: str


class PriceEstimate(Shape):
    """What one question would cost at a price of today."""

    price_entry: str
    models: list[ModelName] = Field(description="that have this price")
    likely_usd: float
    most_usd: float


class PromptPreview(Shape):
    """A prompt as it would be sent."""

    market: MarketCode
    symbol: Symbol
    session_date: date
    messages: list[Message]
    likely_tokens: int = Field(description="half a token a character")
    most_tokens: int
    answer_tokens: int = Field(description="the longest answer that the estimates reckon with")
    estimates: list[PriceEstimate] = Field(description="by price entry")


class NewModelPrice(Shape):
    """What a price entry costs from a UTC day on; it can never be changed."""

    price_entry: Handle
    from_date: date
    input_usd: PerMillion
    cached_input_usd: PerMillion
    output_usd: PerMillion
    note: Name = Field(description="where the price is from")


class ModelPrice(Amounts):
    """A price that holds, held or will hold."""

    price_entry: str
    note: str
    is_in_force: bool = Field(description="on today's UTC day")


class Change(Shape):
    """What somebody changed of a model, a prompt, a price or an A/B test."""

    change_id: int
    subject: ChangeSubject
    name: str
    before: dict[str, Any] | None = Field(description="null: it was added")
    after: dict[str, Any]
    changed_by: str | None = Field(description="e-mail; null: from the command line")
    changed_at: datetime
