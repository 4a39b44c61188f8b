"""Vectors bought from a provider through the real client: bought once, kept by content, never in the way."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, text

from craveny_assets.embedders import KeylessEmbedder, embedder_of
from craveny_assets.llm import embedding as provider_vectors
from craveny_assets.llm.asking import Asker
from craveny_assets.llm.embedding import ProviderEmbedder, provider_embedding
from craveny_assets.llm.providers import ProviderSettings
from craveny_domain.clocks import Market
from craveny_domain.embedding import KEYLESS, Embedding
from craveny_store.embeddings import NEWS, REASONS, embedding_in_force
from craveny_store.leases import LeaseKeeper
from craveny_store.settings import Settings
from tests.conftest import FILLED_FIRST, FILLED_LAST, Bench
from tests.llm.conftest import PLENTY
from tests.llm.replies import (
    body,
    dropped,
    failing,
    hanging,
    out_of_quota,
    page,
    rate_limited,
    vector_of,
    well,
    wrong_key,
)
from tests.llm.server import Asked, LlmServer

LONG = provider_embedding(64)
DAY = date(2026, 10, 14)
TEXTS = ["Acme beats estimates", "삼성전자 실적 호조", "", "Acme beats estimates", "   "]


@pytest.fixture
def buyer(store: Engine, server: LlmServer) -> Iterator[Callable[..., ProviderEmbedder]]:
    with store.begin() as conn:
        conn.execute(text("TRUNCATE text_vector"))
    assert server.address
    yield lambda run="run", **limits: embedder_at(store, run, **limits)


def embedder_at(engine: Engine, run: str = "run", embedding: Embedding = LONG, **limits: Any) -> ProviderEmbedder:
    allowed = PLENTY if not limits else type(PLENTY)(**{**vars(PLENTY), **limits})
    providers = ProviderSettings()
    return ProviderEmbedder(Asker(engine, allowed, run, providers), providers, embedding, run)


def attempts(engine: Engine) -> list[Mapping[str, Any]]:
    with engine.connect() as conn:
        return [dict(row) for row in conn.execute(text("SELECT * FROM llm_attempt ORDER BY 1")).mappings()]


def test_the_vectors_are_the_provider_s_and_empty_texts_are_zeros_nobody_is_asked_for(
    store: Engine, server: LlmServer, buyer: Callable[..., ProviderEmbedder]
) -> None:
    made = buyer().embed(store, TEXTS)
    assert made.is_made.all()
    for row in (0, 1, 3):
        assert np.allclose(made.vectors[row], vector_of(TEXTS[row], 64), atol=1e-6)
    assert not made.vectors[[2, 4]].any()
    (asked,) = server.asked
    assert asked.body["input"] == TEXTS[:2]
    assert (asked.body["model"], asked.body["dimensions"]) == ("text-embedding-3-small", 64)


def test_each_batch_is_reserved_before_and_settled_with_what_was_billed(
    store: Engine, server: LlmServer, buyer: Callable[..., ProviderEmbedder]
) -> None:
    texts = [f"Story number {n} of a long day" for n in range(300)]
    assert buyer().embed(store, texts).is_made.all()
    rows = attempts(store)
    assert [len(one.body["input"]) for one in server.asked] == [128, 128, 44]
    assert {(r["purpose"], r["provider"], r["identifier"], r["outcome_class"]) for r in rows} == {
        ("embedding", "openai", "text-embedding-3-small", "ok")
    }
    for row in rows:
        assert row["cost_usd"] == (Decimal("0.02") * row["prompt_tokens"] / 1_000_000).quantize(Decimal("1e-8"))
        assert row["cost_usd"] <= row["reserved_usd"]
        assert not row["is_estimated"]


def test_a_text_is_bought_once_whoever_asks_again(
    store: Engine, server: LlmServer, buyer: Callable[..., ProviderEmbedder]
) -> None:
    first = buyer("one").embed(store, TEXTS)
    again = buyer("another").embed(store, [*TEXTS, "Something new"])
    assert again.vectors[:5].tobytes() == first.vectors.tobytes()
    assert [one.body["input"] for one in server.asked] == [TEXTS[:2], ["Something new"]]


def not_a_vector(change: Callable[[dict[str, Any]], object]) -> Any:
    """A good answer after a change."""

    def make(one: Asked) -> bytes:
        data = [{"index": i, "embedding": [1.0] + [0.0] * 63} for i in range(len(one.body["input"]))]
        told = {"data": data, "usage": {"prompt_tokens": 5, "total_tokens": 5}}
        change(told)
        return json.dumps(told).encode()

    return body(make)


BAD = {
    "a failure": (failing(500), "transient"),
    "a hung up line": (dropped(), "transient"),
    "silence": (hanging(), "transient"),
    "a long rest": (rate_limited("3600"), "transient"),
    "no quota": (out_of_quota(), "quota"),
    "a wrong key": (wrong_key(), "quota"),
    "a web page": (page(), "provider_bug"),
    "too few": (not_a_vector(lambda told: told["data"].pop()), "provider_bug"),
    "the wrong length": (not_a_vector(lambda told: told["data"][0]["embedding"].pop()), "provider_bug"),
    "nothing but zeros": (not_a_vector(lambda told: told["data"][0].update(embedding=[0.0] * 64)), "provider_bug"),
    "no number": (not_a_vector(lambda told: told["data"][0].update(embedding=[float("nan")] * 64)), "provider_bug"),
    "another shape": (not_a_vector(lambda told: told.update(data={"a": 1})), "provider_bug"),
    "a list of nothing": (body(lambda _: b"[]"), "provider_bug"),
}


@pytest.mark.parametrize("name", BAD)
def test_whatever_the_provider_does_leaves_texts_for_the_next_run_and_raises_nothing(
    store: Engine,
    server: LlmServer,
    buyer: Callable[..., ProviderEmbedder],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setattr(provider_vectors, "ATTEMPTS", 1)
    reply, outcome = BAD[name]
    server.on("", reply)
    made = buyer("one", deadline=timedelta(seconds=0.5)).embed(store, ["Acme", "", "Bolt"])
    assert made.is_made.tolist() == [False, True, False]
    assert made.reason
    assert "sk-" not in made.reason
    assert attempts(store)[-1]["outcome_class"] == outcome
    assert attempts(store)[-1]["settled_at"] is not None
    server.forget()
    with store.begin() as conn:
        conn.execute(text("DELETE FROM llm_provider"))
    assert buyer("the next").embed(store, ["Acme", "", "Bolt"]).is_made.all()


def test_a_provider_that_recovers_is_asked_again_within_the_run(
    store: Engine, server: LlmServer, buyer: Callable[..., ProviderEmbedder]
) -> None:
    server.on("", rate_limited("0.1"), well())
    assert buyer().embed(store, ["Acme"]).is_made.all()
    assert [row["outcome_class"] for row in attempts(store)] == ["transient", "ok"]


def test_what_came_before_the_provider_went_away_is_kept_and_it_is_left_alone_for_the_rest_of_the_run(
    store: Engine, server: LlmServer, buyer: Callable[..., ProviderEmbedder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_vectors, "ATTEMPTS", 1)
    server.on("", well(), failing(503))
    mine, texts = buyer(), [f"Story {n}" for n in range(200)]
    assert int(mine.embed(store, texts).is_made.sum()) == 128
    asked = server.calls
    assert int(mine.embed(store, texts).is_made.sum()) == 128
    assert server.calls == asked
    server.forget()
    assert buyer("the next").embed(store, texts).is_made.all()
    assert [len(one.body["input"]) for one in server.asked] == [72]


@pytest.mark.parametrize("limit", ["daily_usd", "run_usd"])
def test_without_money_nobody_is_asked_and_one_alert_says_so(
    store: Engine, server: LlmServer, buyer: Callable[..., ProviderEmbedder], limit: str
) -> None:
    for run in ("one", "two"):
        made = buyer(run, **{limit: Decimal(0)}).embed(store, ["Acme"])
        assert not made.is_made.any()
        assert "budget is reached" in made.reason
    assert server.calls == 0
    with store.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM notification")).scalar_one() == 1


# The days


@pytest.fixture
def market(filled_engine: Engine, markets: dict[str, Market], server: LlmServer) -> Bench:
    assert server.address
    return Bench(filled_engine, markets["us"])


def vectors_of(bench: Bench, embedding: Embedding, table: str = "news_embeddings") -> dict[int, bytes]:
    key = "news_id" if table == "news_embeddings" else "prediction_id"
    query = text(f"SELECT {key}, vector FROM {table} WHERE embedding_model = :model")
    with bench.engine.connect() as conn:
        return {i: bytes(vector) for i, vector in conn.execute(query, {"model": embedding.name})}


def digest(bench: Bench, table: str) -> str:
    with bench.engine.connect() as conn:
        query = f"SELECT md5(string_agg(r::text, '' ORDER BY r::text)) FROM {table} r"
        return conn.execute(text(query)).scalar_one()


def test_another_model_s_vectors_stand_beside_the_old_ones_and_no_frozen_question_moves(
    market: Bench, server: LlmServer
) -> None:
    old = vectors_of(market, KEYLESS)
    asked, said = digest(market, "prediction_evidence"), digest(market, "prediction")
    market.work.embedder = embedder_at(market.engine)
    market.run("news_embeddings", FILLED_FIRST, FILLED_LAST)
    new = vectors_of(market, LONG)
    assert vectors_of(market, KEYLESS) == old
    assert 0 < len(new) <= len(old)
    with market.engine.connect() as conn:
        assert embedding_in_force(conn, NEWS, "us") == LONG
    market.run("prediction", DAY, FILLED_LAST)
    assert (digest(market, "prediction_evidence"), digest(market, "prediction")) == (asked, said)
    history = market.work.history
    with market.engine.connect() as conn:
        found = history.until(conn, market.work.sessions[-1].close_at)
    assert found.vectors.shape[1] == 64
    assert set(found.news_ids.tolist()) <= set(new)
    assert server.calls > 0


def test_wiped_vectors_cost_nothing_a_second_time_and_are_the_same_bytes(market: Bench, server: LlmServer) -> None:
    market.work.embedder = embedder_at(market.engine)
    market.run("news_embeddings", DAY)
    before, asked = vectors_of(market, LONG), server.calls
    with market.engine.begin() as conn:
        conn.execute(text("TRUNCATE news_embeddings"))
    market.work.embedder = embedder_at(market.engine, "another run")
    market.run("news_embeddings", DAY)
    assert vectors_of(market, LONG) == before
    assert server.calls == asked > 0


def gate_of(bench: Bench, asset: str, day: date) -> tuple[bool, str]:
    query = text("SELECT passed, detail FROM partition_check WHERE asset = :asset AND partition_date = :day")
    with bench.engine.connect() as conn:
        return tuple(conn.execute(query, {"asset": asset, "day": day}).one())  # type: ignore[return-value]


def test_a_day_without_the_service_names_what_has_no_vector_forecasts_go_on_and_the_next_run_completes_it(
    market: Bench, server: LlmServer
) -> None:
    server.on("", failing(401))
    market.work.embedder = embedder_at(market.engine)
    market.run("news_embeddings", FILLED_FIRST, DAY)
    passed, detail = gate_of(market, "news_embeddings", DAY)
    assert not passed
    assert "none yet of " in detail
    assert "401" in detail
    with market.engine.begin() as conn:
        conn.execute(text("DELETE FROM prediction WHERE session_date = :day"), {"day": DAY})
        conn.execute(text("DELETE FROM prediction_evidence WHERE session_date = :day"), {"day": DAY})
    market.run("prediction", DAY)
    server.forget()
    with market.engine.begin() as conn:
        conn.execute(text("DELETE FROM llm_provider"))
    market.work.embedder = embedder_at(market.engine, "the next run")
    market.run("news_embeddings", FILLED_FIRST, DAY)
    passed, detail = gate_of(market, "news_embeddings", DAY)
    assert passed, detail
    assert vectors_of(market, LONG)


def test_reasons_have_vectors_of_their_shortest_horizon_and_without_any_the_day_says_why(market: Bench) -> None:
    day = market.run("prediction_embeddings", DAY).written[DAY]
    assert (day.changes.rows, day.notes["reason"]) == (0, "No model that was asked gives reasons.")
    with market.engine.begin() as conn:
        conn.execute(
            text("""UPDATE prediction SET reasoning = 'Because of ' || stock_id || ' in ' || horizon
                WHERE model_name IN ('lexicon', 'climatology') AND session_date = :day"""),
            {"day": DAY},
        )
    market.work.embedder = embedder_at(market.engine)
    market.run("prediction_embeddings", DAY)
    query = text("""
        SELECT prediction_id FROM prediction p JOIN prediction_embeddings e USING (prediction_id)
        WHERE reasoning IS NOT NULL AND horizon = 1 AND available_at = issued_at AND partition_date = session_date""")
    with market.engine.connect() as conn:
        shortest = set(conn.execute(query).scalars())
        assert embedding_in_force(conn, REASONS, "us") == LONG
    assert set(vectors_of(market, LONG, "prediction_embeddings")) == shortest != set()
    saturday = date(2026, 10, 17)
    assert market.run("prediction_embeddings", saturday).written[saturday].notes["reason"].startswith("No trading")


# Which one


@pytest.mark.parametrize(
    ("chosen", "key", "name"),
    [
        ("auto", None, KEYLESS.name),
        ("auto", "sk-x", "text-embedding-3-small/512"),
        ("keyless", "sk-x", KEYLESS.name),
        ("openai", None, "text-embedding-3-small/512"),
    ],
)
def test_the_settings_choose_one_model(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, chosen: str, key: str | None, name: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("CRAVENY_EMBEDDINGS", chosen)
    if key:
        monkeypatch.setenv("OPENAI_API_KEY", key)
    embedder = embedder_of(Settings(), engine, LeaseKeeper(engine, "run"))
    assert embedder.embedding.name == name
    if not isinstance(embedder, KeylessEmbedder) and not key:
        made = embedder.embed(engine, ["Acme"])
        assert (made.is_made.any(), "OPENAI_API_KEY is not set" in made.reason) == (False, True)
