"""The connection to Postgres: one engine per process, its errors in plain words, and schema migration."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).with_name("migrations")
# A writer that hangs with rows written must not keep its successor waiting for ever.
OPTIONS = "-c timezone=UTC -c idle_in_transaction_session_timeout=300000"


class StoreError(Exception):
    """The store cannot be used; the message is one sentence with the cause and one with the cure."""


def open_engine(url: str, *, pool_size: int = 4, statement_timeout: timedelta | None = None) -> Engine:
    """An engine for our tables; the URL must spell the driver, e.g. postgresql+psycopg://user@host/craveny.

    A statement that takes longer than the timeout ends in an OperationalError.
    """
    if not url:
        raise StoreError("DATABASE_URL is not set. Start the services with `craveny up`, or name a Postgres server.")
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            "DATABASE_URL is not a database address. Write postgresql+psycopg://user@host/name."
        ) from error
    if parsed.drivername != "postgresql+psycopg":
        raise StoreError(f"DATABASE_URL uses {parsed.drivername}. Craveny speaks postgresql+psycopg only.")
    limit = f" -c statement_timeout={round(statement_timeout.total_seconds() * 1000)}" if statement_timeout else ""
    return create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=8,
        pool_timeout=10,
        pool_pre_ping=False,
        hide_parameters=statement_timeout is not None,
        connect_args={"options": OPTIONS + limit, "connect_timeout": 10, "application_name": "craveny"},
    )


def read_only(engine: Engine) -> Engine:
    """The same connections, each transaction on them read-only and seeing one state of the database."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def is_reachable(engine: Engine) -> bool:
    """Whether a connection can be made now."""
    try:
        with engine.connect() as conn:
            conn.execute(text("SELECT 1"))
    except OperationalError:
        return False
    return True


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to a revision; refuses a database written by a newer Craveny, touching nothing."""
    from alembic import command
    from alembic.util.exc import CommandError

    with engine.begin() as conn, _exclusive(conn):
        try:
            command.upgrade(_alembic_config(conn), revision)
        except CommandError as error:
            if "Can't locate revision" in str(error):
                raise StoreError(
                    "The database was written by a newer Craveny than this one."
                    " Upgrade Craveny, or use another CRAVENY_HOME."
                ) from error
            raise


def schema_revision(engine: Engine) -> str | None:
    """The migration the database stands at; None for an empty one."""
    with engine.connect() as conn:
        if conn.execute(text("SELECT to_regclass('alembic_version')")).scalar() is None:
            return None
        return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def newest_revision() -> str:
    """The migration this Craveny needs: each file is named by its own."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("0*.py"))


def _alembic_config(conn: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = conn
    return config


@contextmanager
def _exclusive(conn: Connection) -> Iterator[None]:
    # Two processes starting at once would both create the first table.
    conn.execute(text("SELECT pg_advisory_xact_lock(hashtext('craveny migration'))"))
    yield
