"""Whether the mirror holds what it should, and finds what an exact search finds."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from craveny_domain.neighbours import nearest
from craveny_store.embeddings import COLLECTIONS, Collection, Vectors, vectors_of_day
from craveny_store.milvus_search import MilvusSearch
from craveny_store.mirror import Mirror

NEIGHBOURS = 10
QUESTIONS = 50
TOLERANCE = 1e-5
"""What two float32 cosines of one pair can differ by."""


@dataclass(frozen=True)
class Verified:
    """One market's part of a collection: vectors on both sides, ids that only one has, and how much of what is
    nearest is found; `recall` None without anything to search."""

    collection: str
    market: str
    stored: int
    mirrored: int
    missing: int
    extra: int
    recall: float | None

    @property
    def is_fine(self) -> bool:
        """Whether both sides hold the same."""
        return not self.missing and not self.extra


def verify(conn: Connection, mirror: Mirror, markets: list[str]) -> list[Verified]:
    """Every market's part of every collection; raises MirrorUnavailable. A collection nobody needs is left out."""
    search = MilvusSearch(mirror.uri, timeout=30.0)
    found = [_verified(conn, mirror, search, collection, market) for collection in COLLECTIONS for market in markets]
    return [one for one in found if one is not None]


def _verified(
    conn: Connection, mirror: Mirror, search: MilvusSearch, collection: Collection, market: str
) -> Verified | None:
    days = mirror.kept_days(conn, market, collection)
    parts = [vectors_of_day(conn, collection, mirror.embedding, market, day) for day in days]
    stored = _joined(parts, mirror.embedding.dimensions)
    if not len(stored.ids) and not mirror.has(collection):
        return None
    ids, mirrored = set(stored.ids.tolist()), mirror.ids(market, collection)
    return Verified(
        collection=collection.name,
        market=market,
        stored=len(ids),
        mirrored=len(mirrored),
        missing=len(ids - mirrored),
        extra=len(mirrored - ids),
        recall=_recall(mirror, search, collection, market, stored) if len(ids) else None,
    )


def _joined(parts: list[Vectors], dimensions: int) -> Vectors:
    empty = Vectors(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty((0, dimensions), np.float32))
    return Vectors(*(np.concatenate([getattr(part, name) for part in (empty, *parts)]) for name in vars(empty)))


def _recall(mirror: Mirror, search: MilvusSearch, collection: Collection, market: str, stored: Vectors) -> float:
    """The share of the nearest that Milvus finds for a seeded choice of stored vectors; as near counts as the same."""
    letters = np.flatnonzero(stored.rows.any(axis=1))
    if not len(letters):
        return 1.0
    chosen = np.random.default_rng(10).choice(letters, size=min(QUESTIONS, len(letters)), replace=False)
    exact = nearest(stored.rows[chosen], stored.rows, stored.ids, k=NEIGHBOURS)
    found = wanted = 0
    for q, question in enumerate(stored.rows[chosen]):
        edge = exact.similarity[q][exact.row[q] >= 0].min() - TOLERANCE
        hits = search.nearest(collection.name, mirror.embedding, question, NEIGHBOURS, f'market == "{market}"')
        found += sum(hit.similarity >= edge for hit in hits)
        wanted += int((exact.row[q] >= 0).sum())
    return found / wanted
