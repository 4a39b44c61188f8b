"""The Milvus mirror: an index over the newest vectors for search by people and services.

Postgres holds the truth; the mirror is synced by day, can be rebuilt, checked and lost without losing anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Connection, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from craveny_domain.embedding import DIMENSIONS
from craveny_store.bulk import fetch_array
from craveny_store.tables import news_embeddings, partition_state, vector_mirror
from craveny_store.vectors import EMBEDDING_MODEL, VECTOR_TYPE, decode

if TYPE_CHECKING:
    from pymilvus import MilvusClient

COLLECTION = "news_embeddings"
BATCH = 2_000
FLUSH_ROWS = 4_000


class MirrorUnavailable(Exception):  # noqa: N818
    """Milvus does not answer; search falls back to Postgres and the mirror heals at the next sync."""


@dataclass(frozen=True)
class Hit:
    """A found article and its cosine."""

    news_id: int
    similarity: float


class Mirror:
    """A client of one Milvus; connects on first use, so that importing it costs nothing."""

    def __init__(self, uri: str, capacity: int = 50_000) -> None:
        self.uri = uri
        self.capacity = capacity
        self._client: MilvusClient | None = None

    def sync(self, conn: Connection, market: str) -> int:
        """Bring every day whose vectors changed into the mirror, newest first, up to its capacity.

        Returns the vectors sent, 0 while another run is at it; raises MirrorUnavailable and leaves the rest for
        the next sync.
        """
        # Two runs would send the same days at once, and cost Milvus and themselves the memory twice.
        if not conn.execute(_ALONE).scalar():
            return 0
        stale, kept = self._plan(conn, market)
        sent = unflushed = 0
        for day in stale:
            count = self._send_day(conn, market, *day)
            sent, unflushed = sent + count, unflushed + count
            if unflushed >= FLUSH_ROWS:
                # What is not flushed is held in Milvus's memory.
                self._ask("flush", collection_name=COLLECTION)
                unflushed = 0
        self._forget(conn, market, kept)
        if unflushed:
            self._ask("flush", collection_name=COLLECTION)
        return sent

    def rebuild(self, conn: Connection, markets: Sequence[str]) -> int:
        """Drop the mirror and fill it again from Postgres; returns the vectors sent."""
        self.drop()
        conn.execute(delete(vector_mirror).where(vector_mirror.c.collection == COLLECTION))
        return sum(self.sync(conn, market) for market in markets)

    def drop(self) -> None:
        """Empty the mirror. Postgres still believes its days are mirrored: follow with a rebuild."""
        self._ask("drop_collection", collection_name=COLLECTION)
        self._disconnect()

    def nearest(self, market: str, vector: np.ndarray, k: int, before_us: int) -> list[Hit]:
        """The k nearest mirrored articles of a market available at or before an instant (microseconds)."""
        found = self._ask(
            "search",
            collection_name=COLLECTION,
            data=[vector.astype(np.float32).tolist()],
            limit=k,
            filter=f'market == "{market}" and available_us <= {before_us}',
        )
        return [Hit(int(hit["id"]), float(hit["distance"])) for hit in found[0]]

    def count(self) -> int:
        """Vectors in the mirror."""
        return int(self._ask("query", collection_name=COLLECTION, filter="", output_fields=["count(*)"])[0]["count(*)"])

    def _plan(self, conn: Connection, market: str) -> tuple[list[tuple[date, int, bool]], list[date]]:
        """The days to send, newest first (day, version, whether an older version is there), and those to keep."""
        s, m = partition_state.c, vector_mirror.c
        mirrored = dict(
            conn.execute(select(m.partition_date, m.version).where(m.collection == COLLECTION, m.market == market))
            .tuples()
            .all()
        )
        states = conn.execute(
            select(s.partition_date, s.version, s.row_count)
            .where(s.market == market, s.asset == COLLECTION, s.model_name == "")
            .order_by(s.partition_date.desc())
        )
        stale, kept, room = [], [], self.capacity
        for day, version, rows in states:
            room -= rows
            if room < 0:
                break
            kept.append(day)
            if mirrored.get(day) != version:
                stale.append((day, version, day in mirrored))
        return stale, kept

    def _send_day(self, conn: Connection, market: str, day: date, version: int, replaces: bool) -> int:  # noqa: FBT001
        if replaces:
            self._delete_day(market, day)
        rows = fetch_array(conn, _DAY, {"market": market, "model": EMBEDDING_MODEL, "day": day}, _DAY_TYPES)
        vectors = decode(rows["vector"])
        local_day = day.toordinal()
        for start in range(0, len(rows), BATCH):
            data = [
                {"id": i, "market": market, "local_day": local_day, "available_us": at, "vector": vector}
                for i, at, vector in zip(
                    rows["news_id"][start : start + BATCH].tolist(),
                    rows["available_us"][start : start + BATCH].tolist(),
                    vectors[start : start + BATCH].tolist(),
                    strict=True,
                )
            ]
            self._ask("upsert", collection_name=COLLECTION, data=data)
        values = {"collection": COLLECTION, "market": market, "partition_date": day, "version": version}
        conn.execute(insert(vector_mirror).values(values).on_conflict_do_update(
            index_elements=["collection", "market", "partition_date"], set_={"version": version}
        ))  # fmt: skip
        return len(rows)

    def _forget(self, conn: Connection, market: str, kept: Sequence[date]) -> None:
        c = vector_mirror.c
        gone = conn.execute(
            delete(vector_mirror)
            .where(c.collection == COLLECTION, c.market == market, c.partition_date.not_in(kept))
            .returning(c.partition_date)
        ).scalars()
        for day in gone.all():
            self._delete_day(market, day)

    def _delete_day(self, market: str, day: date) -> None:
        within = f'market == "{market}" and local_day == {day.toordinal()}'
        self._ask("delete", collection_name=COLLECTION, filter=within)

    def _ask(self, method: str, **arguments: Any) -> Any:  # noqa: ANN401
        """Call the client; a server that restarted has its collection loaded again first."""
        from pymilvus.exceptions import MilvusException

        try:
            try:
                return getattr(self._connected(), method)(**arguments)
            except MilvusException as error:
                if error.code != _NOT_LOADED:
                    raise
                self._connected().load_collection(COLLECTION)
                return getattr(self._connected(), method)(**arguments)
        except (MilvusException, OSError) as error:
            self._disconnect()
            raise MirrorUnavailable(f"Milvus at {self.uri} does not answer: {error}") from error

    def _disconnect(self) -> None:
        # The client library shares one connection per address; a broken one left open would be handed out again.
        if self._client is not None:
            self._client.close()
        self._client = None

    def _connected(self) -> "MilvusClient":
        if self._client is None:
            from pymilvus import MilvusClient

            self._client = MilvusClient(uri=self.uri, timeout=10, grpc_options=_GRPC)
            if not self._client.has_collection(COLLECTION):
                self._create(self._client)
            self._client.load_collection(COLLECTION)
        return self._client

    @staticmethod
    def _create(client: "MilvusClient") -> None:
        from pymilvus import DataType

        schema = client.create_schema(auto_id=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=DIMENSIONS)
        schema.add_field("market", DataType.VARCHAR, max_length=16)
        schema.add_field("local_day", DataType.INT64)
        schema.add_field("available_us", DataType.INT64)
        index = client.prepare_index_params()
        index.add_index("vector", index_type="FLAT", metric_type="COSINE")
        client.create_collection(COLLECTION, schema=schema, index_params=index)


_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtext('craveny mirror'))")
_NOT_LOADED = 101
# Without a pool of its own a new client inherits the growing back-off of an address that once refused.
_GRPC = {"grpc.use_local_subchannel_pool": 1, "grpc.max_reconnect_backoff_ms": 2_000}
_DAY = """
    SELECT news_id, available_at, vector FROM news_embeddings
    WHERE market = %(market)s AND embedding_model = %(model)s AND partition_date = %(day)s"""
_DAY_TYPES = [("news_id", "i8"), ("available_us", "us"), ("vector", VECTOR_TYPE)]


def stored_vectors(conn: Connection) -> int:
    """Vectors in Postgres."""
    return conn.execute(select(func.count()).select_from(news_embeddings)).scalar_one()
