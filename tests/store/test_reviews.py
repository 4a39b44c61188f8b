"""Judgements of links: what waits for one, what one changes from its instant on, and that it outlives its link."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from craveny_domain.clocks import Market, Window
from craveny_store.heads import versions
from craveny_store.news import links_in
from craveny_store.partitions import database_now
from craveny_store.reads.paging import Cut, Key
from craveny_store.reviews import add_review, linked_stock, standing_review, waiting_links
from tests.conftest import FILLED_FIRST, FILLED_LAST, Bench

LONG_AGO = timedelta(days=3650)


@pytest.fixture
def uncertain(filled_engine: Engine) -> list[tuple[datetime, int, int]]:
    """(available_at, news_id, stock_id) of every story's link that was made uncertain, the last first."""
    with filled_engine.begin() as conn:
        conn.execute(text("UPDATE match SET score = 0.7 WHERE news_id % 3 = 0"))
        rows = conn.execute(
            text(
                "SELECT m.available_at, m.news_id, m.stock_id FROM match m JOIN news n USING (news_id)"
                " WHERE score < 0.8 AND story_id = news_id ORDER BY 1 DESC, 2 DESC, 3 DESC"
            )
        ).tuples()
        return list(rows)


def walk(conn: Connection, limit: int) -> list[Key]:
    after, keys = None, []
    while True:
        found = waiting_links(conn, ["krx", "us"], Cut(limit, after))
        keys += [(row["available_at"], row["news_id"], row["stock_id"]) for row in found.rows]
        after = found.last_key
        if after is None:
            return keys


def test_uncertain_links_of_stories_wait_newest_first_and_copies_do_not(
    filled_engine: Engine, uncertain: list[tuple[datetime, int, int]]
) -> None:
    with filled_engine.connect() as conn:
        assert walk(conn, 7) == walk(conn, 1000) == uncertain
        copies = text("SELECT count(*) FROM match JOIN news USING (news_id) WHERE score < 0.8 AND story_id <> news_id")
        assert conn.execute(copies).scalar_one() > 0
        assert waiting_links(conn, ["krx"], Cut(5)).rows == []


def test_a_judged_link_waits_no_longer_and_the_latest_judgement_stands(
    filled_engine: Engine, uncertain: list[tuple[datetime, int, int]]
) -> None:
    _, news_id, stock_id = uncertain[0]
    with filled_engine.begin() as conn:
        before, head = database_now(conn), versions(conn, "us", ["match"])[0][2]
        assert standing_review(conn, news_id, stock_id) is None
        for verdict in ("confirmed", "rejected"):
            given = add_review(conn, "us", news_id, stock_id, verdict, None)
            assert standing_review(conn, news_id, stock_id) == given
            assert before < given.available_at <= database_now(conn)
        assert versions(conn, "us", ["match"])[0][2] == head + 2
        assert walk(conn, 50) == uncertain[1:]


def test_a_link_is_known_by_its_article_and_the_stocks_symbol(
    filled_engine: Engine, uncertain: list[tuple[datetime, int, int]]
) -> None:
    _, news_id, stock_id = uncertain[0]
    with filled_engine.connect() as conn:
        symbol = conn.execute(text("SELECT symbol FROM stock WHERE stock_id = :s"), {"s": stock_id}).scalar_one()
        assert linked_stock(conn, news_id, "us", symbol) == stock_id
        for other in ((news_id, "krx", symbol), (news_id, "us", "NOBODY"), (0, "us", symbol)):
            assert linked_stock(conn, *other) is None


def test_a_rejection_outlives_its_link_and_counts_from_its_own_instant_on(
    filled_engine: Engine, markets: dict[str, Market], uncertain: list[tuple[datetime, int, int]]
) -> None:
    _, news_id, stock_id = uncertain[0]
    with filled_engine.begin() as conn:
        at = add_review(conn, "us", news_id, stock_id, "rejected", None).available_at
        conn.execute(text("DELETE FROM match"))
    bench = Bench(filled_engine, markets["us"], holder="again")
    bench.run("match", FILLED_FIRST, FILLED_LAST)
    bench.work.keeper.shutdown()
    with filled_engine.connect() as conn:
        assert conn.execute(text("SELECT score FROM match WHERE news_id = :n"), {"n": news_id}).scalar() is not None
        for until, is_linked in ((at - timedelta(microseconds=1), True), (at, False)):
            found = links_in(conn, "us", Window(at - LONG_AGO, until))
            assert ((news_id, stock_id) in {(link.news_id, link.stock_id) for link in found}) == is_linked
