"""A real Dagster instance whose storage is a database of its own on the tests' Postgres."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import psycopg
import pytest

from craveny_cli.services.postgres import EmbeddedPostgres

HOME = Path(__file__).parents[2] / "dagster_home" / "dagster.yaml"


@dataclass(frozen=True)
class Orchestrated:
    """The instance and the address of its database, as DAGSTER_PG_URL has it."""

    instance: dg.DagsterInstance
    url: str

    def execute(self, statement: str, *values: object) -> None:
        """Change Dagster's tables by hand."""
        with psycopg.connect(self.url.replace("+psycopg2", ""), autocommit=True) as connection:
            connection.execute(statement, values)  # type: ignore[arg-type]


@contextmanager
def orchestrated(postgres: EmbeddedPostgres, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Orchestrated]:
    """A fresh instance, also in DAGSTER_PG_URL, until the end of the block."""
    name = f"dagster_{os.urandom(6).hex()}"
    server = postgres.url("postgres", "psycopg").replace("+psycopg", "")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    url = postgres.url(name, "psycopg2")
    monkeypatch.setenv("DAGSTER_PG_URL", url)
    shutil.copyfile(HOME, home / "dagster.yaml")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        instance.get_runs_count()
        yield Orchestrated(instance, url)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]
