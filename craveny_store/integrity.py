"""Questions about the tables whose answer should be nothing: rows that break a promise."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from craveny_store.tables import evaluation_history, market_session, partition_check, prediction

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
    """Forecasts with more than one current settlement."""
    e = evaluation_history.c
    query = (
        select(e.prediction_id)
        .where(e.market == market, e.superseded_at.is_(None), e.settle_date >= _newest(market))
        .group_by(e.prediction_id)
        .having(func.count() > 1)
        .limit(50)
    )
    return [f"forecast {prediction_id}" for prediction_id in conn.execute(query).scalars()]


def _newest(market: str) -> ColumnElement[Any]:
    newest = select(func.max(prediction.c.session_date)).where(prediction.c.market == market).scalar_subquery()
    return newest - RECENT.days
