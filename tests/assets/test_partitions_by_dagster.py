"""Every asset's partitions run by Dagster: one key, again, a range, a bad day, a missing or refused input."""

from collections.abc import Callable
from datetime import date

import dagster as dg
import pytest

from craveny_assets.assets import BODIES
from tests.assets.dagster_bench import NEW_YORK_DAY, OWN, DagsterBench, failures, materialized

TUE, WED, THU, FRI = date(2026, 10, 13), date(2026, 10, 14), date(2026, 10, 15), date(2026, 10, 16)
THU_TO_MON = [date(2026, 10, day) for day in range(15, 20)]
every_asset = pytest.mark.parametrize("asset", list(BODIES))


@every_asset
def test_one_key_writes_its_day_and_no_other(bench: DagsterBench, asset: str) -> None:
    meant, before = bench.said(asset, WED), bench.said(asset, TUE)
    bench.wipe(asset, WED)
    result = bench.run(asset, WED)
    assert result.success
    assert bench.said(asset, WED) == meant != []
    assert (bench.said(asset, TUE), bench.said(asset, THU)) == (before, [])
    assert bench.sealed(asset, WED) == bench.shown(asset) == {WED}
    assert materialized(result) == [str(WED)]


@every_asset
def test_the_dagster_event_of_a_day_counts_the_rows_that_are_there(bench: DagsterBench, asset: str) -> None:
    bench.wipe(asset, WED)
    result = bench.run(asset, WED)
    (event,) = [e for e in result.all_events if e.is_step_materialization]
    shown = {name: value.value for name, value in event.materialization.metadata.items()}
    assert shown["dagster/partition_row_count"] == shown["added"] == bench.rows_of(asset, WED) > 0


@every_asset
def test_the_same_key_twice_leaves_every_table_and_version_as_it_was(bench: DagsterBench, asset: str) -> None:
    contents, states = bench.contents(), bench.states(asset)
    assert bench.run(asset, WED).success
    assert bench.run(asset, WED).success
    assert bench.contents() == contents
    assert bench.states(asset) == states
    assert "empty" not in {contents[table] for table in OWN[asset]}


@every_asset
def test_a_range_writes_all_its_days_each_as_its_own_partition(bench: DagsterBench, asset: str) -> None:
    meant = {day: bench.said(asset, day) for day in THU_TO_MON}
    bench.wipe(asset, THU)
    result = bench.run(asset, THU_TO_MON[0], THU_TO_MON[-1])
    assert result.success
    assert {day: bench.said(asset, day) for day in THU_TO_MON} == meant
    assert bench.sealed(asset, THU) == bench.shown(asset) == set(THU_TO_MON)
    assert materialized(result) == [str(day) for day in THU_TO_MON]


def no_room(table: str, day_of_new: str) -> Callable[[DagsterBench], None]:
    """The database refuses the table's rows of Thursday, as it does when its disk is full."""

    def break_it(bench: DagsterBench) -> None:
        bench.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE disk_full USING MESSAGE = 'no room left'; END $$"
        )
        bench.execute(
            f"CREATE TRIGGER no_room BEFORE INSERT ON {table} FOR EACH ROW"
            f" WHEN ({day_of_new} = '{THU}') EXECUTE FUNCTION no_room()"
        )

    return break_it


def never_materialized(upstream: str) -> Callable[[DagsterBench], None]:
    return lambda bench: forget(bench, upstream, THU)


def gate_failed(upstream: str) -> Callable[[DagsterBench], None]:
    return lambda bench: fail_gate(bench, upstream, THU)


def unreadable_bar(bench: DagsterBench) -> None:
    """An archive whose one row is not JSON."""
    bench.execute("INSERT INTO source VALUES ('us', 'torn', 'price', 'archive', true, :day, :day)", day=THU)
    bench.execute(
        "INSERT INTO archive_item VALUES ('us', 'torn', 'price', 'X:1', :day, '2026-10-15 21:00Z', 'no room left')",
        day=THU,
    )


def forget(bench: DagsterBench, asset: str, day: date) -> None:
    bench.execute("DELETE FROM partition_state WHERE asset = :asset AND partition_date = :day", asset=asset, day=day)


def fail_gate(bench: DagsterBench, asset: str, day: date) -> None:
    bench.execute(
        "INSERT INTO partition_check (market, asset, partition_date, check_name, passed, blocks, detail, checked_at)"
        " VALUES ('us', :asset, :day, 'planted', false, true, 'It is all wrong.', now())",
        asset=asset,
        day=day,
    )


BROKEN_THURSDAY = {
    "raw_news": (no_room("raw_news", NEW_YORK_DAY.replace("available_at", "NEW.available_at")), "no room left"),
    "news": (no_room("news", "NEW.partition_date"), "no room left"),
    "match": (never_materialized("news"), "us/news of 2026-10-15 is not materialized"),
    "news_embeddings": (gate_failed("news"), "us/news of 2026-10-15 failed its gate planted: It is all wrong."),
    "price": (unreadable_bar, "Expecting value"),
    "prediction": (no_room("prediction", "NEW.session_date"), "no room left"),
    "prediction_embeddings": (gate_failed("prediction"), "us/prediction of 2026-10-15 failed its gate planted"),
    "evaluation_history": (no_room("evaluation_history", "NEW.settle_date"), "no room left"),
    "daily_performance": (never_materialized("evaluation_history"), "us/evaluation_history of 2026-10-15 is not mat"),
    "model_comparison": (no_room("model_comparison", "NEW.as_of_date"), "no room left"),
}


@every_asset
def test_one_bad_day_of_a_range_is_named_and_the_others_are_committed_and_shown(
    bench: DagsterBench, asset: str
) -> None:
    meant = {day: bench.said(asset, day) for day in (WED, FRI)}
    bench.wipe(asset, WED)
    break_thursday, cause = BROKEN_THURSDAY[asset]
    break_thursday(bench)
    result = bench.run(asset, WED, FRI)
    (said,) = failures(result)
    assert f"{asset}: 1 of 3 days failed" in said
    assert f"{THU}: " in said and cause in said
    assert str(WED) not in said and str(FRI) not in said
    assert run_status(bench, result) == dg.DagsterRunStatus.FAILURE
    assert {day: bench.said(asset, day) for day in (WED, FRI)} == meant
    assert (bench.said(asset, THU), bench.is_free(asset, THU)) == ([], True)
    assert bench.sealed(asset, WED) == bench.shown(asset) == {WED, FRI}


INPUTS = [
    ("news", "raw_news", WED),
    ("news", "raw_news", date(2026, 10, 12)),
    ("match", "news", WED),
    ("news_embeddings", "news", WED),
    ("prediction", "match", TUE),
    ("prediction", "match", WED),
    ("prediction", "news_embeddings", WED),
    ("prediction", "price", TUE),
    ("prediction", "price", date(2026, 9, 14)),
    ("prediction_embeddings", "prediction", WED),
    ("evaluation_history", "prediction", WED),
    ("evaluation_history", "prediction", date(2026, 10, 8)),
    ("evaluation_history", "price", WED),
    ("evaluation_history", "price", date(2026, 10, 5)),
    ("daily_performance", "evaluation_history", WED),
    ("model_comparison", "daily_performance", WED),
    ("model_comparison", "daily_performance", date(2026, 10, 6)),
]
"""For Wednesday: an asset, one of its inputs, and a day of it that is read; the further ones in mid-history."""
every_input = pytest.mark.parametrize(("asset", "upstream", "day"), INPUTS)


def assert_nothing_written(bench: DagsterBench, asset: str) -> None:
    assert bench.said(asset, WED) == []
    assert bench.sealed(asset, WED) == bench.shown(asset) == set()
    assert bench.is_free(asset, WED)


@every_input
def test_a_missing_input_day_is_named_and_nothing_is_written(
    bench: DagsterBench, asset: str, upstream: str, day: date
) -> None:
    bench.wipe(asset, WED)
    forget(bench, upstream, day)
    (said,) = failures(bench.run(asset, WED))
    assert f"{WED}: us/{upstream} of {day} is not materialized. Materialize it first." in said
    assert_nothing_written(bench, asset)


@every_input
def test_an_input_day_that_failed_its_gate_is_named_and_nothing_is_written(
    bench: DagsterBench, asset: str, upstream: str, day: date
) -> None:
    bench.wipe(asset, WED)
    fail_gate(bench, upstream, day)
    (said,) = failures(bench.run(asset, WED))
    assert f"{WED}: us/{upstream} of {day} failed its gate planted: It is all wrong." in said
    assert_nothing_written(bench, asset)


def test_every_input_an_asset_declares_is_one_whose_absence_was_tried() -> None:
    declared = {(plan.name, upstream) for plan in BODIES.values() for upstream in plan.reads}
    assert declared == {(asset, upstream) for asset, upstream, _ in INPUTS}


def run_status(bench: DagsterBench, result: dg.ExecuteInProcessResult) -> dg.DagsterRunStatus | None:
    run = bench.instance.get_run_by_id(result.run_id)
    return run.status if run else None
