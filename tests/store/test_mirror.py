"""The Milvus mirror against a real server: same answers as an exact search, rebuilt by one call, lost without loss."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest
from sqlalchemy import Engine, text

from craveny_cli.services.process import Service
from craveny_domain.embedding import KEYLESS, embed
from craveny_domain.neighbours import nearest
from craveny_store.bulk import fetch_array
from craveny_store.embeddings import NEWS, Hit, decode, vector_type
from craveny_store.milvus import MirrorUnavailable
from craveny_store.milvus_search import MilvusSearch
from craveny_store.mirror import Mirror
from tests.conftest import Bench
from tests.store.milvus_bench import patiently, port_of, served_milvus

pytestmark = pytest.mark.slow

DAYS = date(2026, 9, 1), date(2026, 9, 20)
NEWS_ASSETS = ("raw_news", "news", "match", "news_embeddings")
END = 2**62


@pytest.fixture(scope="module")
def milvus() -> Iterator[Service]:
    with served_milvus() as service:
        yield service


@pytest.fixture
def mirror(milvus: Service) -> Iterator[Mirror]:
    mirror = Mirror(f"http://127.0.0.1:{port_of(milvus)}", capacity=50_000)
    yield mirror
    mirror.drop()


@pytest.fixture
def filled(us: Bench) -> Bench:
    for asset in NEWS_ASSETS:
        us.run(asset, *DAYS)
    return us


def sync(engine: Engine, mirror: Mirror) -> int:
    with engine.begin() as conn:
        return mirror.sync(conn, "us")


def nearest_in(mirror: Mirror, question: np.ndarray, k: int, until_us: int) -> list[Hit]:
    within = f'market == "us" and available_us <= {until_us}'
    return MilvusSearch(mirror.uri).nearest(NEWS.name, mirror.embedding, question, k, within)


def stored(engine: Engine) -> tuple[np.ndarray, np.ndarray]:
    query = "SELECT news_id, vector FROM news_embeddings WHERE market = 'us' AND embedding_model = %(model)s"
    with engine.connect() as conn:
        types = [("news_id", "i8"), ("vector", vector_type(KEYLESS))]
        rows = fetch_array(conn, query, {"model": KEYLESS.name}, types)
    return rows["news_id"], decode(rows["vector"], KEYLESS)


def test_the_mirror_answers_as_an_exact_search_over_postgres_does(filled: Bench, mirror: Mirror) -> None:
    assert sync(filled.engine, mirror) > 200
    ids, vectors = stored(filled.engine)
    questions = embed(["Shares surge after record quarter", "Regulator opens probe into recall", "New plant approved"])
    exact = nearest(questions, vectors, ids, k=10)
    for q, question in enumerate(questions):
        hits = nearest_in(mirror, question, 10, END)
        assert [round(h.similarity, 4) for h in hits] == [round(float(s), 4) for s in exact.similarity[q]]
        edge = exact.similarity[q][-1] + 1e-4
        sure = {int(ids[row]) for row, s in zip(exact.row[q], exact.similarity[q], strict=True) if s > edge}
        assert sure <= {h.id for h in hits}


def test_the_search_never_returns_what_was_available_later(filled: Bench, mirror: Mirror) -> None:
    sync(filled.engine, mirror)
    query = text(
        "SELECT (extract(epoch from percentile_disc(0.5) WITHIN GROUP (ORDER BY available_at)) * 1e6)::int8 FROM news"
    )
    with filled.engine.connect() as conn:
        fence = conn.execute(query).scalar_one()
        late = text("SELECT news_id FROM news WHERE extract(epoch from available_at) * 1e6 > :fence")
        later = set(conn.execute(late, {"fence": fence}).scalars())
    hits = nearest_in(mirror, embed(["Shares surge after record quarter"])[0], 50, fence)
    assert hits
    assert later
    assert not {h.id for h in hits} & later


def test_a_second_sync_sends_nothing_and_a_changed_day_is_sent_again(filled: Bench, mirror: Mirror) -> None:
    first = sync(filled.engine, mirror)
    assert first == mirror.count()
    assert sync(filled.engine, mirror) == 0
    with filled.engine.begin() as conn:
        conn.execute(text("DELETE FROM news_embeddings WHERE partition_date = '2026-09-10'"))
    filled.run("news_embeddings", date(2026, 9, 10))
    assert 0 < sync(filled.engine, mirror) < 60
    assert mirror.count() == first


def test_while_one_run_syncs_another_leaves_it_to_it(filled: Bench, mirror: Mirror) -> None:
    with filled.engine.begin() as conn:
        assert mirror.sync(conn, "us") > 0
        assert sync(filled.engine, mirror) == 0
    assert mirror.count() > 0


def test_only_the_newest_days_that_fit_are_kept(filled: Bench, mirror: Mirror) -> None:
    mirror.capacity = 100
    sync(filled.engine, mirror)
    with filled.engine.connect() as conn:
        days = list(conn.execute(text("SELECT partition_date FROM vector_mirror ORDER BY 1")).scalars())
    assert 0 < mirror.count() <= 100
    assert days[-1] == DAYS[1]


def test_a_lost_mirror_is_rebuilt_with_the_same_answers(filled: Bench, mirror: Mirror) -> None:
    question = embed(["Quarterly profit beats expectations"])[0]
    sync(filled.engine, mirror)
    before = nearest_in(mirror, question, 5, END)
    mirror.drop()
    with filled.engine.begin() as conn:
        sent = mirror.rebuild(conn, ["krx", "us"])
    assert sent == {"news_embeddings": mirror.count(), "prediction_embeddings": 0}
    assert [h.similarity for h in nearest_in(mirror, question, 5, END)] == [h.similarity for h in before]


def test_a_restarted_server_is_searched_again_without_a_word(filled: Bench, mirror: Mirror, milvus: Service) -> None:
    sync(filled.engine, mirror)
    before = mirror.count()
    milvus.stop(20)
    with pytest.raises(MirrorUnavailable, match="does not answer"):
        mirror.count()
    milvus.start()
    milvus.wait_ready()
    assert patiently(mirror.count) == before


def test_embedding_goes_on_without_a_mirror_and_the_next_sync_makes_up_for_it(us: Bench, mirror: Mirror) -> None:
    from craveny_assets.assets import sync_mirror

    for asset in NEWS_ASSETS:
        us.run(asset, *DAYS)
    us.work.mirror = Mirror("http://127.0.0.1:9")
    assert "does not answer" in sync_mirror(us.work)
    us.work.mirror = mirror
    assert "vectors sent" in sync_mirror(us.work)
    assert mirror.count() > 200
