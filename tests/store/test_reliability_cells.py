"""Reliability cells in the table: made of the day's own settlements, written with the daily figures."""

from sqlalchemy import Engine, text

from craveny_domain.clocks import Market
from tests.conftest import FILLED_FIRST, FILLED_LAST, Bench

BY_HAND = text("""
    SELECT settle_date, model_name, horizon, CASE origin WHEN 'live' THEN 'live' ELSE 'reconstructed' END AS board,
        reason IS NOT NULL AS is_late,
        least(99, floor(round(scored_probability::numeric, 15) * 100))::int AS cell, count(*),
        count(*) FILTER (WHERE is_up),
        round(sum(scored_probability)::numeric, 9)
    FROM evaluation_history WHERE superseded_at IS NULL AND is_hit IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6""")
STORED = text("""
    SELECT settle_date, model_name, horizon, board, is_late, cell, answered, ups, round(probability_sum::numeric, 9)
    FROM daily_reliability ORDER BY 1, 2, 3, 4, 5, 6""")
VERSIONS = text("SELECT partition_date, version FROM partition_state WHERE asset = 'daily_performance'")


def asked(engine: Engine, query) -> list[tuple]:
    with engine.connect() as conn:
        return [tuple(row) for row in conn.execute(query)]


def test_every_settled_ok_forecast_is_in_the_cell_of_its_probability(filled_engine: Engine) -> None:
    assert asked(filled_engine, STORED) == asked(filled_engine, BY_HAND) != []


def test_cells_and_daily_figures_count_the_same_forecasts(filled_engine: Engine) -> None:
    whole = "SELECT settle_date, model_name, horizon, board, sum(answered), sum({}) FROM {} GROUP BY 1, 2, 3, 4"
    figures = text(
        whole.format("true_up + false_down", "daily_performance WHERE sector = ''") + " HAVING sum(answered) > 0"
    )
    assert set(asked(filled_engine, figures)) == set(
        asked(filled_engine, text(whole.format("ups", "daily_reliability")))
    )


def test_a_day_written_before_there_were_cells_gets_them_when_materialized_again(
    filled_engine: Engine, markets: dict[str, Market]
) -> None:
    before, versions = asked(filled_engine, STORED), dict(asked(filled_engine, VERSIONS))
    with filled_engine.begin() as conn:
        conn.execute(text("DELETE FROM daily_reliability"))
    bench = Bench(filled_engine, markets["us"])
    account = bench.run("daily_performance", FILLED_FIRST, FILLED_LAST)
    assert asked(filled_engine, STORED) == before
    settled = {row[0] for row in before}
    changed = {day for day, written in account.written.items() if written.changes.any}
    assert changed == settled
    assert {day for day, version in asked(filled_engine, VERSIONS) if version > versions[day]} == settled
    again = bench.run("daily_performance", FILLED_FIRST, FILLED_LAST)
    assert not any(written.changes.any for written in again.written.values())
