"""Verdicts as of each day in the tables: a known answer and its correction, days one by one and at once, tests."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, RowMapping, make_url, text

from craveny_assets.days.work import Options
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.betting import STAKES
from craveny_domain.clocks import Market
from craveny_store.engine import open_engine
from craveny_store.pair_integrity import pairs_that_differ
from tests.assets.seer import correct_closes, plant_seer
from tests.conftest import FILLED_FIRST, FILLED_LAST, Bench, copied_database

SETTLING = ("evaluation_history", "daily_performance", "model_comparison")
CORRECTED = date(2026, 10, 8)
MONDAY = date(2026, 10, 12)
SAID = text("""
    SELECT to_jsonb(c) - '{comparison_id, decided_at}'::text[] FROM model_comparison c
    UNION ALL SELECT to_jsonb(b) - '{badge_id, decided_at}'::text[] FROM floor_badge b
    UNION ALL SELECT to_jsonb(k) FROM daily_calibration k""")


def rows(engine: Engine, query: str, **parameters: object) -> list[RowMapping]:
    with engine.connect() as conn:
        return list(conn.execute(text(query), parameters).mappings())


def execute(engine: Engine, *statements: str, **parameters: object) -> None:
    with engine.begin() as conn:
        for statement in statements:
            conn.execute(text(statement), parameters)


def said(engine: Engine) -> list[str]:
    with engine.connect() as conn:
        return sorted(map(str, conn.execute(SAID).scalars()))


def settle(engine: Engine, market: Market, first: date = FILLED_FIRST, last: date = FILLED_LAST) -> None:
    bench = Bench(engine, market)
    for asset in SETTLING:
        bench.run(asset, first, last)
    bench.work.keeper.shutdown()


@pytest.fixture(scope="module")
def seer_template(postgres: EmbeddedPostgres, filled_template: str, markets: dict[str, Market]) -> Iterator[str]:
    """The filled us market with a model that is right about every next session, one that is always wrong, and a test
    of the two; all of it judged."""
    with copied_database(postgres, filled_template) as url:
        engine = open_engine(url)
        plant_seer(engine, FILLED_FIRST)
        execute(engine, "DELETE FROM model_comparison", "DELETE FROM floor_badge")
        settle(engine, markets["us"])
        engine.dispose()
        yield str(make_url(url).database)


@pytest.fixture
def seer(postgres: EmbeddedPostgres, seer_template: str) -> Iterator[Engine]:
    """A test's own copy of that."""
    with copied_database(postgres, seer_template) as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


def history(engine: Engine) -> list[RowMapping]:
    return rows(engine, "SELECT * FROM model_comparison WHERE test_id <> 0 ORDER BY as_of_date, comparison_id")


def badges(engine: Engine) -> list[dict]:
    return [dict(row) for row in rows(engine, "SELECT * FROM floor_badge ORDER BY as_of_date, badge_id")]


def place(badge: dict) -> tuple:
    return tuple(badge[name] for name in ("as_of_date", "board", "horizon", "model_name"))


def days_of(engine: Engine) -> list[float]:
    """The daily differences of the test, by hand: each model's share of right calls."""
    found = rows(
        engine,
        """SELECT settle_date, avg(is_hit::int) FILTER (WHERE model_name = 'seer') AS a,
            avg(is_hit::int) FILTER (WHERE model_name = 'fool') AS b
        FROM evaluation_history
        WHERE superseded_at IS NULL AND reason IS NULL AND horizon = 1 AND model_name IN ('seer', 'fool')
        GROUP BY 1 ORDER BY 1""",
    )
    return [float(row["a"] - row["b"]) for row in found]


def by_hand(differences: list[float]) -> float:
    """The log wealth of betting on them being positive."""
    return float(np.log(np.mean([np.prod([1 + stake * d for d in differences]) for stake in STAKES])))


def test_a_correction_after_a_verdict_revises_it_and_later_ones_and_keeps_what_was_said(
    seer: Engine, markets: dict[str, Market]
) -> None:
    # Right every time against wrong every time: 2 / alpha = 10 is reached on the sixth day, Monday the 12th.
    before, worn = history(seer), badges(seer)
    assert days_of(seer) == [1.0] * 11
    assert [row["verdict"] for row in before] == ["not_shown"] * 5 + ["better"] * 6
    assert {row["since_date"] for row in before[5:]} == {MONDAY}
    assert [row["better"] for row in before] == pytest.approx([by_hand([1.0] * n) for n in range(1, 12)])
    # Who fell on the 8th rose in truth, and fell the day after.
    correct_closes(seer, CORRECTED)
    settle(seer, markets["us"], CORRECTED)
    after = history(seer)
    current = [row for row in after if row["superseded_at"] is None]
    kept = [row for row in after if row["superseded_at"] is not None]
    told = days_of(seer)
    assert [told[n] == 1.0 for n in range(11)] == [n not in (3, 4) for n in range(11)]
    assert [row["better"] for row in current] == pytest.approx([by_hand(told[: n + 1]) for n in range(11)])
    # What was said before the corrected day stands untouched; what was said from it on is kept beside the new word.
    assert [dict(row) for row in current[:3]] == [dict(row) for row in before[:3]]
    assert [{**row, "superseded_at": None} for row in kept] == [dict(row) for row in before[3:]]
    assert [row["is_revised"] for row in current] == [False] * 3 + [True] * 8
    revised = {row["as_of_date"]: row for row in current}
    assert revised[MONDAY]["verdict"] == "not_shown"
    assert all(row["since_date"] is None or row["since_date"] > MONDAY for row in current)
    # Badges in the same way.
    replaced = [row for row in badges(seer) if row["superseded_at"] is not None]
    assert replaced and {row["as_of_date"] for row in replaced} <= {row["as_of_date"] for row in kept}
    assert all({**row, "superseded_at": None} in worn for row in replaced)
    successors = {place(row) for row in badges(seer) if row["is_revised"]}
    assert successors == {place(row) for row in replaced}
    again = said(seer)
    settle(seer, markets["us"], CORRECTED)
    assert said(seer) == again


def test_days_one_by_one_say_to_the_last_bit_what_they_say_at_once(seer: Engine, markets: dict[str, Market]) -> None:
    meant = said(seer)
    execute(seer, "DELETE FROM model_comparison", "DELETE FROM floor_badge", "DELETE FROM daily_calibration")
    for n in range((FILLED_LAST - FILLED_FIRST).days, -1, -1):
        Bench(seer, markets["us"]).run("model_comparison", FILLED_FIRST + timedelta(days=n))
    assert said(seer) == meant != []


def test_a_run_that_goes_on_reads_the_past_anew_once_it_has_changed(seer: Engine, markets: dict[str, Market]) -> None:
    bench = Bench(seer, markets["us"])
    bench.run("model_comparison", FILLED_FIRST, MONDAY)
    kept = bench.work.evidence["us"]
    execute(seer, "UPDATE evaluation_history SET is_hit = NOT is_hit WHERE settle_date = :day", day=CORRECTED)
    Bench(seer, markets["us"]).run("daily_performance", CORRECTED)
    bench.run("model_comparison", MONDAY + timedelta(days=1))
    assert bench.work.evidence["us"].version > kept.version
    going_on = said(seer)
    Bench(seer, markets["us"]).run("model_comparison", MONDAY + timedelta(days=1))
    assert said(seer) == going_on


def test_a_pair_is_compared_the_same_whoever_the_test_names_first(seer: Engine, markets: dict[str, Market]) -> None:
    execute(seer, "UPDATE ab_test_config SET model_a = 'fool', model_b = 'seer'")
    straight = history(seer)
    settle(seer, markets["us"])
    turned = [row for row in history(seer) if row["superseded_at"] is None]
    assert [row["model_a"] for row in turned] == ["fool"] * 11
    assert [(row["worse"], row["better"]) for row in turned] == [(row["better"], row["worse"]) for row in straight]
    assert [row["verdict"] for row in turned] == ["not_shown"] * 5 + ["worse"] * 6


def test_a_stopped_test_is_told_up_to_its_last_session(seer: Engine, markets: dict[str, Market]) -> None:
    # Stopped while the session of the 13th was on: its cut-off had passed, so it is the last that counts.
    execute(seer, "UPDATE ab_test_config SET stopped_at = '2026-10-13 15:00Z', starts_on = '2026-10-07'")
    execute(seer, "DELETE FROM model_comparison")
    settle(seer, markets["us"])
    told = history(seer)
    assert [(row["as_of_date"].day, row["days"]) for row in told] == [(7, 1), (8, 2), (9, 3), (12, 4), (13, 5)]


def test_a_split_test_is_judged_by_two_samples_of_each_day(seer: Engine, markets: dict[str, Market]) -> None:
    # The seer is asked about stocks of even ids, the fool about the others.
    execute(
        seer,
        "UPDATE ab_test_config SET mode = 'split', share_b = 0.5",
        "DELETE FROM prediction WHERE model_name = 'seer' AND stock_id % 2 = 1",
        "DELETE FROM prediction WHERE model_name = 'fool' AND stock_id % 2 = 0",
        "DELETE FROM model_comparison",
    )
    settle(seer, markets["us"])
    told = rows(seer, "SELECT * FROM daily_pair WHERE test_id <> 0 ORDER BY settle_date")
    assert len(told) == 11
    # By name: the fool first.
    assert {(row["model_a"], row["model_b"]) for row in told} == {("fool", "seer")}
    assert all(row["hits_a"] == 0 < row["questions_a"] for row in told)
    assert all(row["hits_b"] == row["questions_b"] > 0 for row in told)
    verdicts = history(seer)
    assert [row["verdict"] for row in verdicts] == ["not_shown"] * 5 + ["better"] * 6
    assert verdicts[-1]["questions"] == sum(row["questions_a"] + row["questions_b"] for row in told)
    same = "SELECT * FROM daily_pair WHERE test_id = 0 AND model_a = 'fool' AND model_b = 'seer'"
    assert rows(seer, same) == []
    with seer.connect() as conn:
        assert pairs_that_differ(conn, "us") == []
        conn.execute(
            text("UPDATE daily_pair SET hits_b = hits_b - 1 WHERE test_id <> 0 AND settle_date = '2026-10-09'")
        )
        assert len(pairs_that_differ(conn, "us")) == 1


def test_days_that_a_model_may_have_known_are_in_no_verdict(seer: Engine, markets: dict[str, Market]) -> None:
    # Asked somebody, and may have read until the 9th: three days are left by the 14th.
    execute(
        seer,
        "UPDATE model SET provider = 'openai', knowledge_cutoff_date = '2026-10-09' WHERE model_name = 'seer'",
        "DELETE FROM model_comparison",
    )
    settle(seer, markets["us"])
    found = rows(
        seer,
        """SELECT as_of_date, days, verdict FROM model_comparison WHERE as_of_date IN ('2026-10-09', '2026-10-14')
        AND 'seer' IN (model_a, model_b) AND horizon = 1 ORDER BY as_of_date""",
    )
    assert {(row["as_of_date"].day, row["days"], row["verdict"]) for row in found} == {
        (9, 0, "not_shown"),
        (14, 3, "not_shown"),
    }


def test_days_that_a_member_may_have_known_are_in_no_verdict_about_its_ensemble(
    seer: Engine, markets: dict[str, Market]
) -> None:
    execute(
        seer,
        "UPDATE model SET provider = 'openai', knowledge_cutoff_date = '2026-10-09' WHERE model_name = 'seer'",
        """INSERT INTO model (model_name, provider, identifier, is_floor, parameters) VALUES
            ('tainted', 'ensemble', 'mean', false, '{"members": ["seer", "lexicon"]}'),
            ('clean', 'ensemble', 'mean', false, '{"members": ["nearest_news", "lexicon"]}')""",
        """INSERT INTO model_activation (model_name, active_from_at)
        SELECT name, '2026-01-01' FROM unnest(ARRAY['seer', 'tainted', 'clean']) name""",
        "DELETE FROM model_comparison",
        "DELETE FROM floor_badge",
    )
    ensembles = Options(models=("tainted", "clean"))
    Bench(seer, markets["us"], options=ensembles).run("prediction", FILLED_FIRST, FILLED_LAST)
    settle(seer, markets["us"])
    # All eleven days are told, and their sums kept; up to the 9th, those of the tainted one are bet on nowhere.
    pairs = "SELECT count(DISTINCT settle_date) AS days FROM daily_pair WHERE 'tainted' IN (model_a, model_b)"
    assert [row["days"] for row in rows(seer, pairs)] == [11]
    found = rows(
        seer,
        """SELECT name, as_of_date, c.days, b.days AS badge_days
        FROM unnest(ARRAY['tainted', 'clean']) AS name
        JOIN model_comparison c ON name IN (c.model_a, c.model_b) AND 'coin' IN (c.model_a, c.model_b)
        JOIN floor_badge b USING (as_of_date, board, horizon)
        WHERE b.model_name = name AND horizon = 1 AND as_of_date IN ('2026-10-09', '2026-10-14')""",
    )
    assert {(row["name"], row["as_of_date"].day, row["days"], row["badge_days"]) for row in found} == {
        ("tainted", 9, 0, 0),
        ("tainted", 14, 3, 3),
        ("clean", 9, 5, 5),
        ("clean", 14, 8, 8),
    }
