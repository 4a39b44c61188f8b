"""A real milvus-lite for a test module, vectors planted in Postgres, and a line to it that can be cut."""

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np
from sqlalchemy import Connection, text

from craveny_cli.services.home import Home
from craveny_cli.services.milvus import milvus_service
from craveny_cli.services.process import Service
from craveny_domain.embedding import Embedding
from craveny_store.embeddings import NEWS, write_vectors
from craveny_store.milvus import MirrorUnavailable

Told = TypeVar("Told")
FIRST = date(2026, 9, 1)


@contextmanager
def served_milvus() -> Iterator[Service]:
    """milvus-lite over an empty folder, on a port of its own."""
    folder = Path(tempfile.mkdtemp(prefix="craveny-milvus-", dir="/tmp"))
    service = milvus_service(Home(folder / "home").open(), free_port(), {})
    service.start()
    service.wait_ready()
    try:
        yield service
    finally:
        service.stop(20)
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def port_of(service: Service) -> int:
    return int(service.argv[service.argv.index("--port") + 1])


def data_of(service: Service) -> Path:
    return Path(service.argv[service.argv.index("--data-dir") + 1])


def patiently(ask: Callable[[], Told]) -> Told:
    """The answer, once the client library tries the address again: it backs off for some seconds after a refusal."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return ask()
        except MirrorUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def unit_vectors(count: int, embedding: Embedding, seed: int) -> np.ndarray:
    """Random unit vectors [count, dimensions]."""
    rows = np.random.default_rng(seed).normal(size=(count, embedding.dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def plant_news(conn: Connection, market: str, day: int, count: int) -> list[tuple[int, datetime]]:
    """That many articles of a day of a market, an hour apart at most: their ids and when they became available."""
    start = datetime.combine(FIRST + timedelta(days=day), datetime.min.time(), UTC)
    query = text("""
        INSERT INTO raw_news (market, source, item_key, payload_hash, payload, fetched_at, available_at, basis)
        SELECT :market, 'planted', :day || '/' || i, sha256((:day || '/' || i)::bytea), '{}', :start, at, 'observed'
        FROM (SELECT i, :start + i * interval '23 hours' / :count AS at FROM generate_series(1, :count) i) item
        RETURNING raw_news_id, available_at""")
    values = {"market": market, "day": str(day), "start": start, "count": count}
    owners = [(key, at) for key, at in conn.execute(query, values)]
    conn.execute(
        text("""
            INSERT INTO news (news_id, market, partition_date, source, title, excerpt, language, story_id, symbols,
                positive, negative, available_at, basis, is_synthetic)
            SELECT raw_news_id, market, :day, source, 'planted', '', 'en', raw_news_id, '{}', 0, 0, available_at,
                basis, true
            FROM raw_news WHERE raw_news_id = ANY(:ids)"""),
        {"day": start.date(), "ids": [key for key, _ in owners]},
    )
    return owners


def plant_day(conn: Connection, embedding: Embedding, market: str, day: int, count: int) -> np.ndarray:
    """A materialized day of vectors; gives them [count, dimensions]."""
    owners, vectors = plant_news(conn, market, day, count), unit_vectors(count, embedding, seed=day)
    write_day(conn, embedding, market, day, owners, vectors)
    return vectors


def write_day(
    conn: Connection,
    embedding: Embedding,
    market: str,
    day: int,
    owners: list[tuple[int, datetime]],
    vectors: np.ndarray,
) -> None:
    """The given vectors as a day's, and the day's state, as a run leaves them."""
    local = FIRST + timedelta(days=day)
    changes = write_vectors(conn, NEWS, embedding, market, local, owners, vectors)
    conn.execute(
        text("""
            INSERT INTO partition_state (market, asset, partition_date, model_name, version, row_count, added, changed,
                unchanged, run_id, committed_at)
            VALUES (:market, 'news_embeddings', :day, '', nextval('partition_version'), :rows, :rows, 0, 0, 'planted',
                clock_timestamp())
            ON CONFLICT (market, asset, partition_date, model_name)
            DO UPDATE SET version = excluded.version, row_count = excluded.row_count"""),
        {"market": market, "day": local, "rows": changes.rows},
    )


class Line:
    """A TCP line to a port that can be cut, hold its breath, and be mended; a second party in nothing it carries."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._open: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.is_cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End what is open; whoever comes is hung up on."""
        self.is_cut = True
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def mend(self) -> None:
        """Carry again."""
        self.is_cut = False

    def close(self) -> None:
        """For good."""
        self.cut()
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self.is_cut:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._target))
            self._open += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
