"""What comes of stock reports: those whose prices await a session's close, and their outcomes by settling session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from craveny_domain.report_outcomes import Aim
from craveny_store.bulk import Changes
from craveny_store.superseding import supersede
from craveny_store.tables import report_outcome

COLUMNS = [
    "report_id", "market", "settle_date", "model_name", "stock_id", "base_date", "opens_date", "closes_date", "status",
    "reason", "exit_price_id", "target_return", "stop_return", "target_date", "stop_date", "first_touch", "path_return",
]  # fmt: skip
_SAME = [name for name in COLUMNS if name != "exit_price_id"]
"""An outcome stays as it is when another observation of its bars says the same prices."""


@dataclass(frozen=True)
class MadeReport:
    """A report that names a target or a stop."""

    report_id: int
    model_name: str
    partition_date: date
    created_at: datetime
    aim: Aim


_MADE = text("""
    SELECT r.report_id, r.model_name, r.partition_date, r.created_at, r.stock_id, (
            SELECT p.session_date FROM price p
            WHERE p.stock_id = r.stock_id AND p.session_date >= :since AND p.close = r.base_price
            AND p.available_at <= r.cutoff_at
            ORDER BY p.session_date DESC LIMIT 1) AS base_date,
        r.base_price::float8, r.target_price::float8, r.stop_price::float8
    FROM stock_report r
    WHERE r.market = :market AND r.created_at >= :first AND r.created_at < :until AND r.outcome_class = 'ok'
    AND (r.target_price IS NOT NULL OR r.stop_price IS NOT NULL)
    ORDER BY r.report_id""")


def reports_made(conn: Connection, market: str, first: datetime, until: datetime, since: date) -> list[MadeReport]:
    """The reports that were made from an instant to before another; their base prices are looked for among closes that
    were known by then, of sessions from `since` on."""
    given = {"market": market, "first": first, "until": until, "since": since}
    return [
        MadeReport(report_id, model_name, made_on, created_at, Aim(*aim))
        for report_id, model_name, made_on, created_at, *aim in conn.execute(_MADE, given)
    ]


def write_report_outcomes(conn: Connection, market: str, day: date, rows: Sequence[tuple]) -> Changes:
    """Make a settling session's current outcomes equal to the rows, as in COLUMNS; one that differs is kept,
    superseded, and its successor is marked revised."""
    scope = {"market": market, "settle_date": day}
    return supersede(
        conn, report_outcome, COLUMNS, rows, scope=scope, key=["report_id"], same=_SAME, revised="is_revised"
    )
