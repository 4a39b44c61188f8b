"""Answers as they were sent, kept by what they rest on: the ones last used, each made once however many ask."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from pydantic import BaseModel, TypeAdapter

Content = BaseModel | dict[str, Any] | list[Any]
LIMIT_BYTES = 8 * 1024 * 1024
STRIPES = 61
_JSON = TypeAdapter(Any)


class Remembered:
    """The answers last used, in all at most `limit` bytes; one that is larger is not kept."""

    def __init__(self, limit: int = LIMIT_BYTES) -> None:
        self._limit = limit
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        self._making = [Lock() for _ in range(STRIPES)]

    def body(self, key: str, make: Callable[[], Content]) -> bytes:
        """The JSON kept under a key, else made. The key must stand for everything that `make` reads."""
        kept = self._kept(key)
        if kept is not None:
            return kept
        # Whoever waits for the same answer gets it, and what computing takes is taken once.
        with self._making[hash(key) % STRIPES]:
            kept = self._kept(key)
            if kept is None:
                kept = _JSON.dump_json(make())
                self._keep(key, kept)
        return kept

    def _kept(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._bodies:
                self._bodies.move_to_end(key)
            return self._bodies.get(key)

    def _keep(self, key: str, made: bytes) -> None:
        if len(made) > self._limit:
            return
        with self._lock:
            self._bodies[key] = made
            self._size += len(made)
            while self._size > self._limit:
                _, dropped = self._bodies.popitem(last=False)
                self._size -= len(dropped)
