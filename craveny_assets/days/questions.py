"""The questions of a session: what they read, asserted, and what they are frozen to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from craveny_assets.days.work import Day
from craveny_domain.clocks import Session, Window, news_window, window_days
from craveny_domain.forecasts import fixed_origins
from craveny_domain.neighbours import LOOKBACK_DAYS
from craveny_domain.panel import LOOKBACK_SESSIONS, Panel
from craveny_domain.questions import Story, askable, build_questions
from craveny_store.forecasts import Evidence, fixed_stocks
from craveny_store.news import declared_in, links_in
from craveny_store.partitions import InputSpan, require, span
from craveny_store.prices import price_panel
from craveny_store.sources import watermarks
from craveny_store.universe import universe
from craveny_store.vectors import vectors_in


@dataclass(frozen=True)
class Reads:
    """The exact days a forecast reads, asserted."""

    sessions: list[Session]
    window: Window
    spans: list[InputSpan | None]

    @classmethod
    def assert_of(cls, day: Day) -> "Reads":
        """Raises MissingInput when a day that must be read is not there."""
        previous = day.session(1)
        assert day.index is not None  # noqa: S101 - the caller has a session
        sessions = day.work.sessions[max(0, day.index - LOOKBACK_SESSIONS - 1) : day.index]
        window = news_window(previous, day.session(), day.market.lead)
        prices = day.require_since_start("price", "price", [s.session_date for s in sessions])
        if day.sources("price", previous.session_date):
            require(day.conn, day.market.code, "price", [previous.session_date])
        wanted = [d for d in window_days(day.market, window) if _is_read(day, d)]
        spans = [require(day.conn, day.market.code, asset, wanted) for asset in ("match", "news_embeddings")]
        past = [d for d in day.days_back(LOOKBACK_DAYS)[:-1] if not wanted or d < wanted[0]]
        return cls(sessions, window, [prices, *(_widened(day, s, past) for s in spans)])


def _is_read(day: Day, wanted: date) -> bool:
    """Whether a day of the window must be materialized: a source speaks for it, and it is not the day still running."""
    return bool(day.sources("news", wanted)) and not (wanted == day.day and day.now < day.bounds[1])


def _widened(day: Day, read: InputSpan | None, past: list[date]) -> InputSpan | None:
    # Nearest-news search reads as much of the past as there is: recorded, not demanded.
    if read is None:
        return None
    return span(day.conn, day.market.code, read.asset, [*past, read.first, read.last])


def questions_of(day: Day, reads: Reads, fence: datetime, frozen: Mapping[int, Evidence]) -> dict[int, Evidence]:
    """The session's questions: the frozen ones, unless there are none or fresh ones are wanted.

    A question that was answered before its outcome was known stays frozen for good.
    """
    if frozen and not day.work.options.refresh_inputs:
        return dict(frozen)
    fresh = _fresh_evidence(day, reads, fence)
    kept = fixed_stocks(day.conn, day.market.code, day.day, fixed_origins(day.now, day.session().close_at))
    return {**fresh, **{stock: frozen[stock] for stock in kept & set(frozen)}}


def _fresh_evidence(day: Day, reads: Reads, fence: datetime) -> dict[int, Evidence]:
    market = day.market.code
    panel, history = prices_at(day, reads, fence), day.work.history.until(day.conn, reads.window.after)
    members = universe(day.conn, market, fence)
    stories = [Story(**vars(link)) for link in links_in(day.conn, market, reads.window)]
    questions = build_questions(
        panel,
        day.day,
        {s.stock_id: s.symbol for s in members},
        askable(panel, [s.stock_id for s in members]),
        stories,
        vectors_in(day.conn, market, reads.window, day.work.embedding),
        history,
    )
    searched = Window(reads.window.after - timedelta(days=LOOKBACK_DAYS), fence)
    is_declared = panel.is_declared or declared_in(day.conn, market, searched)
    degraded = _unread_sources(day, fence)
    return {stock: Evidence(question, is_declared, degraded, fence) for stock, question in questions.items()}


def prices_at(day: Day, reads: Reads, fence: datetime) -> Panel:
    """Prices up to the session before, as known then."""
    tolerance = day.work.price_tolerance
    return price_panel(day.conn, day.market.code, reads.sessions, fence, closes_only=True, tolerance=tolerance)


def _unread_sources(day: Day, fence: datetime) -> list[str]:
    reached = watermarks(day.conn, day.market.code, "news")
    return [s.name for s in day.sources("news") if s.name not in reached or reached[s.name] < fence]
