"""`make screenshots`: the pictures in docs, of a fresh `craveny up` and its sample; or of a dashboard at an address."""

import sys
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, ViewportSize, expect

from benchmarks.chromium import chromium, settle
from benchmarks.costs import PROJECT
from benchmarks.homes import temporary_folder
from benchmarks.running import HOST, Deployment
from benchmarks.web import five_pages

FOLDER = PROJECT / "docs" / "screenshots"
LINEAGE = PROJECT / "docs" / "lineage.png"
SIZE: ViewportSize = {"width": 1440, "height": 900}
WIDE: ViewportSize = {"width": 2560, "height": 1180}
"""Dagster's graph shows what is in its boxes only when it need not be shrunk."""
MARGIN = 40
PAINTED = 2_000
"""Milliseconds in which a chart paints after its page has settled."""
PICTURES = ("overview", "stock", "prediction", "models")


def main() -> None:
    """Take the pictures of the dashboard at the address that was given, else of all that is started for it."""
    with chromium() as browser:
        if len(sys.argv) > 1:
            take(browser, sys.argv[1].rstrip("/"), FOLDER)
            return
        with temporary_folder("screenshots") as folder:
            deployment = Deployment(folder / "home", lambda line: print(line, flush=True))
            with deployment.started():
                ports = deployment.environment
                take(browser, f"http://{HOST}:{ports['CRAVENY_API_PORT']}", FOLDER)
                take_lineage(browser, f"http://{HOST}:{ports['CRAVENY_WEB_PORT']}", LINEAGE)


def take(browser: Browser, address: str, folder: Path) -> None:
    """One picture a page, in English and light, of the same size every time."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = five_pages(address)
    with browser.new_context(locale="en-US", color_scheme="light", viewport=SIZE, reduced_motion="reduce") as context:
        page = context.new_page()
        for name in PICTURES:
            page.goto(address + pages[name])
            settle(page)
            page.wait_for_timeout(PAINTED)
            page.screenshot(path=folder / f"{name}.png", animations="disabled")
            _tell(folder / f"{name}.png")


def take_lineage(browser: Browser, address: str, path: Path) -> None:
    """One market's assets as the Dagster UI at an address draws them, cut to the graph."""
    with browser.new_context(locale="en-US", color_scheme="light", viewport=WIDE) as context:
        page = context.new_page()
        page.goto(f"{address}/locations/craveny/asset-groups/us")
        page.get_by_text("Hide navigation").click()
        boxes = page.locator("svg foreignObject")
        expect(boxes.filter(has_text="partitions").first).to_be_visible(timeout=60_000)
        expect(boxes.filter(has_text="Loading")).to_have_count(0, timeout=60_000)
        page.screenshot(path=path, animations="disabled", clip=_around([box.bounding_box() for box in boxes.all()]))
        _tell(path)


def _around(boxes: Iterable[FloatRect | None]) -> FloatRect:
    found = [box for box in boxes if box]
    left, top = (min(box[side] for box in found) - MARGIN for side in ("x", "y"))
    right = max(box["x"] + box["width"] for box in found) + MARGIN
    bottom = max(box["y"] + box["height"] for box in found) + MARGIN
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def _tell(path: Path) -> None:
    print(f"{path.relative_to(PROJECT)}: {path.stat().st_size / 1024:.0f} KiB", flush=True)


if __name__ == "__main__":
    main()
