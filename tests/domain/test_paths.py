"""What holds of every path: units, mirrors, and what comes later change nothing that was decided."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.day_scores import STOP, TARGET
from craveny_domain.panel import Panel, build_panel
from craveny_domain.paths import Paths, follow
from craveny_domain.settlement import settle

TYPES = [("stock_id", "i8"), ("day", "i8"), ("open", "f8"), ("high", "f8"), ("low", "f8"), ("close", "f8"),
         ("split_ratio", "f8"), ("price_id", "i8"), ("available_us", "i8"), ("is_declared", "i4")]  # fmt: skip
START = date(2026, 3, 2)
HORIZON = 4
MOVES = np.array([0.01, 0.02, 0.04, 0.07])
"""Of prices around 100 in whole steps, so that touches to the cent are frequent."""


@st.composite
def walks(draw: st.DrawFn) -> np.ndarray:
    """Bars [sessions, 4] of whole prices from 90 to 110: the first and the last are there, others may be missing."""
    steps = st.integers(-8, 8)
    bars = [(100, 100, 100, 100)]
    for _ in range(HORIZON):
        opened, closed = 100 + draw(steps), 100 + draw(steps)
        high, low = max(opened, closed) + draw(st.integers(0, 4)), min(opened, closed) - draw(st.integers(0, 4))
        bars.append((opened, high, low, closed))
    out = np.array(bars, dtype=np.float64)
    missing = draw(st.sets(st.integers(1, HORIZON - 1)))
    out[sorted(missing)] = np.nan
    return out


def panel_of(bars: np.ndarray) -> Panel:
    days = [START + timedelta(days=t) for t in range(len(bars))]
    rows = [
        (7, days[t].toordinal(), *bar, 1.0, 100 + t, t * 10 + 5, 0) for t, bar in enumerate(bars) if bar[0] == bar[0]
    ]
    return build_panel(np.array(rows, dtype=TYPES), days, np.arange(len(days)) * 10 + 9)


def paths_of(bars: np.ndarray, moves: np.ndarray = MOVES, horizon: int = HORIZON) -> Paths:
    """The paths of forecasts for the second session, each of another move, as the last session of them settled."""
    panel = panel_of(bars)
    settlement = settle(panel, 1, horizon, horizon)
    return follow(panel, 1, settlement, np.zeros(len(moves), dtype=np.int64), moves, -moves)


def differing(one: Paths, other: Paths) -> list[str]:
    """In what two paths differ by more than rounding does."""
    both = ((name, value, getattr(other, name)) for name, value in vars(one).items())
    return [name for name, a, b in both if not np.allclose(a, b, rtol=0, atol=1e-9, equal_nan=True)]


@given(walks(), st.floats(1e-3, 1e5))
def test_another_unit_of_the_prices_changes_nothing(bars: np.ndarray, unit: float) -> None:
    assert differing(paths_of(bars), paths_of(bars * unit)) == []


@given(walks(), st.integers(1, HORIZON), st.sampled_from([0.1, 0.5, 2.0, 10.0]))
def test_a_split_anywhere_changes_nothing(bars: np.ndarray, at: int, ratio: float) -> None:
    split = bars.copy()
    split[at:] /= ratio
    panel = panel_of(split)
    panel.growth[at:] *= ratio
    settlement = settle(panel, 1, HORIZON, HORIZON)
    found = follow(panel, 1, settlement, np.zeros(len(MOVES), dtype=np.int64), MOVES, -MOVES)
    assert differing(paths_of(bars), found) == []


@given(walks())
def test_mirrored_prices_mirror_target_and_stop(bars: np.ndarray) -> None:
    up, down = paths_of(bars), paths_of(200 - bars[:, [0, 2, 1, 3]], -MOVES)
    assert (up.target_row.tolist(), up.stop_row.tolist()) == (down.target_row.tolist(), down.stop_row.tolist())
    assert up.first_touch.tolist() == down.first_touch.tolist()


@given(walks())
def test_the_other_call_of_the_same_prices_has_target_and_stop_swapped(bars: np.ndarray) -> None:
    up, down = paths_of(bars), paths_of(bars, -MOVES)
    assert (up.target_row.tolist(), up.stop_row.tolist()) == (down.stop_row.tolist(), down.target_row.tolist())


@given(walks(), walks(), st.integers(1, HORIZON))
def test_later_bars_never_change_an_earlier_first_touch(bars: np.ndarray, others: np.ndarray, at: int) -> None:
    changed = np.vstack([bars[:at], others[at:]])
    before, after = paths_of(bars), paths_of(changed)
    touched = np.where(before.first_touch == TARGET, before.target_row, before.stop_row)
    early = (before.first_touch > 0) & (touched < at)
    assert (before.first_touch[early] == after.first_touch[early]).all()
    np.testing.assert_array_equal(before.path_return[early], after.path_return[early])
    assert (np.where(after.first_touch == TARGET, after.target_row, after.stop_row)[early] == touched[early]).all()


@given(walks(), walks())
def test_sessions_after_the_settling_one_change_nothing(bars: np.ndarray, others: np.ndarray) -> None:
    assert differing(paths_of(bars), paths_of(np.vstack([bars, others]))) == []


def test_stocks_settled_by_different_bars_are_followed_each_to_its_own() -> None:
    # Horizon 1 ends in the second session. One stock's bar of it is known a session late, the other has none: both
    # settle in the third session, the one by its second bar and the other by its third.
    bars = [(7, 0, 100, 5), (7, 1, 100, 25), (7, 2, 105, 25), (8, 0, 100, 5), (8, 2, 105, 25)]
    rows = [
        (stock, START.toordinal() + t, price, price, price, price, 1.0, 10 * stock + t, known, 0)
        for stock, t, price, known in bars
    ]
    days = [START + timedelta(days=t) for t in range(3)]
    panel = build_panel(np.array(rows, dtype=TYPES), days, np.array([9, 19, 29]))
    settlement = settle(panel, 1, 1, 2)
    assert (settlement.status.tolist(), settlement.exit_row.tolist()) == ([1, 1], [1, 2])
    found = follow(panel, 1, settlement, np.array([0, 1]), np.array([0.05, 0.05]), np.array([-0.05, -0.05]))
    assert (found.first_touch.tolist(), found.target_row.tolist()) == ([0, TARGET], [-1, 2])


@given(walks())
def test_the_first_touch_is_the_earlier_of_the_two_and_within_what_was_forecast(bars: np.ndarray) -> None:
    found = paths_of(bars)
    for target, stop, first in zip(found.target_row, found.stop_row, found.first_touch, strict=True):
        assert (first == 0) == (target < 0 and stop < 0)
        assert first != TARGET or (target >= 1 and (stop < 0 or target <= stop))
        assert first != STOP or (stop >= 1 and (target < 0 or stop <= target))
        assert max(target, stop) <= HORIZON


@given(walks())
def test_bar_by_bar_with_a_pencil_comes_to_the_same(bars: np.ndarray) -> None:
    found = paths_of(bars)
    for i, move in enumerate(MOVES):
        first, filled = pencil(bars, round(100 * (1 + move)), round(100 * (1 - move)))
        assert found.first_touch[i] == first
        assert found.path_return[i] == pytest.approx(filled / bars[1][0] - 1, nan_ok=True)


@given(walks(), st.sampled_from([None, 101, 103, 106]), st.sampled_from([None, 99, 96, 92]))
def test_a_target_and_a_stop_of_their_own_come_to_the_same_as_with_a_pencil(
    bars: np.ndarray, target: int | None, stop: int | None
) -> None:
    if target is stop is None:
        return
    settlement = settle(panel_of(bars), 1, HORIZON, HORIZON)
    aims = (np.array([np.nan if price is None else price / 100 - 1]) for price in (target, stop))
    found = follow(panel_of(bars), 1, settlement, np.array([0]), *aims)
    first, filled = pencil(bars, target or np.inf, stop or -np.inf)
    assert found.first_touch.tolist() == [first]
    assert found.path_return[0] == pytest.approx(filled / bars[1][0] - 1, nan_ok=True)


def pencil(bars: np.ndarray, target: float, stop: float) -> tuple[int, float]:
    """What an upward forecast touches first, and where it is filled."""
    for opened, high, low, _ in bars[1:]:
        if opened >= target:
            return TARGET, opened
        if low <= stop:
            return STOP, min(opened, stop)
        if high >= target:
            return TARGET, target
    return 0, bars[-1][3]
