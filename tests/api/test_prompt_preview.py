"""A prompt filled with what was frozen for a real day: as it would be sent, with what it would cost."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from tests.api.conftest import Member
from tests.api.language import HOSTILE, add_language_model, brief, freeze_brief, one_question

STORY = {"id": 7, "title": HOSTILE, "excerpt": "", "source": "sample", "at": "2026-10-15T12:00:00Z"}
DRAFT = {"instructions": "Say up or down.", "question": "About:\n{{task}}\nNews:\n{{stories}}"}
Asked = dict[str, Any]


@pytest.fixture
def asked(filled_client: TestClient, filled_engine: Engine, member: Member) -> Asked:
    """A stock and session for which a language model was asked; the client is an administrator's."""
    filled_client.headers.update(member(filled_engine, "admin"))
    with filled_engine.begin() as conn:
        add_language_model(conn)
        stock_id, symbol, session = one_question(conn, back=1)
        freeze_brief(conn, stock_id, session, brief([STORY]))
    return {"market": "us", "symbol": symbol, "session_date": str(session)}


def preview(client: TestClient, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post("/api/prompts/preview", json=body)
    return answer.status_code, answer.json()


def test_a_kept_prompt_is_filled_with_the_frozen_evidence(filled_client: TestClient, asked: Asked) -> None:
    status, shown = preview(filled_client, **asked, prompt_version="forecast-1")
    assert status == 200, shown
    (system, user) = shown["messages"]
    (kept,) = [p for p in filled_client.get("/api/prompts").json() if p["prompt_version"] == "forecast-1"]
    assert (system["role"], system["content"]) == ("system", kept["instructions"])
    assert json.dumps(STORY, ensure_ascii=False, sort_keys=True) in user["content"].splitlines()
    assert "{{" not in user["content"]


def test_a_draft_is_shown_without_being_kept(filled_client: TestClient, asked: Asked) -> None:
    before = filled_client.get("/api/prompts").json()
    status, shown = preview(filled_client, **asked, draft=DRAFT)
    assert status == 200, shown
    lines = shown["messages"][1]["content"].splitlines()
    assert (lines[0], lines[2], json.loads(lines[3])) == ("About:", "News:", STORY)
    assert json.loads(lines[1])["session"] == asked["session_date"]
    assert filled_client.get("/api/prompts").json() == before


def test_without_a_day_the_newest_that_was_asked_of_is_shown(filled_client: TestClient, asked: Asked) -> None:
    status, shown = preview(filled_client, **asked | {"session_date": None}, draft=DRAFT)
    assert (status, shown["session_date"]) == (200, asked["session_date"])


def test_a_question_is_estimated_at_every_price_of_today(filled_client: TestClient, asked: Asked) -> None:
    _, shown = preview(filled_client, **asked, draft=DRAFT)
    prices = {p["price_entry"]: p for p in filled_client.get("/api/model-prices").json() if p["is_in_force"]}
    assert [e["price_entry"] for e in shown["estimates"]] == sorted(prices)
    for estimate in shown["estimates"]:
        price = prices[estimate["price_entry"]]
        sent, answered = shown["most_tokens"] * price["input_usd"], shown["answer_tokens"] * price["output_usd"]
        assert estimate["most_usd"] == pytest.approx((sent + answered) / 1_000_000)
        assert estimate["likely_usd"] == pytest.approx(estimate["most_usd"] / 2, rel=0.02)
        assert estimate["models"] == (["mini"] if estimate["price_entry"] == "gpt-4o-mini" else [])
    assert shown["most_tokens"] >= sum(len(m["content"]) for m in shown["messages"])
    assert shown["likely_tokens"] == shown["most_tokens"] // 2


def test_a_day_that_no_language_model_was_asked_of_offers_one_that_was(
    filled_client: TestClient, filled_engine: Engine, asked: Asked
) -> None:
    status, refused = preview(filled_client, **asked | {"session_date": "2026-10-01"}, draft=DRAFT)
    assert (status, refused["title"]) == (404, "Nothing to show")
    assert f"Take {asked['session_date']}." in refused["detail"]
    with filled_engine.begin() as conn:
        conn.execute(text("UPDATE prediction_evidence SET brief = NULL"))
    status, refused = preview(filled_client, **asked, draft=DRAFT)
    assert (status, refused["title"]) == (404, "Nothing to show")
    assert "Replay a day" in refused["detail"]


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({}, 422, "Give one of them"),
        ({"draft": DRAFT, "prompt_version": "forecast-1"}, 422, "not both"),
        ({"draft": DRAFT | {"question": "{{task}} {{secret}}"}}, 422, "no block {{secret}}"),
        ({"draft": DRAFT | {"instructions": "{{task}}"}}, 422, "belong into the question"),
        ({"prompt_version": "nobody"}, 404, "no prompt nobody"),
        ({"draft": DRAFT, "symbol": "NOBODY"}, 404, "no stock NOBODY"),
        ({"draft": DRAFT, "market": "xx"}, 404, "no market xx"),
    ],
)
def test_what_cannot_be_shown_says_why(
    filled_client: TestClient, asked: Asked, change: Asked, status: int, said: str
) -> None:
    found, refused = preview(filled_client, **asked | change)
    assert found == status, refused
    assert said in refused["detail"]


def test_a_prompt_for_reports_is_filled_with_the_record_too(filled_client: TestClient, asked: Asked) -> None:
    status, shown = preview(filled_client, **asked, prompt_version="report-1")
    assert (status, shown["answer_tokens"]) == (200, 2_000), shown
    lines = shown["messages"][1]["content"].splitlines()
    rows = [json.loads(line) for line in lines if '"up_after"' in line]
    assert rows
    assert max(row["session"] for row in rows) <= asked["session_date"]
    draft = DRAFT | {"purpose": "report", "question": "{{task}}\n{{past}}"}
    assert preview(filled_client, **asked, draft=draft)[0] == 422
