"""Settled forecasts and daily figures: writes by settling session, figures read back for any window."""

from collections.abc import Sequence
from datetime import date

from psycopg import sql
from sqlalchemy import Connection, RowMapping, select

from craveny_domain.scoring import DayScore
from craveny_store.bulk import Changes, copy_rows, cursor, merge_rows, staged
from craveny_store.tables import daily_performance, daily_reliability, evaluation_history

EVALUATION_COLUMNS = [
    "prediction_id", "market", "settle_date", "session_date", "model_name", "stock_id", "horizon", "origin", "status",
    "reason", "entry_price_id", "exit_price_id", "outcome_return", "tradable_return", "is_up", "is_tie", "is_hit",
    "scored_probability",
]  # fmt: skip
_SAME = [name for name in EVALUATION_COLUMNS if name not in ("entry_price_id", "exit_price_id")]
"""A settlement stays as it is when another observation of its bars says the same prices."""
_KEY = ["market", "settle_date", "model_name", "stock_id", "session_date", "horizon"]
SCORE_COLUMNS = [
    "asked", "answered", "true_up", "false_up", "true_down", "false_down", "ties", "void", "brier_sum",
    "log_score_sum", "return_sum", "returns",
]  # fmt: skip
_BOARD_KEY = ["market", "settle_date", "model_name", "horizon", "board"]
PERFORMANCE_COLUMNS = [*_BOARD_KEY, *SCORE_COLUMNS]
BIN_COLUMNS = ["bin", "answered", "ups", "probability_sum"]
RELIABILITY_COLUMNS = [*_BOARD_KEY, *BIN_COLUMNS]


def write_evaluations(conn: Connection, market: str, day: date, rows: Sequence[tuple]) -> Changes:
    """Make a settling session's current settlements equal to the rows; one that differs is kept, superseded."""
    c = evaluation_history.c
    mine = (c.market == market, c.settle_date == day, c.superseded_at.is_(None))
    if conn.execute(select(c.evaluation_id).where(*mine).limit(1)).first() is None:
        copy_rows(conn, evaluation_history, EVALUATION_COLUMNS, rows)
        return Changes(added=len(rows))
    with staged(conn, evaluation_history, EVALUATION_COLUMNS, rows) as stage, cursor(conn) as cur:
        parts = {
            "current": sql.SQL("e.market = {} AND e.settle_date = {} AND e.superseded_at IS NULL").format(market, day),
            "names": sql.SQL(", ").join(map(sql.Identifier, EVALUATION_COLUMNS)),
            "same": _all("e.{0} IS NOT DISTINCT FROM s.{0}", _SAME),
            "on": _all("e.{0} = s.{0}", _KEY),
            "stage": stage,
        }
        superseded = cur.execute(_SUPERSEDE.format(**parts)).rowcount
        inserted = cur.execute(_INSERT.format(**parts)).rowcount
    changed = min(superseded, inserted)
    return Changes(inserted - changed, changed, len(rows) - inserted, superseded - changed)


_SUPERSEDE = sql.SQL(
    "UPDATE evaluation_history e SET superseded_at = clock_timestamp() WHERE {current}"
    " AND NOT EXISTS (SELECT FROM {stage} s WHERE {same})"
)
_INSERT = sql.SQL(
    "INSERT INTO evaluation_history ({names}) SELECT {names} FROM {stage} s"
    " WHERE NOT EXISTS (SELECT FROM evaluation_history e WHERE {current} AND {on})"
)


def _all(template: str, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(" AND ").join(sql.SQL(template).format(sql.Identifier(c)) for c in columns)  # type: ignore[arg-type]


def settled_rows(conn: Connection, market: str, day: date) -> Sequence[RowMapping]:
    """A session's current settlements as scoring reads them."""
    c = evaluation_history.c
    query = select(
        c.model_name, c.horizon, c.origin, c.status, c.outcome_return, c.tradable_return, c.is_up, c.is_hit,
        c.scored_probability,
    )  # fmt: skip
    mine = query.where(c.market == market, c.settle_date == day, c.superseded_at.is_(None))
    return conn.execute(mine.order_by(c.model_name, c.horizon, c.stock_id, c.session_date)).mappings().all()


def write_performance(
    conn: Connection, market: str, day: date, rows: Sequence[tuple], bins: Sequence[tuple]
) -> Changes:
    """Make a session's daily figures (rows in PERFORMANCE_COLUMNS order) and bins (RELIABILITY_COLUMNS) equal to these.

    The changes are counted in daily figures; where bins alone differ, as on a day written before there were any,
    every figure of the day counts as changed.
    """
    scope = {"market": market, "settle_date": day}
    changes = merge_rows(conn, daily_performance, PERFORMANCE_COLUMNS, rows, scope=scope, key=_BOARD_KEY)
    binned = merge_rows(conn, daily_reliability, RELIABILITY_COLUMNS, bins, scope=scope, key=RELIABILITY_COLUMNS[:6])
    return Changes(changed=len(rows)) if binned.any and not changes.any else changes


def day_scores(
    conn: Connection, market: str, board: str, first: date, last: date
) -> dict[tuple[str, int], list[DayScore]]:
    """Daily figures by (model, horizon) between two days, ascending; what windows are summed from."""
    c = daily_performance.c
    query = select(c.model_name, c.horizon, c.settle_date, *(c[name] for name in SCORE_COLUMNS)).where(
        c.market == market, c.board == board, c.settle_date.between(first, last)
    )
    found: dict[tuple[str, int], list[DayScore]] = {}
    for model_name, horizon, day, *score in conn.execute(query.order_by(c.settle_date)):
        found.setdefault((model_name, horizon), []).append(DayScore(day, *score))
    return found
