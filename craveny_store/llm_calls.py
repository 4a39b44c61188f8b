"""Questions to language models as sent, and their answers, kept by content: asked once, paid once."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from craveny_domain.forecasts import OutcomeClass
from craveny_domain.llm_cost import Usage
from craveny_store.tables import llm_call, llm_question


@dataclass(frozen=True)
class Call:
    """A question as it is sent; everything that decides the answer, and nothing else."""

    provider: str
    identifier: str
    parameters: Mapping[str, Any]
    schema_version: str
    messages: Sequence[Mapping[str, str]] = field(repr=False)
    sample: int = 0

    @cached_property
    def key(self) -> bytes:
        """SHA-256 of the call."""
        content = [self.provider, self.identifier, self.parameters, self.schema_version, self.messages, self.sample]
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).digest()

    @property
    def max_tokens(self) -> int:
        """Tokens the answer may have."""
        return token_limit(self.parameters)


MAX_TOKENS = 1_000
"""Of an answer, where the model's parameters say nothing."""
TOKEN_LIMITS = ("max_tokens", "max_completion_tokens")
"""What providers call that limit; one of them is always sent, for it bounds what a call can cost."""


def token_limit(parameters: Mapping[str, Any], default: int = MAX_TOKENS) -> int:
    """Tokens that an answer may have by a model's parameters."""
    return next((int(parameters[name]) for name in TOKEN_LIMITS if parameters.get(name)), default)


@dataclass(frozen=True)
class Answered:
    """How a call ended for good. `answer` is as it came; tokens are None where the provider told none."""

    outcome_class: OutcomeClass
    answer: str | None
    detail: str | None
    usage: Usage | None
    cost_usd: Decimal
    latency_ms: int


@dataclass(frozen=True, order=True)
class Asked:
    """Which question of a session; `sample` 0 is the forecast."""

    stock_id: int
    model_name: str
    sample: int = 0


def freeze_calls(conn: Connection, calls: Iterable[Call]) -> None:
    """Keep calls as they will be sent; known ones stay."""
    rows = [
        {
            "call_key": call.key,
            "provider": call.provider,
            "identifier": call.identifier,
            "parameters": dict(call.parameters),
            "schema_version": call.schema_version,
            "messages": list(call.messages),
            "sample": call.sample,
        }
        for call in calls
    ]
    if rows:
        conn.execute(insert(llm_call).on_conflict_do_nothing(), rows)


def freeze_questions(
    conn: Connection, market: str, session: date, asked: Mapping[Asked, tuple[str, bytes]], *, replace: bool = False
) -> None:
    """Keep which call each question became, with its prompt version; the first stays unless `replace`."""
    rows = [
        {"market": market, "session_date": session, **vars(one), "prompt_version": version, "call_key": key}
        for one, (version, key) in asked.items()
    ]
    if not rows:
        return
    statement = insert(llm_question)
    if replace:
        changed = {name: statement.excluded[name] for name in ("prompt_version", "call_key")}
        statement = statement.on_conflict_do_update(constraint=llm_question.primary_key, set_=changed)
    conn.execute(statement if replace else statement.on_conflict_do_nothing(), rows)


def frozen_questions(conn: Connection, market: str, session: date, model_name: str) -> dict[Asked, Call]:
    """The calls that a model's questions of a session became."""
    q, c = llm_question.c, llm_call.c
    columns = (c.provider, c.identifier, c.parameters, c.schema_version, c.messages, c.sample)
    query = (
        select(q.stock_id, q.sample.label("asked_sample"), *columns)
        .join(llm_call, c.call_key == q.call_key)
        .where(q.market == market, q.session_date == session, q.model_name == model_name)
    )
    return {Asked(row[0], model_name, row[1]): Call(*row[2:]) for row in conn.execute(query)}


def frozen_calls(conn: Connection, keys: Collection[bytes]) -> dict[bytes, Call]:
    """The calls of these keys, as they were frozen."""
    c = llm_call.c
    columns = (c.provider, c.identifier, c.parameters, c.schema_version, c.messages, c.sample)
    query = select(c.call_key, *columns).where(c.call_key.in_(keys))
    return {key: Call(*call) for key, *call in conn.execute(query)}


def drop_questions(conn: Connection, market: str, session: date, model_name: str, stock_ids: Collection[int]) -> None:
    """Forget which calls some questions became, so that they are rendered anew; calls and answers stay."""
    q = llm_question
    conn.execute(
        q.delete().where(
            q.c.market == market,
            q.c.session_date == session,
            tuple_(q.c.model_name, q.c.stock_id).in_([(model_name, stock) for stock in stock_ids]),
        )
    )


def answers(conn: Connection, keys: Collection[bytes]) -> dict[bytes, Answered]:
    """The answers there are, by call key."""
    c = llm_call.c
    tokens = (c.prompt_tokens, c.cached_tokens, c.completion_tokens)
    query = select(
        c.call_key, c.outcome_class, c.answer, c.detail, *tokens, func.coalesce(c.cost_usd, 0), c.latency_ms
    ).where(c.call_key.in_(keys), c.answered_at.is_not(None))
    return {
        key: Answered(
            outcome, answer, detail, None if sent is None else Usage(sent, cached or 0, told or 0), usd, latency or 0
        )
        for key, outcome, answer, detail, sent, cached, told, usd, latency in conn.execute(query)
    }


def keep_answer(conn: Connection, key: bytes, answered: Answered) -> None:
    """Keep a call's first answer; one that is there already stays."""
    usage = answered.usage
    values = {
        "outcome_class": answered.outcome_class,
        "answer": answered.answer,
        "detail": answered.detail,
        "prompt_tokens": usage.prompt_tokens if usage else None,
        "cached_tokens": usage.cached_tokens if usage else None,
        "completion_tokens": usage.completion_tokens if usage else None,
        "cost_usd": answered.cost_usd,
        "latency_ms": answered.latency_ms,
        "answered_at": func.clock_timestamp(),
    }
    c = llm_call.c
    conn.execute(update(llm_call).where(c.call_key == key, c.answered_at.is_(None)).values(values))
