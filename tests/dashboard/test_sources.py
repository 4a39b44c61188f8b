"""What operators see of sources, and what everybody sees of a story that several told."""

import re

import httpx2
import pytest
from playwright.sync_api import expect

from tests.dashboard.conftest import Visitor
from tests.dashboard.plants import MARKET
from tests.dashboard.server import Server


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("quiet", r"✓ on.*⚠ silent"),
        ("flooding", r"✓ on.*⚠ flood"),
        ("broken", r"⚠ failing.*error status × 4.*503 <i>gone</i>"),
        ("unpaid", r"○ off.*NAVER_CLIENT_ID is not set.*never"),
    ],
)
def test_a_source_says_how_it_does_by_sign_and_word(source: str, words: str, visitor: Visitor):
    page, _ = visitor.visit("/operations")
    row = page.get_by_role("table", name="Sources of krx").get_by_role("row").filter(has_text=source)
    expect(row).to_have_text(re.compile(words, re.DOTALL))


def test_a_source_shows_what_each_weekday_usually_brings(visitor: Visitor):
    page, _ = visitor.visit("/operations")
    row = page.get_by_role("table", name="Sources of krx").get_by_role("row").filter(has_text="quiet")
    row.get_by_text("By weekday").click()
    for day in ("Monday", "Sunday"):
        expect(row.get_by_role("listitem").filter(has_text=day)).to_contain_text(re.compile(r"\d+, usually \d+ to \d+"))


def test_a_story_stands_once_with_its_copies_behind_it(visitor: Visitor, server: Server):
    stories = httpx2.get(f"{server.address}/api/news", params={"market": MARKET, "limit": 200}).json()["items"]
    story = next(each for each in stories if each["copies"] > 0 and each["symbols"])
    told = httpx2.get(f"{server.address}/api/news/{story['news_id']}/copies").json()
    page, _ = visitor.visit(f"/stocks/{MARKET}/{story['symbols'][0]}")
    while not page.locator(f"#news-{story['news_id']}").count():
        page.get_by_role("region", name="News").get_by_role("button", name="Show more").click()
    item = page.locator(f"#news-{story['news_id']}")
    expect(item).to_contain_text(f"+{story['copies']} cop")
    expect(item).to_contain_text(f"first told by {story['first_source']}")
    item.locator("summary").click()
    expect(item.get_by_role("listitem")).to_have_count(len(told))
    for copy, shown in zip(told, item.get_by_role("listitem").all(), strict=True):
        expect(shown).to_contain_text(copy["source"])
        expect(shown.locator("time")).to_have_attribute("datetime", copy["available_at"])
        assert page.locator(f"#news-{copy['news_id']}").count() == 0
