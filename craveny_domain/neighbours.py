"""Nearest past news: exact search over vectors, and the vote of what followed.

Who may be searched (strictly earlier, outcomes already known, within the lookback) is the caller's choice of rows.
"""

from dataclasses import dataclass

import numpy as np

NEIGHBOURS = 20
LOOKBACK_DAYS = 365
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

    A zero question has no neighbours.
    """
    count = min(k, len(history))
    row = np.full((len(questions), k), -1, dtype=np.int64)
    similarity = np.zeros((len(questions), k), dtype=np.float32)
    if not count or not len(questions):
        return Neighbours(row, similarity)
    scores = np.round(questions @ history.T, 6)
    for q in np.flatnonzero(questions.any(axis=1)):
        best = _top(scores[q], ids, count)
        row[q, :count], similarity[q, :count] = best, scores[q, best]
    return Neighbours(row, similarity)


def _top(scores: np.ndarray, ids: np.ndarray, count: int) -> np.ndarray:
    # Everything at least as near as the count-th, so that a tie at the edge is decided by id and not by chance.
    edge = np.partition(scores, len(scores) - count)[len(scores) - count]
    near = np.flatnonzero(scores >= edge)
    return near[np.lexsort((ids[near], -scores[near]))[:count]]


def vote(similarity: np.ndarray, ups: np.ndarray, base: float) -> float | None:
    """The probability of up: the base rate moved towards the similarity-weighted share of ups; None without a voter.

    `ups` is each neighbour's share of up outcomes, NaN where its outcome is unknown.
    """
    weight = np.where(np.isnan(ups), 0.0, np.maximum(similarity, 0.0))
    if not weight.sum() > 0:
        return None
    share = float((weight * np.nan_to_num(ups)).sum() / weight.sum())
    return base + VOTE_WEIGHT * (share - base)
