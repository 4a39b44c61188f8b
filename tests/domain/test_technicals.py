"""Indicators as models are told them: right by hand, null while they warm up, a function of the past alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.technicals import technicals

RISING = np.arange(100.0, 180.0)


def test_figures_worked_by_hand() -> None:
    told = technicals(RISING)
    assert told["return_1"] == pytest.approx(179 / 178 - 1, abs=1e-4)
    assert told["return_20"] == pytest.approx(179 / 159 - 1, abs=1e-4)
    assert told["above_average_5"] == pytest.approx(179 / 177 - 1, abs=1e-4)
    assert told["rsi_14"] == 100.0


def test_what_is_still_warming_up_is_null_and_never_zero() -> None:
    told = technicals(RISING[:10])
    assert told["return_5"] is not None
    assert "above_average_20" not in told
    assert [told[name] for name in ("return_20", "rsi_14", "bollinger_20", "macd_histogram", "volatility_20")] == [
        None
    ] * 5


def test_without_a_bar_there_is_nothing_to_tell() -> None:
    assert technicals(np.empty(0)) == {}


@given(st.lists(st.floats(1, 1_000), min_size=1, max_size=90), st.floats(0.1, 10))
def test_no_figure_depends_on_the_currency_unit(closes: list[float], unit: float) -> None:
    one, other = technicals(np.array(closes)), technicals(np.array(closes) * unit)
    for name, value in one.items():
        assert (value is None) == (other[name] is None)
        assert value is None or other[name] == pytest.approx(value, abs=2e-3, rel=2e-3)
