"""What a day's work is given and what it hands back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine

from craveny_assets.days.articles import ArticleReader
from craveny_assets.embedders import Embedder, KeylessEmbedder
from craveny_domain.clocks import Market, Session, session_index
from craveny_domain.disputes import TOLERANCE
from craveny_domain.embedding import Embedding
from craveny_store.bulk import Changes
from craveny_store.calendar import all_sessions
from craveny_store.evidence import Evidence
from craveny_store.fetching import FetchState
from craveny_store.leases import Lease, LeaseKeeper, PartitionKey
from craveny_store.mirror import Mirror
from craveny_store.partitions import Check, InputSpan, database_now, first_materialized, require, seal
from craveny_store.settings import Settings
from craveny_store.source_entries import SourceEntry
from craveny_store.sources import Feed, SourceRow, sources_of
from craveny_store.vectors import NewsHistory

if TYPE_CHECKING:
    from craveny_assets.fetching.client import Fetcher
    from craveny_assets.llm.asking import Asker


class NotYet(Exception):  # noqa: N818
    """The day asked for has not come far enough; says when to ask again."""


@dataclass(frozen=True)
class Options:
    """What a person may choose for a prediction run: models by name (none: all active), fresh inputs."""

    models: tuple[str, ...] = ()
    refresh_inputs: bool = False
    max_usd: Decimal | None = None
    """What language models may cost in this run; None: as much as any run may."""


@dataclass
class Work:
    """One run's work on one market; what it holds is loaded once and shared by its days."""

    engine: Engine
    market: Market
    keeper: LeaseKeeper
    mirror: Mirror | None = None
    options: Options = field(default_factory=Options)
    entries: Sequence[SourceEntry] = ()
    histories: dict[str, NewsHistory] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    """Where each market's comparisons stand, as the newest day of this run, or of those that share it, left them."""
    kept_prices: dict[str, Any] = field(default_factory=dict)
    """What live price sources have told in this run, by name: see `live_prices`."""
    reader: ArticleReader = field(default_factory=ArticleReader)
    embedder: Embedder = field(default_factory=KeylessEmbedder)
    say: Callable[[str], None] = lambda _: None
    """Tells a person how long work is getting on."""

    @cached_property
    def sessions(self) -> list[Session]:
        """All sessions of the market, ascending."""
        with self.engine.connect() as conn:
            return all_sessions(conn, self.market.code)

    @cached_property
    def sources(self) -> list[SourceRow]:
        """The market's registered sources."""
        with self.engine.connect() as conn:
            return sources_of(conn, self.market.code)

    def entry(self, feed: Feed, name: str) -> SourceEntry:
        """A configured source of the market; LookupError when it is configured no longer."""
        for entry in self.entries:
            if (entry.market, entry.feed, entry.name) == (self.market.code, feed, name):
                return entry
        raise LookupError(f"The {feed} source {name} of {self.market.code} is not in the sources file; add it again.")

    @property
    def price_tolerance(self) -> float:
        """The fraction by which the market's price sources may differ: the widest that one of them is given."""
        given = [e.tolerance for e in self.entries if (e.market, e.feed) == (self.market.code, "price")]
        return max(given, default=TOLERANCE)

    def fetcher(self, states: Mapping[str, FetchState]) -> "Fetcher":
        """A client of the outside world for one crawl of sources that stand like this."""
        from craveny_assets.fetching.client import Fetcher

        settings = Settings()
        failures = {name: state.failures for name, state in states.items()}
        return Fetcher(self.engine, allow=settings.fetch_allow, contact=settings.fetch_contact, failures=failures)

    @cached_property
    def asker(self) -> "Asker":
        """What asks language models for this run."""
        from craveny_assets.llm.asking import Asker
        from craveny_assets.llm.providers import limits_of

        limits = limits_of(Settings(), self.options.max_usd)
        return Asker(self.engine, limits, self.keeper.holder, is_wanted=self.keeper.is_wanted)

    @cached_property
    def history(self) -> NewsHistory:
        """Past stories, read forward as the days go, and on from where the runs that share `histories` came."""
        kept = self.histories.get(self.market.code)
        read = (self.sessions, self.market.lead, self.embedding)
        if kept is None or (kept.sessions, kept.lead, kept.embedding) != read:
            kept = self.histories[self.market.code] = NewsHistory(self.market.code, *read)
        return kept

    @property
    def embedding(self) -> Embedding:
        """The one model whose vectors this run writes and reads."""
        return self.embedder.embedding

    @contextmanager
    def day(self, day: date) -> Iterator["Day"]:
        """A day's transaction; commits when the block ends, rolls back when it raises."""
        with self.engine.begin() as conn:
            yield Day(self, conn, day)


@dataclass(frozen=True)
class Written:
    """What a day's body did: row changes, the days it read, its gates, and what a person wants to see."""

    changes: Changes
    inputs: Sequence[InputSpan | None] = ()
    checks: Sequence[Check] = ()
    parts: Sequence[tuple[PartitionKey, Changes]] = ()
    notes: Mapping[str, Any] = field(default_factory=dict)
    preview: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Day:
    """One day of one market inside an open transaction."""

    work: Work
    conn: Connection
    day: date

    @property
    def market(self) -> Market:
        """The market."""
        return self.work.market

    @cached_property
    def now(self) -> datetime:
        """The database's clock when the day's work began; asking for it does not begin the transaction."""
        with self.work.engine.connect() as conn:
            return database_now(conn)

    @cached_property
    def bounds(self) -> tuple[datetime, datetime]:
        """The day's first instant and the next day's, UTC."""
        return self.market.day_bounds(self.day)

    @cached_property
    def index(self) -> int | None:
        """The position of the day's session among the market's; None on a day without one."""
        return session_index(self.work.sessions, self.day)

    def session(self, back: int = 0) -> Session:
        """The day's session, or the one `back` sessions before it."""
        if self.index is None or self.index < back:
            raise NotYet(f"{self.market.code} has no calendar for {self.day}. Start from a later day.")
        return self.work.sessions[self.index - back]

    def sources(self, feed: Feed, day: date | None = None) -> list[SourceRow]:
        """The sources that can speak for this day's (or another day's) news or prices, by name."""
        return [s for s in self.work.sources if s.feed == feed and s.covers(day or self.day)]

    @property
    def is_synthetic(self) -> bool:
        """Whether an invented source speaks for the day: whatever is made of it carries the label."""
        return any(s.is_synthetic and s.covers(self.day) for s in self.work.sources)

    def require_since_start(self, asset: str, feed: Feed, days: Sequence[date]) -> InputSpan | None:
        """Assert the days of an asset that lie within its history: from its first materialized day on.

        History starts anew with each source, so an archive of long ago asks nothing of today.
        """
        since = min((s.first_date for s in self.sources(feed)), default=self.market.first_date)
        start = first_materialized(self.conn, self.market.code, asset, since, self.day)
        return require(self.conn, self.market.code, asset, [d for d in days if start and d >= start])

    def require_begun(self, what: str, at: datetime) -> None:
        """Refuse work on a day before the instant it needs has come."""
        if self.now < at:
            local = at.astimezone(self.market.zone)
            raise NotYet(f"{self.market.code} {self.day}: {what} is at {local:%Y-%m-%d %H:%M %Z}. Run it after that.")

    def days_back(self, count: int) -> list[date]:
        """The `count` days before this one and this one, ascending."""
        return [self.day - timedelta(days=n) for n in range(count, -1, -1)]


def close_day(day: Day, lease: Lease, written: Written) -> None:
    """Record what was written and end the lease, in the day's transaction."""
    inputs = [item for item in written.inputs if item]
    seal(day.conn, day.work.keeper, lease, written.changes, inputs=inputs, checks=written.checks, parts=written.parts)


def labelled(day: Day, written: Written) -> Written:
    """The same, saying so when invented data went into it."""
    if not day.is_synthetic:
        return written
    return replace(written, notes={"data": "SYNTHETIC: the bundled sample, invented", **written.notes})


PREVIEW_ROWS = 8
"""How many rows a day shows of what it wrote."""
NO_SESSION = Written(Changes(), notes={"reason": "No trading session on this day."})
