"""The report on a stock: fetched when a person comes near, shown as text, asked for at a price that is told first."""

import re

from playwright.sync_api import Page, expect

from benchmarks.chromium import axe_findings, settle
from tests.dashboard.conftest import Visitor
from tests.dashboard.language_plants import RISK, WRITER
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
    assert axe_findings(page) == []
    nothing_happened(page, f"{PATH}#report")


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
