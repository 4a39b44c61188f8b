"""What turns texts into vectors, for a run: the keyless embedding, or a provider's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from sqlalchemy import Engine

from craveny_domain.embedding import KEYLESS, Embedding, embed


@dataclass(frozen=True)
class Embedded:
    """Vectors [n, dimensions] of n texts; `is_made` [n] is false where there is none yet, for the reason given."""

    vectors: np.ndarray
    is_made: np.ndarray
    reason: str = ""


class Embedder(Protocol):
    """Makes vectors of one embedding."""

    @property
    def embedding(self) -> Embedding:
        """What its vectors are of."""
        ...

    def embed(self, engine: Engine, texts: Sequence[str]) -> Embedded:
        """The texts' vectors, as many as can be had; never raises for a service that does not answer."""
        ...


class KeylessEmbedder:
    """The embedding that needs nothing."""

    embedding = KEYLESS

    def embed(self, engine: Engine, texts: Sequence[str]) -> Embedded:  # noqa: ARG002 - others keep what they buy
        """All of them, at once."""
        return Embedded(embed(texts), np.ones(len(texts), dtype=bool))
