"""Settling forecasts against real closes: which session settles, with what return, and when it is void.

A forecast of session s and horizon h closes at row c = s + h - 1 of the panel. Where that bar is missing it
waits up to five sessions for one; then it is void.
"""

from dataclasses import dataclass

import numpy as np

from craveny_domain.panel import Panel

WAIT_SESSIONS = 5
ENTRY_SESSIONS = 10
"""How far back the last close before the cut-off is looked for."""

NO_ENTRY = "The stock has no close in the ten sessions before the cut-off."
NO_EXIT = "No close within five sessions after the horizon ended."


@dataclass(frozen=True)
class Settlement:
    """What one settling session decides for all stocks of one forecast session and horizon; arrays are [S].

    `status` is 0 (not in this session), 1 (settled) or 2 (void); returns are fractions, NaN where undefined.
    """

    status: np.ndarray
    is_late: np.ndarray
    has_entry: np.ndarray
    outcome_return: np.ndarray
    tradable_return: np.ndarray
    entry_price_id: np.ndarray
    exit_price_id: np.ndarray


def settle(panel: Panel, row: int, horizon: int, at: int) -> Settlement:
    """What the session in panel row `at` settles of the forecasts for the session in `row`."""
    closes = row + horizon - 1
    exit_row, settle_row = _exit_rows(panel, closes)
    first = max(0, row - ENTRY_SESSIONS)
    entry_row = _last_rows(panel.close[first:row]) + first
    has_entry = entry_row >= first
    settled = has_entry & (settle_row == at)
    void = (~has_entry & (at == closes)) | (has_entry & (settle_row < 0) & (at == closes + WAIT_SESSIONS))
    columns = np.arange(len(panel.stocks))
    exit_at = (np.maximum(exit_row, 0), columns)
    adjusted, opens = panel.adjusted, panel.open[row] * panel.growth[row]
    exits = np.where(settled, adjusted[exit_at], np.nan)
    entries = np.where(has_entry, adjusted[np.maximum(entry_row, 0), columns], np.nan)
    return Settlement(
        status=np.where(settled, 1, np.where(void, 2, 0)),
        is_late=settled & (settle_row > closes),
        has_entry=has_entry,
        outcome_return=exits / entries - 1,
        tradable_return=exits / opens - 1,
        entry_price_id=np.where(settled, panel.price_id[np.maximum(entry_row, 0), columns], 0),
        exit_price_id=np.where(settled, panel.price_id[exit_at], 0),
    )


def _exit_rows(panel: Panel, closes: int) -> tuple[np.ndarray, np.ndarray]:
    # The first session at whose end any bar since the close was known settles, by the earliest such bar: so a
    # bar that arrives late settles in the session it arrived, and never changes a session already settled.
    stocks = len(panel.stocks)
    exit_row, settle_row = np.full(stocks, -1), np.full(stocks, -1)
    last = min(closes + WAIT_SESSIONS, len(panel.sessions) - 1)
    for at in range(closes, last + 1):
        for bar in range(closes, at + 1):
            found = (settle_row < 0) & ~np.isnan(panel.close[bar]) & (panel.known_row[bar] <= at)
            exit_row[found], settle_row[found] = bar, at
    return exit_row, settle_row


def _last_rows(closes: np.ndarray) -> np.ndarray:
    rows = np.where(np.isnan(closes), -1, np.arange(len(closes))[:, None])
    return rows.max(axis=0, initial=-1)
