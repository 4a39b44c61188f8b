"""What people do to stocks and links today, by the very functions the API calls, moves no forecast of the past."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from craveny_domain.facts import Listing
from craveny_store.listings import (
    add_alias,
    add_stock,
    aliases_of,
    begin_change,
    change_stock,
    pause_stock,
    resume_stock,
    retire_alias,
)
from craveny_store.reviews import add_review
from tests.point_in_time.past import FORECAST_DAYS, PastMarket, Scene

LONG_BEFORE = timedelta(days=30)


def everything_is_changed_now(scene: Scene) -> None:
    """Every stock of the window renamed, marked, reprioritised and paused, every link judged, a stock listed."""
    at = begin_change(scene.conn, scene.market.code)
    links, stocks = scene.links, sorted({link.stock_id for link in scene.links})
    for n, stock_id in enumerate(stocks):
        change_stock(scene.conn, stock_id, at, {"name": links[n].title[:6], "priority": 1 + n % 5, "sector": None})
        for alias in aliases_of(scene.conn, stock_id):
            if alias.available_at < at and alias.alias_id % 2:
                add_alias(scene.conn, stock_id, at, alias.alias, alias.kind, needs_context=True)
            elif alias.available_at < at:
                retire_alias(scene.conn, stock_id, at, alias.alias_id)
    listing = Listing("NIXO", links[0].title[:6], links[1].title[:6], "stock", None, (), at)
    assert add_stock(scene.conn, scene.market, listing)
    for link in (*links, *scene.past_links):
        add_review(scene.conn, scene.market.code, link.news_id, link.stock_id, "rejected", None)
    for stock_id in stocks[::2]:
        pause_stock(scene.conn, stock_id, at)


@pytest.mark.parametrize("code", ["us", "krx"])
@pytest.mark.parametrize("day", FORECAST_DAYS, ids=str)
def test_what_is_changed_today_moves_no_past_forecast(past: dict[str, PastMarket], code: str, day: date) -> None:
    market = past[code]
    before = market.baseline(day)
    with market.scene(day) as scene:
        assert scene.links
        everything_is_changed_now(scene)
        scene.rebuild([])
        assert scene.forecast() == before


def paused_for_long(scene: Scene, end: Callable[[Scene, int], None]) -> object:
    """What is forecast when a stock was paused long before the cut-off and `end` was done to it."""
    stock_id = scene.stock(0)
    pause_stock(scene.conn, stock_id, scene.cutoff - LONG_BEFORE)
    end(scene, stock_id)
    return scene.forecast()


def test_a_pause_that_ends_after_the_cutoff_is_one_and_one_that_ends_at_it_is_none(past: dict[str, PastMarket]) -> None:
    market, day = past["us"], FORECAST_DAYS[0]

    def forecast(end: Callable[[Scene, int], None]) -> object:
        with market.scene(day) as scene:
            return paused_for_long(scene, end)

    paused = forecast(lambda *_: None)
    assert paused != market.baseline(day)
    later = forecast(lambda scene, stock: resume_stock(scene.conn, stock, scene.cutoff + timedelta(microseconds=1)))
    assert later == paused
    assert forecast(lambda scene, stock: resume_stock(scene.conn, stock, scene.cutoff)) == market.baseline(day)
