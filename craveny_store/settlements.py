"""Settled forecasts: written by settling session, read back as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, LiteralString

import numpy as np
from sqlalchemy import Connection, select

from craveny_domain.day_scores import OUTCOME_CLASSES, Questions
from craveny_store.bulk import Changes, fetch_array
from craveny_store.superseding import supersede
from craveny_store.tables import evaluation_history, model, stock

EVALUATION_COLUMNS = [
    "prediction_id", "market", "settle_date", "session_date", "model_name", "stock_id", "horizon", "origin",
    "outcome_class", "status", "reason", "entry_price_id", "exit_price_id", "outcome_return", "tradable_return",
    "is_up", "is_tie", "is_hit", "scored_probability", "target_return", "stop_return", "target_date", "stop_date",
    "first_touch", "path_return",
]  # fmt: skip
_SAME = [name for name in EVALUATION_COLUMNS if name not in ("entry_price_id", "exit_price_id")]
"""A settlement stays as it is when another observation of its bars says the same prices."""
_KEY = ["market", "settle_date", "model_name", "stock_id", "session_date", "horizon"]


def write_evaluations(conn: Connection, market: str, day: date, rows: Sequence[tuple]) -> Changes:
    """Make a settling session's current settlements equal to the rows; one that differs is kept, superseded."""
    scope = {"market": market, "settle_date": day}
    return supersede(conn, evaluation_history, EVALUATION_COLUMNS, rows, scope=scope, key=_KEY, same=_SAME)


_SETTLED = """
    SELECT array_position(%(models)s::text[], e.model_name) - 1 AS model, e.horizon::int4, (e.origin <> 'live')::int4,
        coalesce(array_position(%(sectors)s::text[], s.sector) - 1, -1), e.stock_id, e.session_date, e.settle_date,
        (e.status = 'settled' AND e.reason IS NOT NULL)::int4, (e.status = 'void')::int4,
        array_position(%(classes)s::text[], e.outcome_class) - 1, e.scored_probability,
        coalesce(e.outcome_return, 'NaN'), coalesce(e.tradable_return, 'NaN'),
        coalesce(e.is_hit = e.is_up, false)::int4, (e.target_return IS NOT NULL)::int4,
        CASE e.first_touch WHEN 'target' THEN 1 WHEN 'stop' THEN 2 ELSE 0 END
    FROM evaluation_history e JOIN stock s USING (stock_id)
    WHERE e.superseded_at IS NULL AND """
_OF_A_DAY = _SETTLED + "e.market = %(market)s AND e.settle_date = %(day)s"
_OF_A_STOCK = _SETTLED + "e.stock_id = %(stock)s AND e.horizon = %(horizon)s"
_SETTLED_TYPES = [
    ("model", "i4"), ("horizon", "i4"), ("is_reconstructed", "i4"), ("sector", "i4"), ("stock_id", "i8"),
    ("session", "day"), ("settled", "day"), ("is_late", "i4"), ("void", "i4"), ("outcome_class", "i4"),
    ("probability", "f8"), ("outcome_return", "f8"), ("tradable_return", "f8"), ("call_up", "i4"),
    ("has_target", "i4"), ("touch", "i4"),
]  # fmt: skip


@dataclass(frozen=True)
class Settled:
    """Current settlements: rows [N] of numbers, whose `model` and `sector` are positions in the names (-1: none)."""

    rows: np.ndarray
    models: list[str]
    sectors: list[str]

    def only(self, chosen: np.ndarray) -> "Settled":
        """Some of the rows, by a mask [N]."""
        return replace(self, rows=self.rows[chosen])

    @property
    def questions(self) -> Questions:
        """The rows as scoring takes them."""
        columns = {f.name: self.rows[f.name] for f in fields(Questions)}
        return Questions(**{n: c.astype(bool) if n in _FLAGS else c for n, c in columns.items()})


_FLAGS = ("call_up", "void", "has_target")


def settled_on(conn: Connection, market: str, day: date) -> Settled:
    """What a session settled, every model, horizon and board."""
    return _settled(conn, _OF_A_DAY, market=market, day=day)


def settled_of(conn: Connection, stock_id: int, horizon: int) -> Settled:
    """What was ever settled of a stock at a horizon, every model and board."""
    return _settled(conn, _OF_A_STOCK, stock=stock_id, horizon=horizon)


def _settled(conn: Connection, query: LiteralString, **asked: Any) -> Settled:  # noqa: ANN401 - as Postgres takes them
    models = list(conn.execute(select(model.c.model_name).order_by(model.c.model_name)).scalars())
    sectors = list(conn.execute(select(stock.c.sector).distinct().order_by(stock.c.sector)).scalars())
    known = {"models": models, "sectors": [s for s in sectors if s], "classes": list(OUTCOME_CLASSES)}
    rows = fetch_array(conn, query, {**known, **asked}, _SETTLED_TYPES)
    order = np.lexsort([rows[name] for name in ("stock_id", "session", "settled", "horizon", "model")])
    return Settled(rows[order], models, known["sectors"])
