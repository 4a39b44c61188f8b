"""Settlements and their paths worked by hand, number by number: what a statistician would check with a pencil."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest

from craveny_domain.day_scores import STOP, TARGET
from craveny_domain.panel import Panel, build_panel
from craveny_domain.paths import follow, target_of
from craveny_domain.settlement import NO_ENTRY, NO_EXIT, settle, void_reason

TYPES = [("stock_id", "i8"), ("day", "i8"), ("open", "f8"), ("high", "f8"), ("low", "f8"), ("close", "f8"),
         ("split_ratio", "f8"), ("price_id", "i8"), ("available_us", "i8"), ("is_declared", "i4")]  # fmt: skip
WEEK = [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 9)]
SETTLED, VOID = 1, 2
Bar = tuple[float, float, float, float] | None
"""Open, high, low and close, as traded; None: no bar."""
BEFORE: Bar = (99, 101, 98, 100)
"""The session before the cut-off: the entry close is 100, so a move of 0.05 has its target at 105, its stop at 95."""


def panel_of(
    *bars: Bar, sessions: list[date] = WEEK, splits: dict[int, float] | None = None, known_in: int | None = None
) -> Panel:
    """One stock's bars, a session each; the last is known in the session `known_in` if that is given."""
    rows = [
        (7, sessions[t].toordinal(), *bar, (splits or {}).get(t, 1.0), 100 + t,
         (known_in if known_in and t == len(bars) - 1 else t) * 10 + 5, 0)
        for t, bar in enumerate(bars) if bar
    ]  # fmt: skip
    dated = sessions[: max(len(bars), (known_in or 0) + 1)]
    return build_panel(np.array(rows, dtype=TYPES), dated, np.arange(len(dated)) * 10 + 9)


@dataclass(frozen=True)
class Path:
    """What came of one forecast's target; dates and the first touch are None where there was none."""

    target_date: date | None
    stop_date: date | None
    first_touch: str | None
    path_return: float | None


def path_of(panel: Panel, move: float, *, row: int = 1, horizon: int = 3, at: int | None = None) -> Path:
    """The path of a forecast for the session in `row` that expects a move."""
    closes = row + horizon - 1 if at is None else at
    settlement = settle(panel, row, horizon, closes)
    assert settlement.status[0] == SETTLED
    found = follow(panel, row, settlement, np.array([0]), np.array([move]), np.array([-move]))
    touched, moved = int(found.first_touch[0]), float(found.path_return[0])
    days = [None if at[0] < 0 else panel.sessions[at[0]] for at in (found.target_row, found.stop_row)]
    name = {0: None, TARGET: "target", STOP: "stop"}[touched]
    return Path(*days, name, None if np.isnan(moved) else round(moved, 12))


# What names a target


@pytest.mark.parametrize(
    ("outcome_class", "direction", "move", "target"),
    [
        ("ok", "up", 0.05, 0.05),
        ("ok", "down", -0.05, -0.05),
        ("ok", "up", -0.05, None),  # it contradicts itself
        ("ok", "down", 0.05, None),
        ("ok", "up", 0.0, None),  # nowhere to go
        ("ok", "up", None, None),
        ("refusal", "up", 0.05, None),
    ],
)
def test_a_forecast_names_a_target_when_it_expects_a_move_the_way_it_calls(
    outcome_class: str, direction: str | None, move: float | None, target: float | None
) -> None:
    assert target_of(outcome_class, direction, move) == target


# Touches


def test_a_target_within_a_bar_fills_at_the_target() -> None:
    # Opens at 101; the second session's high of 105 is the target to the cent: 105 / 101 - 1.
    panel = panel_of(BEFORE, (101, 103, 99, 102), (102, 105, 101, 104), (104, 104, 90, 91))
    # The stop of 95 is breached a session later, too late to matter.
    assert path_of(panel, 0.05) == Path(WEEK[2], WEEK[3], "target", round(105 / 101 - 1, 12))


def test_a_stop_within_a_bar_fills_at_the_stop() -> None:
    panel = panel_of(BEFORE, (101, 103, 99, 102), (102, 104, 95, 96), (96, 106, 96, 105))
    assert path_of(panel, 0.05) == Path(WEEK[3], WEEK[2], "stop", round(95 / 101 - 1, 12))


def test_neither_touched_runs_to_the_settling_close() -> None:
    # Highest 104.99, lowest 95.01; closes at 102, bought at 101.
    panel = panel_of(BEFORE, (101, 104.99, 99, 102), (102, 104, 95.01, 96), (96, 103, 96, 102))
    assert path_of(panel, 0.05) == Path(None, None, None, round(102 / 101 - 1, 12))


def test_a_gap_through_the_stop_fills_at_the_open_and_not_at_the_stop() -> None:
    # The third session opens at 92, three below the stop: nobody sold at 95.
    panel = panel_of(BEFORE, (101, 103, 99, 102), (92, 94, 90, 93), (93, 96, 92, 95.5))
    assert path_of(panel, 0.05) == Path(None, WEEK[2], "stop", round(92 / 101 - 1, 12))


def test_a_gap_through_the_target_fills_at_the_better_open() -> None:
    panel = panel_of(BEFORE, (101, 103, 99, 102), (107, 108, 106, 107), (107, 108, 106, 107))
    assert path_of(panel, 0.05) == Path(WEEK[2], None, "target", round(107 / 101 - 1, 12))


@pytest.mark.parametrize(("opened", "touch"), [(94, "stop"), (106, "target")])
def test_a_gap_at_the_first_open_fills_there_and_earns_nothing(opened: float, touch: str) -> None:
    panel = panel_of(BEFORE, (opened, opened + 1, opened - 1, opened), (100, 101, 99, 100), (100, 101, 99, 100))
    found = path_of(panel, 0.05)
    assert (found.first_touch, found.path_return) == (touch, 0.0)
    assert (found.target_date, found.stop_date) == ((None, WEEK[1]) if touch == "stop" else (WEEK[1], None))


def test_target_and_stop_in_one_bar_count_as_the_stop() -> None:
    # Opens at 101 between 95 and 105, and touches both: the order is not known, so the worse of them counts.
    panel = panel_of(BEFORE, (101, 106, 94, 105), (105, 106, 104, 105), (105, 106, 104, 105))
    assert path_of(panel, 0.05) == Path(WEEK[1], WEEK[1], "stop", round(95 / 101 - 1, 12))


def test_a_bar_that_opens_beyond_the_target_reached_it_before_it_fell_to_the_stop() -> None:
    # Opens at 106, the first price of the bar: that it later fell to 94 comes after the fill at 106.
    panel = panel_of(BEFORE, (101, 103, 99, 102), (106, 107, 94, 95), (95, 96, 95, 96))
    assert path_of(panel, 0.05) == Path(WEEK[2], WEEK[2], "target", round(106 / 101 - 1, 12))


def test_the_target_of_a_fall_is_below_and_its_stop_above() -> None:
    # Target 95, stop 105. Low of 94 in the second session; the path return is the price's, not the call's.
    panel = panel_of(BEFORE, (101, 103, 99, 102), (98, 99, 94, 96), (96, 97, 95, 96))
    assert path_of(panel, -0.05) == Path(WEEK[2], None, "target", round(95 / 101 - 1, 12))
    risen = panel_of(BEFORE, (101, 103, 99, 102), (102, 105, 101, 104), (104, 104, 100, 101))
    assert path_of(risen, -0.05) == Path(None, WEEK[2], "stop", round(105 / 101 - 1, 12))


def test_a_fall_of_all_there_is_has_a_stop_at_twice_the_price_and_a_target_at_nothing() -> None:
    panel = panel_of(BEFORE, (101, 199.99, 1, 102), (102, 200, 101, 104), (104, 104, 100, 101))
    assert path_of(panel, -1.0) == Path(None, WEEK[2], "stop", round(200 / 101 - 1, 12))


# Halts, splits, holidays, missing bars


def test_a_halt_on_the_way_touches_nothing_and_the_path_goes_on_after_it() -> None:
    panel = panel_of(BEFORE, (101, 103, 99, 102), None, (94, 95, 93, 94))
    # The open after the halt, 94, lies below the stop of 95.
    assert path_of(panel, 0.05) == Path(None, WEEK[3], "stop", round(94 / 101 - 1, 12))


def test_a_halt_at_the_end_waits_and_the_path_goes_on_to_the_close_that_settles() -> None:
    # Horizon 2 ends in the halted third session; the fourth settles, and its high of 106 reaches the target.
    panel = panel_of(BEFORE, (101, 103, 99, 102), None, (102, 106, 101, 103))
    settlement = settle(panel, 1, 2, 3)
    assert bool(settlement.is_late[0]) and settlement.outcome_return[0] == pytest.approx(0.03)
    assert path_of(panel, 0.05, horizon=2, at=3) == Path(WEEK[3], None, "target", round(105 / 101 - 1, 12))


def test_a_split_inside_the_window_moves_neither_target_nor_stop() -> None:
    # Two for one before the second session: 51 is what 102 was, so a high of 52.6 is 105.2 and reaches 105.
    panel = panel_of(BEFORE, (101, 103, 99, 102), (51, 52.6, 50.5, 52), (52, 53, 51, 52), splits={2: 2.0})
    assert path_of(panel, 0.05) == Path(WEEK[2], None, "target", round(105 / 101 - 1, 12))
    # A low of 48 is 96, above the stop of 95, though 48 is less than half of 100.
    low = panel_of(BEFORE, (101, 103, 99, 102), (51, 52, 48, 52), (52, 52.4, 51, 52), splits={2: 2.0})
    # Closes at 52, which is 104.
    assert path_of(low, 0.05) == Path(None, None, None, round(104 / 101 - 1, 12))


def test_a_holiday_inside_the_window_is_no_session_and_counts_for_nothing() -> None:
    # Friday's holiday is not in the calendar: horizon 3 from Wednesday ends on Monday, whose high reaches the target.
    sessions = [date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 9)]
    panel = panel_of(BEFORE, (101, 103, 99, 102), (102, 104, 101, 103), (103, 105, 102, 104), sessions=sessions)
    assert path_of(panel, 0.05) == Path(date(2026, 3, 9), None, "target", round(105 / 101 - 1, 12))
    assert settle(panel, 1, 3, 3).outcome_return[0] == pytest.approx(0.04)


def test_a_missing_first_bar_leaves_no_tradable_return_and_no_path_but_later_touches() -> None:
    panel = panel_of(BEFORE, None, (102, 105.5, 101, 104), (104, 105, 103, 104))
    assert np.isnan(settle(panel, 1, 3, 3).tradable_return[0]), "there was no open to buy at"
    assert path_of(panel, 0.05) == Path(WEEK[2], None, "target", None)
    assert path_of(panel, 0.10) == Path(None, None, None, None)


# Ties and voids


def test_a_tie_is_not_up_and_still_has_a_path() -> None:
    # Closes where it was, at 100: a return of exactly zero; 100 / 101 - 1 from its open.
    panel = panel_of(BEFORE, (101, 102, 99, 101), (101, 102, 100, 101), (101, 102, 99, 100))
    settlement = settle(panel, 1, 3, 3)
    assert settlement.outcome_return[0] == 0.0
    assert path_of(panel, 0.05) == Path(None, None, None, round(100 / 101 - 1, 12))


def test_a_forecast_without_an_entry_is_void_at_its_closing_session() -> None:
    settlement = settle(panel_of(None, (101, 103, 99, 102), (102, 103, 101, 102)), 1, 2, 2)
    assert (settlement.status[0], void_reason(settlement, 0)) == (VOID, NO_ENTRY)


def test_a_forecast_whose_close_never_comes_is_void_after_five_sessions_of_waiting() -> None:
    nine = [date(2026, 3, day) for day in (2, 3, 4, 5, 6, 9, 10, 11, 12)]
    panel = panel_of(BEFORE, (101, 106, 99, 102), *[None] * 6, (110, 111, 109, 110), sessions=nine)
    # Horizon 2 ends in the third session; it waits for the fourth to the eighth, and the ninth comes too late.
    assert [int(settle(panel, 1, 2, at).status[0]) for at in range(2, 9)] == [0, 0, 0, 0, 0, VOID, 0]
    assert void_reason(settle(panel, 1, 2, 7), 0) == NO_EXIT


def test_a_bar_that_comes_late_settles_with_its_own_path_and_not_with_what_came_since() -> None:
    # The third session's bar is known a session later only; horizon 2 ends with it, whatever comes afterwards.
    panel = panel_of(BEFORE, (101, 103, 99, 102), (102, 104, 101, 103), known_in=3)
    assert path_of(panel, 0.05, horizon=2, at=3) == Path(None, None, None, round(103 / 101 - 1, 12))
