"""The Milvus mirror: an index over the newest vectors of one model, for search by people and services.

Postgres holds the truth; the mirror is synced by day, can be rebuilt, checked (see `mirror_check`) and lost without
losing anything. Searching it: see `search`.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from craveny_domain.embedding import KEYLESS, Embedding
from craveny_store.bulk import cursor
from craveny_store.embeddings import COLLECTIONS, NEWS, Collection, vectors_of_day
from craveny_store.milvus import Milvus, vector_field
from craveny_store.tables import partition_state, vector_mirror

BATCH = 2_000
FLUSH_ROWS = 4_000


class Mirror:
    """One Milvus and what it should hold: each market's newest vectors of a model, up to `capacity` a collection."""

    def __init__(self, uri: str, capacity: int = 50_000, embedding: Embedding = KEYLESS) -> None:
        self.uri = uri
        self.capacity = capacity
        self.embedding = embedding
        self._milvus = Milvus(uri, embedding)

    def sync(self, conn: Connection, market: str, collection: Collection = NEWS) -> int:
        """Bring every day whose vectors changed into the mirror, newest first, up to its capacity.

        What Milvus has lost is sent again. Returns the vectors sent, 0 while another run is at it; raises
        MirrorUnavailable and leaves the rest for the next sync.
        """
        # Two runs would send the same days at once, and cost Milvus and themselves the memory twice.
        if not conn.execute(_TRY_ALONE).scalar() or not self._concerns(conn, market, collection):
            return 0
        if self._milvus.make_ready(collection.name):
            conn.execute(delete(vector_mirror).where(vector_mirror.c.collection == collection.name))
        sent = self._send_stale(conn, market, collection)
        if self._has_lost_something(conn, market, collection):
            self._forget(conn, market, collection, keep=())
            self._milvus.ask("delete", collection.name, filter=f'market == "{market}"')
            sent += self._send_stale(conn, market, collection)
        return sent

    def rebuild(self, conn: Connection, markets: Sequence[str]) -> dict[str, int]:
        """Drop the mirror and fill it again from Postgres; returns the vectors sent, by collection."""
        conn.execute(_ALONE)
        self.drop()
        conn.execute(delete(vector_mirror))
        return {c.name: sum(self.sync(conn, market, c) for market in markets) for c in COLLECTIONS}

    def drop(self) -> None:
        """Empty the mirror; the next sync finds that out."""
        for collection in COLLECTIONS:
            self._milvus.drop(collection.name)

    def has(self, collection: Collection) -> bool:
        """Whether there is such a collection, of whatever model."""
        return self._milvus.has(collection.name)

    def count(self, collection: Collection = NEWS, market: str = "") -> int:
        """Vectors in the mirror, of all markets unless one is named."""
        within = f'market == "{market}"' if market else ""
        found = self._milvus.ask("query", collection.name, filter=within, output_fields=["count(*)"])
        return int(found[0]["count(*)"])

    def ids(self, market: str, collection: Collection = NEWS) -> set[int]:
        """What is in the mirror of a market."""
        return self._milvus.ids(collection.name, f'market == "{market}"')

    def kept_days(self, conn: Connection, market: str, collection: Collection) -> dict[date, int]:
        """The days the mirror should hold with their versions, newest first."""
        s, room = partition_state.c, self.capacity
        states = conn.execute(
            select(s.partition_date, s.version, s.row_count)
            .where(s.market == market, s.asset == collection.name, s.model_name == "", s.row_count > 0)
            .order_by(s.partition_date.desc())
        )
        kept = {}
        for day, version, rows in states:
            room -= rows
            if room < 0:
                break
            kept[day] = version
        return kept

    def _concerns(self, conn: Connection, market: str, collection: Collection) -> bool:
        # An installation without reasons has no collection of them, and asks Milvus nothing about it.
        return bool(self._mirrored(conn, market, collection) or self.kept_days(conn, market, collection))

    def _mirrored(self, conn: Connection, market: str, collection: Collection) -> dict[date, int]:
        m = vector_mirror.c
        query = select(m.partition_date, m.version).where(m.collection == collection.name, m.market == market)
        return dict(conn.execute(query).tuples().all())

    def _send_stale(self, conn: Connection, market: str, collection: Collection) -> int:
        kept, mirrored = self.kept_days(conn, market, collection), self._mirrored(conn, market, collection)
        sent = unflushed = 0
        for day, version in kept.items():
            if mirrored.get(day) == version:
                continue
            if day in mirrored:
                self._delete_day(market, collection, day)
            count = self._send_day(conn, market, collection, day, version)
            sent, unflushed = sent + count, unflushed + count
            if unflushed >= FLUSH_ROWS:
                # What is not flushed is held in Milvus's memory.
                self._milvus.ask("flush", collection.name)
                unflushed = 0
        for day in self._forget(conn, market, collection, keep=list(kept)):
            self._delete_day(market, collection, day)
        if unflushed:
            self._milvus.ask("flush", collection.name)
        return sent

    def _send_day(self, conn: Connection, market: str, collection: Collection, day: date, version: int) -> int:
        found, local_day = vectors_of_day(conn, collection, self.embedding, market, day), day.toordinal()
        ids, available, rows = found.ids.tolist(), found.available_us.tolist(), found.rows.tolist()
        name = vector_field(self.embedding)
        for start in range(0, len(ids), BATCH):
            data = [
                {"id": ids[i], "market": market, "local_day": local_day, "available_us": available[i], name: rows[i]}
                for i in range(start, min(start + BATCH, len(ids)))
            ]
            self._milvus.ask("upsert", collection.name, data=data)
        values = {"collection": collection.name, "market": market, "partition_date": day, "version": version}
        conn.execute(insert(vector_mirror).values(values).on_conflict_do_update(
            index_elements=["collection", "market", "partition_date"], set_={"version": version}
        ))  # fmt: skip
        return len(ids)

    def _has_lost_something(self, conn: Connection, market: str, collection: Collection) -> bool:
        """Whether Milvus holds another number of vectors than it was sent."""
        query = collection.query(_SENT)
        parameters = {"market": market, "model": self.embedding.name, "collection": collection.name}
        count, is_settled = cursor(conn).execute(query, parameters).fetchone() or (0, False)
        return is_settled and count != self.count(collection, market)

    def _forget(self, conn: Connection, market: str, collection: Collection, keep: Sequence[date]) -> list[date]:
        c = vector_mirror.c
        mine = (c.collection == collection.name, c.market == market, c.partition_date.not_in(keep))
        return list(conn.execute(delete(vector_mirror).where(*mine).returning(c.partition_date)).scalars())

    def _delete_day(self, market: str, collection: Collection, day: date) -> None:
        within = f'market == "{market}" and local_day == {day.toordinal()}'
        self._milvus.ask("delete", collection.name, filter=within)


_TRY_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtext('craveny mirror'))")
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('craveny mirror'))")
# Settled: no day was written anew since it was sent.
_SENT = """
    SELECT coalesce(sum((SELECT count(*) FROM {table} e WHERE e.market = m.market
            AND e.partition_date = m.partition_date AND e.embedding_model = %(model)s)), 0)::int8,
        coalesce(bool_and(s.version = m.version), true)
    FROM vector_mirror m LEFT JOIN partition_state s ON s.market = m.market AND s.asset = m.collection
        AND s.partition_date = m.partition_date AND s.model_name = ''
    WHERE m.collection = %(collection)s AND m.market = %(market)s"""
