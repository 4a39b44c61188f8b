"""Verdicts: worked by hand, the same whoever comes first, one day at a time, and moved only by the days they count."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from craveny_domain.betting import STAKES, log_wealth
from craveny_domain.verdicts import BOARD_RULE, Running, advance, nothing_yet, thresholds, verdicts, with_more

START = date(2026, 1, 5)
STORIES = st.tuples(st.integers(1, 4), st.integers(1, 40)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.one_of(st.floats(-1, 1), st.just(np.nan)))
)
"""Daily differences [comparisons, days]."""


def told(differences: np.ndarray, *, alpha: float = 0.05, running: Running | None = None, first: int = 0) -> Running:
    """The evidence after the days of differences [K, T], from the `first` on."""
    k = len(differences)
    running = running or nothing_yet(k)
    for at, of_day in enumerate(differences.T):
        running = advance(
            running,
            START + timedelta(days=first + at),
            of_day,
            np.full(k, 8),
            edges=np.full(k, BOARD_RULE.edge),
            alphas=np.full(k, alpha),
        )
    return running


def words(running: Running, alpha: float = 0.05) -> list[str]:
    k = len(running.days)
    return [verdict.word for verdict in verdicts(running, np.full(k, alpha), np.ones(k))]


def parts(running: Running) -> dict[str, bytes]:
    return {name: value.tobytes() for name, value in vars(running).items()}


def test_a_winner_worked_by_hand() -> None:
    # Every day +0.5: a bettor of stake s has (1 + s / 2) ** days; 1 / 0.025 = 40 is reached by their mean on day 14.
    reached = next(n for n in range(1, 100) if np.mean((1 + STAKES / 2) ** n) >= 40)
    running = told(np.full((1, 30), 0.5))
    (verdict,) = verdicts(running, np.array([0.05]), np.ones(1))
    assert (verdict.word, verdict.since) == ("better", START + timedelta(days=reached - 1))
    assert verdict.days_to_go is None
    assert running.peak[0, 0] == pytest.approx(np.log(np.mean((1 + STAKES / 2) ** 30)))
    assert (running.difference[0], running.days[0], running.questions[0]) == (0.5, 30, 240)


def test_the_wealth_added_up_day_by_day_is_that_of_the_whole_story() -> None:
    story = np.random.default_rng(3).uniform(-0.4, 0.5, 80)
    running, edge = told(story[None]), BOARD_RULE.edge
    bets = (story, -story, (edge - story) / (1 + edge), (edge + story) / (1 + edge))
    by_hand = [np.prod(1 + STAKES * bet[:, None], axis=0).mean() for bet in bets]
    assert np.exp(running.now[0]) == pytest.approx(by_hand)


def test_no_difference_takes_both_bets_on_the_edge() -> None:
    running = told(np.zeros((1, 400)))
    (verdict,) = verdicts(running, np.array([0.05]), np.ones(1))
    assert verdict.word == "no_difference"
    assert verdict.since == date.fromordinal(int(running.since[0, 2:].max()))
    assert words(told(np.full((1, 400), -0.011))) != ["no_difference"]


def test_a_word_stands_although_its_evidence_has_melted() -> None:
    story = np.concatenate([np.full(30, 0.5), np.full(60, -0.5)])[None]
    running = told(story)
    assert running.now[0, 0] < 0 < running.peak[0, 0]
    # By then the other side has reached its threshold as well: the first word stands.
    assert running.since[0, 1] > running.since[0, 0] > 0
    assert words(running) == ["better"] and words(told(-story)) == ["worse"]


def test_more_to_be_compared_asks_for_more_evidence_and_counts_from_when_there_is_enough() -> None:
    before = told(np.full((1, 14), 0.5))
    assert words(before) == ["better"]
    after = told(np.full((1, 1), 0.5), alpha=0.05 / 20, running=before, first=14)
    assert words(after, 0.05 / 20) == ["not_shown"]
    later = told(np.full((1, 20), 0.5), alpha=0.05 / 20, running=after, first=15)
    (verdict,) = verdicts(later, np.array([0.05 / 20]), np.ones(1))
    assert verdict.word == "better" and verdict.since is not None
    assert verdict.since > START + timedelta(days=14)


def test_how_long_it_still_takes_is_about_how_long_it_takes() -> None:
    story = np.full((1, 400), 0.1)
    (early,) = verdicts(told(story[:, :40]), np.array([0.05]), np.ones(1))
    reached = int(told(story).since[0, 0]) - START.toordinal() + 1
    assert early.days_to_go is not None
    assert reached <= 40 + early.days_to_go <= 1.6 * reached
    (every_third,) = verdicts(told(story[:, :40]), np.array([0.05]), np.full(1, 3))
    assert every_third.days_to_go == 3 * early.days_to_go
    assert verdicts(told(story[:, :9]), np.array([0.05]), np.ones(1))[0].days_to_go is None
    # Too good to be the same and too close to be better: nothing grows.
    coin = np.tile([0.5, -0.5], 100)[None]
    assert verdicts(told(coin), np.array([0.05]), np.ones(1))[0].days_to_go is None


@given(STORIES, st.data())
def test_going_on_from_where_it_stood_equals_from_scratch_to_the_last_bit(
    story: np.ndarray, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, story.shape[1]))
    known = data.draw(st.integers(0, len(story)))
    # Some comparisons begin only after the cut; before it there was no bet in them.
    story[known:, :cut] = np.nan
    begun = with_more(told(story[:known, :cut]), len(story) - known)
    assert parts(told(story[:, cut:], running=begun, first=cut)) == parts(told(story))


@given(STORIES, st.randoms())
def test_the_order_of_comparisons_means_nothing(story: np.ndarray, random) -> None:
    order = list(range(len(story)))
    random.shuffle(order)
    straight, mixed = told(story), told(story[order])
    assert {name: getattr(mixed, name).tobytes() for name in vars(mixed)} == {
        name: getattr(straight, name)[order].tobytes() for name in vars(straight)
    }
    assert words(mixed) == [words(straight)[at] for at in order]


@given(STORIES)
def test_turning_a_pair_round_turns_better_and_worse_round(story: np.ndarray) -> None:
    turned = {"better": "worse", "worse": "better"}
    straight, other = told(story * 0.9, alpha=0.9), told(story * -0.9, alpha=0.9)
    assert words(other, 0.9) == [turned.get(word, word) for word in words(straight, 0.9)]
    assert np.array_equal(straight.peak, other.peak[:, [1, 0, 3, 2]])


@given(STORIES, st.data())
def test_days_without_a_bet_change_nothing(story: np.ndarray, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, story.shape[1]))
    idle = np.insert(story, at, np.nan, axis=1)
    with_it, without = told(idle), told(story)
    for name in ("grown", "peak", "total", "days", "questions"):
        assert np.array_equal(getattr(with_it, name), getattr(without, name)), name


@given(STORIES, st.data())
def test_a_corrected_day_moves_only_what_uses_it_and_only_from_it_on(story: np.ndarray, data: st.DataObject) -> None:
    k, day = data.draw(st.integers(0, len(story) - 1)), data.draw(st.integers(0, story.shape[1] - 1))
    corrected = story.copy()
    corrected[k, day] = data.draw(st.floats(-1, 1))
    others = np.arange(len(story)) != k
    for upto in range(1, story.shape[1] + 1):
        was, now = told(story[:, :upto]), told(corrected[:, :upto])
        same = slice(None) if upto <= day else others
        assert all(getattr(was, n)[same].tobytes() == getattr(now, n)[same].tobytes() for n in vars(was)), upto


def test_a_wealth_beyond_what_numbers_hold_is_still_evidence() -> None:
    running = told(np.ones((1, 1500)))
    assert np.isfinite(running.peak).all() and running.peak[0, 0] > 900
    assert log_wealth(np.full((1, 7), 2000.0)) == pytest.approx(2000)
    assert thresholds(np.array([0.05]))[0] == pytest.approx(np.log([40, 40, 20, 20]))
