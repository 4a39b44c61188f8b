"""The clock of a test's database, held in the test's hand: product code goes on asking the database what time it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg

Turn = Callable[[datetime], None]


@contextmanager
def clock_in_hand(database: str) -> Iterator[Turn]:
    """Set what the database takes for the present on every later connection; stands still in between."""
    with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA hands")
        connection.execute("CREATE TABLE hands.present (at timestamptz)")
        connection.execute(
            "CREATE FUNCTION hands.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT at FROM hands.present'"
        )
        name = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{name}" SET search_path = public, hands, pg_catalog')  # type: ignore[arg-type]

        def turn(at: datetime) -> None:
            connection.execute("DELETE FROM hands.present")
            connection.execute("INSERT INTO hands.present VALUES (%s)", [at])

        yield turn
