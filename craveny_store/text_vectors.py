"""Vectors that were paid for, by the text they are of: asked once, paid once, whatever derived table is wiped."""

import hashlib
from collections.abc import Collection, Mapping

import numpy as np
from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from craveny_domain.embedding import Embedding
from craveny_store.tables import text_vector

KEYS_AT_ONCE = 1_000


def text_key(text: str) -> bytes:
    """What a text goes by: its SHA-256."""
    return hashlib.sha256(text.encode()).digest()


def kept_vectors(conn: Connection, embedding: Embedding, keys: Collection[bytes]) -> dict[bytes, np.ndarray]:
    """A model's kept vectors [dimensions] by the key of their text."""
    c, wanted = text_vector.c, sorted(keys)
    found: dict[bytes, np.ndarray] = {}
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        some = c.text_key.in_(wanted[start : start + KEYS_AT_ONCE])
        query = select(c.text_key, c.vector).where(c.embedding_model == embedding.name, some)
        found |= {key: np.frombuffer(vector, dtype="<f4") for key, vector in conn.execute(query)}
    return found


def keep_vectors(conn: Connection, embedding: Embedding, vectors: Mapping[bytes, np.ndarray]) -> None:
    """Keep a model's vectors; those already kept stay as they are."""
    rows = [
        {"text_key": key, "embedding_model": embedding.name, "vector": vector.astype("<f4").tobytes()}
        for key, vector in sorted(vectors.items())
    ]
    if rows:
        conn.execute(insert(text_vector).on_conflict_do_nothing(), rows)
