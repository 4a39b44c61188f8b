"""What language models were sent and said of a question, and what they would have said of past ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from psycopg import sql
from sqlalchemy import Connection

from craveny_store.reads.paging import Conditions, Cut, Found, Order, Part, Row, fetch, fetch_one, merged, page_of
from craveny_store.reads.stocks import stock_ids_called

_CALL = sql.SQL("""
    SELECT c.call_key, c.provider, c.identifier, c.parameters, c.schema_version, c.messages, c.outcome_class, c.detail,
        c.answer, c.prompt_tokens, c.cached_tokens, c.completion_tokens, c.cost_usd::float8 AS usd, c.latency_ms,
        c.answered_at, q.prompt_version
    FROM llm_question q JOIN llm_call c ON c.call_key = coalesce(%(key)s, q.call_key)
    WHERE q.market = %(market)s AND q.session_date = %(session)s AND q.stock_id = %(stock)s
    AND q.model_name = %(model)s AND q.sample = 0""")
_ATTEMPTS = sql.SQL("""
    SELECT a.attempt_id, a.purpose, a.run_id, a.started_at, a.settled_at, a.outcome_class, a.detail,
        coalesce(a.cost_usd, a.reserved_usd)::float8 AS usd, a.settled_at IS NULL OR a.is_estimated AS is_estimated,
        a.prompt_tokens, a.cached_tokens, a.completion_tokens, a.latency_ms
    FROM llm_attempt a WHERE a.call_key = %(key)s ORDER BY a.attempt_id DESC LIMIT 50""")


def call_behind(conn: Connection, forecast: Row) -> Row | None:
    """What a forecast's question became and how it was answered, with its `attempts`, the newest first; None where no
    language model was asked."""
    which = {"market": forecast["market"], "session": forecast["session_date"], "stock": forecast["stock_id"]}
    call = fetch_one(conn, _CALL, which | {"model": forecast["model"], "key": forecast["call_key"]})
    if call is None:
        return None
    return call | {"attempts": fetch(conn, _ATTEMPTS, {"key": call.pop("call_key")})}


@dataclass(frozen=True)
class Asked:
    """Which replays: None asks for any."""

    symbol: str | None = None
    session_date: date | None = None
    horizon: int | None = None
    model: str | None = None
    prompt_version: str | None = None


NEWEST = Order(
    ("p.session_date", "p.stock_id", "p.horizon", "p.model_name", "p.prompt_version"),
    ("session_date", "stock_id", "horizon", "model", "prompt_version"),
    descending=True,
)
_BRANCH = sql.SQL("SELECT p.* FROM replay p WHERE {where} ORDER BY {order} LIMIT {limit}")
_SHOWN = sql.SQL("""
    SELECT p.market, s.symbol, s.name, p.session_date, p.stock_id, p.horizon, p.model_name AS model, p.prompt_version,
        p.outcome_class, p.direction, p.probability, greatest(p.probability, 1 - p.probability) AS confidence,
        p.expected_move, p.reasoning, p.is_contaminated, s.is_synthetic, p.replayed_at
    FROM ({page}) p CROSS JOIN LATERAL (SELECT * FROM stock s WHERE s.stock_id = p.stock_id LIMIT 1) s
    ORDER BY {order}""")


def list_replays(conn: Connection, markets: Sequence[str], asked: Asked, cut: Cut) -> Found:
    """A page of the markets' replays, the newest session first."""
    stocks = None if asked.symbol is None else stock_ids_called(conn, markets, asked.symbol)
    conditions = _conditions(asked)
    branches = [
        _BRANCH.format(
            where=sql.SQL(" AND ").join([_within(market, stocks), conditions.clause, NEWEST.beyond(cut.after)]),
            order=NEWEST.clause,
            limit=sql.Literal(cut.limit + 1),
        )
        for market in markets
        if stocks is None or market in stocks
    ]
    if not branches:
        return Found([], None)
    query = _SHOWN.format(page=merged(branches, NEWEST, cut), order=NEWEST.clause)
    return page_of(fetch(conn, query, conditions.values | NEWEST.parameters(cut.after)), cut, NEWEST.key)


def replays_beside(conn: Connection, forecast: Row) -> list[Row]:
    """What models would have said of a forecast's question, by model and prompt."""
    page = sql.SQL("""
        SELECT * FROM replay WHERE market = %(market)s AND session_date = %(session)s AND stock_id = %(stock)s
        AND horizon = %(horizon)s""")
    which = {"market": forecast["market"], "session": forecast["session_date"], "stock": forecast["stock_id"]}
    query = _SHOWN.format(page=page, order=sql.SQL("p.model_name, p.prompt_version"))
    return fetch(conn, query, which | {"horizon": forecast["horizon"]})


def _within(market: str, stocks: dict[str, int] | None) -> Part:
    found = Conditions()
    found.add_constant("p.market = {}", market)
    if stocks is not None:
        found.add_constant("p.stock_id = {}", stocks[market])
    return found.clause


def _conditions(asked: Asked) -> Conditions:
    found = Conditions()
    found.add_if_given("p.session_date = %(session_date)s", session_date=asked.session_date)
    found.add_if_given("p.model_name = %(model)s", model=asked.model)
    found.add_if_given("p.prompt_version = %(prompt_version)s", prompt_version=asked.prompt_version)
    if asked.horizon is not None:
        found.add_constant("p.horizon = {}", asked.horizon)
    return found
