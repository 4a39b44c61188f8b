"""Vectors in Postgres: the exact search is exact, finds nothing of later, and knows one model at a time."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from craveny_domain.embedding import KEYLESS, Embedding
from craveny_domain.neighbours import nearest
from craveny_store import embeddings
from craveny_store.embeddings import NEWS, embedding_in_force, exact_nearest, vector_of, write_vectors
from craveny_store.search import similar
from tests.store.milvus_bench import FIRST, plant_news, unit_vectors

OTHER = Embedding("text-embedding-3-small/512", 512)
SAME_LENGTH = Embedding("another/384", 384)


def planted(
    conn: Connection, embedding: Embedding, days: int = 3, count: int = 40
) -> tuple[list[tuple[int, datetime]], np.ndarray]:
    owners, parts = [], []
    for day in range(days):
        fresh = plant_news(conn, "us", day, count)
        vectors = unit_vectors(count, embedding, seed=day)
        write_vectors(conn, NEWS, embedding, "us", FIRST + timedelta(days=day), fresh, vectors)
        owners += fresh
        parts.append(vectors)
    return owners, np.concatenate(parts)


@pytest.mark.parametrize("chunk", [7, 40, 4_000])
def test_the_search_in_chunks_finds_what_one_over_everything_finds(
    engine: Engine, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeddings, "CHUNK", chunk)
    with engine.begin() as conn:
        owners, vectors = planted(conn, KEYLESS)
        questions = unit_vectors(5, KEYLESS, seed=99)
        ids, until = np.array([key for key, _ in owners]), max(at for _, at in owners)
        whole = nearest(questions, vectors, ids, k=10)
        for q, question in enumerate(questions):
            found = exact_nearest(conn, NEWS, KEYLESS, "us", question, 10, until)
            assert [hit.id for hit in found] == ids[whole.row[q]].tolist()
            assert [hit.similarity for hit in found] == whole.similarity[q].tolist()


def test_only_so_many_of_the_newest_are_gone_through(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "CHUNK", 10)
    monkeypatch.setattr(embeddings, "SEARCHED", 30)
    with engine.begin() as conn:
        owners, vectors = planted(conn, KEYLESS)
        found = exact_nearest(conn, NEWS, KEYLESS, "us", vectors[0], 120, owners[-1][1])
        assert {hit.id for hit in found} == {key for key, _ in owners[-30:]}


def test_nothing_that_became_available_later_is_found_at_any_instant(engine: Engine) -> None:
    with engine.begin() as conn:
        owners, vectors = planted(conn, KEYLESS)
        instants = sorted(at for _, at in owners)

        @settings(max_examples=40, database=None)
        @given(st.integers(0, len(instants) - 1), st.sampled_from([-1, 0, 1]), st.integers(0, len(vectors) - 1))
        def holds(position: int, microseconds: int, asked: int) -> None:
            until = instants[position] + timedelta(microseconds=microseconds)
            served = similar(conn, None, NEWS, KEYLESS, "us", vectors[asked], 200, until)
            assert {hit.id for hit in served.hits} == {key for key, at in owners if at <= until}

        holds()


@pytest.mark.parametrize("other", [OTHER, SAME_LENGTH], ids=lambda e: e.name)
def test_vectors_of_two_models_never_meet(engine: Engine, other: Embedding) -> None:
    with engine.begin() as conn:
        owners, vectors = planted(conn, KEYLESS, days=1)
        assert embedding_in_force(conn, NEWS, "us") == KEYLESS
        theirs = unit_vectors(len(owners) - 10, other, seed=3)
        changes = write_vectors(conn, NEWS, other, "us", FIRST, owners[:-10], theirs)
        assert (changes.added, changes.removed) == (len(theirs), 0)
        assert embedding_in_force(conn, NEWS, "us") == other
        until = owners[-1][1]
        found = exact_nearest(conn, NEWS, other, "us", theirs[4], 100, until)
        assert (found[0].id, len(found)) == (owners[4][0], len(theirs))
        assert len(exact_nearest(conn, NEWS, KEYLESS, "us", vectors[4], 100, until)) == len(owners)
        assert vector_of(conn, NEWS, other, owners[-1][0]) is None
        mine = vector_of(conn, NEWS, KEYLESS, owners[-1][0])
        assert mine is not None
        assert mine.tobytes() == vectors[-1].tobytes()


def test_a_text_without_letters_finds_nothing_and_the_answer_says_why(engine: Engine) -> None:
    with engine.begin() as conn:
        owners, _ = planted(conn, KEYLESS, days=1)
        served = similar(conn, None, NEWS, KEYLESS, "us", np.zeros(384, dtype=np.float32), 5, owners[-1][1])
        assert (served.hits, served.reason) == ([], "What is searched by has no letters or digits.")


def test_the_exact_search_walks_an_index_and_sorts_nothing_twice(engine: Engine) -> None:
    with engine.begin() as conn:
        planted(conn, KEYLESS, days=1, count=5)
        conn.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(
            conn.execute(
                text("""EXPLAIN SELECT news_id FROM news_embeddings WHERE market = 'us' AND embedding_model = 'x'
                    AND (available_at, news_id) < (now(), 5) ORDER BY available_at DESC, news_id DESC LIMIT 5""")
            ).scalars()
        )
    assert "news_embeddings_market_embedding_model_available_at_idx" in plan
