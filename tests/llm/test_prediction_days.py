"""What language models say of a session: asked once, paid once, the same rows whatever is made again around them."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import dagster as dg
import pytest
from sqlalchemy import Engine, text

from craveny_assets.days.work import Options
from craveny_assets.llm.previews import estimates, refuse_dear_run
from craveny_assets.replaying import replay_day
from craveny_domain.clocks import Market
from craveny_store.llm_estimates import total
from tests.conftest import FILLED_FIRST, FILLED_LAST, Bench
from tests.llm.replies import changed, out_of_quota
from tests.llm.server import LlmServer

FIRST, LAST = date(2026, 10, 14), date(2026, 10, 16)
SAID = """p.session_date, p.model_name, p.stock_id, p.horizon, p.outcome_class, p.probability, p.direction,
    p.reasoning, p.expected_move, p.origin, p.climatology, p.call_key"""
DERIVED = ("daily_reliability", "daily_performance", "evaluation_history", "prediction", "news_embeddings", "match")


def rows(engine: Engine) -> list[tuple]:
    """Everything forecast, but for when and by which run."""
    with engine.connect() as conn:
        return [tuple(row) for row in conn.execute(text(f"SELECT {SAID} FROM prediction p ORDER BY 1, 2, 3, 4"))]


def count(engine: Engine, what: str) -> int:
    with engine.connect() as conn:
        return conn.execute(text(f"SELECT count(*) FROM {what}")).scalar_one()


@pytest.fixture
def asked(filled_engine: Engine, markets: dict[str, Market], server: LlmServer) -> Iterator[Bench]:
    """The filled us market with a language model that is active for ever."""
    assert server.address
    with filled_engine.begin() as conn:
        conn.execute(
            text("""
            INSERT INTO model (model_name, provider, identifier, is_floor, parameters, prompt_version, price_entry)
            VALUES ('gpt', 'openai', 'gpt-4o-mini', false, jsonb_build_object('max_tokens', 600), 'forecast-1',
                'gpt-4o-mini')""")
        )
        conn.execute(text("INSERT INTO model_activation VALUES ('gpt', '2020-01-01')"))
    bench = Bench(filled_engine, markets["us"])
    yield bench
    bench.work.keeper.shutdown()


def again(bench: Bench, **options: object) -> Bench:
    """The work of another run."""
    return Bench(bench.engine, bench.market, holder="again", options=Options(**options))  # type: ignore[arg-type]


def test_every_stock_with_news_is_asked_about_once_and_the_others_have_no_input(
    asked: Bench, server: LlmServer
) -> None:
    asked.run("prediction", FIRST, LAST)
    with asked.engine.connect() as conn:
        found = dict(
            conn.execute(
                text("""
            SELECT jsonb_array_length(e.question -> 'news') > 0 AND p.outcome_class = 'ok'
                OR jsonb_array_length(e.question -> 'news') = 0 AND p.outcome_class = 'no_input', count(*)
            FROM prediction p JOIN prediction_evidence e USING (market, session_date, stock_id)
            WHERE p.model_name = 'gpt' GROUP BY 1""")
            )
            .tuples()
            .all()
        )
    assert found == {True: 3 * 3 * 10}
    assert len(server.chats) == count(asked.engine, "llm_call WHERE outcome_class = 'ok'") >= 20
    assert count(asked.engine, "prediction WHERE model_name = 'gpt' AND outcome_class = 'ok' AND reasoning <> ''") > 60


def test_a_second_run_asks_nobody_and_changes_nothing(asked: Bench, server: LlmServer) -> None:
    asked.run("prediction", FIRST, LAST)
    before, asked_before = rows(asked.engine), len(server.chats)
    account = again(asked).run("prediction", FIRST, LAST)
    assert [written.changes.changed + written.changes.added for written in account.written.values()] == [0, 0, 0]
    assert (rows(asked.engine), len(server.chats)) == (before, asked_before)


def test_wiping_every_derived_table_and_correcting_prices_changes_no_forecast_and_costs_nothing(
    asked: Bench, server: LlmServer
) -> None:
    asked.run("prediction", FILLED_FIRST, FILLED_LAST)
    before, asked_before = rows(asked.engine), len(server.chats)
    with asked.engine.begin() as conn:
        for table in DERIVED:
            conn.execute(text(f"DELETE FROM {table}"))
        for table in ("partition_state", "partition_input", "partition_check"):
            conn.execute(text(f"DELETE FROM {table} WHERE asset NOT IN ('raw_news', 'price')"))
        conn.execute(text("""
            INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio,
                currency, available_at, basis)
            SELECT market, stock_id, session_date, source, open * 2, high * 2, low * 2, close * 2, volume, 1, currency,
                available_at + interval '1 minute', 'observed'
            FROM price WHERE session_date < :first"""), {"first": FILLED_FIRST})  # fmt: skip
    bench = again(asked)
    for asset in ("news", "match", "news_embeddings"):
        bench.run(asset, date(2026, 9, 27), FILLED_LAST)
    for asset in ("prediction", "evaluation_history", "daily_performance"):
        bench.run(asset, FILLED_FIRST, FILLED_LAST)
    assert rows(asked.engine) == before
    assert len(server.chats) == asked_before


def test_an_edited_prompt_asks_only_what_nobody_has_asked_yet(asked: Bench, server: LlmServer) -> None:
    asked.run("prediction", FIRST)
    asked_before = len(server.chats)
    with asked.engine.begin() as conn:
        conn.execute(
            text("""
            INSERT INTO prompt (prompt_version, purpose, instructions, question, note)
            SELECT 'forecast-2', purpose, instructions || ' Be brief.', question, 'shorter' FROM prompt
            WHERE prompt_version = 'forecast-1'""")
        )
        conn.execute(text("UPDATE model SET prompt_version = 'forecast-2' WHERE model_name = 'gpt'"))
    again(asked).run("prediction", FIRST)
    assert len(server.chats) == asked_before
    again(asked).run("prediction", date(2026, 10, 15))
    assert all("Be brief." in one.messages[0]["content"] for one in server.chats[asked_before:])
    assert len(server.chats) > asked_before
    again(asked, refresh_inputs=True).run("prediction", FIRST)
    assert count(asked.engine, "llm_question WHERE prompt_version = 'forecast-1'") == 0


def test_without_money_the_others_forecast_and_what_is_open_is_asked_when_there_is_some(
    asked: Bench, server: LlmServer
) -> None:
    bench = again(asked, max_usd=Decimal(0))
    written = bench.run("prediction", FIRST).written[FIRST]
    check = next(one for one in written.checks if one.name == "every_question_answered")
    assert not check.passed
    assert "run's budget is reached" in check.detail
    assert not server.chats
    assert count(asked.engine, "prediction WHERE model_name = 'gpt' AND outcome_class = 'quota'") > 0
    assert count(asked.engine, f"prediction WHERE session_date = '{FIRST}' AND model_name <> 'gpt'") == 270
    assert again(asked).run("prediction", FIRST).written[FIRST].checks[1].passed
    assert count(asked.engine, "prediction WHERE model_name = 'gpt' AND outcome_class = 'quota'") == 0


def test_a_live_question_is_pending_until_the_open_and_then_expires(asked: Bench, server: LlmServer) -> None:
    server.on("", out_of_quota())
    asked.run("prediction", FIRST)
    with asked.engine.begin() as conn:
        conn.execute(text("UPDATE prediction SET origin = 'live' WHERE model_name = 'gpt'"))
        conn.execute(text("DELETE FROM llm_provider"))
    expired, told = rows(asked.engine), len(server.chats)
    again(asked).run("prediction", FIRST)
    assert rows(asked.engine) == expired
    assert len(server.chats) == told


def test_a_replay_of_the_same_model_is_the_forecast_and_moves_none(
    asked: Bench, server: LlmServer, markets: dict[str, Market]
) -> None:
    asked.run("prediction", FIRST)
    before, told = rows(asked.engine), len(server.chats)
    done = replay_day(asked.engine, markets["us"], FIRST, "gpt")
    assert (done.requests, len(server.chats)) == (0, told)
    assert rows(asked.engine) == before
    same = "(r.outcome_class, r.probability, r.direction, r.reasoning, r.expected_move, r.call_key)"
    other = same.replace("r.", "p.")
    using = "JOIN prediction p USING (market, session_date, stock_id, horizon, model_name)"
    assert count(asked.engine, f"replay r {using} WHERE {same} IS NOT DISTINCT FROM {other}") == 30


def test_a_day_that_no_language_model_was_asked_about_can_be_replayed_and_is_marked(
    asked: Bench, markets: dict[str, Market]
) -> None:
    with asked.engine.begin() as conn:
        conn.execute(text("UPDATE model SET knowledge_cutoff_date = '2026-10-09' WHERE model_name = 'gpt'"))
    for day, is_known in ((date(2026, 10, 9), True), (date(2026, 10, 12), False)):
        done = replay_day(asked.engine, markets["us"], day, "gpt")
        assert done.is_contaminated is is_known
        assert done.requests > 0
    assert count(asked.engine, "prediction WHERE model_name = 'gpt'") == 0
    assert count(asked.engine, "replay WHERE is_contaminated") == 30
    with pytest.raises(LookupError, match="no session"):
        replay_day(asked.engine, markets["us"], date(2026, 10, 10), "gpt")
    with pytest.raises(LookupError, match="by a rule of ours"):
        replay_day(asked.engine, markets["us"], date(2026, 10, 9), "momentum")


def test_what_a_run_would_cost_is_told_before_and_is_nothing_after(
    asked: Bench, server: LlmServer, markets: dict[str, Market], monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> tuple[int, int, int, Decimal]:
        with asked.engine.connect() as conn:
            return total(estimates(conn, markets["us"], FIRST, LAST))

    calls, kept, _, usd = told()
    assert (calls, kept) == (count(asked.engine, _WITH_NEWS), 0)
    assert usd > 0
    monkeypatch.setenv("CRAVENY_LLM_ASK_ABOVE_USD", "0.0001")
    days = [FIRST, LAST]
    with pytest.raises(dg.Failure, match="max_usd"):
        refuse_dear_run(asked.engine, markets["us"], days, (), None)
    refuse_dear_run(asked.engine, markets["us"], days, (), Decimal(1))
    asked.run("prediction", FIRST, LAST)
    calls, kept, _, usd = told()
    assert (calls, kept, usd) == (0, len(server.chats), 0)
    refuse_dear_run(asked.engine, markets["us"], days, (), None)


_WITH_NEWS = f"""prediction_evidence WHERE jsonb_array_length(question -> 'news') > 0
    AND session_date BETWEEN '{FIRST}' AND '{LAST}'"""


def test_an_unreadable_answer_is_kept_as_what_it_is_and_never_asked_again(asked: Bench, server: LlmServer) -> None:
    server.on("", changed(lambda answer: answer | {"symbol": "OTHER"}))
    asked.run("prediction", FIRST)
    told = len(server.chats)
    assert count(asked.engine, "prediction WHERE model_name = 'gpt' AND probability IS NOT NULL") == 0
    assert count(asked.engine, "prediction WHERE model_name = 'gpt' AND outcome_class = 'invalid_output'") > 0
    again(asked).run("prediction", FIRST)
    assert len(server.chats) == told


def test_the_market_index_is_told(asked: Bench, server: LlmServer) -> None:
    asked.run("prediction", FIRST)
    (told,) = {one.messages[1]["content"].splitlines()[1] for one in server.chats}
    index = json.loads(told)["market_index"]
    with asked.engine.connect() as conn:
        closes = conn.execute(text("""
            SELECT close::float8 FROM price JOIN stock USING (stock_id)
            WHERE stock.market = 'us' AND kind = 'index' AND session_date < :day ORDER BY session_date DESC LIMIT 6"""),
            {"day": FIRST},
        ).scalars().all()  # fmt: skip
    assert index["return_1"] == pytest.approx(closes[0] / closes[1] - 1, abs=1e-4)
    assert index["return_5"] == pytest.approx(closes[0] / closes[5] - 1, abs=1e-4)


def test_what_followed_past_news_is_told_whatever_vectors_there_are_by_now(
    asked: Bench, server: LlmServer, markets: dict[str, Market]
) -> None:
    with asked.engine.begin() as conn:
        conn.execute(text("DELETE FROM news_embeddings"))
    replay_day(asked.engine, markets["us"], FIRST, "gpt")
    lines = [line for one in server.chats for line in one.messages[1]["content"].splitlines()]
    past = [json.loads(line) for line in lines if '"similarity"' in line]
    assert len(past) >= 20
    assert sum(row["returns"]["1"] is not None for row in past) > 0.9 * len(past)
