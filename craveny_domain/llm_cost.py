"""What a call to a language model costs: prices, usage, and the most it can come to before it was made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

MILLION = Decimal(1_000_000)
FREE_TOKENS = 16
"""Per message, for what a provider adds around it."""


@dataclass(frozen=True)
class Price:
    """USD per million tokens."""

    input_usd: Decimal
    cached_input_usd: Decimal
    output_usd: Decimal


FREE = Price(Decimal(0), Decimal(0), Decimal(0))


@dataclass(frozen=True)
class Usage:
    """Tokens as a provider bills them; `cached_tokens` are among `prompt_tokens`."""

    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int


def cost(price: Price, usage: Usage) -> Decimal:
    """USD of a call."""
    fresh = usage.prompt_tokens - usage.cached_tokens
    sent = price.input_usd * fresh + price.cached_input_usd * usage.cached_tokens
    return (sent + price.output_usd * usage.completion_tokens) / MILLION


def most_tokens(messages: Sequence[Mapping[str, str]]) -> int:
    """An upper bound of a question's tokens: no tokenizer makes more of a text than it has UTF-8 bytes, and none in
    use makes more of Korean than one a character."""
    return sum(len(message["content"]) + FREE_TOKENS for message in messages)


def most_it_costs(price: Price, messages: Sequence[Mapping[str, str]], max_tokens: int) -> Decimal:
    """USD that a call can come to at most."""
    return cost(price, Usage(most_tokens(messages), 0, max_tokens))


def likely_cost(price: Price, messages: Sequence[Mapping[str, str]], max_tokens: int) -> Decimal:
    """USD that a call will about come to: half a token a character, half the answer it may give."""
    return cost(price, Usage(most_tokens(messages) // 2, 0, max_tokens // 2))
