"""A real Chromium, the built dashboard, the real API over the filled sample, and pages that are watched."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from benchmarks.chromium import EXECUTABLE, MISSING, chromium, settle
from craveny_api.dashboard import BUILD, is_built
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.clocks import Market
from craveny_store.engine import open_engine
from tests.api.orchestrated import orchestrated
from tests.assets.dagster_bench import DagsterBench
from tests.conftest import FILLED_FIRST, FILLED_LAST, Bench, copied_database
from tests.dashboard.ab_test_plants import GROWING, plant_ab_tests
from tests.dashboard.judgement_plants import plant_judgement
from tests.dashboard.language_plants import SCRIBE, plant_language
from tests.dashboard.plants import (
    ADMIN,
    MARKET,
    MODEL,
    OPERATOR,
    PASSWORD,
    SESSION,
    SYMBOL,
    plant_doubts,
    plant_hostile_text,
    plant_people,
    plant_sources,
)
from tests.dashboard.server import Server
from tests.dashboard.watch import Watch

HEIGHTS = {360: 780, 1440: 900}
PATIENCE = 30_000
LOCALES = {"en": "en-US", "ko": "ko-KR"}
HEADINGS = {
    "overview": {"en": "Overview", "ko": "개요"},
    "predictions": {"en": "Predictions", "ko": "예측"},
    "stock": {"en": SYMBOL, "ko": SYMBOL},
    "prediction": {"en": f"session {SESSION}", "ko": f"거래일 {SESSION}"},
    "answer": {"en": f"session {SESSION}", "ko": f"거래일 {SESSION}"},
    "models": {"en": "Models", "ko": "모델"},
    "abtests": {"en": "A/B tests", "ko": "A/B 테스트"},
    "new ab test": {"en": "A/B tests", "ko": "A/B 테스트"},
    "registry": {"en": "Registry", "ko": "모델 설정"},
    "prompts": {"en": "Registry", "ko": "모델 설정"},
    "cost": {"en": "Cost", "ko": "비용"},
    "operations": {"en": "Operations", "ko": "운영"},
    "reviews": {"en": "Reviews", "ko": "검토"},
    "stocks": {"en": "Stocks", "ko": "종목"},
    "login": {"en": "Log in", "ko": "로그인"},
}
"""What the heading of every page holds."""
VISITORS = {
    "abtests": ADMIN,
    "new ab test": ADMIN,
    "reviews": OPERATOR,
    "stocks": ADMIN,
    "registry": ADMIN,
    "prompts": ADMIN,
}
"""Who visits the pages that guests may not use."""


@pytest.fixture(scope="package", autouse=True)
def _needed() -> None:
    if not EXECUTABLE.is_file():
        pytest.skip(f"SKIPPED: {MISSING}")
    if not is_built(BUILD):
        pytest.skip("SKIPPED: the dashboard is not built; run `make dashboard`")


@pytest.fixture(scope="package")
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of signing keys, empty at first."""
    return tmp_path_factory.mktemp("dashboard-keys")


@dataclass(frozen=True)
class Store:
    """Addresses of our tables and of Dagster's."""

    url: str
    dagster_url: str


@pytest.fixture(scope="package")
def store(
    postgres: EmbeddedPostgres,
    filled_template: str,
    markets: dict[str, Market],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Store]:
    """What all pages read: the sample of both markets, people, hostile text, a run that failed and one that did not."""
    with (
        pytest.MonkeyPatch.context() as environment,
        copied_database(postgres, filled_template) as url,
        orchestrated(postgres, tmp_path_factory.mktemp("dagster"), environment) as dagster,
    ):
        environment.setenv("DATABASE_URL", url)
        engine = open_engine(url)
        krx = Bench(engine, markets["krx"], holder="fill")
        krx.run_all(FILLED_FIRST, FILLED_LAST)
        krx.work.keeper.shutdown()
        us = DagsterBench(engine, markets["us"], dagster.instance)
        assert us.run("raw_news", FILLED_LAST).success
        assert not us.run("evaluation_history", FILLED_LAST + timedelta(days=1)).success
        plant_people(engine)
        plant_hostile_text(engine)
        plant_doubts(engine)
        plant_sources(engine)
        plant_language(engine)
        plant_ab_tests(engine)
        plant_judgement(engine)
        engine.dispose()
        yield Store(url, dagster.url)


@pytest.fixture(scope="package")
def server(store: Store, signing_keys: Path) -> Iterator[Server]:
    """The API and the dashboard over the filled sample, for tests that break nothing."""
    with serving(store, signing_keys) as opened:
        yield opened


@contextmanager
def serving(store: Store, signing_keys: Path, **settings: str) -> Iterator[Server]:
    """A server of its own until the block ends."""
    named = {"DATABASE_URL": store.url, "DAGSTER_PG_URL": store.dagster_url, "CRAVENY_SIGNING_KEYS": str(signing_keys)}
    opened = Server(CRAVENY_DAGSTER_ADDRESS="http://dagster.example.org", **named, **settings)
    opened.start()
    try:
        yield opened
    finally:
        opened.stop()


@pytest.fixture(scope="package")
def pages(server: Server) -> dict[str, str]:
    """A path for every page, about what is hostile where that is possible."""
    forecast, answer = (_forecast_of(model, server) for model in (MODEL, SCRIBE))
    (test,) = [each for each in httpx2.get(f"{server.address}/api/ab-tests").json() if each["name"] == GROWING]
    return {
        "overview": f"/?market={MARKET}&board=reconstructed",
        "predictions": f"/predictions?market={MARKET}",
        "stock": f"/stocks/{MARKET}/{SYMBOL}?board=reconstructed",
        "prediction": f"/predictions/{forecast}",
        "answer": f"/predictions/{answer}",
        "models": f"/models?market={MARKET}&board=reconstructed",
        "abtests": f"/abtests?market={MARKET}&open={test['test_id']}",
        "new ab test": f"/abtests?market={MARKET}&add=1",
        "registry": f"/registry?market={MARKET}&open={SCRIBE}",
        "prompts": f"/registry?market={MARKET}&part=prompts&open=forecast-1&add=1&symbol={SYMBOL}",
        "cost": f"/cost?market={MARKET}&board=reconstructed&from=2026-10-01",
        "operations": "/operations",
        "reviews": f"/reviews?market={MARKET}",
        "stocks": f"/stocks?market={MARKET}&edit={SYMBOL}",
        "login": "/login",
    }


def _forecast_of(model: str, server: Server) -> int:
    about = {"market": MARKET, "symbol": SYMBOL, "session_date": str(SESSION), "model": model, "horizon": 1}
    (forecast,) = httpx2.get(f"{server.address}/api/predictions", params=about).json()["items"]
    return forecast["prediction_id"]


@pytest.fixture(scope="package")
def browser(store: Store) -> Iterator[Browser]:  # noqa: ARG001 - Playwright's event loop would be in Dagster's way
    """One Chromium for all pages, after the store is filled."""
    expect.set_options(timeout=PATIENCE)
    with chromium() as opened:
        yield opened


class Visitor:
    """Opens pages, each in a browser profile of its own, and knows in the end what they did wrong."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._watches: list[Watch] = []
        self._open = ExitStack()

    def visit(self, path: str = "/", *, email: str | None = None, **look: Any) -> tuple[Page, Watch]:
        """A page that has settled, of a person who is logged in where there is an e-mail, and its watch."""
        page, watch = self.new_page(**look)
        if email is not None:
            _bring_session(page, email)
        page.goto(path)
        settle(page)
        return page, watch

    def new_page(
        self, *, address: str = "", language: str = "en", theme: str = "light", width: int = 1440, **options: Any
    ) -> tuple[Page, Watch]:
        """An empty page whose relative addresses are the server's, and its watch."""
        origin = address or self._address
        viewport = {"width": width, "height": HEIGHTS[width]}
        context = self._browser.new_context(
            base_url=origin, locale=LOCALES[language], color_scheme=theme, viewport=viewport, **options
        )
        self._open.callback(context.close)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        watch = Watch(page, origin)
        self._watches.append(watch)
        return page, watch

    def close(self) -> list[str]:
        """End all pages; what they did wrong."""
        self._open.close()
        return [fault for watch in self._watches for fault in watch.faults]


def _bring_session(page: Page, email: str) -> None:
    """What an earlier login leaves in the browser: the cookie, and that there is one."""
    reply = page.request.post("/api/auth/login", data={"email": email, "password": PASSWORD})
    assert reply.ok, reply.text()
    page.add_init_script("localStorage.setItem('craveny.session', '1')")


def log_in(page: Page, email: str) -> None:
    """Fill the form of the login page and wait until it has let the person in."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def _forget_logins(store: Store) -> None:
    # All tests come from one address, whose logins are limited: one's are nothing to the next.
    engine = open_engine(store.url)
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM login_attempt"))
    engine.dispose()


@pytest.fixture
def visitor(browser: Browser, server: Server, store: Store) -> Iterator[Visitor]:
    """Visits the shared server; whatever a page did wrong fails the test."""
    _forget_logins(store)
    opened = Visitor(browser, server.address)
    yield opened
    faults = opened.close()
    assert not faults, "\n".join(faults)
