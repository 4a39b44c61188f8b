"""Past news kept from one run of a process to the next: the same as read anew, whatever was written in between."""

from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy import Connection, text

from craveny_assets.days.work import Work
from craveny_domain.history import History
from craveny_domain.launches import CRAWL
from craveny_store.vectors import NewsHistory
from tests.conftest import Bench, utc

FIRST, LAST = date(2026, 10, 5), date(2026, 10, 9)
FENCE = utc(2026, 10, 8, 13)
REWRITTEN = "UPDATE partition_state SET version = nextval('partition_version') WHERE asset = 'news_embeddings'"


@pytest.fixture
def crawled(us: Bench) -> Bench:
    for asset in CRAWL:
        us.run(asset, FIRST - timedelta(days=4), LAST)
    return us


def anew(bench: Bench, conn: Connection) -> History:
    return NewsHistory("us", bench.work.sessions, bench.market.lead).until(conn, FENCE)


def same(one: History, other: History) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(vars(one).values(), vars(other).values(), strict=True))


def test_a_later_run_of_the_process_goes_on_from_the_history_of_the_one_before(crawled: Bench) -> None:
    histories: dict[str, NewsHistory] = {}
    runs = [Work(crawled.engine, crawled.market, crawled.work.keeper, histories=histories) for _ in range(2)]
    assert runs[0].history is runs[1].history
    with crawled.engine.connect() as conn:
        runs[0].history.until(conn, FENCE - timedelta(days=1))
        assert same(runs[1].history.until(conn, FENCE), anew(crawled, conn))


def test_a_day_that_was_written_anew_is_read_anew(crawled: Bench) -> None:
    history = NewsHistory("us", crawled.work.sessions, crawled.market.lead)
    with crawled.engine.begin() as conn:
        before = history.until(conn, FENCE - timedelta(days=1))
        gone = int(before.news_ids[0])
        conn.execute(text("DELETE FROM news_embeddings WHERE news_id = :gone"), {"gone": gone})
        conn.execute(text(f"{REWRITTEN} AND partition_date = :day"), {"day": FIRST})
        found = history.until(conn, FENCE)
        assert gone not in found.news_ids
        assert same(found, anew(crawled, conn))


def test_another_calendar_starts_another_history(crawled: Bench) -> None:
    histories = {"us": NewsHistory("us", crawled.work.sessions[:-1], crawled.market.lead)}
    work = Work(crawled.engine, crawled.market, crawled.work.keeper, histories=histories)
    assert work.history.sessions == crawled.work.sessions
