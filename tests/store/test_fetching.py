"""How sources and hosts stand in the store: states, turns, holds, the log."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from craveny_store.fetching import (
    FetchEntry,
    FetchState,
    HostRobots,
    Slot,
    hold_host,
    log_fetch,
    prune_fetch_log,
    save_failure,
    save_robots,
    save_success,
    state_of,
    take_slot,
)
from craveny_store.tables import fetch_log
from tests.conftest import utc

NOON = utc(2026, 10, 19, 12)
SECOND = timedelta(seconds=1)


def test_failures_count_up_beside_what_was_last_answered_and_an_answer_ends_them(engine) -> None:
    later = NOON + timedelta(hours=1)
    with engine.begin() as conn:
        assert state_of(conn, "us", "news") == {}
        save_success(conn, "us", "a", "news", at=NOON, etag='W/"1"', last_modified="x")
        for n in range(3):
            save_failure(conn, "us", "a", "news", at=NOON + n * SECOND, not_before_at=later)
        save_failure(conn, "us", "b", "news", at=NOON, not_before_at=None)
        save_failure(conn, "us", "a", "price", at=NOON, not_before_at=None)
        assert state_of(conn, "us", "news") == {
            "a": FetchState("a", 'W/"1"', "x", 3, later, NOON + 2 * SECOND, NOON),
            "b": FetchState("b", failures=1, attempted_at=NOON),
        }
        save_success(conn, "us", "a", "news", at=later)
        assert state_of(conn, "us", "news")["a"] == FetchState("a", attempted_at=later, succeeded_at=later)
        assert set(state_of(conn, "krx", "news")) == set()


def test_a_slot_is_given_once_and_the_next_is_a_spacing_later(engine) -> None:
    with engine.begin() as conn:
        assert take_slot(conn, "h", NOON, SECOND) == Slot(is_taken=True, at=NOON)
        assert take_slot(conn, "h", NOON, 9 * SECOND) == Slot(is_taken=False, at=NOON + SECOND)
        assert take_slot(conn, "other", NOON, SECOND).is_taken
        assert take_slot(conn, "h", NOON + SECOND, SECOND).is_taken


def test_of_many_who_come_at_once_one_gets_the_slot(engine) -> None:
    def take(_: int) -> bool:
        with engine.begin() as conn:
            return take_slot(conn, "h", NOON, SECOND).is_taken

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(take, range(60))) == 1


def test_a_slot_brings_what_is_known_of_robots_txt(engine) -> None:
    with engine.begin() as conn:
        assert take_slot(conn, "h", NOON, SECOND).robots is None
        for n, words in enumerate((None, "Disallow: /\x00a")):
            save_robots(conn, "h", HostRobots(words, NOON + n * SECOND))
            kept = take_slot(conn, "h", NOON + 2 * n * SECOND + SECOND, SECOND).robots
            assert kept == HostRobots(words and words.replace("\x00", ""), NOON + n * SECOND)
        save_robots(conn, "new", HostRobots(None, NOON))
        assert take_slot(conn, "new", NOON, SECOND).is_taken


def test_a_hold_is_never_shortened(engine) -> None:
    with engine.begin() as conn:
        hold_host(conn, "h", NOON + timedelta(hours=1))
        hold_host(conn, "h", NOON)
        assert take_slot(conn, "h", NOON, SECOND) == Slot(is_taken=False, at=NOON + timedelta(hours=1))


def test_the_log_is_pruned_by_the_start_of_the_crawl(engine) -> None:
    with engine.begin() as conn:
        for hours in range(4):
            log_fetch(conn, FetchEntry("us", "a", "news", NOON + timedelta(hours=hours), "answered", items=hours))
        assert prune_fetch_log(conn, NOON + timedelta(hours=2)) == 2
        assert conn.execute(select(func.min(fetch_log.c["items"]))).scalar_one() == 2
