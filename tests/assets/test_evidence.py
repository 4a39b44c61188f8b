"""The evidence of comparisons and outcomes: read from the start it is what its days make of it one by one."""

from dataclasses import astuple
from datetime import date

import numpy as np
from sqlalchemy import Engine, update

from craveny_domain.clocks import Market
from craveny_domain.grounds import Grounds
from craveny_store.calendar import all_sessions
from craveny_store.evidence import KEPT_APART, Evidence
from craveny_store.grounds import knowers, registered_tests
from craveny_store.tables import model
from tests.conftest import FILLED_FIRST, FILLED_LAST

LEARNT_UNTIL = date(2026, 10, 9)


def test_evidence_read_at_once_is_that_of_its_days_one_by_one(
    filled_engine: Engine, markets: dict[str, Market]
) -> None:
    with filled_engine.begin() as conn:
        # One model may have learnt what came of the first sessions, and with it the ensembles.
        told = {"provider": "openrouter", "knowledge_cutoff_date": LEARNT_UNTIL}
        conn.execute(update(model).where(model.c.model_name == "lexicon").values(told))
        sessions = all_sessions(conn, "us")
        grounds = Grounds(sessions, markets["us"].lead, knowers(conn), registered_tests(conn, "us"))
        days = [s.session_date for s in sessions if FILLED_FIRST <= s.session_date <= FILLED_LAST]
        at_once = Evidence("us", FILLED_FIRST, grounds).after(conn, FILLED_LAST)
        stepped = Evidence("us", FILLED_FIRST, grounds)
        for day in days:
            stepped = stepped.after(conn, day)
    assert len(days) > KEPT_APART
    assert (at_once.last, at_once.version) == (stepped.last, stepped.version)
    assert np.array_equal(at_once.standings.running.grown, stepped.standings.running.grown)
    held = [[evidence.outcomes.known, *evidence.outcomes.newest] for evidence in (at_once, stepped)]
    for one, other in zip(*held, strict=True):
        assert one.keys() == other.keys()
        assert all(np.array_equal(astuple(one[record]), astuple(other[record])) for record in one)


def test_outcomes_that_a_model_may_have_learnt_are_no_evidence(
    filled_engine: Engine, markets: dict[str, Market]
) -> None:
    answered = []
    for cutoff in (None, LEARNT_UNTIL):
        with filled_engine.begin() as conn:
            told = {"provider": "openrouter" if cutoff else "baseline", "knowledge_cutoff_date": cutoff}
            conn.execute(update(model).where(model.c.model_name == "lexicon").values(told))
            grounds = Grounds(all_sessions(conn, "us"), markets["us"].lead, knowers(conn), ())
            known = Evidence("us", FILLED_FIRST, grounds).after(conn, FILLED_LAST).outcomes.known
        answered.append({record: int(cells.answered.sum()) for record, cells in known.items()})
    before, after = answered
    mine = {record for record in before if record[0] == "lexicon" and record[1] == 1}
    assert mine
    assert all(after.get(record, 0) < before[record] for record in mine)
    assert all(after[record] == n for record, n in before.items() if record[0] == "momentum")
