"""Histories: rows that are never changed and never deleted; one that differs supersedes its predecessor."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, Table

from craveny_store.bulk import Changes, Row, copy_rows, cursor, staged


def supersede(
    conn: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    scope: Mapping[str, Any],
    key: Sequence[str],
    same: Sequence[str],
    revised: str = "",
) -> Changes:
    """Make the current rows inside `scope` (column = value) say what `rows` say, by `key`.

    A row that equals its predecessor in the columns `same` changes nothing; else the predecessor stays, superseded.
    The column `revised`, if any, is set on rows that have a predecessor.
    """
    names = {"table": sql.Identifier(table.name), "current": _current(scope)}
    with cursor(conn) as cur:
        found = cur.execute(sql.SQL("SELECT EXISTS (SELECT FROM {table} h WHERE {current})").format(**names)).fetchone()
    if not (found or (True,))[0] and not (revised and rows):
        copy_rows(conn, table, columns, rows)
        return Changes(added=len(rows))
    with staged(conn, table, columns, rows) as stage, cursor(conn) as cur:
        names |= {
            "stage": stage,
            "columns": _listed("{0}", columns, ", "),
            "same": _listed("h.{0} IS NOT DISTINCT FROM s.{0}", same, " AND "),
            "on": _listed("h.{0} = s.{0}", key, " AND "),
        }
        superseded = cur.execute(_SUPERSEDE.format(**names)).rowcount
        marked = {"into": sql.SQL(""), "mark": sql.SQL("")}
        if revised:
            marked = {"into": sql.SQL(", {}").format(sql.Identifier(revised)), "mark": _MARK.format(**names)}
        inserted = cur.execute(_INSERT.format(**names, **marked)).rowcount
    changed = min(superseded, inserted)
    return Changes(inserted - changed, changed, len(rows) - inserted, superseded - changed)


_SUPERSEDE = sql.SQL(
    "UPDATE {table} h SET superseded_at = clock_timestamp() WHERE {current}"
    " AND NOT EXISTS (SELECT FROM {stage} s WHERE {same})"
)
_MARK = sql.SQL(", EXISTS (SELECT FROM {table} h WHERE {on} AND h.superseded_at IS NOT NULL)")
_INSERT = sql.SQL(
    "INSERT INTO {table} ({columns}{into}) SELECT {columns}{mark} FROM {stage} s"
    " WHERE NOT EXISTS (SELECT FROM {table} h WHERE {current} AND {on})"
)


def _current(scope: Mapping[str, Any]) -> sql.Composed:
    terms = [sql.SQL("h.{} = {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in scope.items()]
    return sql.SQL(" AND ").join([*terms, sql.SQL("h.superseded_at IS NULL")])


def _listed(template: str, columns: Sequence[str], joiner: str) -> sql.Composed:
    return sql.SQL(joiner).join(sql.SQL(template).format(sql.Identifier(c)) for c in columns)  # type: ignore[arg-type]
