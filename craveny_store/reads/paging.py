"""Pages of long lists by keyset: a page starts after the last row of the one before, wherever that is by now.

What a walk promises: a row that is there all the while comes exactly once; one that comes or goes meanwhile comes at
most once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString

from psycopg import sql
from sqlalchemy import Connection

Row = dict[str, Any]
Key = tuple[Any, ...]
Part = sql.Composable


@dataclass(frozen=True)
class Cut:
    """Which part of a list: at most `limit` rows after the row with this key; from the start without one."""

    limit: int
    after: Key | None = None


@dataclass(frozen=True)
class Found:
    """One page of rows; `last_key` is the key to go on after, None when nothing follows."""

    rows: list[Row]
    last_key: Key | None


@dataclass(frozen=True)
class Order:
    """A total order: expressions, which way, and the names of the row's columns that make its key.

    `lead` is what an index has of it: stated apart, it lets the index start at the cut.
    """

    expressions: tuple[LiteralString, ...]
    key: tuple[str, ...]
    descending: bool

    @property
    def clause(self) -> Part:
        """ORDER BY's list."""
        way = sql.SQL(" DESC" if self.descending else "")
        return sql.SQL(", ").join([sql.SQL(e) + way for e in self.expressions])

    def beyond(self, after: Key | None) -> Part:
        """The condition of the rows after a key."""
        if after is None:
            return sql.SQL("true")
        sign = sql.SQL(" < " if self.descending else " > ")
        row = sql.SQL("({})").format(sql.SQL(", ").join(map(sql.SQL, self.expressions)))
        key = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder(f"after_{i}") for i in range(len(after))]))
        return row + sign + key

    def parameters(self, after: Key | None) -> Row:
        """The values `beyond` names."""
        return {f"after_{i}": value for i, value in enumerate(after or ())}


@dataclass
class Conditions:
    """A WHERE list that grows: constant text with named values, or none at all."""

    parts: list[Part] = field(default_factory=list)
    values: Row = field(default_factory=dict)

    def add(self, condition: LiteralString, **values: object) -> None:
        """One more condition; its values stand in it as %(name)s."""
        self.parts.append(sql.SQL(condition))
        self.values |= values

    def add_constant(self, condition: LiteralString, *values: object) -> None:
        """One more condition whose values, for the braces in it, become part of the text."""
        parts = [v if isinstance(v, sql.Composable) else sql.Literal(v) for v in values]
        self.parts.append(sql.SQL(condition).format(*parts))

    def add_if_given(self, condition: LiteralString, **values: object) -> None:
        """The same, unless its value is None."""
        if all(value is not None for value in values.values()):
            self.add(condition, **values)

    @property
    def clause(self) -> Part:
        """All of them."""
        return sql.SQL(" AND ").join(self.parts) if self.parts else sql.SQL("true")


def fetch(conn: Connection, query: Part, values: Mapping[str, Any] | None = None) -> list[Row]:
    """The rows of one statement as dicts."""
    found = conn.exec_driver_sql(query.as_string(), dict(values or {}))
    names = tuple(found.keys())
    # A mapping's own way to a dict takes ten times as long.
    return [dict(zip(names, row, strict=True)) for row in found.all()]


def fetch_one(conn: Connection, query: Part, values: Mapping[str, Any] | None = None) -> Row | None:
    """The first row of one statement; None when there is none."""
    rows = fetch(conn, query, values)
    return rows[0] if rows else None


def merged(branches: Sequence[Part], order: Order, cut: Cut) -> Part:
    """The first rows (of alias p) of several lists in one order, one row more than the cut's page holds."""
    lists = sql.SQL(" UNION ALL ").join([sql.SQL("({})").format(branch) for branch in branches])
    limit = sql.Literal(cut.limit + 1)
    return sql.SQL("SELECT * FROM ({}) p ORDER BY {} LIMIT {}").format(lists, order.clause, limit)


def page_of(rows: Sequence[Row], cut: Cut, key: Sequence[str]) -> Found:
    """The page from one row more than it holds."""
    kept = list(rows[: cut.limit])
    more = len(rows) > cut.limit
    return Found(kept, tuple(kept[-1][name] for name in key) if more else None)


def like(text: str) -> str:
    """A LIKE pattern of what contains the text itself."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
