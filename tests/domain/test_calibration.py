"""Calibration: the fit against scikit-learn, and that no forecast is read by what closed after its cut-off."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from craveny_domain.calibration import MIN_OUTCOMES, Cells, Outcomes, isotonic
from craveny_domain.reliability import CELLS

COUNTS = st.lists(st.tuples(st.integers(0, 30), st.floats(0, 1)), min_size=CELLS, max_size=CELLS)
RECORD = ("a model", 1, "live")


def cells_of(*filled: tuple[int, int, int]) -> Cells:
    """Cells from (cell, answered, ups)."""
    answered, ups = np.zeros(CELLS, dtype=np.int64), np.zeros(CELLS, dtype=np.int64)
    for cell, of, up in filled:
        answered[cell], ups[cell] = of, up
    return Cells(answered, ups)


@given(COUNTS)
def test_the_fit_is_that_of_scikit_learn(counts: list[tuple[int, float]]) -> None:
    answered = np.array([of for of, _ in counts])
    ups = np.array([round(of * share) for of, share in counts])
    found, held = isotonic(ups, answered), np.flatnonzero(answered)
    if not len(held):
        assert np.isnan(found).all()
        return
    oracle = IsotonicRegression(out_of_bounds="clip")
    oracle.fit(held, ups[held] / answered[held], sample_weight=answered[held])
    assert found == pytest.approx(oracle.predict(np.arange(CELLS)), abs=1e-9)
    assert (np.diff(found) >= -1e-12).all()


def test_a_fit_worked_by_hand() -> None:
    # 60 % came of 20 and 40 % of 30: they fall, so both become 24 of 50; between 30 and 40 it goes straight.
    found = isotonic(
        cells_of((20, 20, 12), (30, 30, 12), (40, 10, 8)).ups,
        cells_of((20, 20, 12), (30, 30, 12), (40, 10, 8)).answered,
    )
    assert found[[0, 20, 30, 35, 40, 99]] == pytest.approx([0.48, 0.48, 0.48, 0.64, 0.8, 0.8])


def test_of_few_outcomes_nothing_is_learnt() -> None:
    few = Outcomes().after({RECORD: cells_of((50, MIN_OUTCOMES - 1, 10))}, 4)
    assert np.isnan(few.before(RECORD, 0).meaning).all()
    enough = few.after({RECORD: cells_of((50, 1, 1))}, 4)
    assert enough.before(RECORD, 0).meaning == pytest.approx(np.full(CELLS, 11 / MIN_OUTCOMES))
    assert enough.before(RECORD, 0).fitted_on == MIN_OUTCOMES
    assert enough.before(("another", 1, "live"), 0).fitted_on == 0


@given(st.lists(st.integers(0, 400), max_size=12), st.integers(0, 4))
def test_a_forecast_is_read_only_by_what_closed_before_its_cut_off(days: list[int], still_open: int) -> None:
    outcomes = Outcomes()
    for count in days:
        outcomes = outcomes.after({RECORD: cells_of((50, count, 0))} if count else {}, 4)
    known = days[: max(0, len(days) - still_open)]
    assert outcomes.before(RECORD, still_open).fitted_on == sum(known)
