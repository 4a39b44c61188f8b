"""Text from outside is text: whatever a feed or a model wrote, it is shown, and nothing of it happens."""

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.conftest import Visitor
from tests.dashboard.plants import IMAGE, MARKET, NAME, NAMED, TITLES

PLANTED = """() => [
    window.planted ?? null,
    ...document.querySelectorAll("#planted, img[src=x], [onload], [onerror], [onmouseover], a[href^='javascript' i]"),
].filter((each) => each !== null).map(String)"""


def test_hostile_titles_are_shown_as_text(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["stock"])
    for title in TITLES:
        expect(page.get_by_text(title, exact=True).first).to_be_visible()
    nothing_happened(page, pages["stock"])


def test_hostile_questions_and_reasons_are_shown_as_text(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["prediction"])
    assert page.get_by_text(IMAGE, exact=True).count() > 0
    nothing_happened(page, pages["prediction"])


@pytest.mark.parametrize("view", ["table", "cards", "list"])
def test_a_hostile_name_is_shown_as_text(view: str, visitor: Visitor):
    path = f"/predictions?market={MARKET}&view={view}"
    page, _ = visitor.visit(path)
    expect(page.get_by_text(NAME, exact=True).first).to_be_visible()
    nothing_happened(page, path)


def test_a_hostile_name_is_found_as_text(visitor: Visitor):
    page, _ = visitor.visit("/operations")
    page.get_by_role("combobox", name="Search stocks").fill(NAMED)
    expect(page.get_by_role("listbox", name="Search stocks").get_by_role("option")).to_contain_text(NAME)
    nothing_happened(page, "/operations")


def nothing_happened(page: Page, path: str) -> None:
    """Nothing that was planted ran, became an element, or took the page elsewhere."""
    assert page.evaluate(PLANTED) == []
    assert page.url.endswith(path)
    assert len(page.context.pages) == 1
