"""Whom a split asks depends on nothing but test, stock and session; what may be registered, and why not."""

from dataclasses import replace
from datetime import date, timedelta
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.ab_tests import NewTest, Opening, Split, Variant, questions_for, refusal_of

DAY = date(2026, 10, 19)
NEW = NewTest("test", "us", 1, "a", "b", "paired", None, "hit", 0.02, 0.05, DAY)
OPENING = Opening(DAY, DAY)
SPLITS = st.builds(Split, st.integers(1, 10**6), st.just("a"), st.just("b"), st.floats(0.05, 0.95))
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
STOCKS = st.sets(st.integers(1, 10**9), max_size=40)


def variants(**of_b: Any) -> list[Variant]:
    made = [Variant(name, "openai", "forecast", is_floor=False, is_asked=True) for name in "ab"]
    return [made[0], replace(made[1], **of_b)]


def asked(split: Split, model: str, session: date, stocks: set[int]) -> set[int]:
    return set(questions_for(model, session, dict.fromkeys(stocks), [split]))


@given(SPLITS, DAYS, STOCKS, STOCKS)
def test_every_question_is_one_variants_and_stays_so_when_stocks_are_added(
    split: Split, session: date, stocks: set[int], more: set[int]
) -> None:
    a, b = (asked(split, model, session, stocks) for model in ("a", "b"))
    assert (a | b, a & b) == (stocks, set())
    assert asked(split, "c", session, stocks) == stocks
    assert asked(split, "a", session, stocks | more) & stocks == a


@given(SPLITS, DAYS, st.lists(st.integers(1, 10**9), unique=True, max_size=40), st.randoms())
def test_the_order_of_the_questions_does_not_matter_and_is_kept(
    split: Split, session: date, stocks: list[int], by: Any
) -> None:
    shuffled = by.sample(stocks, len(stocks))
    found = [list(questions_for("b", session, dict.fromkeys(order), [split])) for order in (stocks, shuffled)]
    assert sorted(found[0]) == sorted(found[1])
    assert found[1] == [stock for stock in shuffled if stock in found[0]]


@given(st.integers(1, 10**6), st.floats(0.05, 0.95))
def test_the_share_is_kept_within_what_chance_allows(test_id: int, share: float) -> None:
    """4,000 questions: further off than five standard deviations is a chance below one in a million."""
    split = Split(test_id, "a", "b", share)
    n = sum(split.asks_b(stock, DAY + timedelta(days=day)) for stock in range(80) for day in range(50))
    assert abs(n / 4000 - share) < 5 * sqrt(share * (1 - share) / 4000)


def test_the_split_is_the_one_of_every_version() -> None:
    """Worked by hand with sha256sum: the first eight bytes as a fraction."""
    split = Split(1, "a", "b", 0.5)
    assert [split.asks_b(stock, DAY) for stock in range(1, 9)] == [True, True, True, True, True, True, False, True]


def test_two_tests_draw_apart() -> None:
    first, second = (asked(Split(n, "a", "b", 0.5), "b", DAY, set(range(400))) for n in (1, 2))
    assert 60 < len(first & second) < 140


@pytest.mark.parametrize(
    ("changed", "of_b", "said"),
    [
        ({"model_b": "a"}, {}, "Both variants are a."),
        ({}, {"purpose": "report"}, "b writes reports"),
        ({}, {"is_asked": False}, "b is not active."),
        ({"share_b": 0.5}, {}, "A paired test has no share."),
        ({"mode": "split"}, {}, "A split test needs a share."),
        ({"mode": "split", "share_b": 0.04}, {}, "A share of 0.04 is out of bounds."),
        ({"mode": "split", "share_b": 0.5}, {"is_floor": True}, "b is a floor and answers every question."),
        ({"mode": "split", "share_b": 0.5}, {"provider": "ensemble"}, "b is an ensemble and answers every question."),
        ({"edge": 0.5}, {}, "An edge of 0.5 is out of bounds."),
        ({"alpha": 0.0001}, {}, "An alpha of 0.0001 is out of bounds."),
        ({"metric": "luck"}, {}, "There is no metric luck."),
        ({"horizon": 2}, {}, "There is no horizon 2."),
        ({"starts_on": DAY - timedelta(days=3)}, {}, "The cut-off of 2026-10-16 has passed."),
    ],
)
def test_what_cannot_be_registered_is_refused_with_cause_and_cure(
    changed: dict[str, Any], of_b: dict[str, Any], said: str
) -> None:
    refused = refusal_of(replace(NEW, **changed), variants(**of_b), OPENING)
    assert refused is not None
    assert refused.startswith(said)
    assert refused.count(". ") == 1, "a sentence for the cause and one for the cure"


def test_a_floor_against_a_model_may_be_and_two_floors_may_not() -> None:
    assert refusal_of(NEW, variants(is_floor=True), OPENING) is None
    floors = [replace(v, is_floor=True) for v in variants()]
    assert refusal_of(NEW, floors, OPENING) == "a and b are both floors. Name at least one model that is none."


def test_a_test_starts_on_a_session_that_is_known() -> None:
    sunday = replace(NEW, starts_on=date(2026, 10, 25))
    told = refusal_of(sunday, variants(), Opening(DAY, date(2026, 10, 26)))
    assert told == "us has no session on 2026-10-25. The next one is on 2026-10-26."
    for opening in (Opening(None, None), Opening(DAY, None)):
        assert "No session of us is known" in str(refusal_of(NEW, variants(), opening))


def test_nobody_starts_the_same_test_again_beside_itself() -> None:
    turned = replace(NEW, name="turned", model_a="b", model_b="a")
    assert "test compares them by the same metric already." in str(refusal_of(turned, variants(), OPENING, [NEW]))
    for other in ({"horizon": 3}, {"metric": "brier"}, {"model_b": "c"}):
        assert refusal_of(turned, variants(), OPENING, [replace(NEW, **other)]) is None


def test_a_model_is_in_one_split_at_a_time() -> None:
    split = replace(NEW, mode="split", share_b=0.5)
    other = replace(split, name="other", model_a="b", model_b="c", horizon=3)
    assert "The questions of b are split by other already." in str(refusal_of(split, variants(), OPENING, [other]))
    assert refusal_of(NEW, variants(), OPENING, [other]) is None
    assert refusal_of(split, variants(), OPENING, [replace(other, model_a="d")]) is None
