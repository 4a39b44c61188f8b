"""Turns, holds and circuits: who is asked when. Hosts count what reaches them; no test waits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from sqlalchemy import text

from craveny_assets.fetching.politeness import (
    CRAWL_DELAY_CAP,
    JITTER,
    RETRY_AFTER_CAP,
    RETRY_AFTER_DEFAULT,
    SPACING,
    StoreClock,
    allowed_again_at,
)
from craveny_store.fetching import database_time, hold_host
from tests.fetching.conftest import NOON, HandClock, failing
from tests.fetching.scripted import Host, answer, host

DATE = "Mon, 19 Oct 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("0", timedelta(0)),
        ("120", timedelta(seconds=120)),
        (" 120 ", timedelta(seconds=120)),
        ("31536000", RETRY_AFTER_CAP),
        ("9" * 5000, RETRY_AFTER_CAP),
        ("Mon, 19 Oct 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Monday, 19-Oct-26 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 19 Oct 2026 11:00:00 GMT", timedelta(0)),
        ("Fri, 01 Jan 2100 00:00:00 GMT", RETRY_AFTER_CAP),
        ("Fri, 99 Foo 99999 00:00:00 GMT", RETRY_AFTER_DEFAULT),
        ("-5", RETRY_AFTER_DEFAULT),
        ("1e9", RETRY_AFTER_DEFAULT),
        ("soon", RETRY_AFTER_DEFAULT),
        ("٣", RETRY_AFTER_DEFAULT),
        ("", RETRY_AFTER_DEFAULT),
        (None, RETRY_AFTER_DEFAULT),
    ],
)
def test_a_retry_after_is_read_capped_and_never_nonsense(header: str | None, wait: timedelta) -> None:
    assert allowed_again_at(header, None, NOON) == NOON + wait


@pytest.mark.parametrize("skew", [timedelta(hours=-9), timedelta(0), timedelta(minutes=10)])
def test_a_date_counts_from_the_hosts_own_clock(skew: timedelta) -> None:
    served, again = (format_datetime(NOON + skew + wait, usegmt=True) for wait in (timedelta(0), timedelta(minutes=3)))
    assert allowed_again_at(again, served, NOON) == NOON + timedelta(minutes=3)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("300", timedelta(minutes=5)),
        ("Mon, 19 Oct 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("99999999", timedelta(hours=24)),
        ("when it suits", timedelta(minutes=15)),
    ],
)
def test_no_request_reaches_a_host_before_the_time_it_names(
    open_fetcher, clock, server: Host, status: int, header: str, wait: timedelta
) -> None:
    server.on("/feed", answer(status, Retry_After=header, Date=DATE), answer(200, b"x"))
    server.on("/other", answer(200, b"x"))
    fetcher = open_fetcher()
    failed = failing(fetcher, server.url())
    assert failed.error_class == "rate_limited"
    allowed_at = failed.not_before_at
    assert allowed_at is not None
    assert NOON + wait <= allowed_at < NOON + wait + timedelta(seconds=10)
    with host() as neighbour:
        neighbour.on("/feed", answer(200, b"y"))
        # Again and again until it is time: by this crawl, by the next, and by other sources of the host.
        while clock.now() < allowed_at - timedelta(minutes=2):
            clock.sleep((allowed_at - clock.now()).total_seconds() / 3)
            for path in ("/feed", "/other"):
                held = failing(open_fetcher(), server.url(path))
                assert (held.error_class, held.not_before_at) == ("rate_limited", allowed_at)
        assert open_fetcher().get(neighbour.url(), source="test").body == b"y"
    assert [r.path for r in server.requests] == ["/robots.txt", "/feed"]
    clock.sleep((allowed_at - clock.now()).total_seconds())
    assert open_fetcher().get(server.url(), source="test").body == b"x"
    assert all(request.at >= allowed_at for request in server.requests[2:])


def test_who_waits_for_a_turn_is_stopped_by_a_hold_that_comes_meanwhile(engine, open_fetcher, server: Host) -> None:
    class Meanwhile(HandClock):
        """While somebody waits on it, another crawler is told to stay away for an hour."""

        def sleep(self, seconds: float) -> None:
            with engine.begin() as conn:
                hold_host(conn, server.netloc, NOON + timedelta(hours=1))
            super().sleep(seconds)

    server.on("/feed", answer(200, b"x"))
    fetcher = open_fetcher(clock=Meanwhile())
    fetcher.get(server.url(), source="test")
    assert failing(fetcher, server.url()).not_before_at == NOON + timedelta(hours=1)
    assert len(server.asked()) == 1


def test_a_host_that_flaps_is_asked_three_times_and_then_let_be(open_fetcher, server: Host) -> None:
    server.on("/feed", answer(500), answer(200, b"x"), answer(500))
    assert open_fetcher().get(server.url(), source="test").body == b"x"
    assert failing(open_fetcher(), server.url()).error_class == "status"
    times = [request.at for request in server.asked()]
    assert len(times) == 5
    assert all(b - a >= SPACING for a, b in pairwise(times))


def test_requests_to_a_host_are_spaced_with_jitter(open_fetcher, server: Host) -> None:
    server.on("/feed", answer(200))
    fetcher = open_fetcher()
    for _ in range(20):
        fetcher.get(server.url(), source="test")
    gaps = [b.at - a.at for a, b in pairwise(server.asked())]
    assert all(SPACING <= gap <= SPACING * (1 + JITTER) for gap in gaps)
    assert len(set(gaps)) > 10


def test_hosts_do_not_wait_for_each_other(open_fetcher, clock, server: Host) -> None:
    with host() as other:
        for each in (server, other):
            each.on("/feed", answer(200))
            open_fetcher().get(each.url(), source="test")
    assert clock.now() == NOON


def test_a_turn_that_is_too_far_off_is_a_failure_with_its_time(open_fetcher, clock, engine, server: Host) -> None:
    with engine.begin() as conn:
        conn.execute(text("INSERT INTO fetch_host VALUES (:host, :at)"), {"host": server.netloc, "at": NOON})
        conn.execute(text("UPDATE fetch_host SET next_at = :at"), {"at": NOON + timedelta(seconds=61)})
    failed = failing(open_fetcher(), server.url())
    assert (failed.error_class, failed.not_before_at) == ("rate_limited", NOON + timedelta(seconds=61))
    assert (server.connections, clock.now()) == (0, NOON)


def test_two_crawlers_at_once_keep_one_spacing(engine, open_fetcher) -> None:
    """On real clocks: every promise is kept by the store's own trigger, every arrival by the host."""
    with engine.begin() as conn:
        conn.execute(text("CREATE TABLE promised (at timestamptz)"))
        conn.execute(text(
            "CREATE FUNCTION promise() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN INSERT INTO promised VALUES (new.next_at); RETURN new; END $$"
        ))  # fmt: skip
        conn.execute(text("CREATE TRIGGER promise AFTER INSERT OR UPDATE OF next_at ON fetch_host "
                          "FOR EACH ROW EXECUTE FUNCTION promise()"))  # fmt: skip
    try:
        clocks = [StoreClock(engine), StoreClock(engine)]
        with host() as server:
            server.clock = clocks[0].now
            server.on("/feed", answer(200))
            fetchers = [open_fetcher(clock=clock, chance=lambda: 0.0) for clock in clocks]

            def ask(n: int) -> None:
                fetchers[n % 2].get(server.url(), source="test", obeys_robots=False)

            with ThreadPoolExecutor(4) as pool:
                list(pool.map(ask, range(4)))
        with engine.connect() as conn:
            free_at: list[datetime] = list(conn.execute(text("SELECT at FROM promised ORDER BY at")).scalars())
        turns = [at - SPACING for at in free_at]
        assert len(turns) == len(server.asked()) == 4
        assert all(b - a >= SPACING for a, b in pairwise(turns))
        # The two clocks were read one after the other; a query's time is between them.
        slack = timedelta(seconds=0.2)
        assert all(r.at >= turn - slack for r, turn in zip(server.asked(), turns, strict=True))
    finally:
        with engine.begin() as conn:
            conn.execute(text("DROP FUNCTION promise CASCADE"))
            conn.execute(text("DROP TABLE promised"))


def test_the_clock_is_the_databases(engine) -> None:
    clock = StoreClock(engine)
    with engine.connect() as conn:
        assert clock.now() <= database_time(conn) + timedelta(seconds=0.1)
    assert database_time(engine.connect()) >= NOON - timedelta(days=10_000)


def test_an_open_circuit_gives_one_try_and_then_rests(open_fetcher, server: Host) -> None:
    server.on("/feed", answer(500))
    fetcher = open_fetcher(failures={"down": 5, "fine": 4})
    assert failing(fetcher, server.url(), source="down").error_class == "status"
    assert len(server.asked()) == 1
    for _ in range(10):
        assert failing(fetcher, server.url(), source="down").error_class == "circuit"
    assert len(server.asked()) == 1
    assert failing(fetcher, server.url(), source="fine").error_class == "status"
    assert len(server.asked()) == 4


def test_a_circuit_opens_within_a_crawl_and_closes_with_an_answer(open_fetcher, server: Host) -> None:
    server.on("/feed", answer(404))
    server.on("/good", answer(200))
    fetcher = open_fetcher()
    for _ in range(4):
        assert failing(fetcher, server.url()).error_class == "status"
    fetcher.get(server.url("/good"), source="test")
    for _ in range(5):
        assert failing(fetcher, server.url()).error_class == "status"
    assert failing(fetcher, server.url("/good")).error_class == "circuit"
    assert fetcher.get(server.url("/good"), source="another").status == 200


def test_a_crawl_delay_is_kept_up_to_its_cap(open_fetcher, clock, server: Host) -> None:
    server.on("/feed", answer(200))
    for delay, gap in (("5", timedelta(seconds=5)), ("100000", CRAWL_DELAY_CAP), ("nan", SPACING), ("-3", SPACING)):
        clock.turn(hours=25)
        server.requests.clear()
        server.on("/robots.txt", answer(200, f"User-agent: *\nCrawl-delay: {delay}".encode()))
        for _ in range(3):
            open_fetcher(chance=lambda: 0.0).get(server.url(), source="test")
        assert [b.at - a.at for a, b in pairwise(server.asked())] == [gap, gap]
