"""Reports on a stock: their history, what a new one costs before it is asked for, and asking for one."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from craveny_domain.llm_cost import Usage
from craveny_store.llm_calls import Answered, Call, freeze_calls, keep_answer
from craveny_store.reports import Filling, NewReport, answer_request, candidates, fill, open_reports
from tests.api.conftest import Bearer, Member, Serving
from tests.api.language import HOSTILE, add_language_model, one_question

CONTENT = {
    "view": "up", "summary": HOSTILE, "short_view": "Quiet.", "medium_view": "Firm.", "long_view": "Open.",
    "risks": ["A weak market."], "opportunities": [],
}  # fmt: skip
MESSAGES = [{"role": "system", "content": "Write."}, {"role": "user", "content": "x" * 5_000}]
Stock = dict[str, Any]


@pytest.fixture
def stock(filled_engine: Engine) -> Stock:
    """A stock, and a model that writes reports."""
    with filled_engine.begin() as conn:
        add_language_model(conn, "writer", prompt_version="report-1", parameters={})
        stock_id, symbol, _ = one_question(conn)
    return {"id": stock_id, "symbol": symbol, "address": f"/api/stocks/us/{symbol}/reports"}


def get(client: TestClient, address: str, **asked: Any) -> Any:
    answer = client.get(address, params=asked or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def write(engine: Engine, stock_id: int, at: datetime, *, is_answered: bool = True) -> int:
    """A report on a stock as a run writes it; its id."""
    call = Call("openai", "gpt-writer", {}, "report/1", [*MESSAGES, {"role": "user", "content": str(at)}])
    new = NewReport(stock_id, "writer", "news", Decimal("101.5"), "USD", call.key, at, 7)
    with engine.begin() as conn:
        freeze_calls(conn, [call])
        open_reports(conn, "us", at.date(), "run", [new], "transient")
        report_id = conn.execute(text("SELECT max(report_id) FROM stock_report")).scalar_one()
        if is_answered:
            usage = Usage(4000, 1000, 300)
            keep_answer(conn, call.key, Answered("ok", json.dumps(CONTENT), None, usage, Decimal("0.0007"), 900))
            assert fill(conn, report_id, "run", Filling("ok", CONTENT, Decimal(110), Decimal("96.25")))
    return report_id


def test_a_stock_shows_every_report_the_newest_first(
    filled_client: TestClient, filled_engine: Engine, stock: Stock
) -> None:
    assert get(filled_client, stock["address"]) == {"items": [], "next_cursor": None}
    now = datetime.now(UTC)
    old, new = (write(filled_engine, stock["id"], now - timedelta(days=days)) for days in (2, 1))
    waiting = write(filled_engine, stock["id"], now, is_answered=False)
    shown = get(filled_client, stock["address"])["items"]
    assert [report["report_id"] for report in shown] == [waiting, new, old]
    assert (shown[0]["outcome_class"], shown[0]["content"], shown[0]["usd"]) == ("transient", None, None)
    report = shown[1]
    assert (report["content"], report["reason"], report["model"]) == (CONTENT, "news", "writer")
    assert (report["base_price"], report["target_price"], report["stop_price"]) == (101.5, 110, 96.25)
    assert (report["usd"], report["news_count"]) == (0.0007, 7)
    assert report["partition_date"] == str((now - timedelta(days=1)).date())
    first = get(filled_client, stock["address"], limit=2)
    rest = get(filled_client, stock["address"], cursor=first["next_cursor"])
    assert [*first["items"], *rest["items"]] == shown
    other = get(filled_client, "/api/stocks?market=us&kind=stock&limit=3")["items"][2]["symbol"]
    assert get(filled_client, f"/api/stocks/us/{other}/reports")["items"] == []


def test_a_price_is_told_before_anything_is_asked_and_follows_the_last_report(
    filled_client: TestClient, filled_engine: Engine, stock: Stock
) -> None:
    price = get(filled_client, f"{stock['address']}/price")
    assert (price["is_possible"], price["waiting_since_at"]) == (True, None)
    (estimate,) = price["models"]
    assert (estimate["model"], estimate["basis"]) == ("writer", "prompt")
    assert 0 < price["likely_usd"] < price["most_usd"]
    write(filled_engine, stock["id"], datetime.now(UTC))
    price = get(filled_client, f"{stock['address']}/price")
    assert price["models"][0]["basis"] == "last_report"
    # gpt-4o-mini: 0.15 and 0.075 cached and 0.60 USD per million.
    assert price["likely_usd"] == pytest.approx((3000 * 0.15 + 1000 * 0.075 + 300 * 0.6) / 1e6)
    assert price["most_usd"] >= (5_000 * 0.15 + 2_000 * 0.6) / 1e6


def test_several_askings_are_one_while_it_waits(
    filled_client: TestClient, filled_engine: Engine, stock: Stock, member: Member
) -> None:
    filled_client.headers.update(member(filled_engine, "investor"))
    since = {filled_client.post(stock["address"]).json()["waiting_since_at"] for _ in range(3)}
    assert len(since) == 1
    assert get(filled_client, f"{stock['address']}/price")["waiting_since_at"] in since
    with filled_engine.begin() as conn:
        waiting = [c for c in candidates(conn, "us", datetime.now(UTC) + timedelta(hours=1), 0) if c.asked_at]
        assert [candidate.stock_id for candidate in waiting] == [stock["id"]]
        assert conn.execute(text("SELECT count(*) FROM report_request")).scalar_one() == 1
    report_id = write(filled_engine, stock["id"], datetime.now(UTC))
    with filled_engine.begin() as conn:
        answer_request(conn, stock["id"], report_id)
    assert get(filled_client, f"{stock['address']}/price")["waiting_since_at"] is None
    again = filled_client.post(stock["address"])
    assert (again.status_code, again.json()["is_possible"]) == (202, True)
    assert again.json()["waiting_since_at"] not in since


def test_a_report_that_nobody_would_write_is_refused(
    filled_client: TestClient, filled_engine: Engine, stock: Stock, member: Member
) -> None:
    filled_client.headers.update(member(filled_engine, "admin"))
    index = get(filled_client, "/api/stocks?market=us&kind=index")["items"][0]["symbol"]
    refused = filled_client.post(f"/api/stocks/us/{quote(index)}/reports")
    assert (refused.status_code, refused.json()["title"]) == (409, "No report possible")
    filled_client.patch(f"/api/stocks/us/{stock['symbol']}", json={"is_paused": True})
    assert "paused" in filled_client.post(stock["address"]).json()["detail"]
    filled_client.patch(f"/api/stocks/us/{stock['symbol']}", json={"is_paused": False})
    filled_client.patch("/api/models/writer", json={"is_active": False})
    price = get(filled_client, f"{stock['address']}/price")
    assert (price["is_possible"], price["models"], price["most_usd"]) == (False, [], 0)
    assert "No active model writes reports" in filled_client.post(stock["address"]).json()["detail"]
    with filled_engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM report_request")).scalar_one() == 0


def test_investors_ask_and_guests_read(
    filled_client: TestClient, filled_engine: Engine, stock: Stock, member: Member, bearer: Bearer, serving: Serving
) -> None:
    assert filled_client.post(stock["address"]).status_code == 401
    assert filled_client.post(stock["address"], headers=member(filled_engine, "operator")).status_code == 202
    foreign = {**member(filled_engine, "investor"), "Origin": "https://evil.example"}
    assert filled_client.post(stock["address"], headers=foreign).status_code == 403
    with serving(filled_engine, login_required=True) as closed:
        for path in (stock["address"], f"{stock['address']}/price"):
            assert closed.get(path).status_code == 401
            assert closed.get(path, headers=bearer("investor")).status_code == 200
            assert filled_client.get(path).status_code == 200
    assert filled_client.get("/api/stocks/us/NOBODY/reports").status_code == 404
