"""Every bad answer has one outcome class: never a default, never an exception, and its money is accounted for."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from craveny_assets.llm.asking import Asker
from craveny_domain.forecasts import PENDING
from craveny_domain.typed_answers import ANSWER_LIMIT
from tests.llm.accounts import alerts, answered, attempts, calls
from tests.llm.questions import wish
from tests.llm.replies import (
    Answer,
    body,
    calling_a_tool,
    changed,
    completion,
    dropped,
    dying,
    endless,
    error_in_ok,
    failing,
    filtered,
    flagged,
    hanging,
    honest,
    http_date,
    no_choices,
    out_of_credits,
    out_of_quota,
    padded,
    page,
    rate_limited,
    refusing,
    trickling,
    truncated,
    well,
    whole,
    without,
    written,
    wrong_key,
)
from tests.llm.server import LlmServer, Reply

BILLED, ESTIMATED, FREE = "billed", "estimated", "free"


@dataclass(frozen=True)
class Row:
    """What a provider does, what becomes of the question, and of the money of each request."""

    does: str
    reply: Reply
    becomes: str
    money: str


def _call(answer: Answer, **values: object) -> None:
    answer["calls"][1] |= values


def _first_two(answer: Answer) -> None:
    answer["calls"] = answer["calls"][:2]


def _thrice_one(answer: Answer) -> None:
    answer["calls"] = [answer["calls"][0]] * 3


def _otherwise(answer: Answer) -> None:
    call = answer["calls"][0]
    call["direction"] = "down" if call["direction"] == "up" else "up"


ANSWERS = [
    Row("a good answer", well(), "ok", BILLED),
    Row("a good answer whose tokens were cached there", well(cached_tokens=50), "ok", BILLED),
    Row("a good answer after blank lines", padded(), "ok", BILLED),
    Row("a good answer without usage", without("usage"), "ok", ESTIMATED),
    Row("usage that cannot be", whole(lambda one: {**completion(one, honest(one)), "usage": {"prompt_tokens": -5}}),
        "ok", ESTIMATED),
    Row("usage beyond belief", whole(lambda one: {**completion(one, honest(one)), "usage": {"prompt_tokens": 10**12}}),
        "ok", ESTIMATED),
    Row("a refusal", refusing(), "refusal", BILLED),
    Row("an answer withheld by a filter", filtered(), "filtered", BILLED),
    Row("an answer cut at its length", truncated(), "truncated", BILLED),
    Row("a tool call", calling_a_tool(), "invalid_output", BILLED),
    Row("no words at all", whole(lambda one: completion(one, None)), "invalid_output", BILLED),
    Row("empty words", written(lambda _: "  "), "invalid_output", BILLED),
    Row("prose", written(lambda _: "It will go up, surely."), "invalid_output", BILLED),
    Row("half a JSON", written(lambda text: text[: len(text) // 2]), "invalid_output", BILLED),
    Row("a fenced JSON", written(lambda text: f"```json\n{text}\n```"), "invalid_output", BILLED),
    Row("a JSON and a word", written(lambda text: f"{text} up"), "invalid_output", BILLED),
    Row("two JSONs", written(lambda text: text + text), "invalid_output", BILLED),
    Row("a list", written(lambda text: f"[{text}]"), "invalid_output", BILLED),
    Row("null", written(lambda _: "null"), "invalid_output", BILLED),
    Row("nested without end", written(lambda _: '{"calls":' + "[" * 50_000), "invalid_output", BILLED),
    Row("a NUL and a lone surrogate", changed(lambda a: {**a, "symbol": "\x00\ud800"}), "invalid_output", BILLED),
    Row("probability NaN", changed(lambda a: _call(a, probability_up=float("nan"))), "invalid_output", BILLED),
    Row("probability Infinity", changed(lambda a: _call(a, probability_up=float("inf"))), "invalid_output", BILLED),
    Row("probability 1.7", changed(lambda a: _call(a, probability_up=1.7)), "invalid_output", BILLED),
    Row("probability -0.1", changed(lambda a: _call(a, probability_up=-0.1)), "invalid_output", BILLED),
    Row("probability as text", changed(lambda a: _call(a, probability_up="0.7")), "invalid_output", BILLED),
    Row("probability true", changed(lambda a: _call(a, probability_up=True)), "invalid_output", BILLED),
    Row("probability null", changed(lambda a: _call(a, probability_up=None)), "invalid_output", BILLED),
    Row("a huge number", written(lambda text: text.replace('"probability_up": 0', '"probability_up": 1e999')),
        "invalid_output", BILLED),
    Row("a direction that contradicts", changed(_otherwise), "invalid_output", BILLED),
    Row("direction sideways", changed(lambda a: _call(a, direction="sideways")), "invalid_output", BILLED),
    Row("an extra key", changed(lambda a: {**a, "is_admin": True}), "invalid_output", BILLED),
    Row("an extra key within", changed(lambda a: _call(a, weight=9)), "invalid_output", BILLED),
    Row("a key missing", changed(lambda a: {k: v for k, v in a.items() if k != "risks"}), "invalid_output", BILLED),
    Row("another stock", changed(lambda a: {**a, "symbol": "NVDA"}), "invalid_output", BILLED),
    Row("the stock in other letters", changed(lambda a: {**a, "symbol": "ААРL"}), "invalid_output", BILLED),
    Row("two horizons", changed(_first_two), "invalid_output", BILLED),
    Row("one horizon three times", changed(_thrice_one), "invalid_output", BILLED),
    Row("horizon 250", changed(lambda a: _call(a, horizon=250)), "invalid_output", BILLED),
    Row("no calls", changed(lambda a: {**a, "calls": []}), "invalid_output", BILLED),
    Row("evidence that does not exist", changed(lambda a: {**a, "evidence": [99_999]}), "invalid_output", BILLED),
    Row("evidence as text", changed(lambda a: {**a, "evidence": ["1"]}), "invalid_output", BILLED),
    Row("an endless reason", changed(lambda a: {**a, "reason": "up " * 700_000}), "invalid_output", BILLED),
    Row("2 MB of blanks", written(lambda text: text + " " * 2_000_000), "invalid_output", BILLED),
    Row("no choices", no_choices(), "provider_bug", ESTIMATED),
    Row("choices null", whole(lambda one: {**completion(one, ""), "choices": None}), "provider_bug", ESTIMATED),
    Row("a message null", whole(lambda one: {**completion(one, ""), "choices": [{"message": None}]}),
        "invalid_output", BILLED),
    Row("a page with status 200", page(), "provider_bug", ESTIMATED),
    Row("nothing with status 200", body(lambda _: b""), "provider_bug", ESTIMATED),
    Row("a body without end", endless(), "provider_bug", ESTIMATED),
    Row("bytes that are no text", body(lambda _: b"\xff\xfe\x00{"), "provider_bug", ESTIMATED),
    Row("a list in place of a completion", body(lambda _: b"[]"), "provider_bug", ESTIMATED),
]  # fmt: skip
ERRORS = [
    Row("400", failing(400, "Invalid schema."), "provider_bug", FREE),
    Row("404", failing(404, "The model does not exist.", "model_not_found"), "provider_bug", FREE),
    Row("413", failing(413), "provider_bug", FREE),
    Row("a filtered question", failing(400, "Flagged.", "content_filter"), "filtered", FREE),
    Row("a question flagged by moderation", flagged(), "filtered", FREE),
    Row("403", failing(403, "Country not supported."), "quota", FREE),
    Row("401 that repeats the key", wrong_key(), "quota", FREE),
    Row("402", out_of_credits(), "quota", FREE),
    Row("429 insufficient_quota", out_of_quota(), "quota", FREE),
    Row("no credits, with status 200", error_in_ok(402, "Insufficient credits."), "quota", FREE),
]
AGAIN = [
    Row("429", rate_limited("0"), "transient", FREE),
    Row("429 with a date", rate_limited(http_date(0)), "transient", FREE),
    Row("500", failing(500), "transient", FREE),
    Row("502 with a page", page(502), "transient", FREE),
    Row("503", failing(503, Retry_After="0"), "transient", FREE),
    Row("408", failing(408), "transient", FREE),
    Row("a failure with status 200", error_in_ok(502, "The host failed."), "transient", FREE),
    Row("an end without a word", dropped(), "transient", ESTIMATED),
    Row("an end in mid-answer", dying(), "transient", ESTIMATED),
]
PATIENT = [
    Row("429 that says no more", rate_limited(), "transient", FREE),
    Row("429 with nonsense", rate_limited("soon, perhaps"), "transient", FREE),
]
ENDLESS = [
    Row("silence", hanging(), "transient", ESTIMATED),
    Row("a byte now and then", trickling(0.2), "transient", ESTIMATED),
]


def _of(row: Row) -> str:
    return row.does


def _money(attempt: object) -> str:
    values = attempt["cost_usd"], attempt["is_estimated"]  # type: ignore[index]
    return ESTIMATED if values[1] else BILLED if values[0] else FREE


@pytest.mark.parametrize("row", [*ANSWERS, *ERRORS], ids=_of)
def test_each_bad_answer_ends_as_its_class_after_one_request(
    row: Row, server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    server.on("", row.reply)
    asked = wish("AAPL")
    result = open_asker().ask([asked])[asked.call.key]
    assert result.outcome_class == row.becomes
    (attempt,) = attempts(store)
    assert (attempt["outcome_class"], _money(attempt)) == (row.becomes, row.money)
    assert server.calls == 1
    _expect_kept(row, server, store, open_asker)


def _expect_kept(row: Row, server: LlmServer, store: Engine, open_asker: Callable[..., Asker]) -> None:
    """An answer is kept and never asked for again; what is none is not, though nobody asks while there is no quota."""
    (kept,) = calls(store)
    is_answer = row.becomes not in PENDING
    assert kept["outcome_class"] == (row.becomes if is_answer else None)
    assert len(kept["answer"] or "") <= ANSWER_LIMIT
    open_asker("again").ask([wish("AAPL")])
    assert server.calls == (1 if is_answer or row.becomes == "quota" else 2)


@pytest.mark.parametrize("row", AGAIN, ids=_of)
def test_what_may_pass_is_asked_again_and_then_stays_open(
    row: Row, server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    server.on("", row.reply)
    asked = wish("AAPL")
    result = open_asker().ask([asked])[asked.call.key]
    assert result.outcome_class == "transient"
    assert {(a["outcome_class"], _money(a)) for a in attempts(store)} == {("transient", row.money)}
    assert 2 <= server.calls == len(attempts(store)) <= 8
    assert answered(store) == 0


@pytest.mark.parametrize("row", [*AGAIN, *PATIENT], ids=_of)
def test_what_has_passed_is_answered(row: Row, server: LlmServer, open_asker: Callable[..., Asker]):
    server.on("", row.reply, well())
    asked = wish("AAPL")
    assert open_asker().ask([asked])[asked.call.key].outcome_class == "ok"
    assert server.calls == 2


@pytest.mark.parametrize("row", ENDLESS, ids=_of)
def test_a_request_without_end_ends_at_its_deadline(
    row: Row, server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    server.on("", row.reply)
    asked = wish("AAPL")
    result = open_asker(deadline=timedelta(seconds=1)).ask([asked])[asked.call.key]
    assert result.outcome_class == "transient"
    # The deadline is the question's, however often it is asked: the server saw us leave.
    (attempt,) = attempts(store)
    assert _money(attempt) == ESTIMATED
    assert [one.left for one in server.asked] == [True]
    assert attempt["latency_ms"] < 10_000


def test_an_answer_of_every_wrong_type_is_never_a_forecast(
    server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    # Each field in turn becomes each kind of JSON value; only values of its own type may pass.
    asked = [wish(f"T{n:03d}") for n in range(60)]
    fields = ["symbol", "calls", "impact", "reason", "evidence", "risks"]
    wrong = [None, True, 7, 0.5, "", [], {}, [None], {"a": 1}, "up"]
    for question, (name, value) in zip(asked, [(f, w) for f in fields for w in wrong], strict=True):
        symbol = json.loads(question.call.messages[1]["content"].split("session:\n")[1].split("\n")[0])["symbol"]
        server.on(f'"{symbol}"', changed(lambda a, n=name, v=value: {**a, n: v}))
    results = open_asker().ask(asked)
    classes = [results[question.call.key].outcome_class for question in asked]
    passing = [(f, w) for (f, w), c in zip([(f, w) for f in fields for w in wrong], classes, strict=True) if c == "ok"]
    assert [p for p in passing if p not in (("evidence", []), ("risks", []), ("reason", "up"))] == []
    assert alerts(store) == []
