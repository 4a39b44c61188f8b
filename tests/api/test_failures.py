"""What goes wrong is told in one shape: the database gone or slow, too much sent, a fault of our own."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import APIRouter, Depends
from sqlalchemy import Engine, text
from sqlalchemy.exc import InternalError
from starlette.testclient import TestClient

from craveny_api import app as application
from craveny_api.auth.roles import Needs
from craveny_store.engine import open_engine, read_only
from tests.api.conftest import Serving

FORBIDDEN_IN_A_DETAIL = ("psycopg", "sqlalchemy", "SELECT", "Traceback", "hunter2")


def problem_of(answer, status: int, title: str) -> dict:
    """The problem of an answer, as every one must be."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["title"]) == (status, title)
    assert told["request_id"] == answer.headers["X-Request-ID"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not any(word in answer.text for word in FORBIDDEN_IN_A_DETAIL)
    return told


def test_a_database_that_is_gone_is_a_503_and_the_process_stays_healthy(serving: Serving) -> None:
    gone = open_engine("postgresql+psycopg://user:hunter2@127.0.0.1:9/craveny")
    with serving(gone) as client:
        answer = client.get("/api/stocks")
        problem_of(answer, 503, "Database gone")
        assert int(answer.headers["Retry-After"]) > 0
        assert client.post("/api/auth/refresh", headers={"Cookie": "craveny_refresh=x"}).status_code == 503
        assert client.get("/health").status_code == 200
        ready = client.get("/ready")
        assert (ready.status_code, ready.json()["parts"]["database"]) == (503, "does not answer")
        assert "hunter2" not in ready.text


def test_connections_cut_by_the_server_are_made_again(engine: Engine, serving: Serving, database: str) -> None:
    with serving(engine) as client:
        assert client.get("/api/stocks").status_code == 200
        other = open_engine(database)
        with other.connect() as conn:
            cut = text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert conn.execute(cut).scalar_one() > 0
        other.dispose()
        assert {client.get("/api/stocks").status_code for _ in range(2)} <= {200, 503}
        assert client.get("/api/stocks").status_code == 200


def test_a_question_that_takes_too_long_is_told_to_be_narrowed(database: str, serving: Serving) -> None:
    hasty = open_engine(database, statement_timeout=timedelta(milliseconds=100))
    with serving(hasty) as client, open_engine(database).connect() as holder:
        holder.execute(text("LOCK TABLE stock IN ACCESS EXCLUSIVE MODE"))
        answer = client.get("/api/stocks?market=us")
    assert "Narrow it" in problem_of(answer, 503, "Too slow")["detail"]
    assert answer.headers["Retry-After"]


def test_a_schema_that_is_not_ours_is_named(engine: Engine, client: TestClient) -> None:
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    ready = client.get("/ready")
    assert ready.status_code == 503
    assert ready.json()["parts"]["database"] == "ok"
    assert "stands at 0001" in ready.json()["parts"]["schema"]


def test_reads_cannot_write(engine: Engine) -> None:
    with read_only(engine).connect() as conn, pytest.raises(InternalError, match="read-only"):
        conn.execute(text("DELETE FROM stock"))
    with engine.begin() as conn:
        conn.execute(text("UPDATE stock SET name = name"))


def test_a_body_that_is_too_large_is_refused_also_in_chunks(client: TestClient) -> None:
    large = b'{"email": "' + b"a" * 70_000 + b'"}'

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(large), 5000):
            yield large[start : start + 5000]

    for body in (large, chunks()):
        answer = client.post("/api/auth/login", content=body, headers={"Content-Type": "application/json"})
        assert problem_of(answer, 413, "Body too large")["detail"]


@pytest.mark.parametrize(
    "query", ["q=%00", "limit=0", "limit=201", "limit=x", "cursor=!!", "cursor=" + "A" * 600, "sort=name;DROP"]
)
def test_a_parameter_that_means_nothing_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/stocks?{query}")
    assert answer.status_code == 422, answer.text
    problem_of(answer, 422, answer.json()["title"])


def test_a_fault_of_our_own_is_a_500_that_tells_nothing_but_its_id(
    engine: Engine, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = APIRouter(dependencies=[Depends(Needs("public"))])

    @broken.get("/api/broken")
    def fail() -> None:
        raise LookupError("hunter2")

    monkeypatch.setattr(application, "ROUTERS", (broken,))
    with serving(engine) as client:
        problem_of(client.get("/api/broken", headers={"X-Request-ID": "from-the-proxy-1"}), 500, "Server fault")
        assert client.get("/api/broken", headers={"X-Request-ID": "<script>"}).json()["request_id"].isalnum()
