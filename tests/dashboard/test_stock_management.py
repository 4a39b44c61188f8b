"""Stocks as an administrator manages them: added, renamed, paused, called otherwise, refused in words."""

import re
from typing import Any

import httpx2
from playwright.sync_api import Page, expect

from tests.dashboard.conftest import Visitor
from tests.dashboard.plants import ADMIN, MARKET, SYMBOL
from tests.dashboard.server import Server

NEW = "NEWZ"


def test_a_stock_is_added_renamed_paused_and_called_otherwise(visitor: Visitor, server: Server):
    page, watch = visitor.visit(f"/stocks?market={MARKET}", email=ADMIN)
    _add(page)
    assert f"edit={NEW}" in page.url
    assert _told(server)["priority"] == 3

    facts = page.get_by_role("form", name="Names and priority")
    facts.get_by_label("Name", exact=True).fill("")
    facts.get_by_role("button", name="Save").click()
    expect(facts.get_by_text("Type the name.")).to_be_visible()
    facts.get_by_label("Name", exact=True).fill("Newly & Zed")
    facts.get_by_label("Priority").select_option("1")
    facts.get_by_role("button", name="Save").click()
    expect(facts.get_by_role("status")).to_contain_text("Saved")
    told = _told(server)
    assert (told["name"], told["priority"]) == ("Newly & Zed", 1)

    page.get_by_role("button", name="Pause").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("neither crawled nor forecast")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert not _told(server)["is_paused"]
    page.get_by_role("button", name="Pause").click()
    dialog.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    assert _told(server)["is_paused"]

    page.get_by_label("Name or symbol").fill(NEW)
    page.get_by_label("Name or symbol").press("Enter")
    row = page.get_by_role("table", name="Stocks of the market").get_by_role("row").filter(has_text=NEW)
    expect(row).to_contain_text("paused")
    page.reload()
    expect(row).to_contain_text("Newly & Zed")
    page.get_by_role("button", name="Resume").click()
    expect(row).to_contain_text("followed")

    aliases = page.get_by_role("form", name="New alias")
    names = page.get_by_role("table", name="What texts call it")
    for _ in range(2):
        aliases.get_by_label("New alias").fill("Zedly")
        aliases.get_by_label("Needs context").set_checked(True)
        aliases.get_by_role("button", name="Add the alias").click()
        expect(names.get_by_role("row").filter(has_text="Zedly")).to_contain_text("Needs context")
        watch.forgive("status 409", "console error: Failed to load resource.*409")
    expect(aliases.get_by_role("alert")).to_contain_text("goes by the alias Zedly already")
    names.get_by_role("button", name="Retire Zedly").click()
    page.get_by_role("dialog").get_by_role("button", name="Retire").click()
    expect(names.get_by_role("row").filter(has_text="Zedly")).to_have_count(0)


def test_a_stock_that_is_there_already_is_refused_in_words(visitor: Visitor):
    page, watch = visitor.visit(f"/stocks?market={MARKET}&add=1", email=ADMIN)
    form = page.get_by_role("form", name="Add a stock")
    form.get_by_role("button", name="Add a stock").click()
    expect(form.get_by_text("Type the symbol.")).to_be_visible()
    form.get_by_label("Symbol").fill(SYMBOL)
    form.get_by_label("Name", exact=True).fill("Again")
    watch.forgive("status 409", "console error: Failed to load resource.*409")
    form.get_by_role("button", name="Add a stock").click()
    expect(form.get_by_role("alert")).to_contain_text(f"has a stock {SYMBOL}")
    expect(form.get_by_label("Symbol")).to_have_value(SYMBOL)


def test_the_pages_of_an_administrator_are_in_the_navigation(visitor: Visitor):
    page, _ = visitor.visit("/", email=ADMIN)
    pages = page.get_by_role("navigation", name="Pages")
    for name in ("Reviews", "Stocks"):
        pages.get_by_role("link", name=name).click()
        expect(page.locator("h1")).to_have_text(name)
        expect(pages.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
    expect(page).to_have_url(re.compile("/stocks"))


def _add(page: Page) -> None:
    page.get_by_role("link", name="Add a stock").click()
    form = page.get_by_role("form", name="Add a stock")
    form.get_by_label("Symbol").fill(NEW)
    form.get_by_label("Name", exact=True).fill("Newly")
    form.get_by_role("button", name="Add a stock").click()
    expect(page.get_by_role("heading", name=f"Change {NEW}")).to_be_visible()


def _told(server: Server) -> dict[str, Any]:
    """The stock as the API tells it to everybody."""
    return httpx2.get(f"{server.address}/api/stocks/{MARKET}/{NEW}").json()
