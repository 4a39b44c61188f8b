"""Vectors in Postgres, of articles and of forecasts' reasons, each under the model that made it: writes by day,
reads by day, and the exact search that needs nothing else. Every read names one model; Milvus mirrors the newest of
its vectors (see `mirror`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import LiteralString

import numpy as np
from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects.postgresql import insert

from craveny_domain.embedding import Embedding
from craveny_domain.neighbours import nearest
from craveny_store.bulk import Changes, fetch_array, merge_rows
from craveny_store.tables import news_embeddings, prediction_embeddings, vector_model

CHUNK = 4_000
"""Vectors an exact search holds at once: 6 MB of 384 numbers each."""
SEARCHED = 50_000
"""Vectors an exact search goes through at most, the newest first."""
_LAST_ID = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Collection:
    """A kind of vector: its asset, its table and its collection in Milvus all have one name."""

    name: LiteralString
    key: LiteralString
    table: Table

    def query(self, template: LiteralString) -> LiteralString:
        """A query with {table} and {key} filled in."""
        return template.format(table=self.name, key=self.key)


NEWS = Collection("news_embeddings", "news_id", news_embeddings)
REASONS = Collection("prediction_embeddings", "prediction_id", prediction_embeddings)
COLLECTIONS = (NEWS, REASONS)


@dataclass(frozen=True)
class Hit:
    """A found vector by the id of what it is of, and its cosine."""

    id: int
    similarity: float


def vector_type(embedding: Embedding) -> str:
    """A vector's kind for `fetch_array`."""
    return f"S{embedding.dimensions * 4}"


def decode(stored: np.ndarray, embedding: Embedding) -> np.ndarray:
    """Stored vectors [n] of bytes as float32 [n, dimensions]."""
    return np.frombuffer(stored.tobytes(), dtype="<f4").reshape(len(stored), embedding.dimensions)


def write_vectors(
    conn: Connection,
    collection: Collection,
    embedding: Embedding,
    market: str,
    day: date,
    owners: Sequence[tuple[int, datetime]],
    vectors: np.ndarray,
) -> Changes:
    """Make a model's vectors of a day equal to the given ones: (id, available_at) and rows [n, dimensions] of float32.

    Those of other models stay; from now on people search among this one's.
    """
    _put_in_force(conn, collection, embedding, market)
    encoded = vectors.astype("<f4")
    rows = [
        (key, embedding.name, market, day, available_at, encoded[i].tobytes())
        for i, (key, available_at) in enumerate(owners)
    ]
    columns = [collection.key, "embedding_model", "market", "partition_date", "available_at", "vector"]
    scope = {"market": market, "partition_date": day, "embedding_model": embedding.name}
    return merge_rows(conn, collection.table, columns, rows, scope=scope, key=columns[:2])


_OF_DAY = """
    SELECT {key} AS id, available_at, vector FROM {table}
    WHERE market = %(market)s AND embedding_model = %(model)s AND partition_date = %(day)s"""
_OF_ONE = """
    SELECT {key} AS id, available_at, vector FROM {table} WHERE {key} = %(id)s AND embedding_model = %(model)s"""
_BEFORE = """
    SELECT {key} AS id, available_at, vector FROM {table}
    WHERE market = %(market)s AND embedding_model = %(model)s AND (available_at, {key}) < (%(at)s, %(id)s)
    ORDER BY available_at DESC, {key} DESC LIMIT %(limit)s"""


@dataclass(frozen=True)
class Vectors:
    """Ids [n], when each became available in microseconds since 1970 [n], and vectors [n, dimensions]."""

    ids: np.ndarray
    available_us: np.ndarray
    rows: np.ndarray


def vectors_of_day(conn: Connection, collection: Collection, embedding: Embedding, market: str, day: date) -> Vectors:
    """A model's vectors of a day."""
    values = {"market": market, "model": embedding.name, "day": day}
    return _fetched(conn, collection.query(_OF_DAY), embedding, values)


def vector_of(conn: Connection, collection: Collection, embedding: Embedding, key: int) -> np.ndarray | None:
    """One vector of a model [dimensions]; None when it has none of this."""
    found = _fetched(conn, collection.query(_OF_ONE), embedding, {"id": key, "model": embedding.name}).rows
    return found[0] if len(found) else None


def embedding_in_force(conn: Connection, collection: Collection, market: str) -> Embedding | None:
    """The model that wrote a market's vectors last; None before the first."""
    c = vector_model.c
    query = select(c.embedding_model, c.dimensions).where(c.market == market, c.collection == collection.name)
    row = conn.execute(query).first()
    return Embedding(*row) if row else None


def newest_embedding(conn: Connection) -> Embedding | None:
    """The model that came into force last, in whatever market; None before the first."""
    c = vector_model.c
    row = conn.execute(select(c.embedding_model, c.dimensions).order_by(c.in_force_at.desc()).limit(1)).first()
    return Embedding(*row) if row else None


def _put_in_force(conn: Connection, collection: Collection, embedding: Embedding, market: str) -> None:
    if embedding_in_force(conn, collection, market) == embedding:
        return
    values = {
        "embedding_model": embedding.name,
        "dimensions": embedding.dimensions,
        "in_force_at": func.clock_timestamp(),
    }
    added = insert(vector_model).values(market=market, collection=collection.name, **values)
    conn.execute(added.on_conflict_do_update(index_elements=["market", "collection"], set_=values))


def exact_nearest(
    conn: Connection,
    collection: Collection,
    embedding: Embedding,
    market: str,
    question: np.ndarray,
    k: int,
    until: datetime,
) -> list[Hit]:
    """The k nearest of a market's newest SEARCHED vectors available at or before an instant, exactly.

    Ties go to the smaller id; holds CHUNK vectors at once.
    """
    best: list[Hit] = []
    for part in _newest_first(conn, collection, embedding, market, until):
        found = nearest(question[None], part.rows, part.ids, k)
        pairs = zip(found.row[0].tolist(), found.similarity[0].tolist(), strict=True)
        best += [Hit(int(part.ids[row]), similarity) for row, similarity in pairs if row >= 0]
        best = sorted(best, key=lambda hit: (-hit.similarity, hit.id))[:k]
    return best


def _newest_first(
    conn: Connection, collection: Collection, embedding: Embedding, market: str, until: datetime
) -> Iterator[Vectors]:
    query = collection.query(_BEFORE)
    at, before = until, _LAST_ID
    for _ in range(0, SEARCHED, CHUNK):
        parameters = {"market": market, "model": embedding.name, "at": at, "id": before, "limit": CHUNK}
        part = _fetched(conn, query, embedding, parameters)
        if len(part.ids):
            yield part
        if len(part.ids) < CHUNK:
            return
        last = np.lexsort((part.ids, part.available_us))[0]
        at = _EPOCH + timedelta(microseconds=int(part.available_us[last]))
        before = int(part.ids[last])


def _fetched(conn: Connection, query: LiteralString, embedding: Embedding, parameters: dict[str, object]) -> Vectors:
    types = [("id", "i8"), ("available_us", "us"), ("vector", vector_type(embedding))]
    rows = fetch_array(conn, query, parameters, types)
    return Vectors(rows["id"], rows["available_us"], decode(rows["vector"], embedding))
