"""Serving the dashboard: deep links, what may be kept, and what is said where it was not built."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from tests.api.conftest import Serving

SCRIPT = "let a = 1;\n" * 1000
PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A built dashboard."""
    folder = tmp_path / "built"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>the dashboard</title>")
    (folder / "assets" / "index-abc123.js").write_text(SCRIPT)
    return folder


@pytest.fixture
def pages(engine: Engine, serving: Serving, build: Path) -> Iterator[TestClient]:
    """The API with that dashboard."""
    with serving(engine, build=build) as opened:
        yield opened


def test_every_address_that_is_not_the_apis_is_the_dashboards(pages: TestClient) -> None:
    for path in ("/", "/predictions", "/stocks/us/ACME", "/apiary"):
        page = pages.get(path, headers=PAGE)
        assert (page.status_code, "the dashboard" in page.text) == (200, True), path
        assert page.headers["Cache-Control"] == "no-cache"
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/stocks/us/ACME/nothing"])
def test_the_fallback_never_answers_for_the_api(pages: TestClient, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = pages.request(method, path, headers=PAGE)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json"), method


def test_files_named_by_their_content_are_kept_for_ever_and_sent_compressed(pages: TestClient) -> None:
    script = pages.get("/assets/index-abc123.js")
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (script.headers["Content-Encoding"], script.text) == ("gzip", SCRIPT)
    held = {"If-None-Match": script.headers["ETag"]}
    assert pages.get("/assets/index-abc123.js", headers=held).status_code == 304


def test_a_missing_file_is_a_404_that_nobody_keeps(pages: TestClient) -> None:
    for path in ("/assets/index-old.js", "/assets/%2e%2e/%2e%2e/secret", "/..%2fsecret"):
        missing = pages.get(path)
        assert missing.status_code == 404, path
        assert "Cache-Control" not in missing.headers


def test_without_a_build_the_first_page_says_how_to_build_it(client: TestClient) -> None:
    page = client.get("/", headers=PAGE)
    assert page.status_code == 200
    assert "npm run build" in page.text
    assert "npm run build" in client.get("/ready").json()["parts"]["dashboard"]
    assert client.get("/predictions", headers=PAGE).status_code == 404
