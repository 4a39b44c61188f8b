"""Daily bars as observed, corrections included, and panels of them as known at a fence."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection, select

from craveny_domain.clocks import Market, Session
from craveny_domain.facts import Bar
from craveny_domain.panel import Panel, build_panel
from craveny_store.bulk import Changes, copy_rows, fetch_array
from craveny_store.tables import price

COLUMNS = [
    "market", "stock_id", "session_date", "source", "open", "high", "low", "close", "adj_close", "volume",
    "split_ratio", "currency", "available_at", "basis",
]  # fmt: skip


def append_bars(
    conn: Connection, market: Market, source: str, session: date, bars: Sequence[tuple[int, Bar]]
) -> Changes:
    """Add observations of one session (stock id, bar) that say something new; earlier ones are never changed.

    An observation repeats what is known when the source's latest one at or before it has the same values.
    """
    c = price.c
    query = select(c.stock_id, c.available_at, c.open, c.high, c.low, c.close, c.adj_close, c.volume, c.split_ratio)
    stored = query.where(c.market == market.code, c.session_date == session, c.source == source)
    known: dict[int, list[tuple]] = {}
    for row in conn.execute(stored.order_by(c.available_at)):
        known.setdefault(row.stock_id, []).append(tuple(row[1:]))
    fresh = []
    for stock_id, bar in bars:
        before = [values for values in known.get(stock_id, []) if values[0] <= bar.available_at]
        if before and before[-1][1:] == _values(bar):
            continue
        known.setdefault(stock_id, []).append((bar.available_at, *_values(bar)))
        fresh.append(
            (market.code, stock_id, session, source, *_values(bar), market.currency, bar.available_at, bar.basis)
        )
    copy_rows(conn, price, COLUMNS, fresh)
    return Changes(added=len(fresh), unchanged=len(bars) - len(fresh))


def _values(bar: Bar) -> tuple:
    adjusted = None if bar.adj_close is None else Decimal(bar.adj_close)
    prices = (Decimal(bar.open), Decimal(bar.high), Decimal(bar.low), Decimal(bar.close))
    return (*prices, adjusted, bar.volume, Decimal(bar.split_ratio))


_BARS = """
    SELECT p.stock_id, p.session_date, CASE WHEN %(with_open)s THEN p.open::float8 ELSE 'NaN' END, p.close::float8,
        CASE p.split_ratio WHEN 1 THEN 1 ELSE p.split_ratio::float8 END, p.price_id, p.available_at,
        (p.basis = 'declared' AND p.observed_at > %(fence)s)::int
    FROM price p JOIN stock s USING (stock_id)
    WHERE p.market = %(market)s AND p.session_date BETWEEN %(first)s AND %(last)s AND p.available_at <= %(fence)s
    AND s.available_at <= %(fence)s AND s.kind = 'stock'"""
_BAR_TYPES = [
    ("stock_id", "i8"), ("day", "day"), ("open", "f8"), ("close", "f8"), ("split_ratio", "f8"), ("price_id", "i8"),
    ("available_us", "us"), ("is_declared", "i4"),
]  # fmt: skip
_NO_BARS = np.empty(0, dtype=[(name, "i8" if kind in ("day", "us") else kind) for name, kind in _BAR_TYPES])


def price_panel(
    conn: Connection,
    market: str,
    sessions: Sequence[Session],
    fence: datetime,
    following_open: datetime | None = None,
    *,
    with_open: bool = True,
) -> Panel:
    """Bars of the given sessions, of stocks listed by then, as known at the fence.

    A session's bars are on time before the next one opens; `following_open` is the open after the last of them
    (default: the fence). Opening prices, dear to convert, can be left out.
    """
    if not sessions:
        return build_panel(_NO_BARS, [], np.empty(0, dtype=np.int64))
    span = {"first": sessions[0].session_date, "last": sessions[-1].session_date, "with_open": with_open}
    opens = [s.open_at for s in sessions[1:]] + [following_open or fence]
    fences = np.array([int(at.timestamp() * 1_000_000) for at in opens], dtype=np.int64)
    bars = fetch_array(conn, _BARS, {"market": market, "fence": fence, **span}, _BAR_TYPES)
    return build_panel(bars, [s.session_date for s in sessions], fences)


def bars_of(conn: Connection, market: str, day: date) -> int:
    """How many instruments have a bar on a day."""
    c = price.c
    query = select(c.stock_id).where(c.market == market, c.session_date == day).distinct()
    return len(conn.execute(query).all())
