"""Forecasts of language models: freeze what they are told, ask within money and time, read what they said."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from craveny_assets.days.work import Day
from craveny_assets.llm.asking import Result, Unanswered, Wish, as_sample
from craveny_domain.briefs import Brief, Past, brief_of
from craveny_domain.forecasts import Answer
from craveny_domain.history import History
from craveny_domain.panel import HORIZONS, Panel
from craveny_domain.prompts import Subject, evidence_ids, render
from craveny_domain.typed_answers import FORECAST_SCHEMA, ForecastAnswer, Read, read_forecast, response_format
from craveny_store.forecasts import Evidence, freeze_evidence
from craveny_store.leases import PartitionKey
from craveny_store.llm_calls import Asked, Call, freeze_calls, freeze_questions, frozen_questions
from craveny_store.model_book import Model, price_of, prompt_of
from craveny_store.news import texts_of
from craveny_store.universe import index_of, names_at, stock_ids

NOISE_SHARE = 0.02
"""Of the questions, those that are asked again to measure a model's own noise."""
NOISE_SAMPLES = 2
"""How often each of them is asked again."""

TIME_TO_WRITE = timedelta(minutes=1)
"""Before the open nobody is asked any more, so that no model makes the others late."""

Known = Callable[[], tuple[Panel, History]]


@dataclass(frozen=True)
class Said:
    """What each model said of each stock, and why questions are left open, with how many."""

    answers: Mapping[str, Mapping[int, list[Answer]]]
    pending: Counter[str]


def with_briefs(day: Day, fence: datetime, evidence: Mapping[int, Evidence], known: Known) -> dict[int, Evidence]:
    """The evidence with a brief for every question that has news; `known` gives what briefs are made of."""
    bare = {stock: item for stock, item in evidence.items() if item.brief is None and item.question["news"]}
    if not bare:
        return dict(evidence)
    panel, history = known()
    ids = {row[0] for item in bare.values() for key in ("news", "neighbours") for row in item.question[key]}
    past = Past(panel, history, texts_of(day.conn, ids, fence))
    names, index_id = names_at(day.conn, day.market.code, fence), index_of(day.conn, day.market.code, fence)
    symbols = {stock: symbol for symbol, stock in stock_ids(day.conn, day.market.code, fence).items()}
    briefs = {}
    for stock, item in bare.items():
        symbol = symbols[stock]
        called = {"symbol": symbol, "name": names.get(stock, symbol), "currency": day.market.currency}
        briefs[stock] = brief_of(item.question, called, stock, past, index_id)
    return {**evidence, **{stock: replace(evidence[stock], brief=brief) for stock, brief in briefs.items()}}


def ask_language_models(day: Day, models: Sequence[Model], evidence: Mapping[int, Evidence]) -> Said:
    """What each model said of each stock, from answers that are there and from fresh ones.

    Questions are frozen in a transaction of their own before anything is paid for. Nothing is asked once the session
    is about to open.
    """
    wishes: dict[tuple[str, Asked], Wish] = {}
    with day.work.engine.begin() as conn:
        day.work.keeper.require(PartitionKey(day.market.code, "prediction", day.day), conn)
        freeze_evidence(conn, day.market.code, day.day, evidence)
        for model in models:
            wishes |= {(model.model_name, asked): wish for asked, wish in _wishes(day, conn, model, evidence)}
    opens = day.session().open_at
    until = opens - TIME_TO_WRITE if day.now < opens else None
    results = day.work.asker.ask(list(wishes.values()), until=until, say=day.work.say)
    pending = Counter(result.detail for result in results.values() if isinstance(result, Unanswered))
    return Said({model.model_name: _said(model, evidence, wishes, results) for model in models}, pending)


def _wishes(day: Day, conn: Connection, model: Model, evidence: Mapping[int, Evidence]) -> Iterator[tuple[Asked, Wish]]:
    refresh, market = day.work.options.refresh_inputs, day.market.code
    frozen = {} if refresh else frozen_questions(conn, market, day.day, model.model_name)
    fresh = {asked: call for asked, call in _calls(day, conn, model, evidence) if asked not in frozen}
    freeze_calls(conn, fresh.values())
    versions = {asked: (model.prompt_version or "", call.key) for asked, call in fresh.items()}
    freeze_questions(conn, market, day.day, versions, replace=refresh)
    price = price_of(conn, model.price_entry, day.now.astimezone(UTC).date())
    for asked, call in {**frozen, **fresh}.items():
        brief = evidence[asked.stock_id].brief if asked.stock_id in evidence else None
        if brief is not None:
            yield asked, Wish(
                call, "noise" if asked.sample else "forecast", price, reader_of(brief), model.model_name,
                market, day.day,
            )  # fmt: skip


def _calls(day: Day, conn: Connection, model: Model, evidence: Mapping[int, Evidence]) -> Iterator[tuple[Asked, Call]]:
    prompt = prompt_of(conn, model.prompt_version)
    parameters = {"response_format": response_format("forecast", ForecastAnswer), **model.parameters}
    parameters = {name: value for name, value in parameters.items() if value is not None}
    for stock, item in evidence.items():
        if item.brief is None:
            continue
        messages = render(prompt, Subject(day.market.code, day.day, item.question, item.brief))
        call = Call(model.provider, model.identifier, parameters, FORECAST_SCHEMA, messages)
        yield Asked(stock, model.model_name), call
        if is_asked_again(day.market.code, day.day.isoformat(), stock, model.model_name):
            for sample in range(1, NOISE_SAMPLES + 1):
                yield Asked(stock, model.model_name, sample), as_sample(call, sample)


def is_asked_again(market: str, session: str, stock_id: int, model_name: str) -> bool:
    """Whether a question is among those that measure a model's noise; the same ones every time."""
    digest = hashlib.sha256(f"noise:{market}:{session}:{stock_id}:{model_name}".encode()).digest()
    return int.from_bytes(digest[:4]) < NOISE_SHARE * 2**32


def reader_of(brief: Brief) -> Callable[[str], Read]:
    """How answers to a brief's question are judged."""
    return partial(read_forecast, symbol=brief["stock"]["symbol"], given=evidence_ids(brief))


def _said(
    model: Model,
    evidence: Mapping[int, Evidence],
    wishes: Mapping[tuple[str, Asked], Wish],
    results: Mapping[bytes, Result],
) -> dict[int, list[Answer]]:
    said = {}
    for stock in evidence:
        wish = wishes.get((model.model_name, Asked(stock, model.model_name)))
        said[stock] = [Answer(h, "no_input") for h in HORIZONS] if wish is None else answers_of(wish, results)
    return said


def answers_of(wish: Wish, results: Mapping[bytes, Result]) -> list[Answer]:
    """A question's answer, horizon by horizon; reasons for having none stand with its attempts."""
    key = wish.call.key
    result = results[key]
    if isinstance(result, Unanswered):
        return [Answer(h, result.outcome_class) for h in HORIZONS]
    if result.outcome_class != "ok":
        return [Answer(h, result.outcome_class, call_key=key) for h in HORIZONS]
    read = wish.read(result.answer or "")
    if read.answer is None:
        return [Answer(h, read.outcome_class, call_key=key) for h in HORIZONS]
    calls = {call.horizon: call for call in read.answer.calls}
    reason = read.answer.reason
    return [
        Answer(
            horizon=h,
            outcome_class="ok",
            probability=round(calls[h].probability_up, 6),
            direction=calls[h].direction,
            reasoning=reason,
            expected_move=round(calls[h].expected_move_percent / 100, 6),
            call_key=key,
        )
        for h in HORIZONS
    ]
