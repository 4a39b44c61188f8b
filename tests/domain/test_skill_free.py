"""Verdicts and intervals on histories made by chance: a short form of what `make bench` measures."""

import numpy as np
import pytest

from benchmarks.skill_free import BEFORE, CASES, HORIZONS, SESSIONS, board, contests, floor_calls, returns, rose
from benchmarks.verdicts import (
    board_errors,
    by_betting,
    by_betting_daily,
    by_daywise,
    by_pooled,
    coverage,
    false_winners,
    many_contests,
    power,
)


def test_models_without_skill_are_right_half_the_time_and_their_stocks_move_together() -> None:
    rng = np.random.default_rng(1)
    for case in CASES:
        for contest in contests(rng, case, 100).values():
            assert [contest.right_a.mean() / 88, contest.right_b.mean() / 88] == pytest.approx([0.5, 0.5], abs=0.02)
    up = rose(returns(rng, 100), 1).astype(float)
    assert np.corrcoef(up[..., 0].ravel(), up[..., 1].ravel())[0, 1] == pytest.approx(0.4, abs=0.02)


def test_outcomes_of_neighbouring_sessions_overlap_and_those_a_horizon_apart_do_not() -> None:
    made = returns(np.random.default_rng(2), 200)
    for horizon in HORIZONS:
        up = rose(made, horizon)[..., 0].astype(float)
        for apart in range(1, horizon + 1):
            together = np.corrcoef(up[:, apart:].ravel(), up[:, :-apart].ravel())[0, 1]
            # Of two rises whose returns correlate by r.
            assert together == pytest.approx(2 / np.pi * np.arcsin(1 - apart / horizon), abs=0.02)


def test_no_floor_knows_a_return_that_is_still_to_come() -> None:
    made = returns(np.random.default_rng(3), 2)
    poked = made.copy()
    poked[:, BEFORE + 100 :] *= -1
    for horizon in HORIZONS:
        before, after = (list(floor_calls(np.random.default_rng(4), of, horizon)) for of in (made, poked))
        for one, other in zip(before, after, strict=True):
            assert np.array_equal(one[:, :101], other[:, :101])
    assert board(np.random.default_rng(5), 2)[5].shape == (12, 2, SESSIONS)


def test_no_two_models_without_skill_are_told_apart_in_more_than_a_twentieth_of_histories() -> None:
    worst = false_winners(100)
    assert worst["betting"] <= 0.05
    # What everyone does instead.
    assert min(worst["betting_daily"], worst["pooled"], worst["daywise"]) > 0.3


def test_bets_on_every_session_would_name_winners_of_overlapping_outcomes() -> None:
    contest = many_contests("persistent tilt 0.6", 200)[5]
    assert by_betting(contest, 5).mean() <= 0.05 < 0.2 < by_betting_daily(contest, 5).mean()


def test_days_that_lean_make_tests_on_calls_and_on_days_name_winners() -> None:
    contest = many_contests("tilt 0.6", 200)[1]
    assert by_betting(contest, 1).mean() <= 0.05
    assert by_pooled(contest, 1).mean() > 0.8
    assert by_daywise(contest, 1).mean() > 0.1


def test_no_pair_of_a_board_without_skill_is_told_apart_and_none_has_the_badge() -> None:
    winners, badges = board_errors(100)
    assert winners <= 0.05
    assert badges <= 0.05


def test_five_points_are_found_in_most_of_a_year() -> None:
    found, days = power(400)
    assert found >= 0.8
    assert days < SESSIONS


def test_intervals_hold_the_truth_about_as_often_as_they_say_at_every_horizon_and_span() -> None:
    held = coverage(200)
    # 200 histories each: nearly three standard errors below 88 %.
    assert min(held["blocks"]) >= 0.82
    assert 0.90 <= np.mean(held["blocks"]) <= 0.96
    assert min(held["daywise"]) < 0.7
    assert min(held["pooled"]) < 0.3
