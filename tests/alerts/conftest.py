"""A chat that can be looked into, notices to put into the outbox, and the sender as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from craveny_alerts.sender import Pace, Sender
from craveny_alerts.settings import AlertSettings
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.alerts import Notice
from craveny_domain.clocks import Market
from craveny_store import notifications as outbox
from craveny_store.engine import open_engine
from tests.alerts.bot_api import BotApi, bot_api
from tests.api.orchestrated import Orchestrated, orchestrated
from tests.conftest import utc, wait_until

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120
"""With a process: one that hangs is found all the same, one that is short of processor time is not taken for it."""
QUICK = Pace(timedelta(seconds=0.02), timedelta(seconds=0.1), timedelta(seconds=0.2))


@pytest.fixture
def bot() -> Iterator[BotApi]:
    """A Bot API that behaves until it is told otherwise."""
    with bot_api() as server:
        yield server


@pytest.fixture(scope="module")
def orchestration(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orchestrated]:
    """A Dagster instance on Postgres for the tests of a module."""
    with (
        pytest.MonkeyPatch.context() as environment,
        orchestrated(postgres, tmp_path_factory.mktemp("dagster"), environment) as found,
    ):
        yield found


@pytest.fixture
def dagster(orchestration: Orchestrated) -> Orchestrated:
    """The module's instance without a run, an event or a heartbeat."""
    orchestration.execute("TRUNCATE runs, run_tags, event_logs, daemon_heartbeats CASCADE")
    return orchestration


def settings_for(bot: BotApi, **more: str) -> AlertSettings:
    return AlertSettings.model_validate({**bot.environment(), "CRAVENY_ALERT_CALL_SECONDS": "1", **more})


def a_notice(key: str = "run_failure:1", **more: object) -> Notice:
    fields = {
        "kind": "run_failure", "level": "error", "title": "us/prediction failed", "detail": "ValueError: no bars",
        "occurred_at": utc(2026, 11, 20, 12, 0), "market": "us", "asset": "prediction", "run_id": key.split(":")[-1],
        **more,
    }  # fmt: skip
    return Notice(dedup_key=key, **fields)  # type: ignore[arg-type]


def put(engine: Engine, *notices: Notice, age: float = 10) -> None:
    """Notices in the outbox, written some seconds ago, so that nothing more of a burst is waited for."""
    with engine.begin() as conn:
        outbox.add(conn, notices)
        back = timedelta(seconds=age)
        keys = [notice.dedup_key for notice in notices]
        query = "UPDATE notification SET created_at = created_at - :back WHERE dedup_key = ANY(:keys)"
        conn.execute(text(query), {"back": back, "keys": keys})


def live_source(engine: Engine, us: Market, last_item: timedelta) -> None:
    """A source of us that was read every day of nine weeks and had an item every half hour until so long ago."""
    with engine.begin() as conn:
        conn.execute(
            text("""
            INSERT INTO source (market, name, feed, kind, is_synthetic, first_date, every_minutes)
            VALUES ('us', 'wire', 'news', 'rss', false, '2020-01-01', 10)""")
        )
        conn.execute(
            text("""
            INSERT INTO partition_state SELECT 'us', 'raw_news', (now() AT TIME ZONE :zone)::date - n, '', 1, 1, 1, 0,
                0, 'r', now() FROM generate_series(0, 70) n"""),
            {"zone": us.timezone},
        )
        conn.execute(
            text("""
            INSERT INTO raw_news (market, source, item_key, payload_hash, payload, available_at, basis)
            SELECT 'us', 'wire', n::text, '', '{}', now() - cast(:last AS interval) - n * interval '30 minutes',
                'observed' FROM generate_series(1, 3200) n"""),
            {"last": last_item},
        )
        conn.execute(text("INSERT INTO source_watermark VALUES ('us', 'wire', 'news', now())"))
        conn.execute(text("INSERT INTO fetch_state VALUES ('us', 'wire', 'news', null, null, 0, null, now(), now())"))


def states(engine: Engine) -> list[tuple[str, str | None]]:
    """State and last error of every message, in order."""
    with engine.connect() as conn:
        query = "SELECT state, last_error FROM notification_message ORDER BY message_id"
        return [(state, error) for state, error in conn.execute(text(query))]


def beat_detail(engine: Engine, process: str = "sender") -> str | None:
    with engine.connect() as conn:
        query = text("SELECT detail FROM heartbeat WHERE process = :process")
        return conn.execute(query, {"process": process}).scalar()


@pytest.fixture
def make_sender(database: str) -> Iterator[Callable[..., Sender]]:
    """Senders in this process, on connections of their own, hurrying."""
    made: list[Sender] = []

    def make(settings: AlertSettings) -> Sender:
        made.append(Sender(open_engine(database, pool_size=1), settings, QUICK))
        return made[-1]

    yield make
    for sender in made:
        sender.close()


def go_until(sender: Sender, is_so: Callable[[], bool], what: str) -> None:
    def so_after_a_round() -> bool:
        sender.go_round()
        return is_so()

    wait_until(so_after_a_round, what)


class Process:
    """`python -m craveny_alerts.<name>` with its log."""

    def __init__(self, name: str, log: Path, **environment: str) -> None:
        self.log = log
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME", "DATABASE_URL", "DAGSTER_PG_URL") if name in os.environ
        }
        with log.open("a") as out:
            self.child = subprocess.Popen(
                [sys.executable, "-m", f"craveny_alerts.{name}"],
                cwd=ROOT, env={**kept, **environment}, stdout=out, stderr=out,
            )  # fmt: skip

    def end(self) -> int:
        """Its exit code, once it has ended as told; how soon is the machine's affair, that it does is ours."""
        if self.child.poll() is None:
            self.child.terminate()
        return self.child.wait(PATIENCE_SECONDS)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Processes of ours, ended with the test."""
    started: list[Process] = []

    def begin(name: str, **environment: str) -> Process:
        started.append(Process(name, tmp_path / f"{name}.log", **environment))
        return started[-1]

    yield begin
    for process in started:
        process.end()
