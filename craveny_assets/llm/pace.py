"""How fast a provider is asked: a few at once to begin with, more while it answers, one after a 429 and none while it
asks for patience."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

FIRST_WINDOW = 16
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
CAUTION = 4
"""Windows of answers that widen the window by one, where it was too wide before."""


@dataclass(frozen=True)
class Strain:
    """A provider asks for patience: for so many seconds, or without saying for how long."""

    retry_after: float | None


class Pace:
    """One provider's pace in one process, for any number of tasks of one event loop. Seconds throughout.

    `window` is how many may be asked at once. It grows by one with each answer up to half of what a 429 ended, and
    from there on slowly: what was too much a moment ago may still be.
    """

    def __init__(self, most: int, chance: Random, now: Callable[[], float]) -> None:
        self._most, self._chance, self._now = float(most), chance, now
        self.window = min(self._most, FIRST_WINDOW)
        self._bearable = self._most
        self._asking = 0
        self._not_before = 0.0
        self._storms = 0
        self._changed = asyncio.Condition()

    async def enter(self) -> None:
        """Wait for a place."""
        async with self._changed:
            while True:
                wait = self._not_before - self._now()
                if wait <= 0 and self._asking < max(1, int(self.window)):
                    self._asking += 1
                    return
                await self._wait(wait if wait > 0 else None)

    async def _wait(self, seconds: float | None) -> None:
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return

    async def leave(self, strain: Strain | None = None, *, is_answered: bool = False) -> None:
        """Give the place back, and say how the provider took it."""
        async with self._changed:
            self._asking -= 1
            if strain:
                self._slow_down(strain.retry_after)
            elif is_answered:
                self._speed_up()
            self._changed.notify_all()

    def _speed_up(self) -> None:
        self._storms = 0
        step = 1.0 if self.window < self._bearable else 1 / (CAUTION * self.window)
        self.window = min(self._most, self.window + step)

    def _slow_down(self, retry_after: float | None) -> None:
        # What was in flight when the first of them came back tells nothing new.
        if self._now() < self._not_before:
            return
        self._bearable, self.window = max(1.0, self.window / 2), 1.0
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2**self._storms) if retry_after is None else retry_after
        self._storms += 1
        self._not_before = self._now() + wait * (1 + 0.2 * self._chance.random())
