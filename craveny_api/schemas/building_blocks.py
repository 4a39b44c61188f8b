"""What shapes of every subject are made of."""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

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


class Figure(Shape):
    """A figure with its 95 % block interval, over n questions on `days` days; null where it is not defined."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    days: int


def examples(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value may be an example
    """The OpenAPI fragment that shows one answer."""
    return {"content": {"application/json": {"example": value}}}
