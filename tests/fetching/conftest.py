"""Fetchers over the test's own database, on a clock that no test waits for."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from craveny_assets.fetching.client import Fetcher
from craveny_assets.fetching.failures import FetchFailed
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_store.engine import open_engine
from craveny_store.tables import fetch_host, fetch_log, fetch_state
from tests.conftest import copied_database, utc
from tests.fetching.scripted import Host, host

NOON = utc(2026, 10, 19, 12)
LOOPBACK = "127.0.0.0/8"


class HandClock:
    """Time that passes only where somebody waits, or a test turns the hands."""

    def __init__(self, at: datetime = NOON) -> None:
        self._at = at
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._at

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._at += timedelta(seconds=seconds)

    def turn(self, **by: float) -> None:
        self.sleep(timedelta(**by).total_seconds())


@pytest.fixture(scope="package")
def kept_store(postgres: EmbeddedPostgres, template: str) -> Iterator[Engine]:
    with copied_database(postgres, template) as url:
        # Each fetcher keeps a connection until its test ends.
        opened = open_engine(url, pool_size=50)
        yield opened
        opened.dispose()


@pytest.fixture
def engine(kept_store: Engine) -> Engine:
    """One database for these tests, in which no source and no host was ever asked."""
    with kept_store.begin() as conn:
        for table in (fetch_state, fetch_host, fetch_log):
            conn.execute(table.delete())
    return kept_store


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def open_fetcher(engine: Engine, clock: HandClock) -> Iterator[Callable[..., Fetcher]]:
    """Makes fetchers that may reach loopback, unless told otherwise, and closes them."""
    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(Fetcher(engine, **{"allow": LOOPBACK, "clock": clock, **given}))


@pytest.fixture
def fetcher(open_fetcher: Callable[..., Fetcher]) -> Fetcher:
    return open_fetcher()


@pytest.fixture
def server(clock: HandClock) -> Iterator[Host]:
    """A host at 127.0.0.1 that answers 404 until told otherwise, robots.txt included."""
    with host() as running:
        running.clock = clock.now
        yield running


def failing(fetcher: Fetcher, address: str, **more: Any) -> FetchFailed:
    """What asking an address fails with; fails the test when it does not."""
    with pytest.raises(FetchFailed) as failed:
        fetcher.get(address, **{"source": "test", **more})
    return failed.value
