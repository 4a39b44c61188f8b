"""Search by people among news and reasons: Milvus first, an exact search over Postgres where it cannot answer.

Nothing that became available after the asked instant is found, whoever serves. Forecasts do not come here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np
from sqlalchemy import Connection, func, select

from craveny_domain.embedding import Embedding
from craveny_store.embeddings import SEARCHED, Collection, Hit, exact_nearest
from craveny_store.milvus import MirrorUnavailable
from craveny_store.milvus_search import MilvusSearch
from craveny_store.tables import partition_state, vector_mirror

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Served:
    """What was found, nearest first, by whom, and why not by Milvus."""

    hits: list[Hit]
    served_by: Literal["milvus", "postgres"]
    reason: str | None = None


def similar(
    conn: Connection,
    milvus: MilvusSearch | None,
    collection: Collection,
    embedding: Embedding,
    market: str,
    question: np.ndarray,
    k: int,
    until: datetime,
) -> Served:
    """The k nearest to a vector of a model among what a market had at an instant."""
    if not question.any():
        return Served([], "postgres", "What is searched by has no letters or digits.")
    reason = _why_not(conn, milvus, collection, market, until)
    if milvus and not reason:
        within = f'market == "{market}" and available_us <= {(until - _EPOCH) // _MICROSECOND}'
        try:
            return Served(milvus.nearest(collection.name, embedding, question, k, within), "milvus")
        except MirrorUnavailable:
            reason = f"The vector index does not answer; the newest {SEARCHED:,} vectors were searched one by one."
    return Served(exact_nearest(conn, collection, embedding, market, question, k, until), "postgres", reason)


def _why_not(
    conn: Connection, milvus: MilvusSearch | None, collection: Collection, market: str, until: datetime
) -> str | None:
    if milvus is None:
        return f"There is no vector index here; the newest {SEARCHED:,} vectors were searched one by one."
    s, m = partition_state.c, vector_mirror.c
    mine = (s.market == market, s.asset == collection.name, s.model_name == "", s.row_count > 0)
    mirrored = (m.market == market, m.collection == collection.name)
    first, last = conn.execute(select(func.min(s.partition_date), func.max(s.partition_date)).where(*mine)).one()
    since = conn.execute(select(func.min(m.partition_date)).where(*mirrored)).scalar()
    if first is None:
        return None
    if since is None:
        return f"The vector index is not filled yet; the newest {SEARCHED:,} vectors were searched one by one."
    # It holds the newest days only: of an instant long ago it would know too little.
    if since > first and (until + timedelta(days=1)).date() < last:
        return f"The vector index begins on {since}; the {SEARCHED:,} vectors before that instant were searched."
    return None
