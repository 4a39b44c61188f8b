"""Settlements that rest on prices which have changed since: found by the versions they recorded."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Stale:
    """A day of settlements and the newest version of the prices it should have read."""

    day: date
    version: int


_STALE = text("""
    SELECT i.partition_date, max(s.version) AS version
    FROM partition_input i JOIN partition_state s ON s.market = i.market AND s.asset = 'price' AND s.model_name = ''
        AND s.partition_date BETWEEN i.first_date AND i.last_date AND s.version > i.newest_version
    WHERE i.market = :market AND i.asset = 'evaluation_history' AND i.input_asset = 'price' AND i.model_name = ''
    AND NOT EXISTS (
        SELECT FROM lease l WHERE l.market = i.market AND l.expires_at > clock_timestamp() AND (
            l.asset = 'price' AND l.partition_date BETWEEN i.first_date AND i.last_date
            OR l.asset IN ('evaluation_history', 'daily_performance') AND l.partition_date = i.partition_date))
    GROUP BY i.partition_date ORDER BY i.partition_date""")


def stale_settlements(conn: Connection, market: str) -> list[Stale]:
    """The market's days settled before a price they read changed, ascending, but for those being written just now."""
    return [Stale(*row) for row in conn.execute(_STALE, {"market": market})]
