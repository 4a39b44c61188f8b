"""Models, prompts and prices as an administrator manages them; what others see of them; what is refused, in words."""

import re
from typing import Any

import httpx2
from playwright.sync_api import Page, expect

from tests.dashboard.conftest import Visitor
from tests.dashboard.language_plants import SCRIBE
from tests.dashboard.plants import ADMIN, INVESTOR, MARKET, SYMBOL, TITLES
from tests.dashboard.server import Server

NEW, VERSION = "drafter", "forecast-shorter"
ADDED = "Never repeat a title."


def test_a_prompt_is_derived_previewed_on_a_real_day_kept_and_set_in_a_model(visitor: Visitor, server: Server):
    page, watch = visitor.visit(f"/registry?part=prompts&market={MARKET}", email=ADMIN)
    page.get_by_role("link", name="Read forecast-1").click()
    page.get_by_role("link", name="New version from this one").click()
    form = page.get_by_role("form", name="New version from forecast-1")
    form.get_by_role("button", name="Keep this version").click()
    expect(form.get_by_text("Fill this in.")).to_have_count(2)
    form.get_by_label("Version").fill(VERSION)
    form.get_by_label("Note").fill("Shorter.")
    instructions = form.get_by_label("Instructions")
    instructions.fill(f"{ADDED}\n{instructions.input_value()}")

    before = _cost(server)
    preview = page.get_by_role("form", name="Preview")
    preview.get_by_label("Stock").fill(SYMBOL)
    preview.get_by_role("button", name="Show the messages").click()
    shown = page.get_by_role("status", name=f"Messages for {SYMBOL}")
    expect(shown.get_by_role("group", name="system: instructions")).to_contain_text(ADDED)
    question = shown.get_by_role("group", name="user: question")
    expect(question).to_contain_text('"symbol": "ACME"')
    expect(question).to_contain_text(TITLES[3])
    row = shown.get_by_role("table").get_by_role("row").filter(has_text=SCRIBE)
    expect(row).to_contain_text(re.compile(r"\$0\.\d+"))
    expect(shown).to_contain_text(re.compile(r"about [\d,]+, at most [\d,]+"))
    assert f"symbol={SYMBOL}" in page.url
    assert page.evaluate("window.planted ?? null") is None
    assert _cost(server) == before, "a preview asks nobody"

    question_field = form.get_by_label("Question")
    kept = question_field.input_value()
    question_field.fill("{{everything}}")
    watch.forgive("status 422", "console error: Failed to load resource.*422")
    form.get_by_role("button", name="Keep this version").click()
    expect(form.get_by_role("alert")).to_contain_text("There is no block {{everything}}")
    question_field.fill(kept)
    form.get_by_role("button", name="Keep this version").click()
    expect(page.get_by_role("heading", name=VERSION)).to_be_visible()
    expect(page.get_by_role("table", name="Prompts").get_by_role("row").filter(has_text=VERSION)).to_contain_text(
        "no model"
    )

    page.get_by_role("link", name="Models", exact=True).last.click()
    page.get_by_role("link", name=f"Change {SCRIBE}").click()
    change = page.get_by_role("form", name=f"Change {SCRIBE}")
    change.get_by_label("Prompt").select_option(VERSION)
    change.get_by_role("button", name="Save").click()
    expect(change.get_by_role("status")).to_contain_text("Saved")
    assert _told(server, SCRIBE)["prompt_version"] == VERSION


def test_a_model_is_added_refused_in_words_and_switched(visitor: Visitor, server: Server):
    page, watch = visitor.visit("/registry", email=ADMIN)
    page.get_by_role("link", name="Add a model").click()
    form = page.get_by_role("form", name="Add a model")
    form.get_by_role("button", name="Add a model").click()
    expect(form.get_by_text("Fill this in.")).to_have_count(2)
    form.get_by_label("Name").fill(NEW)
    form.get_by_label("Identifier").fill("gpt-4o")
    form.get_by_label("Parameters").fill("temperature: 0")
    form.get_by_role("button", name="Add a model").click()
    expect(form.get_by_text("This is no JSON object.")).to_be_visible()
    form.get_by_label("Parameters").fill('{"temperature": 9}')
    watch.forgive("status 422", "console error: Failed to load resource.*422")
    form.get_by_role("button", name="Add a model").click()
    expect(form.get_by_role("alert")).to_contain_text("temperature")
    form.get_by_label("Parameters").fill('{"temperature": 0.5}')
    form.get_by_label("Price").select_option("gpt-4o")
    form.get_by_label("Ask it from now on").set_checked(False)
    form.get_by_role("button", name="Add a model").click()
    expect(page.get_by_role("heading", name=f"Change {NEW}")).to_be_visible()
    row = page.get_by_role("table", name="Models").get_by_role("row").filter(has_text=NEW)
    expect(row).to_contain_text("not asked")
    assert (_told(server, NEW)["parameters"], _told(server, NEW)["is_active"]) == ({"temperature": 0.5}, False)

    page.get_by_role("button", name="Ask from now on").click()
    expect(row).not_to_contain_text("not asked")
    assert _told(server, NEW)["is_active"]
    page.get_by_role("button", name="Stop asking").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("not asked for the next session")
    page.keyboard.press("Escape")
    assert _told(server, NEW)["is_active"]
    page.get_by_role("button", name="Stop asking").click()
    dialog.get_by_role("button", name="Stop asking").click()
    expect(row).to_contain_text("not asked")
    assert not _told(server, NEW)["is_active"]

    page.get_by_role("link", name="Changes").click()
    newest = page.get_by_role("table", name="Changes").get_by_role("row").nth(1)
    expect(newest).to_contain_text(ADMIN)
    expect(newest).to_contain_text(NEW)
    expect(newest).to_contain_text("true → false")


def test_a_price_is_added_and_an_earlier_one_stays(visitor: Visitor):
    page, _ = visitor.visit("/registry?part=prices", email=ADMIN)
    page.get_by_role("link", name="Add a price").click()
    form = page.get_by_role("form", name="Add a price")
    form.get_by_role("button", name="Add a price").click()
    expect(form.get_by_text("Fill this in.")).to_have_count(6)
    form.get_by_label("Price entry").fill("gpt-4o")
    form.get_by_label("From").fill("2026-11-01")
    form.get_by_label("Sent (").fill("2")
    form.get_by_label("Sent, cached").fill("0.5")
    form.get_by_label("Answered").fill("8.25")
    form.get_by_label("Note").fill("A new list price.")
    form.get_by_role("button", name="Add a price").click()
    title = page.get_by_role("rowheader", name=re.compile(r"^gpt-4o( in force)?$"))
    rows = page.get_by_role("table", name="Prices").get_by_role("row").filter(has=title)
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("in force")
    expect(rows.first).to_contain_text("$8.25")
    expect(rows.last).not_to_contain_text("in force")


def test_others_read_the_registry_and_change_nothing(visitor: Visitor):
    page, _ = visitor.visit("/registry", email=INVESTOR)
    expect(page.get_by_text("Only administrators can change something here.")).to_be_visible()
    expect(page.get_by_role("table", name="Models").get_by_role("row").filter(has_text=SCRIBE)).to_contain_text(
        "gpt-4o"
    )
    assert page.get_by_role("link", name=re.compile("^(Change|Add) ")).count() == 0
    page.goto("/registry?part=prompts&open=forecast-1&add=1")
    expect(page.get_by_role("group", name="Instructions")).to_be_visible()
    assert page.get_by_role("form").count() == 0
    page.goto("/registry?part=changes")
    expect(page.get_by_text("This page needs the role administrator")).to_be_visible()


def test_the_keyboard_alone_opens_a_prompt_and_its_preview(visitor: Visitor):
    page, _ = visitor.visit(f"/registry?part=prompts&market={MARKET}&open=forecast-1&symbol={SYMBOL}", email=ADMIN)
    page.get_by_role("form", name="Preview").get_by_label("Stock").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="user: question")).to_contain_text("onerror")
    _focus_by_tab(page, "user: question")


def _focus_by_tab(page: Page, name: str) -> None:
    target = page.get_by_role("group", name=name)
    for _ in range(20):
        page.keyboard.press("Tab")
        if target.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{name} cannot be scrolled by keyboard")


def _told(server: Server, name: str) -> dict[str, Any]:
    """The model as the API tells it to everybody."""
    (model,) = [each for each in httpx2.get(f"{server.address}/api/models").json() if each["model"] == name]
    return model


def _cost(server: Server) -> int:
    return httpx2.get(f"{server.address}/api/cost").json()["total"]["attempts"]
