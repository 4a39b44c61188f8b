"""Ensembles: what several probabilities make together, and what each of them is worth to the others."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.ensembles import PLACES, RULES, MemberSums, log_odds_mean, mean, member_sums
from craveny_domain.member_worth import MemberDay, member_worths

SILENT = float("nan")
SAID = st.lists(st.floats(0, 1) | st.just(SILENT), min_size=1, max_size=9)
WHICH = pytest.mark.parametrize("rule", RULES)
START = date(2026, 1, 1)


def of(rule: str, *said: float) -> float:
    return float(RULES[rule](np.array([said]))[0])


@WHICH
@given(said=SAID, data=st.data())
def test_neither_the_order_of_members_nor_silent_ones_move_the_last_bit(
    rule: str, said: list[float], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations([*said, SILENT]))
    assert of(rule, *shuffled) == pytest.approx(of(rule, *said), abs=0, rel=0, nan_ok=True)


@WHICH
@given(said=SAID)
def test_an_ensemble_says_nothing_beyond_what_its_members_say(rule: str, said: list[float]) -> None:
    spoken = [p for p in said if p == p]
    together = of(rule, *said)
    assert min(spoken) <= together <= max(spoken) if spoken else together != together


@WHICH
@given(said=st.floats(0, 1), silent=st.integers(0, 3))
def test_one_member_gives_itself(rule: str, said: float, silent: int) -> None:
    assert of(rule, said, *[SILENT] * silent) == said


@WHICH
@given(said=st.floats(0, 1))
def test_opposite_members_make_even_odds(rule: str, said: float) -> None:
    assert of(rule, said, 1 - said) == 0.5


def test_the_rules_are_the_arithmetic_mean_and_that_of_clipped_log_odds() -> None:
    assert of("mean", 0.6, 0.7, SILENT, 0.9) == round(2.2 / 3, PLACES)
    odds = np.exp((np.log(0.6 / 0.4) + np.log(0.99 / 0.01)) / 2)
    assert of("log_odds_mean", 0.6, 1.0) == pytest.approx(odds / (1 + odds), abs=10**-PLACES)
    assert np.isnan(mean(np.zeros((2, 0)))).all()
    assert np.isnan(log_odds_mean(np.full((2, 3), SILENT))).all()


def test_a_member_counts_where_it_and_another_answered() -> None:
    said = np.array([[0.2, 0.8, SILENT], [0.3, SILENT, SILENT], [0.6, 0.7, 0.9]])
    sums = member_sums(mean, said, np.array([True, True, False]))
    assert sums.questions.tolist() == [2, 2, 1]
    assert sums.hits.tolist() == [0, 0, 0]
    assert sums.hits_without.tolist() == [1, 0, 0]
    together = round(2.2 / 3, PLACES) ** 2
    assert sums.brier == pytest.approx([0.25 + together, 0.25 + together, together])
    assert sums.brier_without == pytest.approx([0.2**2 + 0.8**2, 0.8**2 + 0.75**2, 0.65**2])


@WHICH
@given(said=st.lists(st.tuples(*[st.floats(0, 1) | st.just(SILENT)] * 4), min_size=1, max_size=6), data=st.data())
def test_a_members_worth_does_not_depend_on_the_order_of_members(
    rule: str, said: list[tuple], data: st.DataObject
) -> None:
    asked, up = np.array(said), np.arange(len(said)) % 2 == 0
    order = data.draw(st.permutations(range(4)))
    ours, theirs = member_sums(RULES[rule], asked, up), member_sums(RULES[rule], asked[:, order], up)
    for name in MemberSums.__dataclass_fields__:
        assert (getattr(ours, name)[order] == getattr(theirs, name)).all()


def days(seed: int, n: int = 60) -> list[MemberDay]:
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, [20, 9, 9], (n, 3))
    briers = rng.random((n, 2)) * 5
    return [
        MemberDay(START + timedelta(i), *map(int, c), *map(float, b))
        for i, (c, b) in enumerate(zip(counts, briers, strict=True))
    ]


@pytest.mark.parametrize("horizon", [1, 5])
def test_worth_is_what_the_window_would_have_been_without_the_member_less_what_it_was(horizon: int) -> None:
    known = {name: days(seed) for seed, name in enumerate("ab")}
    found = member_worths(known, horizon, draws=199, seed=3)
    for name, own in known.items():
        n = sum(day.questions for day in own)
        gained = {
            "brier": sum(day.brier_without - day.brier for day in own) / n,
            "hit_rate": sum(day.hits - day.hits_without for day in own) / n,
        }
        for figure, value in gained.items():
            told = found[name][figure]
            assert told.value == pytest.approx(value)
            assert (told.n, told.days) == (n, sum(day.questions > 0 for day in own))
            assert told.low is not None
            assert told.high is not None
            assert told.low < value < told.high


def test_a_member_that_helps_as_much_as_another_harms_has_the_mirrored_worth() -> None:
    turned = [replace(d, hits=d.hits_without, hits_without=d.hits, brier=d.brier_without, brier_without=d.brier)
              for d in days(0)]  # fmt: skip
    found = member_worths({"good": days(0), "bad": turned}, 1)
    for figure, good in found["good"].items():
        bad = found["bad"][figure]
        assert (good.value, good.low, good.high) == pytest.approx((-bad.value, -bad.high, -bad.low))


def test_days_on_which_a_member_was_silent_do_not_count_as_its_days() -> None:
    whole, part = days(1), days(1)[:20]
    found = member_worths({"whole": whole, "part": part}, 1, draws=19)
    alone = member_worths({"part": part}, 1, draws=19)
    for name in ("brier", "hit_rate"):
        assert found["part"][name].days == alone["part"][name].days < found["whole"][name].days
        assert found["part"][name].value == pytest.approx(alone["part"][name].value)
    assert member_worths({}, 1) == {}
