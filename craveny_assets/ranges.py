"""Running an asset over its run's days: one lease, one transaction and one account per day.

One bad day does not stop the others; good days stay committed and are shown as materialized.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import dagster as dg

from craveny_assets.days.work import Work, Written, close_day, labelled
from craveny_store.crash_points import crash_point
from craveny_store.leases import LeaseHeld, LeaseLost, PartitionKey

Body = Callable[[Any], Written]
Pictures = Callable[[Work, date], Mapping[str, str]]
"""Markdown of a day, by name."""
SKIPPED_TAG = "craveny/skipped"


@dataclass
class RangeAccount:
    """What became of each day of a range; days that are in none of them were not tried."""

    written: dict[date, Written] = field(default_factory=dict)
    failed: dict[date, Exception] = field(default_factory=dict)
    held: dict[date, str] = field(default_factory=dict)


def run_day(work: Work, asset: str, body: Body, day: date) -> Written:
    """One day under its lease; raises LeaseHeld when another run keeps it, LeaseLost when this run lost it."""
    lease = work.keeper.take(PartitionKey(work.market.code, asset, day))
    try:
        with work.day(day) as opened:
            written = labelled(opened, body(opened))
            close_day(opened, lease, written)
            crash_point(f"{asset}_written")
        crash_point(f"{asset}_committed")
    except Exception as error:
        if not work.keeper.release(lease) and not isinstance(error, LeaseLost):
            # Rows of whoever wrote in the meantime may be what stood in the way.
            raise LeaseLost(f"{lease.key}: the lease of run {lease.holder} is gone, nothing was written.") from error
        raise
    return written


def run_days(work: Work, asset: str, body: Body, days: list[date], log: Callable[[str], None]) -> RangeAccount:
    """Every day in ascending order; a day's failure is kept and the next day goes on, unless the run was given up."""
    account = RangeAccount()
    for day in sorted(days):
        try:
            account.written[day] = run_day(work, asset, body, day)
        except LeaseHeld as held:
            account.held[day] = held.holder
            log(f"{day}: skipped, {held}")
        except Exception as error:  # noqa: BLE001 - whatever a day raises, the other days go on and the run fails
            account.failed[day] = error
            log(f"{day}: failed, {error}")
            if isinstance(error, LeaseLost) and not work.keeper.is_wanted():
                break
    return account


def materialize_range(
    context: dg.AssetExecutionContext, work: Work, asset: str, body: Body, pictures: Pictures | None = None
) -> Iterator[dg.MaterializeResult]:
    """Run the context's days and report them to Dagster, each as its own partition; the newest one has pictures."""
    days = _days(context)
    account = run_days(work, asset, body, days, context.log.info)
    metadata = {day.isoformat(): metadata_of(written) for day, written in account.written.items()}
    newest = max((day for day, written in account.written.items() if written.changes.rows), default=None)
    if pictures and newest:
        metadata[newest.isoformat()] |= _drawn(context, work, pictures, newest)
    if account.failed or account.held:
        for key, shown in metadata.items():
            context.log_event(dg.AssetMaterialization(context.asset_key, metadata=shown, partition=key))
    if account.failed:
        raise _failure(asset, account, len(days))
    if account.held:
        day, holder = next(iter(account.held.items()))
        context.instance.add_run_tags(context.run.run_id, {SKIPPED_TAG: f"held by run {holder}"})
        context.log.warning(f"skipped: held by run {holder} ({day} and {len(account.held) - 1} more days)")
        return
    for key, shown in metadata.items():
        context.add_asset_metadata(shown, asset_key=context.asset_key, partition_key=key)
    yield dg.MaterializeResult(asset_key=context.asset_key)


def _drawn(context: dg.AssetExecutionContext, work: Work, pictures: Pictures, day: date) -> dict[str, Any]:
    try:
        return {name: dg.MetadataValue.md(drawn) for name, drawn in pictures(work, day).items()}
    except Exception as error:  # noqa: BLE001 - the days are committed and have to be shown, drawn or not
        context.log.warning(f"{day}: no pictures, {error}")
        return {}


def _days(context: dg.AssetExecutionContext) -> list[date]:
    return [date.fromisoformat(key) for key in context.partition_keys]


def _failure(asset: str, account: RangeAccount, total: int) -> dg.Failure:
    untried = total - len(account.failed) - len(account.written) - len(account.held)
    counts = f"{len(account.failed)} of {total} days failed" + (f", {untried} not tried" if untried else "")
    lines = [f"{day}: {error}" for day, error in list(account.failed.items())[:10]]
    description = f"{asset}: {counts}; the others are committed. " + " | ".join(lines)
    return dg.Failure(description, metadata={"failed_days": [str(d) for d in account.failed]}, allow_retries=False)


def metadata_of(written: Written) -> dict[str, Any]:
    """What the Dagster UI shows of a day."""
    changes = written.changes
    rows = {"added": changes.added, "changed": changes.changed, "removed": changes.removed}
    shown: dict[str, Any] = {"dagster/partition_row_count": changes.rows, **rows, "unchanged": changes.unchanged}
    shown.update(written.notes)
    inputs = [item for item in written.inputs if item]
    if inputs:
        spans = [{"asset": i.asset, "first": str(i.first), "last": str(i.last), "days": i.days} for i in inputs]
        shown["read"] = table(spans)
    if written.checks:
        shown["gates"] = table([{"gate": c.name, "passed": c.passed, "detail": c.detail} for c in written.checks])
    if written.preview:
        shown["preview"] = table([dict(row) for row in written.preview])
    return shown


def table(rows: Sequence[Mapping[str, Any]]) -> dg.MetadataValue:
    """Rows as the Dagster UI shows them; columns are the first row's keys."""
    columns = list(rows[0])
    head = "| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns)
    body = "\n".join("| " + " | ".join(_cell(row[c]) for c in columns) + " |" for row in rows)
    return dg.MetadataValue.md(f"{head}\n{body}")


def _cell(value: object) -> str:
    # Titles come from outside: nothing in them may break out of the table.
    return (
        str("" if value is None else value)
        .replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replace("\n", " ")
    )
