"""A temporary home with a Postgres of its own, and fresh databases in it with StockNet imported."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import dagster as dg
import psycopg
from sqlalchemy import Engine

from benchmarks.costs import ONE_THREAD, PROJECT, Cost
from craveny_assets.backfill import Chunk, plan_backfill
from craveny_assets.installation import import_archive, prepare
from craveny_cli.services.home import Home
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.clocks import Market
from craveny_store.engine import migrate, open_engine
from craveny_store.settings import load_markets
from craveny_store.source_entries import sources_path

SHARED_DATA = Path(os.environ.get("CRAVENY_SHARED_DATA", PROJECT.parent / "shared" / "data"))
STOCKNET = SHARED_DATA / "stocknet"
FIRST, LAST = date(2013, 12, 31), date(2015, 9, 30)
"""The days of the StockNet folder that hold news."""
TEMPLATE = "template_bench"

Say = Callable[[str], None]


class NoData(Exception):  # noqa: N818
    """The StockNet folder is not there."""


@contextmanager
def temporary_folder(name: str) -> Iterator[Path]:
    """A folder under /tmp that an unprivileged Postgres can reach, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"craveny-{name}-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty_store(name: str) -> Iterator[Engine]:
    """An engine on a migrated database without a row, in a Postgres of its own."""
    with temporary_folder(name) as folder:
        postgres = EmbeddedPostgres(Home(folder / "home"))
        postgres.start()
        engine = open_engine(postgres.url("craveny", "psycopg"))
        try:
            migrate(engine)
            yield engine
        finally:
            engine.dispose()
            postgres.stop()


@dataclass
class BenchHome:
    """A running Postgres with a template database, and what children need to work on copies of it."""

    folder: Path
    postgres: EmbeddedPostgres
    say: Say

    @property
    def log(self) -> Path:
        """What the children say on stderr."""
        return self.folder / "children.log"

    @property
    def postmaster_pid(self) -> int:
        """The process id of its Postgres."""
        pid = self.postgres.pid
        assert pid is not None
        return pid

    def fresh(self, name: str) -> str:
        """The address of a new copy of the template."""
        self.command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.command(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        return self.postgres.url(name, "psycopg")

    def environment(self, name: str) -> Mapping[str, str]:
        """What a child needs to work on database `name`, with Dagster's own tables, empty, in `dagster_<name>`."""
        dagster, home = f"dagster_{name}", self.folder / f"dagster-{name}"
        self.command(f"DROP DATABASE IF EXISTS {dagster} WITH (FORCE)")
        self.command(f"CREATE DATABASE {dagster}")
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        shutil.copyfile(PROJECT / "dagster_home" / "dagster.yaml", home / "dagster.yaml")
        given = {k: v for k, v in os.environ.items() if k != "MILVUS_URI"}
        address = self.postgres.url(dagster, "psycopg2")
        environment = {
            **given,
            **ONE_THREAD,
            "DATABASE_URL": self.postgres.url(name, "psycopg"),
            "DAGSTER_HOME": str(home),
            "DAGSTER_PG_URL": address,
        }
        os.environ["DAGSTER_PG_URL"] = address
        with dg.DagsterInstance.from_config(str(home)):
            # Opening it once creates its tables: done by `craveny up` long before any backfill.
            self.command("CHECKPOINT")
        return environment

    @contextmanager
    def engine(self, name: str) -> Iterator[Engine]:
        """An engine on one of the databases."""
        opened = open_engine(self.postgres.url(name, "psycopg"))
        try:
            yield opened
        finally:
            opened.dispose()

    def command(self, statement: str) -> None:
        """Something no transaction can hold, on the server as a whole."""
        address = self.postgres.url("postgres", "psycopg").replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]


@dataclass
class StockNetHome(BenchHome):
    """The template holds StockNet as `craveny import` leaves it, nothing materialized."""

    market: Market
    plain: Cost | None = None

    @property
    def searches(self) -> Path:
        """Where the plain run keeps its nearest-past-news searches."""
        return self.folder / "searches.npz"

    def chunks(self) -> list[Chunk]:
        """The backfill as planned on the template: the warm-up first."""
        with self.engine(TEMPLATE) as engine, engine.connect() as conn:
            return plan_backfill(conn, self.market, FIRST, LAST)


@contextmanager
def sample_home(say: Say) -> Iterator[BenchHome]:
    """The sample as `craveny up` finds it on its first start, nothing materialized, in a Postgres of its own."""
    with temporary_folder("bench") as folder:
        home = BenchHome(folder, EmbeddedPostgres(Home(folder / "home")), say)
        home.postgres.start()
        try:
            home.command(f"CREATE DATABASE {TEMPLATE}")
            with home.engine(TEMPLATE) as engine:
                prepare(engine, load_markets(), sources_path("sample"), say=say)
            yield home
        finally:
            home.postgres.stop()


@contextmanager
def stocknet_home(say: Say) -> Iterator[StockNetHome]:
    """StockNet imported into a Postgres of its own; NoData where the folder is absent."""
    if not STOCKNET.is_dir():
        raise NoData(f"There is no StockNet folder at {STOCKNET}. Set CRAVENY_SHARED_DATA to the folder that holds it.")
    with temporary_folder("bench") as folder:
        home = StockNetHome(folder, EmbeddedPostgres(Home(folder / "home")), say, load_markets()["us"])
        home.postgres.start()
        try:
            _import(home)
            yield home
        finally:
            home.postgres.stop()


def _import(home: StockNetHome) -> None:
    home.say("importing StockNet")
    home.command(f"CREATE DATABASE {TEMPLATE}")
    with home.engine(TEMPLATE) as engine:
        prepare(engine, {home.market.code: home.market}, None, say=home.say)
        done = import_archive(engine, home.market, STOCKNET, say=lambda _: None)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("VACUUM ANALYZE")
    home.say(f"imported {done.added}, quarantined {done.quarantined}")
