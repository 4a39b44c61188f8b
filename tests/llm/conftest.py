"""Fixtures of the tests of language models: a scripted provider, a store nobody was asked from, askers over both."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from craveny_assets.llm.asking import Asker
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_store.engine import open_engine
from craveny_store.llm_spending import Limits
from craveny_store.tables import llm_attempt, llm_call, llm_provider, notification
from tests.conftest import copied_database
from tests.llm.replies import well
from tests.llm.server import LlmServer, llm_server

PLENTY = Limits(Decimal(100), Decimal(100), in_flight=8, per_minute=0, deadline=timedelta(seconds=20))


@pytest.fixture(scope="package")
def llm_store(postgres: EmbeddedPostgres, template: str) -> Iterator[Engine]:
    with copied_database(postgres, template) as url:
        opened = open_engine(url, pool_size=20)
        yield opened
        opened.dispose()


@pytest.fixture
def store(llm_store: Engine) -> Engine:
    """One database for these tests, in which nothing was asked or paid."""
    with llm_store.begin() as conn:
        for table in (llm_attempt, llm_call, llm_provider, notification):
            conn.execute(table.delete())
    return llm_store


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LlmServer]:
    """A provider that answers well until told otherwise; it is both providers of the environment."""
    with llm_server(well()) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def open_asker(store: Engine, server: LlmServer) -> Callable[..., Asker]:
    """Makes askers within plenty, or the limits that are given."""
    assert server.address

    def opened(run_id: str = "run", **limits: object) -> Asker:
        return Asker(store, replace(PLENTY, **limits), run_id)

    return opened
