"""Frozen questions and forecasts: what models were told, and what they said."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, select

from craveny_domain.briefs import Brief
from craveny_domain.forecasts import PENDING, Question
from craveny_store.bulk import Changes, merge_rows
from craveny_store.tables import prediction, prediction_evidence, stock

PREDICTION_COLUMNS = [
    "market", "session_date", "model_name", "stock_id", "horizon", "outcome_class", "probability", "direction",
    "climatology", "origin", "degraded", "issued_at", "run_id", "reasoning", "expected_move", "call_key",
]  # fmt: skip
PREDICTION_KEY = ["market", "session_date", "model_name", "stock_id", "horizon"]
SAID = [
    "outcome_class", "probability", "direction", "climatology", "degraded", "reasoning", "expected_move", "call_key",
]  # fmt: skip
EVIDENCE_COLUMNS = ["market", "session_date", "stock_id", "cutoff_at", "question", "is_declared", "degraded", "brief"]


@dataclass(frozen=True)
class Evidence:
    """The frozen question of one stock."""

    question: Question
    is_declared: bool
    degraded: list[str]
    cutoff_at: datetime
    brief: Brief | None = None


def frozen_evidence(conn: Connection, market: str, session: date) -> dict[int, Evidence]:
    """The session's frozen questions by stock id."""
    c = prediction_evidence.c
    query = select(c.stock_id, c.question, c.is_declared, c.degraded, c.cutoff_at, c.brief).where(
        c.market == market, c.session_date == session
    )
    return {stock: Evidence(*rest) for stock, *rest in conn.execute(query.order_by(c.stock_id))}


def freeze_evidence(conn: Connection, market: str, session: date, evidence: Mapping[int, Evidence]) -> Changes:
    """Make the session's frozen questions equal to the given ones."""
    rows = [
        (market, session, stock, item.cutoff_at, item.question, item.is_declared, item.degraded, item.brief)
        for stock, item in evidence.items()
    ]
    scope = {"market": market, "session_date": session}
    return merge_rows(conn, prediction_evidence, EVIDENCE_COLUMNS, rows, scope=scope, key=EVIDENCE_COLUMNS[:3])


def fixed_stocks(conn: Connection, market: str, session: date, fixed: Sequence[str]) -> set[int]:
    """Stocks with a forecast for the session of a fixed origin: their questions may never change."""
    c = prediction.c
    query = select(c.stock_id).where(c.market == market, c.session_date == session, c.origin.in_(fixed)).distinct()
    return set(conn.execute(query).scalars())


def write_predictions(
    conn: Connection,
    market: str,
    session: date,
    model_name: str,
    rows: Sequence[tuple],
    fixed: Sequence[str],
    *,
    is_open: bool,
) -> Changes:
    """Write one model's forecasts for a session (rows in PREDICTION_COLUMNS order).

    Rows of a fixed origin stay exactly as they were said, also when they are no longer among the rows; those of a
    question that is still pending only once the session `is_open`.
    """
    c = prediction.c
    mine = (c.market == market, c.session_date == session, c.model_name == model_name)
    said = select(c.stock_id, c.horizon).where(*mine, _is_said(fixed, is_open=is_open))
    kept = set(conn.execute(said).tuples())
    fresh = [row for row in rows if (row[3], row[4]) not in kept]
    scope = {"market": market, "session_date": session, "model_name": model_name}
    if not kept:
        return merge_rows(conn, prediction, PREDICTION_COLUMNS, fresh, scope=scope, key=PREDICTION_KEY, compare=SAID)
    changes = merge_rows(
        conn, prediction, PREDICTION_COLUMNS, fresh, scope=scope, key=PREDICTION_KEY, compare=SAID, remove=False
    )
    return changes + Changes(unchanged=len(kept))


def settled_questions(
    conn: Connection, market: str, session: date, model_name: str, fixed: Sequence[str], *, is_open: bool
) -> set[int]:
    """Stocks whose forecasts by a model stay as they are: nothing is to be asked about them any more."""
    c = prediction.c
    query = select(c.stock_id).where(
        c.market == market, c.session_date == session, c.model_name == model_name, _is_said(fixed, is_open=is_open)
    )
    return set(conn.execute(query.distinct()).scalars())


Said = tuple[int, int, str, str, float | None]
"""A forecast as ensembles read it: stock id, horizon, model, outcome class, probability."""


def said_by(conn: Connection, market: str, session: date, models: Collection[str]) -> list[Said]:
    """What some models have said of a session so far, whichever run asked them."""
    c = prediction.c
    query = select(c.stock_id, c.horizon, c.model_name, c.outcome_class, c.probability).where(
        c.market == market, c.session_date == session, c.model_name.in_(models)
    )
    return [tuple(row) for row in conn.execute(query)]


def pending_sessions(conn: Connection, market: str, sessions: Sequence[date]) -> set[date]:
    """Of the given sessions, those with questions that nobody has answered yet."""
    c = prediction.c
    query = select(c.session_date).where(
        c.market == market, c.session_date.in_(sessions), c.outcome_class.in_(PENDING), c.outcome_class != "ok"
    )
    return set(conn.execute(query.distinct()).scalars())


def _is_said(fixed: Sequence[str], *, is_open: bool) -> ColumnElement[bool]:
    c = prediction.c
    return c.origin.in_(fixed) if is_open else and_(c.origin.in_(fixed), c.outcome_class.not_in(PENDING))


_FORECASTS = select(
    prediction.c.prediction_id,
    prediction.c.session_date,
    prediction.c.model_name,
    prediction.c.stock_id,
    prediction.c.horizon,
    prediction.c.outcome_class,
    prediction.c.probability,
    prediction.c.direction,
    prediction.c.climatology,
    prediction.c.origin,
    prediction.c.expected_move,
)


def forecasts_for(
    conn: Connection, market: str, session: date, horizon: int, stock_ids: Sequence[int] | None = None
) -> Sequence[RowMapping]:
    """Every model's forecasts for a session and horizon; all stocks unless some are named."""
    c = prediction.c
    query = _FORECASTS.where(c.market == market, c.session_date == session, c.horizon == horizon)
    if stock_ids is not None:
        query = query.where(c.stock_id.in_(stock_ids))
    return conn.execute(query.order_by(c.model_name, c.stock_id)).mappings().all()


@dataclass(frozen=True)
class Reason:
    """Why a model said what it said of a stock and session, in its own words; known since `issued_at`."""

    prediction_id: int
    symbol: str
    model_name: str
    text: str
    issued_at: datetime


def reasons_of(conn: Connection, market: str, session: date) -> list[Reason]:
    """The reasons given for a session's forecasts, one per model and stock: that of its shortest horizon."""
    c = prediction.c
    query = (
        select(c.prediction_id, stock.c.symbol, c.model_name, c.reasoning, c.issued_at)
        .join(stock, stock.c.stock_id == c.stock_id)
        .distinct(c.model_name, c.stock_id)
        .where(c.market == market, c.session_date == session, c.reasoning.is_not(None))
    )
    return [Reason(*row) for row in conn.execute(query.order_by(c.model_name, c.stock_id, c.horizon))]


def count_predictions(conn: Connection, market: str, session: date) -> int:
    """Forecasts of every model for a session."""
    c = prediction.c
    return conn.execute(select(func.count()).where(c.market == market, c.session_date == session)).scalar_one()


def preview(conn: Connection, market: str, session: date, limit: int = 8) -> Sequence[RowMapping]:
    """A few of a session's forecasts, furthest from the base rate first."""
    c = prediction.c
    away = func.abs(c.probability - c.climatology)
    columns = (stock.c.symbol, c.model_name, c.horizon, c.direction, c.probability, c.origin)
    query = select(*columns).join(stock, stock.c.stock_id == c.stock_id)
    found = query.where(c.market == market, c.session_date == session, c.outcome_class == "ok")
    return conn.execute(found.order_by(away.desc(), c.model_name, c.stock_id, c.horizon).limit(limit)).mappings().all()
