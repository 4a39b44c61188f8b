"""`craveny prepare`: what a server of one's own needs before anything serves from it."""

import os
import shutil
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from craveny_cli.main import app
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_cli.settings import PROJECT
from craveny_store.engine import open_engine
from craveny_store.overview import row_counts


@pytest.fixture
def empty_server(postgres: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two empty databases and a folder for Dagster, named in the environment as a server of one's own is."""
    name = f"own_{os.urandom(4).hex()}"
    with psycopg.connect(postgres.url("postgres", "psycopg").replace("+psycopg", ""), autocommit=True) as connection:
        for each in (name, f"dagster_{name}"):
            connection.execute(f"CREATE DATABASE {each}")  # type: ignore[arg-type]
    shutil.copyfile(PROJECT / "dagster_home" / "dagster.yaml", tmp_path / "dagster.yaml")
    monkeypatch.setenv("DATABASE_URL", postgres.url(name, "psycopg"))
    monkeypatch.setenv("DAGSTER_PG_URL", postgres.url(f"dagster_{name}", "psycopg2"))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("CRAVENY_SAMPLE_DAYS", "1")
    monkeypatch.chdir(tmp_path)
    return postgres.url(name, "psycopg")


@pytest.mark.slow
def test_an_empty_server_is_made_ready_and_filled_and_a_second_time_changes_nothing(empty_server: str) -> None:
    first = CliRunner().invoke(app, ["prepare"])
    assert first.exit_code == 0, first.output
    engine = open_engine(empty_server)
    with engine.connect() as conn:
        before = row_counts(conn)
    assert before["news"] > 0
    assert before["price"] > 0

    second = CliRunner().invoke(app, ["prepare"])
    assert second.exit_code == 0, second.output
    assert "every day is filled already" in second.output
    with engine.connect() as conn:
        assert row_counts(conn) == before
    engine.dispose()


def test_without_a_folder_for_dagster_nothing_is_touched(empty_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME")
    refused = CliRunner().invoke(app, ["prepare"])
    assert refused.exit_code == 1
    assert "Name the folder that holds dagster.yaml" in refused.output
    with open_engine(empty_server).connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").scalar_one() == 0
