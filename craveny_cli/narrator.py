"""Telling a person what is going on: plain lines to stderr, a sign of life at least every two seconds."""

import sys
import time
from collections.abc import Callable

from rich.console import Console
from rich.status import Status

QUIET_SECONDS = 2.0


class Narrator:
    """Lines that stay, and one line that lives: a spinner on a terminal, a line every two seconds elsewhere."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        self.results = _results_console()
        self._status: Status | None = None
        self._begun = time.monotonic()
        self._last = 0.0

    def say(self, line: str) -> None:
        """A line that stays."""
        self.rest()
        self.console.print(f"[dim]{time.monotonic() - self._begun:6.1f} s[/dim]  ", end="")
        self.console.print(line, markup=False, soft_wrap=True)

    def waiting(self, line: str) -> None:
        """What is being waited for now."""
        if self.console.is_terminal:
            if self._status is None:
                self._status = self.console.status(line)
                self._status.start()
            self._status.update(line)
        elif time.monotonic() - self._last > QUIET_SECONDS:
            self._last = time.monotonic()
            self.say(line)

    def waiter(self, what: str) -> Callable[[float], None]:
        """A callback that says how long `what` has been awaited."""
        return lambda seconds: self.waiting(f"{what} … {seconds:.0f} s")

    def rest(self) -> None:
        """Nothing is awaited any more."""
        if self._status is not None:
            self._status.stop()
            self._status = None


def _results_console() -> Console:
    # In a pipe or a file there is no screen to fit: tables keep their columns whole.
    on_screen = sys.stdout.isatty()
    return Console(highlight=False, width=None if on_screen else 120)


def answer(line: str) -> None:
    """A result on stdout, for people and programs."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
