"""The queue of uncertain links, and what a judgement changes of what is shown."""

from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from tests.api.conftest import Bearer, Member


@pytest.fixture
def operator(filled_client: TestClient, filled_engine: Engine, member: Member) -> TestClient:
    """Somebody who may judge links, some of which were made uncertain."""
    with filled_engine.begin() as conn:
        conn.execute(text("UPDATE match SET score = 0.7 WHERE news_id % 5 = 0"))
    filled_client.headers.update(member(filled_engine, "operator"))
    return filled_client


def get(client: TestClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


def judgement(link: dict[str, Any], verdict: str) -> dict[str, Any]:
    return {
        "news_id": link["news_id"], "market": link["stock"]["market"], "symbol": link["stock"]["symbol"],
        "verdict": verdict,
    }  # fmt: skip


def waiting(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    items, cursor = [], None
    while True:
        page = client.get("/api/reviews", params={**asked, **({"cursor": cursor} if cursor else {})})
        assert page.status_code == 200, page.text
        items, cursor = items + page.json()["items"], page.json()["next_cursor"]
        if cursor is None:
            return items


def test_the_queue_shows_what_was_read_with_the_evidence_in_its_place(operator: TestClient) -> None:
    links = waiting(operator, market="us", limit=7)
    assert len(links) > 20
    assert links == waiting(operator, limit=200)
    assert [link["available_at"] for link in links] == sorted((x["available_at"] for x in links), reverse=True)
    for link in links:
        assert link["text"].startswith(link["title"])
        start = link["span_start"]
        assert link["span"] == ("" if start is None else link["text"][start : start + len(link["span"])])
        assert link["score"] == 0.7
    assert any(link["span"] for link in links)
    assert waiting(operator, market="krx") == []


def test_a_rejected_link_is_shown_nowhere_from_then_on_and_a_confirmed_one_is(
    operator: TestClient, filled_engine: Engine
) -> None:
    link = waiting(operator)[0]
    symbol, article = link["stock"]["symbol"], f"/api/news/{link['news_id']}"
    own, queue = f"/api/stocks/us/{symbol}/news?limit=200", "/api/reviews?limit=200"
    review_ids = []
    for verdict, is_linked in (("rejected", False), ("confirmed", True), ("rejected", False)):
        held = {address: operator.get(address).headers["ETag"] for address in (article, own, queue, "/api/news")}
        judged = operator.post("/api/reviews", json=judgement(link, verdict))
        assert judged.status_code == 201, judged.text
        review_ids.append(judged.json()["review_id"])
        assert judged.json()["verdict"] == verdict
        for address, etag in held.items():
            assert operator.get(address, headers={"If-None-Match": etag}).status_code == 200, address
        assert (symbol in get(operator, article)["symbols"]) == is_linked
        assert (link["news_id"] in [x["news_id"] for x in get(operator, own)["items"]]) == is_linked
        assert link not in get(operator, queue)["items"]
        again = operator.post("/api/reviews", json=judgement(link, verdict))
        assert (again.status_code, again.json()) == (200, judged.json())
    with filled_engine.connect() as conn:
        rows = conn.execute(text('SELECT review_id, email FROM match_review JOIN "user" ON user_id = reviewer_id'))
        assert sorted(rows.tuples()) == [(i, "operator@example.org") for i in sorted(review_ids)]


def test_the_evidence_of_a_forecast_names_no_stock_that_a_reviewer_denied(
    operator: TestClient, filled_engine: Engine
) -> None:
    query = """
        SELECT p.prediction_id, m.news_id, s.symbol FROM prediction p
        JOIN prediction_evidence e USING (market, session_date, stock_id) JOIN stock s USING (stock_id)
        JOIN match m ON m.stock_id = p.stock_id AND m.news_id = (e.question -> 'news' -> 0 ->> 0)::int8 LIMIT 1"""
    with filled_engine.connect() as conn:
        prediction_id, news_id, symbol = conn.execute(text(query)).one()
    address = f"/api/predictions/{prediction_id}"

    def told() -> dict[str, Any]:
        return next(s for s in get(operator, address)["evidence"]["stories"] if s["article"]["news_id"] == news_id)

    before, etag = told(), operator.get(address).headers["ETag"]
    assert symbol in before["article"]["symbols"]
    verdict = {"news_id": news_id, "market": "us", "symbol": symbol, "verdict": "rejected"}
    assert operator.post("/api/reviews", json=verdict).status_code == 201
    assert operator.get(address, headers={"If-None-Match": etag}).status_code == 200
    after = told()
    assert symbol not in after["article"]["symbols"]
    # The question itself stays as it was asked.
    assert after["title"] == before["title"]


def test_a_link_that_is_not_there_cannot_be_judged(operator: TestClient) -> None:
    link = judgement(waiting(operator)[0], "confirmed")
    for wrong in ({"news_id": 999999999}, {"symbol": "NOBODY"}, {"market": "krx"}, {"market": "xx"}):
        answer = operator.post("/api/reviews", json=link | wrong)
        assert (answer.status_code, answer.json()["title"]) == (404, "No such link"), wrong


def test_what_is_no_judgement_is_refused(operator: TestClient) -> None:
    link = judgement(waiting(operator, limit=1)[0], "confirmed")
    for wrong in ({"verdict": "perhaps"}, {"news_id": 0}, {"news_id": 2**63}, {"symbol": ""}, {"reviewer_id": 1}):
        assert operator.post("/api/reviews", json=link | wrong).status_code == 422, wrong
    for address in ("/api/reviews?limit=0", "/api/reviews?cursor=x"):
        assert operator.get(address).status_code == 422, address
    assert operator.get("/api/reviews?market=xx").status_code == 404


def test_nobody_below_an_operator_sees_or_judges(client: TestClient, bearer: Bearer) -> None:
    body = {"news_id": 1, "market": "us", "symbol": "ACME", "verdict": "confirmed"}
    for headers, status in (({}, 401), (bearer("investor"), 403)):
        assert client.get("/api/reviews", headers=headers).status_code == status
        assert client.post("/api/reviews", json=body, headers=headers).status_code == status


def test_a_page_of_another_address_judges_nothing(operator: TestClient) -> None:
    link = judgement(waiting(operator, limit=1)[0], "rejected")
    answer = operator.post("/api/reviews", json=link, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, answer.json()["title"]) == (403, "Foreign page")
