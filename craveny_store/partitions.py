"""What has been materialized, from what, and whether it passed its gates: state, inputs, checks.

Every write of a partition ends in `seal`, inside the same transaction; every read of one starts in `span`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, insert, select, text

from craveny_store.bulk import Changes
from craveny_store.heads import bump
from craveny_store.leases import Lease, LeaseKeeper, PartitionKey
from craveny_store.tables import partition_check, partition_input, partition_state


class MissingInput(Exception):  # noqa: N818
    """A partition that must be read is not there or failed its gate; says which, and what to materialize."""


@dataclass(frozen=True)
class InputSpan:
    """The days of one input that a partition read."""

    asset: str
    first: date
    last: date
    days: int
    newest_version: int


@dataclass(frozen=True)
class Check:
    """The result of one gate on one day; a blocking one makes readers refuse the day."""

    name: str
    passed: bool
    detail: str
    blocks: bool = False


def span(conn: Connection, market: str, asset: str, days: Sequence[date]) -> InputSpan | None:
    """What exists of an asset from the first to the last of the given days; None when there is nothing."""
    query = select(func.count(), func.max(partition_state.c.version)).where(
        partition_state.c.market == market,
        partition_state.c.asset == asset,
        partition_state.c.model_name == "",
        partition_state.c.partition_date.between(min(days), max(days)),
    )
    count, newest = conn.execute(query).one()
    return InputSpan(asset, min(days), max(days), count, newest) if count else None


def require(conn: Connection, market: str, asset: str, days: Iterable[date]) -> InputSpan | None:
    """Assert that every given day of an asset is materialized and passed its gates; None for no days."""
    wanted = sorted(set(days))
    if not wanted:
        return None
    missing = sorted(set(wanted) - set(materialized_days(conn, market, asset, wanted[0], wanted[-1])))
    if missing:
        more = f" and {len(missing) - 1} more, the last {missing[-1]}" if len(missing) > 1 else ""
        raise MissingInput(f"{market}/{asset} of {missing[0]}{more} is not materialized. Materialize it first.")
    _refuse_failed(conn, market, asset, wanted)
    return span(conn, market, asset, wanted)


def _refuse_failed(conn: Connection, market: str, asset: str, days: Sequence[date]) -> None:
    c = partition_check.c
    query = select(c.partition_date, c.check_name, c.detail).where(
        c.market == market, c.asset == asset, c.partition_date.between(days[0], days[-1]), c.blocks, ~c.passed
    )
    failed = [row for row in conn.execute(query.order_by(c.partition_date)) if row.partition_date in days]
    if failed:
        day, name, detail = failed[0]
        raise MissingInput(
            f"{market}/{asset} of {day} failed its gate {name}: {detail} Correct it and materialize it again."
        )


def materialized_days(conn: Connection, market: str, asset: str, first: date, last: date) -> list[date]:
    """The days of an asset that are materialized between first and last, ascending."""
    c = partition_state.c
    query = select(c.partition_date).where(
        c.market == market, c.asset == asset, c.model_name == "", c.partition_date.between(first, last)
    )
    return list(conn.execute(query.order_by(c.partition_date)).scalars())


def days_of_every_model(conn: Connection, market: str, models: Sequence[str], first: date, last: date) -> list[date]:
    """The days between first and last for which each of the models has forecast, ascending."""
    c = partition_state.c
    mine = (
        c.market == market,
        c.asset == "prediction",
        c.model_name.in_(models),
        c.partition_date.between(first, last),
    )
    query = select(c.partition_date).where(*mine).group_by(c.partition_date).having(func.count() == len(models))
    return list(conn.execute(query.order_by(c.partition_date)).scalars())


def first_materialized(conn: Connection, market: str, asset: str, since: date, until: date) -> date | None:
    """The earliest materialized day of an asset between two days; where its history starts."""
    c = partition_state.c
    query = select(func.min(c.partition_date)).where(
        c.market == market, c.asset == asset, c.model_name == "", c.partition_date.between(since, until)
    )
    return conn.execute(query).scalar()


def seal(
    conn: Connection,
    keeper: LeaseKeeper,
    lease: Lease,
    changes: Changes,
    *,
    inputs: Sequence[InputSpan] = (),
    checks: Sequence[Check] = (),
    parts: Sequence[tuple[PartitionKey, Changes]] = (),
) -> None:
    """Record what a write did, within its transaction, and end its lease; raises LeaseLost if it is not ours.

    `parts` are the models' shares of a prediction day, each with a state of its own.
    """
    is_new = _record_states(conn, [(lease.key, changes), *parts], lease.holder)
    key = lease.key.columns()
    if not is_new:
        for table in (partition_input, partition_check):
            conn.execute(delete(table).where(*(table.c[name] == value for name, value in key.items())))
    if inputs:
        conn.execute(insert(partition_input).values([_input_row(key, item) for item in inputs]))
    if checks:
        conn.execute(insert(partition_check).values([_check_row(key, item) for item in checks]))
    bump(conn, lease.key.market, lease.key.asset)
    keeper.close(lease, conn)


_NEW_STATE = text("""
    INSERT INTO partition_state (market, asset, partition_date, model_name, version, row_count, added, changed,
        unchanged, run_id, committed_at)
    SELECT :market, :asset, :day, part.model_name, nextval('partition_version'), part.row_count, part.added,
        part.changed, part.unchanged, :run_id, clock_timestamp()
    FROM unnest(cast(:models AS text[]), cast(:row_count AS int8[]), cast(:added AS int8[]), cast(:changed AS int8[]),
        cast(:unchanged AS int8[])) AS part (model_name, row_count, added, changed, unchanged)
    ON CONFLICT (market, asset, partition_date, model_name) DO UPDATE
    SET version = CASE WHEN excluded.added + excluded.changed > 0 THEN excluded.version
            ELSE partition_state.version END,
        row_count = excluded.row_count, added = excluded.added, changed = excluded.changed,
        unchanged = excluded.unchanged, run_id = excluded.run_id, committed_at = excluded.committed_at
    RETURNING model_name = '' AND xmax = 0""")


def _record_states(conn: Connection, parts: Sequence[tuple[PartitionKey, Changes]], run_id: str) -> bool:
    """Record the day and its models' parts, in one statement; whether the day was never written before."""
    key = parts[0][0]
    columns = {
        "models": [part.model for part, _ in parts],
        "row_count": [changes.rows for _, changes in parts],
        "added": [changes.added for _, changes in parts],
        "changed": [changes.changed + changes.removed for _, changes in parts],
        "unchanged": [changes.unchanged for _, changes in parts],
    }
    which = {"market": key.market, "asset": key.asset, "day": key.day, "run_id": run_id}
    return any(conn.execute(_NEW_STATE, {**which, **columns}).scalars())


def _input_row(key: dict[str, object], item: InputSpan) -> dict[str, object]:
    return {
        **key,
        "input_asset": item.asset,
        "first_date": item.first,
        "last_date": item.last,
        "days": item.days,
        "newest_version": item.newest_version,
    }


def _check_row(key: dict[str, object], item: Check) -> dict[str, object]:
    return {
        **key,
        "check_name": item.name,
        "passed": item.passed,
        "blocks": item.blocks,
        "detail": item.detail,
        "checked_at": func.clock_timestamp(),
    }


def committed_since(conn: Connection, market: str, since: datetime) -> int:
    """Asset days of a market written since an instant, by the database's clock."""
    c = partition_state.c
    query = select(func.count()).where(c.market == market, c.model_name == "", c.committed_at >= since)
    return conn.execute(query).scalar_one()


def partition_counts(conn: Connection) -> dict[tuple[str, str], int]:
    """Materialized days per (market, asset)."""
    c = partition_state.c
    query = select(c.market, c.asset, func.count()).where(c.model_name == "").group_by(c.market, c.asset)
    return {(market, asset): count for market, asset, count in conn.execute(query)}


def database_now(conn: Connection) -> datetime:
    """The database's clock."""
    return conn.execute(text("SELECT clock_timestamp()")).scalar_one()
