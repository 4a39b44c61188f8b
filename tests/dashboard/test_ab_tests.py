"""A/B tests as people watch them and administrators register and stop them; the pair that a market opens with."""

import re
from typing import Any

import httpx2
from playwright.sync_api import Page, expect

from tests.dashboard.ab_test_plants import DAYS, GROWING
from tests.dashboard.conftest import Visitor
from tests.dashboard.plants import ADMIN, INVESTOR, MARKET
from tests.dashboard.server import Server

PATH = f"/abtests?market={MARKET}"


def _tests(server: Server) -> dict[str, dict[str, Any]]:
    return {test["name"]: test for test in httpx2.get(f"{server.address}/api/ab-tests").json()}


def _fill(page: Page, name: str) -> None:
    form = page.get_by_role("form", name="Register a test")
    form.get_by_label("Name").fill(name)
    form.get_by_label("First model").select_option("lexicon")
    form.get_by_label("Second model").select_option("nearest_news")


def test_everybody_watches_the_evidence_grow_with_its_table_figures_and_history(visitor: Visitor):
    page, _ = visitor.visit(PATH, email=INVESTOR)
    expect(page.get_by_text("Only administrators can register or stop a test.")).to_be_visible()
    page.get_by_role("link", name=f"Watch {GROWING}").click()
    verdict = page.get_by_role("status", name="Verdict")
    expect(verdict).to_contain_text("nearest_news is better than lexicon; shown since")
    assert "open=" in page.url
    chart = page.get_by_role("img", name=re.compile("Wealth of betting on nearest_news and on lexicon"))
    expect(chart.locator("canvas")).to_be_visible()
    page.get_by_text("The same as a table").click()
    rows = page.get_by_role("table", name=re.compile("Wealth of betting")).get_by_role("row")
    expect(rows).to_have_count(DAYS + 1)
    expect(rows.nth(1)).to_contain_text("×57.4")
    figures = page.get_by_role("table", name="Both variants so far").get_by_role("row").filter(has_text="lexicon")
    expect(figures).to_contain_text("50.0")
    expect(figures).to_contain_text(re.compile(rf"{20 * DAYS} questions on {DAYS} days"))
    history = page.get_by_role("table", name="History of verdicts")
    expect(history.get_by_text("after a correction")).to_be_visible()
    expect(history.get_by_text(re.compile("^replaced "))).to_be_visible()
    assert page.get_by_role("button", name="Stop the test").count() == 0


def test_a_test_is_registered_by_a_sentence_and_stopped_with_a_reason(visitor: Visitor, server: Server):
    page, watch = visitor.visit(PATH, email=ADMIN)
    page.get_by_role("link", name="Register a test").click()
    form = page.get_by_role("form", name="Register a test")
    form.get_by_role("button", name="Register").click()
    expect(form.get_by_text("Fill this in.")).to_be_visible()
    _fill(page, "half")
    form.get_by_label("Questions").select_option("split")
    form.get_by_label("Share of the second").fill("30")
    form.get_by_label("Error rate").fill("50")
    sentence = form.get_by_role("status", name="What will be judged")
    expect(sentence).to_contain_text("lexicon is asked 70.0% of the questions and nearest_news the other 30.0%")
    expect(sentence).to_contain_text("in at most 50.0% of such cases")
    watch.forgive("status 422", "console error: Failed to load resource.*422")
    form.get_by_role("button", name="Register").click()
    expect(form.get_by_role("alert")).to_contain_text("An alpha of 0.5 is out of bounds.")
    form.get_by_label("Error rate").fill("10")
    form.get_by_role("button", name="Register").click()
    expect(page.get_by_role("status", name="Verdict")).to_contain_text("Not shown yet")
    kept = _tests(server)["half"]
    assert (kept["share_b"], kept["alpha"], kept["edge"], kept["metric"]) == (0.3, 0.1, 0.02, "hit")

    page.get_by_role("button", name="Stop the test").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop the test").click()
    expect(page.get_by_text("Fill this in.")).to_be_visible()
    page.get_by_label("Reason for stopping").fill("Half is enough.")
    page.get_by_role("button", name="Stop the test").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop the test").click()
    expect(page.get_by_role("table", name="Stopped").get_by_role("row").filter(has_text="half")).to_contain_text(
        "Half is enough."
    )
    assert _tests(server)["half"]["stop_reason"] == "Half is enough."
    expect(page.get_by_role("button", name="Stop the test")).to_have_count(0)


def test_the_comparison_opens_with_the_default_pair_until_other_models_are_chosen(visitor: Visitor, server: Server):
    page, _ = visitor.visit(f"{PATH}&open={_tests(server)[GROWING]['test_id']}", email=ADMIN)
    page.get_by_role("button", name="Open the market's pages with this pair").click()
    expect(page.get_by_text("default pair")).to_be_visible()
    page.goto(f"/predictions?market={MARKET}&view=table")
    table = page.get_by_role("table", name="Models compared")
    expect(table.get_by_role("columnheader")).to_have_count(3)
    expect(page.get_by_role("button", name="nearest_news")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="All models").click()
    expect(table.get_by_role("columnheader", name="climatology")).to_be_visible()
    expect(page.get_by_role("button", name="All models")).to_have_attribute("aria-pressed", "true")
    page.goto(f"{PATH}&open={_tests(server)[GROWING]['test_id']}")
    page.get_by_role("button", name="No longer open with this pair").click()
    expect(page.get_by_role("button", name="Open the market's pages with this pair")).to_be_visible()
    assert not _tests(server)[GROWING]["is_default"]
