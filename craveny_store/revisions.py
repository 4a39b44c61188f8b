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
    FROM partition_input i JOIN partition_state s ON s.market = i.market AND s.asset = 'price' AND s.model_name = ''
        AND s.partition_date BETWEEN i.first_date AND i.last_date AND s.version > i.newest_version
    WHERE i.market = :market AND i.asset = 'evaluation_history' AND i.input_asset = 'price' AND i.model_name = ''
    AND NOT EXISTS (
        SELECT FROM lease l WHERE l.market = i.market AND l.expires_at > clock_timestamp() AND (
            l.asset = 'price' AND l.partition_date BETWEEN i.first_date AND i.last_date
            OR l.asset IN ('evaluation_history', 'daily_performance') AND l.partition_date = i.partition_date))
    GROUP BY i.partition_date ORDER BY i.partition_date""")

# Verdicts rest on every session since the first one whose figures are there, as far back as the day's price sources
# speak. The newest version of all figures up to each day is carried on, so that a long history is read once.
_HISTORY = """
    WITH judged AS (
        SELECT i.partition_date AS day, i.first_date, i.newest_version, coalesce((
            SELECT min(s.first_date) FROM source s
            WHERE s.market = i.market AND s.feed = 'price' AND s.off_reason IS NULL
            AND i.partition_date BETWEEN s.first_date AND coalesce(s.last_date, 'infinity')), '-infinity') AS since
        FROM partition_input i
        WHERE i.market = :market AND i.asset = 'model_comparison' AND i.input_asset = 'daily_performance'
        AND i.model_name = ''
    ), figures AS (
        SELECT partition_date AS day, version FROM partition_state
        WHERE market = :market AND asset = 'daily_performance' AND model_name = ''
    ), era AS (
        SELECT j.since, max(j.day) AS last, (
            SELECT min(session_date) FROM market_session
            WHERE market = :market AND session_date >= (SELECT min(day) FROM figures WHERE day >= j.since)) AS first
        FROM judged j GROUP BY j.since
    ), past AS (
        SELECT e.since, e.first, day, max(f.version) OVER upto AS version,
            bool_or(f.version IS NULL) OVER upto AS has_gap
        FROM era e JOIN (
            figures f FULL JOIN (SELECT session_date AS day FROM market_session WHERE market = :market) s USING (day)
        ) ON day BETWEEN e.first AND e.last
        WINDOW upto AS (PARTITION BY e.since ORDER BY day)
    )"""
_STALE_VERDICTS = text(f"""{_HISTORY}, writing AS MATERIALIZED (
        SELECT asset, partition_date AS day FROM lease
        WHERE market = :market AND asset IN ('daily_performance', 'model_comparison')
        AND expires_at > clock_timestamp()
    )
    SELECT j.day, p.version FROM judged j JOIN past p USING (since, day)
    WHERE (p.version > j.newest_version OR p.first < j.first_date) AND NOT p.has_gap AND NOT EXISTS (
        SELECT FROM writing w
        WHERE w.day = j.day OR w.asset = 'daily_performance' AND w.day BETWEEN p.first AND j.day)
    ORDER BY j.day""")  # noqa: S608 - all of it is written here
_RESTS_SINCE = text(f"""{_HISTORY}
    SELECT CASE WHEN p.has_gap THEN j.first_date ELSE least(p.first, j.first_date) END
    FROM judged j JOIN past p USING (since, day) WHERE j.day = :day""")  # noqa: S608 - all of it is written here


def stale_settlements(conn: Connection, market: str) -> list[Stale]:
    """The market's days settled before a price they read changed, ascending, but for those being written just now."""
    return [Stale(*row) for row in conn.execute(_STALE, {"market": market})]


def stale_verdicts(conn: Connection, market: str) -> list[Stale]:
    """The market's days whose verdicts rest on daily figures that have changed since, or do not rest on earlier ones
    that are there by now, in the same way. Those after a session without figures wait until it has some."""
    return [Stale(*row) for row in conn.execute(_STALE_VERDICTS, {"market": market})]


def rests_since(conn: Connection, market: str, day: date) -> date | None:
    """The first session that the verdicts as of a day should rest on; None when none were ever made."""
    return conn.execute(_RESTS_SINCE, {"market": market, "day": day}).scalar()
