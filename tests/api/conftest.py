"""The API as its callers meet it: in this process for quick questions, or as a real uvicorn on a port of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from craveny_api.app import create_app
from craveny_api.auth.tokens import Tokens
from craveny_api.schemas import Role
from craveny_api.settings import ApiSettings
from craveny_store.users import account_of, add_user
from tests.conftest import wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one signing key, made once."""
    folder = tmp_path_factory.mktemp("keys")
    Tokens(folder)
    return folder


@pytest.fixture
def api_settings(signing_keys: Path, monkeypatch: pytest.MonkeyPatch) -> ApiSettings:
    """The settings the clients' API runs with; a copy with changes goes to `serving`."""
    for name in [name for name in os.environ if name.startswith(("CRAVENY_", "TELEGRAM_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CRAVENY_SIGNING_KEYS", str(signing_keys))
    return ApiSettings()


Serving = Callable[..., AbstractContextManager[TestClient]]
Bearer = Callable[[Role], dict[str, str]]
Member = Callable[[Engine, Role], dict[str, str]]


@pytest.fixture
def serving(api_settings: ApiSettings, tmp_path: Path) -> Serving:
    """`with serving(engine, login_required=True) as client:` an API in this process with other settings."""

    @contextmanager
    def serve(engine: Engine, build: Path = tmp_path / "no build", **changes: object) -> Iterator[TestClient]:
        app = create_app(api_settings.model_copy(update=changes), engine, build=build)
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client

    return serve


@pytest.fixture
def client(engine: Engine, serving: Serving) -> Iterator[TestClient]:
    """The API in this process over a migrated database without days."""
    with serving(engine) as opened:
        yield opened


@pytest.fixture
def filled_client(filled_engine: Engine, serving: Serving) -> Iterator[TestClient]:
    """The API in this process over the filled us sample."""
    with serving(filled_engine) as opened:
        yield opened


@pytest.fixture
def bearer(signing_keys: Path) -> Bearer:
    """The header of somebody with a role: `client.get(..., headers=bearer("operator"))`."""
    tokens = Tokens(signing_keys)
    return lambda role: {"Authorization": f"Bearer {tokens.issue(1, role)}"}


@pytest.fixture
def member(signing_keys: Path) -> Member:
    """The header of somebody whose account is in the store: what changes anything asks for it."""

    def add(engine: Engine, role: Role) -> dict[str, str]:
        with engine.begin() as conn:
            add_user(conn, f"{role}@example.org", "no password has this hash", role)
            found = account_of(conn, f"{role}@example.org")
        assert found
        return {"Authorization": f"Bearer {Tokens(signing_keys).issue(found.user_id, role)}"}

    return add


@pytest.fixture
def api_address(database: str, api_settings: ApiSettings) -> Iterator[str]:
    """Where `python -m craveny_api` serves the database of this test."""
    with api_process(database, api_settings.signing_keys) as address:
        yield address


@contextmanager
def api_process(database_url: str, signing_keys: Path, log: Path | None = None, **settings: str) -> Iterator[str]:
    """`python -m craveny_api` on a free port until the block ends; gives its address. It writes to `log`."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "CRAVENY_API_PORT": str(port),
        "CRAVENY_SIGNING_KEYS": str(signing_keys),
        **settings,
    }
    argv = [sys.executable, "-m", "craveny_api"]
    with (log or Path(os.devnull)).open("wb") as out:
        process = subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(address, process), f"the API answers at {address}")
        yield address
    finally:
        process.terminate()
        assert process.wait(20) == 0, "the API did not end cleanly on SIGTERM"


def _answers(address: str, process: subprocess.Popen) -> bool:
    assert process.poll() is None, "the API ended by itself"
    try:
        return httpx2.get(f"{address}/health").status_code == 200
    except httpx2.TransportError:
        return False
