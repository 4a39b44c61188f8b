"""Asking the market's sources of news: all that go over the network at once, before the day's transaction begins.

An answer is kept together with its items. Knows no single kind of source.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from craveny_assets.days.failed_sources import note_failures
from craveny_assets.days.work import Day
from craveny_assets.sources import Answer, Asked, NewsSource
from craveny_assets.sources.registry import NETWORK_NEWS, network_news, news_reader
from craveny_domain.clocks import cutoff
from craveny_domain.rhythm import waits_until
from craveny_store.crash_points import crash_point
from craveny_store.fetching import FetchEntry, FetchState, Outcome, log_fetch, save_success, state_of
from craveny_store.news import append_raw
from craveny_store.sources import SourceRow, add_quarantine, move_watermark, watermarks
from craveny_store.universe import crawled_stocks

NOT_ASKED = "It cannot be asked for a past day; what was crawled then is kept."


class CrawlFailed(Exception):  # noqa: N818
    """No source of news answered; says what each one's failure was."""


@dataclass(frozen=True)
class Told:
    """One source's part in a day: what became of asking it (None: it was not to be asked), and its answer."""

    source: SourceRow
    outcome: Outcome | None
    answer: Answer = field(default_factory=Answer)
    detail: str | None = None
    error_class: str | None = None
    not_before_at: datetime | None = None
    milliseconds: int = 0

    @property
    def is_well(self) -> bool:
        """Whether it answered, or did so last time and its next time has not come."""
        return self.outcome in ("answered", "unchanged", "waiting") and self.error_class is None


def told_by_sources(day: Day) -> list[Told]:
    """What every source that speaks for the day says; raises CrawlFailed when all that were asked failed."""
    sources = day.sources("news")
    told = _asked_at_once(day, [s for s in sources if s.kind in NETWORK_NEWS])
    told += _asked_here(day, [s for s in sources if s.kind not in NETWORK_NEWS])
    failed = [one for one in told if one.outcome == "failed"]
    if failed and not any(one.is_well for one in told):
        raise CrawlFailed("Every news source failed. " + " ".join(f"{t.source.name}: {t.detail}" for t in failed))
    return told


def keep(day: Day, told: Told) -> int:
    """Store an answer: new items, what was refused, how far the source is read; returns how many items were new."""
    if told.outcome not in ("answered", "unchanged"):
        return 0
    market, name, answer = day.market.code, told.source.name, told.answer
    items = answer.items
    if is_live(day):
        # Whatever a source has that was not stored becomes known now, by our own clock.
        items = [replace(item, available_at=day.now, basis="observed") for item in items]
    added = append_raw(day.conn, market, name, items)
    refused = add_quarantine(day.conn, market, name, "news", answer.refused)
    move_watermark(day.conn, market, name, "news", min(day.now, day.bounds[1]))
    if told.source.kind in NETWORK_NEWS:
        if is_live(day):
            _remember(day, told)
        log_fetch(day.conn, _entry(day, told, added=added, refused=refused))
    return added


def is_live(day: Day) -> bool:
    """Whether the day is still going on."""
    start, end = day.bounds
    return start <= day.now < end


def _remember(day: Day, told: Told) -> None:
    save_success(
        day.conn,
        day.market.code,
        told.source.name,
        "news",
        at=day.now,
        etag=told.answer.etag,
        last_modified=told.answer.last_modified,
    )


def _entry(day: Day, told: Told, *, added: int = 0, refused: int = 0) -> FetchEntry:
    return FetchEntry(
        market=day.market.code,
        source=told.source.name,
        feed="news",
        started_at=day.now,
        outcome=told.outcome or "waiting",
        error_class=told.error_class,
        detail=told.detail,
        items=len(told.answer.items) + len(told.answer.refused),
        added=added,
        refused=refused,
        bytes=told.answer.bytes_read,
        milliseconds=told.milliseconds,
    )


def _asked_here(day: Day, sources: Sequence[SourceRow]) -> list[Told]:
    reached = watermarks(day.conn, day.market.code, "news") if sources else {}
    told = []
    for source in sources:
        reader = news_reader(day.conn, day.market, source, day.work.sessions)
        question = _question(day, reached.get(source.name), FetchState(source.name))
        told.append(Told(source, "answered", reader.news(question)))
    return told


def _asked_at_once(day: Day, sources: Sequence[SourceRow]) -> list[Told]:
    if not sources:
        return []
    from craveny_assets.fetching import CONCURRENT

    with day.work.engine.connect() as conn:
        states = state_of(conn, day.market.code, "news")
        reached = watermarks(conn, day.market.code, "news")
        stocks = crawled_stocks(conn, day.market.code, day.now)
    with day.work.fetcher(states) as fetcher, ThreadPoolExecutor(CONCURRENT, thread_name_prefix="crawl") as pool:

        def ask(source: SourceRow) -> Told:
            state = states.get(source.name, FetchState(source.name))
            reader = network_news(day.work.entry("news", source.name), day.market, fetcher, stocks)
            return _asked(day, source, reader, _question(day, reached.get(source.name), state), state)

        told = list(pool.map(ask, sources))
    crash_point("crawl_fetched")
    failures = [(_entry(day, one), one.not_before_at) for one in told if one.outcome == "failed"]
    note_failures(day, failures, states, must_rest=is_live(day))
    return told


def _question(day: Day, reached: datetime | None, state: FetchState) -> Asked:
    start, end = day.bounds
    return Asked(day.day, start, end, day.now, is_live(day), reached, state.etag, state.last_modified)


def _asked(day: Day, source: SourceRow, reader: NewsSource, asked: Asked, state: FetchState) -> Told:
    from craveny_assets.fetching.failures import FetchFailed, as_fetch_failed

    if not asked.is_live and not reader.answers_past_days:
        return Told(source, None, detail=NOT_ASKED)
    until = _waits_until(day, source, state) if asked.is_live else None
    if until:
        reason = "its last attempt failed" if state.failures else "its next time has not come"
        held = "circuit" if state.failures else None
        return Told(source, "waiting", detail=f"Not before {until:%Y-%m-%d %H:%M} UTC: {reason}.", error_class=held)
    begun = monotonic()
    try:
        with as_fetch_failed():
            answer = reader.news(asked)
    except FetchFailed as failed:
        told = Told(source, "failed", Answer(), failed.message, failed.error_class, failed.not_before_at)
    else:
        told = Told(source, "unchanged" if answer.is_unchanged else "answered", answer)
    return replace(told, milliseconds=round((monotonic() - begun) * 1000))


def _waits_until(day: Day, source: SourceRow, state: FetchState) -> datetime | None:
    cutoffs = [] if day.index is None else [cutoff(day.session(), day.market.lead)]
    every = day.work.entry("news", source.name).every
    return waits_until(day.now, every, state.attempted_at, state.not_before_at, cutoffs)
