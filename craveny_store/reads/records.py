"""How forecasts of one stock came out, question by question, as records are made of."""

from dataclasses import dataclass, field
from typing import Literal

from psycopg import sql
from sqlalchemy import Connection

from craveny_domain.scoring import DayScore
from craveny_domain.stock_records import score_question
from craveny_store.reads.paging import fetch

# Settlements are looked up one by one: joined, the planner would read all of them.
_SETTLED = sql.SQL("""
    SELECT p.model_name, m.is_floor, e.settle_date, e.scored_probability, e.is_up, e.is_hit, e.outcome_return,
        e.tradable_return
    FROM prediction p
    JOIN model m USING (model_name)
    CROSS JOIN LATERAL (
        SELECT * FROM evaluation_history e WHERE e.prediction_id = p.prediction_id AND e.superseded_at IS NULL
        ORDER BY e.evaluation_id DESC LIMIT 1) e
    WHERE p.stock_id = %(stock)s AND p.horizon = {horizon} AND {board}
    ORDER BY m.is_floor, p.model_name, e.settle_date""")
_BOARDS = {"live": sql.SQL("p.origin = 'live'"), "reconstructed": sql.SQL("p.origin <> 'live'")}


@dataclass(frozen=True)
class Record:
    """One model's settled questions of a stock, a score each, ascending."""

    model: str
    is_floor: bool
    scores: list[DayScore] = field(default_factory=list)


def records_of(conn: Connection, stock_id: int, board: Literal["live", "reconstructed"], horizon: int) -> list[Record]:
    """Each model's settled forecasts of a stock, models with a claim first; none of a model without any."""
    query = _SETTLED.format(horizon=sql.Literal(horizon), board=_BOARDS[board])
    found: dict[str, Record] = {}
    for row in fetch(conn, query, {"stock": stock_id}):
        record = found.setdefault(row["model_name"], Record(row["model_name"], row["is_floor"]))
        known = {name: row[name] for name in ("is_up", "is_hit", "outcome_return", "tradable_return")}
        record.scores.append(score_question(row["settle_date"], row["scored_probability"], **known))
    return list(found.values())
