"""What turns texts into vectors, for a run: the keyless embedding, or a provider's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from sqlalchemy import Engine

from craveny_domain.embedding import KEYLESS, Embedding, embed
from craveny_store.leases import LeaseKeeper
from craveny_store.settings import Settings


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


def embedder_of(settings: Settings, engine: Engine, keeper: LeaseKeeper) -> Embedder:
    """The embedder that the settings choose for a run. Its vectors are pending while `openai` has no key."""
    from craveny_assets.llm.providers import ProviderSettings, limits_of

    providers = ProviderSettings()
    if settings.embeddings == "keyless" or (settings.embeddings == "auto" and providers.openai_key is None):
        return KeylessEmbedder()
    from craveny_assets.llm.asking import Asker
    from craveny_assets.llm.embedding import ProviderEmbedder, provider_embedding

    # A run's cap is for its questions: vectors cost a hundredth of them, and only the day's budget holds them.
    limits = limits_of(settings, run_usd=settings.llm_daily_usd)
    asker = Asker(engine, limits, keeper.holder, providers, keeper.is_wanted)
    return ProviderEmbedder(asker, providers, provider_embedding(settings.embedding_dimensions), keeper.holder)
