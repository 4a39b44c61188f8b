"""Bets on daily differences: their wealth by hand, and that skill-free models are hardly ever told apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from craveny_domain.betting import STAKES, bet_days, evidence, first_reach, wealth

DAYS = arrays(np.float64, st.integers(1, 60), elements=st.floats(-1, 1))


def test_wealth_worked_by_hand() -> None:
    # A day of +0.5, then one of -1: each bettor has (1 + 0.5 stake) (1 - stake).
    told = wealth(np.array([0.5, -1.0]))
    assert told[0] == pytest.approx(np.mean(1 + STAKES / 2))
    assert told[1] == pytest.approx(np.mean((1 + STAKES / 2) * (1 - STAKES)))


def test_a_day_without_a_bet_changes_nothing() -> None:
    assert wealth(np.array([0.2, np.nan, 0.1]))[-1] == pytest.approx(wealth(np.array([0.2, 0.1]))[-1])


def test_what_is_beyond_its_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond -1 and 1"):
        wealth(np.array([0.1, 1.2]))
    with pytest.raises(ValueError, match="edge of 0"):
        evidence(np.array([0.1]), 0.0)


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
    told, turned = evidence(days, edge), evidence(-days, edge)
    assert np.allclose(told.better, turned.worse)
    assert np.allclose(told.below_edge, turned.above_edge)


def test_overlapping_outcomes_are_never_bet_on_twice() -> None:
    for horizon in (1, 3, 5):
        for phase in range(horizon):
            days = np.flatnonzero(bet_days(40, horizon, phase))
            assert (np.diff(days) >= horizon).all()
            assert len(days) >= 40 // horizon


def skill_free(rng: np.random.Generator, runs: int, tilt: float, memory: float = 0.0) -> np.ndarray:
    """Calls [runs, 250, 88] of a model that leans every day's calls the same way, by a tilt with memory."""
    shocks = rng.normal(size=(runs, 250))
    leaning = np.empty_like(shocks)
    leaning[:, 0] = shocks[:, 0]
    for day in range(1, 250):
        leaning[:, day] = memory * leaning[:, day - 1] + np.sqrt(1 - memory**2) * shocks[:, day]
    return rng.random((runs, 250, 88)) < (1 / (1 + np.exp(-2 * tilt * leaning)))[..., None]


@pytest.mark.parametrize(("tilt", "memory"), [(0.3, 0), (1.0, 0), (0.6, 0.97)])
def test_of_two_models_without_skill_hardly_one_is_ever_named_over_250_looks(tilt: float, memory: float) -> None:
    rng = np.random.default_rng(11)
    rose = rng.random((60, 250, 88)) < rng.random((60, 250, 1))
    one, other = ((skill_free(rng, 60, tilt, memory) == rose).mean(axis=-1) for _ in range(2))
    told = evidence(one - other, 0.02)
    named = (first_reach(told.better, 0.025) < 250) | (first_reach(told.worse, 0.025) < 250)
    assert named.mean() <= 0.05


def test_five_points_are_found_in_most_of_a_year() -> None:
    rng = np.random.default_rng(12)
    rose = rng.random((40, 250, 88)) < 0.5
    one, other = skill_free(rng, 40, 0.6), skill_free(rng, 40, 0.6)
    one = np.where(rng.random(rose.shape) < 0.1, rose, one)
    difference = (one == rose).mean(axis=-1) - (other == rose).mean(axis=-1)
    assert (first_reach(wealth(difference), 0.025) < 250).mean() >= 0.8
