"""What a model has to say in a report on a stock, and how it is read: it fills the type and its prices make sense.

A view says where the evidence points. It is never advice, and no word of the type is.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

from pydantic import Field

from craveny_domain.text import clean_text
from craveny_domain.typed_answers import Read, Strict, Text, read_as

REPORT_SCHEMA = "report/1"
"""Raised whenever the type or its rules change."""
MAX_TOKENS = 2_000
"""Of a report, where the model's parameters say nothing."""
TARGET_REACH = Decimal("0.5")
"""A target is at most this fraction of the base price away from it."""
STOP_REACH = Decimal("0.3")
"""A stop is at most this fraction of the base price away from it."""
_PLACES = Decimal("1e-6")
_LONGEST_PRICE = 1e12

PriceSaid = Annotated[float, Field(gt=0, lt=_LONGEST_PRICE)] | None


class ReportAnswer(Strict):
    """A report on one stock."""

    symbol: str = Field(max_length=64, description="of the stock that was asked about")
    view: Literal["up", "sideways", "down"] = Field(description="where the evidence points over the coming weeks")
    summary: Text = Field(description="two or three sentences, in the language that was asked for")
    short_view: Text = Field(description="the coming week")
    medium_view: Text = Field(description="the coming month")
    long_view: Text = Field(description="beyond a month")
    risks: list[Text] = Field(max_length=5)
    opportunities: list[Text] = Field(max_length=5)
    target_price: PriceSaid = Field(description="where the view would lead, in currency; null: none is supported")
    stop_price: PriceSaid = Field(description="where the view would be proved wrong, in currency; null: none")


def as_price(said: float | None) -> Decimal | None:
    """A price as it is stored: exact, six places."""
    return None if said is None else Decimal(repr(said)).quantize(_PLACES, ROUND_HALF_UP)


def read_report(text: str, symbol: str, base_price: Decimal) -> Read[ReportAnswer]:
    """An answer about a stock whose last close was `base_price`, in its currency."""
    return read_as(ReportAnswer, text, lambda answer: _fault(answer, symbol, base_price), _cleaned)


def price_fault(view: str, base: Decimal, target: Decimal | None, stop: Decimal | None) -> str | None:
    """What is wrong with the prices of a view, one sentence: a target lies where the view points, a stop on the other
    side, both within reach of the base; a sideways view has neither."""
    if view == "sideways":
        return None if target is stop is None else "A sideways view names a target or a stop."
    sign = 1 if view == "up" else -1
    if target is not None and sign * (target - base) <= 0:
        return "The target is not where the view points."
    if stop is not None and sign * (base - stop) <= 0:
        return "The stop is not on the other side of the base price."
    if target is not None and abs(target - base) > TARGET_REACH * base:
        return f"The target is more than {TARGET_REACH:.0%} away from the base price."
    if stop is not None and abs(stop - base) > STOP_REACH * base:
        return f"The stop is more than {STOP_REACH:.0%} away from the base price."
    return None


def _fault(answer: ReportAnswer, symbol: str, base_price: Decimal) -> str | None:
    if answer.symbol != symbol:
        return "It is about another stock than the one asked about."
    if not all(_words(_cleaned(answer))):
        return "One of its texts has nothing to read."
    return price_fault(answer.view, base_price, as_price(answer.target_price), as_price(answer.stop_price))


def _words(answer: ReportAnswer) -> list[str]:
    views = [answer.summary, answer.short_view, answer.medium_view, answer.long_view]
    return [*views, *answer.risks, *answer.opportunities]


def _cleaned(answer: ReportAnswer) -> ReportAnswer:
    texts = {name: clean_text(getattr(answer, name)) for name in ("summary", "short_view", "medium_view", "long_view")}
    lists = {name: [clean_text(item) for item in getattr(answer, name)] for name in ("risks", "opportunities")}
    return answer.model_copy(update=texts | lists)
