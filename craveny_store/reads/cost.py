"""What language models cost, from the account of every request; and what that bought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from psycopg import sql
from sqlalchemy import Connection

from craveny_domain.worth import SettledDay
from craveny_store.reads.paging import Row, fetch, fetch_one

_LINES = sql.SQL("""
    SELECT (a.started_at AT TIME ZONE 'UTC')::date AS day, a.model_name AS model, a.provider, a.identifier, a.purpose,
        a.outcome_class, count(*) AS attempts,
        coalesce(sum(a.prompt_tokens), 0)::int8 AS prompt_tokens,
        coalesce(sum(a.cached_tokens), 0)::int8 AS cached_tokens,
        coalesce(sum(a.completion_tokens), 0)::int8 AS completion_tokens,
        sum(coalesce(a.cost_usd, a.reserved_usd)) AS usd,
        coalesce(sum(coalesce(a.cost_usd, a.reserved_usd))
            FILTER (WHERE a.is_estimated OR a.settled_at IS NULL), 0) AS estimated_usd
    FROM llm_attempt a WHERE a.started_at >= %(first)s AND a.started_at < %(end)s
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1 DESC, 2 NULLS LAST, 3, 4, 5, 6 NULLS LAST""")
# Not the clock of the very moment: a condition on that is looked for in no index.
_TODAY = sql.SQL("""
    SELECT (now() AT TIME ZONE 'UTC')::date AS day,
        coalesce(sum(a.cost_usd) FILTER (WHERE a.settled_at IS NOT NULL), 0) AS spent_usd,
        coalesce(sum(a.reserved_usd) FILTER (WHERE a.settled_at IS NULL), 0) AS reserved_usd
    FROM llm_attempt a WHERE a.started_at >= date_trunc('day', now(), 'UTC')""")


def spending(conn: Connection, first: datetime, end: datetime) -> list[Row]:
    """Requests begun from first until before end, summed by UTC day, model, purpose and outcome, the newest first.

    `outcome_class` is null of those in flight; what is not settled counts with what was reserved for it.
    """
    return fetch(conn, _LINES, {"first": first, "end": end})


def spending_today(conn: Connection) -> Row:
    """The UTC day of the database's clock, and what is spent and reserved on it, USD."""
    return fetch_one(conn, _TODAY) or {"day": None, "spent_usd": Decimal(0), "reserved_usd": Decimal(0)}


@dataclass(frozen=True)
class Span:
    """Questions of one board and horizon (sessions) in some markets, between two days."""

    markets: Sequence[str]
    board: Literal["live", "reconstructed"]
    horizon: int
    first: date
    last: date


_PAYING = sql.SQL(
    "SELECT model_name, provider FROM model WHERE provider NOT IN ('baseline', 'ensemble') ORDER BY model_name"
)
# A day at a time, by index: in one join the planner would read everything that was ever settled. Which sessions a
# model may have known is `contamination`'s rule.
_SETTLED = sql.SQL("""
    WITH asked AS (
        SELECT m.model_name, m.knowledge_cutoff_date, (
            SELECT min(a.active_from_at) FROM model_activation a WHERE a.model_name = m.model_name) AS first_active_at
        FROM model m WHERE m.provider NOT IN ('baseline', 'ensemble')
    ), day AS (
        SELECT DISTINCT d.market, d.settle_date FROM daily_performance d JOIN asked USING (model_name)
        WHERE d.horizon = {horizon} AND d.board = %(board)s AND d.market = ANY(%(markets)s)
        AND d.settle_date BETWEEN %(first)s AND %(last)s
    ), settled AS MATERIALIZED (
        SELECT e.*, m.is_floor FROM day d
        CROSS JOIN LATERAL (
            SELECT e.market, e.settle_date, e.session_date, e.stock_id, e.model_name, e.origin,
                coalesce(e.is_hit, false) AS is_hit
            FROM evaluation_history e
            WHERE e.market = d.market AND e.settle_date = d.settle_date AND e.superseded_at IS NULL
            AND e.horizon = {horizon} AND e.status = 'settled' OFFSET 0) e
        JOIN model m ON m.model_name = e.model_name
    ), mine AS MATERIALIZED (
        SELECT s.*, (
            SELECT coalesce(sum(coalesce(a.cost_usd, a.reserved_usd)), 0)
            FROM llm_question q JOIN llm_attempt a ON a.call_key = q.call_key
            WHERE q.market = s.market AND q.session_date = s.session_date AND q.stock_id = s.stock_id
            AND q.model_name = s.model_name AND q.sample = 0) AS usd
        FROM settled s
        JOIN asked a ON a.model_name = s.model_name
        JOIN market_session o ON o.market = s.market AND o.session_date = s.session_date
        WHERE {board} AND CASE WHEN a.knowledge_cutoff_date IS NULL THEN o.open_at >= a.first_active_at
            ELSE s.session_date > a.knowledge_cutoff_date END
    )
    SELECT model_name, settle_date, NULL AS floor, count(*) AS questions, count(*) FILTER (WHERE is_hit) AS hits,
        sum(usd)::float8 AS usd
    FROM mine GROUP BY 1, 2
    UNION ALL
    SELECT m.model_name, m.settle_date, f.model_name, count(*), count(*) FILTER (WHERE f.is_hit), 0
    FROM mine m JOIN settled f USING (market, settle_date, session_date, stock_id)
    WHERE f.is_floor GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3 NULLS FIRST""")
_OF_BOARD = {"live": sql.SQL("s.origin = 'live'"), "reconstructed": sql.SQL("s.origin <> 'live'")}
# Looked up one by one: joined, the planner would read every call there ever was.
_AGAIN = sql.SQL("""
    SELECT q.model_name, q.session_date, said.answer AS first, again.answer AS again
    FROM llm_question q
    CROSS JOIN LATERAL (
        SELECT f.call_key FROM llm_question f
        WHERE f.market = q.market AND f.session_date = q.session_date AND f.stock_id = q.stock_id
        AND f.model_name = q.model_name AND f.sample = 0 LIMIT 1) f
    CROSS JOIN LATERAL (
        SELECT c.answer FROM llm_call c WHERE c.call_key = f.call_key AND c.outcome_class = 'ok' LIMIT 1) said
    CROSS JOIN LATERAL (
        SELECT c.answer FROM llm_call c WHERE c.call_key = q.call_key AND c.outcome_class = 'ok' LIMIT 1) again
    WHERE q.sample > 0 AND q.market = ANY(%(markets)s) AND q.session_date BETWEEN %(first)s AND %(last)s
    ORDER BY q.model_name, q.session_date""")


def paying_models(conn: Connection) -> list[Row]:
    """The models that ask a provider, by name."""
    return fetch(conn, _PAYING)


def settled_days(conn: Connection, span: Span) -> dict[str, list[SettledDay]]:
    """By model that asks a provider, its questions by the day that settled them, ascending.

    Sessions whose outcome it may have learnt are left out, as `craveny_domain.contamination` has it.
    """
    query = _SETTLED.format(horizon=sql.Literal(span.horizon), board=_OF_BOARD[span.board])
    found: dict[str, list[SettledDay]] = {}
    for row in fetch(conn, query, _values(span) | {"board": span.board}):
        days = found.setdefault(row["model_name"], [])
        if row["floor"] is None:
            days.append(SettledDay(row["settle_date"], row["questions"], row["hits"], row["usd"], {}))
        else:
            days[-1] = _with_floor(days[-1], row["floor"], row["hits"])
    return found


def _with_floor(day: SettledDay, floor: str, hits: int) -> SettledDay:
    return SettledDay(day.day, day.questions, day.hits, day.usd, {**day.floor_hits, floor: hits})


def asked_again(conn: Connection, span: Span) -> dict[str, list[tuple[date, str, str]]]:
    """By model, questions of sessions in the span that were asked more than once: (session, first answer, later)."""
    found: dict[str, list[tuple[date, str, str]]] = {}
    for row in fetch(conn, _AGAIN, _values(span)):
        found.setdefault(row["model_name"], []).append((row["session_date"], row["first"], row["again"]))
    return found


def _values(span: Span) -> Row:
    return {"markets": list(span.markets), "first": span.first, "last": span.last}
