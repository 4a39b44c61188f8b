"""The watchdog against real tables, a real API address and a Bot API: what is down is told once, and what is back."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import Engine, text

from craveny_alerts.sender import Sender
from craveny_alerts.watchdog import Watchdog
from craveny_domain.clocks import Market
from craveny_store import notifications as outbox
from craveny_store.engine import open_engine
from craveny_store.orchestration import open_orchestration
from craveny_store.watch import clock, forecast_states
from tests.alerts.bot_api import BotApi
from tests.alerts.conftest import Process, a_notice, beat_detail, go_until, live_source, put, settings_for
from tests.api.orchestrated import Orchestrated
from tests.conftest import wait_until


class Watch:
    """A watchdog that has watched for an hour, whose world can be changed."""

    def __init__(self, engine: Engine, dagster: Orchestrated, markets: dict[str, Market], bot: BotApi) -> None:
        self.engine = engine
        self.dagster = dagster
        self.bot = bot
        self.api = ApiStub()
        self.markets = markets
        self.settings = {"CRAVENY_ALERT_HEARTBEAT": "", "CRAVENY_API_ADDRESS": self.api.address}
        self.watchdog = self.make()
        self.daemon_beat(0)
        self.sender_beat(0)

    def make(self, url: str | None = None, **settings: str) -> Watchdog:
        own = url or self.engine.url.render_as_string(hide_password=False)
        made = Watchdog(
            open_engine(own, pool_size=1),
            open_orchestration(self.dagster.url),
            self.markets,
            settings_for(self.bot, **{**self.settings, **settings}),
        )
        made._since -= timedelta(hours=1)
        return made

    def daemon_beat(self, seconds_ago: float) -> None:
        self.dagster.execute("DELETE FROM daemon_heartbeats")
        self.dagster.execute(
            "INSERT INTO daemon_heartbeats (daemon_type, daemon_id, timestamp)"
            " VALUES ('SENSOR', 'x', (now() AT TIME ZONE 'UTC') - %s * interval '1 second')",
            seconds_ago,
        )

    def sender_beat(self, seconds_ago: float) -> None:
        with self.engine.begin() as conn:
            outbox.beat(conn, "sender", "")
            back = timedelta(seconds=seconds_ago)
            conn.execute(
                text("UPDATE heartbeat SET beat_at = beat_at - :back WHERE process = 'sender'"), {"back": back}
            )

    def round(self, times: int = 1) -> list[str]:
        """Titles in the outbox after some rounds."""
        for _ in range(times):
            self.watchdog.go_round()
        with self.engine.connect() as conn:
            return list(conn.execute(text("SELECT title FROM notification ORDER BY notification_id")).scalars())


class ApiStub:
    """Something that answers /ready."""

    def __init__(self) -> None:
        stub = self
        self.status = 200

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(stub.status if self.path == "/ready" else 404)
                self.end_headers()
                self.wfile.write(b'{"parts": {"database": "away"}}')

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


@pytest.fixture
def watch(engine: Engine, dagster: Orchestrated, markets: dict[str, Market], bot: BotApi) -> Iterator[Watch]:
    made = Watch(engine, dagster, {}, bot)
    made.all_markets = markets  # type: ignore[attr-defined]
    yield made
    made.api.server.shutdown()
    made.api.server.server_close()


def test_when_all_is_well_nothing_is_told(watch: Watch) -> None:
    assert watch.round(3) == []
    assert beat_detail(watch.engine, "watchdog") == ""


def test_a_dead_daemon_is_told_once_and_its_return_once_also_by_a_watchdog_that_was_restarted(watch: Watch) -> None:
    watch.daemon_beat(100)
    assert watch.round(3) == ["Dagster's daemon is silent"]
    assert beat_detail(watch.engine, "watchdog") == "Dagster's daemon is silent"
    watch.watchdog = watch.make()
    assert watch.round(2) == ["Dagster's daemon is silent"]
    watch.daemon_beat(0)
    assert watch.round(3) == ["Dagster's daemon is silent", "Over: Dagster's daemon is silent"]
    watch.daemon_beat(100)
    with watch.engine.begin() as conn:
        conn.execute(text("UPDATE notification SET dedup_key = replace(dedup_key, 'daemon:', 'daemon:1')"))
    assert watch.round(2)[-1] == "Dagster's daemon is silent", "and told anew when it dies again"


def test_an_api_that_is_not_ready_is_told_after_three_looks_with_its_own_words(watch: Watch) -> None:
    watch.api.status = 503
    assert watch.round(2) == []
    assert watch.round() == ["The API is not ready"]
    with watch.engine.connect() as conn:
        assert "503" in conn.execute(text("SELECT detail FROM notification")).scalar_one()
    watch.api.status = 200
    assert watch.round() == ["The API is not ready", "Over: The API is not ready"]


def test_a_silent_sender_is_told_by_the_watchdogs_own_delivery_and_recorded_as_sent(watch: Watch) -> None:
    put(watch.engine, a_notice())
    watch.sender_beat(90)
    watch.round(2)
    (arrival,) = watch.bot.arrivals
    assert "from the watchdog" in arrival.text and "The sender of alerts is silent" in arrival.text
    assert "1 alerts wait" in arrival.text
    with watch.engine.connect() as conn:
        found = conn.execute(
            text("SELECT m.state, m.receipt FROM notification JOIN notification_message m USING (message_id)")
        ).one()
    assert tuple(found) == ("sent", "1")


def test_what_breaks_while_the_sender_is_silent_is_delivered_directly_too(watch: Watch) -> None:
    watch.sender_beat(90)
    watch.daemon_beat(100)
    watch.round()
    assert sorted(text.split("\n")[1] for text in watch.bot.texts) == [
        "🔴 Dagster's daemon is silent",
        "🔴 The sender of alerts is silent",
    ]


def test_a_database_that_is_gone_is_told_directly_once_and_its_return_too(watch: Watch) -> None:
    gone = watch.make(url="postgresql+psycopg://nobody@127.0.0.1:9/none")
    for _ in range(2):
        gone.go_round()
    assert watch.bot.arrivals == []
    for _ in range(3):
        gone.go_round()
    assert len(watch.bot.arrivals) == 1 and "The database does not answer" in watch.bot.texts[0]
    gone._store = watch.watchdog._store
    for _ in range(2):
        gone.go_round()
    assert len(watch.bot.arrivals) == 2 and "Over: The database does not answer" in watch.bot.texts[1]


def test_alerts_that_wait_for_ten_minutes_are_themselves_told(watch: Watch) -> None:
    put(watch.engine, a_notice(), age=700)
    assert "Alerts are not getting out" in watch.round()


def test_the_daily_heartbeat_is_told_once_a_day_with_a_digest(watch: Watch) -> None:
    with watch.engine.connect() as conn:
        at = clock(conn) - timedelta(minutes=5)
    for _ in range(2):
        watch.watchdog = watch.make(CRAVENY_ALERT_HEARTBEAT=f"{at:%H:%M} UTC")
        titles = watch.round(2)
    assert titles == [f"Craveny on {at.date()}: all is watched"]
    with watch.engine.connect() as conn:
        detail = conn.execute(text("SELECT detail FROM notification")).scalar_one()
    assert "0 failed runs in 24 hours, 0 alerts undelivered" in detail


@contextmanager
def session_at(engine: Engine, market: str, opens: datetime) -> Iterator[None]:
    """A session of a market that opens then, in place of its others."""
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM market_session WHERE market = :market"), {"market": market})
        conn.execute(
            text("INSERT INTO market_session VALUES (:market, :day, :opens, :closes)"),
            {"market": market, "day": opens.date(), "opens": opens, "closes": opens + timedelta(hours=6)},
        )
    yield


def test_a_forecast_that_is_missing_before_the_open_is_told_until_every_model_has_forecast(
    watch: Watch, markets: dict[str, Market]
) -> None:
    watch.markets = {"us": markets["us"]}
    watch.watchdog = watch.make()
    with watch.engine.connect() as conn:
        now = clock(conn)
    with session_at(watch.engine, "us", now + timedelta(minutes=6)):
        assert watch.round() == []
    with session_at(watch.engine, "us", now + timedelta(minutes=4)):
        day = (now + timedelta(minutes=4)).date()
        (title,) = watch.round(2)
        assert title == f"us: no complete forecast for {day}"
        with watch.engine.begin() as conn:
            (state,) = forecast_states(conn, watch.markets.values(), now)
            assert len(state.missing) == state.models > 3
            write = text(
                "INSERT INTO partition_state SELECT 'us', 'prediction', :day, model, 1, 1, 1, 0, 0, 'r', now()"
                " FROM unnest(cast(:models AS text[])) model"
            )
            conn.execute(write, {"day": day, "models": list(state.missing[1:])})
        assert len(watch.round()) == 1, "all but one have forecast: still incomplete"
        with watch.engine.begin() as conn:
            conn.execute(write, {"day": day, "models": [state.missing[0]]})
        assert watch.round(2) == [title, f"Over: {title}"]


def test_a_failed_run_that_nobody_told_is_found_in_passing(watch: Watch) -> None:
    watch.dagster.execute(
        "INSERT INTO runs (run_id, pipeline_name, status, run_body, end_time)"
        " VALUES ('r1', 'us_day_job', 'FAILURE', '{}', extract(epoch FROM now()) - 60)"
    )
    watch.watchdog = watch.make()
    watch.watchdog._markets = watch.all_markets  # type: ignore[attr-defined]
    assert "us_day_job failed" in watch.round()


def test_as_a_process_it_watches_and_ends_when_told_to(
    watch: Watch, start: Callable[..., Process], engine: Engine
) -> None:
    watch.daemon_beat(1_000)
    process = start("watchdog", **watch.settings)
    wait_until(lambda: beat_detail(engine, "watchdog") == "", "it has looked once: too early to judge the daemon")
    assert process.end() == 0


def go_round_anew(watch: Watch, markets: dict[str, Market]) -> list[str]:
    watch.markets = {"us": markets["us"]}
    watch.watchdog = watch.make()
    return watch.round(2)


def test_a_source_that_falls_silent_is_told_once_as_a_warning_and_its_return_once(
    watch: Watch, markets: dict[str, Market]
) -> None:
    live_source(watch.engine, markets["us"], timedelta(hours=16))
    title = "us: nothing comes from the news source wire"
    assert go_round_anew(watch, markets) == [title]
    assert go_round_anew(watch, markets) == [title], "also after a restart"
    with watch.engine.begin() as conn:
        kind, level, detail = conn.execute(text("SELECT kind, level, detail FROM notification")).one()
        assert (kind, level) == ("source_silent", "warning")
        assert detail == "Nothing came for 15 hours, 30 items are usual in them. See it under Operations, Sources."
        conn.execute(text("UPDATE raw_news SET available_at = now() WHERE item_key = '1'"))
    assert go_round_anew(watch, markets) == [title, f"Over: {title}"]


def test_a_source_that_fails_for_two_hours_is_told_with_what_it_said(watch: Watch, markets: dict[str, Market]) -> None:
    live_source(watch.engine, markets["us"], timedelta(minutes=1))
    with watch.engine.begin() as conn:
        conn.execute(
            text("""
            INSERT INTO fetch_log (market, source, feed, started_at, outcome, error_class, detail, items, added,
                refused, bytes, milliseconds)
            SELECT 'us', 'wire', 'news', now() - n * interval '50 minutes', 'failed', 'status', 'It answers 503.', 0, 0,
                0, 0, 0 FROM generate_series(1, 2) n""")
        )
        conn.execute(text("UPDATE fetch_state SET failures = 2, succeeded_at = null"))
    assert go_round_anew(watch, markets) == []
    with watch.engine.begin() as conn:
        conn.execute(text("UPDATE fetch_log SET started_at = started_at - interval '1 hour'"))
        conn.execute(text("UPDATE fetch_state SET failures = 3"))
    (title,) = go_round_anew(watch, markets)
    with watch.engine.begin() as conn:
        detail = conn.execute(text("SELECT detail FROM notification")).scalar_one()
        assert "The last 3 attempts failed: It answers 503." in detail
        conn.execute(text("UPDATE fetch_state SET failures = 0, succeeded_at = now()"))
    assert go_round_anew(watch, markets) == [title, f"Over: {title}"]


def test_the_alert_of_a_silent_source_reaches_the_chat(
    watch: Watch, markets: dict[str, Market], make_sender: Callable[..., Sender]
) -> None:
    live_source(watch.engine, markets["us"], timedelta(hours=16))
    go_round_anew(watch, markets)
    with watch.engine.begin() as conn:
        conn.execute(text("UPDATE notification SET created_at = created_at - interval '1 minute'"))
    go_until(make_sender(settings_for(watch.bot)), lambda: bool(watch.bot.arrivals), "the message arrives")
    assert "us: nothing comes from the news source wire" in watch.bot.texts[0]
