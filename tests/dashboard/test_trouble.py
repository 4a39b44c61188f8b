"""What a person is told when the API is down, fails or ends the session, and how the page goes on without a reload."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from benchmarks.chromium import settle
from craveny_store.engine import open_engine
from tests.dashboard.conftest import Store, Visitor, log_in, serving
from tests.dashboard.plants import MARKET, OPERATOR
from tests.dashboard.server import Server

pytestmark = pytest.mark.slow


@pytest.fixture
def own_server(store: Store, tmp_path: Path) -> Iterator[Server]:
    """A server that may be broken, with keys of its own in `tmp_path`."""
    with serving(store, tmp_path / "keys") as opened:
        yield opened


@pytest.fixture
def guest(browser: Browser, own_server: Server) -> Iterator[Visitor]:
    """Visits the server that may be broken."""
    opened = Visitor(browser, own_server.address)
    yield opened
    faults = opened.close()
    assert not faults, "\n".join(faults)


def test_an_api_that_is_down_is_said_and_recovered_from(guest: Visitor, own_server: Server):
    page, watch = guest.visit(f"/predictions?market={MARKET}")
    _mark(page)
    watch.forgive("ERR_CONNECTION_REFUSED")
    own_server.stop()
    page.get_by_label("Horizon").select_option("3 sessions")
    alert = page.locator("main").get_by_role("alert")
    expect(alert).to_contain_text("The API does not answer")

    own_server.start()
    page.get_by_role("button", name="Try again").first.click()
    settle(page)
    expect(alert).to_have_count(0)
    expect(page.get_by_role("table")).to_be_visible()
    assert _is_marked(page)


def test_a_failing_api_is_said_with_its_request_id_and_recovered_from(guest: Visitor, store: Store):
    engine = open_engine(store.url)
    page, watch = guest.visit("/")
    _mark(page)
    failed: list[str | None] = []
    page.on("response", lambda reply: failed.append(reply.headers.get("x-request-id")) if reply.status == 500 else None)
    watch.forgive("status 500", "console error: Failed to load resource.*500")
    with engine.begin() as conn:
        conn.execute(text("ALTER TABLE daily_performance RENAME TO daily_performance_away"))
    try:
        page.get_by_role("navigation", name="Pages").get_by_role("link", name="Models").click()
        alert = page.locator("main").get_by_role("alert").first
        expect(alert).to_contain_text("The API failed")
        assert alert.locator("code").inner_text() in failed
    finally:
        with engine.begin() as conn:
            conn.execute(text("ALTER TABLE daily_performance_away RENAME TO daily_performance"))
        engine.dispose()

    while page.get_by_role("button", name="Try again").count():
        page.get_by_role("button", name="Try again").first.click()
        settle(page)
    expect(alert).to_have_count(0)
    assert _is_marked(page)


def test_a_session_goes_on_when_its_access_token_is_refused(guest: Visitor, own_server: Server, tmp_path: Path):
    page, watch = guest.new_page()
    page.goto("/login?next=/models")
    log_in(page, OPERATOR)
    settle(page)
    _mark(page)
    watch.forgive("status 401", "console error: Failed to load resource.*401", "ERR_CONNECTION_REFUSED")
    _change_keys(own_server, tmp_path)

    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Operations").click()
    expect(page.locator("h1")).to_have_text("Operations")
    settle(page)
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    assert _is_marked(page)
    assert any(request.url.endswith("/api/auth/refresh") for request in watch.requests)


def test_a_session_that_has_ended_is_said_and_entered_again(
    guest: Visitor, own_server: Server, store: Store, tmp_path: Path
):
    page, watch = guest.new_page()
    page.goto("/login?next=/models")
    log_in(page, OPERATOR)
    settle(page)
    _mark(page)
    watch.forgive("status 401", "console error: Failed to load resource.*401", "ERR_CONNECTION_REFUSED")
    _end_sessions(store)
    _change_keys(own_server, tmp_path)

    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Operations").click()
    expect(page.locator("h1")).to_have_text("Log in")
    expect(page.locator("main")).to_contain_text("session has ended")
    log_in(page, OPERATOR)
    expect(page.locator("h1")).to_have_text("Operations")
    assert _is_marked(page)


def _mark(page: Page) -> None:
    page.evaluate("window.neverReloaded = true")


def _is_marked(page: Page) -> bool:
    return page.evaluate("window.neverReloaded === true")


def _change_keys(server: Server, tmp_path: Path) -> None:
    """The access tokens that were given out are worth nothing any more."""
    server.stop()
    server.environment["CRAVENY_SIGNING_KEYS"] = str(tmp_path / "other keys")
    server.start()


def _end_sessions(store: Store) -> None:
    engine = open_engine(store.url)
    with engine.begin() as conn:
        conn.execute(text("UPDATE refresh_token SET revoked_at = clock_timestamp() WHERE revoked_at IS NULL"))
    engine.dispose()
