"""The Milvus mirror against a real server: same answers as an exact search, rebuilt by one call, lost without loss."""

import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, text

from craveny_cli.services.home import Home
from craveny_cli.services.milvus import milvus_service
from craveny_cli.services.process import Service
from craveny_domain.embedding import embed
from craveny_domain.neighbours import nearest
from craveny_store.bulk import fetch_array
from craveny_store.mirror import Mirror, MirrorUnavailable
from craveny_store.vectors import EMBEDDING_MODEL, VECTOR_TYPE, decode
from tests.conftest import Bench

pytestmark = pytest.mark.slow

DAYS = date(2026, 9, 1), date(2026, 9, 20)
NEWS_ASSETS = ("raw_news", "news", "match", "news_embeddings")
END = 2**62


@pytest.fixture(scope="module")
def milvus() -> Iterator[Service]:
    folder = Path(tempfile.mkdtemp(prefix="craveny-milvus-", dir="/tmp"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = milvus_service(Home(folder / "home").open(), port, {})
    service.start()
    service.wait_ready()
    yield service
    service.stop(20)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def mirror(milvus: Service) -> Iterator[Mirror]:
    port = milvus.argv[milvus.argv.index("--port") + 1]
    mirror = Mirror(f"http://127.0.0.1:{port}", capacity=50_000)
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


def stored(engine: Engine) -> tuple[np.ndarray, np.ndarray]:
    query = "SELECT news_id, vector FROM news_embeddings WHERE market = 'us' AND embedding_model = %(model)s"
    with engine.connect() as conn:
        rows = fetch_array(conn, query, {"model": EMBEDDING_MODEL}, [("news_id", "i8"), ("vector", VECTOR_TYPE)])
    return rows["news_id"], decode(rows["vector"])


def test_the_mirror_answers_as_an_exact_search_over_postgres_does(filled: Bench, mirror: Mirror) -> None:
    assert sync(filled.engine, mirror) > 200
    ids, vectors = stored(filled.engine)
    questions = embed(["Shares surge after record quarter", "Regulator opens probe into recall", "New plant approved"])
    exact = nearest(questions, vectors, ids, k=10)
    for q, question in enumerate(questions):
        hits = mirror.nearest("us", question, 10, END)
        assert [round(h.similarity, 4) for h in hits] == [round(float(s), 4) for s in exact.similarity[q]]
        edge = exact.similarity[q][-1] + 1e-4
        sure = {int(ids[row]) for row, s in zip(exact.row[q], exact.similarity[q], strict=True) if s > edge}
        assert sure <= {h.news_id for h in hits}


def test_the_search_never_returns_what_was_available_later(filled: Bench, mirror: Mirror) -> None:
    sync(filled.engine, mirror)
    query = text(
        "SELECT (extract(epoch from percentile_disc(0.5) WITHIN GROUP (ORDER BY available_at)) * 1e6)::int8 FROM news"
    )
    with filled.engine.connect() as conn:
        fence = conn.execute(query).scalar_one()
        late = text("SELECT news_id FROM news WHERE extract(epoch from available_at) * 1e6 > :fence")
        later = set(conn.execute(late, {"fence": fence}).scalars())
    hits = mirror.nearest("us", embed(["Shares surge after record quarter"])[0], 50, fence)
    assert hits
    assert later
    assert not {h.news_id for h in hits} & later


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
    before = mirror.nearest("us", question, 5, END)
    mirror.drop()
    with filled.engine.begin() as conn:
        sent = mirror.rebuild(conn, ["krx", "us"])
    assert sent == mirror.count()
    assert [h.similarity for h in mirror.nearest("us", question, 5, END)] == [h.similarity for h in before]


def test_a_restarted_server_is_searched_again_without_a_word(filled: Bench, mirror: Mirror, milvus: Service) -> None:
    sync(filled.engine, mirror)
    before = mirror.count()
    milvus.stop(20)
    with pytest.raises(MirrorUnavailable, match="does not answer"):
        mirror.count()
    milvus.start()
    milvus.wait_ready()
    assert patiently(mirror.count) == before


def patiently(ask: Callable[[], int]) -> int:
    """The answer, once the client library tries the address again: it backs off for some seconds after a refusal."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return ask()
        except MirrorUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def test_embedding_goes_on_without_a_mirror_and_the_next_sync_makes_up_for_it(us: Bench, mirror: Mirror) -> None:
    from craveny_assets.assets import sync_mirror

    for asset in NEWS_ASSETS:
        us.run(asset, *DAYS)
    us.work.mirror = Mirror("http://127.0.0.1:9")
    assert "does not answer" in sync_mirror(us.work)
    us.work.mirror = mirror
    assert "vectors sent" in sync_mirror(us.work)
    assert mirror.count() > 200
