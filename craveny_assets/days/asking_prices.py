"""Asking the market's sources of prices for a session: live ones first, before the day's transaction begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic

from craveny_assets.days.failed_sources import note_failures
from craveny_assets.days.work import Day
from craveny_assets.sources import AnsweredBars, AskedBars, Instrument
from craveny_assets.sources.live_prices import LIVE_PRICES, live_price_source
from craveny_assets.sources.registry import price_reader
from craveny_store.fetching import FetchEntry, FetchState, Outcome, log_fetch, save_success, state_of
from craveny_store.prices import listed
from craveny_store.sources import SourceRow


class PricesFailed(Exception):  # noqa: N818
    """No source of prices answered; says what each one's failure was."""


@dataclass(frozen=True)
class ToldBars:
    """One source's part in a session: what became of asking it, and its answer, whole or in part."""

    source: SourceRow
    answer: AnsweredBars
    outcome: Outcome = "answered"
    detail: str | None = None
    milliseconds: int = 0

    @property
    def is_live(self) -> bool:
        """Whether the source leaves it to us since when its bars are known."""
        return self.source.kind in LIVE_PRICES


def told_bars(day: Day) -> list[ToldBars]:
    """What every source that speaks for the session says; raises PricesFailed when all of them failed."""
    sources = day.sources("price")
    told = _asked_live(day, [source for source in sources if source.kind in LIVE_PRICES])
    told += [_dated(day, source) for source in sources if source.kind not in LIVE_PRICES]
    if told and all(one.outcome != "answered" and not one.answer.bars for one in told):
        raise PricesFailed("No price source answered. " + " ".join(f"{one.source.name}: {one.detail}" for one in told))
    return told


def remember(day: Day, told: ToldBars, *, added: int, refused: int) -> None:
    """Keep, in the day's transaction, that a live source answered."""
    if told.is_live and told.outcome == "answered":
        save_success(day.conn, day.market.code, told.source.name, "price", at=day.now)
        log_fetch(day.conn, _entry(day, told, added=added, refused=refused))


def _dated(day: Day, source: SourceRow) -> ToldBars:
    bars = price_reader(day.conn, day.market, source, day.work.sessions).bars(day.session(), day.now)
    return ToldBars(source, AnsweredBars(list(bars)))


def _asked_live(day: Day, sources: Sequence[SourceRow]) -> list[ToldBars]:
    if not sources:
        return []
    with day.work.engine.connect() as conn:
        states = state_of(conn, day.market.code, "price")
        instruments = [
            Instrument(one.symbol, one.kind)
            for one in listed(conn, day.market.code, day.session().close_at)
            if not one.is_synthetic
        ]
    asked = AskedBars(day.session(), day.work.sessions, day.now, instruments)
    told = [_asked(day, source, asked, states) for source in sources]
    failures = [(_entry(day, one), one.answer.failed.not_before_at) for one in told if one.answer.failed]
    note_failures(day, failures, states)
    return told


def _asked(day: Day, source: SourceRow, asked: AskedBars, states: dict[str, FetchState]) -> ToldBars:
    from craveny_assets.fetching.failures import FetchFailed, as_fetch_failed

    resting = states[source.name].not_before_at if source.name in states else None
    if resting and resting > day.now:
        return ToldBars(source, AnsweredBars(), "waiting", f"It failed and rests until {resting:%Y-%m-%d %H:%M} UTC.")
    begun = monotonic()
    try:
        with as_fetch_failed(), day.work.fetcher(states) as fetcher:
            entry = day.work.entry("price", source.name)
            answer = live_price_source(entry, day.market, fetcher, day.work.kept_prices).bars(asked)
    except FetchFailed as failed:
        answer = AnsweredBars(failed=failed)
    told = ToldBars(source, answer, milliseconds=round((monotonic() - begun) * 1000))
    return replace(told, outcome="failed", detail=answer.failed.message) if answer.failed else told


def _entry(day: Day, told: ToldBars, *, added: int = 0, refused: int = 0) -> FetchEntry:
    return FetchEntry(
        market=day.market.code,
        source=told.source.name,
        feed="price",
        started_at=day.now,
        outcome=told.outcome,
        error_class=told.answer.failed.error_class if told.answer.failed else None,
        detail=told.detail,
        items=len(told.answer.bars) + len(told.answer.refused),
        added=added,
        refused=refused,
        milliseconds=told.milliseconds,
    )
