"""Each reader against an oracle over random rows: what it returns was available at its fence, and nothing is left out.

Instants are whole hours around a fixed moment, so that rows at the very fence are common.
"""

from datetime import datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from craveny_domain.clocks import Window
from craveny_domain.embedding import KEYLESS
from craveny_domain.matching import Alias
from craveny_store.model_book import active_models
from craveny_store.news import declared_in, links_in, stories_about
from craveny_store.prices import price_panel
from craveny_store.universe import aliases, crawled_stocks, universe
from craveny_store.vectors import vectors_in
from tests.point_in_time.rows import SESSIONS, START, VERDICT, few, is_rejected, rows_in

HOUR = st.integers(0, 8)
UNTIL = st.one_of(st.none(), HOUR)


def at(hour: int | None) -> datetime | None:
    return None if hour is None else START + timedelta(hours=hour)


def in_force(available: int, until: int | None, fence: int) -> bool:
    return available <= fence and (until is None or until > fence)


PAUSES = st.lists(st.tuples(HOUR, UNTIL), max_size=3).filter(lambda spans: [u for _, u in spans].count(None) < 2)


@few
@given(
    stocks=st.lists(st.tuples(HOUR, UNTIL, st.sampled_from(["stock", "stock", "index"]), PAUSES), max_size=8),
    fence=HOUR,
)
def test_the_universe_is_what_was_listed_and_neither_retired_nor_paused(
    unfilled: Engine, stocks: list, fence: int
) -> None:
    with rows_in(unfilled) as rows:
        expected = []
        for n, (available, retired, kind, pauses) in enumerate(stocks):
            stock_id = rows.stock(at(available), at(retired), kind, priority=1 + n % 5)
            for since, until in pauses:
                rows.add("stock_pause", stock_id=stock_id, available_at=at(since), ended_at=at(until))
            is_paused = any(in_force(since, until, fence) for since, until in pauses)
            if kind == "stock" and in_force(available, retired, fence) and not is_paused:
                expected.append((stock_id, 1 + n % 5))
        assert [s.stock_id for s in universe(rows.conn, "test", at(fence))] == [i for i, _ in expected]
        crawled = [s.priority for s in crawled_stocks(rows.conn, "test", at(fence))]
        assert crawled == sorted(priority for _, priority in expected)


@few
@given(
    stocks=st.lists(st.tuples(HOUR, UNTIL), min_size=1, max_size=3),
    names=st.lists(st.tuples(st.integers(0, 2), HOUR, UNTIL, st.booleans()), max_size=8),
    fence=HOUR,
)
def test_names_are_those_in_force_of_stocks_in_force(unfilled: Engine, stocks: list, names: list, fence: int) -> None:
    with rows_in(unfilled) as rows:
        ids = [rows.stock(at(a), at(r)) for a, r in stocks]
        expected = []
        for n, (which, available, retired, needs_context) in enumerate(names):
            which %= len(stocks)
            rows.add(
                "stock_alias", stock_id=ids[which], alias=f"N{n}", kind="name", available_at=at(available),
                retired_at=at(retired), needs_context=needs_context,
            )  # fmt: skip
            if in_force(available, retired, fence) and in_force(*stocks[which], fence):
                expected.append(Alias(ids[which], f"N{n}", "name", needs_context))
        assert aliases(rows.conn, "test", at(fence)) == expected


@few
@given(spans=st.lists(st.tuples(st.integers(0, 2), HOUR, UNTIL), max_size=6), fence=HOUR)
def test_models_are_asked_while_they_are_active(unfilled: Engine, spans: list, fence: int) -> None:
    with rows_in(unfilled) as rows:
        rows.conn.execute(text("DELETE FROM model_activation"))
        for n in range(3):
            rows.add("model", model_name=f"m{n}", provider="p", identifier="i", is_floor=False, parameters="{}")
        spans = list({(n, a): (n, a, until) for n, a, until in spans}.values())
        for n, a, until in spans:
            rows.add("model_activation", model_name=f"m{n}", active_from_at=at(a), active_until_at=at(until))
        expected = sorted({f"m{n}" for n, a, until in spans if in_force(a, until, fence)})
        assert [m.model_name for m in active_models(rows.conn, at(fence))] == expected


@few
@given(
    stocks=st.lists(st.tuples(HOUR, st.sampled_from(["stock", "stock", "index"])), min_size=1, max_size=3),
    bars=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 3), HOUR, st.booleans(), HOUR),
        max_size=16, unique_by=lambda bar: bar[:3],
    ),
    fence=HOUR,
)  # fmt: skip
def test_a_panel_holds_of_each_bar_the_latest_observation_up_to_the_fence(
    unfilled: Engine, stocks: list, bars: list, fence: int
) -> None:
    sessions = SESSIONS[300:304]
    with rows_in(unfilled) as rows:
        ids = [rows.stock(at(a), None, kind) for a, kind in stocks]
        latest, is_declared = {}, False
        bars = list({(bar[0] % len(stocks), *bar[1:3]): (bar[0] % len(stocks), *bar[1:]) for bar in bars}.values())
        for n, (which, session, available, declared, observed) in enumerate(bars):
            price = 10.0 + n
            rows.add(
                "price", market="test", stock_id=ids[which], session_date=sessions[session].session_date,
                source="s", open=price, high=price, low=price, close=price, volume=1, split_ratio=1, currency="USD",
                available_at=at(available), basis="declared" if declared else "observed", observed_at=at(observed),
            )  # fmt: skip
            if available <= fence and stocks[which][0] <= fence and stocks[which][1] == "stock":
                key = (ids[which], session)
                latest[key] = max(latest.get(key, (-1, 0.0)), (available, price))
                is_declared |= declared and observed > fence
        panel = price_panel(rows.conn, "test", sessions, at(fence))
        found = {
            (int(panel.stocks[c]), int(r)): panel.close[r, c] for r, c in np.argwhere(~np.isnan(panel.close)).tolist()
        }
        assert found == {key: price for key, (_, price) in latest.items()}
        assert panel.is_declared == is_declared


LATER = st.sampled_from([-1, 0, 0, 0, 1, 3])
ARTICLES = st.lists(
    st.tuples(HOUR, LATER, LATER, st.lists(st.tuples(HOUR, VERDICT), max_size=3)), min_size=2, max_size=7
)


@few
@given(articles=ARTICLES, after=st.integers(-1, 3), until=st.integers(2, 8))
def test_a_window_s_links_and_vectors_were_all_available_at_its_end(
    unfilled: Engine, articles: list, after: int, until: int
) -> None:
    with rows_in(unfilled) as rows:
        stock_id, linked, embedded, early = rows.stock(START), set(), set(), set()
        for hour, link_later, vector_later, reviews in articles:
            news_id, link, vector = rows.news(at(hour)), hour + link_later, hour + vector_later
            rows.link(news_id, stock_id, at(link))
            rows.vector(news_id, at(vector))
            for at_hour, verdict in reviews:
                rows.review(news_id, stock_id, verdict, at(at_hour))
            if after < hour <= until and link <= until and not is_rejected(reviews, until):
                linked.add(news_id)
            if link <= after:
                early.add(news_id)
            if after < vector <= until:
                embedded.add(news_id)
        window = Window(at(after), at(until))
        found = links_in(rows.conn, "test", window)
        assert {(n.news_id, n.stock_id) for n in found} == {(n, stock_id) for n in linked}
        told = stories_about(rows.conn, [stock_id], window)[stock_id]
        # No link is older than its article, so that the window bounds links from below too.
        assert [n for n, _ in told] == [n.news_id for n in found if n.news_id not in early]
        assert all(window.holds(known) for _, known in told)
        assert set(vectors_in(rows.conn, "test", window, KEYLESS)) == embedded


@few
@given(
    articles=st.lists(st.tuples(HOUR, HOUR, st.sampled_from(["declared", "observed"])), max_size=6),
    after=HOUR,
    until=HOUR,
)
def test_an_archive_s_word_is_what_was_seen_here_only_after_the_window(
    unfilled: Engine, articles: list, after: int, until: int
) -> None:
    with rows_in(unfilled) as rows:
        for hour, observed, basis in articles:
            rows.news(at(hour), basis=basis, observed=at(observed))
        expected = any(b == "declared" and after < hour <= until < seen for hour, seen, b in articles)
        assert declared_in(rows.conn, "test", Window(at(after), at(until))) == expected
