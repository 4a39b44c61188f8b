"""What the watchdog asks of our tables: forecasts due around an open, silent sources, newest days, the clock.

Imports nothing that brings NumPy: a process that only watches stays small.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, text

from craveny_domain.clocks import Market
from craveny_domain.vigil import BEFORE_OPEN, ForecastState, SourceState
from craveny_store.reads.sources import SourceReport, source_reports


def clock(conn: Connection) -> datetime:
    """The database's clock."""
    return conn.execute(text("SELECT clock_timestamp()")).scalar_one()


_FORECASTS = text("""
    SELECT s.session_date, s.open_at, s.close_at,
        (SELECT count(DISTINCT a.model_name) FROM model_activation a
            WHERE a.active_from_at <= s.open_at - :lead
                AND (a.active_until_at IS NULL OR a.active_until_at > s.open_at - :lead)) AS models,
        ARRAY(SELECT DISTINCT a.model_name FROM model_activation a
            WHERE a.active_from_at <= s.open_at - :lead
                AND (a.active_until_at IS NULL OR a.active_until_at > s.open_at - :lead)
                AND NOT EXISTS (SELECT 1 FROM partition_state p
                    WHERE p.market = s.market AND p.asset = 'prediction' AND p.partition_date = s.session_date
                        AND p.model_name = a.model_name)
            ORDER BY a.model_name) AS missing
    FROM market_session s
    WHERE s.market = :market AND s.open_at <= cast(:now AS timestamptz) + :before AND s.close_at > :now
    ORDER BY s.session_date""")


def forecast_states(conn: Connection, markets: Iterable[Market], now: datetime) -> list[ForecastState]:
    """Each market's session that opens within five minutes or is open, with the models still missing."""
    found: list[ForecastState] = []
    for market in markets:
        which = {"market": market.code, "now": now, "before": BEFORE_OPEN, "lead": market.lead}
        for day, opens, closes, models, missing in conn.execute(_FORECASTS, which):
            found.append(ForecastState(market.code, day, opens, closes, models, tuple(missing)))
    return found


def source_states(conn: Connection, markets: Iterable[Market], now: datetime) -> list[SourceState]:
    """Every source that is asked by the clock; one that is off or ended is neither failing nor silent."""
    reports = [report for market in markets for report in source_reports(conn, market, now)]
    return [_source_state(report) for report in reports if report.every_minutes is not None]


def _source_state(report: SourceReport) -> SourceState:
    is_silent, read_at = report.volume.verdict == "silent", report.reached_at
    return SourceState(
        report.market,
        report.name,
        report.feed,
        report.reason or "",
        failing_since=report.failing_since if report.state == "failing" else None,
        failures=report.failures,
        silent_since=read_at - timedelta(hours=report.volume.quiet_hours) if is_silent and read_at else None,
    )


_NEWEST = text("""
    SELECT market, asset, max(partition_date) FROM partition_state
    WHERE model_name = '' AND asset IN ('prediction', 'daily_performance') AND row_count > 0 GROUP BY market, asset""")


def newest_days(conn: Connection) -> dict[str, dict[str, date]]:
    """The newest day with rows, by market and asset, of forecasts and of settled performance."""
    newest: dict[str, dict[str, date]] = {}
    for market, asset, day in conn.execute(_NEWEST):
        newest.setdefault(market, {})[asset] = day
    return newest
