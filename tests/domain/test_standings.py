"""What a day changes in a market's comparisons: who is compared, which days are bet on, since when badges are held."""

from datetime import timedelta

import numpy as np
import pytest

from craveny_domain.grounds import Grounds, Test
from craveny_domain.layouts import Comparison
from craveny_domain.standings import PairRows, Standings, stand
from craveny_domain.verdicts import BOARD_RULE, Rule
from tests.domain.boards import QUESTIONS, SESSIONS, START, grounds, knower, pairs, together

ALWAYS, COIN = (knower(name, is_floor=True) for name in ("always", "coin"))
LEXICON, NEWS = knower("lexicon"), knower("news")
USUAL = grounds(ALWAYS, COIN, LEXICON, NEWS)
BEATS = {("always", "lexicon"): -QUESTIONS, ("coin", "lexicon"): -QUESTIONS, ("always", "coin"): 0}
TRIAL = Test(
    7, 1, "lexicon", "always", is_split=False, rule=Rule("brier", 0.05, 0.1), starts_on=SESSIONS[2].session_date,
    stopped_at=None,
)  # fmt: skip


def board(a: str, b: str, horizon: int = 1, test_id: int = 0) -> Comparison:
    return Comparison("live", horizon, a, b, test_id)


def days(standings: Standings) -> dict[Comparison, int]:
    """The days that were bet on in each comparison."""
    return {c: int(standings.running.days[at]) for c, at in standings.layout.places.items()}


def same(one: Standings, other: Standings) -> bool:
    """Whether two are equal to the last bit."""
    fields = vars(one.running)
    return (
        one.layout.comparisons == other.layout.comparisons
        and one.badges == other.badges
        and all(np.array_equal(value, getattr(other.running, name)) for name, value in fields.items())
    )


def history(count: int, hits: dict, **told: int) -> PairRows:
    return together(*(pairs(hits, at, **told) for at in range(count)))


def test_floors_are_compared_with_others_and_never_with_each_other() -> None:
    found = stand(Standings(), pairs(BEATS | {("lexicon", "news"): 0}, 0), USUAL)
    assert set(found.layout.comparisons) == {
        board("always", "lexicon"), board("coin", "lexicon"), board("lexicon", "news"),
    }  # fmt: skip
    assert found.layout.alphas.tolist() == [BOARD_RULE.alpha / 3] * 3
    assert found.running.difference[found.layout.places[board("always", "lexicon")]] == -1


@pytest.mark.parametrize("horizon", [1, 3, 5])
def test_of_a_longer_horizon_every_so_many_sessions_are_bet_on(horizon: int) -> None:
    found = stand(Standings(), history(16, {("always", "lexicon"): 1}, horizon=horizon), USUAL)
    assert days(found) == {board("always", "lexicon", horizon): len(range(0, 16, horizon))}
    assert found.running.questions.tolist() == [QUESTIONS * len(range(0, 16, horizon))]


def test_days_that_one_of_both_may_have_known_are_no_bets() -> None:
    learnt = knower("news", is_rule=False, knowledge_cutoff=SESSIONS[3].session_date)
    told = {("always", "lexicon"): 1, ("always", "news"): 1, ("lexicon", "news"): 1}
    found = stand(Standings(), history(10, told), grounds(ALWAYS, LEXICON, learnt))
    assert days(found) == {board("always", "lexicon"): 10, board("always", "news"): 6, board("lexicon", "news"): 6}


def test_a_test_counts_its_own_sessions_by_its_own_metric_whichever_model_it_names_first() -> None:
    stopped = Test(**{**vars(TRIAL), "test_id": 8, "stopped_at": SESSIONS[5].open_at})
    found = stand(
        Standings(), history(10, {("always", "lexicon"): (2, 6)}), grounds(ALWAYS, LEXICON, tests=(TRIAL, stopped))
    )
    at = found.layout.places
    assert days(found) == {
        board("always", "lexicon"): 10, board("lexicon", "always", 1, 7): 8, board("lexicon", "always", 1, 8): 4,
    }  # fmt: skip
    assert found.running.difference[at[board("always", "lexicon")]] == pytest.approx(-0.4)
    assert found.running.difference[at[board("lexicon", "always", 1, 7)]] == pytest.approx(0.4)
    assert found.layout.alphas[at[board("lexicon", "always", 1, 7)]] == 0.1


def test_a_splits_two_samples_count_in_its_test_only() -> None:
    split = Test(**{**vars(TRIAL), "is_split": True})
    told = history(6, {("always", "lexicon"): 1}, test_id=7)
    found = stand(Standings(), told, grounds(ALWAYS, LEXICON, tests=(split,)))
    assert days(found) == {board("lexicon", "always", 1, 7): 4}
    assert found.running.questions.tolist() == [4 * 2 * QUESTIONS]


def test_a_model_that_becomes_a_floor_is_a_floor_from_the_next_day_on() -> None:
    told = {("always", "news"): 0, ("lexicon", "news"): 0}
    before = stand(Standings(), history(3, told), USUAL)
    raised = grounds(ALWAYS, COIN, knower("lexicon", is_floor=True), NEWS)
    was, now = (stand(before, pairs(told, 3), on).layout.duels["live", 1] for on in (USUAL, raised))
    assert (was.candidates, was.floors) == (("lexicon", "news"), ("always",))
    assert (now.candidates, now.floors) == (("news",), ("always", "lexicon"))


def test_a_badge_takes_every_floor_and_is_held_from_the_day_the_last_one_is_beaten() -> None:
    one = stand(Standings(), history(30, {**BEATS, ("coin", "lexicon"): 0}), USUAL)
    assert one.badges == {}
    slow = together(*(pairs({**BEATS, ("coin", "lexicon"): 0 if at < 8 else -QUESTIONS}, at) for at in range(30)))
    first = min(n for n in range(1, 31) if stand(Standings(), history(n, BEATS), USUAL).badges)
    since = START + timedelta(days=8 + first - 1)
    assert stand(Standings(), slow, USUAL).badges == {("live", 1, "lexicon"): since.toordinal()}


def test_a_badge_is_lost_when_more_candidates_share_the_risk_and_may_come_back() -> None:
    enough = min(n for n in range(1, 31) if stand(Standings(), history(n, BEATS), USUAL).badges)
    held = stand(Standings(), history(enough, BEATS), USUAL)
    more = {(min(f, c), max(f, c)): 0 for f in ("always", "coin") for c in ("news", "other", "third", "fourth")}
    everyone = grounds(ALWAYS, COIN, LEXICON, *(knower(name) for name in ("news", "other", "third", "fourth")))
    crowded = stand(held, pairs({("always", "lexicon"): 0, ("coin", "lexicon"): 0, **more}, enough), everyone)
    assert crowded.badges == {}
    back = stand(crowded, together(*(pairs({**BEATS, **more}, enough + 1 + n) for n in range(9))), everyone)
    assert set(back.badges) == {("live", 1, "lexicon")}
    assert back.badges["live", 1, "lexicon"] > START.toordinal() + enough


def test_without_floors_nobody_has_a_badge() -> None:
    found = stand(Standings(), history(30, {("lexicon", "news"): QUESTIONS}), grounds(LEXICON, NEWS))
    assert found.badges == {} and days(found) == {board("lexicon", "news"): 30}


def test_days_one_by_one_or_at_once_and_in_any_order_of_rows_come_to_the_same() -> None:
    rng = np.random.default_rng(3)
    names = [("always", "lexicon"), ("coin", "lexicon"), ("lexicon", "news"), ("always", "news")]
    told = [
        pairs({name: tuple(rng.integers(0, QUESTIONS + 1, 2).tolist()) for name in names[: 2 + at // 8]}, at)
        for at in range(20)
    ]
    whole = together(*told)
    at_once = stand(Standings(), whole, USUAL)
    stepped = Standings()
    for day in told:
        stepped = stand(stepped, day, USUAL)
    shuffled = stand(Standings(), PairRows(rng.permutation(whole.rows), whole.models), USUAL)
    assert same(at_once, stepped)
    assert same(at_once, shuffled)


def test_a_day_without_pairs_or_outside_the_calendar_changes_nothing() -> None:
    before = stand(Standings(), history(5, BEATS), USUAL)
    nothing = pairs(BEATS, 5)
    assert same(stand(before, PairRows(nothing.rows[:0], nothing.models), USUAL), before)
    off = stand(before, pairs(BEATS, 7), Grounds(SESSIONS[:6], USUAL.lead, USUAL.knowers, ()))
    assert days(off) == days(before)
