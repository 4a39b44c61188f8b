"""`craveny vectors` against a real Milvus: a table when both sides hold the same, a problem when they do not."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from craveny_cli.main import app
from craveny_cli.services.process import Service
from craveny_domain.embedding import KEYLESS
from craveny_store.embeddings import NEWS
from craveny_store.milvus import Milvus
from craveny_store.mirror import Mirror
from tests.store.milvus_bench import plant_day, port_of, served_milvus


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("COLUMNS", "200")
    return CliRunner()


def test_without_a_milvus_both_commands_say_what_is_missing(
    run: CliRunner, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine
    for command in ("rebuild", "verify"):
        result = run.invoke(app, ["vectors", command])
        assert (result.exit_code, "MILVUS_URI is not set" in result.output) == (1, True), result.output
    monkeypatch.setenv("MILVUS_URI", "http://127.0.0.1:9")
    result = run.invoke(app, ["vectors", "rebuild"])
    assert (result.exit_code, "does not answer" in result.output) == (1, True), result.output
    assert "Traceback" not in result.output


@pytest.fixture
def milvus() -> Iterator[Service]:
    with served_milvus() as service:
        yield service


@pytest.mark.slow
def test_verify_shows_both_sides_and_fails_when_they_differ_until_a_rebuild(
    run: CliRunner, engine: Engine, milvus: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = f"http://127.0.0.1:{port_of(milvus)}"
    monkeypatch.setenv("MILVUS_URI", uri)
    with engine.begin() as conn:
        for day in range(3):
            plant_day(conn, KEYLESS, "us", day, 200)
    assert "600 of news_embeddings, 0 of prediction_embeddings" in run.invoke(app, ["vectors", "rebuild"]).output
    fine = run.invoke(app, ["vectors", "verify"])
    assert fine.exit_code == 0, fine.output
    row = next(line for line in fine.output.splitlines() if "│ us" in line)
    assert [cell.strip() for cell in row.strip("│ ").split("│")] == [
        "news_embeddings", "us", "600", "600", "0", "0", "1.000",
    ]  # fmt: skip
    Milvus(uri, KEYLESS).ask("delete", NEWS.name, ids=sorted(Mirror(uri).ids("us"))[:7])
    with engine.begin() as conn:
        gone = "(SELECT news_id FROM news ORDER BY news_id DESC LIMIT 5)"
        conn.execute(text(f"DELETE FROM news_embeddings WHERE news_id IN {gone}"))
    wrong = run.invoke(app, ["vectors", "verify"])
    assert wrong.exit_code == 1
    row = next(line for line in wrong.output.splitlines() if "│ us" in line)
    assert [cell.strip() for cell in row.strip("│ ").split("│")][2:6] == ["595", "593", "7", "5"]
    assert "hold different vectors" in wrong.output
    assert run.invoke(app, ["vectors", "rebuild"]).exit_code == 0
    assert run.invoke(app, ["vectors", "verify"]).exit_code == 0
