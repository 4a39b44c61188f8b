"""The program itself: what it logs, what it counts, what it weighs, how it ends."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import httpx2
import psutil
import pytest
from sqlalchemy import Engine, text

from craveny_api.auth.passwords import hash_password
from craveny_store.users import add_user
from tests.api.conftest import ROOT, api_process
from tests.conftest import wait_until

EMAIL, PASSWORD = "sentinel-person@example.org", "sentinel-password-1"
IDLE_MIB = 120


def test_every_log_line_is_json_and_names_no_person_no_token_and_no_question(
    engine: Engine, signing_keys: Path, tmp_path: Path
) -> None:
    with engine.begin() as conn:
        add_user(conn, EMAIL, hash_password(PASSWORD), "operator")
    log = tmp_path / "api.log"
    secrets = {EMAIL, PASSWORD, "sentinel-query", "sentinel-telegram"}
    settings = {"TELEGRAM_BOT_TOKEN": "sentinel-telegram", "TELEGRAM_CHAT_ID": "1"}
    with api_process(os.environ["DATABASE_URL"], signing_keys, log, **settings) as address, httpx2.Client() as client:
        session = client.post(f"{address}/api/auth/login", json={"email": EMAIL, "password": PASSWORD}).json()
        secrets |= {session["access_token"], client.cookies["craveny_refresh"]}
        header = {"Authorization": f"Bearer {session['access_token']}", "X-Request-ID": "a-request-of-mine"}
        assert client.get(f"{address}/api/stocks?q=sentinel-query", headers=header).status_code == 200
        client.post(f"{address}/api/auth/login", json={"email": EMAIL, "password": "sentinel-password-2"})
        with engine.begin() as conn:
            conn.execute(text("ALTER TABLE login_attempt RENAME TO login_attempts"))
        broken = client.post(f"{address}/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
        assert broken.status_code == 500
        metrics = client.get(f"{address}/metrics").text
        assert client.get(f"{address}/api/settings").json()["alerts"] == "telegram"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    (asked,) = [line for line in lines if line.get("request_id") == "a-request-of-mine"]
    assert (asked["route"], asked["status"]) == ("/api/stocks", 200)
    assert asked["milliseconds"] > 0
    assert any(line["event"] == "fault" and "Traceback" in line["exception"] for line in lines)
    written = log.read_text() + metrics
    assert [secret for secret in secrets if secret in written] == []
    assert 'craveny_api_requests_total{method="GET",route="/api/stocks",status="200"} 1.0' in metrics
    assert "craveny_api_connections_in_use" in metrics


def test_it_loads_nothing_heavy(database: str, signing_keys: Path) -> None:
    found = "import sys, craveny_api.__main__; print(' '.join({n.split('.')[0] for n in sys.modules}))"
    loaded = set(subprocess.check_output([sys.executable, "-c", found], text=True, cwd=ROOT).split())
    assert loaded.isdisjoint({"pandas", "scipy", "pymilvus", "dagster", "exchange_calendars", "craveny_assets"})
    with api_process(database, signing_keys) as address:
        assert httpx2.get(f"{address}/ready").status_code == 200
        port = int(address.rsplit(":", 1)[1])
        (mib,) = [
            child.memory_info().rss / 2**20
            for child in psutil.Process().children()
            if any(found.laddr.port == port for found in child.net_connections())
        ]
    assert mib < IDLE_MIB


def test_what_is_being_answered_is_finished_before_it_ends(engine: Engine, signing_keys: Path) -> None:
    answers: list[int] = []
    with api_process(os.environ["DATABASE_URL"], signing_keys) as address:
        with engine.connect() as holder:
            holder.execute(text("LOCK TABLE stock IN ACCESS EXCLUSIVE MODE"))
            asking = threading.Thread(
                target=lambda: answers.append(httpx2.get(f"{address}/api/stocks", timeout=30).status_code)
            )
            asking.start()
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            with engine.connect() as watcher:
                wait_until(lambda: watcher.execute(waiting).scalar_one() > 0, "the question waits for the table")
            port = int(address.rsplit(":", 1)[1])
            (process,) = [
                child
                for child in psutil.Process().children()
                if any(found.laddr.port == port for found in child.net_connections())
            ]
            process.terminate()
            holder.rollback()
        asking.join()
    assert answers == [200]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        ({"CRAVENY_API_PORT": "many"}, "CRAVENY_API_PORT"),
        ({"CRAVENY_PUBLIC_ADDRESS": "craveny.example"}, "is not a web address"),
        ({"CRAVENY_TRUSTED_PROXIES": "everybody"}, "CRAVENY_TRUSTED_PROXIES"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    database: str, signing_keys: Path, settings: dict[str, str], says: str
) -> None:
    environment = {**os.environ, "DATABASE_URL": database, "CRAVENY_SIGNING_KEYS": str(signing_keys), **settings}
    argv = [sys.executable, "-m", "craveny_api"]
    ended = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr
