"""A badge that nobody put there, on the page of a store that was settled and judged: held, then lost by a fact."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import text

from benchmarks.judged_store import JudgedStore
from tests.assets.earned import BETTER, earned_store, judge
from tests.assets.seer import correct_closes
from tests.dashboard.conftest import Store, Visitor, serving
from tests.dashboard.server import Server

PAGE = "/models?market=us&board=live"


@pytest.fixture(scope="module")
def earned() -> Iterator[JudgedStore]:
    with earned_store() as made:
        yield made


@pytest.fixture(scope="module")
def judged_server(earned: JudgedStore, store: Store, signing_keys: Path) -> Iterator[Server]:
    with serving(Store(earned.url, store.dagster_url), signing_keys) as opened:
        yield opened


def leader(page: Page, model: str) -> Locator:
    rows = page.get_by_role("table", name="Leaderboard").get_by_role("row")
    return rows.filter(has=page.get_by_role("rowheader", name=re.compile(rf"^{model}\b")))


def test_an_earned_badge_is_shown_until_a_correction_takes_it_away(
    earned: JudgedStore, judged_server: Server, browser: Browser
) -> None:
    visitor = Visitor(browser, judged_server.address)
    page, _ = visitor.visit(PAGE)
    with earned.engine.connect() as conn:
        since = conn.execute(text("SELECT DISTINCT since_date FROM floor_badge WHERE is_earned")).scalar_one()
    expect(leader(page, BETTER)).to_contain_text("beats every floor")
    expect(leader(page, BETTER)).to_contain_text(f"since {since}")
    expect(leader(page, BETTER)).to_contain_text(re.compile(r"By luck at most 0\.7\d?% of the time: 5% shared over 7"))
    expect(page.get_by_role("table", name="Leaderboard").get_by_text("beats every floor")).to_have_count(1)
    expect(leader(page, "asked_b")).to_contain_text("not shown yet")

    corrected = earned.days[15]
    correct_closes(earned.engine, corrected)
    judge(earned, corrected)
    page, _ = visitor.visit(PAGE)
    expect(leader(page, BETTER)).to_contain_text("not shown yet")
    expect(leader(page, BETTER)).to_contain_text(re.compile("correct", re.IGNORECASE))
    expect(page.get_by_role("table", name="Leaderboard").get_by_text("beats every floor")).to_have_count(0)
    assert visitor.close() == []
