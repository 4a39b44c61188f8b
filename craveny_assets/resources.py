"""Clients of the outside world, opened for one run: the store, the mirror, the lease keeper."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dagster as dg
from sqlalchemy import Engine

from craveny_assets.days.work import Options, Work
from craveny_assets.embedders import embedder_of
from craveny_assets.installation import declare
from craveny_domain.clocks import Market
from craveny_domain.embedding import Embedding
from craveny_store.engine import open_engine
from craveny_store.evidence import Evidence
from craveny_store.leases import WAIT_SECONDS, LeaseKeeper
from craveny_store.mirror import Mirror
from craveny_store.settings import Settings, load_markets
from craveny_store.source_entries import SourceEntry, load_entries, sources_path
from craveny_store.vectors import NewsHistory

HISTORIES: dict[str, dict[str, NewsHistory]] = {}
EVIDENCE: dict[str, dict[str, Evidence]] = {}
"""Past news, and where comparisons stand, by database and market, as one of many runs left them for the next one of
this process."""


class Workshop(dg.ConfigurableResource):
    """Opens a run's work on a market; addresses and secrets come from the environment, never from here."""

    wait_seconds: float = WAIT_SECONDS
    one_of_many: bool = False
    """Whether runs of this process follow: the history is kept for them, the mirror is left to the end."""

    @contextmanager
    def open(
        self, market: Market, run: dg.DagsterRun, instance: dg.DagsterInstance, options: Options
    ) -> Iterator[Work]:
        """The run's work; its engine and lease keeper end with the block."""
        settings = Settings()
        engine = open_engine(settings.database_url)
        is_wanted = _still_wanted(instance, run.run_id)
        keeper = LeaseKeeper(engine, run.run_id, is_wanted, wait_seconds=self.wait_seconds)
        embedder = embedder_of(settings, engine, keeper)
        mirror = None if self.one_of_many else mirror_of(settings, embedder.embedding)
        try:
            histories = HISTORIES.setdefault(settings.database_url, {}) if self.one_of_many else {}
            evidence = EVIDENCE.setdefault(settings.database_url, {}) if self.one_of_many else {}
            entries = _declared(engine, market, settings)
            yield Work(engine, market, keeper, mirror, options, entries, histories, evidence, embedder=embedder)
        finally:
            keeper.shutdown()
            engine.dispose()


def mirror_of(settings: Settings, embedding: Embedding) -> Mirror | None:
    """The mirror of a model's vectors; None where no Milvus is named."""
    return Mirror(settings.milvus_uri, settings.mirror_share, embedding) if settings.milvus_uri else None


def _declared(engine: Engine, market: Market, settings: Settings) -> list[SourceEntry]:
    """The market's sources as the file says now: an operator's change counts from the next run on."""
    entries = load_entries(sources_path(settings.sources), load_markets(settings.markets_file))
    with engine.begin() as conn:
        return declare(conn, market, entries)


def _still_wanted(instance: dg.DagsterInstance, run_id: str) -> Callable[[], bool]:
    """Whether Dagster still counts the run as running; asked anew at every commit."""

    running = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING]
    filters = dg.RunsFilter(run_ids=[run_id], statuses=running)
    return lambda: bool(instance.get_run_ids(filters, limit=1))
