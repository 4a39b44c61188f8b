"""Checks on figures and verdicts: nothing to tell of what was computed, and each lie in the tables is told."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, text

from craveny_domain.clocks import Market
from craveny_domain.day_scores import SUMS
from craveny_store.judgement_integrity import (
    contaminated_days_counted,
    sums_that_differ,
    verdicts_that_differ,
)
from craveny_store.pair_integrity import pairs_not_live, pairs_that_differ
from tests.conftest import FILLED_FIRST, FILLED_LAST, Bench

NEWEST = "as_of_date = '2026-10-19' AND model_a = 'always_up' AND model_b = 'lexicon' AND horizon = 1"
PAIR = "settle_date = '2026-10-14' AND model_a = 'always_up' AND model_b = 'momentum' AND horizon = 1"
PAIR_SUMS = {
    "questions_a": "1", "questions_b": "1", "hits_a": "1", "hits_b": "1", "brier_a": "1e-6", "brier_b": "1e-6"
}  # fmt: skip
LIES: list[tuple[Callable[[Connection, Market], list[str]], str]] = [
    *(
        (
            lambda conn, us: sums_that_differ(conn, us.code),
            f"UPDATE daily_performance SET {name} = {name} + {by} {part}",
        )
        for name in SUMS
        for by in ("1e-6" if name in ("brier_sum", "log_score_sum", "return_sum") else "1",)
        for part in ("WHERE sector = ''", "WHERE sector <> '' AND settle_date = '2026-10-14'")
    ),
    (lambda conn, us: sums_that_differ(conn, us.code), "UPDATE daily_performance SET sector = sector || 'x'"),
    (lambda conn, us: sums_that_differ(conn, us.code), "DELETE FROM daily_performance WHERE sector <> ''"),
    (lambda conn, us: sums_that_differ(conn, us.code), "DELETE FROM evaluation_history WHERE model_name = 'coin'"),
    (lambda conn, us: pairs_not_live(conn, us.code), "UPDATE daily_pair SET board = 'live'"),
    *(
        (
            lambda conn, us: pairs_that_differ(conn, us.code),
            f"UPDATE daily_pair SET {name} = {name} + {by} WHERE {PAIR}",
        )
        for name, by in PAIR_SUMS.items()
    ),
    (lambda conn, us: pairs_that_differ(conn, us.code), f"DELETE FROM daily_pair WHERE {PAIR}"),
    (lambda conn, us: pairs_that_differ(conn, us.code), "DELETE FROM daily_pair WHERE settle_date > '2026-10-14'"),
    (lambda conn, us: pairs_that_differ(conn, us.code), "DELETE FROM daily_pair"),
    (lambda conn, us: pairs_that_differ(conn, us.code), f"UPDATE daily_pair SET model_b = 'nobody' WHERE {PAIR}"),
    (
        lambda conn, us: pairs_that_differ(conn, us.code),
        "UPDATE evaluation_history SET outcome_class = 'refusal', is_hit = NULL, scored_probability = 0.5 "
        "WHERE model_name = 'momentum' AND settle_date = '2026-10-14' AND horizon = 1",
    ),
    (
        lambda conn, us: contaminated_days_counted(conn, us.code),
        f"UPDATE model_comparison SET days = 12 WHERE {NEWEST}",
    ),
    (
        lambda conn, us: contaminated_days_counted(conn, us.code),
        "UPDATE model SET provider = 'openai', knowledge_cutoff_date = '2026-10-12' WHERE model_name = 'lexicon'",
    ),
    (verdicts_that_differ, f"UPDATE model_comparison SET better = better + 1e-12 WHERE {NEWEST}"),
    (verdicts_that_differ, "UPDATE floor_badge SET is_earned = true WHERE as_of_date = '2026-10-19'"),
    (verdicts_that_differ, "UPDATE daily_pair SET hits_a = hits_b WHERE settle_date = '2026-10-07'"),
]


@pytest.mark.parametrize(("offenders", "lie"), LIES)
def test_what_was_computed_is_in_order_and_a_lie_in_the_tables_is_told(
    filled_engine: Engine, markets: dict[str, Market], offenders: Callable[[Connection, Market], list[str]], lie: str
) -> None:
    with filled_engine.connect() as conn:
        assert offenders(conn, markets["us"]) == []
        conn.execute(text(lie))
        assert offenders(conn, markets["us"]) != []
        conn.rollback()


MIXED = """
    UPDATE model SET provider = 'openai', knowledge_cutoff_date = '2026-10-12' WHERE model_name = 'lexicon'"""
OTHERS = "DELETE FROM model_comparison WHERE 'lexicon' IN (model_a, model_b)"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("SELECT 1", {"ensemble_mean", "ensemble_log_odds"}),
        ("""UPDATE model SET parameters = '{"members": ["lexicon", "nearest_news"]}'
         WHERE model_name = 'ensemble_mean'""", {"ensemble_mean", "ensemble_log_odds"}),
        ("""UPDATE model SET parameters = '{"members": ["nearest_news"]}' WHERE model_name = 'ensemble_mean'""",
         {"ensemble_log_odds"}),
        ("UPDATE prediction SET outcome_class = 'refusal', probability = NULL WHERE model_name = 'lexicon'", set()),
        ("UPDATE model SET is_floor = true WHERE model_name = 'lexicon'", set()),
        ("UPDATE model SET knowledge_cutoff_date = '2026-10-02' WHERE model_name = 'lexicon'", set()),
    ],
)  # fmt: skip
def test_an_ensemble_knows_what_a_member_knew_that_answered(filled_engine: Engine, change: str, told: set[str]) -> None:
    with filled_engine.connect() as conn:
        for statement in (MIXED, OTHERS, change):
            conn.execute(text(statement))
        found = contaminated_days_counted(conn, "us")
        against = {each.partition(" always_up and ")[2].partition(":")[0] for each in found if "always_up" in each}
        assert against == told
        assert bool(found) == bool(told)
        conn.rollback()


def test_verdicts_that_were_made_again_count_no_day_that_an_ensembles_member_knew(
    filled_engine: Engine, markets: dict[str, Market]
) -> None:
    with filled_engine.begin() as conn:
        conn.execute(text(MIXED))
    with filled_engine.connect() as conn:
        assert contaminated_days_counted(conn, "us") != []
    Bench(filled_engine, markets["us"]).run("model_comparison", FILLED_FIRST, FILLED_LAST)
    with filled_engine.connect() as conn:
        assert contaminated_days_counted(conn, "us") == []
        days = "SELECT max(days) FROM model_comparison WHERE 'ensemble_mean' IN (model_a, model_b) AND horizon = 1"
        assert conn.execute(text(days + " AND superseded_at IS NULL AND as_of_date = '2026-10-19'")).scalar_one() == 5
