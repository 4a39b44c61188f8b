"""What the tests of sources share."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_store.engine import open_engine
from tests.conftest import copied_database


@pytest.fixture(scope="module")
def kept_store(postgres: EmbeddedPostgres, template: str) -> Iterator[Engine]:
    """One database for all tests of a module, each of which asks a host of its own."""
    with copied_database(postgres, template) as url:
        opened = open_engine(url)
        yield opened
        opened.dispose()
