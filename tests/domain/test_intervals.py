"""The block bootstrap: how days are resampled, and how much an interval leaves out."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import norm
from scipy.stats import t as student

from craveny_domain.intervals import (
    block_length,
    has_enough_days,
    percentile_interval,
    resampling,
    student_quantile,
    tail,
)
from tests.domain.histories import histories


@given(horizon=st.integers(1, 10), n_days=st.integers(0, 5000))
def test_a_block_spans_two_horizons_unless_there_are_fewer_days(horizon, n_days):
    block = block_length(horizon, n_days)
    assert block >= min(2 * horizon, n_days)
    assert 1 <= block <= max(1, n_days)


@pytest.mark.parametrize(
    ("horizon", "n_days", "block"), [(1, 8, 2), (1, 1000, 10), (5, 400, 10), (5, 2744, 14), (5, 7, 7)]
)
def test_blocks_grow_with_the_cube_root_of_the_days(horizon, n_days, block):
    assert block_length(horizon, n_days) == block


@given(horizon=st.integers(1, 5), n_days=st.integers(0, 90))
def test_four_blocks_of_days_are_needed(horizon, n_days):
    block = block_length(horizon, n_days)
    assert has_enough_days(n_days, block) == (n_days >= 10 * horizon and n_days >= 5 * block)


@pytest.mark.parametrize("share", [0.9, 0.975, 0.995])
def test_students_quantiles_are_those_of_scipy(share):
    for freedom in (4.5, 6, 12, 60):
        assert student_quantile(share, freedom) == pytest.approx(student.ppf(share, freedom), rel=0.01)
    assert student_quantile(share, 1e9) == pytest.approx(norm.ppf(share))


@given(n_days=st.integers(8, 400), block=st.integers(1, 14))
def test_the_fewer_blocks_the_less_an_interval_leaves_out(n_days, block):
    assume(has_enough_days(n_days, block))
    assert 0 < tail(n_days, block) < tail(n_days + 1, block) < 0.025


def test_of_thousands_of_blocks_an_interval_leaves_out_a_fortieth_at_each_end():
    assert tail(100_000, 10) == pytest.approx(0.025, rel=1e-3)


@given(n_days=st.integers(1, 60), data=st.data(), seed=st.integers(0, 99))
def test_resampled_days_run_in_blocks_and_wrap_around(n_days, data, seed):
    block = data.draw(st.integers(1, n_days))
    indices = histories(n_days, block, 7, np.random.default_rng(seed))
    assert indices.shape == (7, n_days)
    assert indices.min() >= 0 and indices.max() < n_days
    for start in range(0, n_days, block):
        run = indices[:, start : start + block]
        assert (run == (run[:, :1] + np.arange(run.shape[1])) % n_days).all()


def test_every_day_is_as_likely_as_any_other():
    indices = histories(20, 6, 6000, np.random.default_rng(3))
    share = np.bincount(indices.ravel(), minlength=20) / indices.size
    assert share == pytest.approx(np.full(20, 1 / 20), rel=0.06)


def test_the_same_seed_gives_the_same_days():
    first, again, other = (histories(30, 4, 5, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert (first == again).all() and (first != other).any()


@given(n_days=st.integers(1, 120), horizon=st.sampled_from([1, 3, 5]), seed=st.integers(0, 1000))
def test_totals_equal_those_of_histories_walked_day_by_day(n_days, horizon, seed):
    drawn, sums = resampling(n_days, horizon, 7, seed), np.random.default_rng(seed).normal(size=(n_days, 2))
    walked = histories(n_days, drawn.block, len(drawn.starts), np.random.default_rng(seed))
    expected = np.vstack([sums.sum(axis=0), sums[walked].sum(axis=1)])
    assert drawn.totals(sums) == pytest.approx(expected, abs=1e-9)


def test_the_interval_cuts_as_much_off_each_side():
    assert percentile_interval(np.arange(1001.0), 0.025) == pytest.approx((25, 975))
    assert percentile_interval(np.arange(1001.0), 0.01) == pytest.approx((10, 990))


def test_a_few_undefined_draws_are_left_out_and_many_forbid_an_interval():
    values = np.arange(1000.0)
    values[:50] = np.nan
    assert percentile_interval(values, 0.025) == pytest.approx(tuple(np.quantile(values[50:], [0.025, 0.975])))
    values[50] = np.nan
    assert percentile_interval(values, 0.025) is None
    assert percentile_interval(np.array([]), 0.025) is None
