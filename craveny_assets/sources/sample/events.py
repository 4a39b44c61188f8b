"""When the sample market is peculiar: halts, splits and bars first reported wrong, by rule.

Positions count sessions from the first of 2025, so an event never moves; gaps between two of a kind are short
enough that any 120 calendar days hold each kind.
"""

from dataclasses import dataclass

import numpy as np

from craveny_assets.sources.sample.seeds import generator

HALT_SESSIONS = 2
CORRECTION_RANGE = (0.01, 0.03)  # by what fraction a close is first reported wrong


@dataclass(frozen=True)
class Rhythm:
    """One event per `period` sessions, from `offset` on, up to `jitter` - 1 sessions late."""

    purpose: str
    period: int
    offset: int
    jitter: int


HALTS = Rhythm("halt", 60, 12, 10)
SPLITS = Rhythm("split", 66, 30, 8)
CORRECTIONS = Rhythm("correction", 30, 5, 10)


@dataclass(frozen=True)
class Event:
    """An event at a session position; `draws` are two uniform numbers for whom it meets and how."""

    session: int
    draws: tuple[float, float]


def events(rhythm: Rhythm, seed: int, market: str, sessions: int) -> list[Event]:
    """The events of one kind among that many sessions, ascending; more sessions only add later ones."""
    found = []
    for block in range(sessions // rhythm.period + 1):
        late, whom, how = generator(seed, market, rhythm.purpose, block).random(3).tolist()
        session = block * rhythm.period + rhythm.offset + int(late * rhythm.jitter)
        if session < sessions:
            found.append(Event(session, (whom, how)))
    return found


def halted(seed: int, market: str, sessions: int, stocks: int) -> np.ndarray:
    """Which stock has no bar: sessions by stocks, boolean."""
    mask = np.zeros((sessions, stocks), dtype=bool)
    for event in events(HALTS, seed, market, sessions):
        mask[event.session : event.session + HALT_SESSIONS, int(event.draws[0] * stocks)] = True
    return mask


def first_reports(seed: int, market: str, halts: np.ndarray) -> dict[tuple[int, int], float]:
    """By (session, stock): the factor by which its close is first reported wrong."""
    sessions, stocks = halts.shape
    low, high = CORRECTION_RANGE
    wrong = {}
    for event in events(CORRECTIONS, seed, market, sessions):
        whom, how = event.draws
        stock = int(whom * stocks)
        if halts[event.session, stock]:
            stock = (stock + 1) % stocks
        # The draw's first half errs downwards, the second upwards.
        size = low + (high - low) * (how * 2 % 1)
        wrong[event.session, stock] = 1 + (size if how >= 0.5 else -size)
    return wrong
