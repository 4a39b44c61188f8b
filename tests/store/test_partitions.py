"""What a reader is told when a day it needs is missing or failed its gate, and what sealing a day records."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, Engine, text

from craveny_store.bulk import Changes
from craveny_store.leases import LeaseKeeper, PartitionKey
from craveny_store.partitions import Check, InputSpan, MissingInput, first_materialized, require, seal, span

MON, TUE, WED, THU = (date(2026, 10, day) for day in (12, 13, 14, 15))

ONE_ROW = Changes(added=1)


class Desk:
    """Seals days of us/news, each in a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.keeper = LeaseKeeper(engine, "run", wait_seconds=0)

    def seal(self, day: date, changes: Changes = ONE_ROW, **record: object) -> int:
        """Seal the day; returns its version."""
        lease = self.keeper.take(PartitionKey("us", "news", day))
        with self.engine.begin() as conn:
            seal(conn, self.keeper, lease, changes, **record)  # type: ignore[arg-type]
        query = text("SELECT version FROM partition_state WHERE partition_date = :day AND model_name = ''")
        with self.engine.connect() as conn:
            return conn.execute(query, {"day": day}).scalar_one()


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    opened = Desk(engine)
    yield opened
    opened.keeper.shutdown()


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as opened:
        yield opened.execution_options(isolation_level="AUTOCOMMIT")


def refusal(conn: Connection, *days: date) -> str:
    with pytest.raises(MissingInput) as refused:
        require(conn, "us", "news", days)
    return str(refused.value)


def test_one_missing_day_is_named_with_its_cure(desk: Desk, conn: Connection) -> None:
    desk.seal(MON)
    assert refusal(conn, MON, TUE) == "us/news of 2026-10-13 is not materialized. Materialize it first."


def test_of_many_missing_days_the_first_the_last_and_their_number_are_named(desk: Desk, conn: Connection) -> None:
    desk.seal(TUE)
    expected = "us/news of 2026-10-12 and 2 more, the last 2026-10-15 is not materialized. Materialize it first."
    assert refusal(conn, THU, WED, TUE, MON) == expected


def test_a_failed_blocking_gate_is_named_with_its_detail(desk: Desk, conn: Connection) -> None:
    desk.seal(MON)
    desk.seal(TUE, checks=[Check("has_rows", passed=False, detail="0 of 9 sources spoke.", blocks=True)])
    expected = (
        "us/news of 2026-10-13 failed its gate has_rows: 0 of 9 sources spoke. Correct it and materialize it again."
    )
    assert refusal(conn, MON, TUE) == expected
    assert require(conn, "us", "news", [MON]) is not None


def test_a_failed_gate_that_does_not_block_and_one_that_passed_let_readers_in(desk: Desk, conn: Connection) -> None:
    desk.seal(
        MON, checks=[Check("soft", passed=False, detail="-"), Check("hard", passed=True, detail="-", blocks=True)]
    )
    assert require(conn, "us", "news", [MON]) == span(conn, "us", "news", [MON])


def test_a_day_materialized_again_with_its_gate_passed_lets_readers_in(desk: Desk, conn: Connection) -> None:
    desk.seal(MON, checks=[Check("gate", passed=False, detail="-", blocks=True)])
    assert "failed its gate" in refusal(conn, MON)
    desk.seal(MON, checks=[Check("gate", passed=True, detail="-", blocks=True)])
    assert require(conn, "us", "news", [MON]) is not None


def test_no_days_need_nothing_and_other_markets_and_assets_count_for_nothing(desk: Desk, conn: Connection) -> None:
    desk.seal(MON)
    assert require(conn, "us", "news", []) is None
    for market, asset in (("krx", "news"), ("us", "match")):
        with pytest.raises(MissingInput, match=f"{market}/{asset} of 2026-10-12 is not materialized"):
            require(conn, market, asset, [MON])


def test_a_span_counts_what_exists_and_knows_the_newest_version(desk: Desk, conn: Connection) -> None:
    desk.seal(MON)
    newest = desk.seal(WED)
    assert span(conn, "us", "news", [MON, TUE, WED]) == InputSpan("news", MON, WED, 2, newest)
    assert span(conn, "us", "news", [TUE]) is None
    assert first_materialized(conn, "us", "news", TUE, THU) == WED


@pytest.mark.parametrize(
    ("changes", "grows"),
    [(Changes(unchanged=3), False), (Changes(added=1), True), (Changes(changed=1), True), (Changes(removed=1), True)],
)
def test_the_version_grows_exactly_when_the_content_changed(desk: Desk, changes: Changes, grows: bool) -> None:
    before = desk.seal(MON)
    assert (desk.seal(MON, changes) > before) is grows


def test_sealing_again_replaces_inputs_and_gates_of_that_day_only(desk: Desk, conn: Connection) -> None:
    first, second = InputSpan("raw_news", MON, MON, 1, 1), InputSpan("raw_news", MON, TUE, 2, 9)
    for day in (MON, TUE):
        desk.seal(day, inputs=[first], checks=[Check("old", passed=True, detail="-")])
    desk.seal(TUE, inputs=[second], checks=[Check("new", passed=True, detail="-")])
    inputs = conn.execute(text("SELECT partition_date, last_date, days, newest_version FROM partition_input"))
    assert set(inputs.tuples()) == {(MON, MON, 1, 1), (TUE, TUE, 2, 9)}
    checks = conn.execute(text("SELECT partition_date, check_name FROM partition_check"))
    assert set(checks.tuples()) == {(MON, "old"), (TUE, "new")}


def test_a_models_part_has_a_version_of_its_own_and_is_no_day_by_itself(desk: Desk, conn: Connection) -> None:
    part = PartitionKey("us", "news", TUE, "coin")
    desk.seal(TUE, parts=[(part, Changes(added=4))])
    states = conn.execute(text("SELECT partition_date, model_name, row_count FROM partition_state"))
    assert set(states.tuples()) == {(TUE, "", 1), (TUE, "coin", 4)}
    assert conn.execute(text("SELECT count(DISTINCT version) FROM partition_state")).scalar_one() == 2
    conn.execute(text("DELETE FROM partition_state WHERE model_name = ''"))
    assert f"{TUE} is not materialized" in refusal(conn, TUE)
