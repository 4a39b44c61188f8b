"""Settlements and daily figures: nothing later, and no news, moves them; a corrected bar moves what rests on it."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from craveny_assets.days.performance import daily_performance_day
from craveny_assets.days.predictions import prediction_day
from craveny_assets.days.settling import evaluation_history_day
from craveny_assets.days.work import Day
from craveny_domain.clocks import days_between
from tests.point_in_time.past import FIRST_FORECAST, LAST, PHASES, PastMarket, Plant, Scene
from tests.point_in_time.plants import (
    alias,
    alias_given_up,
    article,
    link_in_the_window,
    link_of_a_past_story,
    rejection_in_the_window,
    rejection_of_past_stories,
    sent_again,
    vector_of_a_past_story,
    vector_of_a_window_story,
)

STAGE = date(2026, 10, 7)
ABOUT_NEWS = [
    article, sent_again, alias, alias_given_up, link_in_the_window, link_of_a_past_story, rejection_in_the_window,
    rejection_of_past_stories, vector_of_a_past_story, vector_of_a_window_story,
]  # fmt: skip
DEPENDENT = """
    SELECT e.evaluation_id, e.settle_date FROM evaluation_history e
    LEFT JOIN price i ON i.price_id = e.entry_price_id LEFT JOIN price o ON o.price_id = e.exit_price_id
    WHERE e.market = 'us' AND e.superseded_at IS NULL AND e.status = 'settled' AND e.stock_id = :stock
    AND (i.session_date = :day OR o.session_date = :day)"""


def figures(scene: Scene, until: date) -> list[tuple]:
    """Every settlement, superseded ones too, and every daily figure up to a day, in all columns."""
    day = {"m": scene.market.code, "until": until}
    settled = "SELECT e::text FROM evaluation_history e WHERE market = :m AND settle_date <= :until ORDER BY 1"
    daily = "SELECT d::text FROM daily_performance d WHERE market = :m AND settle_date <= :until ORDER BY 1"
    bins = daily.replace("daily_performance", "daily_reliability")
    return [row for query in (settled, daily, bins) for row in scene.run(query, **day)]


def settle_again(scene: Scene, first: date, until: date) -> None:
    for day in days_between(first, until):
        for body in (prediction_day, evaluation_history_day, daily_performance_day):
            body(Day(scene.work, scene.conn, day))


def sessions_of_the_past(scene: Scene) -> list[date]:
    return [s.session_date for s in scene.work.sessions if FIRST_FORECAST <= s.session_date <= LAST]


@settings(max_examples=4, phases=PHASES)
@given(
    until=st.sampled_from([date(2026, 10, 7), date(2026, 10, 9), date(2026, 10, 12)]),
    ahead=st.integers(1, 4),
    factor=st.sampled_from([0.01, 0.5, 2, 100]),
)
def test_no_figure_moves_for_bars_forecasts_and_settlements_of_later_sessions(
    past: dict[str, PastMarket], until: date, ahead: int, factor: float
) -> None:
    with past["us"].scene(STAGE) as scene:
        before = figures(scene, until)
        later = [d for d in sessions_of_the_past(scene) if d > until][:ahead]
        scene.run(
            "INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio,"
            " currency, available_at, basis) SELECT market, stock_id, session_date, source, open, high, low,"
            " close * :factor, volume, 3, currency, available_at + interval '1 second', basis FROM price"
            " WHERE market = 'us' AND session_date = ANY(:later)",
            factor=factor, later=later,
        )  # fmt: skip
        scene.run(
            "UPDATE prediction SET probability = 0.99, direction = 'up'"
            " WHERE market = 'us' AND session_date > :until AND outcome_class = 'ok'", until=until,
        )  # fmt: skip
        scene.run(
            "UPDATE evaluation_history SET is_up = NOT is_up, outcome_return = 9"
            " WHERE market = 'us' AND settle_date > :until", until=until,
        )  # fmt: skip
        scene.run(
            "UPDATE daily_performance SET brier_sum = 0 WHERE market = 'us' AND settle_date > :until", until=until
        )
        settle_again(scene, until - timedelta(days=5), until)
        assert len(before) > 500
        assert figures(scene, until) == before


@settings(max_examples=4, phases=PHASES)
@given(
    drawn=st.lists(
        st.tuples(st.sampled_from(ABOUT_NEWS), st.integers(-90, 90), st.integers(0, 50)), min_size=3, max_size=8
    )
)
def test_no_figure_moves_for_news_vectors_aliases_links_and_reviews_of_any_time(
    past: dict[str, PastMarket], drawn: list[tuple[Plant, int, int]]
) -> None:
    with past["us"].scene(STAGE) as scene:
        before = figures(scene, LAST)
        scene.plant([(plant, scene.cutoff + timedelta(hours=hours), pick) for plant, hours, pick in drawn])
        settle_again(scene, STAGE, STAGE + timedelta(days=5))
        assert figures(scene, LAST) == before


@settings(max_examples=4, phases=PHASES)
@given(back=st.integers(4, 9), which=st.integers(0, 9), factor=st.sampled_from([0.8, 1.25]))
def test_a_corrected_close_moves_exactly_the_settlements_that_rest_on_it(
    past: dict[str, PastMarket], back: int, which: int, factor: float
) -> None:
    with past["us"].scene(STAGE) as scene:
        day = sessions_of_the_past(scene)[-back]
        stock = sorted({s for (s,) in scene.run("SELECT stock_id FROM evaluation_history WHERE market = 'us'")})[which]
        dependent = dict(scene.run(DEPENDENT, stock=stock, day=day))
        before, daily = current_settlements(scene), daily_figures(scene)
        at = corrected(scene, stock, day, factor)
        settle_again(scene, day, LAST)
        after, daily_after = current_settlements(scene), daily_figures(scene)
        assert {i for i in before if i not in after} == set(dependent)
        assert all(after[i] == before[i] for i in before if i not in dependent)
        assert len(after) == len(before)
        assert all(day_ in dependent.values() for (day_, *_), row in daily.items() if daily_after[day_, *_] != row)
        assert set(daily) == set(daily_after)
        assert superseded(scene) == set(dependent)
        assert at or not dependent


def test_the_return_of_a_resettled_forecast_is_the_corrected_one(past: dict[str, PastMarket]) -> None:
    with past["us"].scene(STAGE) as scene:
        day = date(2026, 10, 8)
        stock = scene.run(
            "SELECT min(stock_id) FROM evaluation_history WHERE market = 'us' AND settle_date = :d", d=day
        )
        at = corrected(scene, stock[0][0], day, 1.25)
        assert at
        settle_again(scene, day, LAST)
        rows = scene.run(
            "SELECT e.outcome_return, e.tradable_return, i.close::float8, o.close::float8, s.open::float8, e.is_up"
            " FROM evaluation_history e JOIN price i ON i.price_id = e.entry_price_id"
            " JOIN price o ON o.price_id = e.exit_price_id"
            " JOIN price s ON s.stock_id = e.stock_id AND s.session_date = e.session_date AND s.source = 'sample'"
            " WHERE e.market = 'us' AND e.stock_id = :stock AND superseded_at IS NULL AND :at IN (i.available_at,"
            " o.available_at) AND s.available_at = (SELECT min(available_at) FROM price p WHERE p.stock_id = s.stock_id"
            " AND p.session_date = s.session_date)", stock=stock[0][0], at=at,
        )  # fmt: skip
        assert len(rows) >= 21
        for outcome, tradable, entry, exit_, open_, is_up in rows:
            assert outcome == pytest.approx(exit_ / entry - 1)
            assert tradable == pytest.approx(exit_ / open_ - 1)
            assert is_up == (exit_ > entry)


def corrected(scene: Scene, stock: int, day: date, factor: float) -> datetime | None:
    """Plant a correction of a close; the open stays. None when the stock has no bar that day."""
    rows = scene.run(
        "INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio,"
        " currency, available_at, basis) SELECT market, stock_id, session_date, source, open, high, low,"
        " close * :factor, volume, split_ratio, currency, now(), basis FROM price"
        " WHERE stock_id = :stock AND session_date = :day ORDER BY available_at DESC LIMIT 1 RETURNING available_at",
        factor=factor, stock=stock, day=day,
    )  # fmt: skip
    return rows[0][0] if rows else None


def current_settlements(scene: Scene) -> dict[int, tuple]:
    rows = scene.run("SELECT * FROM evaluation_history WHERE market = 'us' AND superseded_at IS NULL")
    return {row[0]: tuple(row) for row in rows}


def superseded(scene: Scene) -> set[int]:
    rows = scene.run("SELECT evaluation_id FROM evaluation_history WHERE market = 'us' AND superseded_at IS NOT NULL")
    return {i for (i,) in rows}


def daily_figures(scene: Scene) -> dict[tuple, tuple]:
    rows = scene.run("SELECT settle_date, model_name, horizon, board, d.* FROM daily_performance d WHERE market = 'us'")
    return {tuple(row[:4]): tuple(row[4:]) for row in rows}
