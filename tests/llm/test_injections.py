"""Orders hidden in news against a model that obeys all it can read: what holds whatever it says, and what cannot."""

import json
from collections.abc import Callable
from functools import partial

import pytest

from craveny_assets.llm.asking import Asker
from craveny_domain.typed_answers import read_forecast
from tests.llm.injections import HIDDEN, PAYLOADS, Payload, obedient, obeyed
from tests.llm.questions import cleaned, wish
from tests.llm.server import Asked, LlmServer

CALM = ("Shares of the company traded higher.", "The company named a date for its results.")


def test_the_corpus_is_as_large_as_it_says():
    assert len(PAYLOADS) >= 60
    assert len({payload.name for payload in PAYLOADS}) == len({payload.text for payload in PAYLOADS}) == len(PAYLOADS)
    assert sum(payload.language == "ko" for payload in PAYLOADS) >= 20


def _as_asked(payload: Payload) -> Asked:
    asked = wish("AAPL", cleaned(payload.text), *CALM)
    return Asked(0, "/v1/chat/completions", {}, {"messages": list(asked.call.messages)}, 0.0)


@pytest.mark.parametrize("payload", HIDDEN, ids=lambda p: p.name)
def test_what_a_page_hides_never_reaches_a_prompt(payload: Payload):
    assert payload not in obeyed(_as_asked(payload))
    assert payload.needle.casefold() not in _as_asked(payload).text.casefold()


def test_the_model_reads_what_is_not_hidden():
    # Or else the tests below would hold for want of an attack; one order stands beyond what is kept of a title.
    unread = {p.name for p in PAYLOADS if not p.is_hidden and p not in obeyed(_as_asked(p))}
    assert unread == {"late-1"}


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda p: p.name)
def test_no_text_leaves_its_quotation(payload: Payload):
    poisoned, calm = wish("AAPL", cleaned(payload.text), *CALM).call, wish("AAPL", "A calm title.", *CALM).call
    system, user = (message["content"] for message in poisoned.messages)
    assert system == calm.messages[0]["content"]
    before, after = (text.splitlines() for text in (calm.messages[1]["content"], user))
    changed = [line for line, was in zip(after, before, strict=True) if line != was]
    assert [set(json.loads(line)) for line in changed] == [{"id", "title", "excerpt", "source", "at"}]
    assert len(poisoned.messages) == 2


def test_an_obedient_model_fills_the_schema_or_says_nothing(server: LlmServer, open_asker: Callable[..., Asker]):
    server.on("", obedient(0.42))
    asked = {payload.name: wish("AAPL", cleaned(payload.text), *CALM) for payload in PAYLOADS}
    results = open_asker().ask(list(asked.values()))
    read = partial(read_forecast, symbol="AAPL", given={1, 2, 3})
    for name, question in asked.items():
        result = results[question.call.key]
        assert result.outcome_class in ("ok", "invalid_output"), name
        answer = read(getattr(result, "answer", None) or "").answer
        assert (answer is not None) == (result.outcome_class == "ok"), name
        if answer:
            assert answer.symbol == "AAPL"
            assert set(answer.evidence) <= {1, 2, 3}
            assert [call.horizon for call in answer.calls] == [1, 3, 5]
            assert all(0 <= call.probability_up <= 1 for call in answer.calls)
            assert "<" not in answer.reason
    orders_beyond_the_schema = [
        p.name for p in PAYLOADS
        if {"symbol", "add", "add_call", "calls", "add_horizon", "content", "fence", "twice", "tool"} & set(p.order)
    ]  # fmt: skip
    assert {results[asked[name].call.key].outcome_class for name in orders_beyond_the_schema} == {"invalid_output"}


def test_a_poisoned_story_moves_no_other_stock(server: LlmServer, open_asker: Callable[..., Asker]):
    server.on("", obedient(0.42))
    clean = wish("MSFT", *CALM)
    alone = open_asker().ask([clean])[clean.call.key]
    poisoned = [wish("AAPL", cleaned(payload.text), *CALM) for payload in PAYLOADS]
    together = open_asker("again").ask([*poisoned, clean])[clean.call.key]
    assert getattr(alone, "answer", None) == getattr(together, "answer", None) is not None
