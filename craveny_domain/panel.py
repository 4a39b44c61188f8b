"""A panel of daily bars as known at one instant: sessions by stocks, split-adjusted, and returns over it.

Only rows that were handed in are in it; which of them may be known is the caller's fence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce

import numpy as np

from craveny_domain.disputes import TOLERANCE, Agreed, Telling, agree

HORIZONS = (1, 3, 5)
LOOKBACK_SESSIONS = 250
_MATRICES = ("open", "high", "low", "close", "growth", "price_id", "known_row", "disputed")
_SAID = ("open", "high", "low", "close", "split_ratio")


@dataclass(frozen=True)
class Panel:
    """Bars of T ascending sessions and S stocks; every matrix is [T, S], missing bars are NaN (ids: 0).

    `growth` is the product of split ratios up to and including the session, so `close * growth` is comparable
    across splits. `known_row` is the first session by whose settling fence the bar was available (T: not yet).
    `disputed` holds the flags of `disputes`: a bar whose close is disputed counts as missing. Open, high and low
    are NaN throughout where they were not asked for.
    """

    sessions: tuple[date, ...]
    stocks: np.ndarray
    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    growth: np.ndarray
    price_id: np.ndarray
    known_row: np.ndarray
    disputed: np.ndarray
    is_declared: bool

    @property
    def adjusted(self) -> np.ndarray:
        """Closes comparable across splits; NaN where there is no bar."""
        return self.close * self.growth

    def columns(self, stock_ids: Sequence[int]) -> np.ndarray:
        """The panel's column of each stock id; all must be in it."""
        return np.searchsorted(self.stocks, np.asarray(stock_ids, dtype=np.int64))

    def taken(self, columns: np.ndarray) -> "Panel":
        """These columns [N] as a panel of their own, in their order; one may come several times."""
        matrices = {name: getattr(self, name)[:, columns] for name in _MATRICES}
        return replace(self, stocks=self.stocks[columns], **matrices)


def build_panel(
    bars: np.ndarray,
    sessions: Sequence[date],
    fences: np.ndarray,
    sources: np.ndarray | None = None,
    tolerance: float = TOLERANCE,
) -> Panel:
    """A panel from observations (structured array: stock_id, day, close, split_ratio, price_id, available_us,
    is_declared and, where asked for, open, high, low), a source's latest observation of each bar counting.

    `day` is the proleptic ordinal; `fences` [T] are the instants (microseconds) by which a session's bars
    should be there. Observations of days outside `sessions` are left out. `sources` says whose each observation is
    (none: all one source's); closes of two that differ by more than `tolerance` are disputed.
    """
    ordinals = np.array([d.toordinal() for d in sessions], dtype=np.int64)
    row = np.searchsorted(ordinals, bars["day"])
    inside = row < len(ordinals)
    inside[inside] = ordinals[row[inside]] == bars["day"][inside]
    bars, row = bars[inside], row[inside]
    stocks = np.unique(bars["stock_id"])
    column = np.searchsorted(stocks, bars["stock_id"])
    order = np.lexsort((bars["price_id"], bars["available_us"]))
    shape = (len(ordinals), len(stocks))
    given = [name for name in (*_SAID, "price_id", "available_us") if name in (bars.dtype.names or ())]
    values = {name: bars[name][order] for name in given}
    whose = None if sources is None else sources[inside]
    told = [_told(shape, values, (row[order], column[order]), chosen) for chosen in _each(whose, order)]
    counts = agree(told, tolerance) if len(told) > 1 else _undisputed(told[0])
    first_seen = reduce(np.minimum, [telling.first_seen for telling in told])
    return Panel(
        sessions=tuple(sessions),
        stocks=stocks,
        open=counts.open,
        high=counts.high,
        low=counts.low,
        close=counts.close,
        growth=np.cumprod(np.nan_to_num(counts.split_ratio, nan=1.0), axis=0),
        price_id=counts.price_id,
        known_row=np.maximum(np.searchsorted(fences, first_seen, side="left"), np.arange(shape[0])[:, None]),
        disputed=counts.disputed,
        is_declared=bool(bars["is_declared"].any()),
    )


def _each(whose: np.ndarray | None, order: np.ndarray) -> list[np.ndarray | slice]:
    """Which of the ordered observations are one source's, for each of them."""
    if whose is None or not len(whose) or (whose == whose[0]).all():
        return [slice(None)]
    return [whose[order] == source for source in np.unique(whose)]


def _told(
    shape: tuple[int, int],
    values: Mapping[str, np.ndarray],
    at: tuple[np.ndarray, np.ndarray],
    chosen: np.ndarray | slice,
) -> Telling:
    at = (at[0][chosen], at[1][chosen])
    matrices = {name: np.broadcast_to(np.nan, shape) for name in _SAID}
    matrices |= {name: _scatter(shape, at, values[name][chosen], np.nan) for name in _SAID if name in values}
    first_seen = np.full(shape, np.iinfo(np.int64).max)
    np.minimum.at(first_seen, at, values["available_us"][chosen])
    return Telling(price_id=_scatter(shape, at, values["price_id"][chosen], 0), first_seen=first_seen, **matrices)


def _undisputed(told: Telling) -> Agreed:
    nothing = np.broadcast_to(np.int8(0), told.close.shape)
    prices = told.open, told.high, told.low, told.close
    return Agreed(*prices, told.split_ratio, told.price_id, nothing)


def _scatter(shape: tuple[int, int], at: tuple[np.ndarray, np.ndarray], values: np.ndarray, fill: float) -> np.ndarray:
    matrix = np.full(shape, fill, dtype=np.float64 if np.isnan(fill) else np.int64)
    matrix[at] = values
    return matrix


def carried_forward(matrix: np.ndarray) -> np.ndarray:
    """Each column's last value so far; NaN before its first."""
    rows = np.where(np.isnan(matrix), 0, np.arange(1, len(matrix) + 1)[:, None])
    last = np.maximum.accumulate(rows, axis=0)
    padded = np.vstack([np.full((1, matrix.shape[1]), np.nan), matrix])
    return np.take_along_axis(padded, last, axis=0)


def trailing_returns(adjusted: np.ndarray, sessions: int) -> np.ndarray:
    """[T + 1, S]: in row t the return over the `sessions` sessions before t; the last row is the next session's."""
    carried = carried_forward(adjusted)
    out = np.full((len(adjusted) + 1, adjusted.shape[1]), np.nan)
    if len(adjusted) > sessions:
        out[sessions + 1 :] = carried[sessions:] / carried[:-sessions] - 1
    return out


def forward_returns(adjusted: np.ndarray, horizon: int) -> np.ndarray:
    """[T, S]: in row t the return of a forecast for session t, from the last close before it to the close
    `horizon - 1` sessions later; NaN where that close is missing or not in the panel yet."""
    out = np.full(adjusted.shape, np.nan)
    if len(adjusted) > horizon:
        out[1 : len(adjusted) - horizon + 1] = adjusted[horizon:] / carried_forward(adjusted)[:-horizon] - 1
    return out
