"""Stopping one writer inside its transaction, as a stalled disk or a paused machine would, for as long as a test wants.

A trigger makes the first writer that comes by wait for an advisory lock the test holds; later ones pass.
"""

from datetime import date
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, text

from tests.conftest import wait_until

GATE, FIRST_COMER = 1, 2

_FUNCTION = f"""
    CREATE FUNCTION turnstile() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF pg_try_advisory_xact_lock({FIRST_COMER}) THEN PERFORM pg_advisory_xact_lock({GATE}); END IF;
        RETURN NEW;
    END $$"""
_HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock AND granted = :granted" \
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"  # fmt: skip


class Turnstile:
    """A place where the first writer stops: before it writes to a table, or with all rows of a day written."""

    def __init__(self, engine: Engine, *, before: str = "", sealing: str = "", day: date | None = None) -> None:
        self._engine = engine
        only = f" AND NEW.partition_date = '{day}'" if day else ""
        self._trigger = (
            f"CREATE TRIGGER turnstile BEFORE INSERT ON {before} FOR EACH STATEMENT EXECUTE FUNCTION turnstile()"
            if before
            else "CREATE TRIGGER turnstile BEFORE INSERT ON partition_state FOR EACH ROW"
            f" WHEN (NEW.asset = '{sealing}' AND NEW.model_name = ''{only}) EXECUTE FUNCTION turnstile()"
        )
        self._conn: Connection

    def __enter__(self) -> Self:
        self._conn = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        for statement in (_FUNCTION, self._trigger, f"SELECT pg_advisory_lock({GATE})"):
            self._conn.execute(text(statement))
        return self

    def wait_for_a_writer(self) -> None:
        """Return when a writer stands at the gate."""
        wait_until(lambda: self._count(GATE, granted=False) == 1, "a writer stood at the gate")

    def open(self) -> None:
        """Let the writer go on."""
        self._conn.execute(text(f"SELECT pg_advisory_unlock({GATE})"))

    def wait_until_it_left(self) -> None:
        """Return when the writer's transaction is over, one way or the other."""
        wait_until(lambda: self._count(FIRST_COMER, granted=True) == 0, "the writer had left")

    def _count(self, lock: int, *, granted: bool) -> int:
        return self._conn.execute(text(_HELD), {"lock": lock, "granted": granted}).scalar_one()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The lock belongs to the session, which goes back to the pool.
        self._conn.execute(text("SELECT pg_advisory_unlock_all()"))
        self._conn.close()
