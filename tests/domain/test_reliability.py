"""Reliability bins: one day's sums and the bins of many days, against scikit-learn and plain counting."""

from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from craveny_domain.intervals import tail
from craveny_domain.reliability import BINS, CELLS, BinScore, cell_sums, cells_of, summarise_bins
from tests.domain.histories import histories

START = date(2024, 1, 1)
FORECASTS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40)


def cells(probability: np.ndarray, is_up: np.ndarray, group: int = 0) -> list[tuple]:
    """(group, cell, answered, ups, sum of probabilities) of forecasts of one group."""
    sums = cell_sums(np.full(len(probability), group), probability, is_up)
    return list(zip(*(column.tolist() for column in sums), strict=True))


def bin_day(day: date, probability: np.ndarray, is_up: np.ndarray) -> list[BinScore]:
    """A day's tenths, of its hundredths."""
    tenths: dict[int, tuple[float, ...]] = defaultdict(lambda: (0, 0, 0.0))
    for _, cell, *told in cells(probability, is_up):
        tenths[cell * BINS // CELLS] = tuple(a + b for a, b in zip(tenths[cell * BINS // CELLS], told, strict=True))
    return [BinScore(day, b, *told) for b, told in tenths.items()]  # pyright: ignore[reportArgumentType]


def history(seed: int, n_days: int = 60, n: int = 15) -> tuple[list[BinScore], np.ndarray, np.ndarray]:
    """Random days in bins, and the rows they were made of."""
    rng = np.random.default_rng(seed)
    probability = rng.beta(2, 2, (n_days, n))
    is_up = rng.random((n_days, n)) < probability
    days = zip(probability, is_up, strict=True)
    scores = [score for i, (p, up) in enumerate(days) for score in bin_day(START + timedelta(i), p, up)]
    return scores, probability.ravel(), is_up.ravel()


@pytest.mark.parametrize("seed", range(3))
def test_bins_equal_the_calibration_curve_of_scikit_learn(seed: int) -> None:
    from sklearn.calibration import calibration_curve

    scores, probability, is_up = history(seed)
    shares, means = calibration_curve(is_up, probability, n_bins=BINS)
    bins = summarise_bins(scores, 1, draws=19)
    assert [b.up_share.value for b in bins] == pytest.approx(shares)
    assert [b.mean_probability for b in bins] == pytest.approx(means)
    assert sum(b.up_share.n for b in bins) == len(probability)


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.0, 0),
        (0.0099, 0),
        (0.01, 1),
        (0.29, 29),
        (0.3, 30),
        (0.58, 58),
        (0.7, 70),
        (0.8999, 89),
        (0.999, 99),
        (1.0, 99),
    ],
)
def test_a_cell_begins_at_its_hundredth_and_the_last_one_holds_certainty(probability: float, expected: int) -> None:
    assert cells_of(np.array([probability])).tolist() == [expected]


@pytest.mark.parametrize("probability", [-0.01, 1.01, np.nan])
def test_what_is_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match="not from 0 to 1"):
        cells(np.array([0.5, probability]), np.array([True, True]))


@settings(deadline=None)
@given(FORECASTS)
def test_every_forecast_is_in_exactly_one_cell(forecasts: list[tuple[float, bool]]) -> None:
    probability, is_up = (np.array([f[i] for f in forecasts], dtype=kind) for i, kind in ((0, float), (1, bool)))
    found = cells(probability, is_up)
    assert [cell for _, cell, *_ in found] == sorted({cell for _, cell, *_ in found})
    assert sum(answered for *_, answered, _, _ in found) == len(forecasts)
    assert sum(ups for *_, ups, _ in found) == is_up.sum()
    assert sum(stated for *_, stated in found) == pytest.approx(probability.sum())
    assert all(0 < n >= ups and cell <= CELLS * stated / n + 1e-9 for _, cell, n, ups, stated in found)


@settings(deadline=None)
@given(FORECASTS, st.randoms())
def test_the_order_of_forecasts_changes_nothing(forecasts: list[tuple[float, bool]], rng) -> None:
    shuffled = list(forecasts)
    rng.shuffle(shuffled)
    first, second = (
        cells(np.array([p for p, _ in rows], dtype=float), np.array([up for _, up in rows], dtype=bool))
        for rows in (forecasts, shuffled)
    )
    assert first == second


def test_intervals_resample_blocks_of_whole_days_of_at_least_twice_the_horizon() -> None:
    horizon, draws, seed = 5, 50, 3
    scores, _, _ = history(11, n_days=90)
    by_day = defaultdict(lambda: (0, 0))
    for score in scores:
        if score.bin == 5:
            by_day[score.day] = score.answered, score.ups
    indices = histories(90, 10, draws, np.random.default_rng(seed))
    shares = []
    for drawn in indices:
        picked = [by_day[START + timedelta(int(i))] for i in drawn]
        shares.append(sum(ups for _, ups in picked) / sum(answered for answered, _ in picked))
    (found,) = [b.up_share for b in summarise_bins(scores, horizon, draws=draws, seed=seed) if b.bin == 5]
    cut = tail(found.days, 10)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(shares, [cut, 1 - cut])))
    assert found.days == sum(answered > 0 for answered, _ in by_day.values())


def test_a_bin_on_too_few_days_states_no_interval() -> None:
    scores, _, _ = history(5)
    rare = [*(s for s in scores if s.bin != 9), BinScore(START, 9, 4, 3, 3.7)]
    (found,) = [b for b in summarise_bins(rare, 1) if b.bin == 9]
    assert (found.up_share.value, found.up_share.low, found.up_share.high) == (0.75, None, None)
    assert (found.up_share.n, found.up_share.days, found.mean_probability) == (4, 1, pytest.approx(3.7 / 4))


def test_no_forecasts_give_no_bins() -> None:
    assert summarise_bins([], 1) == []
    assert cells(np.array([]), np.array([], dtype=bool)) == []
