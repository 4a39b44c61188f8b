"""Days that rest on what has changed since: found by the versions of their inputs that they recorded."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Stale:
    """A day and the newest version of what it should have read."""

    day: date
    version: int


_STALE = text("""
    SELECT i.partition_date, max(s.version) AS version
    FROM partition_input i JOIN partition_state s ON s.market = i.market AND s.asset = :read AND s.model_name = ''
        AND s.partition_date BETWEEN i.first_date AND i.last_date AND s.version > i.newest_version
    WHERE i.market = :market AND i.asset = :asset AND i.input_asset = :read AND i.model_name = ''
    AND NOT EXISTS (
        SELECT FROM lease l WHERE l.market = i.market AND l.expires_at > clock_timestamp() AND (
            l.asset = :read AND l.partition_date BETWEEN i.first_date AND i.last_date
            OR l.asset = ANY(:written) AND l.partition_date = i.partition_date))
    GROUP BY i.partition_date ORDER BY i.partition_date""")


def stale_settlements(conn: Connection, market: str) -> list[Stale]:
    """The market's days settled before a price they read changed, ascending, but for those being written just now."""
    return _stale(conn, market, "evaluation_history", "price", ["evaluation_history", "daily_performance"])


def stale_verdicts(conn: Connection, market: str) -> list[Stale]:
    """The market's days whose verdicts rest on daily figures that have changed since, in the same way."""
    return _stale(conn, market, "model_comparison", "daily_performance", ["model_comparison"])


def _stale(conn: Connection, market: str, asset: str, read: str, written: list[str]) -> list[Stale]:
    which = {"market": market, "asset": asset, "read": read, "written": written}
    return [Stale(*row) for row in conn.execute(_STALE, which)]
