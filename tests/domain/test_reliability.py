"""Reliability bins: one day's sums and the bins of many days, against scikit-learn and plain counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.intervals import tail
from craveny_domain.reliability import BINS, CELLS, Stated, cell_sums, cells_of, summarise_stated
from tests.domain.histories import histories

FORECASTS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40)


def cells(probability: np.ndarray, is_up: np.ndarray, group: int = 0) -> list[tuple]:
    """(group, cell, answered, ups, sum of probabilities) of forecasts of one group."""
    sums = cell_sums(np.full(len(probability), group), probability, is_up)
    return list(zip(*(column.tolist() for column in sums), strict=True))


def history(seed: int, n_days: int = 60, n: int = 15) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Random forecasts [n_days * n]: their days, probabilities, and whether they rose."""
    rng = np.random.default_rng(seed)
    probability = rng.beta(2, 2, n_days * n)
    return np.repeat(np.arange(n_days), n), probability, rng.random(n_days * n) < probability


def stated(day: np.ndarray, probability: np.ndarray, is_up: np.ndarray, horizon: int = 1, **drawn: int) -> Stated:
    """The figures of forecasts as they are stored: by day and hundredth."""
    found = cell_sums(day, probability, is_up)
    mean = found.probability_sum / found.answered
    tenth = found.cell * BINS // CELLS
    return summarise_stated(found.group, tenth, mean, found.answered, found.ups, horizon, **drawn)


@pytest.mark.parametrize("seed", range(3))
def test_bins_equal_the_calibration_curve_of_scikit_learn(seed: int) -> None:
    from sklearn.calibration import calibration_curve

    day, probability, is_up = history(seed)
    shares, means = calibration_curve(is_up, probability, n_bins=BINS)
    bins = stated(day, probability, is_up, draws=19).bins
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


@given(FORECASTS)
def test_every_forecast_is_in_exactly_one_cell(forecasts: list[tuple[float, bool]]) -> None:
    probability, is_up = (np.array([f[i] for f in forecasts], dtype=kind) for i, kind in ((0, float), (1, bool)))
    found = cells(probability, is_up)
    assert [cell for _, cell, *_ in found] == sorted({cell for _, cell, *_ in found})
    assert sum(answered for *_, answered, _, _ in found) == len(forecasts)
    assert sum(ups for *_, ups, _ in found) == is_up.sum()
    assert sum(stated for *_, stated in found) == pytest.approx(probability.sum())
    assert all(0 < n >= ups and cell <= CELLS * stated / n + 1e-9 for _, cell, n, ups, stated in found)


@given(FORECASTS, st.randoms())
def test_the_order_of_forecasts_changes_nothing(forecasts: list[tuple[float, bool]], rng) -> None:
    shuffled = list(forecasts)
    rng.shuffle(shuffled)
    first, second = (
        cells(np.array([p for p, _ in rows], dtype=float), np.array([up for _, up in rows], dtype=bool))
        for rows in (forecasts, shuffled)
    )
    assert first == second


@pytest.mark.parametrize("seed", range(3))
def test_the_calibration_error_is_the_mean_distance_of_the_curve_from_what_was_stated(seed: int) -> None:
    from sklearn.calibration import calibration_curve
    from sklearn.metrics import brier_score_loss

    day, probability, is_up = history(seed)
    shares, means = calibration_curve(is_up, probability, n_bins=BINS)
    held = np.bincount((probability * BINS).astype(int), minlength=BINS)
    found = stated(day, probability, is_up, draws=50)
    assert found.ece.value == pytest.approx((np.abs(shares - means) * held[held > 0]).sum() / len(probability))
    assert found.brier.value == pytest.approx(brier_score_loss(is_up, probability), abs=2.5e-5)
    assert (found.ece.n, found.ece.days) == (found.brier.n, found.brier.days) == (900, 60)
    assert found.ece.low is not None


@pytest.mark.parametrize("seed", range(5))
def test_the_interval_of_the_calibration_error_holds_it_also_where_it_is_next_to_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    day, probability = np.repeat(np.arange(60), 10), np.full(600, 0.5)
    found = stated(day, probability, rng.permutation(np.arange(600) % 2 == 0)).ece
    assert found.value == pytest.approx(0, abs=1e-9)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high


def test_whoever_states_what_comes_true_has_no_calibration_error() -> None:
    day, probability = np.arange(40), np.full(40, 0.5)
    assert stated(day, probability, day % 2 == 0).ece.value == 0
    assert stated(day, probability, day >= 0).ece.value == pytest.approx(0.5)


def test_intervals_resample_blocks_of_whole_days_of_at_least_twice_the_horizon() -> None:
    horizon, draws, seed = 5, 50, 3
    day, probability, is_up = history(11, n_days=90)
    inside = (probability >= 0.5) & (probability < 0.6)
    answered, ups = (np.bincount(day, kept, 90) for kept in (inside, inside & is_up))
    walked = histories(90, 10, draws, np.random.default_rng(seed))
    shares = ups[walked].sum(axis=1) / answered[walked].sum(axis=1)
    bins = stated(day, probability, is_up, horizon, draws=draws, seed=seed).bins
    (found,) = [b.up_share for b in bins if b.bin == 5]
    cut = tail(found.days, 10)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(shares, [cut, 1 - cut])))
    assert found.days == (answered > 0).sum()


def test_a_bin_on_too_few_days_states_no_interval() -> None:
    day, probability, is_up = history(5)
    kept = probability < 0.9
    rare = [np.append(column[kept], added) for column, added in (
        (day, [0] * 4), (probability, [0.91, 0.92, 0.93, 0.94]), (is_up, [True, True, True, False]))]  # fmt: skip
    (found,) = [b for b in stated(*rare).bins if b.bin == 9]
    assert (found.up_share.value, found.up_share.low, found.up_share.high) == (0.75, None, None)
    assert (found.up_share.n, found.up_share.days, found.mean_probability) == (4, 1, pytest.approx(0.925))


def test_no_forecasts_give_no_bins() -> None:
    nothing = np.array([], dtype=np.int64)
    assert stated(nothing, nothing.astype(float), nothing > 0).bins == []
    assert cells(nothing.astype(float), nothing > 0) == []
