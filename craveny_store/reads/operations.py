"""How the installation is doing, from its own account: how new each asset is, failing gates, heartbeats, alerts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from psycopg import sql
from sqlalchemy import Connection, text

from craveny_store.reads.paging import Cut, Found, Order, Row, fetch, page_of

_FRESHNESS = text("""
    SELECT w.asset, s.days, s.newest_date, s.rows, s.last_committed_at, s.last_run_id, s.has_expected, g.failing_gates
    FROM unnest(cast(:assets AS text[]), cast(:expected AS date[])) WITH ORDINALITY AS w (asset, day, place)
    CROSS JOIN LATERAL (
        SELECT count(*) AS days, max(p.partition_date) AS newest_date, coalesce(sum(p.row_count), 0)::int8 AS rows,
            max(p.committed_at) AS last_committed_at,
            (array_agg(p.run_id ORDER BY p.committed_at DESC))[1] AS last_run_id,
            coalesce(bool_or(p.partition_date = w.day), false) AS has_expected
        FROM partition_state p WHERE p.market = :market AND p.asset = w.asset AND p.model_name = ''
    ) s
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT c.partition_date) AS failing_gates FROM partition_check c
        WHERE c.market = :market AND c.asset = w.asset AND NOT c.passed
    ) g
    ORDER BY w.place""")


def freshness(conn: Connection, market: str, expected: Mapping[str, date]) -> list[Row]:
    """Per asset of a market, in the order given: what there is of it, and whether its expected day is."""
    asked = {"market": market, "assets": list(expected), "expected": list(expected.values())}
    return [dict(row) for row in conn.execute(_FRESHNESS, asked).mappings()]


_FAILED_GATES = text("""
    SELECT c.market, c.asset, c.partition_date, c.check_name || ': ' || c.detail AS detail, s.run_id,
        c.checked_at AS failed_at
    FROM partition_check c
    LEFT JOIN partition_state s USING (market, asset, partition_date, model_name)
    WHERE NOT c.passed AND c.market = ANY(:markets) AND c.asset = ANY(:assets)
    ORDER BY c.partition_date DESC, c.market, c.asset, c.check_name LIMIT :limit""")


def failed_gates(conn: Connection, markets: Sequence[str], assets: Sequence[str], limit: int) -> list[Row]:
    """Days with a gate that fails, the newest first."""
    asked = {"markets": list(markets), "assets": list(assets), "limit": limit}
    return [dict(row) for row in conn.execute(_FAILED_GATES, asked).mappings()]


_COMMITTED = text("""
    SELECT p.market, p.asset, p.partition_date, p.committed_at FROM partition_state p
    JOIN unnest(cast(:markets AS text[]), cast(:assets AS text[]), cast(:firsts AS date[]), cast(:lasts AS date[]))
        AS w (market, asset, first, last)
        ON p.market = w.market AND p.asset = w.asset AND p.partition_date BETWEEN w.first AND w.last
    WHERE p.model_name = ''""")


def committed_at(
    conn: Connection, spans: Sequence[tuple[str, str, date, date]]
) -> dict[tuple[str, str, date], datetime]:
    """When each materialized day of the (market, asset, first, last) was last written."""
    markets, assets, firsts, lasts = map(list, zip(*spans, strict=True)) if spans else ([], [], [], [])
    asked = {"markets": markets, "assets": assets, "firsts": firsts, "lasts": lasts}
    return {(market, asset, day): at for market, asset, day, at in conn.execute(_COMMITTED, asked)}


_BEATS = text("SELECT process, beat_at, detail FROM heartbeat")


def heartbeats(conn: Connection) -> dict[str, tuple[datetime, str]]:
    """When each process beside Dagster last went round, and what it said."""
    return {process: (beat_at, detail) for process, beat_at, detail in conn.execute(_BEATS)}


_NEWEST = Order(("n.notification_id",), ("notification_id",), descending=True)


def notifications(conn: Connection, cut: Cut) -> Found:
    """Alerts, the newest first, each with what became of its message."""
    query = sql.SQL(_NOTIFICATIONS).format(_NEWEST.beyond(cut.after), _NEWEST.clause)
    rows = fetch(conn, query, {**_NEWEST.parameters(cut.after), "limit": cut.limit + 1})
    return page_of(rows, cut, _NEWEST.key)


_NOTIFICATIONS = """
    SELECT n.notification_id, n.kind, n.level, n.market, n.asset, n.partition_key, n.run_id, n.title, n.detail, n.link,
        n.occurred_at, coalesce(m.state, 'waiting') AS state, m.sent_at
    FROM notification n LEFT JOIN notification_message m USING (message_id)
    WHERE {} ORDER BY {} LIMIT %(limit)s"""
