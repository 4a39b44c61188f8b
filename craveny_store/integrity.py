"""Questions about the tables whose answer should be nothing: rows that break a promise."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from craveny_store.tables import (
    evaluation_history,
    market_session,
    partition_check,
    partition_state,
    prediction,
    report_outcome,
)

RECENT = timedelta(days=40)
"""Checks look at this many newest days, so that they cost the same every day."""


def failed_gates(conn: Connection, market: str, asset: str) -> list[str]:
    """Days of an asset whose gate fails, newest first."""
    c = partition_check.c
    query = select(c.partition_date, c.check_name, c.detail).where(c.market == market, c.asset == asset, ~c.passed)
    found = conn.execute(query.order_by(c.partition_date.desc()).limit(50))
    return [f"{day} {name}: {detail}" for day, name, detail in found]


def live_forecasts_after_open(conn: Connection, market: str) -> list[str]:
    """Sessions with a forecast marked live that was issued at or after the open."""
    p, s = prediction.c, market_session.c
    query = (
        select(p.session_date, func.count())
        .join(market_session, (s.market == p.market) & (s.session_date == p.session_date))
        .where(p.market == market, p.origin == "live", p.issued_at >= s.open_at, p.session_date >= _newest(market))
        .group_by(p.session_date)
    )
    return [f"{day}: {count} rows" for day, count in conn.execute(query)]


def settled_twice(conn: Connection, market: str) -> list[str]:
    """Forecasts and reports with more than one current settlement."""
    forecasts = _twice(conn, market, evaluation_history, "prediction_id")
    reports = _twice(conn, market, report_outcome, "report_id")
    return [f"forecast {key}" for key in forecasts] + [f"report {key}" for key in reports]


def _twice(conn: Connection, market: str, table: Table, key: str) -> list[int]:
    c = table.c
    query = (
        select(c[key])
        .where(c.market == market, c.superseded_at.is_(None), c.settle_date >= _newest(market))
        .group_by(c[key])
        .having(func.count() > 1)
        .limit(50)
    )
    return list(conn.execute(query).scalars())


def _newest(market: str) -> ColumnElement[Any]:
    newest = select(func.max(prediction.c.session_date)).where(prediction.c.market == market).scalar_subquery()
    return newest - RECENT.days


def newest_figures(conn: Connection, market: str) -> dict[str, object]:
    """The market, since and until when: its newest days of figures that checks look at, whatever rows they have."""
    c = partition_state.c
    of_market = (c.market == market, c.asset == "daily_performance", c.model_name == "")
    last = conn.execute(select(func.max(c.partition_date)).where(*of_market)).scalar() or date.min + RECENT
    return {"market": market, "since": last - RECENT, "until": last}
