"""Answers that take long to compute, kept as they were sent for as long as the tables they rest on stay as they are."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from fastapi import Request
from pydantic import BaseModel, TypeAdapter

LIMIT_BYTES = 8 * 1024 * 1024


class Remembered:
    """The answers last used, in all at most `limit` bytes; one that is larger is not kept."""

    def __init__(self, limit: int = LIMIT_BYTES) -> None:
        self._limit = limit
        self._bodies: OrderedDict[Hashable, bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        self._making = Lock()

    def body(self, key: Hashable, make: Callable[[], BaseModel | list]) -> bytes:
        """The JSON kept under a key, else made. The key must hold the versions of everything `make` reads."""
        kept = self._kept(key)
        if kept is not None:
            return kept
        # One at a time: whoever waits for the same answer gets it, and what computing takes is taken once.
        with self._making:
            kept = self._kept(key)
            if kept is None:
                kept = _json(make())
                self._keep(key, kept)
        return kept

    def _kept(self, key: Hashable) -> bytes | None:
        with self._lock:
            if key in self._bodies:
                self._bodies.move_to_end(key)
            return self._bodies.get(key)

    def _keep(self, key: Hashable, made: bytes) -> None:
        if len(made) > self._limit:
            return
        with self._lock:
            self._bodies[key] = made
            self._size += len(made)
            while self._size > self._limit:
                _, dropped = self._bodies.popitem(last=False)
                self._size -= len(dropped)


async def remembered(request: Request) -> Remembered:
    """The application's own, to depend on."""
    state = request.app.state
    if not hasattr(state, "remembered"):
        state.remembered = Remembered()
    return state.remembered


_ANY = TypeAdapter(object)


def _json(content: BaseModel | list) -> bytes:
    return content.model_dump_json().encode() if isinstance(content, BaseModel) else _ANY.dump_json(content)
