"""Settlements worked by hand: which session settles a forecast, with what return, and when it is void."""

from datetime import date, timedelta

import numpy as np
import pytest

from craveny_domain.day_scores import Questions, score_day
from craveny_domain.panel import Panel, build_panel
from craveny_domain.settlement import Settlement, settle

STOCK = 7
WAITING, SETTLED, VOID = 0, 1, 2
TYPES = [("stock_id", "i8"), ("day", "i8"), ("open", "f8"), ("close", "f8"), ("split_ratio", "f8"), ("price_id", "i8"),
         ("available_us", "i8"), ("is_declared", "i4")]  # fmt: skip


def panel_of(
    closes: list[float | None],
    *,
    opens: dict[int, float] | None = None,
    splits: dict[int, float] | None = None,
    known_in: dict[int, int] | None = None,
) -> Panel:
    """One stock's closes, a session each; None is a halt. A bar is known in its own session unless `known_in` says
    in which later one. The bar of session t has price id 100 + t and opens one below its close."""
    sessions = [date(2026, 3, 2) + timedelta(days=t) for t in range(len(closes))]
    bars = [
        (STOCK, sessions[t].toordinal(), (opens or {}).get(t, close - 1), close, (splits or {}).get(t, 1.0), 100 + t,
         (known_in or {}).get(t, t) * 10 + 5, 0)
        for t, close in enumerate(closes) if close is not None
    ]  # fmt: skip
    fences = np.array([t * 10 + 9 for t in range(len(closes))])
    return build_panel(np.array(bars, dtype=TYPES), sessions, fences)


def told(settlement: Settlement) -> tuple[int, float]:
    """Status and outcome of the one stock."""
    return int(settlement.status[0]), round(float(settlement.outcome_return[0]), 12)


def statuses(panel: Panel, row: int, horizon: int) -> dict[int, int]:
    """What each session that decides something decides; the panel is cut there, as it would be on that day."""
    decided = {}
    for at in range(row + horizon - 1, len(panel.sessions)):
        status = int(settle(up_to(panel, at), row, horizon, at).status[0])
        if status != WAITING:
            decided[at] = status
    return decided


def up_to(panel: Panel, at: int) -> Panel:
    """The panel as it stands when the session `at` settles."""
    unknown = panel.known_row[: at + 1] > at
    return Panel(
        sessions=panel.sessions[: at + 1],
        stocks=panel.stocks,
        open=np.where(unknown, np.nan, panel.open[: at + 1]),
        high=panel.high[: at + 1],
        low=panel.low[: at + 1],
        close=np.where(unknown, np.nan, panel.close[: at + 1]),
        growth=panel.growth[: at + 1],
        price_id=np.where(unknown, 0, panel.price_id[: at + 1]),
        known_row=panel.known_row[: at + 1],
        disputed=panel.disputed[: at + 1],
        is_declared=panel.is_declared,
    )


def test_horizon_one_runs_from_the_last_close_to_the_sessions_own() -> None:
    panel = panel_of([100, 102], opens={1: 101})
    settled = settle(panel, row=1, horizon=1, at=1)
    assert told(settled) == (SETTLED, 0.02)
    assert settled.tradable_return[0] == pytest.approx(102 / 101 - 1)
    assert (settled.entry_price_id[0], settled.exit_price_id[0]) == (100, 101)
    assert not settled.is_late[0]


@pytest.mark.parametrize(("horizon", "closes_in", "outcome"), [(1, 1, 0.01), (3, 3, 0.03), (5, 5, -0.05)])
def test_a_horizon_of_h_closes_h_minus_one_sessions_later_and_nowhere_else(
    horizon: int, closes_in: int, outcome: float
) -> None:
    panel = panel_of([100, 101, 99, 103, 98, 95, 120, 130, 140, 150, 160, 170], opens={1: 100.5})
    settled = settle(panel, row=1, horizon=horizon, at=closes_in)
    assert told(settled) == (SETTLED, outcome)
    assert settled.tradable_return[0] == pytest.approx(100 * (1 + outcome) / 100.5 - 1)
    assert statuses(panel, 1, horizon) == {closes_in: SETTLED}


def test_a_close_that_did_not_move_is_a_tie_and_counts_as_not_up() -> None:
    settled = settle(panel_of([100, 100]), row=1, horizon=1, at=1)
    assert told(settled) == (SETTLED, 0.0)
    said_up, nothing = np.array([True]), np.array([0])
    returns = settled.outcome_return, settled.tradable_return
    score = score_day(
        date(2026, 3, 3), Questions(np.array([0.7]), said_up, nothing, *returns, ~said_up, ~said_up, nothing)
    )
    assert (score.ties, score.false_up, score.true_up) == (1, 1, 0)
    assert score.brier_sum == pytest.approx(0.49)


def test_a_split_that_leaves_the_value_as_it_was_is_a_tie_to_the_last_bit() -> None:
    assert told(settle(panel_of([100, 20], splits={1: 5.0}), row=1, horizon=1, at=1)) == (SETTLED, 0.0)


def test_a_split_inside_the_window_is_no_fall() -> None:
    # Two for one before the third session: 52 is what 104 was. Bought at 101, before the split.
    panel = panel_of([100, 102, 51.5, 52], opens={1: 101}, splits={2: 2.0})
    settled = settle(panel, row=1, horizon=3, at=3)
    assert told(settled) == (SETTLED, 0.04)
    assert settled.tradable_return[0] == pytest.approx(104 / 101 - 1)


def test_a_split_at_the_open_of_the_session_itself_moves_entry_and_not_the_tradable_return() -> None:
    panel = panel_of([100, 52], opens={1: 50.5}, splits={1: 2.0})
    settled = settle(panel, row=1, horizon=1, at=1)
    assert told(settled) == (SETTLED, 0.04)
    assert settled.tradable_return[0] == pytest.approx(52 / 50.5 - 1)


def test_a_consolidation_inside_the_window_is_no_rise_and_splits_outside_it_do_nothing() -> None:
    assert told(settle(panel_of([10, 10, 99], splits={2: 0.1}), row=1, horizon=3 - 1, at=2)) == (SETTLED, -0.01)
    outside = panel_of([200, 100, 103, 51.5], splits={1: 2.0, 3: 2.0})
    assert told(settle(outside, row=2, horizon=1, at=2)) == (SETTLED, 0.03)


def test_a_halt_at_the_exit_waits_and_the_next_close_settles_late() -> None:
    panel = panel_of([100, None, 104, 105])
    settled = settle(panel, row=1, horizon=1, at=2)
    assert statuses(panel, 1, 1) == {2: SETTLED}
    assert told(settled) == (SETTLED, 0.04)
    assert settled.is_late[0] and settled.exit_price_id[0] == 102
    assert np.isnan(settled.tradable_return[0]), "nobody could buy at an open that never was"


def test_a_halt_before_the_exit_does_not_matter_when_the_exit_has_a_bar() -> None:
    panel = panel_of([100, 101, None, 106])
    assert statuses(panel, 1, 3) == {3: SETTLED}
    assert told(settle(panel, row=1, horizon=3, at=3)) == (SETTLED, 0.06)


def test_the_fifth_session_of_waiting_still_settles_and_after_it_the_forecast_is_void() -> None:
    assert statuses(panel_of([100, *[None] * 5, 106, 107]), 1, 1) == {6: SETTLED}
    late = panel_of([100, *[None] * 6, 107, 108])
    assert statuses(late, 1, 1) == {6: VOID}
    assert bool(settle(up_to(late, 6), 1, 1, 6).has_entry[0])
    assert statuses(panel_of([100, 101, 102, *[None] * 6, 109]), 1, 3) == {8: VOID}


def test_the_entry_is_the_last_close_before_the_session_over_a_halt_as_well() -> None:
    panel = panel_of([90, 100, None, 103])
    settled = settle(panel, row=3, horizon=1, at=3)
    assert told(settled) == (SETTLED, 0.03)
    assert settled.entry_price_id[0] == 101


def test_an_entry_is_looked_for_ten_sessions_back_and_no_further() -> None:
    tenth = panel_of([100, *[None] * 9, 105])
    assert told(settle(tenth, row=10, horizon=1, at=10)) == (SETTLED, 0.05)
    eleventh = settle(panel_of([100, *[None] * 10, 105, 106, 107]), row=11, horizon=1, at=11)
    assert (int(eleventh.status[0]), bool(eleventh.has_entry[0])) == (VOID, False)


def test_without_an_entry_the_forecast_is_void_in_its_closing_session_only() -> None:
    panel = panel_of([None, 100, 101, 102, 103, 104, 105, 106, 107])
    assert statuses(panel, 1, 3) == {3: VOID}
    assert not settle(panel, row=1, horizon=3, at=3).has_entry[0]


def test_a_bar_that_arrives_late_settles_in_the_session_it_arrived_with_its_own_close() -> None:
    panel = panel_of([100, 102, None, None, 105], known_in={1: 3})
    assert statuses(panel, 1, 1) == {3: SETTLED}
    settled = settle(up_to(panel, 3), row=1, horizon=1, at=3)
    assert told(settled) == (SETTLED, 0.02)
    assert settled.is_late[0] and settled.exit_price_id[0] == 101


def test_a_bar_that_arrives_after_another_session_settled_changes_nothing() -> None:
    panel = panel_of([100, 90, 104, 105], known_in={1: 3})
    assert statuses(panel, 1, 1) == {2: SETTLED}
    for at in (2, 3):
        seen = settle(up_to(panel, at), row=1, horizon=1, at=2)
        assert told(seen) == (SETTLED, 0.04)


def test_a_bar_that_arrives_after_the_wait_leaves_the_forecast_void() -> None:
    panel = panel_of([100, 102, *[None] * 6], known_in={1: 7})
    assert statuses(panel, 1, 1) == {6: VOID}


def test_stocks_settle_each_by_their_own_bars() -> None:
    one, other = panel_of([100, 102, 104]), panel_of([50, None, 49])
    both = Panel(
        sessions=one.sessions,
        stocks=np.array([STOCK, STOCK + 1]),
        is_declared=False,
        **{name: np.hstack([getattr(one, name), getattr(other, name)])
           for name in ("open", "high", "low", "close", "growth", "price_id", "known_row", "disputed")},
    )  # fmt: skip
    assert settle(up_to(both, 1), 1, 1, 1).status.tolist() == [SETTLED, WAITING]
    later = settle(both, 1, 1, 2)
    assert later.status.tolist() == [WAITING, SETTLED]
    assert np.isnan(later.outcome_return[0]) and later.outcome_return[1] == pytest.approx(-0.02)
    assert later.exit_price_id.tolist() == [0, 102]
