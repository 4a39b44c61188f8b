"""What is said as of a day: each comparison's words and figures, each candidate's badge."""

import pytest

from craveny_domain.grounds import Test
from craveny_domain.sayings import BADGE, SAID, Badge, badge_columns, badges, said, said_columns
from craveny_domain.standings import Standings, stand
from craveny_domain.verdicts import BOARD_RULE, PACE_DAYS, Rule
from tests.domain.boards import QUESTIONS, START, grounds, knower, pairs, together

ALWAYS, COIN = (knower(name, is_floor=True) for name in ("always", "coin"))
USUAL = grounds(ALWAYS, COIN, knower("lexicon"), knower("news"))
WHOLE = {
    ("lexicon", "news"): 0, ("coin", "news"): 0, ("always", "news"): 0, ("coin", "lexicon"): -QUESTIONS,
    ("always", "lexicon"): -QUESTIONS,
}  # fmt: skip


def after(count: int, hits: dict, on=USUAL, horizon: int = 1) -> Standings:
    return stand(Standings(), together(*(pairs(hits, at, horizon=horizon) for at in range(count))), on)


def of(model: str, told: list[Badge]) -> Badge:
    (badge,) = [each for each in told if each.model_name == model]
    return badge


def test_everything_is_said_once_in_the_order_of_its_keys_with_its_rule_and_figures() -> None:
    told = said(after(12, WHOLE), frozenset())
    assert [(each.model_a, each.model_b) for each in told] == sorted(WHOLE)
    first = told[0]
    assert (first.metric, first.edge, first.alpha) == (*BOARD_RULE[:2], BOARD_RULE.alpha / len(WHOLE))
    assert (first.days, first.questions, first.difference) == (12, 12 * QUESTIONS, -1)
    assert (first.verdict, first.days_to_go) == ("worse", None)
    assert first.since_date is not None and first.worse > 0 > first.better
    level = told[-1]
    assert (level.verdict, level.since_date, level.difference) == ("not_shown", None, 0)
    assert said_columns(first) == tuple(getattr(first, name) for name in SAID)


def test_where_no_day_was_bet_on_there_is_no_difference_and_nothing_is_shown() -> None:
    learnt = knower("lexicon", is_rule=False, knowledge_cutoff=START.replace(year=2027))
    (told,) = said(after(15, {("always", "lexicon"): 5}, grounds(ALWAYS, learnt)), frozenset())
    assert (told.days, told.questions, told.difference, told.verdict, told.days_to_go) == (
        0,
        0,
        None,
        "not_shown",
        None,
    )


@pytest.mark.parametrize("running", [True, False])
def test_of_tests_only_those_that_run_are_spoken_of(running: bool) -> None:
    trial = Test(
        7, 1, "lexicon", "always", is_split=False, rule=Rule("hit", 0.1, 0.2), starts_on=START, stopped_at=None
    )  # fmt: skip
    standings = after(3, {("always", "lexicon"): 5}, grounds(ALWAYS, knower("lexicon"), tests=(trial,)))
    told = said(standings, frozenset({7} if running else ()))
    assert [each.test_id for each in told] == ([0, 7] if running else [0])
    if running:
        assert (told[1].model_a, told[1].difference, told[1].alpha, told[1].edge) == ("lexicon", -0.5, 0.2, 0.1)


def test_a_candidate_that_beats_every_floor_has_its_badge_and_another_learns_what_is_missing() -> None:
    told = badges(after(30, {**WHOLE, ("always", "news"): -1}))
    assert [each.model_name for each in told] == ["lexicon", "news"]
    held, waiting = told
    assert (held.is_earned, held.floors_beaten, held.floors, held.candidates) == (True, 2, 2, 2)
    assert held.alpha == BOARD_RULE.alpha / 2
    assert held.since_date is not None and held.days_to_go is None
    assert (waiting.is_earned, waiting.floors_beaten, waiting.since_date) == (False, 0, None)
    assert (waiting.hardest_floor, waiting.days) == ("coin", 30)
    assert badge_columns(held) == tuple(getattr(held, name) for name in BADGE)


def test_the_hardest_floor_is_the_one_with_the_weakest_evidence_and_tells_how_long_it_takes() -> None:
    hits = {("always", "lexicon"): -4, ("coin", "lexicon"): -3}
    told = of("lexicon", badges(after(PACE_DAYS, hits)))
    assert (told.hardest_floor, told.is_earned) == ("coin", False)
    assert told.days_to_go is not None and told.days_to_go > 0
    assert of("lexicon", badges(after(PACE_DAYS - 1, hits))).days_to_go is None
    turned = of("lexicon", badges(after(PACE_DAYS, {("always", "lexicon"): -3, ("coin", "lexicon"): -4})))
    assert turned.hardest_floor == "always"


def test_of_floors_that_were_never_beaten_at_all_the_one_that_is_farthest_now_is_the_hardest() -> None:
    told = of("lexicon", badges(after(5, {("always", "lexicon"): 2, ("coin", "lexicon"): 5})))
    assert (told.hardest_floor, told.floors_beaten) == ("coin", 0)


def test_a_floor_it_was_never_compared_with_is_not_beaten() -> None:
    # The other candidate has met both floors; this one only the first.
    hits = {("always", "lexicon"): -QUESTIONS, ("always", "news"): 0, ("coin", "news"): 0}
    told = of("lexicon", badges(after(30, hits)))
    assert (told.is_earned, told.floors_beaten, told.floors) == (False, 1, 2)
    assert (told.hardest_floor, told.days, told.days_to_go) == ("coin", 0, None)


def test_without_floors_there_is_nothing_to_beat() -> None:
    told = of("news", badges(after(5, {("lexicon", "news"): 3}, grounds(knower("lexicon"), knower("news")))))
    assert (told.is_earned, told.floors, told.hardest_floor, told.days) == (False, 0, None, 0)


def test_boards_of_two_horizons_are_apart() -> None:
    near, far = (after(9, WHOLE, horizon=horizon) for horizon in (1, 3))
    assert {each.horizon for each in badges(far)} == {3}
    both = stand(near, together(*(pairs(WHOLE, at, horizon=3) for at in range(9, 18))), USUAL)
    assert [(each.horizon, each.model_name) for each in badges(both)] == [
        (1, "lexicon"), (1, "news"), (3, "lexicon"), (3, "news"),
    ]  # fmt: skip
    assert [each.days for each in said(both, frozenset()) if each.model_a == "always"] == [9, 9, 3, 3]
