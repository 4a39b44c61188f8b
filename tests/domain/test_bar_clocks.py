"""Since when a live source's bar counts as known, and which closes cannot be believed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from craveny_domain.bar_clocks import clocked
from craveny_domain.facts import Bar
from craveny_domain.units import unit_fault
from tests.conftest import utc

DAY = date(2026, 10, 16)
CLOSE = utc(2026, 10, 16, 20)
BAR = Bar("AAA", DAY, "1", "1", "1", "1", None, 5, "1", CLOSE + timedelta(minutes=30), "declared")


def test_a_bar_read_on_its_own_day_is_observed_when_it_was_read() -> None:
    seen_at = CLOSE + timedelta(minutes=5)
    assert clocked(BAR, is_known=False, seen_at=seen_at, seen_on=DAY) == replace(
        BAR, available_at=seen_at, basis="observed"
    )


def test_a_bar_of_a_past_session_is_declared_a_lag_after_its_close() -> None:
    assert clocked(BAR, is_known=False, seen_at=CLOSE + timedelta(days=9), seen_on=DAY + timedelta(days=9)) == BAR


def test_a_correction_is_known_when_it_is_seen_and_no_earlier() -> None:
    seen_at = CLOSE + timedelta(days=9)
    bar = clocked(BAR, is_known=True, seen_at=seen_at, seen_on=DAY + timedelta(days=9))
    assert (bar.available_at, bar.basis) == (seen_at, "observed")


def test_nothing_is_declared_to_be_known_later_than_it_was_seen() -> None:
    seen_at = CLOSE + timedelta(minutes=20)
    bar = clocked(BAR, is_known=False, seen_at=seen_at, seen_on=DAY + timedelta(days=1))
    assert (bar.available_at, bar.basis) == (seen_at, "observed")


@pytest.mark.parametrize(
    ("close", "before", "ratio", "is_believed"),
    [
        (100, None, 1, True),
        (130, 100, 1, True),
        (4_900, 100, 1, True),
        (5_000, 100, 1, False),
        (10_000, 100, 1, False),
        (1, 100, 1, False),
        (2.1, 100, 1, True),
        (1, 100, 100, True),
        (10_000, 100, 0.01, True),
        (100, 100, 100, False),
    ],
)
def test_a_jump_of_fifty_without_a_split_is_not_believed(
    close: float, before: float | None, ratio: float, is_believed: bool
) -> None:
    fault = unit_fault(close, before, ratio)
    assert (fault is None) == is_believed
    assert fault is None or ("unit is wrong" in fault and "split_ratio" in fault)
