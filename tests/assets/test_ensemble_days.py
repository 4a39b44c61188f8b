"""Ensembles day by day: made of what their members said, and weighed without each of them."""

from datetime import date
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, text

from craveny_assets.days.work import Options
from craveny_domain.clocks import Market
from craveny_domain.ensembles import RULES
from tests.conftest import FILLED_FIRST, FILLED_LAST, Bench

DAY = date(2026, 10, 14)
RULE = {"ensemble_mean": "mean", "ensemble_log_odds": "log_odds_mean"}
MEMBERS = ["lexicon", "nearest_news"]
SAID = """
    SELECT stock_id, horizon, array_agg(model_name ORDER BY model_name),
        array_agg(CASE WHEN outcome_class = 'ok' THEN probability ELSE 'NaN' END ORDER BY model_name)
    FROM prediction WHERE session_date = :day AND model_name = ANY(:models) GROUP BY 1, 2 ORDER BY 1, 2"""
ANSWERS = """
    SELECT stock_id, horizon, outcome_class, probability, direction, origin, climatology FROM prediction
    WHERE session_date = :day AND model_name = :model ORDER BY 1, 2"""


def told(engine: Engine, query: str, **asked: Any) -> list[tuple]:
    with engine.connect() as conn:
        return [tuple(row) for row in conn.execute(text(query), asked)]


def change(engine: Engine, *statements: str) -> None:
    with engine.begin() as conn:
        for statement in statements:
            conn.execute(text(statement))


def by_hand(engine: Engine, rule: str, models: list[str]) -> list[tuple]:
    """(stock, horizon, outcome class, probability, direction) of every question of DAY."""
    found = []
    for stock, horizon, _, said in told(engine, SAID, day=DAY, models=models):
        together = float(RULES[rule](np.array([said]))[0])
        answer = (
            ("no_input", None, None) if np.isnan(together) else ("ok", together, "up" if together > 0.5 else "down")
        )
        found.append((stock, horizon, *answer))
    return found


@pytest.fixture
def bench(filled_engine: Engine, markets: dict[str, Market]) -> Bench:
    """The filled us market."""
    return Bench(filled_engine, markets["us"])


@pytest.mark.parametrize("ensemble", RULE)
def test_an_ensemble_answers_every_question_from_the_members_that_answered_it(
    filled_engine: Engine, ensemble: str
) -> None:
    answers = told(filled_engine, ANSWERS, day=DAY, model=ensemble)
    assert [row[:5] for row in answers] == by_hand(filled_engine, RULE[ensemble], MEMBERS)
    assert {row[2] for row in answers} == {"ok", "no_input"}
    others = {row[:2]: row[5:] for row in told(filled_engine, ANSWERS, day=DAY, model="lexicon")}
    assert {row[:2]: row[5:] for row in answers} == others


def test_members_that_this_run_did_not_choose_count_too(bench: Bench) -> None:
    before = {name: told(bench.engine, ANSWERS, day=DAY, model=name) for name in RULE}
    change(bench.engine, f"DELETE FROM prediction WHERE session_date = '{DAY}' AND model_name LIKE 'ensemble%'")
    Bench(bench.engine, bench.market, options=Options(models=tuple(RULE))).run("prediction", DAY)
    assert {name: told(bench.engine, ANSWERS, day=DAY, model=name) for name in RULE} == before


def test_running_a_member_leaves_its_ensemble_as_it_is_until_that_is_run(bench: Bench) -> None:
    change(
        bench.engine,
        f"UPDATE prediction SET probability = 0.9 WHERE session_date = '{DAY}' AND model_name = 'nearest_news'"
        " AND outcome_class = 'ok'",
    )
    before = told(bench.engine, ANSWERS, day=DAY, model="ensemble_mean")
    Bench(bench.engine, bench.market, options=Options(models=("lexicon",))).run("prediction", DAY)
    assert told(bench.engine, ANSWERS, day=DAY, model="ensemble_mean") == before
    Bench(bench.engine, bench.market, options=Options(models=("ensemble_mean",))).run("prediction", DAY)
    after = told(bench.engine, ANSWERS, day=DAY, model="ensemble_mean")
    assert [row[:5] for row in after] == by_hand(bench.engine, "mean", MEMBERS)
    assert after != before


def test_an_ensemble_that_names_its_members_has_no_others_and_none_that_is_off(bench: Bench) -> None:
    change(
        bench.engine,
        """UPDATE model SET parameters = '{"members": ["nearest_news"]}' WHERE model_name = 'ensemble_mean'""",
    )
    bench.run("prediction", DAY)
    alone = [row[2:5] for row in told(bench.engine, ANSWERS, day=DAY, model="nearest_news")]
    assert [row[2:5] for row in told(bench.engine, ANSWERS, day=DAY, model="ensemble_mean")] == alone
    change(
        bench.engine,
        "UPDATE model_activation SET active_until_at = '2026-01-01' WHERE model_name = 'nearest_news'",
    )
    bench.run("prediction", DAY)
    classes = {row[2] for row in told(bench.engine, ANSWERS, day=DAY, model="ensemble_mean")}
    assert classes == {"no_input"}
    others = [row[:5] for row in told(bench.engine, ANSWERS, day=DAY, model="ensemble_log_odds")]
    assert others == by_hand(bench.engine, "log_odds_mean", ["lexicon"])


def test_a_live_answer_of_an_ensemble_stands_whatever_its_members_say_later(bench: Bench) -> None:
    change(
        bench.engine,
        f"UPDATE prediction SET origin = 'live' WHERE session_date = '{DAY}' AND model_name = 'ensemble_mean'",
        f"UPDATE prediction SET probability = 0.9 WHERE session_date = '{DAY}' AND model_name = 'lexicon'"
        " AND outcome_class = 'ok'",
    )
    before = told(bench.engine, ANSWERS, day=DAY, model="ensemble_mean")
    Bench(bench.engine, bench.market, options=Options(models=tuple(RULE))).run("prediction", DAY)
    assert told(bench.engine, ANSWERS, day=DAY, model="ensemble_mean") == before


SETTLED = """
    SELECT settle_date, horizon, session_date, stock_id, model_name, outcome_class, scored_probability, is_up
    FROM evaluation_history
    WHERE superseded_at IS NULL AND status = 'settled' AND reason IS NULL AND outcome_class = 'ok'
    AND (model_name = ANY(:members) OR model_name = :ensemble) ORDER BY 1, 2, 3, 4, 5"""
STORED = """
    SELECT settle_date, horizon, board, member, questions, hits, hits_without, brier_sum, brier_sum_without
    FROM daily_member WHERE ensemble = :ensemble ORDER BY 1, 2, 3, 4"""


@pytest.mark.parametrize("ensemble", RULE)
def test_what_a_day_was_without_each_member_is_what_its_settlements_say(filled_engine: Engine, ensemble: str) -> None:
    rule = RULES[RULE[ensemble]]
    sums: dict[tuple, np.ndarray] = {}
    rows = told(filled_engine, SETTLED, members=MEMBERS, ensemble=ensemble)
    for (day, horizon, *_, up), asked in groupby(rows, key=lambda row: (*row[:4], row[7])):
        said = {row[4]: row[6] for row in asked}
        together = said.pop(ensemble)
        if len(said) < 2:
            continue
        for member in said:
            without = float(rule(np.array([[p for name, p in said.items() if name != member]]))[0])
            both = [((p > 0.5) == up, (p - up) ** 2) for p in (together, without)]
            (hit, brier), (hit_without, brier_without) = both
            key = (day, horizon, "reconstructed", member)
            sums[key] = sums.get(key, np.zeros(5)) + np.array([1, hit, hit_without, brier, brier_without])
    stored = {row[:4]: row[4:] for row in told(filled_engine, STORED, ensemble=ensemble)}
    assert set(stored) == set(sums) != set()
    for key, expected in sums.items():
        assert stored[key] == pytest.approx(tuple(expected), abs=1e-12)


def test_members_are_weighed_alike_whatever_the_order_of_rows_and_written_once(bench: Bench) -> None:
    stored = [told(bench.engine, STORED, ensemble=name) for name in RULE]
    change(
        bench.engine,
        "CREATE TABLE shuffled AS SELECT * FROM evaluation_history ORDER BY md5(prediction_id::text)",
        "DELETE FROM evaluation_history",
        "INSERT INTO evaluation_history OVERRIDING SYSTEM VALUE SELECT * FROM shuffled",
        "DELETE FROM daily_member",
    )
    days = bench.run("daily_performance", FILLED_FIRST, FILLED_LAST).written.values()
    assert any(written.changes.any for written in days)
    assert [told(bench.engine, STORED, ensemble=name) for name in RULE] == stored
    again = bench.run("daily_performance", FILLED_FIRST, FILLED_LAST).written.values()
    assert not any(written.changes.any for written in again)
