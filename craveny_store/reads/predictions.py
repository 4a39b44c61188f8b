"""Forecasts as they are shown: what was said, of which stock, and how it came out; in pages, side by side, or one.

Every list is read per market from an index that has its order; markets are merged afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from psycopg import sql
from sqlalchemy import Connection

from craveny_store.reads.paging import Conditions, Cut, Found, Order, Part, Row, fetch, fetch_one, merged, page_of
from craveny_store.reads.stocks import stock_ids_called

Sort = Literal["newest", "oldest", "confident"]
Status = Literal["open", "settled", "void"]

OPEN_DAYS = 30
"""How far before the newest session, in days, open forecasts are looked for: an older one has long been settled or
is void, unless nobody settled its market."""

_BY_NAME = ("p.session_date", "p.model_name", "p.stock_id", "p.horizon")
_KEY = ("session_date", "model", "stock_id", "horizon")
_CONFIDENCE = "coalesce(greatest(p.probability, 1 - p.probability), 0)"
ORDERS: dict[Sort, Order] = {
    "newest": Order(_BY_NAME, _KEY, descending=True),
    "oldest": Order(_BY_NAME, _KEY, descending=False),
    "confident": Order(
        ("p.session_date", _CONFIDENCE, "p.prediction_id"),
        ("session_date", "certainty", "prediction_id"),
        descending=True,
    ),
}
"""`confident` is by session, too: the newest first, and within it the surest forecasts."""


@dataclass(frozen=True)
class Asked:
    """Which forecasts: None asks for any. `models` names several, `session_from` and `session_to` are included."""

    symbol: str | None = None
    models: Sequence[str] | None = None
    direction: Literal["up", "down"] | None = None
    horizon: int | None = None
    session_date: date | None = None
    session_from: date | None = None
    session_to: date | None = None
    origin: str | None = None
    outcome_class: str | None = None
    status: Status | None = None


_SHOWN = sql.SQL("""
    SELECT p.prediction_id, p.market, s.symbol, s.name, p.session_date, p.horizon, p.model_name AS model, m.is_floor,
        p.outcome_class, p.direction, p.probability, greatest(p.probability, 1 - p.probability) AS confidence,
        p.climatology, p.reasoning, p.expected_move, p.call_key, p.origin, p.degraded, p.issued_at,
        p.run_id, p.stock_id, s.is_synthetic,
        {certainty} AS certainty,
        coalesce(e.status, 'open') AS status, e.settle_date, e.outcome_return, e.tradable_return, e.is_up, e.is_hit,
        e.target_return, e.stop_return, e.target_date, e.stop_date, e.first_touch, e.path_return,
        e.reason, e.settled_at, e.entry_price_id, e.exit_price_id
    FROM ({page}) p
    JOIN stock s ON s.stock_id = p.stock_id
    JOIN model m ON m.model_name = p.model_name
    LEFT JOIN LATERAL (
        SELECT * FROM evaluation_history e WHERE e.prediction_id = p.prediction_id AND e.superseded_at IS NULL
        ORDER BY e.evaluation_id DESC LIMIT 1) e ON true
    ORDER BY {order}""")
_BRANCH = sql.SQL("SELECT p.* FROM {source} WHERE {where} ORDER BY {order} LIMIT {limit}")
# As expressions, not as joins: the planner would read both tables whole to join them.
_SETTLED_AS = """
    (SELECT e.status FROM evaluation_history e WHERE e.prediction_id = p.prediction_id AND e.superseded_at IS NULL
    LIMIT 1)"""
# What is void is rare: read from its own index, in the order of the settlements.
_VOID = """(
    SELECT v.market, v.session_date, v.model_name, v.stock_id, v.horizon, q.prediction_id, q.outcome_class,
        q.probability, q.direction, q.climatology, q.origin, q.degraded, q.reasoning, q.expected_move, q.call_key,
        q.issued_at, q.run_id
    FROM evaluation_history v JOIN prediction q USING (prediction_id)
    WHERE v.superseded_at IS NULL AND v.status = 'void') p"""


def list_predictions(conn: Connection, markets: Sequence[str], asked: Asked, sort: Sort, cut: Cut) -> Found:
    """A page of the markets' forecasts in the sort's order; rows as Prediction, with its settlement's columns."""
    order, conditions = ORDERS[sort], _conditions(asked)
    stocks = None if asked.symbol is None else stock_ids_called(conn, markets, asked.symbol)
    source = sql.SQL(_VOID if asked.status == "void" else "prediction p")
    branches = [
        _BRANCH.format(
            source=source,
            where=sql.SQL(" AND ").join([_within(market, stocks, asked), conditions.clause, order.beyond(cut.after)]),
            order=order.clause,
            limit=sql.Literal(cut.limit + 1),
        )
        for market in markets
        if stocks is None or market in stocks
    ]
    if not branches:
        return Found([], None)
    page = merged(branches, order, cut)
    rows = _shown(conn, page, order.clause, conditions.values | order.parameters(cut.after))
    return page_of(rows, cut, order.key)


def _within(market: str, stocks: Mapping[str, int] | None, asked: Asked) -> Part:
    conditions = Conditions()
    conditions.add_constant("p.market = {}", market)
    if stocks is not None:
        conditions.add_constant("p.stock_id = {}", stocks[market])
    if asked.status == "open" and asked.session_from is None and asked.session_date is None:
        newest = "p.session_date >= (SELECT max(q.session_date) - {} FROM prediction q WHERE q.market = {})"
        conditions.add_constant(newest, OPEN_DAYS, market)
    return conditions.clause


def _conditions(asked: Asked) -> Conditions:
    found = Conditions()
    if asked.models is not None:
        found.add("p.model_name = ANY(%(models)s)", models=list(asked.models))
    found.add_if_given("p.session_date = %(session_date)s", session_date=asked.session_date)
    found.add_if_given("p.session_date >= %(session_from)s", session_from=asked.session_from)
    found.add_if_given("p.session_date <= %(session_to)s", session_to=asked.session_to)
    # Constants, so that a partial index is seen to hold what is asked for.
    for name in ("direction", "horizon", "origin", "outcome_class"):
        value = getattr(asked, name)
        if value is not None:
            found.add_constant("p.{} = {}", sql.Identifier(name), value)
    if asked.status == "open":
        found.add(f"{_SETTLED_AS} IS NULL")
    elif asked.status == "settled":
        found.add(f"{_SETTLED_AS} = 'settled'")
    return found


def _shown(conn: Connection, page: Part, order: Part, values: Row) -> list[Row]:
    return fetch(conn, _SHOWN.format(page=page, order=order, certainty=sql.SQL(_CONFIDENCE)), values)


def prediction_of(conn: Connection, prediction_id: int) -> Row | None:
    """One forecast, with its run, stock and the bars that settled it."""
    return predictions_by_id(conn, [prediction_id]).get(prediction_id)


def predictions_by_id(conn: Connection, prediction_ids: Sequence[int]) -> dict[int, Row]:
    """The forecasts with these ids."""
    page = sql.SQL("SELECT * FROM prediction WHERE prediction_id = ANY(%(ids)s)")
    rows = _shown(conn, page, sql.SQL("p.prediction_id"), {"ids": sorted(set(prediction_ids))})
    return {row["prediction_id"]: row for row in rows}


def newest_session(conn: Connection, market: str) -> date | None:
    """The newest session with forecasts; None before the first."""
    query = sql.SQL("SELECT max(session_date) AS newest FROM prediction WHERE market = %(market)s")
    return (fetch_one(conn, query, {"market": market}) or {}).get("newest")


_COMPARED = sql.SQL("""
    SELECT p.* FROM prediction p
    WHERE p.market = %(market)s AND p.session_date = %(session)s AND p.horizon = {horizon}
    AND p.model_name = ANY(%(models)s) AND p.stock_id = ANY(%(stocks)s)""")
_MODELS_OF = sql.SQL("""
    SELECT m.model_name FROM model m WHERE EXISTS (
        SELECT FROM prediction p WHERE p.market = %(market)s AND p.session_date = %(session)s
        AND p.model_name = m.model_name)
    ORDER BY m.is_floor, m.model_name""")
_STOCKS_OF = sql.SQL("""
    SELECT s.stock_id, s.symbol FROM stock s
    WHERE s.market = %(market)s AND (%(symbols)s::text[] IS NULL OR s.symbol = ANY(%(symbols)s))
    AND s.symbol > %(after)s AND EXISTS (
        SELECT FROM prediction p WHERE p.stock_id = s.stock_id AND p.session_date = %(session)s
        AND p.model_name = ANY(%(models)s) AND p.horizon = {horizon})
    ORDER BY s.symbol LIMIT {limit}""")


def models_of(conn: Connection, market: str, session: date) -> list[str]:
    """The models that forecast a session: those with a claim first, then the floors."""
    return [row["model_name"] for row in fetch(conn, _MODELS_OF, {"market": market, "session": session})]


@dataclass(frozen=True)
class Sides:
    """Whose answers to set side by side; no symbols: of every stock that was asked about."""

    market: str
    session: date
    horizon: int
    models: Sequence[str]
    symbols: Sequence[str] | None


def compare(conn: Connection, sides: Sides, cut: Cut) -> Found:
    """Forecasts of a page of stocks (by symbol; the cut counts stocks), by symbol and model."""
    values = {"market": sides.market, "session": sides.session, "models": list(sides.models)}
    which = {"symbols": None if sides.symbols is None else list(sides.symbols), "after": (cut.after or ("",))[0]}
    horizon, limit = sql.Literal(sides.horizon), sql.Literal(cut.limit + 1)
    stocks = page_of(fetch(conn, _STOCKS_OF.format(horizon=horizon, limit=limit), values | which), cut, ("symbol",))
    values["stocks"] = [row["stock_id"] for row in stocks.rows]
    rows = _shown(conn, _COMPARED.format(horizon=horizon), sql.SQL("s.symbol, p.model_name"), values)
    return Found(rows, stocks.last_key)
