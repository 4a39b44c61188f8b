"""A badge from forecasts to the API: earned on the day the bets say, told with what it rests on, lost by a fact."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, RowMapping, text
from starlette.testclient import TestClient

from benchmarks.judged_store import JudgedStore
from craveny_domain.betting import STAKES
from craveny_domain.forecasters import FLOORS
from craveny_domain.verdicts import BOARD_RULE
from tests.api.many_rows import asking
from tests.assets.earned import BETTER, earned_store, judge
from tests.assets.seer import correct_closes

CANDIDATES = 7
SCORED = """
    SELECT settle_date, model_name, avg((CASE WHEN outcome_class = 'ok' THEN is_hit ELSE is_up END)::int)::float8
    FROM evaluation_history
    WHERE superseded_at IS NULL AND status = 'settled' AND reason IS NULL AND horizon = 1
    GROUP BY 1, 2"""
"""Each day's share of right calls; who does not answer is scored as the climatology, which says up in this store."""
BADGES = """
    SELECT * FROM floor_badge WHERE board = 'live' AND horizon = 1 AND model_name = :model
    ORDER BY as_of_date, badge_id"""


@pytest.fixture(scope="module")
def store() -> Iterator[JudgedStore]:
    """The last test of this module corrects a price in it."""
    with earned_store() as made:
        yield made


@pytest.fixture
def api(store: JudgedStore, tmp_path: Path) -> Iterator[TestClient]:
    with asking(store.engine, tmp_path) as client:
        yield client


def badges(engine: Engine, model: str = BETTER) -> list[RowMapping]:
    with engine.connect() as conn:
        return list(conn.execute(text(BADGES), {"model": model}).mappings())


def earned_by_hand(store: JudgedStore) -> date | None:
    """The first day on which the wealth of betting on BETTER has reached its goal against every floor."""
    with store.engine.connect() as conn:
        right = {(day, model): share for day, model, share in conn.execute(text(SCORED))}
    wealth = dict.fromkeys(FLOORS, np.ones(len(STAKES)))
    peaks = dict.fromkeys(FLOORS, 1.0)
    for day in store.days:
        for floor in FLOORS:
            wealth[floor] = wealth[floor] * (1 + STAKES * (right[day, BETTER] - right[day, floor]))
            peaks[floor] = max(peaks[floor], wealth[floor].mean())
        if min(peaks.values()) >= CANDIDATES / BOARD_RULE.alpha:
            return day
    return None


def told(api: TestClient) -> dict[str, dict]:
    body = api.get("/api/evaluations?market=us&board=live").json()
    return {leader["model"]: leader["badge"] for leader in body["models"]}


def test_the_better_model_alone_has_the_badge_from_the_day_that_its_bets_suffice(store: JudgedStore) -> None:
    since = earned_by_hand(store)
    assert since is not None and store.days[10] < since < store.days[-1]
    said = badges(store.engine)
    assert [row["as_of_date"] for row in said] == list(store.days)
    assert [row["is_earned"] for row in said] == [day >= since for day in store.days]
    assert {row["since_date"] for row in said if row["is_earned"]} == {since}
    assert not any(row["is_revised"] or row["superseded_at"] for row in said)
    with store.engine.connect() as conn:
        earned = conn.execute(text("SELECT DISTINCT model_name, horizon, board FROM floor_badge WHERE is_earned"))
        assert [tuple(row) for row in earned] == [(BETTER, 1, "live")]


def test_the_api_tells_since_when_and_at_what_risk_and_of_others_what_is_missing(
    store: JudgedStore, api: TestClient
) -> None:
    badge, others = told(api)[BETTER], {m: b for m, b in told(api).items() if b and m != BETTER}
    assert (badge["is_earned"], badge["since_date"]) == (True, str(earned_by_hand(store)))
    assert (badge["floors_beaten"], badge["floors"], badge["candidates"]) == (len(FLOORS), len(FLOORS), CANDIDATES)
    assert badge["alpha"] == pytest.approx(BOARD_RULE.alpha / CANDIDATES)
    assert len(others) == CANDIDATES - 1
    for other in others.values():
        assert not other["is_earned"] and other["hardest_floor"] in FLOORS and other["since_date"] is None


def test_a_correction_takes_the_badge_away_and_what_was_said_is_kept(store: JudgedStore, api: TestClient) -> None:
    before, worn = told(api)[BETTER], badges(store.engine)
    corrected = store.days[15]
    correct_closes(store.engine, corrected)
    judge(store, corrected)
    assert earned_by_hand(store) is None
    after = badges(store.engine)
    current = [dict(row) for row in after if row["superseded_at"] is None]
    kept = [dict(row) for row in after if row["superseded_at"] is not None]
    assert [row["as_of_date"] for row in current] == list(store.days)
    assert not any(row["is_earned"] for row in current)
    assert {row["as_of_date"] for row in worn if row["is_earned"]} <= {row["as_of_date"] for row in kept}
    assert all({**row, "superseded_at": None} in [dict(each) for each in worn] for row in kept)
    assert [row["is_revised"] for row in current] == [
        row["as_of_date"] in {each["as_of_date"] for each in kept} for row in current
    ]
    assert min(row["as_of_date"] for row in kept) >= corrected
    badge = told(api)[BETTER]
    assert before["is_earned"] and not before["is_revised"]
    assert (badge["is_earned"], badge["is_revised"], badge["since_date"]) == (False, True, None)
