"""`make screenshots`: the pictures in docs/screenshots, of a fresh `craveny up` and its sample, or of an address."""

import sys
from pathlib import Path

from playwright.sync_api import ViewportSize

from benchmarks.chromium import chromium, settle
from benchmarks.costs import PROJECT
from benchmarks.homes import temporary_folder
from benchmarks.running import HOST, Deployment
from benchmarks.web import five_pages

FOLDER = PROJECT / "docs" / "screenshots"
SIZE: ViewportSize = {"width": 1440, "height": 900}
PICTURES = ("overview", "stock", "prediction", "models")


def main() -> None:
    """Take the pictures of the dashboard at the address that was given, else of one that is started for it."""
    if len(sys.argv) > 1:
        take(sys.argv[1].rstrip("/"), FOLDER)
        return
    with temporary_folder("screenshots") as folder:
        deployment = Deployment(folder / "home", lambda line: print(line, flush=True))
        with deployment.started():
            take(f"http://{HOST}:{deployment.environment['CRAVENY_API_PORT']}", FOLDER)


def take(address: str, folder: Path) -> None:
    """One picture a page, in English and light, of the same size every time."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = five_pages(address)
    with (
        chromium() as browser,
        browser.new_context(locale="en-US", color_scheme="light", viewport=SIZE, reduced_motion="reduce") as context,
    ):
        page = context.new_page()
        for name in PICTURES:
            page.goto(address + pages[name])
            settle(page)
            path = folder / f"{name}.png"
            page.screenshot(path=path, animations="disabled")
            print(f"{path.relative_to(PROJECT)}: {path.stat().st_size / 1024:.0f} KiB", flush=True)


if __name__ == "__main__":
    main()
