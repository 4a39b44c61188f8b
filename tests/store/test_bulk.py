"""Bulk rows against an oracle in plain Python: merges of a scope, arrays fetched by COPY."""

from collections.abc import Iterator, Mapping
from datetime import UTC

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import UndefinedFunction
from sqlalchemy import BigInteger, Column, Connection, DateTime, Double, Engine, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from craveny_store.bulk import Changes, copy_rows, fetch_array, insert_missing, merge_rows

RECORD = Table(
    "record",
    MetaData(),
    Column("scope", BigInteger, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("number", Double),
    Column("words", ARRAY(Text)),
    Column("facts", JSONB),
    Column("seen_at", DateTime(timezone=True)),
)
COLUMNS = [column.name for column in RECORD.columns]
Row = tuple
many = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

# Postgres text holds neither NUL nor surrogates; quotes, backslashes and COPY's own marks are what might break.
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=6) | st.sampled_from(
    ["", "\\N", "\\.", "a\tb\nc", "'; --", '"', "%s", "{}", "가나다"]
)
values = st.tuples(
    st.none() | st.floats(allow_nan=False) | st.sampled_from([0.1, -0.0, 5e-324]),
    st.none() | st.lists(texts, max_size=3),
    st.none() | st.dictionaries(texts, st.none() | st.booleans() | st.integers(-5, 5) | texts, max_size=2),
    st.none() | st.datetimes(timezones=st.just(UTC)),
)
contents = st.dictionaries(st.sampled_from(["a", "b", "c", "d", "", "가"]), values, max_size=6)


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as opened:
        RECORD.create(opened)
    with engine.connect() as opened:
        yield opened


def rows_of(scope: int, content: Mapping[str, Row]) -> list[Row]:
    return [(scope, key, *rest) for key, rest in content.items()]


def stored(conn: Connection, scope: int) -> dict[str, Row]:
    return {row[1]: tuple(row[2:]) for row in conn.execute(select(RECORD).where(RECORD.c.scope == scope))}


def merge(conn: Connection, rows: list[Row], **options: object) -> Changes:
    return merge_rows(conn, RECORD, COLUMNS, rows, scope={"scope": 1}, key=["scope", "key"], **options)  # type: ignore[arg-type]


@many
@given(before=contents, after=contents, others=contents)
def test_a_merge_makes_the_scope_equal_to_its_rows_and_counts_what_it_did(
    conn: Connection, before: dict[str, Row], after: dict[str, Row], others: dict[str, Row]
) -> None:
    copy_rows(conn, RECORD, COLUMNS, rows_of(1, before) + rows_of(2, others))
    changes = merge(conn, rows_of(1, after))
    both = before.keys() & after.keys()
    changed = sum(before[key] != after[key] for key in both)
    assert changes == Changes(
        added=len(after.keys() - both), changed=changed, unchanged=len(both) - changed, removed=len(before) - len(both)
    )
    assert (stored(conn, 1), stored(conn, 2)) == (after, others)
    assert changes.rows == len(after) and changes.any == (before != after)
    assert not merge(conn, rows_of(1, after)).any
    conn.rollback()


@many
@given(before=contents, after=contents)
def test_a_merge_that_removes_nothing_keeps_the_rows_it_was_not_given(
    conn: Connection, before: dict[str, Row], after: dict[str, Row]
) -> None:
    copy_rows(conn, RECORD, COLUMNS, rows_of(1, before))
    assert merge(conn, rows_of(1, after), remove=False).removed == 0
    assert stored(conn, 1) == {**before, **after}
    conn.rollback()


@many
@given(before=contents, after=contents)
def test_a_row_that_differs_only_where_nobody_compares_stays_as_it_first_was(
    conn: Connection, before: dict[str, Row], after: dict[str, Row]
) -> None:
    copy_rows(conn, RECORD, COLUMNS, rows_of(1, before))
    merge(conn, rows_of(1, after), compare=["number"])
    expected = {k: before[k] if k in before and before[k][0] == row[0] else row for k, row in after.items()}
    assert stored(conn, 1) == expected
    conn.rollback()


@many
@given(before=contents, after=contents)
def test_inserting_what_is_missing_never_changes_what_is_there(
    conn: Connection, before: dict[str, Row], after: dict[str, Row]
) -> None:
    copy_rows(conn, RECORD, COLUMNS, rows_of(1, before))
    assert insert_missing(conn, RECORD, COLUMNS, rows_of(1, after)) == len(after.keys() - before.keys())
    assert stored(conn, 1) == {**after, **before}
    conn.rollback()


numbers = st.tuples(
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-(2**31), 2**31 - 1),
    st.floats(width=64),
    st.floats(width=32),
    st.binary(min_size=8, max_size=8),
)
_FETCH = """
    SELECT * FROM unnest(%(a)s::int8[], %(b)s::int4[], %(c)s::float8[], %(d)s::float4[], %(e)s::bytea[])"""
TYPES = [("a", "i8"), ("b", "i4"), ("c", "f8"), ("d", "f4"), ("e", "S8")]


@many
@given(rows=st.lists(numbers, max_size=20))
def test_a_fetched_array_holds_every_value_bit_for_bit(conn: Connection, rows: list[Row]) -> None:
    columns = dict(zip("abcde", zip(*rows, strict=True), strict=False)) if rows else dict.fromkeys("abcde", ())
    found = fetch_array(conn, _FETCH, {name: list(column) for name, column in columns.items()}, TYPES)
    expected = np.array(rows, dtype=TYPES)
    # Every NaN is one NaN to Postgres.
    for name in "cd":
        expected[name][np.isnan(expected[name])] = np.nan
        found[name][np.isnan(found[name])] = np.nan
    assert found.dtype.names == tuple("abcde")
    assert found.tobytes() == expected.tobytes()


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT NULL::int8", "i8"),
        ("SELECT 1::int8 UNION ALL SELECT NULL", "i8"),
        ("SELECT NULL::int8 FROM generate_series(1, 7)", "i8"),
        ("SELECT '\\x0102'::bytea", "S3"),
        ("SELECT b FROM unnest(ARRAY['\\x01'::bytea, '\\x010203']) b", "S2"),
    ],
)
def test_a_null_or_bytes_of_another_width_are_refused(conn: Connection, query: str, kind: str) -> None:
    with pytest.raises(ValueError, match=r"null or not of the width"):
        fetch_array(conn, query, {}, [("x", kind)])


@pytest.mark.parametrize(("query", "kind"), [("SELECT 1::int8", "i4"), ("SELECT 1::float8", "f4")])
def test_what_is_wider_than_its_kind_is_refused(conn: Connection, query: str, kind: str) -> None:
    with pytest.raises(UndefinedFunction):
        fetch_array(conn, query, {}, [("x", kind)])
    conn.rollback()


def test_what_is_narrower_than_its_kind_is_widened(conn: Connection) -> None:
    assert fetch_array(conn, "SELECT 7::int2, 8::int4", {}, [("x", "i4"), ("y", "i8")]).tolist() == [(7, 8)]


def test_a_failed_copy_leaves_nothing_behind(conn: Connection) -> None:
    row = (1, "a", 1.0, [], {}, None)
    with pytest.raises(Exception, match="duplicate key"), conn.begin():
        copy_rows(conn, RECORD, COLUMNS, [row, (1, "b", *row[2:]), row])
    assert stored(conn, 1) == {}
