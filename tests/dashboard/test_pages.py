"""Every page in every combination of language, theme and width: whole, sound, readable by everybody."""

import itertools

import pytest
from playwright.sync_api import expect

from benchmarks.chromium import axe_findings
from tests.dashboard.conftest import HEADINGS, VISITORS, Visitor

QUICK = (("ko", "dark", 360),)
LOOKS = [
    pytest.param(*look, marks=[] if look in QUICK else pytest.mark.slow)
    for look in itertools.product(("ko", "en"), ("light", "dark"), (360, 1440))
]
STICKING_OUT = """() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const outside = [...document.querySelectorAll("body *")].filter(
        (each) => each.getBoundingClientRect().right > clientWidth && !each.closest(".overflow-x-auto"));
    return outside.map((each) => each.outerHTML.slice(0, 150));
}"""
PAINTED_FOR = "getComputedStyle(document.documentElement).colorScheme"


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
@pytest.mark.parametrize("name", HEADINGS)
def test_a_page_is_whole_in_every_look(
    name: str, language: str, theme: str, width: int, visitor: Visitor, pages: dict[str, str]
):
    page, _ = visitor.visit(pages[name], email=VISITORS.get(name), language=language, theme=theme, width=width)

    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("h1")).to_contain_text(HEADINGS[name][language])
    assert page.locator("html").get_attribute("lang") == language
    assert page.evaluate(PAINTED_FOR) == theme
    assert page.evaluate(STICKING_OUT) == [], "the page is wider than the screen"
    findings = axe_findings(page)
    assert not findings, "\n".join(findings)
