"""What came of reports as the API says it: settled, waited for until their window closes, or nothing to come."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from craveny_domain.clocks import Market
from craveny_domain.report_outcomes import WINDOW, window_of
from craveny_store.calendar import sessions_between
from craveny_store.reads.paging import Row

AHEAD = timedelta(days=21)
"""Calendar days that hold a window even around the longest holidays."""
NOTHING: dict[str, Any] = {
    "status": "none", "closes_date": None, "settle_date": None, "target_date": None, "stop_date": None,
    "first_touch": None, "path_return": None, "reason": None, "is_revised": False,
}  # fmt: skip


def with_outcomes(conn: Connection, market: Market, reports: Sequence[Row]) -> list[Row]:
    """Rows of `list_reports`, each with an outcome."""
    made = [market.local_date(row["created_at"]) for row in reports if _waits(row)]
    sessions = sessions_between(conn, market.code, min(made), max(made) + AHEAD) if made else []
    rows = []
    for row in reports:
        outcome = row["outcome"] or NOTHING
        if _waits(row):
            window = window_of(sessions, row["created_at"])
            closes = window[-1].session_date if len(window) == WINDOW else None
            outcome = NOTHING | {"status": "waiting", "closes_date": closes}
        rows.append(row | {"outcome": outcome})
    return rows


def _waits(row: Row) -> bool:
    is_aimed = row["target_price"] is not None or row["stop_price"] is not None
    return row["outcome"] is None and row["outcome_class"] == "ok" and is_aimed
