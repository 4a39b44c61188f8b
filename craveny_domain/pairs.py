"""Two models on the questions both were asked: one day's sums of every pair, and the difference they make.

Which of the two is better is `verdicts`; how a day's questions came out is `day_scores`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Metric = Literal["hit", "brier"]


@dataclass(frozen=True)
class PairSums:
    """Sums [M, M] over the questions that models a (row) and b (column) were both asked.

    `hits` and `brier` are those of a: b's are the transpose. What was not answered is scored as the climatology.
    """

    questions: np.ndarray
    hits: np.ndarray
    brier: np.ndarray


def pair_sums(question: np.ndarray, model: np.ndarray, hit: np.ndarray, brier: np.ndarray, models: int) -> PairSums:
    """The sums of rows [N], each one model's settled question: which question, whose, whether it was right, its Brier
    score. A model has at most one row of a question; their order does not matter."""
    ids, row = np.unique(question, return_inverse=True)
    asked, hits, briers = (np.zeros((len(ids), models)) for _ in range(3))
    asked[row, model], hits[row, model], briers[row, model] = 1, hit, brier
    return PairSums(
        questions=np.einsum("qa,qb->ab", asked, asked).astype(np.int64),
        hits=np.einsum("qa,qb->ab", hits, asked).astype(np.int64),
        brier=np.einsum("qa,qb->ab", briers, asked),
    )


def daily_difference(
    metric: Metric, sum_a: np.ndarray, questions_a: np.ndarray, sum_b: np.ndarray, questions_b: np.ndarray
) -> np.ndarray:
    """How much better a was than b on each day [...], within -1 and 1: what their means over the day's questions
    differ by, right calls counting for a model and its Brier score against it. NaN where one had no question."""
    mean_a, mean_b = (
        np.divide(total, n, out=np.full(np.shape(n), np.nan), where=np.asarray(n) > 0)
        for total, n in ((sum_a, questions_a), (sum_b, questions_b))
    )
    return mean_a - mean_b if metric == "hit" else mean_b - mean_a
