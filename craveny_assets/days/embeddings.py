"""Vectors, day by day: of the articles that became available, of the reasons that forecasts gave. Kept in Postgres;
Milvus mirrors the newest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from craveny_assets.days.work import NO_SESSION, PREVIEW_ROWS, Day, Written
from craveny_domain.articles import reading_text
from craveny_store.bulk import Changes
from craveny_store.embeddings import NEWS, REASONS, Collection, write_vectors
from craveny_store.forecasts import reasons_of
from craveny_store.news import articles_of
from craveny_store.partitions import Check, require


@dataclass(frozen=True)
class Passage:
    """Something with a text: its id, the words to show for it, and since when it is known."""

    id: int
    shown: str
    text: str
    available_at: datetime


def news_embeddings_day(day: Day) -> Written:
    """Vectors of the day's articles by one model, kept in Postgres; Milvus mirrors the newest after the run."""
    read = require(day.conn, day.market.code, "news", [day.day])
    articles = articles_of(day.conn, day.market.code, day.day)
    passages = [Passage(a.news_id, a.title, reading_text(a.title, a.excerpt), a.available_at) for a in articles]
    changes, check, notes, preview = _embedded(day, NEWS, passages)
    return Written(changes, [read], [check], notes=notes, preview=preview)


def prediction_embeddings_day(day: Day) -> Written:
    """Vectors of the reasons that models gave for the session's forecasts: of each the shortest horizon's."""
    if day.index is None:
        return NO_SESSION
    read = require(day.conn, day.market.code, "prediction", [day.day])
    passages = [
        Passage(r.prediction_id, f"{r.symbol}, {r.model_name}", r.text, r.issued_at)
        for r in reasons_of(day.conn, day.market.code, day.day)
    ]
    changes, check, notes, preview = _embedded(day, REASONS, passages)
    if not passages:
        notes = {"reason": "No model that was asked gives reasons."}
    return Written(changes, [read], [check], notes=notes, preview=preview)


def _embedded(
    day: Day, collection: Collection, passages: Sequence[Passage]
) -> tuple[Changes, Check, dict[str, object], list[dict[str, object]]]:
    """Write the passages' vectors; what that changed, the gate that says which are missing, and what people see."""
    made = day.work.embedder.embed(day.work.engine, [passage.text for passage in passages])
    there = [passage for passage, is_made in zip(passages, made.is_made, strict=True) if is_made]
    vectors = made.vectors if len(there) == len(passages) else made.vectors[made.is_made]
    owners = [(passage.id, passage.available_at) for passage in there]
    changes = write_vectors(day.conn, collection, day.work.embedding, day.market.code, day.day, owners, vectors)
    missing = [passage.id for passage, is_made in zip(passages, made.is_made, strict=True) if not is_made]
    detail = f"{changes.rows} of {len(passages)}"
    if missing:
        more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
        detail = f"{detail}; none yet of {', '.join(map(str, missing[:10]))}{more}: {made.reason}"
    empty = int((~vectors.any(axis=1)).sum())
    notes = {"model": day.work.embedding.name, "without_text": empty}
    return changes, Check(_GATES[collection.name], not missing, detail), notes, _nearest_pairs(there, vectors)


_GATES = {NEWS.name: "every_article_has_a_vector", REASONS.name: "every_reason_has_a_vector"}


def _nearest_pairs(passages: Sequence[Passage], vectors: np.ndarray) -> list[dict[str, object]]:
    """For a few passages the nearest other one of the day: what a person needs to see whether vectors make sense."""
    shown = vectors[:PREVIEW_ROWS]
    if len(passages) < 2:
        return []
    cosines = shown @ vectors.T
    np.fill_diagonal(cosines, -1)
    nearest = cosines.argmax(axis=1).tolist()
    return [
        {"of": passages[i].shown, "nearest": passages[j].shown, "cosine": round(float(cosines[i, j]), 3)}
        for i, j in enumerate(nearest)
    ]
