"""Fixtures of the tests of language models: a scripted provider, a store nobody was asked from, askers over both."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from craveny_assets.llm.asking import Asker
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_store.engine import open_engine
from craveny_store.tables import llm_attempt, llm_call, llm_provider, notification
from tests.conftest import copied_database
from tests.llm.ask_once import PLENTY
from tests.llm.replies import well
from tests.llm.server import LlmServer, llm_server


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


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits long between two attempts at one question; what a provider asks for is waited for all the same."""
    monkeypatch.setattr("craveny_assets.llm.crew.RETRY_SECONDS", 0.01)


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


@pytest.fixture
def start_run(store: Engine, server: LlmServer) -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts runs as processes of their own (see `ask_once`); what still lives at the end is killed."""
    started: list[subprocess.Popen] = []

    def start(run_id: str, count: int, first: int = 0, **limits: object) -> subprocess.Popen:
        asked = json.dumps({"run_id": run_id, "first": first, "count": count, "limits": limits})
        url = store.url.render_as_string(hide_password=False)
        environment = {**os.environ, **server.environment(), "DATABASE_URL": url}
        command = [sys.executable, "-m", "tests.llm.ask_once", asked]
        started.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for child in started:
        child.kill()
        child.communicate()
