"""Daily bars as observed, corrections included, panels of them as known at a fence, and what a day lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from craveny_domain.bar_clocks import clocked
from craveny_domain.clocks import Market, Session
from craveny_domain.disputes import TOLERANCE
from craveny_domain.facts import Bar
from craveny_domain.panel import Panel, build_panel
from craveny_store.bulk import Changes, copy_rows, fetch_array
from craveny_store.tables import price, stock

COLUMNS = [
    "market", "stock_id", "session_date", "source", "open", "high", "low", "close", "adj_close", "volume",
    "split_ratio", "dividend", "currency", "available_at", "basis",
]  # fmt: skip
_SAID = [price.c[name] for name in ("open", "high", "low", "close", "volume", "split_ratio", "dividend")]
"""What makes an observation another one; a source's own adjusted close is rewritten with every dividend."""
_PLACES = Decimal("1e-6")


def append_bars(
    conn: Connection,
    market: Market,
    source: str,
    session: date,
    bars: Sequence[tuple[int, Bar]],
    *,
    seen_at: datetime | None = None,
) -> Changes:
    """Add observations of one session (stock id, bar) that say something new; earlier ones are never changed.

    An observation repeats what is known when the source's latest one at or before it has the same values. With
    `seen_at` the bars are of a source that does not say since when they are known: see `bar_clocks`. A stock's first
    observation counts as added, what corrects it as changed.
    """
    c = price.c
    stored = select(c.stock_id, c.available_at, *_SAID).where(
        c.market == market.code, c.session_date == session, c.source == source
    )
    known: dict[int, list[tuple]] = {}
    for row in conn.execute(stored.order_by(c.available_at)):
        known.setdefault(row.stock_id, []).append(tuple(row))
    fresh, changed = [], 0
    for stock_id, given in bars:
        bar, seen = given, known.setdefault(stock_id, [])
        if seen_at:
            bar = clocked(given, is_known=bool(seen), seen_at=seen_at, seen_on=market.local_date(seen_at))
        before = [said for said in seen if said[1] <= bar.available_at]
        said = _said(bar)
        if before and before[-1][2:] == said:
            continue
        changed += bool(seen)
        seen.append((stock_id, bar.available_at, *said))
        adjusted = None if bar.adj_close is None else _exact(bar.adj_close)
        *prices, volume, ratio, dividend = said
        values = (*prices, adjusted, volume, ratio, dividend, market.currency, bar.available_at, bar.basis)
        fresh.append((market.code, stock_id, session, source, *values))
    copy_rows(conn, price, COLUMNS, fresh)
    return Changes(added=len(fresh) - changed, changed=changed, unchanged=len(bars) - len(fresh))


def _said(bar: Bar) -> tuple:
    prices = (_exact(bar.open), _exact(bar.high), _exact(bar.low), _exact(bar.close))
    return (*prices, bar.volume, _exact(bar.split_ratio), _exact(bar.dividend))


def _exact(text: str) -> Decimal:
    # As the columns keep it, so that what was stored compares equal to what was given.
    return Decimal(text).quantize(_PLACES, ROUND_HALF_UP)


_CLOSES = """
    SELECT p.stock_id, p.session_date, p.close::float8,
        CASE p.split_ratio WHEN 1 THEN 1 ELSE p.split_ratio::float8 END, p.price_id, p.available_at,
        (p.basis = 'declared' AND p.observed_at > %(fence)s)::int, hashtextextended(p.source, 0)"""
_FROM = """
    FROM price p JOIN stock s USING (stock_id)
    WHERE p.market = %(market)s AND p.session_date BETWEEN %(first)s AND %(last)s AND p.available_at <= %(fence)s
    AND s.available_at <= %(fence)s AND s.kind = %(kind)s"""
_CLOSE_TYPES = [
    ("stock_id", "i8"), ("day", "day"), ("close", "f8"), ("split_ratio", "f8"), ("price_id", "i8"),
    ("available_us", "us"), ("is_declared", "i4"), ("source", "i8"),
]  # fmt: skip
_BARS = _CLOSES + ", p.open::float8, p.high::float8, p.low::float8"
_BAR_TYPES = [*_CLOSE_TYPES, ("open", "f8"), ("high", "f8"), ("low", "f8")]
_NO_BARS = np.empty(0, dtype=[(name, "i8" if kind in ("day", "us") else kind) for name, kind in _CLOSE_TYPES])


def price_panel(
    conn: Connection,
    market: str,
    sessions: Sequence[Session],
    fence: datetime,
    following_open: datetime | None = None,
    *,
    closes_only: bool = False,
    tolerance: float = TOLERANCE,
    kind: Literal["stock", "index"] = "stock",
) -> Panel:
    """Bars of the given sessions, of stocks (or indices) listed by then, as known at the fence.

    Where two sources' closes differ by more than `tolerance`, a fraction, the bar is disputed and counts as missing.
    A session's bars are on time before the next one opens; `following_open` is the open after the last of them
    (default: the fence). With `closes_only` open, high and low, dear to convert, are left out.
    """
    if not sessions:
        return build_panel(_NO_BARS, [], np.empty(0, dtype=np.int64))
    span = {"first": sessions[0].session_date, "last": sessions[-1].session_date, "kind": kind}
    opens = [s.open_at for s in sessions[1:]] + [following_open or fence]
    fences = np.array([int(at.timestamp() * 1_000_000) for at in opens], dtype=np.int64)
    query, types = (_CLOSES, _CLOSE_TYPES) if closes_only else (_BARS, _BAR_TYPES)
    bars = fetch_array(conn, query + _FROM, {"market": market, "fence": fence, **span}, types)
    return build_panel(bars, [s.session_date for s in sessions], fences, bars["source"], tolerance)


def index_closes(conn: Connection, market: str, sessions: Sequence[Session], fence: datetime) -> np.ndarray:
    """Closes [T] of the market's index, the first by id, oldest first and without gaps; empty without an index."""
    panel = price_panel(conn, market, sessions, fence, closes_only=True, kind="index")
    closes = panel.close[:, 0] if len(panel.stocks) else np.empty(0)
    return closes[~np.isnan(closes)]


def bars_of(conn: Connection, market: str, day: date) -> tuple[int, int]:
    """How many instruments have a bar on a day, and how many sources tell of them."""
    c = price.c
    query = select(func.count(c.stock_id.distinct()), func.count(c.source.distinct()))
    instruments, sources = conn.execute(query.where(c.market == market, c.session_date == day)).one()
    return instruments, sources


def closes_before(conn: Connection, market: str, first: date, before: date) -> dict[int, float]:
    """The newest close of each instrument of the sessions from `first` to before `before`, as traded."""
    c = price.c
    query = (
        select(c.stock_id, c.close)
        .distinct(c.stock_id)
        .where(c.market == market, c.session_date >= first, c.session_date < before)
        .order_by(c.stock_id, c.session_date.desc(), c.available_at.desc())
    )
    return {stock_id: float(close) for stock_id, close in conn.execute(query)}


def closes_by_source(conn: Connection, day: date, stock_ids: Sequence[int]) -> dict[str, dict[str, Decimal]]:
    """What each source says a stock closed at on a day, by symbol, its latest observation counting."""
    c = price.c
    query = (
        select(stock.c.symbol, c.source, c.close)
        .join(stock, stock.c.stock_id == c.stock_id)
        .distinct(stock.c.symbol, c.source)
        .where(c.stock_id.in_(stock_ids), c.session_date == day)
        .order_by(stock.c.symbol, c.source, c.available_at.desc())
    )
    found: dict[str, dict[str, Decimal]] = {}
    for symbol, source, close in conn.execute(query):
        found.setdefault(symbol, {})[source] = close
    return found


@dataclass(frozen=True)
class Listed:
    """A stock or an index that a market lists."""

    symbol: str
    kind: Literal["stock", "index"]
    is_synthetic: bool


def listed(conn: Connection, market: str, at: datetime) -> list[Listed]:
    """What the market lists at an instant, by symbol; also what is not crawled just then, for prices settle."""
    s = stock.c
    query = select(s.symbol, s.kind, s.is_synthetic).where(s.market == market, _is_listed(at))
    return [Listed(*row) for row in conn.execute(query.order_by(s.symbol))]


def without_bar(conn: Connection, market: str, session: Session) -> list[str]:
    """The symbols of real stocks listed at a session's close that have no bar of it; invented ones pause by plan."""
    s, c = stock.c, price.c
    has_bar = select(c.price_id).where(c.stock_id == s.stock_id, c.session_date == session.session_date).exists()
    wanted = (s.market == market, s.kind == "stock", ~s.is_synthetic, _is_listed(session.close_at), ~has_bar)
    return list(conn.execute(select(s.symbol).where(*wanted).order_by(s.symbol)).scalars())


def _is_listed(at: datetime) -> ColumnElement[bool]:
    s = stock.c
    return and_(s.available_at <= at, or_(s.retired_at.is_(None), s.retired_at > at))
