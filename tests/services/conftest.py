"""Places, homes, servers and bystanders for the tests of the services; everything made here is removed again."""

import contextlib
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from craveny_cli.services import home as home_module
from craveny_cli.services import postgres_account
from craveny_cli.services.home import Home
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_cli.services.postgres_account import choose_account

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder any user can pass through, as /srv is; whatever the services put elsewhere goes below it too."""
    # pytest's own tmp_path is closed to other users, and too long for a socket on some machines.
    folder = Path(tempfile.mkdtemp(prefix="crv", dir="/tmp"))
    folder.chmod(0o711)
    short = folder / "s"
    short.mkdir(mode=0o711)
    monkeypatch.setattr(home_module, "SHORT_SOCKET_ROOT", short)
    monkeypatch.setattr(postgres_account, "SHARED_ROOT", folder / "shared")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def postgres_at(place: Path) -> Iterator[Callable[[Path], EmbeddedPostgres]]:
    """Make the Postgres of a home; whatever still runs is stopped at the end."""
    made: list[EmbeddedPostgres] = []

    def make(path: Path) -> EmbeddedPostgres:
        assert path.is_relative_to(place)
        made.append(EmbeddedPostgres(Home(path)))
        return made[-1]

    yield make
    for server in made:
        with contextlib.suppress(Exception):
            server.stop()


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """A home whose Postgres was stopped with one row in the table `kept`."""
    folder = Path(tempfile.mkdtemp(prefix="crv", dir="/tmp"))
    folder.chmod(0o711)
    server = EmbeddedPostgres(Home(folder / "home"))
    try:
        server.start()
        run_statement(server, "CREATE TABLE kept AS SELECT 7 AS n")
        server.stop()
        yield folder / "home"
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
def kept(template: Path) -> Iterator[EmbeddedPostgres]:
    """The stopped Postgres of the template itself, for tests that leave its rows as they were."""
    server = EmbeddedPostgres(Home(template))
    yield server
    server.stop()


@pytest.fixture
def filled(template: Path, postgres_at: Callable[[Path], EmbeddedPostgres]) -> Callable[[Path], EmbeddedPostgres]:
    """Make a stopped Postgres with one row in the table `kept` at a path, without the wait for its creation."""

    def make(path: Path) -> EmbeddedPostgres:
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", template, path], check=True)
        return postgres_at(path)

    return make


@pytest.fixture
def bystander() -> Iterator[psutil.Popen]:
    """A process that is nobody's business, of the user Postgres runs as."""
    account = choose_account("nobody")
    user = account.uid if account.switches else None
    process = psutil.Popen(["sleep", "300"], user=user)
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def tmpfs(place: Path) -> Iterator[Callable[[int], Path]]:
    """Mount a small disk of so many MB; called again, it changes the size."""
    disk = place / "disk"

    def mount(size_mb: int) -> Path:
        fresh = not disk.exists()
        disk.mkdir(exist_ok=True)
        options = f"size={size_mb}m,mode=0711" + ("" if fresh else ",remount")
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], capture_output=True, text=True)
        if done.returncode != 0:
            pytest.skip(f"this user may not mount a small disk: {done.stderr.strip()}")
        return disk

    yield mount
    subprocess.run(["umount", "-l", disk], capture_output=True)


@pytest.fixture
def run_as_nobody() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python code with arguments as the user `nobody`, with this environment's packages."""
    if os.geteuid() != 0:
        pytest.skip("not root: every other test here already runs as an unprivileged user")
    paths = ":".join([str(REPOSITORY), *(path for path in sys.path if path.endswith("site-packages"))])
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"

    def run(program: str, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {"PYTHONPATH": paths, "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
        argv = [program, "-c", code, *arguments]
        return subprocess.run(
            argv, user=65534, group=65534, extra_groups=[], cwd="/", env=environment, capture_output=True, text=True
        )

    for program in (sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
        with contextlib.suppress(OSError):
            if run(program, "import craveny_cli.services.postgres, psycopg, sqlalchemy").returncode == 0:
                return functools.partial(run, program)
    pytest.skip("no Python on this machine that the user nobody could run with these packages")


@pytest.fixture
def ask() -> Callable[..., list[tuple]]:
    """Run one statement on a connection of its own; its rows."""
    return run_statement


def run_statement(
    server: EmbeddedPostgres, statement: str, database: str = "craveny", driver: str = "psycopg"
) -> list[tuple]:
    engine = sa.create_engine(server.url(database, driver), poolclass=sa.NullPool)
    with engine.begin() as connection:
        rows = connection.execute(sa.text(statement))
        return [tuple(row) for row in rows] if rows.returns_rows else []
