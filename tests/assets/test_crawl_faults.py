"""A crawl over the network: what fails is said and the rest is kept; killed anywhere or doubled, nothing is lost or
twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from craveny_domain.clocks import Market
from craveny_store.partitions import database_now
from craveny_store.source_entries import load_entries, sources_path
from tests.assets.newsroom import Newsroom, newsroom
from tests.conftest import Bench

FEEDS = {f"wire-{n}": [f"Wire {n} says {item}" for item in range(12)] for n in range(5)}
CRASH = 86


@pytest.fixture
def room(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    """Five wires of twelve items, which are all the sources of us."""
    with newsroom({name: list(titles) for name, titles in FEEDS.items()}) as opened:
        monkeypatch.setenv("DATABASE_URL", database)
        monkeypatch.setenv("CRAVENY_SOURCES", str(opened.sources_file(tmp_path, "us")))
        monkeypatch.setenv("CRAVENY_FETCH_ALLOW", opened.allowed)
        yield opened


def start(crash_at: str = "") -> subprocess.Popen[str]:
    """A crawl of us in its own process."""
    argv = [sys.executable, "-m", "tests.assets.crawl_once", "us"]
    environment = {**os.environ, "CRAVENY_CRASH_AT": crash_at}
    return subprocess.Popen(argv, env=environment, stderr=subprocess.PIPE, text=True)


def crawl(crash_at: str = "", *, ends: int = 0) -> str:
    """What a crawl says that ends with a code."""
    process = start(crash_at)
    _, said = process.communicate(timeout=120)
    assert process.returncode == ends, said
    return said


def stored(engine: Engine) -> list[tuple[str, str]]:
    """Every stored item's source and title."""
    with engine.connect() as conn:
        query = text("SELECT source, payload::json ->> 'title' FROM raw_news ORDER BY 1, 2")
        return [tuple(row) for row in conn.execute(query)]


def offered(room: Newsroom) -> list[tuple[str, str]]:
    """Every item the wires offer."""
    return sorted((name, title) for name, titles in room.feeds.items() for title in titles)


def make_due(engine: Engine) -> None:
    """Let time pass for the sources and their hosts."""
    with engine.begin() as conn:
        conn.execute(
            text(
                "UPDATE fetch_state SET attempted_at = attempted_at - interval '1 day',"
                " not_before_at = not_before_at - interval '1 day'"
            )
        )
        conn.execute(text("UPDATE fetch_host SET next_at = next_at - interval '1 day'"))


def drop_lease(engine: Engine) -> None:
    """Let the lease of a killed crawl run out."""
    with engine.begin() as conn:
        conn.execute(text("UPDATE lease SET expires_at = clock_timestamp() - interval '1 second'"))


def test_every_item_of_every_wire_is_stored_once_with_its_clocks_and_the_headers_it_came_with(
    room: Newsroom, engine: Engine
) -> None:
    crawl()
    assert stored(engine) == offered(room)
    with engine.connect() as conn:
        rows = conn.execute(text("SELECT basis, available_at, fetched_at, observed_at, headers FROM raw_news")).all()
        logged = conn.execute(text("SELECT outcome, sum(items), sum(added) FROM fetch_log GROUP BY 1")).all()
    assert {row.basis for row in rows} == {"observed"}
    assert len({row.available_at for row in rows}) == 1
    assert all(row.available_at <= row.fetched_at <= row.observed_at for row in rows)
    assert all(row.headers["etag"].startswith('W/"') for row in rows)
    assert [tuple(row) for row in logged] == [("answered", 60, 60)]


@pytest.mark.slow
def test_a_wire_that_has_nothing_new_is_asked_by_its_etag_and_answers_without_a_body(
    room: Newsroom, engine: Engine
) -> None:
    crawl()
    make_due(engine)
    room.feeds["wire-2"].append("Wire 2 has news")
    crawl()
    assert stored(engine) == offered(room)
    with engine.connect() as conn:
        second = text("SELECT outcome, count(*) FROM fetch_log GROUP BY started_at, outcome ORDER BY started_at, 1")
        assert [tuple(row) for row in conn.execute(second)] == [("answered", 5), ("answered", 1), ("unchanged", 4)]


@pytest.mark.slow
def test_a_wire_is_not_asked_again_before_its_time(room: Newsroom, engine: Engine) -> None:
    crawl()
    before = room.asked.copy()
    crawl()
    assert room.asked == before
    assert stored(engine) == offered(room)


def test_a_wire_that_fails_is_named_and_the_others_are_kept(room: Newsroom, engine: Engine) -> None:
    room.broken = {"wire-1", "wire-3"}
    crawl()
    assert stored(engine) == [item for item in offered(room) if item[0] not in room.broken]
    with engine.connect() as conn:
        failed = conn.execute(text("SELECT source, error_class FROM fetch_log WHERE outcome = 'failed' ORDER BY 1"))
        assert [tuple(row) for row in failed] == [("wire-1", "status"), ("wire-3", "status")]
        checks = "SELECT passed, detail FROM partition_check WHERE check_name = 'every_source_answered'"
        passed, detail = conn.execute(text(checks)).one()
        read = conn.execute(text("SELECT source FROM source_watermark WHERE feed = 'news' ORDER BY 1")).scalars().all()
    assert not passed
    assert "wire-1: " in detail
    assert "wire-3: " in detail
    assert read == ["wire-0", "wire-2", "wire-4"]


@pytest.mark.slow
def test_a_crawl_in_which_every_wire_fails_fails_and_is_made_up_for_later(room: Newsroom, engine: Engine) -> None:
    room.broken = set(room.feeds)
    said = crawl(ends=1)
    assert "Every news source failed" in said
    assert all(f"{name}: " in said for name in room.feeds)
    assert stored(engine) == []
    room.broken = set()
    make_due(engine)
    crawl()
    assert stored(engine) == offered(room)


@pytest.mark.slow
def test_a_past_day_of_wires_that_cannot_be_asked_for_it_says_so_and_keeps_what_it_has(
    room: Newsroom, engine: Engine, markets: dict[str, Market]
) -> None:
    crawl()
    with engine.begin() as conn:
        day = markets["us"].local_date(database_now(conn)) - timedelta(days=1)
        # As if all of it had happened a day ago, and there had never been a sample.
        conn.execute(text("DELETE FROM source WHERE kind = 'sample'"))
        conn.execute(text("UPDATE source SET first_date = first_date - 1"))
        conn.execute(text("UPDATE raw_news SET available_at = available_at - interval '1 day'"))
    before, asked = stored(engine), room.asked.copy()
    bench = Bench(engine, markets["us"])
    bench.work.entries = load_entries(sources_path(os.environ["CRAVENY_SOURCES"]), markets)
    written = bench.run("raw_news", day).written[day]
    assert (written.changes.added, written.changes.unchanged) == (0, len(before))
    assert {name for name in written.notes if name.startswith("not_asked_")} == {f"not_asked_{n}" for n in room.feeds}
    assert stored(engine) == before
    assert room.asked == asked


@pytest.mark.parametrize(
    "place",
    [
        "crawl_fetched",
        pytest.param("raw_news_written", marks=pytest.mark.slow),
        "raw_news_committed",
        pytest.param("news_written", marks=pytest.mark.slow),
        pytest.param("match_committed", marks=pytest.mark.slow),
        pytest.param("news_embeddings_written", marks=pytest.mark.slow),
        pytest.param("news_embeddings_committed", marks=pytest.mark.slow),
    ],
)
def test_a_crawl_killed_between_two_steps_loses_nothing_stores_nothing_twice_and_fetches_again_only_what_was_not_stored(
    room: Newsroom, engine: Engine, place: str
) -> None:
    crawl(place, ends=CRASH)
    asked, is_stored = room.asked.copy(), bool(stored(engine))
    assert is_stored == (place not in ("crawl_fetched", "raw_news_written"))
    drop_lease(engine)
    with engine.begin() as conn:
        conn.execute(text("UPDATE fetch_host SET next_at = next_at - interval '1 day'"))
    crawl()
    assert stored(engine) == offered(room)
    assert is_stored == (room.asked == asked)
    with engine.connect() as conn:
        for table in ("news", "news_embeddings"):
            assert conn.execute(text(f"SELECT count(*) FROM {table}")).scalar() == len(offered(room))


@pytest.mark.slow
def test_crawls_killed_at_any_instant_lose_nothing_and_store_nothing_twice(room: Newsroom, engine: Engine) -> None:
    dice = random.Random(4)
    for turn in range(15):
        room.feeds[f"wire-{turn % 5}"].append(f"Turn {turn}")
        process = start()
        time.sleep(dice.uniform(0.2, 3.0))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        drop_lease(engine)
        make_due(engine)
    crawl()
    assert stored(engine) == offered(room)


@pytest.mark.slow
def test_two_crawlers_at_once_store_everything_once(room: Newsroom, engine: Engine) -> None:
    both = [start(), start()]
    assert [process.wait(120) for process in both] == [0, 0]
    assert stored(engine) == offered(room)
    with engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM news")).scalar() == 60
