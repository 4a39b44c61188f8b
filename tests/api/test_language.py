"""A forecast of a language model with what it was sent and said, and what models would have said of past sessions."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from craveny_domain.llm_cost import Usage
from craveny_store.llm_calls import Answered, Asked, Call, freeze_calls, freeze_questions, keep_answer
from craveny_store.llm_spending import Attempt, Ended, Limits, reserve, settle
from craveny_store.replays import write_replays
from tests.api.conftest import Serving
from tests.api.language import HOSTILE, add_language_model, brief, freeze_brief, one_question

ANSWER = {
    "symbol": "ACME",
    "calls": [
        {"horizon": h, "probability_up": 0.6, "direction": "up", "expected_move_percent": 1.5} for h in (5, 1, 3)
    ],
    "impact": "high",
    "reason": HOSTILE,
    "evidence": [],
    "risks": ["<img src=x>"],
}
MESSAGES = [{"role": "system", "content": "Say."}, {"role": "user", "content": json.dumps(HOSTILE)}]
CALL = Call("openai", "gpt-mini", {"max_tokens": 500}, "forecast/1", MESSAGES)
NO_LIMITS = Limits(Decimal(10), Decimal(10), 10, 0, timedelta(seconds=9))


@pytest.fixture
def forecast(filled_engine: Engine) -> dict[str, Any]:
    """A forecast that became one of the model mini, with its frozen brief and call; nothing is answered so far."""
    with filled_engine.begin() as conn:
        add_language_model(conn)
        stock_id, symbol, session = one_question(conn)
        news = conn.execute(text("SELECT news_id, title FROM news WHERE market = 'us' ORDER BY news_id LIMIT 2")).all()
        rows = [
            {"id": news_id, "title": title, "excerpt": HOSTILE, "source": "sample", "at": "2026-10-15T12:00:00+00:00"}
            for news_id, title in news
        ]
        past = rows[1] | {"similarity": 0.8, "returns": {"1": 0.01, "3": None, "5": -0.02}}
        freeze_brief(conn, stock_id, session, brief([rows[0], rows[0] | {"id": 10**12}], [past]))
        freeze_calls(conn, [CALL])
        freeze_questions(conn, "us", session, {Asked(stock_id, "mini"): ("forecast-1", CALL.key)})
        query = """
            UPDATE prediction SET model_name = 'mini', outcome_class = 'transient', probability = NULL,
                direction = NULL
            WHERE model_name = 'lexicon' AND session_date = :session AND stock_id = :stock RETURNING prediction_id"""
        ids = conn.execute(text(query), {"session": session, "stock": stock_id}).scalars().all()
    told = [row["id"] for row in (rows[0], past)]
    return {"id": min(ids), "stock_id": stock_id, "symbol": symbol, "session": session, "told": told}


def answered(engine: Engine, answer: dict[str, Any] | str, outcome_class: Any = "ok") -> None:
    raw = answer if isinstance(answer, str) else json.dumps(answer)
    usage = Usage(1000, 200, 90)
    with engine.begin() as conn:
        for ended in (
            Ended("transient", 90, detail="The provider answers 503.", may_be_billed=True),
            Ended(outcome_class, 800, usage, Decimal("0.00021")),
        ):
            attempt = Attempt("forecast", "openai", "gpt-mini", "a run", Decimal("0.0012"), CALL.key)
            made = reserve(conn, attempt, NO_LIMITS)
            assert isinstance(made, int)
            settle(conn, made, ended)
        keep_answer(conn, CALL.key, Answered(outcome_class, raw, None, usage, Decimal("0.00021"), 800))
        conn.execute(
            text("""
            UPDATE prediction SET outcome_class = :class, call_key = :key, reasoning = 'r', expected_move = 0.015,
                probability = CASE WHEN :class = 'ok' THEN 0.6 END, direction = CASE WHEN :class = 'ok' THEN 'up' END
            WHERE model_name = 'mini'"""),
            {"class": outcome_class, "key": CALL.key},
        )


def detail(client: TestClient, forecast: dict[str, Any]) -> dict[str, Any]:
    answer = client.get(f"/api/predictions/{forecast['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_forecast_shows_what_was_sent_and_said_and_what_that_took(
    filled_client: TestClient, filled_engine: Engine, forecast: dict[str, Any]
) -> None:
    cited = forecast["told"][1]
    raw = ANSWER | {"evidence": [cited]}
    answered(filled_engine, raw)
    shown = detail(filled_client, forecast)
    said = shown["language"]
    assert (said["provider"], said["identifier"], said["prompt_version"]) == ("openai", "gpt-mini", "forecast-1")
    assert (said["messages"], json.loads(said["answer"])) == (MESSAGES, raw)
    assert (said["prompt_tokens"], said["cached_tokens"], said["completion_tokens"]) == (1000, 200, 90)
    assert (said["usd"], said["latency_ms"], said["outcome_class"]) == (0.00021, 800, "ok")
    typed = said["typed"]
    assert [call["horizon"] for call in typed["calls"]] == [1, 3, 5]
    assert {call["expected_move"] for call in typed["calls"]} == {0.015}
    assert (typed["impact"], typed["cited"]) == ("high", [cited])
    second, first = said["attempts"]
    assert (first["outcome_class"], first["usd"], first["is_estimated"]) == ("transient", 0.0012, True)
    assert (second["outcome_class"], second["usd"], second["is_estimated"]) == ("ok", 0.00021, False)
    assert (shown["expected_move"], shown["outcome_class"]) == (0.015, "ok")
    listed = filled_client.get("/api/predictions", params={"model": "mini"}).json()["items"]
    assert {item["expected_move"] for item in listed} == {0.015}


def test_passages_are_what_was_frozen_with_the_cited_ones_marked(
    filled_client: TestClient, filled_engine: Engine, forecast: dict[str, Any]
) -> None:
    answered(filled_engine, ANSWER | {"evidence": [forecast["told"][1]]})
    fresh, gone, past = detail(filled_client, forecast)["evidence"]["passages"]
    assert [p["is_cited"] for p in (fresh, gone, past)] == [False, False, True]
    assert [p["is_past"] for p in (fresh, gone, past)] == [False, False, True]
    assert (fresh["excerpt"], fresh["similarity"], fresh["returns"]) == (HOSTILE, None, None)
    assert fresh["article"]["news_id"] == fresh["news_id"]
    assert gone["article"] is None
    assert (past["similarity"], past["returns"]) == (0.8, {"1": 0.01, "3": None, "5": -0.02})


def test_a_question_without_an_answer_shows_what_was_sent(filled_client: TestClient, forecast: dict[str, Any]) -> None:
    shown = detail(filled_client, forecast)
    said = shown["language"]
    assert (said["messages"], said["answer"], said["typed"], said["outcome_class"]) == (MESSAGES, None, None, None)
    assert said["attempts"] == []
    assert not any(p["is_cited"] for p in shown["evidence"]["passages"])


@pytest.mark.parametrize("raw", ["no JSON", json.dumps(ANSWER | {"symbol": "OTHER"})])
def test_an_answer_that_fills_no_type_is_shown_as_it_came(
    filled_client: TestClient, filled_engine: Engine, forecast: dict[str, Any], raw: str
) -> None:
    answered(filled_engine, raw, "invalid_output")
    said = detail(filled_client, forecast)["language"]
    assert (said["answer"], said["typed"], said["outcome_class"]) == (raw, None, "invalid_output")


def test_a_rule_was_sent_nothing(filled_client: TestClient, forecast: dict[str, Any]) -> None:
    which = {"model": "coin", "symbol": forecast["symbol"], "session_date": str(forecast["session"])}
    rule = filled_client.get("/api/predictions", params=which).json()["items"][0]
    shown = filled_client.get(f"/api/predictions/{rule['prediction_id']}").json()
    assert (shown["language"], shown["replays"], shown["expected_move"]) == (None, [], None)


def test_a_replay_stands_beside_the_forecast_as_soon_as_it_is_there_and_among_no_forecasts(
    filled_client: TestClient, filled_engine: Engine, forecast: dict[str, Any]
) -> None:
    address = f"/api/predictions/{forecast['id']}"
    etag = filled_client.get(address).headers["ETag"]
    count = len(filled_client.get("/api/predictions", params={"model": "mini"}).json()["items"])
    horizon = detail(filled_client, forecast)["horizon"]
    same = ("us", forecast["session"], forecast["stock_id"])
    rows = [(*same, h, "mini", "forecast-1", "ok", 0.7, "up", 0.01, HOSTILE, True, None) for h in (1, 3, 5)]
    with filled_engine.begin() as conn:
        write_replays(conn, "us", forecast["session"], "mini", "forecast-1", rows)
    answer = filled_client.get(address, headers={"If-None-Match": etag})
    assert answer.status_code == 200
    (replay,) = answer.json()["replays"]
    assert (replay["origin"], replay["horizon"], replay["is_contaminated"]) == ("replay", horizon, True)
    assert (replay["model"], replay["probability"], replay["reasoning"]) == ("mini", 0.7, HOSTILE)
    listed = filled_client.get("/api/replays", params={"symbol": forecast["symbol"]}).json()["items"]
    assert [item["horizon"] for item in listed] == [5, 3, 1]
    assert replay in listed
    assert len(filled_client.get("/api/predictions", params={"model": "mini"}).json()["items"]) == count


def test_guests_read_replays_unless_a_login_is_required(serving: Serving, engine: Engine) -> None:
    for login_required, status in ((False, 200), (True, 401)):
        with serving(engine, login_required=login_required) as client:
            assert client.get("/api/replays").status_code == status
