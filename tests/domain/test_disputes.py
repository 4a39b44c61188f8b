"""Two sources of one stock's bars, worked by hand: what counts, what is disputed, what a dispute holds back."""

from datetime import date, timedelta

import numpy as np
import pytest

from craveny_domain.disputes import CLOSE, SPLIT
from craveny_domain.panel import Panel, build_panel
from craveny_domain.settlement import DISPUTED, settle, void_reason

TYPES = [("stock_id", "i8"), ("day", "i8"), ("open", "f8"), ("close", "f8"), ("split_ratio", "f8"), ("price_id", "i8"),
         ("available_us", "i8"), ("is_declared", "i4")]  # fmt: skip
WAITING, SETTLED, VOID = 0, 1, 2
Closes = list[float | None]


def panel_of(*told: Closes, splits: tuple[dict[int, float], ...] = ({}, {}, {}), tolerance: float = 0.005) -> Panel:
    """One stock's closes, a list a source, None for no bar; the source told of first is seen first each session.

    The bar of source k in session t has price id 100 k + t and opens where it closes.
    """
    sessions = [date(2026, 3, 2) + timedelta(days=t) for t in range(len(told[0]))]
    rows = [
        (7, sessions[t].toordinal(), close, close, splits[k].get(t, 1.0), 100 * k + t, t * 10 + k, 0, k)
        for k, closes in enumerate(told)
        for t, close in enumerate(closes)
        if close is not None
    ]
    bars = np.array([row[:-1] for row in rows], dtype=TYPES)
    fences = np.array([t * 10 + 9 for t in range(len(sessions))])
    return build_panel(bars, sessions, fences, np.array([row[-1] for row in rows]), tolerance)


def closes(panel: Panel) -> list[float | None]:
    return [None if np.isnan(close) else float(close) for close in panel.close[:, 0]]


def outcome(panel: Panel, row: int, horizon: int, at: int) -> tuple[int, float]:
    settled = settle(panel, row, horizon, at)
    return int(settled.status[0]), round(float(settled.outcome_return[0]), 12)


def test_sources_that_agree_count_as_the_first_of_them_said() -> None:
    panel = panel_of([100, 101, 102], [100.2, 101, 102.3])
    assert (closes(panel), panel.price_id[:, 0].tolist()) == ([100, 101, 102], [0, 1, 2])
    assert not panel.disputed.any()


def test_a_source_fills_what_the_other_lacks() -> None:
    assert closes(panel_of([100, None, 102], [None, 101, 102])) == [100, 101, 102]


def test_closes_beyond_the_tolerance_are_disputed_and_count_as_missing() -> None:
    panel = panel_of([100, 101, 102], [100.4, 101.6, 102])
    assert (closes(panel), panel.disputed[:, 0].tolist()) == ([100, None, 102], [0, CLOSE, 0])
    assert closes(panel_of([100, 101, 102], [100.4, 101.6, 102], tolerance=0.01)) == [100, 101, 102]


def test_any_two_of_three_that_differ_are_a_dispute() -> None:
    assert closes(panel_of([100.0], [100.4], [99.7])) == [None]
    assert closes(panel_of([100.0], [100.4], [100.2])) == [100]


def test_a_source_that_is_silent_on_splits_does_not_undo_them() -> None:
    panel = panel_of([100, 50, 51], [100, 50, 51], splits=({}, {1: 2.0}))
    assert (panel.adjusted[:, 0].tolist(), panel.disputed.any()) == ([100, 100, 102], False)


def test_a_history_rewritten_after_a_split_agrees_with_the_prices_as_traded_which_count() -> None:
    for order in (1, -1):
        told, splits = ([50, 50, 51], [100, 50, 51])[::order], ({}, {1: 2.0})[::order]
        panel = panel_of(*told, splits=splits)
        assert (closes(panel), panel.adjusted[:, 0].tolist()) == ([100, 50, 51], [100, 100, 102])


def test_two_who_tell_of_a_split_on_different_days_are_in_dispute_about_both() -> None:
    panel = panel_of([100, 50, 51, 52], [100, 50, 51, 52], splits=({1: 2.0}, {2: 2.0}))
    assert panel.disputed[:, 0].tolist() == [0, SPLIT, SPLIT, 0]
    assert [outcome(panel, row, 1, row)[0] for row in (1, 2, 3)] == [WAITING, WAITING, SETTLED]


def test_a_disputed_close_holds_the_settlement_and_no_later_bar_takes_its_place() -> None:
    panel = panel_of([100, 102, 103, 104, 105, 106, 107], [100, 110, 103, 104, 105, 106, 107])
    assert [outcome(panel, 1, 1, at)[0] for at in range(1, 7)] == [WAITING] * 5 + [VOID]
    assert void_reason(settle(panel, 1, 1, 6), 0) == DISPUTED


def test_a_disputed_entry_holds_it_as_well_and_the_close_before_does_not_stand_in() -> None:
    panel = panel_of([99, 100, 102, 103, 104, 105, 106, 107], [99, 120, 102, 103, 104, 105, 106, 107])
    assert [outcome(panel, 2, 1, at)[0] for at in range(2, 8)] == [WAITING] * 5 + [VOID]
    assert void_reason(settle(panel, 2, 1, 7), 0) == DISPUTED


def test_a_dispute_about_a_day_that_is_neither_entry_nor_exit_holds_nothing() -> None:
    panel = panel_of([99, 100, 102, 103, 104], [80, 100, 102, 120, 104])
    assert outcome(panel, 2, 3, 4) == (SETTLED, 0.04)


def test_once_they_agree_it_settles_in_the_session_it_belongs_to() -> None:
    resolved = panel_of([100, 102, 103], [100, 102.1, 103])
    assert outcome(resolved, 1, 1, 1) == (SETTLED, 0.02)


def test_without_any_entry_a_dispute_at_the_exit_changes_nothing() -> None:
    panel = panel_of([None, 100, 103], [None, 110, 103])
    assert outcome(panel, 1, 1, 1)[0] == VOID
    assert "no close in the ten sessions" in void_reason(settle(panel, 1, 1, 1), 0)


@pytest.mark.parametrize("sources", [1, 2])
def test_one_source_and_two_that_say_the_same_make_the_same_panel(sources: int) -> None:
    said: Closes = [100, None, 50, 51]
    panel = panel_of(*[said] * sources, splits=({2: 2.0}, {2: 2.0}))
    assert closes(panel) == said and panel.adjusted[2:, 0].tolist() == [100, 102]
