"""What a page weighs: the scripts that Chromium loads for it, compressed."""

import gzip

import pytest

from tests.dashboard.conftest import HEADINGS, VISITORS, Visitor

LIMIT_KIB = 170


@pytest.mark.parametrize("name", HEADINGS)
def test_a_page_loads_no_more_script_than_a_slow_line_bears(name: str, visitor: Visitor, pages: dict[str, str]):
    page, watch = visitor.visit(pages[name], email=VISITORS.get(name))
    # Charts come after the words: without this their library would not be counted.
    if name == "stock":
        page.locator("canvas").first.wait_for()
    scripts = {request.url: request for request in watch.requests if request.resource_type == "script"}
    sizes = {url: len(gzip.compress(request.response().body())) for url, request in scripts.items()}
    assert len(sizes) > 2
    assert sum(sizes.values()) / 1024 <= LIMIT_KIB, sizes
