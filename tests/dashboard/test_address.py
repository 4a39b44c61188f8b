"""Everything a person chose stands in the address; the CSV file holds what is shown."""

import csv
import io
import re
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from benchmarks.chromium import settle
from tests.dashboard.conftest import Visitor
from tests.dashboard.plants import MARKET
from tests.dashboard.server import Server

pytestmark = pytest.mark.slow

MODELS = ("lexicon", "momentum")
LIST = "/predictions?market=us&view=list"


def test_filters_chips_and_order_survive_a_reload_and_a_copied_address(visitor: Visitor):
    page, _ = visitor.visit(LIST)
    page.get_by_label("Horizon").select_option("3 sessions")
    for model in MODELS:
        page.get_by_role("button", name=model).click()
    page.get_by_label("Direction").select_option("down")
    page.get_by_label("Order").select_option("most confident first")
    page.get_by_label("From session").fill("2026-10-12")
    page.get_by_label("From session").press("Enter")
    expect(page).to_have_url(re.compile("from=2026-10-12"))
    settle(page)
    shown = _rows(page)
    assert shown and {row[2].split()[0] for row in shown} == set(MODELS)
    assert all("down" in row[3] for row in shown)

    page.reload()
    settle(page)
    assert _rows(page) == shown
    copy, _ = visitor.visit(page.url)
    assert _rows(copy) == shown
    expect(copy.get_by_label("Order")).to_have_value("confident")
    for model in MODELS:
        expect(copy.get_by_role("button", name=model)).to_have_attribute("aria-pressed", "true")


def test_the_way_back_goes_choice_by_choice(visitor: Visitor):
    page, _ = visitor.visit(LIST)
    first = _rows(page)
    page.get_by_label("Horizon").select_option("5 sessions")
    expect(page).to_have_url(re.compile("horizon=5"))
    settle(page)
    second = _rows(page)
    assert first != second
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Models").click()
    expect(page.locator("h1")).to_have_text("Models")

    page.go_back()
    expect(page.locator("h1")).to_have_text("Predictions")
    settle(page)
    assert _rows(page) == second
    page.go_back()
    expect(page.get_by_label("Horizon")).to_have_value("1")
    settle(page)
    assert _rows(page) == first


def test_language_theme_and_market_stay_from_page_to_page_and_in_a_copied_address(visitor: Visitor):
    page, _ = visitor.visit("/predictions")
    page.get_by_label("Market").select_option("us")
    page.get_by_role("button", name="Dark theme").click()
    page.get_by_role("button", name="한국어").click()
    page.get_by_role("navigation").get_by_role("link", name="모델", exact=True).click()
    expect(page.locator("h1")).to_have_text("모델")
    for part in ("market=us", "theme=dark", "lang=ko"):
        assert part in page.url

    copy, _ = visitor.visit(page.url)
    expect(copy.locator("html")).to_have_attribute("lang", "ko")
    expect(copy.locator("html")).to_have_attribute("data-theme", "dark")
    expect(copy.get_by_label("시장")).to_have_value("us")


def test_an_address_with_nonsense_in_it_breaks_nothing(visitor: Visitor):
    page, _ = visitor.visit(
        "/predictions?market=us&horizon=99&view=none&session=tomorrow&sort=%3Cb%3E&model=&unknown=1"
    )
    expect(page.get_by_label("Horizon")).to_have_value("1")
    expect(page.get_by_role("table")).to_be_visible()


@pytest.mark.parametrize("path", ["/predictions/abc", "/nowhere"])
def test_an_address_that_leads_nowhere_says_so(path: str, visitor: Visitor):
    page, _ = visitor.visit(path)
    expect(page.locator("h1")).to_have_text("No such page")
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()


@pytest.mark.parametrize("view", ["table", *(pytest.param(v, marks=pytest.mark.slow) for v in ("cards", "list"))])
def test_the_csv_file_holds_what_is_shown(view: str, visitor: Visitor, server: Server, tmp_path: Path):
    page, watch = visitor.visit(f"/predictions?market={MARKET}&view={view}&model=lexicon&model=momentum")
    watch.forgive("^download: craveny-")
    with page.expect_download() as begun:
        page.get_by_role("button", name="Download CSV").click()
    begun.value.save_as(tmp_path / "shown.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "shown.csv").read_text(encoding="utf-8-sig"))))

    links = page.locator("main a[href^='/predictions/']")
    shown = [link.get_attribute("href") for link in links.all()]
    assert [row["prediction_id"] for row in rows] == [(href or "").split("/")[2].split("?")[0] for href in shown]
    expect(page.get_by_role("status").filter(has_text=f"{len(rows)} rows shown")).to_be_visible()
    for row in rows[:5]:
        told = httpx2.get(f"{server.address}/api/predictions/{row['prediction_id']}").json()
        assert (row["symbol"], row["model"], row["session_date"]) == (
            told["symbol"],
            told["model"],
            told["session_date"],
        )
        assert float(row["probability"] or "nan") == pytest.approx(told["probability"] or float("nan"), nan_ok=True)


def test_a_long_list_shows_its_beginning_and_the_rest_on_demand(visitor: Visitor, server: Server):
    asked = {"market": MARKET, "horizon": 1}
    rows = httpx2.get(f"{server.address}/api/predictions/compare", params=asked).json()["rows"]
    page, _ = visitor.visit(f"/predictions?market={MARKET}&view=cards")
    cards = page.locator("main li h3")
    expect(cards).to_have_count(6)
    while (more := page.get_by_role("button", name="Show more")).count():
        more.click()
    expect(cards).to_have_count(len(rows))
    assert len(rows) > 6
    expect(page.locator("main")).to_contain_text(f"All {len(rows)} shown")


def _rows(page: Page) -> list[list[str]]:
    """The text of every cell of the page's table."""
    return page.get_by_role("table").evaluate(
        "(table) => [...table.tBodies[0].rows].map(({ cells }) => [...cells].map((cell) => cell.innerText))"
    )
