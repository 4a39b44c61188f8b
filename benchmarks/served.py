"""A Postgres of its own, filled by rule with a given number of rows, and programs that serve from it."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import text

from benchmarks.costs import PROJECT
from benchmarks.homes import Say, temporary_folder
from benchmarks.running import HOST, free_ports
from craveny_assets.installation import prepare
from craveny_cli.services.home import Home
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_store.engine import open_engine
from craveny_store.settings import load_markets
from tests.api.many_rows import fill

START_SECONDS = 60


@dataclass(frozen=True)
class Size:
    """How much the store holds: forecasts come to stocks x sessions x models x 3 horizons, articles to sessions x
    articles, each in both markets."""

    stocks: int
    sessions: int
    articles: int


@dataclass(frozen=True)
class FilledStore:
    """A filled store and the folder for what serves from it."""

    url: str
    folder: Path
    counts: dict[str, int]

    @contextmanager
    def serving(self, module: str, *arguments: str, path: str, **settings: str) -> Iterator[tuple[str, psutil.Process]]:
        """Run `python -m module` on a free port (CRAVENY_API_PORT, and {port} in arguments) until the block ends.

        `settings` join its environment. Gives its address and process once `path` is answered.
        """
        port = str(free_ports(1)[0])
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CRAVENY_", "DAGSTER_", "MILVUS_"))}
        # MALLOC_ARENA_MAX as `craveny up` and the Compose stack set it.
        ours = {
            "MALLOC_ARENA_MAX": "2",
            "CRAVENY_API_PORT": port,
            "CRAVENY_SIGNING_KEYS": str(self.folder / "keys"),
            "DATABASE_URL": self.url,
        }
        argv = [sys.executable, "-m", module, *(a.format(port=port) for a in arguments)]
        with (self.folder / f"{module}.log").open("w", encoding="utf-8") as log:
            server = subprocess.Popen(argv, stdout=log, stderr=log, env=kept | ours | settings, cwd=PROJECT)
        try:
            _wait(f"http://{HOST}:{port}{path}", server)
            yield f"http://{HOST}:{port}", psutil.Process(server.pid)
        finally:
            server.terminate()
            server.wait(30)


def _wait(address: str, server: subprocess.Popen) -> None:
    begun = time.monotonic()
    while True:
        try:
            urllib.request.urlopen(address, timeout=30).close()  # noqa: S310
        except (urllib.error.URLError, ConnectionError) as error:
            if server.poll() is not None or time.monotonic() - begun > START_SECONDS:
                raise RuntimeError(f"{address} is not answered: {error}") from error
            time.sleep(0.1)
        else:
            return


@contextmanager
def filled_store(size: Size, say: Say) -> Iterator[FilledStore]:
    """A store of that size until the end of the block."""
    with temporary_folder("served") as folder:
        postgres = EmbeddedPostgres(Home(folder / "home"))
        postgres.start()
        engine = open_engine(postgres.url("craveny", "psycopg"))
        try:
            say("filling the store")
            prepare(engine, load_markets(), None, say=say)
            fill(engine, stocks=size.stocks, sessions=size.sessions, articles=size.articles)
            with engine.connect() as conn:
                counts = {
                    table: conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
                    for table in ("prediction", "news", "match", "price", "evaluation_history", "prediction_evidence")
                }
            say(", ".join(f"{count:,} {table}" for table, count in counts.items()))
            yield FilledStore(postgres.url("craveny", "psycopg"), folder, counts)
        finally:
            engine.dispose()
            postgres.stop()
