"""Vectors from a provider: what is kept first, the rest in batches, each reserved before and kept as it comes.

A provider that does not answer leaves texts without a vector for the next run, and is left alone for the rest of
this one.
"""

import asyncio
import base64
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Connection, Engine

from craveny_assets.embedders import Embedded
from craveny_assets.llm.asking import Asker
from craveny_assets.llm.outcomes import PATIENCE, Outcome, outcome_of_error, usage_of
from craveny_assets.llm.providers import ProviderSettings
from craveny_domain.embedding import Embedding
from craveny_domain.llm_cost import FREE_TOKENS, Price, Usage, cost
from craveny_store.llm_spending import Attempt, Ended, Refused, reserve, settle
from craveny_store.model_book import price_of
from craveny_store.partitions import database_now
from craveny_store.text_vectors import keep_vectors, kept_vectors, text_key

if TYPE_CHECKING:
    from openai import AsyncOpenAI

PROVIDER = "openai"
MODEL = "text-embedding-3-small"
"""What the provider calls it, and its price entry."""
BATCH_TEXTS, BATCH_CHARACTERS = 128, 100_000
TEXT_CHARACTERS = 8_000
"""No text is longer as sent: the model takes 8,191 tokens, and a character is at most about one."""
ATTEMPTS = 3
SECONDS = 120.0
"""How long one day's texts may take: its transaction is open meanwhile."""


def provider_embedding(dimensions: int) -> Embedding:
    """The embedding of MODEL at a length."""
    return Embedding(f"{MODEL}/{dimensions}", dimensions)


@dataclass(frozen=True)
class _Batch:
    keys: list[bytes]
    texts: list[str]

    @property
    def most_tokens(self) -> int:
        return sum(len(text) + FREE_TOKENS for text in self.texts)


class ProviderEmbedder:
    """The embedder of one run; `asker` knows its limits and whether it still counts."""

    def __init__(self, asker: Asker, providers: ProviderSettings, embedding: Embedding, run_id: str) -> None:
        self.embedding = embedding
        self._asker, self._providers, self._run_id = asker, providers, run_id
        self._stopped: str | None = None

    def embed(self, engine: Engine, texts: Sequence[str]) -> Embedded:
        """The texts' vectors: bought once, zeros for an empty text."""
        sent = [text[:TEXT_CHARACTERS] for text in texts]
        keys = [text_key(text) for text in sent]
        wanted = {key: text for key, text in zip(keys, sent, strict=True) if text.strip()}
        with engine.connect() as conn:
            known = kept_vectors(conn, self.embedding, wanted)
        missing = {key: text for key, text in wanted.items() if key not in known}
        if missing and self._stopped is None:
            self._stopped = self._providers.missing(PROVIDER)
        reason = self._stopped or ""
        if missing and not reason:
            bought, reason = asyncio.run(self._buy(engine, missing))
            known |= bought
        vectors = np.zeros((len(texts), self.embedding.dimensions), dtype=np.float32)
        is_made = np.array([key in known or key not in wanted for key in keys], dtype=bool)
        for i, key in enumerate(keys):
            if key in known:
                vectors[i] = known[key]
        return Embedded(vectors, is_made, reason)

    async def _buy(self, engine: Engine, missing: dict[bytes, str]) -> tuple[dict[bytes, np.ndarray], str]:
        """What could be bought of them, and why not the rest."""
        closes, bought, reason = time.monotonic() + SECONDS, {}, ""
        with engine.connect() as conn:
            price = price_of(conn, MODEL, database_now(conn).date())
        async with self._providers.client(PROVIDER, self._asker.limits.deadline.total_seconds()) as client:
            for batch in _batches(missing):
                got, why = await self._buy_batch(engine, client, batch, price, closes)
                bought |= got
                reason = why or reason
                if self._stopped is not None:
                    break
        return bought, reason

    async def _buy_batch(
        self, engine: Engine, client: "AsyncOpenAI", batch: _Batch, price: Price, closes: float
    ) -> tuple[dict[bytes, np.ndarray], str]:
        outcome = Outcome("transient", f"It took longer than {SECONDS:.0f} seconds.")
        for attempt in range(ATTEMPTS):
            wait = max(outcome.retry_after or 0.0, 0.5 * 2**attempt if attempt else 0.0)
            if outcome.is_for_another_run or time.monotonic() + wait >= closes:
                break
            await asyncio.sleep(wait)
            place = await self._place(engine, batch, price, closes)
            if isinstance(place, str):
                self._stopped = place
                return {}, place
            outcome, vectors, milliseconds = await self._request(client, batch, closes)
            self._settle(engine, place, price, outcome, vectors, milliseconds)
            if outcome.outcome_class == "ok":
                return vectors, ""
            if outcome.outcome_class != "transient":
                break
        detail = outcome.detail or ""
        if outcome.outcome_class == "quota":
            self._stop(Refused("paused", detail))
        if outcome.outcome_class != "provider_bug":
            self._stopped = detail
        return {}, detail

    async def _place(self, engine: Engine, batch: _Batch, price: Price, closes: float) -> int | str:
        """A reserved attempt, waiting for it while others have the place; or why there is none."""
        most = cost(price, Usage(batch.most_tokens, 0, 0))
        attempt = Attempt("embedding", PROVIDER, MODEL, self._run_id, most)
        while True:
            if not self._asker.is_wanted():
                return "The run was given up."
            with engine.begin() as conn:
                found = reserve(conn, attempt, self._asker.limits)
                wait = _seconds_until(conn, found)
            if isinstance(found, int):
                return found
            if found.until is None or wait > PATIENCE.total_seconds() or time.monotonic() + wait >= closes:
                self._stop(found)
                return found.detail
            await asyncio.sleep(max(0.05, wait))

    def _stop(self, refused: Refused) -> None:
        if refused.reason == "paused" and refused.until is None:
            self._asker.pause(PROVIDER, refused.detail)
        if refused.reason != "busy":
            self._asker.tell_stopped(PROVIDER, refused)

    async def _request(
        self, client: "AsyncOpenAI", batch: _Batch, closes: float
    ) -> tuple[Outcome, dict[bytes, np.ndarray], int]:
        begun = time.monotonic()
        left = min(self._asker.limits.deadline.total_seconds(), closes - begun)
        try:
            async with asyncio.timeout(max(0.1, left)):
                raw = await client.embeddings.with_raw_response.create(
                    model=MODEL, input=batch.texts, dimensions=self.embedding.dimensions, encoding_format="base64"
                )
            outcome, vectors = self._read(raw.content, batch)
        except Exception as error:  # noqa: BLE001 - whatever a provider does becomes an outcome
            outcome, vectors = outcome_of_error(error), {}
        return outcome, vectors, int((time.monotonic() - begun) * 1000)

    def _read(self, content: bytes, batch: _Batch) -> tuple[Outcome, dict[bytes, np.ndarray]]:
        try:
            told = json.loads(content)
            usage = usage_of(told.get("usage"))
            rows = {int(item["index"]): _unit(item["embedding"], self.embedding.dimensions) for item in told["data"]}
        except (ValueError, LookupError, TypeError, AttributeError):
            return Outcome("provider_bug", "The provider answered with something that is no vector."), {}
        if sorted(rows) != list(range(len(batch.keys))):
            return Outcome("provider_bug", "The provider answered with another number of vectors.", usage=usage), {}
        return Outcome("ok", usage=usage), {key: rows[i] for i, key in enumerate(batch.keys)}

    def _settle(
        self,
        engine: Engine,
        attempt_id: int,
        price: Price,
        outcome: Outcome,
        vectors: dict[bytes, np.ndarray],
        milliseconds: int,
    ) -> None:
        ended = Ended(
            outcome_class=outcome.outcome_class,
            latency_ms=milliseconds,
            usage=outcome.usage,
            cost_usd=cost(price, outcome.usage) if outcome.usage else None,
            may_be_billed=outcome.may_be_billed,
            detail=outcome.detail,
        )
        with engine.begin() as conn:
            settle(conn, attempt_id, ended)
            keep_vectors(conn, self.embedding, vectors)


def _batches(missing: dict[bytes, str]) -> Iterator[_Batch]:
    batch, characters = _Batch([], []), 0
    for key, text in missing.items():
        if batch.keys and (len(batch.keys) == BATCH_TEXTS or characters + len(text) > BATCH_CHARACTERS):
            yield batch
            batch, characters = _Batch([], []), 0
        batch.keys.append(key)
        batch.texts.append(text)
        characters += len(text)
    if batch.keys:
        yield batch


def _unit(told: Any, dimensions: int) -> np.ndarray:  # noqa: ANN401 - whatever the provider sent
    """A vector [dimensions] of unit length; ValueError for what is none."""
    raw = np.frombuffer(base64.b64decode(told), dtype="<f4") if isinstance(told, str) else np.asarray(told)
    vector = raw.astype(np.float64)
    length = np.linalg.norm(vector)
    if vector.shape != (dimensions,) or not np.isfinite(length) or length == 0:
        raise ValueError
    return (vector / length).astype(np.float32)


def _seconds_until(conn: Connection, found: int | Refused) -> float:
    if isinstance(found, int) or found.until is None:
        return 0.0
    return (found.until - database_now(conn)).total_seconds()
