"""Settling forecasts against real closes: which session settles, with what return, and when it is void.

A forecast of session s and horizon h closes at row c = s + h - 1 of the panel. Where that bar is missing it
waits up to five sessions for one; then it is void. A bar that two sources dispute is waited for itself: no other
day's bar takes its place.
"""

from dataclasses import dataclass

import numpy as np

from craveny_domain.disputes import CLOSE, SPLIT
from craveny_domain.panel import Panel

WAIT_SESSIONS = 5
ENTRY_SESSIONS = 10
"""How far back the last close before the cut-off is looked for."""

NO_ENTRY = "The stock has no close in the ten sessions before the cut-off."
NO_EXIT = "No close within five sessions after the horizon ended."
LATE = "The bar of the closing session was missing; the next one settled it."
DISPUTED = "Its price sources still contradicted each other five sessions after the horizon ended."


@dataclass(frozen=True)
class Settlement:
    """What one settling session decides for all stocks of one forecast session and horizon; arrays are [S].

    `status` is 0 (not in this session), 1 (settled) or 2 (void); returns are fractions, NaN where undefined.
    `is_disputed`: sources contradict each other about a price it needs. `entry_close` is split-adjusted, `exit_row`
    the panel's row of the settling close (-1: none).
    """

    status: np.ndarray
    is_late: np.ndarray
    has_entry: np.ndarray
    is_disputed: np.ndarray
    outcome_return: np.ndarray
    tradable_return: np.ndarray
    entry_price_id: np.ndarray
    exit_price_id: np.ndarray
    entry_close: np.ndarray
    exit_row: np.ndarray


def settle(panel: Panel, row: int, horizon: int, at: int, entry_row: np.ndarray | None = None) -> Settlement:
    """What the session in panel row `at` settles of the forecasts for the session in `row`.

    They start from the last close before it, or from that in `entry_row` [S] (-1: none), which no dispute puts off.
    """
    closes = row + horizon - 1
    exit_row, settle_row = _exit_rows(panel, closes)
    first = max(0, row - ENTRY_SESSIONS)
    if entry_row is None:
        entry_row = _last_rows(~np.isnan(panel.close[first:row])) + first
        has_disputed_entry = _last_rows(_is(CLOSE, panel.disputed[first:row])) + first > entry_row
    else:
        has_disputed_entry = np.zeros(len(panel.stocks), dtype=bool)
    has_entry = entry_row >= first
    is_disputed = has_disputed_entry | _is_split_unsure(panel, entry_row, exit_row)
    settled = has_entry & ~is_disputed & (settle_row == at)
    is_disputed |= (settle_row < 0) & _is(CLOSE, panel.disputed[closes : closes + WAIT_SESSIONS + 1]).any(axis=0)
    never = ~has_entry & ~has_disputed_entry
    waits = ~never & ((settle_row < 0) | is_disputed)
    void = (never & (at == closes)) | (waits & (at == closes + WAIT_SESSIONS))
    columns = np.arange(len(panel.stocks))
    exit_at = (np.maximum(exit_row, 0), columns)
    adjusted, opens = panel.adjusted, panel.open[row] * panel.growth[row]
    exits = np.where(settled, adjusted[exit_at], np.nan)
    entries = np.where(has_entry, adjusted[np.maximum(entry_row, 0), columns], np.nan)
    return Settlement(
        status=np.where(settled, 1, np.where(void, 2, 0)),
        is_late=settled & (settle_row > closes),
        has_entry=has_entry,
        is_disputed=is_disputed & ~never,
        outcome_return=exits / entries - 1,
        tradable_return=exits / opens - 1,
        entry_price_id=np.where(settled, panel.price_id[np.maximum(entry_row, 0), columns], 0),
        exit_price_id=np.where(settled, panel.price_id[exit_at], 0),
        entry_close=entries,
        exit_row=exit_row,
    )


def void_reason(settlement: Settlement, column: int) -> str:
    """Why the stock in a column of the panel is void."""
    if settlement.is_disputed[column]:
        return DISPUTED
    return NO_EXIT if settlement.has_entry[column] else NO_ENTRY


def _exit_rows(panel: Panel, closes: int) -> tuple[np.ndarray, np.ndarray]:
    # The first session at whose end any bar since the close was known settles, by the earliest such bar: so a
    # bar that arrives late settles in the session it arrived, and never changes a session already settled.
    stocks = len(panel.stocks)
    exit_row, settle_row = np.full(stocks, -1), np.full(stocks, -1)
    last = min(closes + WAIT_SESSIONS, len(panel.sessions) - 1)
    is_clear = ~np.logical_or.accumulate(_is(CLOSE, panel.disputed[closes : last + 1]), axis=0)
    for at in range(closes, last + 1):
        for bar in range(closes, at + 1):
            found = (settle_row < 0) & ~np.isnan(panel.close[bar]) & (panel.known_row[bar] <= at)
            found &= is_clear[bar - closes]
            exit_row[found], settle_row[found] = bar, at
    return exit_row, settle_row


def _is_split_unsure(panel: Panel, entry_row: np.ndarray, exit_row: np.ndarray) -> np.ndarray:
    """Whether sources differ on a split between entry and exit, where there are both."""
    if not panel.disputed.any():
        return np.zeros(len(panel.stocks), dtype=bool)
    count, columns = np.cumsum(_is(SPLIT, panel.disputed), axis=0), np.arange(len(panel.stocks))
    between = count[np.maximum(exit_row, 0), columns] - count[np.maximum(entry_row, 0), columns]
    return (entry_row >= 0) & (exit_row >= 0) & (between > 0)


def _is(flag: int, disputed: np.ndarray) -> np.ndarray:
    return (disputed & flag) != 0


def _last_rows(holds: np.ndarray) -> np.ndarray:
    rows = np.where(holds, np.arange(len(holds))[:, None], -1)
    return rows.max(axis=0, initial=-1)
