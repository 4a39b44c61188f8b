"""What came of reports, as the API says it: of each report on its stock, and of all of them by model."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from craveny_domain.clocks import Market
from tests.api.language import add_language_model
from tests.conftest import utc
from tests.planted_reports import LATER, MADE, SETTLES, WINDOW, settle_reports, write_reports

RECORDS = "/api/evaluations/reports"


@pytest.fixture
def us(filled_engine: Engine, markets: dict[str, Market]) -> Market:
    """The filled market, with a model that writes reports."""
    with filled_engine.begin() as conn:
        add_language_model(conn, "writer", prompt_version="report-1", parameters={})
    return markets["us"]


def reports_on(client: TestClient, engine: Engine, stock_id: int) -> list[dict[str, Any]]:
    with engine.connect() as conn:
        symbol = conn.execute(text("SELECT symbol FROM stock WHERE stock_id = :id"), {"id": stock_id}).scalar_one()
    answer = client.get(f"/api/stocks/us/{symbol}/reports")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def records(client: TestClient, **query: Any) -> dict[str, Any]:
    answer = client.get(RECORDS, params={"market": "us"} | query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_each_report_says_what_came_of_it(filled_client: TestClient, filled_engine: Engine, us: Market) -> None:
    write_reports(filled_engine)
    settled = settle_reports(filled_engine, us)
    assert {row["first_touch"] for row in settled} == {"target", "stop", None}
    for row in settled[::5]:
        (report,) = reports_on(filled_client, filled_engine, row["stock_id"])
        days = {name: row[name] and str(row[name]) for name in ("target_date", "stop_date")}
        assert report["outcome"] == days | {
            "status": "settled", "closes_date": str(WINDOW[-1]), "settle_date": str(SETTLES),
            "first_touch": row["first_touch"], "path_return": row["path_return"], "reason": None, "is_revised": False,
        }  # fmt: skip


def test_a_report_waits_until_its_fifth_session_closes_and_one_without_prices_waits_for_nothing(
    filled_client: TestClient, filled_engine: Engine, us: Market
) -> None:
    day = date(2026, 10, 12)
    write_reports(filled_engine, made=LATER, base=day)
    write_reports(filled_engine, None, None, made=utc(2026, 10, 13, 19), base=day)
    write_reports(filled_engine, made=utc(2026, 10, 13, 20), base=day, outcome="transient")
    assert settle_reports(filled_engine, us) == []
    with filled_engine.connect() as conn:
        stock_id = conn.execute(text("SELECT min(stock_id) FROM stock_report")).scalar_one()
    open_, plain, aimed = (each["outcome"] for each in reports_on(filled_client, filled_engine, stock_id))
    # The 14th to the 20th, a weekend between them.
    assert (aimed["status"], aimed["closes_date"], aimed["settle_date"]) == ("waiting", "2026-10-20", None)
    assert [(each["status"], each["closes_date"]) for each in (plain, open_)] == [("none", None)] * 2


def test_a_correction_is_shown_as_revised_and_a_void_report_says_why(
    filled_client: TestClient, filled_engine: Engine, us: Market
) -> None:
    write_reports(filled_engine)
    first = settle_reports(filled_engine, us)[0]
    with filled_engine.begin() as conn:
        conn.execute(text("UPDATE stock_report SET base_price = base_price + 0.000001"))
    settle_reports(filled_engine, us)
    (report,) = reports_on(filled_client, filled_engine, first["stock_id"])
    assert (report["outcome"]["status"], report["outcome"]["is_revised"]) == ("void", True)
    assert "no close of the ten sessions" in report["outcome"]["reason"]
    assert report["outcome"]["first_touch"] is report["outcome"]["path_return"] is None


def test_rates_are_counted_by_model_over_the_days_of_the_window(
    filled_client: TestClient, filled_engine: Engine, us: Market
) -> None:
    write_reports(filled_engine)
    write_reports(filled_engine, None, Decimal("0.99"), made=utc(2026, 10, 12, 18), base=date(2026, 10, 9))
    settled = settle_reports(filled_engine, us)
    found = records(filled_client)
    assert (found["first_date"], found["last_date"]) == (str(SETTLES), "2026-10-19")
    (writer,) = found["models"]
    touches = [row["first_touch"] for row in settled]
    counted = {
        "target_first": touches.count("target"),
        "stop_first": touches.count("stop"),
        "neither": touches.count(None),
    }
    assert {name: writer[name] for name in counted} == counted
    assert (writer["model"], writer["settled"], writer["void"]) == ("writer", len(settled), 0)
    named = sum(row["target_return"] is not None for row in settled)
    assert 0 < named < len(settled)
    figures = writer["figures"]
    assert (figures["target_rate"]["n"], figures["target_rate"]["days"]) == (named, 1)
    assert figures["target_rate"]["value"] == pytest.approx(counted["target_first"] / named)
    assert figures["stop_rate"]["value"] == pytest.approx(counted["stop_first"] / len(settled))
    neither = {"value": pytest.approx(counted["neither"] / len(settled)), "n": len(settled), "days": 2}
    assert figures["neither_rate"] == neither | {"low": None, "high": None}
    (last,) = records(filled_client, window="7")["models"]
    assert last["settled"] == len(settled) - named
    assert last["figures"]["target_rate"]["value"] is None


def test_no_report_is_no_record_and_an_unknown_market_is_none(filled_client: TestClient) -> None:
    assert records(filled_client) == {
        "market": "us", "window": "all", "first_date": None, "last_date": None, "models": []
    }  # fmt: skip
    assert filled_client.get(RECORDS, params={"market": "moon"}).status_code == 404


def test_the_rates_stay_the_same_answer_until_a_day_is_settled_again(
    filled_client: TestClient, filled_engine: Engine, us: Market
) -> None:
    etag = filled_client.get(RECORDS, params={"market": "us"}).headers["ETag"]
    same = filled_client.get(RECORDS, params={"market": "us"}, headers={"If-None-Match": etag})
    assert same.status_code == 304
    write_reports(filled_engine, made=MADE)
    settle_reports(filled_engine, us)
    fresh = filled_client.get(RECORDS, params={"market": "us"}, headers={"If-None-Match": etag})
    assert fresh.status_code == 200 and fresh.json()["models"]
