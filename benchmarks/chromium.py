"""A real Chromium: where it is and how it is started, when a page has settled, what axe finds on it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

EXECUTABLE = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
MISSING = f"no browser at {EXECUTABLE}; run .ci/install as root, or set CHROMIUM"
AXE = Path(__file__).parents[1] / "dashboard/node_modules/axe-core/axe.min.js"
LOADING = "main .animate-pulse, main [aria-busy=true]"
_FINDINGS = """async () => {
    const found = await axe.run(document, { resultTypes: ["violations"] });
    return found.violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(
        ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(" ; ")}`);
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def settle(page: Page) -> None:
    """Wait until a page shows what it has to show: a heading, and nothing that is still loading."""
    # By locators: a function to wait for would be evaluated by the page, whose security policy refuses that.
    page.locator("main h1").wait_for()
    expect(page.locator(LOADING)).to_have_count(0, timeout=30_000)


def axe_findings(page: Page) -> list[str]:
    """What axe finds serious or critical on a page as it stands, a line each."""
    # The browser's own debugger puts it there: the page's security policy stays in force for everything else.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(_FINDINGS)
