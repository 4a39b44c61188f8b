"""Real parts for the tests: one embedded Postgres a session, a fresh database a test, the sample market in it."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import Engine

from craveny_assets.assets import BODIES
from craveny_assets.days.work import Options, Work
from craveny_assets.installation import prepare
from craveny_assets.ranges import RangeAccount, run_days
from craveny_cli.services.home import Home
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.clocks import Market, days_between
from craveny_store.engine import open_engine
from craveny_store.leases import LeaseKeeper
from craveny_store.settings import load_markets
from craveny_store.source_entries import sources_path

TEMPLATE = "template_craveny"
FILLED_TEMPLATE = "template_filled"
FILLED_FIRST, FILLED_LAST = date(2026, 10, 5), date(2026, 10, 19)
SHARED_DATA = Path(os.environ.get("CRAVENY_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))

# How long an example takes says how busy the machine is, and nothing else.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")

# Folders that are one worker's as a whole, the longest first: deployments have the machine's ports and memory to
# themselves, the others share a fixture that takes long to build. Elsewhere a module is.
WHOLE_FOLDERS = {
    "stack": "deployments",
    "compose": "deployments",
    "dashboard": "dashboard",
    "point_in_time": "point_in_time",
    "fetching": "fetching",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker ends long after the others."""
    order = list(WHOLE_FOLDERS)
    items.sort(key=lambda item: order.index(item.path.parent.name) if item.path.parent.name in order else len(order))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep what shares fixtures on one worker, whatever mode is asked for; groups by marker need an older pytest."""
    from xdist.scheduler import LoadScopeScheduling

    class BySharedFixtures(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.split("::", 1)[0]
            return WHOLE_FOLDERS.get(Path(module).parent.name, module)

    config.option.loadscopereorder = False
    return BySharedFixtures(config, log)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say something at the end of all tests, whether this one passes or not: a measured time is told, not asserted."""
    return lambda line: record_property("told", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests told, on whatever worker they ran."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "call":
                for line in (value for name, value in report.user_properties if name == "told"):
                    terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {line}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The embedded Postgres of this test session and worker, in a folder that an unprivileged server can reach."""
    folder = Path(tempfile.mkdtemp(prefix="craveny-tests-", dir="/tmp"))
    folder.chmod(0o711)
    server = EmbeddedPostgres(Home(folder / "home"))
    server.start()
    # Every test makes a database of its own; what a power cut would lose is not what they are about.
    _server_command(server, "ALTER SYSTEM SET fsync = off")
    _server_command(server, "SELECT pg_reload_conf()")
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def markets() -> dict[str, Market]:
    """The configured markets."""
    return load_markets()


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres, markets: dict[str, Market]) -> str:
    """A migrated database with calendars, models and the sample source, copied for each test."""
    _server_command(postgres, f"CREATE DATABASE {TEMPLATE}")
    engine = open_engine(postgres.url(TEMPLATE, "psycopg"))
    prepare(engine, markets, sources_path("sample"), say=lambda _: None)
    engine.dispose()
    return TEMPLATE


@pytest.fixture(scope="session")
def filled_template(postgres: EmbeddedPostgres, template: str, markets: dict[str, Market]) -> str:
    """The template with every asset of us materialized from FILLED_FIRST to FILLED_LAST, a Monday to a Monday."""
    _server_command(postgres, f"CREATE DATABASE {FILLED_TEMPLATE} TEMPLATE {template}")
    engine = open_engine(postgres.url(FILLED_TEMPLATE, "psycopg"))
    bench = Bench(engine, markets["us"], holder="fill")
    bench.run_all(FILLED_FIRST, FILLED_LAST)
    bench.work.keeper.shutdown()
    engine.dispose()
    return FILLED_TEMPLATE


@pytest.fixture
def database(postgres: EmbeddedPostgres, template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a fresh copy of the template, also in DATABASE_URL."""
    with _copy(postgres, template, monkeypatch) as url:
        yield url


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """An engine on the test's own database."""
    opened = open_engine(database)
    yield opened
    opened.dispose()


@pytest.fixture
def filled_engine(
    postgres: EmbeddedPostgres, filled_template: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """An engine on the test's own copy of the filled template, whose address is in DATABASE_URL."""
    with _copy(postgres, filled_template, monkeypatch) as url:
        opened = open_engine(url)
        yield opened
        opened.dispose()


@contextmanager
def _copy(postgres: EmbeddedPostgres, template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with copied_database(postgres, template) as url:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.delenv("MILVUS_URI", raising=False)
        yield url


@contextmanager
def copied_database(postgres: EmbeddedPostgres, template: str) -> Iterator[str]:
    """The address of a copy of a template, dropped at the end; the environment stays as it is."""
    name = f"test_{os.urandom(6).hex()}"
    _server_command(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield postgres.url(name, "psycopg")
    _server_command(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def _server_command(postgres: EmbeddedPostgres, command: str) -> None:
    with psycopg.connect(postgres.url("postgres", "psycopg").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(command)  # type: ignore[arg-type]


class Bench:
    """Runs asset bodies for days of one market without Dagster, as a run would."""

    def __init__(self, engine: Engine, market: Market, *, holder: str = "test", options: Options | None = None) -> None:
        self.engine = engine
        self.market = market
        self.work = Work(engine, market, LeaseKeeper(engine, holder), None, options or Options())

    def run(self, asset: str, first: date, last: date | None = None) -> RangeAccount:
        """Materialize an asset's days by our own account; fails the test when a day fails."""
        account = self.try_run(asset, first, last)
        assert not account.failed, account.failed
        return account

    def try_run(self, asset: str, first: date, last: date | None = None) -> RangeAccount:
        """The same, leaving failures to the caller."""
        days = days_between(first, last or first)
        return run_days(self.work, asset, BODIES[asset].body, days, lambda _: None)

    def run_all(self, first: date, last: date, *, price_days: int = 45, news_days: int = 8) -> None:
        """Every asset from first to last, after short histories of prices and news before it."""
        before = first - timedelta(days=1)
        self.run("price", first - timedelta(days=price_days), before)
        for asset in ("raw_news", "news", "match", "news_embeddings"):
            self.run(asset, first - timedelta(days=news_days), before)
        for asset in BODIES:
            self.run(asset, first, last)


@pytest.fixture
def us(engine: Engine, markets: dict[str, Market]) -> Bench:
    """The us sample market."""
    return Bench(engine, markets["us"])


@pytest.fixture
def krx(engine: Engine, markets: dict[str, Market]) -> Bench:
    """The krx sample market."""
    return Bench(engine, markets["krx"])


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project; tests that need it skip where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"SKIPPED: no real data at {SHARED_DATA}; set CRAVENY_SHARED_DATA to run this test")
    return SHARED_DATA


def utc(*parts: int) -> datetime:
    """An instant in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]


def wait_until(is_so: Callable[[], bool], what: str, *, seconds: float = 30.0) -> None:
    """Poll until something is so; fails the test when it never is."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain until {what}"
        time.sleep(0.01)
