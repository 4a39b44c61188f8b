"""Which models may have known what came of a session: those that were asked, and ensembles made of such."""

from datetime import datetime, timedelta

import pytest

from craveny_domain.clocks import cutoff
from craveny_domain.knowledge import Knower, contaminated_models
from tests.domain.boards import LEAD, LONG_AGO, knower, session

SESSION = session(10)
FENCE = cutoff(SESSION, LEAD)
LEARNT = knower("learnt", is_rule=False, knowledge_cutoff=SESSION.session_date)
CLEAN = knower("clean", is_rule=False, knowledge_cutoff=SESSION.session_date - timedelta(days=1))


def known(*knowers: Knower) -> set[str]:
    return set(contaminated_models(SESSION, FENCE, knowers))


def test_who_was_asked_may_know_up_to_the_stated_end_and_a_rule_never_does() -> None:
    rule = knower("rule", knowledge_cutoff=SESSION.session_date, active=())
    assert known(LEARNT, CLEAN, rule, knower("floor", is_floor=True)) == {"learnt"}


def test_without_a_stated_end_it_may_know_what_was_before_its_first_activation() -> None:
    late, early, never = (
        knower(name, is_rule=False, active=active)
        for name, active in (
            ("late", ((SESSION.open_at + timedelta(seconds=1), None),)),
            ("early", ((LONG_AGO, SESSION.open_at), (SESSION.close_at, None))),
            ("never", ()),
        )
    )
    assert known(late, early, never) == {"late", "never"}


@pytest.mark.parametrize(
    ("members", "mixes"),
    [((), True), (("learnt", "clean"), True), (("clean",), False), (("floor", "other"), False)],
)
def test_an_ensemble_may_know_what_a_member_of_it_does(members: tuple[str, ...], mixes: bool) -> None:
    others = LEARNT, CLEAN, knower("floor", is_floor=True), knower("other", members=())
    assert ("mean" in known(knower("mean", members=members), *others)) is mixes


@pytest.mark.parametrize(
    ("active", "mixes"),
    [
        ((LONG_AGO, None), True),
        ((LONG_AGO, FENCE), False),
        ((FENCE, None), True),
        ((FENCE + timedelta(seconds=1), None), False),
    ],
)
def test_only_members_that_were_asked_at_the_cut_off_are_in_an_ensemble(
    active: tuple[datetime, datetime | None], mixes: bool
) -> None:
    member = knower("learnt", is_rule=False, knowledge_cutoff=SESSION.session_date, active=(active,))
    assert ("mean" in known(knower("mean", members=()), member)) is mixes


def test_a_floor_that_knows_is_no_member_and_an_ensemble_is_none_either() -> None:
    floor = knower("learnt", is_rule=False, is_floor=True, knowledge_cutoff=SESSION.session_date)
    assert known(floor, knower("mean", members=())) == {"learnt"}
    inner, outer = knower("inner", members=("learnt",)), knower("outer", members=("inner",))
    assert known(LEARNT, inner, outer) == {"learnt", "inner"}
    assert LEARNT.is_part_of(inner, FENCE) and not inner.is_part_of(outer, FENCE)
