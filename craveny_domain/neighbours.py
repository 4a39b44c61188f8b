"""Nearest past news: exact search over vectors, and the vote of what followed.

Who may be searched (strictly earlier, outcomes already known, within the lookback) is the caller's choice of rows.
"""

from dataclasses import dataclass

import numpy as np

NEIGHBOURS = 20
LOOKBACK_DAYS = 365
_SLACK = np.float32(1e-4)  # more than a float32 matrix product can be off for unit vectors
VOTE_WEIGHT = 0.2
"""How far a unanimous vote moves the base rate."""


@dataclass(frozen=True)
class Neighbours:
    """For each question the nearest past articles: row of the searched history (-1: none) and cosine, [Q, k]."""

    row: np.ndarray
    similarity: np.ndarray


def centroid(vectors: np.ndarray) -> np.ndarray:
    """The unit mean of unit vectors [n, d]; zero when they cancel or are zero."""
    mean = vectors.sum(axis=0, dtype=np.float64)
    length = np.linalg.norm(mean)
    return (mean / length if length > 0 else mean).astype(np.float32)


def nearest(questions: np.ndarray, history: np.ndarray, ids: np.ndarray, k: int = NEIGHBOURS) -> Neighbours:
    """The k nearest rows of `history` [N, d] to each question [Q, d], exactly; ties go to the smaller id.

    A zero question has no neighbours. Cosines count to six places, whatever else is asked or searched.
    """
    count = min(k, len(history))
    row = np.full((len(questions), k), -1, dtype=np.int64)
    similarity = np.zeros((len(questions), k))
    if not count or not len(questions):
        return Neighbours(row, similarity)
    scores = questions @ history.T
    for q in np.flatnonzero(questions.any(axis=1)):
        near = _candidates(scores[q], count)
        # An elementwise sum depends on the two rows only, a matrix product also on its shape.
        cosine = np.round((history[near] * questions[q]).sum(axis=1, dtype=np.float64), 6)
        best = np.lexsort((ids[near], -cosine))[:count]
        row[q, :count], similarity[q, :count] = near[best], cosine[best]
    return Neighbours(row, similarity)


def _candidates(scores: np.ndarray, count: int) -> np.ndarray:
    # Everything about as near as the count-th, so that a tie at the edge is decided by id and not by chance.
    edge = np.partition(scores, len(scores) - count)[len(scores) - count]
    return np.flatnonzero(scores >= edge - _SLACK)


def vote(similarity: np.ndarray, ups: np.ndarray, base: float) -> float | None:
    """The probability of up: the base rate moved towards the similarity-weighted share of ups; None without a voter.

    `ups` is each neighbour's share of up outcomes, NaN where its outcome is unknown.
    """
    weight = np.where(np.isnan(ups), 0.0, np.maximum(similarity, 0.0))
    if not weight.sum() > 0:
        return None
    share = float((weight * np.nan_to_num(ups)).sum() / weight.sum())
    return base + VOTE_WEIGHT * (share - base)
