"""The search by people: the mirror in a real milvus-lite against an exact search over the same vectors.

vectors.recall_at_10: the share of the ten nearest that Milvus finds; as near counts as the same.
vectors.search_ms_10k, vectors.search_ms_100k: median of a fenced search among so many vectors, as the API asks it.
The exact search over Postgres, which serves when Milvus is gone, is told beside each. Vectors are the keyless
embedding's length, clustered as stories are; both sides answer the same questions one after the other.
"""

import socket
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median

import numpy as np
from sqlalchemy import Connection, Engine, text

from benchmarks.figures import Figure
from benchmarks.homes import Say, temporary_folder
from craveny_cli.services.home import Home
from craveny_cli.services.milvus import milvus_service
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.embedding import KEYLESS
from craveny_store import embeddings
from craveny_store.embeddings import NEWS, Hit, exact_nearest, write_vectors
from craveny_store.engine import migrate, open_engine
from craveny_store.milvus_search import MilvusSearch
from craveny_store.mirror import Mirror

NAMES = ("vectors.recall_at_10", "vectors.search_ms_10k", "vectors.search_ms_100k")
SIZES = {"vectors.search_ms_10k": 10_000, "vectors.search_ms_100k": 100_000}
QUESTIONS, K, DAY_ROWS, CLUSTERS = 100, 10, 500, 400
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
TOLERANCE = 1e-5
SPREAD = 0.6
"""How far a story lies from the middle of its cluster."""


def measure_vectors(wanted: Collection[str], say: Say) -> Iterator[Figure]:
    """The median times asked for, and the recall over all of them."""
    sizes = [size for name, size in SIZES.items() if name in wanted] or [10_000]
    recalls = []
    with temporary_folder("bench-vectors") as folder:
        for size in sizes:
            with _filled(Home(folder / f"home-{size}"), size, say) as (engine, search):
                recall, milvus_ms, exact_ms = _compared(engine, search, size, say)
            recalls.append(recall)
            label = f"{size // 1000}k"
            beside = f"an exact search over Postgres: {exact_ms:.1f} ms"
            yield Figure(f"vectors.search_ms_{label}", milvus_ms, "ms", QUESTIONS, compared_with=beside)
            yield Figure(f"vectors.exact_ms_{label}", exact_ms, "ms", QUESTIONS, compared_with="what serves without it")
    if "vectors.recall_at_10" in wanted:
        against = "an exact search over the same vectors"
        yield Figure("vectors.recall_at_10", min(recalls), "share", QUESTIONS * K, 0.99, against, is_floor=True)


@contextmanager
def _filled(home: Home, size: int, say: Say) -> Iterator[tuple[Engine, MilvusSearch]]:
    postgres = EmbeddedPostgres(home.open())
    postgres.start()
    milvus = milvus_service(home, _free_port(), {})
    milvus.start()
    try:
        milvus.wait_ready()
        engine = open_engine(postgres.url("craveny", "psycopg"))
        migrate(engine)
        uri = f"http://127.0.0.1:{milvus.argv[milvus.argv.index('--port') + 1]}"
        _fill(engine, size, say)
        with engine.begin() as conn:
            say(f"sending {size:,} vectors to Milvus")
            Mirror(uri, capacity=size).sync(conn, "us")
        yield engine, MilvusSearch(uri, timeout=60.0)
        engine.dispose()
    finally:
        milvus.stop(20)
        postgres.stop()


def _fill(engine: Engine, size: int, say: Say) -> None:
    rng = np.random.default_rng(10)
    centres = rng.normal(size=(CLUSTERS, KEYLESS.dimensions))
    for start in range(0, size, DAY_ROWS):
        rows = centres[rng.integers(CLUSTERS, size=DAY_ROWS)] + SPREAD * rng.normal(size=(DAY_ROWS, KEYLESS.dimensions))
        vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        with engine.begin() as conn:
            _fill_day(conn, start, vectors)
        if start % 20_000 == 0:
            say(f"{start:,} of {size:,} vectors in Postgres")


def _fill_day(conn: Connection, start: int, vectors: np.ndarray) -> None:
    at = FIRST + timedelta(days=start // DAY_ROWS)
    owners = [(start + i + 1, at + timedelta(seconds=60 * i)) for i in range(len(vectors))]
    values = {"at": at, "day": at.date(), "start": start, "rows": len(vectors)}
    conn.execute(text(_ARTICLES), values)
    write_vectors(conn, NEWS, KEYLESS, "us", at.date(), owners, vectors)
    conn.execute(text(_STATE), values)


_ARTICLES = """
    WITH item AS (
        INSERT INTO raw_news (raw_news_id, market, source, item_key, payload_hash, payload, fetched_at, available_at,
            basis)
        OVERRIDING SYSTEM VALUE
        SELECT :start + i, 'us', 'bench', (:start + i)::text, sha256((:start + i)::text::bytea), '{}', :at,
            :at + (i - 1) * interval '1 minute', 'observed'
        FROM generate_series(1, :rows) i RETURNING raw_news_id, available_at)
    INSERT INTO news (news_id, market, partition_date, source, title, excerpt, language, story_id, symbols, positive,
        negative, available_at, basis, is_synthetic)
    SELECT raw_news_id, 'us', :day, 'bench', 'bench', '', 'en', raw_news_id, '{}', 0, 0, available_at, 'observed', true
    FROM item"""
_STATE = """
    INSERT INTO partition_state (market, asset, partition_date, model_name, version, row_count, added, changed,
        unchanged, run_id, committed_at)
    VALUES ('us', 'news_embeddings', :day, '', nextval('partition_version'), :rows, :rows, 0, 0, 'bench', now())"""


def _compared(engine: Engine, search: MilvusSearch, size: int, say: Say) -> tuple[float, float, float]:
    """Recall, and the median milliseconds of either side; fenced, at an instant that leaves nine of ten out of ten."""
    until = FIRST + timedelta(days=size / DAY_ROWS * 0.9)
    us = int(until.timestamp() * 1_000_000)
    rng = np.random.default_rng(11)
    within = f'market == "us" and available_us <= {us}'
    found = wanted = 0
    milvus_ms, exact_ms = [], []
    embeddings.SEARCHED = size
    with engine.connect() as conn:
        ids = rng.integers(1, size + 1, size=QUESTIONS).tolist()
        for number, key in enumerate(ids):
            question = embeddings.vector_of(conn, NEWS, KEYLESS, key)
            assert question is not None
            hits, took = _timed(lambda q=question: search.nearest(NEWS.name, KEYLESS, q, K, within))
            milvus_ms.append(took)
            exact, took = _timed(lambda q=question: exact_nearest(conn, NEWS, KEYLESS, "us", q, K, until))
            exact_ms.append(took)
            edge = min(hit.similarity for hit in exact) - TOLERANCE
            found += sum(hit.similarity >= edge for hit in hits)
            wanted += len(exact)
            if number % 20 == 0:
                say(f"{number} of {QUESTIONS} questions among {size:,} vectors")
    return found / wanted, median(milvus_ms), median(exact_ms)


def _timed(ask: Callable[[], list[Hit]]) -> tuple[list[Hit], float]:
    begun = time.perf_counter()
    hits = ask()
    return hits, (time.perf_counter() - begun) * 1000


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
