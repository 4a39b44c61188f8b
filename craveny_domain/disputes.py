"""Bars that several sources tell of: which source counts, and where two of them contradict each other.

Prices are as traded, so sources are compared as they stand; one that writes its history anew after a split is
compared with that split applied.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

TOLERANCE = 0.005
"""The fraction by which two sources' closes of a session may differ, unless the market's sources say otherwise."""
CLOSE, SPLIT = 1, 2
"""What a bar is disputed for, as flags."""


@dataclass(frozen=True)
class Telling:
    """One source's bars, its latest observation of each: [T, S]; NaN where it has none.

    `first_seen` is when its first observation of each bar was available, in microseconds.
    """

    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    split_ratio: np.ndarray
    price_id: np.ndarray
    first_seen: np.ndarray


@dataclass(frozen=True)
class Agreed:
    """What counts, [T, S]: prices are NaN where the close is disputed; `disputed` holds the flags."""

    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    split_ratio: np.ndarray
    price_id: np.ndarray
    disputed: np.ndarray


def agree(tellings: Sequence[Telling], tolerance: float) -> Agreed:
    """Of each bar the source that told of it first counts, with its latest word, as long as no other contradicts it.

    A source that never tells of a stock's splits is silent on them, not of another mind.
    """
    close = np.stack([telling.close for telling in tellings])
    first_seen = np.stack([telling.first_seen for telling in tellings])
    ratio, tells, is_unsure = _splits(np.stack([telling.split_ratio for telling in tellings]))
    growth = np.cumprod(ratio, axis=0)
    to_last = growth / growth[-1:]
    which = first_seen.argmin(axis=0)
    whole = np.where(tells[:, None, :], first_seen, np.iinfo(np.int64).max)
    raw_from = np.where(whole.min(axis=0) < np.iinfo(np.int64).max, whole.argmin(axis=0), which)
    raw = _picked(close, raw_from)
    which = np.where(_is_rewritten(_picked(close, which), raw, to_last, tolerance), raw_from, which)
    counts = _picked(close, which)
    aligned = np.where(_is_rewritten(close, counts, to_last, tolerance), counts, close)
    highest, lowest = np.fmax.reduce(aligned), np.fmin.reduce(aligned)
    is_disputed = highest - lowest > lowest * tolerance
    opens, highs, lows = (
        np.where(is_disputed, np.nan, _picked(np.stack([getattr(telling, name) for telling in tellings]), which))
        for name in ("open", "high", "low")
    )
    return Agreed(
        open=opens,
        high=highs,
        low=lows,
        close=np.where(is_disputed, np.nan, counts),
        split_ratio=ratio,
        price_id=_picked(np.stack([telling.price_id for telling in tellings]), which),
        disputed=(is_disputed * CLOSE + is_unsure * SPLIT).astype(np.int8),
    )


def _splits(ratios: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """[T, S] the ratios that count; [K, S] who tells of the stock's splits; [T, S] where two who do differ."""
    has_split = ~np.isnan(ratios) & (ratios != 1)
    tells = has_split.any(axis=1)
    told = np.where(tells[:, None, :], ratios, np.nan)
    highest, lowest = np.fmax.reduce(told), np.fmin.reduce(told)
    return np.where(np.isnan(highest), 1.0, highest), tells, highest > lowest


def _is_rewritten(close: np.ndarray, raw: np.ndarray, to_last: np.ndarray, tolerance: float) -> np.ndarray:
    return ~_near(close, raw, tolerance) & _near(close, raw * to_last, tolerance)


def _near(one: np.ndarray, other: np.ndarray, tolerance: float) -> np.ndarray:
    return np.abs(one - other) <= np.minimum(one, other) * tolerance


def _picked(stacked: np.ndarray, which: np.ndarray) -> np.ndarray:
    return np.take_along_axis(stacked, which[None], axis=0)[0]
