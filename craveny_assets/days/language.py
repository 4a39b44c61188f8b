"""Forecasts of language models: freeze what they are told, ask within money and time, read what they said."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Connection

from craveny_assets.days.work import Day
from craveny_assets.llm.asking import Result, Unanswered, Wish, as_sample
from craveny_domain.ab_tests import Split, questions_for
from craveny_domain.briefs import CHART_SESSIONS, Brief, Past, brief_of
from craveny_domain.clocks import session_of
from craveny_domain.forecasts import Answer, fixed_origins
from craveny_domain.panel import HORIZONS, Panel
from craveny_domain.prompts import Prompt, Subject, evidence_ids, render
from craveny_domain.typed_answers import FORECAST_SCHEMA, ForecastAnswer, Read, read_forecast, response_format
from craveny_store.forecasts import Evidence, freeze_evidence, settled_questions
from craveny_store.leases import PartitionKey
from craveny_store.llm_calls import (
    MAX_TOKENS,
    TOKEN_LIMITS,
    Asked,
    Call,
    freeze_calls,
    freeze_questions,
    frozen_questions,
)
from craveny_store.llm_spending import spent_on
from craveny_store.model_book import Model, price_of, prompt_of
from craveny_store.news import subjects_of, texts_of
from craveny_store.prices import index_closes
from craveny_store.universe import names_at, stock_ids

NOISE_SHARE = 0.02
"""Of the questions, those that are asked again to measure a model's own noise."""
NOISE_SAMPLES = 2
"""How often each of them is asked again."""

TIME_TO_WRITE = timedelta(minutes=1)
"""Before the open nobody is asked any more, so that no model makes the others late."""


@dataclass(frozen=True)
class Said:
    """What each model said of each stock, why questions are left open, with how many, and what this run paid.

    A stock whose forecasts can change no more is not among the answers.
    """

    answers: Mapping[str, Mapping[int, list[Answer]]]
    pending: Counter[str]
    requests: int
    usd: Decimal


def with_briefs(
    day: Day, fence: datetime, evidence: Mapping[int, Evidence], prices: Callable[[], Panel]
) -> dict[int, Evidence]:
    """The evidence with a brief for every question that has news; `prices` gives those up to the session before."""
    bare = {stock: item for stock, item in evidence.items() if item.brief is None and item.question["news"]}
    if not bare:
        return dict(evidence)
    ids = {row[0] for item in bare.values() for key in ("news", "neighbours") for row in item.question[key]}
    chart = day.work.sessions[max(0, (day.index or 0) - CHART_SESSIONS) : day.index]
    closes = index_closes(day.conn, day.market.code, chart, fence)
    past = Past(prices(), closes, texts_of(day.conn, ids, fence), _links(day, ids, fence))
    names = names_at(day.conn, day.market.code, fence)
    symbols = {stock: symbol for symbol, stock in stock_ids(day.conn, day.market.code, fence).items()}
    briefs = {}
    for stock, item in bare.items():
        symbol = symbols[stock]
        called = {"symbol": symbol, "name": names.get(stock, symbol), "currency": day.market.currency}
        briefs[stock] = brief_of(item.question, called, stock, past)
    return {**evidence, **{stock: replace(evidence[stock], brief=brief) for stock, brief in briefs.items()}}


def _links(day: Day, news_ids: Collection[int], fence: datetime) -> dict[int, list[tuple[int, date]]]:
    # Read from the links and not from the vectors' history, which holds what one embedding model has seen.
    links: dict[int, list[tuple[int, date]]] = {}
    for news_id, stock_id, at in subjects_of(day.conn, news_ids, fence):
        session = session_of(day.work.sessions, day.market.lead, at)
        if session:
            links.setdefault(news_id, []).append((stock_id, session.session_date))
    return links


def ask_language_models(
    day: Day, models: Sequence[Model], evidence: Mapping[int, Evidence], splits: Sequence[Split]
) -> Said:
    """What each model said of each stock it is asked about, from answers that are there and from fresh ones.

    Questions are frozen in a transaction of their own before anything is paid for. Nothing is asked once the session
    is about to open.
    """
    wishes: dict[Asked, Wish] = {}
    still_open: dict[str, Mapping[int, Evidence]] = {}
    with day.work.engine.begin() as conn:
        day.work.keeper.require(PartitionKey(day.market.code, "prediction", day.day), conn)
        freeze_evidence(conn, day.market.code, day.day, evidence)
        for model in models:
            mine = questions_for(model.model_name, day.day, evidence, splits)
            still_open[model.model_name] = _still_open(day, conn, model, mine)
            wishes |= _wishes(day, conn, model, still_open[model.model_name])
    opens = day.session().open_at
    until = opens - TIME_TO_WRITE if day.now < opens else None
    results = day.work.asker.ask(list(wishes.values()), until=until, say=day.work.say)
    pending = Counter(result.detail for result in results.values() if isinstance(result, Unanswered))
    answers = {name: _said(name, stocks, wishes, results) for name, stocks in still_open.items()}
    return Said(answers, pending, *spent_on(day.conn, day.work.keeper.holder, day.market.code, day.day))


def _still_open(day: Day, conn: Connection, model: Model, evidence: Mapping[int, Evidence]) -> dict[int, Evidence]:
    session = day.session()
    fixed, is_open = fixed_origins(day.now, session.close_at), day.now >= session.open_at
    said = settled_questions(conn, day.market.code, day.day, model.model_name, fixed, is_open=is_open)
    return {stock: item for stock, item in evidence.items() if stock not in said}


def _wishes(day: Day, conn: Connection, model: Model, evidence: Mapping[int, Evidence]) -> dict[Asked, Wish]:
    """A model's questions: the frozen ones, unless there are none or fresh ones are wanted."""
    refresh, market = day.work.options.refresh_inputs, day.market.code
    frozen = {} if refresh else frozen_questions(conn, market, day.day, model.model_name)
    fresh = {asked: call for asked, call in _calls(day, conn, model, evidence) if asked not in frozen}
    freeze_calls(conn, fresh.values())
    versions = {asked: (model.prompt_version or "", call.key) for asked, call in fresh.items()}
    freeze_questions(conn, market, day.day, versions, replace=refresh)
    price = price_of(conn, model.price_entry, day.now.astimezone(UTC).date())
    wishes = {}
    for asked, call in {**frozen, **fresh}.items():
        brief = evidence[asked.stock_id].brief if asked.stock_id in evidence else None
        if brief is not None:
            purpose = "noise" if asked.sample else "forecast"
            read = reader_of(brief)
            wishes[asked] = Wish(call, purpose, price, read, model.model_name, market, day.day)
    return wishes


def _calls(day: Day, conn: Connection, model: Model, evidence: Mapping[int, Evidence]) -> Iterator[tuple[Asked, Call]]:
    prompt = prompt_of(conn, model.prompt_version)
    for stock, item in evidence.items():
        call = call_of(day, model, prompt, item)
        if call is None:
            continue
        yield Asked(stock, model.model_name), call
        if is_asked_again(day.market.code, day.day.isoformat(), stock, model.model_name):
            for sample in range(1, NOISE_SAMPLES + 1):
                yield Asked(stock, model.model_name, sample), as_sample(call, sample)


def call_of(day: Day, model: Model, prompt: Prompt, item: Evidence) -> Call | None:
    """A question as a model is asked it; None about a stock without news."""
    if item.brief is None:
        return None
    messages = render(prompt, Subject(day.market.code, day.day, item.question, item.brief))
    given = parameters_of(model, response_format("forecast", ForecastAnswer))
    return Call(model.provider, model.identifier, given, FORECAST_SCHEMA, messages)


def parameters_of(model: Model, answer_type: Mapping[str, Any], most_tokens: int = MAX_TOKENS) -> dict[str, Any]:
    """What is sent beside the messages: the model's own parameters first; null takes one of ours away.

    An answer is always bounded, or else its reservation would bound nothing.
    """
    limit = "max_completion_tokens" if model.provider == "openai" else "max_tokens"
    bounded = {} if set(TOKEN_LIMITS) & set(model.parameters) else {limit: most_tokens}
    parameters = {"response_format": answer_type, **bounded, **model.parameters}
    return {name: value for name, value in parameters.items() if value is not None}


def is_asked_again(market: str, session: str, stock_id: int, model_name: str) -> bool:
    """Whether a question is among those that measure a model's noise; the same ones every time."""
    digest = hashlib.sha256(f"noise:{market}:{session}:{stock_id}:{model_name}".encode()).digest()
    return int.from_bytes(digest[:4]) < NOISE_SHARE * 2**32


def reader_of(brief: Brief) -> Callable[[str], Read]:
    """How answers to a brief's question are judged."""
    return partial(read_forecast, symbol=brief["stock"]["symbol"], given=evidence_ids(brief))


def _said(
    model_name: str, stocks: Collection[int], wishes: Mapping[Asked, Wish], results: Mapping[bytes, Result]
) -> dict[int, list[Answer]]:
    asked = {stock: wishes.get(Asked(stock, model_name)) for stock in stocks}
    nothing = [Answer(h, "no_input") for h in HORIZONS]
    return {stock: answers_of(wish, results) if wish else nothing for stock, wish in asked.items()}


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
