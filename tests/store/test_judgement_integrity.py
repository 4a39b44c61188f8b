"""Checks on figures and verdicts: nothing to tell of what was computed, and each lie in the tables is told."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, text

from craveny_domain.clocks import Market
from craveny_store.judgement_integrity import (
    contaminated_days_counted,
    pairs_not_live,
    sums_that_differ,
    verdicts_that_differ,
)

NEWEST = "as_of_date = '2026-10-19' AND model_a = 'always_up' AND model_b = 'lexicon' AND horizon = 1"
LIES: list[tuple[Callable[[Connection, Market], list[str]], str]] = [
    (lambda conn, us: sums_that_differ(conn, us.code), "UPDATE daily_performance SET asked = asked + 1"),
    (lambda conn, us: sums_that_differ(conn, us.code), "DELETE FROM evaluation_history WHERE model_name = 'coin'"),
    (lambda conn, us: pairs_not_live(conn, us.code), "UPDATE daily_pair SET board = 'live'"),
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
