"""Milvus cut off, killed, emptied, damaged, or filled by another model: the next sync leaves no vector too many or
too few, and nobody finds what a model did not make."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, text

from craveny_cli.services.process import Service
from craveny_domain.embedding import KEYLESS, Embedding
from craveny_store.embeddings import NEWS
from craveny_store.milvus import Milvus, MirrorUnavailable
from craveny_store.milvus_search import MilvusSearch
from craveny_store.mirror import Mirror
from tests.store.milvus_bench import (
    Line,
    data_of,
    patiently,
    plant_day,
    plant_news,
    port_of,
    served_milvus,
    unit_vectors,
    write_day,
)

pytestmark = pytest.mark.slow
OTHER = Embedding("text-embedding-3-small/512", 512)
SAME_LENGTH = Embedding("another/384", 384)
DAYS, A_DAY = 6, 150


@pytest.fixture
def milvus() -> Iterator[Service]:
    with served_milvus() as service:
        yield service


@pytest.fixture
def planted(engine: Engine) -> Engine:
    with engine.begin() as conn:
        for market in ("krx", "us"):
            for day in range(DAYS):
                plant_day(conn, KEYLESS, market, day, A_DAY)
    return engine


def mirror_at(port: int, embedding: Embedding = KEYLESS) -> Mirror:
    return Mirror(f"http://127.0.0.1:{port}", embedding=embedding)


def sync_all(engine: Engine, mirror: Mirror) -> int:
    sent = 0
    for market in ("krx", "us"):
        with engine.begin() as conn:
            sent += mirror.sync(conn, market)
    return sent


def mismatches(engine: Engine, mirror: Mirror) -> int:
    """Vectors of a model that only one side has."""
    query = text("SELECT market, news_id FROM news_embeddings WHERE embedding_model = :model")
    with engine.connect() as conn:
        kept = {tuple(row) for row in conn.execute(query, {"model": mirror.embedding.name})}
    return len(kept ^ {(market, i) for market in ("krx", "us") for i in mirror.ids(market)})


def restarted(milvus: Service) -> None:
    milvus.start()
    milvus.wait_ready()


def damage(folder: Path, pattern: str) -> int:
    """Cut the files of a pattern in half."""
    files = sorted(folder.rglob(pattern))
    for file in files:
        os.truncate(file, file.stat().st_size // 2)
    return len(files)


@pytest.mark.parametrize("pattern", ["*.parquet", "*.idx", "manifest.json", "schema.json"])
def test_a_truncated_file_is_made_up_for_by_the_next_sync(planted: Engine, milvus: Service, pattern: str) -> None:
    mirror = mirror_at(port_of(milvus))
    sync_all(planted, mirror)
    before = mismatches(planted, mirror)
    milvus.stop(0)
    assert damage(data_of(milvus), pattern) > 0
    restarted(milvus)
    patiently(lambda: sync_all(planted, mirror))
    assert (before, mismatches(planted, mirror)) == (0, 0)


def test_a_line_cut_in_the_middle_of_a_sync_leaves_nothing_out_once_it_is_mended(
    planted: Engine, milvus: Service
) -> None:
    line = Line(port_of(milvus))
    mirror = mirror_at(line.port)
    patiently(lambda: sync_all(planted, mirror))
    with planted.begin() as conn:
        for day in range(DAYS, DAYS + 20):
            plant_day(conn, KEYLESS, "us", day, A_DAY)
    timer = threading.Timer(0.4, line.cut)
    timer.start()
    try:
        with pytest.raises(MirrorUnavailable):
            while True:
                sync_all(planted, mirror)
    finally:
        timer.join()
    line.mend()
    patiently(lambda: sync_all(planted, mirror))
    assert mismatches(planted, mirror) == 0
    line.close()


def test_a_killed_server_and_one_whose_data_is_gone_are_filled_again(planted: Engine, milvus: Service) -> None:
    mirror = mirror_at(port_of(milvus))
    sync_all(planted, mirror)
    os.kill(milvus.pid, 9)
    milvus.stop(0)
    restarted(milvus)
    assert patiently(lambda: sync_all(planted, mirror)) == 0
    assert mismatches(planted, mirror) == 0
    mirror.drop()
    assert sync_all(planted, mirror) == 2 * DAYS * A_DAY
    assert mismatches(planted, mirror) == 0


def test_vectors_that_vanished_from_either_side_are_found_out(planted: Engine, milvus: Service) -> None:
    mirror = mirror_at(port_of(milvus))
    sync_all(planted, mirror)
    client = Milvus(mirror.uri, KEYLESS)
    some = sorted(mirror.ids("us"))[::7]
    client.ask("delete", NEWS.name, ids=some)
    with planted.begin() as conn:
        conn.execute(text("DELETE FROM news WHERE market = 'krx' AND news_id % 50 = 0"))
    assert mismatches(planted, mirror) > 0
    sync_all(planted, mirror)
    assert mismatches(planted, mirror) == 0


@pytest.mark.parametrize("other", [OTHER, SAME_LENGTH], ids=lambda e: e.name)
def test_another_model_s_collection_is_replaced_and_never_searched_with_this_one_s(
    planted: Engine, milvus: Service, other: Embedding
) -> None:
    mirror, search = mirror_at(port_of(milvus)), MilvusSearch(f"http://127.0.0.1:{port_of(milvus)}")
    sync_all(planted, mirror)
    question = unit_vectors(1, other, seed=5)[0]
    with pytest.raises(MirrorUnavailable):
        search.nearest(NEWS.name, other, question, 5, 'market == "us"')
    with planted.begin() as conn:
        owners = plant_news(conn, "us", DAYS, 30)
        write_day(conn, other, "us", DAYS, owners, np.repeat(question[None], 30, axis=0))
    replaced = mirror_at(port_of(milvus), other)
    assert sync_all(planted, replaced) == 30
    assert mismatches(planted, replaced) == 0
    hits = search.nearest(NEWS.name, other, question, 100, 'market == "us"')
    assert {hit.id for hit in hits} == {key for key, _ in owners}
    with pytest.raises(MirrorUnavailable):
        search.nearest(NEWS.name, KEYLESS, unit_vectors(1, KEYLESS, seed=5)[0], 5, 'market == "us"')
    assert sync_all(planted, mirror_at(port_of(milvus))) == 2 * DAYS * A_DAY
