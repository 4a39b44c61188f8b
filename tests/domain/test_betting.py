"""Bets on daily differences: their wealth by hand, and what no bet can do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from craveny_domain.betting import BETS, STAKES, four_bets, growth, is_bet_on, log_wealth

DAYS = arrays(np.float64, st.integers(1, 60), elements=st.floats(-1, 1))


def wealth(bets: np.ndarray) -> np.ndarray:
    """After each day [T]."""
    return np.exp(log_wealth(np.cumsum(growth(bets), axis=0)))


def test_wealth_worked_by_hand() -> None:
    # A day of +0.5, then one of -1: each bettor has (1 + 0.5 stake) (1 - stake).
    told = wealth(np.array([0.5, -1.0]))
    assert told[0] == pytest.approx(np.mean(1 + STAKES / 2))
    assert told[1] == pytest.approx(np.mean((1 + STAKES / 2) * (1 - STAKES)))


def test_a_day_without_a_bet_changes_nothing() -> None:
    assert wealth(np.array([0.2, np.nan, 0.1]))[-1] == pytest.approx(wealth(np.array([0.2, 0.1]))[-1])


def test_what_is_beyond_its_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond -1 and 1"):
        four_bets(np.array([0.1, 1.2]), 0.02)
    with pytest.raises(ValueError, match="edge of 0"):
        four_bets(np.array([0.1]), 0.0)


@given(DAYS, st.data())
def test_wealth_is_never_lost_altogether_and_knows_only_the_days_so_far(days: np.ndarray, data: st.DataObject) -> None:
    whole = wealth(days)
    assert (whole > 0).all()
    some = data.draw(st.integers(1, len(days)))
    assert np.array_equal(wealth(days[:some]), whole[:some])


@given(DAYS)
def test_no_bet_on_both_sides_wins_on_average(days: np.ndarray) -> None:
    # Over a fair coin's two outcomes of each day the mean wealth stays what it was.
    up, down = wealth(np.append(days, 0.3))[-1], wealth(np.append(days, -0.3))[-1]
    assert (up + down) / 2 == pytest.approx(wealth(days)[-1])


@given(DAYS, st.floats(0.01, 0.2))
def test_what_speaks_for_one_speaks_against_the_other_and_against_no_difference(days: np.ndarray, edge: float) -> None:
    told, turned = four_bets(days, edge).T, four_bets(-days, edge).T
    assert np.array_equal(told[BETS.index("better")], turned[BETS.index("worse")])
    assert np.array_equal(told[BETS.index("below_edge")], turned[BETS.index("above_edge")])


@given(DAYS, st.floats(0.01, 0.2))
def test_a_bet_on_the_edge_is_fair_at_the_edge_and_can_lose_no_more_than_its_stake(
    days: np.ndarray, edge: float
) -> None:
    assert np.abs(four_bets(days, edge)).max() <= 1
    at_edge = four_bets(np.array([edge, -edge]), edge)
    assert at_edge[0, BETS.index("below_edge")] == at_edge[1, BETS.index("above_edge")] == 0


def test_overlapping_outcomes_are_never_bet_on_twice() -> None:
    for horizon in (1, 3, 5):
        days = [place for place in range(40) if is_bet_on(place, horizon)]
        assert (np.diff(days) == horizon).all()
        assert len(days) == -(-40 // horizon)
