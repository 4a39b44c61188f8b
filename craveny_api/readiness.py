"""What this process needs and whether it is there."""

from importlib.metadata import version
from socket import create_connection
from urllib.parse import urlsplit

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.datastructures import State

from craveny_api.dashboard import is_built
from craveny_api.schemas import Readiness
from craveny_store.engine import newest_revision, schema_revision
from craveny_store.settings import Settings

VERSION = version("craveny")
NEEDED = ("database", "schema")


def look(state: State) -> Readiness:
    """Look at every part; only NEEDED ones decide."""
    parts = {
        **_store(state.engine),
        "dashboard": "ok" if is_built(state.dashboard) else "not built: run `npm run build` in dashboard/",
        "milvus": _milvus(Settings().milvus_uri),
    }
    ready = all(parts[name] == "ok" for name in NEEDED)
    return Readiness(status="ready" if ready else "not_ready", parts=parts)


def _store(engine: Engine) -> dict[str, str]:
    try:
        found = schema_revision(engine)
    except (OperationalError, PoolTimeoutError):
        return {"database": "does not answer", "schema": "unknown while the database does not answer"}
    wanted = newest_revision()
    schema = "ok" if found == wanted else f"stands at {found or 'nothing'}, needs {wanted}: run `craveny up`"
    return {"database": "ok", "schema": schema}


def _milvus(uri: str) -> str:
    """A note: forecasts and pages do without it."""
    address = urlsplit(uri)
    if not address.hostname:
        return "not configured"
    try:
        create_connection((address.hostname, address.port or 19530), 1).close()
    except OSError:
        return "does not answer; forecasts do not need it"
    return "ok"
