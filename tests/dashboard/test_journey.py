"""The way of an investor: log in, pick a stock, compare models, open one forecast; by mouse, and by keyboard alone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.chromium import settle
from tests.dashboard.conftest import Visitor, log_in
from tests.dashboard.plants import INVESTOR, PASSWORD, SESSION

STOCK, NAME, MODELS = "QSCZ", "Quillon", ("lexicon", "nearest_news")
MOST_STOPS = 150
HAS_VISIBLE_FOCUS = """(element) => {
    const seen = element.closest("label, li, tr") ?? element;
    const styles = [element, seen].map((each) => getComputedStyle(each));
    const isDrawn = styles.some((style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
        || style.boxShadow !== "none");
    const { width, height } = element.getBoundingClientRect();
    return element.matches(":focus-visible") && isDrawn && width > 1 && height > 1;
}"""


@pytest.mark.slow
def test_an_investor_finds_a_forecast_by_mouse(visitor: Visitor):
    page, _ = visitor.visit("/")
    page.get_by_role("link", name="Log in").click()
    log_in(page, INVESTOR)
    expect(page.locator("h1")).to_have_text("Overview")

    page.get_by_role("combobox", name="Search stocks").click()
    page.keyboard.type(NAME.lower())
    page.get_by_role("option", name=STOCK).click()
    expect(page.locator("h1")).to_contain_text(STOCK)

    page.get_by_role("link", name="Compare models").click()
    for model in MODELS:
        page.get_by_role("button", name=model).click()
    _expect_comparison(page)

    _answer(page).click()
    _expect_forecast(page)


def test_an_investor_finds_a_forecast_by_keyboard_alone(visitor: Visitor):
    page, _ = visitor.visit("/")
    _go(page, page.get_by_role("link", name="Log in"))
    _tab_to(page, page.get_by_label("E-mail"))
    page.keyboard.type(INVESTOR)
    _tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Overview")

    search = page.get_by_role("combobox", name="Search stocks")
    _tab_to(page, search)
    page.keyboard.type(STOCK.lower())
    expect(page.get_by_role("listbox", name="Search stocks").get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(STOCK)
    settle(page)

    _go(page, page.get_by_role("link", name="Compare models"))
    expect(page.locator("h1")).to_have_text("Predictions")
    for model in MODELS:
        _go(page, page.get_by_role("button", name=model))
        expect(page.get_by_role("button", name=model)).to_have_attribute("aria-pressed", "true")
    _expect_comparison(page)

    _go(page, _answer(page))
    _expect_forecast(page)


def _expect_comparison(page: Page) -> None:
    """Two models side by side on the stock, and an address that says so."""
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Stock", *MODELS])
    expect(table.get_by_role("rowheader")).to_have_count(1)
    expect(table.get_by_role("rowheader")).to_contain_text(STOCK)
    for part in (f"symbol={STOCK}", *(f"model={model}" for model in MODELS)):
        assert part in page.url


def _answer(page: Page) -> Locator:
    """The last model's answer."""
    return page.get_by_role("table").get_by_role("row").nth(1).get_by_role("cell").last.get_by_role("link")


def _expect_forecast(page: Page) -> None:
    """From inputs to partition and run, of the model that was opened."""
    settle(page)
    expect(page.locator("h1")).to_contain_text(f"session {SESSION}")
    for part in ("1 · Inputs", "2 · Evidence", "3 · Answer", "4 · Settlement", "5 · "):
        expect(page.get_by_role("heading", name=part)).to_be_visible()
    expect(page.locator("main header")).to_contain_text(MODELS[-1])
    expect(page.get_by_role("link", name=f"us/prediction {SESSION}")).to_be_visible()


def _go(page: Page, target: Locator) -> None:
    """Tab to a link or button and press Enter on it."""
    _tab_to(page, target)
    page.keyboard.press("Enter")


def _tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, as people see it."""
    expect(target).to_have_count(1)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if target.evaluate("(element) => element === document.activeElement"):
            assert target.evaluate(HAS_VISIBLE_FOCUS), f"nobody sees that {target} has the focus"
            return
    raise AssertionError(f"{target} cannot be reached by {MOST_STOPS} times Tab")
