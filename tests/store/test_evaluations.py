"""Settlements that change: the earlier one is kept, superseded, and exactly what depends on a corrected bar moves."""

from datetime import date

from sqlalchemy import Engine, RowMapping, text

from craveny_domain.clocks import Market
from tests.conftest import FILLED_LAST, Bench

CORRECTED = date(2026, 10, 9)
"""A Friday: it settles its own forecasts and is the entry of Monday's."""


def rows(engine: Engine, where: str = "true", **parameters: object) -> list[RowMapping]:
    query = text(f"SELECT * FROM evaluation_history WHERE {where} ORDER BY evaluation_id")
    with engine.connect() as conn:
        return list(conn.execute(query, parameters).mappings())


def correct_a_close(engine: Engine, day: date) -> int:
    """A later observation of one stock's bar says another close; returns the stock."""
    with engine.begin() as conn:
        return conn.execute(_CORRECT, {"day": day}).scalar_one()


_CORRECT = text("""
    INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio, currency,
        available_at, basis)
    SELECT p.market, stock_id, session_date, source, open, high * 2, low, close * 1.5, volume, split_ratio, p.currency,
        now(), basis
    FROM price p JOIN stock s USING (stock_id)
    WHERE session_date = :day AND kind = 'stock' ORDER BY stock_id, p.available_at DESC LIMIT 1
    RETURNING stock_id""")


def settle_again(engine: Engine, market: Market, first: date) -> Bench:
    bench = Bench(engine, market, holder="again")
    for asset in ("evaluation_history", "daily_performance"):
        bench.run(asset, first, FILLED_LAST)
    return bench


def test_a_corrected_bar_settles_again_exactly_the_forecasts_that_use_it(
    filled_engine: Engine, markets: dict[str, Market]
) -> None:
    days = "(SELECT session_date FROM price WHERE price_id = {}) = :day"
    uses = f"({days.format('entry_price_id')} OR {days.format('exit_price_id')})"
    before = {r["evaluation_id"]: dict(r) for r in rows(filled_engine)}
    stock = correct_a_close(filled_engine, CORRECTED)
    touched = {r["evaluation_id"] for r in rows(filled_engine, f"stock_id = :s AND {uses}", s=stock, day=CORRECTED)}
    settle_again(filled_engine, markets["us"], date(2026, 10, 5))
    after = {r["evaluation_id"]: dict(r) for r in rows(filled_engine)}
    superseded = {i for i in before if after[i]["superseded_at"] is not None}
    assert superseded == touched != set()
    assert {i: {**after[i], "superseded_at": None} for i in before} == before
    fresh = [row for i, row in after.items() if i not in before]
    assert sorted(map(question, fresh)) == sorted(question(before[i]) for i in superseded)
    assert all(row["superseded_at"] is None for row in fresh)


def question(row: dict) -> tuple:
    return row["settle_date"], row["model_name"], row["stock_id"], row["session_date"], row["horizon"]


AIMED = date(2026, 10, 8)
"""A Thursday: its forecasts of three sessions end on Monday and pass through CORRECTED on the way."""


def name_targets(engine: Engine, move: float) -> None:
    """Every answered call of always-up expects the same rise."""
    with engine.begin() as conn:
        conn.execute(
            text("UPDATE prediction SET expected_move = :move WHERE model_name = 'always_up' AND outcome_class = 'ok'"),
            {"move": move},
        )


def test_targets_are_settled_by_the_highs_and_lows_on_the_way(
    filled_engine: Engine, markets: dict[str, Market]
) -> None:
    name_targets(filled_engine, 0.01)
    settle_again(filled_engine, markets["us"], date(2026, 10, 5))
    settled = rows(filled_engine, "model_name = 'always_up' AND superseded_at IS NULL AND status = 'settled'")
    path = text("""
        SELECT session_date, high, low FROM price
        WHERE stock_id = :stock AND session_date BETWEEN :first AND :last ORDER BY session_date""")
    splits = text("SELECT stock_id FROM price WHERE split_ratio <> 1")
    with filled_engine.connect() as conn:
        split = set(conn.execute(splits).scalars())
        plain = [row for row in settled if row["stock_id"] not in split and row["reason"] is None]
        for row in plain:
            entry = conn.execute(
                text("SELECT close FROM price WHERE price_id = :id"), {"id": row["entry_price_id"]}
            ).scalar_one()
            which = {"stock": row["stock_id"], "first": row["session_date"], "last": row["settle_date"]}
            bars = conn.execute(path, which).all()
            above = [day for day, high, _ in bars if float(high / entry) >= 1.01 - 1e-9]
            below = [day for day, _, low in bars if float(low / entry) <= 0.99 + 1e-9]
            assert (row["target_return"], row["stop_return"]) == (0.01, -0.01)
            assert (row["target_date"], row["stop_date"]) == (min(above, default=None), min(below, default=None))
    assert {row["first_touch"] for row in plain} == {"target", "stop", None}
    assert all(row["path_return"] == row["tradable_return"] for row in plain if row["first_touch"] is None)
    others = rows(filled_engine, "superseded_at IS NULL AND model_name <> 'always_up'")
    assert others and all(row["target_return"] is row["first_touch"] is row["path_return"] is None for row in others)


def test_a_corrected_high_on_the_way_settles_again_exactly_the_targets_it_passes(
    filled_engine: Engine, markets: dict[str, Market]
) -> None:
    name_targets(filled_engine, 0.5)
    settle_again(filled_engine, markets["us"], date(2026, 10, 5))
    before = {r["evaluation_id"]: dict(r) for r in rows(filled_engine, "superseded_at IS NULL")}
    with filled_engine.begin() as conn:
        stock = conn.execute(text(str(_CORRECT).replace("close * 1.5", "close")), {"day": CORRECTED}).scalar_one()
    settle_again(filled_engine, markets["us"], date(2026, 10, 5))
    after = {r["evaluation_id"]: dict(r) for r in rows(filled_engine, "superseded_at IS NULL")}
    replaced, fresh = [before[i] for i in before if i not in after], [after[i] for i in after if i not in before]
    passing = [
        row for row in before.values() if row["stock_id"] == stock and row["model_name"] == "always_up"
        and row["session_date"] <= CORRECTED <= row["settle_date"]
    ]  # fmt: skip
    assert sorted(map(question, replaced)) == sorted(map(question, passing)) == sorted(map(question, fresh))
    assert {row["session_date"] for row in fresh} >= {AIMED, CORRECTED}
    assert {row["target_date"] for row in replaced} == {None}
    assert {(row["target_date"], row["first_touch"]) for row in fresh} == {(CORRECTED, "target")}
    assert all(round(row["path_return"], 2) >= 0.4 for row in fresh)


def test_the_new_outcome_follows_from_the_corrected_close(filled_engine: Engine, markets: dict[str, Market]) -> None:
    mine = "stock_id = :s AND session_date = :day AND horizon = 1 AND model_name = 'always_up'"
    stock = correct_a_close(filled_engine, CORRECTED)
    (old,) = rows(filled_engine, mine, s=stock, day=CORRECTED)
    settle_again(filled_engine, markets["us"], date(2026, 10, 5))
    kept, new = rows(filled_engine, mine, s=stock, day=CORRECTED)
    assert abs((1 + new["outcome_return"]) / (1 + old["outcome_return"]) - 1.5) < 1e-9
    assert (kept["outcome_return"], kept["is_up"]) == (old["outcome_return"], old["is_up"])
    assert (new["is_up"], new["is_hit"], new["exit_price_id"] > old["exit_price_id"]) == (True, True, True)
    assert kept["superseded_at"] >= kept["settled_at"]


def test_figures_of_the_days_a_correction_touches_move_and_no_others(
    filled_engine: Engine, markets: dict[str, Market]
) -> None:
    query = text(
        "SELECT settle_date, md5(string_agg(p::text, '' ORDER BY p::text)) FROM daily_performance p GROUP BY 1"
    )
    with filled_engine.connect() as conn:
        before = dict(conn.execute(query).tuples().all())
    correct_a_close(filled_engine, CORRECTED)
    settle_again(filled_engine, markets["us"], date(2026, 10, 5))
    with filled_engine.connect() as conn:
        after = dict(conn.execute(query).tuples().all())
    moved = {day for day in before if before[day] != after[day]}
    assert moved == days_scored_otherwise(filled_engine) >= {CORRECTED}


def days_scored_otherwise(engine: Engine) -> set[date]:
    """Days with a settlement that differs from the one it supersedes in what scores are made of."""
    query = """
        SELECT DISTINCT settle_date
        FROM evaluation_history o JOIN evaluation_history n USING (settle_date, prediction_id)
        WHERE o.superseded_at IS NOT NULL AND n.superseded_at IS NULL
        AND (o.is_up, o.is_tie, o.is_hit, o.tradable_return)
            IS DISTINCT FROM (n.is_up, n.is_tie, n.is_hit, n.tradable_return)"""
    with engine.connect() as conn:
        return set(conn.execute(text(query)).scalars())


def test_settling_a_corrected_bar_twice_changes_nothing_more(filled_engine: Engine, markets: dict[str, Market]) -> None:
    correct_a_close(filled_engine, CORRECTED)
    settle_again(filled_engine, markets["us"], date(2026, 10, 5))
    once = [dict(row) for row in rows(filled_engine)]
    settle_again(filled_engine, markets["us"], date(2026, 10, 5))
    assert [dict(row) for row in rows(filled_engine)] == once


def test_a_forecast_has_at_most_one_current_settlement(filled_engine: Engine, markets: dict[str, Market]) -> None:
    correct_a_close(filled_engine, CORRECTED)
    settle_again(filled_engine, markets["us"], date(2026, 10, 5))
    current = [row["prediction_id"] for row in rows(filled_engine, "superseded_at IS NULL")]
    assert len(current) == len(set(current)) > 0
