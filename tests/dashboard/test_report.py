"""The report on a stock: fetched when a person comes near, shown as text, asked for at a price that is told first."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from benchmarks.chromium import axe_findings, settle
from tests.dashboard.conftest import Visitor
from tests.dashboard.language_plants import REACHED, RISK, WRITER
from tests.dashboard.plants import IMAGE, INVESTOR, MARKET, SYMBOL
from tests.dashboard.test_hostile_text import nothing_happened

PATH = f"/stocks/{MARKET}/{SYMBOL}"
OTHER = "QSCZ"


def test_a_report_has_its_age_its_reason_its_prices_and_its_history_and_is_text(visitor: Visitor):
    page, _ = visitor.visit(PATH)
    _come_near(page)
    report = page.get_by_role("region", name="Report")
    expect(report).to_contain_text("3 h ago")
    expect(report).to_contain_text("news came")
    expect(report).to_contain_text("102.25 USD")
    expect(report.get_by_text("none that makes sense")).to_have_count(2)
    expect(report.get_by_text(IMAGE, exact=True).first).to_be_visible()
    expect(report.get_by_text(RISK, exact=True).first).to_be_visible()
    earlier = report.get_by_role("listitem").filter(has_text="it is daily")
    earlier.locator("summary").click()
    expect(earlier).to_contain_text("110.00 USD")
    expect(earlier).to_contain_text("96.00 USD")
    expect(earlier).to_contain_text(re.compile(r"not judged yet; the five sessions after it end on \d{4}-\d\d-\d\d\."))
    assert axe_findings(page) == []
    nothing_happened(page, f"{PATH}#report")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", f"the target was reached on {REACHED}, before the stop was broken on {REACHED + timedelta(days=1)}."),
        ("ko", f"{REACHED}에 목표에 닿았고, 손절에는 그 뒤 {REACHED + timedelta(days=1)}에 닿았습니다."),
    ],
)
def test_a_report_whose_sessions_are_over_says_in_a_sentence_what_came_of_it(
    visitor: Visitor, language: str, said: str
):
    page, _ = visitor.visit(f"{PATH}#report", language=language)
    report = page.get_by_role("listitem").filter(has_text={"en": "somebody asked", "ko": "누군가 요청함"}[language])
    report.locator("summary").click()
    expect(report).to_contain_text(said)
    expect(report).to_contain_text("+3.10")
    expect(report).to_contain_text({"en": "Revised after a correction", "ko": "다시 정했습니다"}[language])
    newest = page.get_by_role("region", name={"en": "Report", "ko": "리포트"}[language])
    expect(newest.get_by_text({"en": "What came of it", "ko": "결과"}[language])).to_have_count(2)


def test_the_models_page_shows_how_often_targets_and_stops_came_first(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["models"])
    row = page.get_by_role("table", name="Targets and stops of reports").get_by_role("row").filter(has_text=WRITER)
    cells = row.get_by_role("cell")
    for cell, share in zip(cells.all(), ("100.0%", "0.0%", "0.0%"), strict=False):
        expect(cell).to_contain_text(share)
        expect(cell).to_contain_text("n 1 · 1 d")
    expect(cells.last).to_have_text("0")
    other = page.get_by_role("region", name="Targets and stops of reports")
    page.goto(page.url.replace(f"market={MARKET}", "market=krx"))
    expect(other).to_contain_text("No report has been judged here yet")


def test_a_guest_is_told_to_log_in_before_asking(visitor: Visitor):
    page, _ = visitor.visit(PATH)
    _come_near(page)
    expect(page.get_by_role("link", name="Log in to ask for a new report")).to_be_visible()


def test_a_new_report_tells_its_price_is_asked_for_and_waited_for(visitor: Visitor):
    page, watch = visitor.visit(f"/stocks/{MARKET}/{OTHER}", email=INVESTOR)
    _come_near(page)
    report = page.get_by_role("region", name="Report")
    expect(report).to_contain_text("No report has been written yet")
    ask = report.get_by_role("button", name=re.compile(r"Ask for a new report \(about \$0\.\d+\)"))
    ask.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile(r"about \$0\.\d+, at most \$0\.\d+"))
    expect(dialog).to_contain_text(f"{WRITER}: about $")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert not [request for request in watch.requests if request.method == "POST" and "reports" in request.url]
    ask.click()
    dialog.get_by_role("button", name=re.compile("Ask for a new report")).click()
    expect(report.get_by_role("status")).to_contain_text("Waiting: a new report was asked for just now")
    page.reload()
    expect(report.get_by_role("status")).to_contain_text("Waiting")


def _come_near(page: Page) -> None:
    settle(page)
    page.get_by_role("link", name="Report", exact=True).click()
    expect(page.get_by_role("heading", name="Report", exact=True)).to_be_visible()
