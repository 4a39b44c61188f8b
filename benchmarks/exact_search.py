"""One blocked exact search over vectors in memory, for comparison. Run as a child process.

`python -m benchmarks.exact_search SEARCHES` answers the questions the plain run kept in that file, each over the same
articles, and fails unless the answers are the same.
"""

import json
import sys
import time
from collections.abc import Sequence

import numpy as np

from craveny_domain.embedding import KEYLESS
from craveny_domain.neighbours import NEIGHBOURS
from craveny_store.bulk import fetch_array
from craveny_store.embeddings import decode, vector_type
from craveny_store.engine import open_engine
from craveny_store.settings import Settings

BLOCK = 256
TOLERANCE = 2e-6
_STORIES = """
    SELECT n.news_id, e.vector FROM news_embeddings e JOIN news n USING (news_id)
    WHERE n.story_id = n.news_id AND e.embedding_model = %(model)s ORDER BY n.available_at, n.news_id"""


def search(
    questions: np.ndarray, vectors: np.ndarray, first: np.ndarray, last: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """For each question [Q, d] the rows and cosines [Q, k] of its nearest among rows [first, last) of `vectors`."""
    rows = np.full((len(questions), NEIGHBOURS), -1, dtype=np.int64)
    cosines = np.zeros((len(questions), NEIGHBOURS), dtype=np.float32)
    for start in range(0, len(questions), BLOCK):
        block = slice(start, start + BLOCK)
        low, high = int(first[block].min()), int(last[block].max())
        scores = questions[block] @ vectors[low:high].T
        for i, (a, b) in enumerate(zip(first[block] - low, last[block] - low, strict=True)):
            scores[i, :a], scores[i, b:] = -np.inf, -np.inf
        k = min(NEIGHBOURS, high - low)
        best = np.argpartition(scores, high - low - k, axis=1)[:, high - low - k :]
        found = np.take_along_axis(scores, best, axis=1)
        order = np.argsort(-found, axis=1, kind="stable")
        found, best = np.take_along_axis(found, order, axis=1), np.take_along_axis(best, order, axis=1)
        is_there = np.isfinite(found)
        rows[block, :k], cosines[block, :k] = np.where(is_there, best + low, -1), np.where(is_there, found, 0)
    return rows, cosines


def main(arguments: Sequence[str]) -> int:
    """Answer the kept searches and tell the CPU seconds; 1 when the answers differ."""
    kept = np.load(arguments[0])
    engine = open_engine(Settings().database_url)
    with engine.connect() as conn:
        stories = fetch_array(
            conn, _STORIES, {"model": KEYLESS.name}, [("news_id", "i8"), ("vector", vector_type(KEYLESS))]
        )
    engine.dispose()
    vectors, ids = decode(stories["vector"], KEYLESS), stories["news_id"]
    by_id = np.argsort(ids)
    first, last = (by_id[np.searchsorted(ids, kept["bounds"][:, side], sorter=by_id)] for side in (0, 1))
    begun = time.process_time()
    rows, cosines = search(kept["questions"], vectors, first, last + 1)
    seconds = time.process_time() - begun
    # A question without a letter is a zero vector: the product gives it no neighbours.
    asked = kept["questions"].any(axis=1)
    is_same = bool(np.allclose(cosines[asked], kept["similarity"][asked], atol=TOLERANCE, rtol=0))
    named = np.where(rows >= 0, ids[rows], -1) == kept["found"]
    _tell({"seconds": seconds, "searches": len(rows), "same": is_same, "same_ids": float(named[asked].mean())})
    return 0 if is_same else 1


def _tell(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
