"""Databases for the whole folder: a past market and one of today for planting in, an unfilled one for the readers.

Nothing a test does in them is committed: every example works in a transaction that is rolled back.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Engine

from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.clocks import Market
from craveny_store.engine import open_engine
from tests.point_in_time.past import PastMarket
from tests.point_in_time.today import Today


@contextmanager
def copy_of(postgres: EmbeddedPostgres, template: str, name: str) -> Iterator[Engine]:
    """An engine on a copy of the template, dropped afterwards."""
    _command(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    engine = open_engine(postgres.url(name, "psycopg"))
    yield engine
    engine.dispose()
    _command(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def _command(postgres: EmbeddedPostgres, command: str) -> None:
    with psycopg.connect(postgres.url("postgres", "psycopg").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(command)  # type: ignore[arg-type]


@pytest.fixture(scope="package")
def past(postgres: EmbeddedPostgres, template: str, markets: dict[str, Market]) -> Iterator[dict[str, PastMarket]]:
    """Both sample markets, materialized for some weeks that are over."""
    with copy_of(postgres, template, "point_in_time_past") as engine:
        yield {
            "us": PastMarket.materialized(engine, markets["us"], with_forecasts=True),
            "krx": PastMarket.materialized(engine, markets["krx"], with_forecasts=False),
        }


@pytest.fixture(scope="package")
def today(postgres: EmbeddedPostgres, template: str, markets: dict[str, Market]) -> Iterator[Today]:
    """A sample market whose recent days are materialized up to this moment."""
    with copy_of(postgres, template, "point_in_time_today") as engine:
        yield Today.materialized(engine, markets)


@pytest.fixture(scope="package")
def unfilled(postgres: EmbeddedPostgres, template: str) -> Iterator[Engine]:
    """A migrated database with calendars and models, and no news or prices."""
    with copy_of(postgres, template, "point_in_time_unfilled") as engine:
        yield engine
