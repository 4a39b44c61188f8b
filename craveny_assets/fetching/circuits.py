"""Which sources are given up for the rest of a crawl: those that keep failing get one try, and no retries."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from craveny_assets.fetching.failures import FetchFailed
from craveny_domain.backoff import is_open

ATTEMPTS = 3
"""Tries of one address in one crawl; what three do not bring, the next crawl tries."""


class Circuits:
    """Failures in a row of each source, from the store and then from this crawl's own fetches."""

    def __init__(self, failures: Mapping[str, int]) -> None:
        self._failures = dict(failures)
        self._closed_off: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def guarding(self, source: str) -> Iterator[int]:
        """Around one fetch: how often it may try. Raises FetchFailed when the source had its single try."""
        with self._lock:
            failures = self._failures.get(source, 0)
            if source in self._closed_off:
                message = f"{source} failed {failures} times in a row and rests in this crawl: the next one tries it."
                raise FetchFailed("circuit", message)
        try:
            yield 1 if is_open(failures) else ATTEMPTS
        except FetchFailed:
            with self._lock:
                self._failures[source] = failures = self._failures.get(source, 0) + 1
                if is_open(failures):
                    self._closed_off.add(source)
            raise
        else:
            with self._lock:
                self._failures[source] = 0
