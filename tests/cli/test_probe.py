"""The health checks of the containers: alive is told from hanging and from dead."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import Engine, text

from craveny_cli.probe import main
from craveny_store.notifications import beat
from tests.stack.conftest import free_ports


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    running.server_close()


def test_a_page_that_answers_is_alive_and_any_other_is_not(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["http", f"{server}/health"]) == 0
    assert main(["http", f"{server}/ready"]) == 1
    assert main(["http", f"http://127.0.0.1:{free_ports(1)[0]}/health"]) == 1
    assert capsys.readouterr().err.endswith("/health: no sign of life\n")


def test_a_port_that_does_not_speak_the_protocol_is_not_alive(server: str) -> None:
    assert main(["grpc", server.removeprefix("http://")]) == 1
    assert main(["grpc", f"127.0.0.1:{free_ports(1)[0]}"]) == 1


def test_a_process_is_alive_while_its_beats_are_recent(engine: Engine) -> None:
    assert main(["beat", "sender"]) == 1
    with engine.begin() as conn:
        beat(conn, "sender", "")
    assert main(["beat", "sender"]) == 0
    assert main(["beat", "watchdog"]) == 1
    with engine.begin() as conn:
        conn.execute(text("UPDATE heartbeat SET beat_at = beat_at - interval '3 minutes'"))
    assert main(["beat", "sender"]) == 1


def test_the_daemon_is_alive_while_any_part_of_it_beats(
    engine: Engine, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_PG_URL", database.replace("+psycopg", "+psycopg2"))
    with engine.begin() as conn:
        conn.execute(text("CREATE TABLE daemon_heartbeats (daemon_type text, timestamp timestamp)"))
    assert main(["daemon"]) == 1
    with engine.begin() as conn:
        conn.execute(text("INSERT INTO daemon_heartbeats VALUES ('OLD', now() AT TIME ZONE 'UTC' - interval '9 days')"))
    assert main(["daemon"]) == 1
    with engine.begin() as conn:
        conn.execute(text("INSERT INTO daemon_heartbeats VALUES ('SENSOR', now() AT TIME ZONE 'UTC')"))
    assert main(["daemon"]) == 0
