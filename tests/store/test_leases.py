"""Leases under concurrency and over time: one holder an epoch, nothing written without it, the database's clock."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, text

from craveny_store.bulk import Changes
from craveny_store.leases import Lease, LeaseHeld, LeaseKeeper, LeaseLost, PartitionKey
from craveny_store.partitions import materialized_days, seal
from tests.conftest import wait_until

DAY = date(2026, 10, 14)
KEY = PartitionKey("us", "news", DAY)
Open = Callable[..., LeaseKeeper]


@pytest.fixture
def keeper(engine: Engine) -> Iterator[Open]:
    """Opens keepers that are shut down with the test."""
    opened: list[LeaseKeeper] = []

    def open_keeper(holder: str, **settings: object) -> LeaseKeeper:
        opened.append(LeaseKeeper(engine, holder, **{"wait_seconds": 0, **settings}))  # type: ignore[arg-type]
        return opened[-1]

    yield open_keeper
    for one in opened:
        one.shutdown()


def row(engine: Engine) -> tuple[str, int, bool]:
    """Holder, epoch, and whether the lease runs."""
    with engine.connect() as conn:
        found = conn.execute(text("SELECT holder, epoch, expires_at > clock_timestamp() FROM lease")).one()
    return found[0], found[1], found[2]


def expiry(engine: Engine) -> datetime:
    with engine.connect() as conn:
        return conn.execute(text("SELECT expires_at FROM lease")).scalar_one()


def let_expire(engine: Engine) -> None:
    with engine.begin() as conn:
        conn.execute(text("UPDATE lease SET expires_at = clock_timestamp()"))


def write(engine: Engine, keeper: LeaseKeeper, lease: Lease) -> None:
    with engine.begin() as conn:
        seal(conn, keeper, lease, Changes(added=1))


def written_by(engine: Engine) -> list[str]:
    with engine.connect() as conn:
        return list(conn.execute(text("SELECT run_id FROM partition_state")).scalars())


def test_a_held_lease_is_refused_to_others_who_learn_who_holds_it(engine: Engine, keeper: Open) -> None:
    keeper("first").take(KEY)
    with pytest.raises(LeaseHeld, match="held by run first"):
        keeper("second").take(KEY)
    assert row(engine) == ("first", 1, True)


def test_leases_of_other_days_assets_markets_and_models_do_not_meet(keeper: Open) -> None:
    keys = [KEY, PartitionKey("krx", "news", DAY), PartitionKey("us", "match", DAY),
            PartitionKey("us", "news", date(2026, 10, 15)), PartitionKey("us", "news", DAY, "coin")]  # fmt: skip
    assert [keeper(f"run {n}").take(key).epoch for n, key in enumerate(keys)] == [1] * 5


def test_a_lease_given_back_or_closed_is_free_at_once_and_the_epoch_grows(engine: Engine, keeper: Open) -> None:
    first = keeper("first")
    assert first.release(first.take(KEY))
    write(engine, first, first.take(KEY))
    assert keeper("second").take(KEY).epoch == 3


def test_a_waiting_run_gets_the_lease_once_its_holder_closes(engine: Engine, keeper: Open) -> None:
    first, got = keeper("first"), []
    lease = first.take(KEY)
    waiting = threading.Thread(target=lambda: got.append(keeper("second", wait_seconds=20).take(KEY)))
    waiting.start()
    write(engine, first, lease)
    waiting.join(timeout=30)
    assert [(lease.holder, lease.epoch) for lease in got] == [("second", 2)]


def test_a_lease_that_ran_out_writes_nothing_even_when_nobody_took_it(engine: Engine, keeper: Open) -> None:
    late = keeper("late")
    lease = late.take(KEY)
    let_expire(engine)
    with pytest.raises(LeaseLost, match="the lease of run late is gone, nothing was written"):
        write(engine, late, lease)
    assert written_by(engine) == []


def test_a_lease_that_went_to_another_run_writes_nothing_and_leaves_it_to_the_other(
    engine: Engine, keeper: Open
) -> None:
    late, successor = keeper("late"), keeper("successor")
    lease = late.take(KEY)
    let_expire(engine)
    taken = successor.take(KEY)
    with pytest.raises(LeaseLost):
        write(engine, late, lease)
    assert not late.release(lease)
    assert row(engine) == ("successor", 2, True)
    write(engine, successor, taken)
    assert written_by(engine) == ["successor"]


def test_an_earlier_attempt_of_the_same_run_cannot_write_after_the_later_one_began(
    engine: Engine, keeper: Open
) -> None:
    first, again = keeper("run"), keeper("run")
    lease, newer = first.take(KEY), again.take(KEY)
    with pytest.raises(LeaseLost):
        write(engine, first, lease)
    write(engine, again, newer)
    assert written_by(engine) == ["run"]


def test_a_run_that_was_given_up_writes_nothing_though_its_lease_still_runs(engine: Engine, keeper: Open) -> None:
    unwanted = keeper("unwanted", is_wanted=lambda: False)
    lease = unwanted.take(KEY)
    with pytest.raises(LeaseLost, match="the run unwanted was given up, nothing was written"):
        write(engine, unwanted, lease)
    assert written_by(engine) == []


def test_a_held_lease_is_renewed_until_it_is_written(engine: Engine, keeper: Open) -> None:
    slow = keeper("slow", seconds=1.5)
    lease, taken_until = slow.take(KEY), expiry(engine)
    wait_until(lambda: expiry(engine) > taken_until, "the lease was renewed")
    write(engine, slow, lease)
    closed_at = expiry(engine)
    time.sleep(0.6)
    assert (expiry(engine), written_by(engine)) == (closed_at, ["slow"])


@pytest.mark.parametrize("end", ["given up", "forgotten", "shut down"])
def test_a_lease_that_is_no_longer_kept_runs_out(engine: Engine, keeper: Open, end: str) -> None:
    wanted = [True]
    slow = keeper("slow", seconds=0.3, is_wanted=lambda: bool(wanted))
    lease = slow.take(KEY)
    {"given up": wanted.clear, "forgotten": lambda: slow.forget(lease), "shut down": slow.shutdown}[end]()
    wait_until(lambda: not row(engine)[2], "the lease ran out")
    assert keeper("next").take(KEY).epoch == 2


def test_a_renewal_that_fails_once_does_not_end_the_renewing(engine: Engine, keeper: Open) -> None:
    looks = []

    def unsure() -> bool:
        looks.append(1)
        if len(looks) == 1:
            raise OSError("the database is away for a moment")
        return True

    keeper("slow", seconds=6, is_wanted=unsure).take(KEY)
    taken_until = expiry(engine)
    wait_until(lambda: expiry(engine) > taken_until, "the lease was renewed")
    assert (len(looks), row(engine)) == (2, ("slow", 1, True))


def test_what_a_failed_commit_took_with_it_can_be_given_back(engine: Engine, keeper: Open) -> None:
    unlucky = keeper("unlucky")
    lease = unlucky.take(KEY)
    with pytest.raises(ZeroDivisionError), engine.begin() as conn:
        seal(conn, unlucky, lease, Changes(added=1))
        raise ZeroDivisionError
    assert row(engine) == ("unlucky", 1, True)
    assert unlucky.release(lease)
    assert keeper("next").take(KEY).epoch == 2


def test_hammered_by_threads_no_epoch_ever_has_two_holders_and_none_is_written_twice(
    engine: Engine, keeper: Open
) -> None:
    granted: list[Lease] = []
    committed: list[Lease] = []
    errors: list[Exception] = []

    def hammer(name: str) -> None:
        mine = keeper(name, seconds=0.05)
        mine.shutdown()  # without renewing, some leases run out before they are closed
        won = 0
        try:
            while won < 8:
                try:
                    lease = mine.take(KEY)
                    granted.append(lease)
                    time.sleep(0.06 if lease.epoch % 7 == 0 else 0)
                    write(engine, mine, lease)
                    committed.append(lease)
                    won += 1
                except (LeaseHeld, LeaseLost):
                    time.sleep(0.001)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=hammer, args=(f"run {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    epochs = [lease.epoch for lease in granted]
    assert errors == []
    assert sorted(epochs) == list(range(1, len(epochs) + 1))
    assert {lease.epoch for lease in committed} < set(epochs)
    assert len(committed) == len({lease.epoch for lease in committed}) == 32
    assert written_by(engine) == [max(committed, key=lambda lease: lease.epoch).holder]
    with engine.connect() as conn:
        assert materialized_days(conn, "us", "news", DAY, DAY) == [DAY]
