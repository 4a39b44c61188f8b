"""A split test in the forecasts: each variant is asked about its own stocks only, and paid and settled for them."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, text

from craveny_assets.llm.previews import estimates
from craveny_domain.clocks import Market
from tests.conftest import Bench
from tests.llm.server import LlmServer

FIRST, LAST = date(2026, 10, 14), date(2026, 10, 16)
SHARE = 0.4


@pytest.fixture
def split(filled_engine: Engine, markets: dict[str, Market], server: LlmServer) -> Iterator[Bench]:
    """The filled us market with two language models whose questions a test splits from FIRST on."""
    assert server.address
    with filled_engine.begin() as conn:
        for name, identifier in (("first", "gpt-4o-mini"), ("second", "gpt-5-mini")):
            conn.execute(
                text("""
                INSERT INTO model (model_name, provider, identifier, is_floor, parameters, prompt_version, price_entry)
                VALUES (:name, 'openai', :identifier, false, '{"max_tokens": 600}', 'forecast-1', 'gpt-4o-mini')"""),
                {"name": name, "identifier": identifier},
            )
            conn.execute(text("INSERT INTO model_activation VALUES (:name, '2020-01-01')"), {"name": name})
        conn.execute(
            text("""
            INSERT INTO ab_test_config (name, market, horizon, model_a, model_b, mode, share_b, metric, edge, alpha,
                starts_on, is_default)
            VALUES ('split', 'us', 1, 'first', 'second', 'split', :share, 'hit', 0.02, 0.05, :first, false)"""),
            {"share": SHARE, "first": FIRST},
        )
    bench = Bench(filled_engine, markets["us"])
    yield bench
    bench.work.keeper.shutdown()


def again(bench: Bench) -> Bench:
    """The work of another run."""
    return Bench(bench.engine, bench.market, holder="again")


def stocks(engine: Engine, table: str, model: str, day: date = FIRST) -> set[int]:
    query = text(f"SELECT DISTINCT stock_id FROM {table} WHERE model_name = :model AND session_date = :day")
    with engine.connect() as conn:
        return set(conn.execute(query, {"model": model, "day": day}).scalars())


def asked_of(server: LlmServer, identifier: str) -> int:
    return sum(one.body["model"] == identifier for one in server.chats)


def everything_said(engine: Engine) -> list[tuple]:
    said = "session_date, model_name, stock_id, horizon, outcome_class, probability"
    with engine.connect() as conn:
        return [tuple(row) for row in conn.execute(text(f"SELECT {said} FROM prediction ORDER BY 1, 2, 3, 4"))]


def stop(engine: Engine, at: str) -> None:
    with engine.begin() as conn:
        conn.execute(text("UPDATE ab_test_config SET stopped_at = :at, stop_reason = 'Enough.'"), {"at": at})


def test_each_variant_is_asked_about_its_own_stocks_and_nobody_else_notices(split: Bench, server: LlmServer) -> None:
    split.run("prediction", FIRST, LAST)
    engine, seen = split.engine, set()
    for day in (FIRST, date(2026, 10, 15), LAST):
        a, b, coin = (stocks(engine, "prediction", model, day) for model in ("first", "second", "coin"))
        assert a & b == set()
        assert (a | b, len(coin)) == (coin, 10)
        # Whom a stock falls to is drawn anew every session.
        seen.add(frozenset(a))
        for model, own in (("first", a), ("second", b)):
            assert stocks(engine, "llm_question", model, day) <= own
    assert len(seen) > 1
    with engine.connect() as conn:
        frozen = (
            conn.execute(text("SELECT model_name, count(*) FROM llm_question GROUP BY 1 ORDER BY 1")).tuples().all()
        )
    assert [asked_of(server, name) for name in ("gpt-4o-mini", "gpt-5-mini")] == [n for _, n in frozen]
    assert min(n for _, n in frozen) > 0


def test_what_a_split_would_cost_is_told_by_what_each_variant_is_asked(split: Bench) -> None:
    def told() -> dict[tuple[date, str], int]:
        with split.engine.connect() as conn:
            return {(e.session_date, e.model_name): e.calls for e in estimates(conn, split.market, FIRST, LAST)}

    before = told()
    split.run("prediction", FIRST, LAST)
    with split.engine.connect() as conn:
        found = conn.execute(
            text("SELECT session_date, model_name, count(*) FROM llm_question WHERE sample = 0 GROUP BY 1, 2")
        )
        asked = {(day, name): n for day, name, n in found}
    assert {key: n for key, n in before.items() if n} == asked
    assert {(day, model): len(stocks(split.engine, "llm_question", model, day)) for day, model in asked} == asked


def test_a_second_run_asks_nobody_and_falls_to_the_same(split: Bench, server: LlmServer) -> None:
    split.run("prediction", FIRST, LAST)
    before, told = everything_said(split.engine), len(server.chats)
    again(split).run("prediction", FIRST, LAST)
    assert (everything_said(split.engine), len(server.chats)) == (before, told)


def test_a_stopped_test_changes_nothing_that_was_said_and_later_sessions_are_asked_of_both(
    split: Bench, server: LlmServer
) -> None:
    split.run("prediction", FIRST)
    before, told = everything_said(split.engine), len(server.chats)
    # After the cut-off of the first session, before that of the second.
    stop(split.engine, f"{FIRST} 23:00+00")
    again(split).run("prediction", FIRST)
    assert (everything_said(split.engine), len(server.chats)) == (before, told)
    again(split).run("prediction", LAST)
    assert stocks(split.engine, "prediction", "first", LAST) == stocks(split.engine, "prediction", "second", LAST)
    assert [row for row in everything_said(split.engine) if row[0] == FIRST] == [
        row for row in before if row[0] == FIRST
    ]


def test_before_a_test_starts_both_are_asked_everything(split: Bench) -> None:
    split.run("prediction", date(2026, 10, 13))
    day = date(2026, 10, 13)
    assert stocks(split.engine, "prediction", "first", day) == stocks(split.engine, "prediction", "second", day)


def test_a_settled_split_is_two_samples_and_never_the_same_questions(split: Bench) -> None:
    for asset in ("prediction", "evaluation_history", "daily_performance"):
        split.run(asset, FIRST, LAST)
    with split.engine.connect() as conn:
        pairs = conn.execute(
            text("SELECT * FROM daily_pair WHERE 'first' IN (model_a, model_b) AND 'second' IN (model_a, model_b)")
        )
        rows = pairs.mappings().all()
    assert {(row["settle_date"], row["horizon"], row["test_id"] > 0) for row in rows} == {
        (FIRST, 1, True), (date(2026, 10, 15), 1, True), (LAST, 1, True)
    }  # fmt: skip
    for row in rows:
        a, b = (stocks(split.engine, "evaluation_history", model, row["session_date"]) for model in ("first", "second"))
        assert (row["model_a"], row["questions_a"], row["questions_b"]) == ("first", len(a), len(b))
