"""What a language model has to answer, and how an answer is read: it fills the type, or it is no forecast.

Nothing is repaired: an answer that contradicts itself, cites what it was not given or names another stock is
`invalid_output`, with one sentence saying why.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from craveny_domain.forecasts import Direction, OutcomeClass
from craveny_domain.panel import HORIZONS
from craveny_domain.text import clean_text

FORECAST_SCHEMA = "forecast/1"
"""Raised whenever the type changes: an answer to another type is another question."""
ANSWER_LIMIT = 64 * 1024
"""Characters of an answer that are kept; a longer one is no answer."""
EVEN = 0.5

Text = Annotated[str, Field(min_length=1, max_length=1_000)]


class Strict(BaseModel):
    """A type that an answer fills exactly: nothing converted, nothing more, nothing less."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Call(Strict):
    """What is said of one horizon."""

    horizon: Literal[1, 3, 5] = Field(description="sessions")
    probability_up: float = Field(ge=0, le=1, description="that the close after the horizon is above the last close")
    direction: Direction = Field(description="up exactly when probability_up is above 0.5")
    expected_move_percent: float = Field(ge=-100, le=1_000, description="return expected over the horizon, percent")


class ForecastAnswer(Strict):
    """A forecast of one stock."""

    symbol: str = Field(max_length=64, description="of the stock that was asked about")
    calls: list[Call] = Field(min_length=3, max_length=3, description="one per horizon: 1, 3 and 5")
    impact: Literal["low", "medium", "high"] = Field(description="of the news on the price")
    reason: Text = Field(description="two or three sentences, in the language that was asked for")
    evidence: list[int] = Field(max_length=20, description="ids of the stories the reason rests on")
    risks: list[Text] = Field(max_length=5, description="what could prove it wrong")


AnswerType = TypeVar("AnswerType", bound=Strict)


@dataclass(frozen=True)
class Read(Generic[AnswerType]):
    """How an answer was read; `answer` is there exactly when it is ok."""

    outcome_class: OutcomeClass
    answer: AnswerType | None = None
    detail: str | None = None


def response_format(name: str, model: type[BaseModel]) -> dict[str, Any]:
    """The type as providers take it: a strict JSON schema."""
    return {"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": _strict(model)}}


def _strict(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        part["additionalProperties"] = False
        part["required"] = list(part.get("properties", {}))
    return schema


def read_forecast(text: str, symbol: str, given: Collection[int]) -> Read[ForecastAnswer]:
    """An answer about a stock that was given the stories of these ids."""
    return read_as(ForecastAnswer, text, lambda answer: _fault(answer, symbol, given), _cleaned)


def read_as(
    model: type[AnswerType],
    text: str,
    fault_of: Callable[[AnswerType], str | None],
    cleaned: Callable[[AnswerType], AnswerType],
) -> Read[AnswerType]:
    """An answer that has to fill a type and be free of faults, each one sentence; its words are cleaned at the end."""
    if len(text) > ANSWER_LIMIT:
        return Read("invalid_output", detail=f"The answer has {len(text):,} characters, more than {ANSWER_LIMIT:,}.")
    try:
        answer = model.model_validate_json(text)
    except ValidationError as error:
        return Read("invalid_output", detail=first_fault(error))
    fault = fault_of(answer)
    return Read("invalid_output", detail=fault) if fault else Read("ok", cleaned(answer))


def first_fault(error: ValidationError) -> str:
    """The first thing wrong with an answer, in one sentence that repeats nothing of it."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or part.isidentifier())
    more = f", and {error.error_count() - 1} more" if error.error_count() > 1 else ""
    return f"{place or 'The answer'}: {first['type'].replace('_', ' ')}{more}."


def _fault(answer: ForecastAnswer, symbol: str, given: Collection[int]) -> str | None:
    if answer.symbol != symbol:
        return "It is about another stock than the one asked about."
    if [call.horizon for call in sorted(answer.calls, key=lambda c: c.horizon)] != list(HORIZONS):
        return "It does not answer each horizon once."
    if any(call.probability_up != EVEN and direction_of(call) != call.direction for call in answer.calls):
        return "A direction contradicts its probability."
    if set(answer.evidence) - set(given):
        return "It cites evidence it was not given."
    return None


def direction_of(call: Call) -> Direction:
    """Which way a probability points: an even one is not up."""
    return "up" if call.probability_up > EVEN else "down"


def _cleaned(answer: ForecastAnswer) -> ForecastAnswer:
    words = {"reason": clean_text(answer.reason), "risks": [clean_text(risk) for risk in answer.risks]}
    return answer.model_copy(update=words)
