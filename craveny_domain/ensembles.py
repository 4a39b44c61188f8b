"""Several models' probabilities as one: the rules, and what a day would have been without each member.

What days add up to is `member_worth`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from craveny_domain.day_scores import LOG_CLIP

PLACES = 6
"""Decimals of a combined probability."""


def mean(probability: np.ndarray) -> np.ndarray:
    """The mean [Q] of the members' probabilities [Q, M], NaN for who did not answer; NaN where nobody did."""
    return _combined(probability, lambda given: given, lambda centre: centre)


def log_odds_mean(probability: np.ndarray) -> np.ndarray:
    """The same of their log odds, each probability first brought into LOG_CLIP: who is sure weighs more."""
    return _combined(probability, _log_odds, lambda odds: 1 / (1 + np.exp(-odds)))


Rule = Callable[[np.ndarray], np.ndarray]
RULES: Mapping[str, Rule] = {"mean": mean, "log_odds_mean": log_odds_mean}


def _log_odds(probability: np.ndarray) -> np.ndarray:
    clipped = np.clip(probability, *LOG_CLIP)
    return np.log(clipped) - np.log1p(-clipped)


def _combined(probability: np.ndarray, into: Rule, back: Rule) -> np.ndarray:
    """`back` of the mean of `into` of what was answered, never beyond what the members themselves said.

    Sorted and added one by one: neither the members' order nor who else was silent moves the last bit.
    """
    ordered = np.sort(into(probability), axis=1)
    answered = np.isfinite(ordered).sum(axis=1)
    total = np.cumsum(np.nan_to_num(ordered), axis=1)[:, -1] if ordered.shape[1] else np.zeros(len(ordered))
    centre = np.divide(total, answered, out=np.full(len(ordered), np.nan), where=answered > 0)
    lowest, highest = (f.reduce(probability, axis=1, initial=np.nan) for f in (np.fmin, np.fmax))
    return np.clip(np.round(back(centre), PLACES), lowest, highest)


@dataclass(frozen=True)
class MemberSums:
    """Sums [M] over the questions that a member and at least one other answered: of the ensemble as it is, and as it
    would have been without that member."""

    questions: np.ndarray
    hits: np.ndarray
    hits_without: np.ndarray
    brier: np.ndarray
    brier_without: np.ndarray


def member_sums(rule: Rule, probability: np.ndarray, is_up: np.ndarray) -> MemberSums:
    """The sums of one day's settled questions: the members' probabilities [Q, M], NaN for who did not answer, and
    whether up came [Q]. They depend on the order of the questions in their last bits, on that of the members never."""
    whole = rule(probability)
    columns = []
    for member in range(probability.shape[1]):
        without = rule(np.delete(probability, member, axis=1))
        counted = np.isfinite(probability[:, member]) & np.isfinite(without)
        up = is_up[counted]
        scores = [((p[counted] > 0.5) == up, (p[counted] - up) ** 2) for p in (whole, without)]
        (hit, brier), (hit_without, brier_without) = scores
        columns.append([counted.sum(), hit.sum(), hit_without.sum(), brier.sum(), brier_without.sum()])
    table = np.array(columns, dtype=np.float64).reshape(-1, 5)
    counts = table[:, :3].astype(np.int64)
    return MemberSums(*counts.T, *table[:, 3:].T)
