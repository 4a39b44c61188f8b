"""Search by people: what is near, who served it, nothing of later, and one model at a time."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from craveny_cli.services.process import Service
from craveny_domain.clocks import Market
from craveny_domain.embedding import KEYLESS, Embedding
from craveny_store.embeddings import NEWS, write_vectors
from craveny_store.mirror import Mirror
from tests.api.conftest import Serving, api_process
from tests.conftest import FILLED_FIRST, FILLED_LAST, Bench, wait_until
from tests.store.milvus_bench import port_of, served_milvus, unit_vectors

RSS_MIB = 150


def ask(client: TestClient, what: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/api/search/{what}", params={"market": "us", **asked})
    assert answer.status_code == 200, answer.text
    assert "ETag" not in answer.headers
    return answer.json()


def an_article(engine: Engine) -> dict[str, Any]:
    """The newest story that is not the first of its day."""
    query = "SELECT * FROM news WHERE market = 'us' AND story_id = news_id ORDER BY available_at DESC LIMIT 1 OFFSET 3"
    with engine.connect() as conn:
        return dict(conn.execute(text(query)).mappings().one())


def give_reasons(engine: Engine, market: Market) -> None:
    with engine.begin() as conn:
        conn.execute(
            text("""UPDATE prediction p SET reasoning = 'Strong sales of ' || s.name || ' carry on'
                FROM stock s WHERE s.stock_id = p.stock_id AND p.model_name = 'lexicon'""")
        )
    Bench(engine, market).run("prediction_embeddings", FILLED_FIRST, FILLED_LAST)


def test_words_find_the_story_that_says_them_and_each_story_once(
    filled_client: TestClient, filled_engine: Engine
) -> None:
    article = an_article(filled_engine)
    found = ask(filled_client, "news", text=f"{article['title']} {article['excerpt']}", limit=20)
    assert found["items"][0]["article"]["story_id"] == article["story_id"]
    assert found["items"][0]["similarity"] > 0.9
    stories = [item["article"]["story_id"] for item in found["items"]]
    assert len(set(stories)) == len(stories) == 20
    nearness = [item["similarity"] for item in found["items"]]
    assert nearness == sorted(nearness, reverse=True)
    assert (found["served_by"], found["embedding_model"]) == ("postgres", KEYLESS.name)
    assert "no vector index" in found["note"]


def test_an_article_finds_others_and_never_its_own_story(filled_client: TestClient, filled_engine: Engine) -> None:
    article = an_article(filled_engine)
    found = ask(filled_client, "news", news_id=article["news_id"])
    assert len(found["items"]) == 10
    assert article["story_id"] not in {item["article"]["story_id"] for item in found["items"]}


def test_nothing_that_became_available_after_the_asked_instant_is_found(
    filled_client: TestClient, filled_engine: Engine
) -> None:
    article = an_article(filled_engine)
    for until in (article["available_at"] - timedelta(days=3), article["available_at"]):
        found = ask(filled_client, "news", news_id=article["news_id"], as_of=until.isoformat(), limit=50)
        assert found["items"]
        assert all(datetime.fromisoformat(i["article"]["available_at"]) <= until for i in found["items"])
        assert datetime.fromisoformat(found["as_of"]) == until
    assert ask(filled_client, "news", text="Shares", as_of="1970-01-02T00:00:00Z")["items"] == []


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_any_instant_can_be_asked_for(filled_client: TestClient, instant: str) -> None:
    assert ask(filled_client, "news", text="Shares", as_of=instant)["market"] == "us"


def test_reasons_are_found_by_words_and_by_a_forecast(
    filled_client: TestClient, filled_engine: Engine, markets: dict[str, Market]
) -> None:
    nothing = ask(filled_client, "reasons", text="Strong sales")
    assert (nothing["items"], nothing["embedding_model"]) == ([], KEYLESS.name)
    give_reasons(filled_engine, markets["us"])
    with filled_engine.connect() as conn:
        one = conn.execute(
            text("""SELECT prediction_id, reasoning, stock_id, horizon FROM prediction
                WHERE reasoning IS NOT NULL AND horizon = 1 ORDER BY session_date DESC, stock_id LIMIT 1""")
        ).one()
    by_words = ask(filled_client, "reasons", text=one.reasoning, limit=5)
    assert [item["prediction"]["reasoning"] for item in by_words["items"]] == [one.reasoning] * 5
    assert {item["prediction"]["horizon"] for item in by_words["items"]} == {1}
    others = ask(filled_client, "reasons", prediction_id=one.prediction_id, limit=50)
    assert one.prediction_id not in {item["prediction"]["prediction_id"] for item in others["items"]}
    issued = min(item["prediction"]["issued_at"] for item in others["items"])
    before = (datetime.fromisoformat(issued) - timedelta(microseconds=1)).isoformat()
    early = ask(filled_client, "reasons", text="Strong sales", as_of=before, limit=50)["items"]
    assert all(item["prediction"]["issued_at"] < issued for item in early)


@pytest.mark.parametrize(
    ("what", "asked", "status", "says"),
    [
        ("news", {}, 422, "either text or news_id"),
        ("news", {"text": "a", "news_id": 1}, 422, "either text or news_id"),
        ("reasons", {}, 422, "either text or prediction_id"),
        ("news", {"news_id": 2**60}, 404, "There is no article"),
        ("reasons", {"prediction_id": 2**60}, 404, "There is no forecast"),
        ("news", {"text": "a", "market": "nowhere"}, 404, "There is no market"),
        ("news", {"text": "a", "limit": 51}, 422, "limit"),
        ("news", {"text": "a", "as_of": "2026-10-14T00:00:00"}, 422, "as_of"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(
    filled_client: TestClient, what: str, asked: dict[str, Any], status: int, says: str
) -> None:
    answer = filled_client.get(f"/api/search/{what}", params={"market": "us", **asked})
    assert (answer.status_code, says in answer.json()["detail"]) == (status, True), answer.text


def test_without_letters_or_vectors_the_answer_is_empty_and_says_why(
    filled_client: TestClient, client: TestClient
) -> None:
    assert "no letters" in ask(filled_client, "news", text="!?")["note"]
    found = ask(filled_client, "news", text="Shares", market="krx")
    assert (found["items"], found["embedding_model"]) == ([], None)
    assert "no vectors of krx" in found["note"]
    assert ask(client, "reasons", text="Shares")["items"] == []


def test_of_a_provider_s_vectors_words_are_refused_and_articles_are_not(
    filled_client: TestClient, filled_engine: Engine
) -> None:
    other, article = Embedding("text-embedding-3-small/64", 64), an_article(filled_engine)
    with filled_engine.begin() as conn:
        query = text("SELECT news_id, available_at FROM news WHERE partition_date = :day ORDER BY news_id")
        owners = [tuple(row) for row in conn.execute(query, {"day": article["partition_date"]})]
        vectors = unit_vectors(len(owners), other, seed=1)
        write_vectors(conn, NEWS, other, "us", article["partition_date"], owners, vectors)  # type: ignore[arg-type]
    refused = filled_client.get("/api/search/news", params={"market": "us", "text": "Shares"})
    assert (refused.status_code, "has no key for" in refused.json()["detail"]) == (422, True)
    found = ask(filled_client, "news", news_id=article["news_id"], limit=50)
    assert found["embedding_model"] == other.name
    of_that_day = {key for key, _ in owners}
    assert {item["article"]["news_id"] for item in found["items"]} <= of_that_day
    with filled_engine.connect() as conn:
        older = conn.execute(text("SELECT min(news_id) FROM news WHERE market = 'us'")).scalar_one()
    assert "no vector of the model in force" in ask(filled_client, "news", news_id=older)["note"]


# With a Milvus


@pytest.fixture(scope="module")
def milvus() -> Iterator[Service]:
    with served_milvus() as service:
        yield service


@pytest.fixture
def mirrored(filled_engine: Engine, milvus: Service, markets: dict[str, Market]) -> Iterator[str]:
    uri = f"http://127.0.0.1:{port_of(milvus)}"
    give_reasons(filled_engine, markets["us"])
    mirror = Mirror(uri)
    with filled_engine.begin() as conn:
        mirror.rebuild(conn, ["us"])
    yield uri
    if milvus.alive:
        mirror.drop()


@pytest.mark.slow
def test_milvus_serves_the_same_as_postgres_and_postgres_serves_when_it_is_gone(
    filled_engine: Engine, serving: Serving, mirrored: str, milvus: Service
) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [
        ("news", {"text": "Shares surge"}),
        ("news", {"news_id": an_article(filled_engine)["news_id"]}),
        ("reasons", {"text": "Strong sales"}),
        ("news", {"text": "Recall", "as_of": "2026-10-12T00:00:00Z"}),
    ]
    with serving(filled_engine, milvus_uri=mirrored) as client, serving(filled_engine) as exact:
        by_milvus = [ask(client, what, **more) for what, more in asked]
        by_postgres = [ask(exact, what, **more) for what, more in asked]
        assert [(a["served_by"], a["note"]) for a in by_milvus] == [("milvus", None)] * 4
        for one, other in zip(by_milvus, by_postgres, strict=True):
            near = [round(item["similarity"], 4) for item in one["items"]]
            assert near == [round(item["similarity"], 4) for item in other["items"]] != []
        milvus.stop(20)
        gone = [ask(client, what, **more) for what, more in asked]
        assert {a["served_by"] for a in gone} == {"postgres"}
        assert all("does not answer" in a["note"] for a in gone)
        assert [a["items"] for a in gone] == [a["items"] for a in by_postgres]
        milvus.start()
        milvus.wait_ready()
        # It is left alone for some seconds after it did not answer.
        again = "Milvus serves again"
        wait_until(lambda: ask(client, "news", text="Shares surge")["served_by"] == "milvus", again)


@pytest.mark.slow
def test_the_process_searches_within_its_memory_and_loads_no_client_library(mirrored: str, signing_keys: Path) -> None:
    with api_process(os.environ["DATABASE_URL"], signing_keys, MILVUS_URI=mirrored) as address:
        for _ in range(20):
            answer = httpx2.get(f"{address}/api/search/news", params={"market": "us", "text": "Shares", "limit": 50})
            assert answer.json()["served_by"] == "milvus"
        port = int(address.rsplit(":", 1)[1])
        (process,) = [
            child
            for child in psutil.Process().children()
            if any(found.laddr.port == port for found in child.net_connections())
        ]
        assert process.memory_info().rss / 2**20 < RSS_MIB
        assert not any("pandas" in mapped.path for mapped in process.memory_maps())
