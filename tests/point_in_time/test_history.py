"""The moving history of past stories: as known at each fence, however it was read up to there."""

from datetime import datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from craveny_domain.embedding import DIMENSIONS
from craveny_store.vectors import NewsHistory
from tests.point_in_time.rows import SESSIONS, START, VERDICT, Rows, few, is_rejected, rows_in

DAY = st.sampled_from([-372, -370, -368, -366, -365, -364, -8, -7, -5, -3, -2, -1, 0, 1, 2])
LAG = st.sampled_from([0, 0, 0, 1, 3, 367])
LAGS = st.tuples(LAG, LAG)
STORIES = st.lists(
    st.tuples(DAY, LAG, LAGS, st.lists(st.tuples(st.integers(-8, 4), VERDICT), max_size=3)), min_size=2, max_size=9
)
FENCES = st.lists(st.sampled_from([-6, -4, -3, -1, 0, 1, 3, 5, 366]), min_size=1, max_size=5)


def day(n: int) -> datetime:
    return START + timedelta(days=n)


def planted_stories(rows: Rows, stories: list) -> list[tuple]:
    stocks = [rows.stock(START), rows.stock(START)]
    planted = []
    for published, vector_lag, link_lags, reviews in stories:
        news_id = rows.news(day(published))
        rows.vector(news_id, day(published + vector_lag))
        for stock_id, lag in zip(stocks, link_lags, strict=True):
            rows.link(news_id, stock_id, day(published + lag))
        for reviewed, verdict in reviews:
            rows.review(news_id, stocks[0], verdict, day(reviewed))
        planted.append((news_id, stocks, published, published + vector_lag, link_lags, reviews))
    return planted


def contents(rows: Rows, history: NewsHistory, fence: int) -> tuple:
    found = history.until(rows.conn, day(fence))
    assert (np.diff(found.link_story) >= 0).all()
    links = zip(
        found.news_ids[found.link_story].tolist(), found.link_stock.tolist(), found.link_session.tolist(),
        found.link_positive.tolist(), found.link_negative.tolist(), strict=True,
    )  # fmt: skip
    # The place of each story's one in its vector says whose vector it is.
    whose = found.vectors.argmax(axis=1).tolist() if len(found.vectors) else []
    return found.news_ids.tolist(), found.story_session.tolist(), whose, sorted(links)


@few
@given(stories=STORIES, fence=st.sampled_from([-6, -3, -1, 0, 1, 3]))
def test_the_history_holds_what_was_available_within_the_lookback_and_nothing_later(
    unfilled: Engine, stories: list, fence: int
) -> None:
    with rows_in(unfilled) as rows:
        expected, links = [], set()
        for news_id, stocks, published, embedded, lags, reviews in planted_stories(rows, stories):
            if published > fence - 365 and embedded <= fence:
                expected.append((published, news_id))
                for stock_id, lag in zip(stocks, lags, strict=True):
                    rejected = stock_id == stocks[0] and is_rejected(reviews, fence)
                    links |= {(news_id, stock_id)} if published + lag <= fence and not rejected else set()
        ids, sessions, whose, linked = contents(rows, NewsHistory("test", SESSIONS, timedelta(0)), fence)
        assert ids == [news_id for _, news_id in sorted(expected)]
        assert whose == [news_id % DIMENSIONS for news_id in ids]
        # Sessions open an hour into the day, so a story of midnight belongs to that day's.
        assert sessions == [day(published).date().toordinal() for published, _ in sorted(expected)]
        assert {link[:2] for link in linked} == links


@few
@given(stories=STORIES, fences=FENCES)
def test_the_history_read_in_steps_equals_the_history_read_at_once(
    unfilled: Engine, stories: list, fences: list[int]
) -> None:
    with rows_in(unfilled) as rows:
        planted_stories(rows, stories)
        moving = NewsHistory("test", SESSIONS, timedelta(0))
        # Ascending as a range of days goes, then back to the start as a second pass would.
        for fence in (*sorted(fences), fences[0]):
            at_once = NewsHistory("test", SESSIONS, timedelta(0))
            assert contents(rows, moving, fence) == contents(rows, at_once, fence)


def test_links_and_vectors_of_an_article_that_came_later_are_not_in_the_history(unfilled: Engine) -> None:
    with rows_in(unfilled) as rows:
        news_id, stock_id = rows.news(day(1)), rows.stock(START)
        rows.vector(news_id, day(-2))
        rows.link(news_id, stock_id, day(-2))
        history = NewsHistory("test", SESSIONS, timedelta(0))
        assert contents(rows, history, 0) == ([], [], [], [])
