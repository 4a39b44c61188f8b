"""Rows in and out in bulk: COPY into tables, merges of a partition's rows, COPY into NumPy arrays.

Knows columns and keys, not what they mean.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

import numpy as np
from psycopg import Cursor, sql
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Table, types
from sqlalchemy.dialects.postgresql import JSONB

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Changes:
    """What a write did to a partition, in rows."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    @property
    def rows(self) -> int:
        """Rows the partition holds after the write."""
        return self.added + self.changed + self.unchanged

    @property
    def any(self) -> bool:
        """Whether the content differs from before."""
        return bool(self.added or self.changed or self.removed)

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.removed + other.removed,
        )


def cursor(conn: Connection) -> Cursor:
    """The psycopg cursor beneath an SQLAlchemy connection, in the same transaction."""
    return conn.connection.cursor()  # type: ignore[return-value]


def copy_rows(conn: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row], *, into: str = "") -> None:
    """Append rows to a table (or to the staging table `into` with its columns) by binary COPY."""
    target = sql.Identifier(into or table.name)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    json_at = [i for i, name in enumerate(columns) if isinstance(table.c[name].type, JSONB)]
    with (
        cursor(conn) as cur,
        cur.copy(sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(target, names)) as copy,
    ):
        copy.set_types([_copy_type(table.c[name].type) for name in columns])
        for row in rows:
            copy.write_row(_with_json(row, json_at) if json_at else row)


def merge_rows(
    conn: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    scope: Mapping[str, Any],
    key: Sequence[str],
    compare: Sequence[str] | None = None,
    remove: bool = True,
) -> Changes:
    """Make the rows inside `scope` (column = value) equal to `rows`, by `key`; untouched where nothing differs.

    `compare` names the columns whose difference counts (default: all but the key): a row that differs in
    none of them stays as it first was. `remove=False` keeps rows that are no longer given.
    """
    with cursor(conn) as cur:
        where, values = _where(scope)
        cur.execute(
            sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {})").format(sql.Identifier(table.name), where), values
        )
        empty = not (cur.fetchone() or (True,))[0]
    if empty:
        copy_rows(conn, table, columns, rows)
        return Changes(added=len(rows))
    return _merge_staged(
        conn, table, columns, rows, scope, key, compare or [c for c in columns if c not in key], remove
    )


def _merge_staged(
    conn: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Row],
    scope: Mapping[str, Any],
    key: Sequence[str],
    compare: Sequence[str],
    remove: bool,  # noqa: FBT001
) -> Changes:
    with staged(conn, table, columns, rows) as stage, cursor(conn) as cur:
        names = {
            "target": sql.Identifier(table.name),
            "stage": stage,
            "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
            "on": _pairs("t", "s", key, " AND ", " = "),
            "set": sql.SQL(", ").join(
                sql.SQL("{0} = s.{0}").format(sql.Identifier(c)) for c in columns if c not in key
            ),
            "differs": _pairs("t", "s", compare, " OR ", " IS DISTINCT FROM "),
        }
        removed = 0
        if remove:
            where, values = _where(scope, "t")
            removed = cur.execute(_DELETE.format(where=where, **names), values).rowcount
        changed = cur.execute(_UPDATE.format(**names)).rowcount
        added = cur.execute(_INSERT.format(**names)).rowcount
    return Changes(added, changed, len(rows) - added - changed, removed)


_DELETE = sql.SQL("DELETE FROM {target} t WHERE {where} AND NOT EXISTS (SELECT FROM {stage} s WHERE {on})")
_UPDATE = sql.SQL("UPDATE {target} t SET {set} FROM {stage} s WHERE {on} AND ({differs})")
_INSERT = sql.SQL(
    "INSERT INTO {target} ({columns}) SELECT {columns} FROM {stage} s"
    " WHERE NOT EXISTS (SELECT FROM {target} t WHERE {on})"
)


@contextmanager
def staged(conn: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[sql.Identifier]:
    """A temporary table of the given columns filled with rows, by its name, for the length of the block."""
    stage = f"stage_{table.name}"
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    create = sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0")
    with cursor(conn) as cur:
        cur.execute(create.format(sql.Identifier(stage), names, sql.Identifier(table.name)))
    copy_rows(conn, table, columns, rows, into=stage)
    yield sql.Identifier(stage)
    with cursor(conn) as cur:
        cur.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(stage)))


def insert_missing(conn: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Add the rows that break no unique key, in the order given; returns how many were added."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT DO NOTHING")
    with staged(conn, table, columns, rows) as stage, cursor(conn) as cur:
        return cur.execute(statement.format(sql.Identifier(table.name), names, names, stage)).rowcount


def fetch_array(
    conn: Connection, query: LiteralString, parameters: Mapping[str, Any], dtype: Sequence[tuple[str, str]]
) -> np.ndarray:
    """The answer of a query as a structured array, in no promised order; every column fixed-width, never null.

    `dtype` names the query's columns and gives each its kind: i4, i8, f4, f8 for int4, int8, float4, float8; S<n> for
    bytea of n bytes; `day` for date (as its proleptic ordinal, int64) and `us` for timestamptz (microseconds since
    1970, int64). Postgres refuses what is wider than its kind.
    """
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in dtype)
    row = sql.SQL(" || ").join(_sent(name, kind) for name, kind in dtype)
    # All rows as one value: a message a row is what costs the time, on both sides.
    whole = sql.SQL("SELECT count(*), string_agg({}, ''::bytea) FROM ({}) q ({})").format(row, sql.SQL(query), names)
    with conn.connection.cursor(binary=True) as cur:  # type: ignore[call-arg]
        count, data = cur.execute(whole, parameters).fetchone() or (0, None)
    stored = np.dtype([(name, _stored(kind)) for name, kind in dtype])
    # A row with a null is null as a whole, and left out.
    if len(data or b"") != count * stored.itemsize:
        raise ValueError("A column of the query is null or not of the width its type promises.")
    body = np.frombuffer(data or b"", dtype=stored)
    out = np.empty(len(body), dtype=[(name, "i8" if kind in _SHIFTED else kind) for name, kind in dtype])
    for name, kind in dtype:
        out[name] = body[name]
        if kind in _SHIFTED:
            out[name] += _SHIFTED[kind][1]
    return out


# Postgres counts days and microseconds from 2000-01-01.
_SHIFTED = {"day": (">i4", date(2000, 1, 1).toordinal()), "us": (">i8", 946_684_800_000_000)}


_SENDERS = {
    "i4": "int4send", "i8": "int8send", "f4": "float4send", "f8": "float8send", "day": "date_send",
    "us": "timestamptz_send",
}  # fmt: skip


def _sent(name: str, kind: str) -> sql.Composed:
    """A column as its bytes, null where they are not as many as its kind has."""
    column = sql.Identifier(name)
    if kind in _SENDERS:
        return sql.SQL("{}({})").format(sql.Identifier(_SENDERS[kind]), column)
    width = sql.Literal(int(kind.removeprefix("S")))
    return sql.SQL("CASE WHEN length({0}) = {1} THEN {0} END").format(column, width)


def _stored(kind: str) -> str:
    return _SHIFTED[kind][0] if kind in _SHIFTED else kind if kind.startswith("S") else f">{kind}"


def _copy_type(column_type: types.TypeEngine) -> str:
    if isinstance(column_type, types.ARRAY):
        return "text[]"
    for kind, name in _COPY_TYPES:
        if isinstance(column_type, kind):
            return name
    raise TypeError(f"No COPY type for {column_type!r}")


_COPY_TYPES: list[tuple[type, str]] = [
    (JSONB, "jsonb"),
    (types.BigInteger, "int8"),
    (types.SmallInteger, "int2"),
    (types.Integer, "int4"),
    (types.Double, "float8"),
    (types.Numeric, "numeric"),
    (types.DateTime, "timestamptz"),
    (types.Date, "date"),
    (types.Boolean, "bool"),
    (types.LargeBinary, "bytea"),
    (types.Text, "text"),
]


def _with_json(row: Row, json_at: Sequence[int]) -> Row:
    return tuple(Jsonb(value) if i in json_at and value is not None else value for i, value in enumerate(row))


def _pairs(
    left: LiteralString, right: LiteralString, columns: Sequence[str], joiner: LiteralString, operator: LiteralString
) -> sql.Composed:
    pair = "{}.{} {} {}.{}"
    return sql.SQL(joiner).join(
        sql.SQL(pair).format(sql.SQL(left), sql.Identifier(c), sql.SQL(operator), sql.SQL(right), sql.Identifier(c))
        for c in columns
    )


def _where(scope: Mapping[str, Any], alias: str = "") -> tuple[sql.Composed, dict[str, Any]]:
    terms = [
        sql.SQL("{} = {}").format(sql.Identifier(*([alias] if alias else []), c), sql.Placeholder(c)) for c in scope
    ]
    return sql.SQL(" AND ").join(terms), dict(scope)
