"""What asking language models about sessions would cost, before anybody is asked: what is kept, and what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal

from sqlalchemy import Connection, text

from craveny_domain.ab_tests import questions_for
from craveny_domain.clocks import Market, Session, cutoff
from craveny_domain.llm_cost import Usage, cost
from craveny_store.ab_tests import splits_on
from craveny_store.llm_calls import token_limit
from craveny_store.model_book import Model, active_models, has_language_models, price_of
from craveny_store.partitions import database_now
from craveny_store.universe import universe

USUAL_PROMPT_TOKENS = 2_500
"""Of a question about a stock with news, where no model has been asked yet."""


@dataclass(frozen=True)
class Estimate:
    """One model's questions of one session; `calls` are those that would be made, `kept` need none.

    Tokens and USD are of the calls. `is_exact`: the questions are frozen; otherwise they are counted from the day's
    evidence or, before there is any, as one for every stock; of a split test each variant's own only.
    """

    session_date: date
    model_name: str
    calls: int
    kept: int
    tokens: int
    usd: Decimal
    is_exact: bool


_FROZEN = text("""
    SELECT q.session_date, q.model_name, count(*) FILTER (WHERE c.answered_at IS NULL) AS open,
        count(c.answered_at) AS kept,
        coalesce(sum(length(c.messages::text)) FILTER (WHERE c.answered_at IS NULL), 0) AS characters
    FROM llm_question q JOIN llm_call c USING (call_key)
    WHERE q.market = :market AND q.session_date BETWEEN :first AND :last
    GROUP BY q.session_date, q.model_name""")
_WITH_NEWS = text("""
    SELECT session_date, array_agg(stock_id) FILTER (WHERE jsonb_array_length(question -> 'news') > 0)
    FROM prediction_evidence WHERE market = :market AND session_date BETWEEN :first AND :last
    GROUP BY session_date""")
_USUAL = text("""
    SELECT avg(prompt_tokens)::int, avg(completion_tokens)::int
    FROM llm_call WHERE identifier = :identifier AND schema_version = :schema_version""")


def estimate(
    conn: Connection,
    market: Market,
    sessions: Sequence[Session],
    schema_version: str,
    models: Sequence[str] = (),
) -> list[Estimate]:
    """What forecasts of the sessions would ask of language models active at their cut-offs (or of those named), by
    session and model."""
    if not sessions or not has_language_models(conn):
        return []
    span = {"market": market.code, "first": sessions[0].session_date, "last": sessions[-1].session_date}
    frozen = {(row.session_date, row.model_name): row for row in conn.execute(_FROZEN, span)}
    with_news = dict(conn.execute(_WITH_NEWS, span).tuples().all())
    everybody = [stock.stock_id for stock in universe(conn, market.code, database_now(conn))]
    found = []
    for session in sessions:
        fence = cutoff(session, market.lead)
        active, splits = active_models(conn, fence), splits_on(conn, market.code, session.session_date, fence)
        stocks = dict.fromkeys(with_news.get(session.session_date, everybody) or list[int]())
        for model in (m for m in active if not m.is_keyless and (not models or m.model_name in models)):
            row = frozen.get((session.session_date, model.model_name))
            guessed = len(questions_for(model.model_name, session.session_date, stocks, splits))
            characters = row.characters if row else 0
            calls, kept = (row.open, row.kept) if row else (guessed, 0)
            usage = _usage(conn, model, schema_version, calls, characters)
            usd = cost(price_of(conn, model.price_entry, database_now(conn).astimezone(UTC).date()), usage)
            tokens = usage.prompt_tokens + usage.completion_tokens
            found.append(Estimate(session.session_date, model.model_name, calls, kept, tokens, usd, row is not None))
    return found


def _usage(conn: Connection, model: Model, schema_version: str, calls: int, characters: int) -> Usage:
    sent, told = conn.execute(_USUAL, {"identifier": model.identifier, "schema_version": schema_version}).one()
    limit = token_limit(model.parameters)
    prompt = calls * sent if sent else characters // 2 or calls * USUAL_PROMPT_TOKENS
    return Usage(prompt, 0, calls * (told or limit // 2))


def total(estimates: Sequence[Estimate]) -> tuple[int, int, int, Decimal]:
    """Calls, kept answers, tokens and USD of all of them."""
    return (
        sum(e.calls for e in estimates),
        sum(e.kept for e in estimates),
        sum(e.tokens for e in estimates),
        sum((e.usd for e in estimates), Decimal(0)),
    )
