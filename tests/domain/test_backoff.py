"""When a failing source is asked again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.backoff import CIRCUIT_OPENS, FIRST_WAIT, JITTER, LONGEST_WAIT, is_open, next_attempt_at

NOW = datetime(2026, 10, 19, 12, tzinfo=UTC)


@given(failures=st.integers(1, 10**9), seed=st.text(max_size=20))
def test_a_source_is_never_given_up_and_never_waits_beyond_the_cap(failures: int, seed: str) -> None:
    wait = next_attempt_at(failures, NOW, seed) - NOW
    assert FIRST_WAIT * (1 - JITTER) <= wait <= LONGEST_WAIT


@given(failures=st.integers(1, 40), seed=st.text(max_size=20))
def test_waits_grow_with_failures_until_they_reach_the_cap(failures: int, seed: str) -> None:
    wait, longer = (next_attempt_at(n, NOW, seed) - NOW for n in (failures, failures + 1))
    assert longer > wait or longer >= LONGEST_WAIT * (1 - JITTER)


def test_the_steps_double_from_five_minutes_to_six_hours() -> None:
    steps = [5, 10, 20, 40, 80, 160, 320, 360, 360]
    for failures, minutes in enumerate(steps, start=1):
        full = timedelta(minutes=minutes)
        assert full * (1 - JITTER) <= next_attempt_at(failures, NOW, "seed") - NOW <= full


def test_sources_that_failed_together_do_not_come_back_together() -> None:
    assert len({next_attempt_at(8, NOW, f"source {n}") for n in range(50)}) == 50
    assert next_attempt_at(8, NOW, "same") == next_attempt_at(8, NOW, "same")


def test_what_the_host_asked_for_is_kept() -> None:
    tomorrow = NOW + timedelta(days=1)
    assert next_attempt_at(1, NOW, "s", tomorrow) == tomorrow
    assert next_attempt_at(0, NOW, "s", tomorrow) == tomorrow
    assert next_attempt_at(9, NOW, "s", NOW) > NOW
    assert next_attempt_at(0, NOW, "s") == NOW


def test_the_circuit_opens_at_the_fifth_failure() -> None:
    assert [is_open(n) for n in range(7)] == [False] * 5 + [True] * 2
    assert CIRCUIT_OPENS == 5
