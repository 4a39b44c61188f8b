"""An ensemble waits for a member as long as it will be asked again before the open, and no longer."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text

from craveny_domain.clocks import Market
from craveny_domain.launches import RETRY_EVERY
from tests.assets.timekeeping import Turn, clock_in_hand
from tests.conftest import Bench, utc
from tests.llm.replies import out_of_quota, well
from tests.llm.server import LlmServer

DAY, OPEN = date(2026, 10, 14), utc(2026, 10, 14, 13, 30)
OTHERS = ["lexicon", "nearest_news"]
CLASSES = text("""
    SELECT e.stock_id, e.outcome_class, e.probability, g.outcome_class, g.probability,
        array(SELECT o.probability FROM prediction o
            WHERE (o.session_date, o.stock_id, o.horizon) = (:day, e.stock_id, 1)
            AND o.model_name = ANY(:others) AND o.outcome_class = 'ok')
    FROM prediction e JOIN prediction g USING (market, session_date, stock_id, horizon)
    WHERE e.session_date = :day AND e.horizon = 1 AND e.model_name = 'ensemble_mean' AND g.model_name = 'gpt'
    ORDER BY 1""")


@pytest.fixture
def turn(filled_engine: Engine, server: LlmServer) -> Iterator[Turn]:
    """A clock for the filled us market, where gpt is asked too and nobody has forecast DAY."""
    assert server.address
    with filled_engine.begin() as conn:
        conn.execute(
            text("""
            INSERT INTO model (model_name, provider, identifier, is_floor, parameters, prompt_version, price_entry)
            VALUES ('gpt', 'openai', 'gpt-4o-mini', false, jsonb_build_object('max_tokens', 600), 'forecast-1',
                'gpt-4o-mini')""")
        )
        conn.execute(text("INSERT INTO model_activation VALUES ('gpt', '2020-01-01')"))
        # Leases of the filling end in a future of this clock.
        for table in ("evaluation_history", "prediction", "lease"):
            conn.execute(text(f"DELETE FROM {table}"))
    with clock_in_hand(filled_engine.url.render_as_string(hide_password=False)) as hand:
        filled_engine.dispose()
        yield hand


def forecast(engine: Engine, market: Market) -> list[tuple]:
    """A run, as the sensor starts one; then (stock, class and probability of the ensemble and of gpt, what the others
    said) of every question of horizon 1."""
    bench = Bench(engine, market)
    bench.run("prediction", DAY)
    bench.work.keeper.shutdown()
    with engine.begin() as conn:
        # Nobody waits here for a provider that asked for patience.
        conn.execute(text("DELETE FROM llm_provider"))
        return [tuple(row) for row in conn.execute(CLASSES, {"day": DAY, "others": OTHERS})]


def is_mean_of(said: list[float], together: float) -> bool:
    return abs(together - sum(said) / len(said)) < 1e-6


def test_an_ensemble_is_left_open_with_a_member_and_completed_with_it(
    filled_engine: Engine, markets: dict[str, Market], turn: Turn, server: LlmServer
) -> None:
    server.on("", out_of_quota())
    turn(OPEN - timedelta(minutes=20))
    before = forecast(filled_engine, markets["us"])
    assert {row[1:4:2] for row in before} == {("transient", "quota"), ("no_input", "no_input")}
    server.rules.clear()
    server.on("", well())
    turn(OPEN - timedelta(minutes=10))
    after = forecast(filled_engine, markets["us"])
    assert {row[1:4:2] for row in after} == {("ok", "ok"), ("no_input", "no_input")}
    for _, outcome, together, _, gpt, others in after:
        assert outcome == "no_input" or is_mean_of([gpt, *others], together)


def test_in_the_last_try_before_the_open_an_ensemble_is_made_of_who_answered(
    filled_engine: Engine, markets: dict[str, Market], turn: Turn, server: LlmServer
) -> None:
    server.on("", out_of_quota())
    for minutes in (20, 6):
        turn(OPEN - timedelta(minutes=minutes))
        assert "transient" in {row[1] for row in forecast(filled_engine, markets["us"])}
    turn(OPEN - RETRY_EVERY)
    last = forecast(filled_engine, markets["us"])
    assert {row[1:4:2] for row in last} == {("ok", "quota"), ("no_input", "no_input")}
    for _, outcome, together, _, _, others in last:
        assert outcome == "no_input" or is_mean_of(others, together)
