"""What came of reports, worked by hand: windows, targets and stops of their own, and the rates that come of them."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.clocks import Session
from craveny_domain.panel import Panel, build_panel
from craveny_domain.report_outcomes import (
    NO_BASE,
    WINDOW,
    Aim,
    ReportDay,
    ReportOutcome,
    outcomes,
    report_rates,
    window_of,
)
from craveny_domain.settlement import DISPUTED, LATE, NO_EXIT
from tests.conftest import utc

TYPES = [("stock_id", "i8"), ("day", "i8"), ("open", "f8"), ("high", "f8"), ("low", "f8"), ("close", "f8"),
         ("split_ratio", "f8"), ("price_id", "i8"), ("available_us", "i8"), ("is_declared", "i4")]  # fmt: skip
DAYS = [date(2026, 3, day) for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17)]
STOCK = 7
Bar = tuple[float, float, float, float] | None
"""Open, high, low and close, as traded; None: no bar."""
BASE: Bar = (99, 101, 98, 100)
"""The last session before the report was made closed at 100, its base price."""
CALM: Bar = (101, 103, 99, 102)
ENDS = 5
"""The panel's row of the window's last session: it begins in the row after the base."""


def panel_of(*bars: Bar, days: list[date] = DAYS, splits: dict[int, float] | None = None) -> Panel:
    """One stock's bars, a session each from the base's on, known in their own sessions."""
    rows = [
        (STOCK, days[t].toordinal(), *bar, (splits or {}).get(t, 1.0), 100 + t, t * 10 + 5, 0)
        for t, bar in enumerate(bars) if bar
    ]  # fmt: skip
    return build_panel(np.array(rows, dtype=TYPES), days[: len(bars)], np.arange(len(bars)) * 10 + 9)


def aim(
    target: float | None, stop: float | None, *, base: float = 100, on: date | None = DAYS[0], stock: int = STOCK
) -> Aim:
    return Aim(stock, on, base, target, stop)


def outcome_of(panel: Panel, target: float | None, stop: float | None, *, at: int = ENDS) -> ReportOutcome | None:
    """What the session in row `at` says of a report made after the panel's first close."""
    (found,) = outcomes(panel, 1, at, [aim(target, stop)])
    return found


def told(found: ReportOutcome | None) -> tuple[date | None, date | None, str | None, float | None]:
    """Of a settled report when target and stop were touched, which first, and the path's return."""
    assert found is not None and found.status == "settled"
    moved = found.path_return
    return found.target_date, found.stop_date, found.first_touch, None if moved is None else round(moved, 12)


# The window


def sessions_on(days: list[date]) -> list[Session]:
    return [Session(day, utc(day.year, day.month, day.day, 14), utc(day.year, day.month, day.day, 21)) for day in days]


@pytest.mark.parametrize(
    ("made_at", "opens"),
    [
        (utc(2026, 3, 3, 13, 59), DAYS[1]),  # before that day's open
        (utc(2026, 3, 3, 14), DAYS[2]),  # at it: no open comes after it that day
        (utc(2026, 3, 3, 16), DAYS[2]),  # while it trades
        (utc(2026, 3, 7, 12), DAYS[5]),  # on a Saturday
    ],
)
def test_a_window_is_the_five_sessions_that_open_after_the_report_was_made(made_at, opens: date) -> None:
    days = [session.session_date for session in window_of(sessions_on(DAYS), made_at)]
    at = DAYS.index(opens)
    assert days == DAYS[at : at + WINDOW]


def test_a_holiday_inside_the_window_is_no_session() -> None:
    # Friday the 6th is none: from Wednesday the fifth session is the next Wednesday.
    days = [day for day in DAYS if day != date(2026, 3, 6)]
    window = window_of(sessions_on(days), utc(2026, 3, 3, 22))
    assert [session.session_date for session in window][-1] == date(2026, 3, 11)
    panel = panel_of(BASE, CALM, CALM, CALM, CALM, (102, 111, 101, 110), days=days)
    assert told(outcome_of(panel, 110, 95)) == (days[5], None, "target", round(110 / 101 - 1, 12))


# Touches


def test_a_target_in_the_fifth_session_counts_and_one_a_session_later_does_not() -> None:
    fifth = panel_of(BASE, CALM, CALM, CALM, CALM, (102, 110, 101, 109))
    assert told(outcome_of(fifth, 110, 95)) == (DAYS[5], None, "target", round(110 / 101 - 1, 12))
    sixth = panel_of(BASE, CALM, CALM, CALM, CALM, CALM, (102, 110, 101, 109))
    assert told(outcome_of(sixth, 110, 95)) == (None, None, None, round(102 / 101 - 1, 12))


def test_a_target_and_a_stop_at_different_distances_are_each_their_own() -> None:
    # Stop 96, target 115: a fall to 96.5 breaks nothing, one to 96 does; the rise to 115 comes too late.
    near = panel_of(BASE, CALM, (102, 104, 96.5, 98), CALM, (104, 115, 103, 114), CALM)
    assert told(outcome_of(near, 115, 96)) == (DAYS[4], None, "target", round(115 / 101 - 1, 12))
    broken = panel_of(BASE, CALM, (102, 104, 96, 98), CALM, (104, 115, 103, 114), CALM)
    assert told(outcome_of(broken, 115, 96)) == (DAYS[4], DAYS[2], "stop", round(96 / 101 - 1, 12))


def test_the_target_of_a_short_view_is_below_and_its_stop_above() -> None:
    # Down to 90, proved wrong at 104. The return is the price's own, from its open at 101.
    fallen = panel_of(BASE, (101, 103, 99, 100), (100, 101, 90, 92), CALM, CALM, CALM)
    assert told(outcome_of(fallen, 90, 104)) == (DAYS[2], None, "target", round(90 / 101 - 1, 12))
    risen = panel_of(BASE, (101, 103, 99, 102), (102, 104, 101, 103), CALM, (100, 101, 89, 90), CALM)
    assert told(outcome_of(risen, 90, 104)) == (DAYS[4], DAYS[2], "stop", round(104 / 101 - 1, 12))


@pytest.mark.parametrize(
    ("target", "stop", "expected"),
    [
        (None, 95, (None, DAYS[2], "stop", round(95 / 101 - 1, 12))),
        (None, 90, (None, None, None, round(102 / 101 - 1, 12))),
        (None, 105, (None, DAYS[3], "stop", round(105 / 101 - 1, 12))),  # above: the view is down
        (106, None, (DAYS[3], None, "target", round(106 / 101 - 1, 12))),
        (94, None, (DAYS[2], None, "target", round(94 / 101 - 1, 12))),  # below: the view is down
        (107, None, (None, None, None, round(102 / 101 - 1, 12))),
    ],
)
def test_a_report_may_name_only_one_of_them(target: float | None, stop: float | None, expected: tuple) -> None:
    panel = panel_of(BASE, CALM, (102, 104, 94, 96), (97, 106, 96, 105), CALM, CALM)
    assert told(outcome_of(panel, target, stop)) == expected


def test_a_gap_through_the_stop_at_the_open_fills_there() -> None:
    # Opens at 92, three below the stop: nobody sold at 95. That the same bar rose to the target came later.
    panel = panel_of(BASE, CALM, (92, 111, 90, 110), CALM, CALM, CALM)
    assert told(outcome_of(panel, 110, 95)) == (DAYS[2], DAYS[2], "stop", round(92 / 101 - 1, 12))
    only = told(outcome_of(panel, None, 95))
    assert only == (None, DAYS[2], "stop", round(92 / 101 - 1, 12))


def test_both_in_one_bar_count_as_the_stop() -> None:
    panel = panel_of(BASE, CALM, (102, 110, 95, 109), CALM, CALM, CALM)
    assert told(outcome_of(panel, 110, 95)) == (DAYS[2], DAYS[2], "stop", round(95 / 101 - 1, 12))


# Splits, halts, waiting, voids


def test_a_split_inside_the_window_is_no_breach_and_moves_no_target() -> None:
    # Two for one before the third session: 51 is what 102 was. A low of 48 is 96, a high of 55 is 110.
    calm = (51, 52, 48, 51)
    panel = panel_of(BASE, CALM, CALM, calm, calm, calm, splits={3: 2.0})
    assert told(outcome_of(panel, 110, 95)) == (None, None, None, round(102 / 101 - 1, 12))
    reached = panel_of(BASE, CALM, CALM, calm, (52, 55, 51, 54), calm, splits={3: 2.0})
    assert told(outcome_of(reached, 110, 95)) == (DAYS[4], None, "target", round(110 / 101 - 1, 12))


def test_a_split_between_the_base_and_the_window_counts_from_the_base() -> None:
    # Made while the second session traded, at half the price already: its base is the close before the split.
    calm = (50.5, 51.5, 49.5, 51)
    panel = panel_of(BASE, (50, 51, 49, 50), *[calm] * 4, (51, 55, 50, 54), splits={1: 2.0})
    (found,) = outcomes(panel, 2, 6, [aim(110, 95)])
    assert told(found) == (DAYS[6], None, "target", round(55 / 50.5 - 1, 12))
    (later,) = outcomes(panel, 2, 6, [aim(55, 47.5, base=50, on=DAYS[1])])
    assert told(later) == told(found), "the same prices said after the split"


def test_a_halt_touches_nothing_and_a_missing_first_open_leaves_no_return() -> None:
    halted = panel_of(BASE, CALM, None, None, (94, 95, 93, 94), CALM)
    assert told(outcome_of(halted, 110, 95)) == (None, DAYS[4], "stop", round(94 / 101 - 1, 12))
    late_start = panel_of(BASE, None, CALM, CALM, CALM, (102, 110, 101, 109))
    assert told(outcome_of(late_start, 110, 95)) == (DAYS[5], None, "target", None)


def test_a_missing_close_is_waited_for_and_its_path_goes_on() -> None:
    panel = panel_of(BASE, CALM, CALM, CALM, CALM, None, None, (102, 111, 101, 110))
    assert [outcome_of(panel, 110, 95, at=at) is None for at in (4, 5, 6, 7)] == [True, True, True, False]
    found = outcome_of(panel, 110, 95, at=7)
    assert told(found) == (DAYS[7], None, "target", round(110 / 101 - 1, 12))
    assert found is not None and (found.reason, found.exit_price_id) == (LATE, 107)


def test_a_close_that_never_comes_is_void_after_five_sessions_of_waiting() -> None:
    panel = panel_of(BASE, CALM, CALM, CALM, CALM, *[None] * 6, CALM)
    found = [outcome_of(panel, 110, 95, at=at) for at in range(5, 12)]
    assert [each is None for each in found] == [True] * 5 + [False, True]
    assert found[5] == ReportOutcome("void", NO_EXIT)


@pytest.mark.parametrize("stock", [STOCK, STOCK + 1])
@pytest.mark.parametrize("on", [None, DAYS[0] - timedelta(days=30)])
def test_a_report_whose_base_is_no_known_close_is_void_when_its_window_ends(on: date | None, stock: int) -> None:
    panel = panel_of(BASE, *[CALM] * 6)
    told_at = {at: outcomes(panel, 1, at, [aim(110, 95, on=on, stock=stock)])[0] for at in (4, 5, 6)}
    assert told_at == {4: None, 5: ReportOutcome("void", NO_BASE), 6: None}


def test_a_base_is_ten_sessions_old_at_most() -> None:
    days = [date(2026, 3, 2) + timedelta(days=n) for n in range(20)]
    panel = panel_of(BASE, *[None] * 10, *[CALM] * 6, days=days)
    tenth, eleventh = (outcomes(panel, row, row + 4, [aim(110, 95)])[0] for row in (10, 11))
    assert tenth is not None and tenth.status == "settled"
    assert eleventh == ReportOutcome("void", NO_BASE)


def test_a_corrected_base_moves_no_price_that_was_said_and_a_corrected_high_does() -> None:
    week = [CALM, CALM, CALM, CALM, (102, 109, 101, 108)]
    said = told(outcome_of(panel_of(BASE, *week), 110, 95))
    assert said == (None, None, None, round(108 / 101 - 1, 12))
    assert told(outcome_of(panel_of((99, 101, 98, 90), *week), 110, 95)) == said
    week[2] = (101, 110, 99, 102)
    assert told(outcome_of(panel_of(BASE, *week), 110, 95)) == (DAYS[3], None, "target", round(110 / 101 - 1, 12))


def test_sources_that_contradict_each_other_about_the_last_close_are_waited_for() -> None:
    panel = panel_of(BASE, *[CALM] * 5, *[None] * 5)
    panel.close[5] = np.nan
    disputed = np.zeros(panel.close.shape, dtype=np.int8)
    disputed[5] = 1
    torn = replace(panel, disputed=disputed)
    found = [outcomes(torn, 1, at, [aim(110, 95)])[0] for at in range(5, 11)]
    assert found == [None] * 5 + [ReportOutcome("void", DISPUTED)]


@given(st.permutations(range(5)))
def test_reports_settle_each_for_itself_in_any_order(order: list[int]) -> None:
    one, other = panel_of(BASE, CALM, (102, 110, 94, 109), CALM, CALM, CALM), panel_of(BASE, *[CALM] * 5)
    names = ("open", "high", "low", "close", "growth", "price_id", "known_row", "disputed")
    sides = {name: np.hstack([getattr(one, name), getattr(other, name)]) for name in names}
    both = replace(one, stocks=np.array([STOCK, STOCK + 1]), **sides)
    aims = [aim(110, 95, stock=STOCK + 1), aim(110, 95), aim(104, None), aim(90, 111), aim(None, 95, on=None)]
    alone = [outcomes(panel, 1, ENDS, [replace(each, stock_id=STOCK)])[0]
             for panel, each in zip((other, one, one, one, one), aims, strict=True)]  # fmt: skip
    assert outcomes(both, 1, ENDS, [aims[i] for i in order]) == [alone[i] for i in order]


# Rates


def test_rates_are_of_the_reports_that_name_each_and_of_all_for_neither() -> None:
    # Monday: 4 settled, 3 targets, 2 stops; one target and one stop came first. Tuesday: 2 settled, no stop named.
    days = [ReportDay(DAYS[0], 4, 3, 2, 1, 1, 2), ReportDay(DAYS[1], 2, 2, 0, 2, 0, 0)]
    rates = report_rates({"writer": days})["writer"]
    assert {name: (figure.value, figure.n, figure.days) for name, figure in rates.items()} == {
        "target_rate": (3 / 5, 5, 2),
        "stop_rate": (1 / 2, 2, 1),
        "neither_rate": (2 / 6, 6, 2),
    }
    assert all(figure.low is None for figure in rates.values()), "two days tell nothing of their spread"


def test_a_rate_has_an_interval_once_there_are_fifty_days_and_none_without_a_report() -> None:
    days = [ReportDay(DAYS[0] + timedelta(days=n), 3, 3, 0, n % 3, 0, 0) for n in range(50)]
    rates = report_rates({"writer": days, "other": days[:49]})
    target = rates["writer"]["target_rate"]
    assert target.low is not None and target.high is not None and target.value is not None
    assert target.low < target.value < target.high
    assert rates["other"]["target_rate"].low is None
    assert rates["writer"]["stop_rate"].value is None
    assert report_rates({}) == {}
