"""Base rates, records of simple callers and the questions built from them: by hand, by oracle, as of a panel's end."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from craveny_domain.history import History
from craveny_domain.panel import HORIZONS, Panel, build_panel, carried_forward, forward_returns, trailing_returns
from craveny_domain.questions import Story, askable, build_questions
from craveny_domain.records import (
    DOWN,
    NO_CALL,
    SHRINK_DAYS,
    UP,
    Frequency,
    base_rate,
    coin_calls,
    outcomes_by_horizon,
    price_calls,
    record_of,
    tone_calls,
)

NAN = np.nan
START = date(2026, 3, 2)
TYPES = [("stock_id", "i8"), ("day", "i8"), ("open", "f8"), ("close", "f8"), ("split_ratio", "f8"), ("price_id", "i8"),
         ("available_us", "i8"), ("is_declared", "i4")]  # fmt: skip
NO_HISTORY = History(np.empty((0, 384), dtype=np.float32), *(np.empty(0, dtype=np.int64) for _ in range(7)))
FIRST_TOSSES = "0000001011101111"
"""Written down once: a coin that falls otherwise in a later version would rewrite its record."""
closes_of_some = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 14), st.integers(1, 4)),
    elements=st.sampled_from([NAN, 90.0, 95.0, 100.0, 100.0, 105.0, 110.0]),
)


def sessions(count: int) -> list[date]:
    return [START + timedelta(days=t) for t in range(count)]


def panel_of(closes: np.ndarray) -> Panel:
    """A panel of closes [T, S], NaN for no bar; stock ids are 1 to S."""
    bars = [
        (s + 1, sessions(len(closes))[t].toordinal(), close, close, 1.0, t * 100 + s + 1, t, 0)
        for (t, s), close in np.ndenumerate(closes)
        if not np.isnan(close)
    ]
    # A bar outside the sessions keeps a stock without any in the panel.
    bars += [(s + 1, 1, 1.0, 1.0, 1.0, 1, 0, 0) for s in range(closes.shape[1])]
    dated = [START - timedelta(days=9000), *sessions(len(closes))]
    bars = [(b[0], dated[0].toordinal(), *b[2:]) if b[1] == 1 else b for b in bars]
    whole = build_panel(np.array(bars, dtype=TYPES), dated, np.arange(len(dated)))
    matrices = ("open", "high", "low", "close", "growth", "price_id", "known_row", "disputed")
    cut = {name: getattr(whole, name)[1:] for name in matrices}
    return Panel(sessions=tuple(dated[1:]), stocks=whole.stocks, is_declared=False, **cut)


# Base rates and records


def test_the_base_rate_is_the_share_of_up_by_laplaces_rule_and_ties_are_not_up() -> None:
    outcomes = np.array([[0.1, -0.1, NAN], [0.0, 0.2, NAN], [NAN, NAN, NAN]])
    assert base_rate(outcomes) == Frequency((2 + 1) / (4 + 2), 4, 2)
    assert base_rate(outcomes).as_list() == [0.5, 4, 2]


def test_nothing_known_is_one_half() -> None:
    assert base_rate(np.full((3, 2), NAN)) == Frequency(0.5, 0, 0)
    assert base_rate(np.empty((0, 0))) == Frequency(0.5, 0, 0)


def test_a_record_is_shrunk_by_days_and_not_by_rows() -> None:
    calls = np.array([[UP, UP], [UP, DOWN], [NO_CALL, UP]])
    outcomes = np.array([[0.1, 0.1], [-0.1, 0.3], [0.2, NAN]])
    # Up was called three times with a known outcome, on two days, and came true twice.
    expected = 0.4 + (2 / 3 - 0.4) * 2 / (2 + SHRINK_DAYS)
    found = record_of(UP, calls, outcomes, Frequency(0.4, 10, 5))
    assert (found.n, found.days) == (3, 2)
    assert found.share == pytest.approx(expected)


def test_a_call_that_was_never_made_has_the_base_rate_as_its_record() -> None:
    calls, outcomes = np.full((2, 2), UP), np.full((2, 2), 0.1)
    assert record_of(DOWN, calls, outcomes, Frequency(0.37, 4, 2)) == Frequency(0.37, 0, 0)


@given(closes_of_some)
def test_a_record_lies_between_the_base_rate_and_what_happened(closes: np.ndarray) -> None:
    outcomes = forward_returns(closes, 1)
    base = base_rate(outcomes)
    for call in (UP, DOWN):
        calls = coin_calls(sessions(len(closes)), [str(s) for s in range(closes.shape[1])])
        record = record_of(call, calls, outcomes, base)
        chosen = outcomes[(calls == call) & ~np.isnan(outcomes)]
        assert record.n == len(chosen)
        raw = float((chosen > 0).mean()) if len(chosen) else base.share
        assert min(base.share, raw) <= record.share <= max(base.share, raw)


# Returns, against loops


@given(closes_of_some, st.sampled_from(HORIZONS))
def test_forward_returns_agree_with_a_loop(closes: np.ndarray, horizon: int) -> None:
    expected = np.full(closes.shape, NAN)
    for (t, s), _ in np.ndenumerate(closes):
        before = [x for x in closes[:t, s] if not np.isnan(x)]
        if before and t + horizon - 1 < len(closes):
            expected[t, s] = closes[t + horizon - 1, s] / before[-1] - 1
    np.testing.assert_array_equal(forward_returns(closes, horizon), expected)


@given(closes_of_some, st.sampled_from([1, 5]))
def test_trailing_returns_agree_with_a_loop_and_end_with_the_next_session(closes: np.ndarray, back: int) -> None:
    carried = carried_forward(closes)
    expected = np.full((len(closes) + 1, closes.shape[1]), NAN)
    for t in range(back + 1, len(closes) + 1):
        expected[t] = carried[t - 1] / carried[t - 1 - back] - 1
    np.testing.assert_array_equal(trailing_returns(closes, back), expected)


@given(closes_of_some)
def test_a_carried_close_is_the_columns_last_one_so_far(closes: np.ndarray) -> None:
    for (t, s), found in np.ndenumerate(carried_forward(closes)):
        seen = [x for x in closes[: t + 1, s] if not np.isnan(x)]
        assert found == seen[-1] if seen else np.isnan(found)


@given(closes_of_some, st.data())
def test_outcomes_that_had_not_closed_by_the_panels_end_are_in_no_record(
    closes: np.ndarray, data: st.DataObject
) -> None:
    end = data.draw(st.integers(1, len(closes)))
    known, later = outcomes_by_horizon(panel_of(closes[:end])), outcomes_by_horizon(panel_of(closes))
    for horizon in HORIZONS:
        closed = max(0, end - horizon + 1)
        np.testing.assert_array_equal(known[horizon][:closed], later[horizon][:closed])
        assert np.isnan(known[horizon][closed:]).all()


@given(closes_of_some, st.data())
def test_a_call_for_a_session_knows_nothing_of_that_session_or_later(closes: np.ndarray, data: st.DataObject) -> None:
    end = data.draw(st.integers(1, len(closes)))
    names = [f"S{s}" for s in range(closes.shape[1])]
    tomorrow = START + timedelta(days=len(closes))
    short, long = panel_of(closes[:end]), panel_of(closes)
    session = long.sessions[end] if end < len(closes) else tomorrow
    for name, calls in price_calls(short, names, session).items():
        np.testing.assert_array_equal(calls, price_calls(long, names, tomorrow)[name][: end + 1], err_msg=name)


# Calls


def test_momentum_repeats_the_last_move_and_reversal_contradicts_the_last_five() -> None:
    closes = np.array([[100, 100], [101, 100], [102, 100], [103, 100], [104, 100], [90, NAN]])
    calls = price_calls(panel_of(closes), ["A", "B"], START + timedelta(days=6))
    assert calls["momentum"][:, 0].tolist() == [NO_CALL, NO_CALL, UP, UP, UP, UP, DOWN]
    assert calls["momentum"][2:, 1].tolist() == [DOWN] * 5, "no move is not up"
    assert calls["reversal"][:, 0].tolist() == [NO_CALL] * 6 + [UP]
    assert calls["reversal"][6, 1] == UP
    assert (calls["always_up"] == UP).all() and calls["always_up"].shape == (7, 2)


def test_the_coin_falls_the_same_way_whoever_else_is_there() -> None:
    days, names = sessions(30), ["005930", "000660", "AAPL"]
    whole = coin_calls(days, names)
    assert coin_calls(days[10:11], ["AAPL"])[0, 0] == whole[10, 2]
    np.testing.assert_array_equal(coin_calls(days, names[::-1]), whole[:, ::-1])
    first = "".join(str(call) for call in coin_calls(days[:16], ["AAPL"])[:, 0])
    assert first == FIRST_TOSSES
    assert (coin_calls(days, names, seed=8) != whole).any()


def test_the_coin_is_fair_and_one_toss_tells_nothing_of_another() -> None:
    calls = coin_calls(sessions(2_000), [f"{n:06d}" for n in range(20)])
    assert abs(calls.mean() - 0.5) < 0.01
    assert np.abs(calls.mean(axis=0) - 0.5).max() < 0.05
    between_stocks = np.corrcoef(calls.T) - np.eye(20)
    assert np.abs(between_stocks).max() < 0.1
    next_day = [np.corrcoef(calls[:-1, s], calls[1:, s])[0, 1] for s in range(20)]
    assert np.abs(next_day).max() < 0.1


def test_the_lexicon_calls_by_the_sum_of_words_and_keeps_silent_on_a_draw() -> None:
    rows, columns = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 0, 1])
    calls = tone_calls(rows, columns, np.array([2, 1, 0, 1, 3]), np.array([0, 1, 1, 1, 0]), (2, 3))
    assert calls.tolist() == [[UP, DOWN, NO_CALL], [NO_CALL, UP, NO_CALL]]


# Questions


def questions(closes: np.ndarray, stories: list[Story] | None = None) -> dict[int, dict]:
    panel = panel_of(closes)
    asked = askable(panel, [1, 2, 3])
    session = START + timedelta(days=len(closes))
    found = build_questions(panel, session, {1: "A", 2: "B", 3: "C"}, asked, stories or [], {}, NO_HISTORY)
    return {stock: dict(question) for stock, question in found.items()}


def test_a_stock_is_asked_about_while_it_traded_in_the_last_five_sessions() -> None:
    closes = np.full((8, 3), 100.0)
    closes[3:, 1] = NAN
    closes[4:, 2] = NAN
    panel = panel_of(closes)
    assert askable(panel, [1, 2, 3, 99]) == [1, 3]
    assert askable(panel, [3, 2]) == [3]
    assert askable(panel_of(closes[:0]), [1]) == []


def test_a_question_states_the_base_rate_its_calls_and_their_records() -> None:
    closes = np.array([[100.0, 50.0, 10.0], [101, 49, 10], [102, 48, 11], [103, 49, 10], [104, 50, 10], [105, 51, 11]])
    question = questions(closes)[1]
    outcomes = outcomes_by_horizon(panel_of(closes))
    assert question["base"] == {str(h): base_rate(outcomes[h]).as_list() for h in HORIZONS}
    # Five, three and two of the five moves were up.
    assert question["base"]["1"] == [round((10 + 1) / (15 + 2), 6), 15, 5]
    assert question["returns"] == {"last_1": round(105 / 104 - 1, 6), "last_5": 0.05}
    assert question["calls"]["momentum"]["call"] == "up" and question["calls"]["reversal"]["call"] == "down"
    up_after_up = question["calls"]["always_up"]["record"]["1"]
    assert up_after_up == [round(11 / 17 + (10 / 15 - 11 / 17) * 5 / 65, 6), 15, 5]


def test_without_news_there_is_no_lexicon_call_and_no_neighbour() -> None:
    question = questions(np.full((7, 3), 100.0))[2]
    assert (question["news"], question["neighbours"]) == ([], [])
    assert set(question["calls"]) == {"always_up", "momentum", "reversal", "coin"}


def test_a_story_is_told_to_the_stock_it_is_about_and_calls_by_its_words() -> None:
    found = questions(np.full((7, 3), 100.0), [Story(2, 900, "Good", 2, 0), Story(3, 901, "Bad", 0, 1)])
    assert [found[s]["news"] for s in (1, 2, 3)] == [[], [[900, "Good", 2, 0]], [[901, "Bad", 0, 1]]]
    assert [found[s]["calls"].get("lexicon", {}).get("call") for s in (1, 2, 3)] == [None, "up", "down"]
