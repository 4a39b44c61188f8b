"""The one client of live sources: asks an address politely and safely, and hands back a bounded body."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from sqlalchemy import Engine


@dataclass(frozen=True)
class Limits:
    """What one fetch may cost: bytes of the body, on the wire and after decompression, and seconds in all."""

    body_bytes: int = 8_000_000
    seconds: float = 30.0


@dataclass(frozen=True)
class Fetched:
    """A 2xx or a 304. Header names are lower case, values byte for byte as Latin-1; `address` ends before the query.

    `fetched_at` is the database's time when the answer began.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    address: str
    fetched_at: datetime


class Fetcher:
    """Fetches for one crawl, from any number of threads; close it, or use it as a context.

    `allow`: see Settings.fetch_allow. `failures`: failures in a row of each source so far; one with many is given one
    try, and then only FetchFailed of class circuit.
    """

    def __init__(
        self, engine: Engine, *, allow: str = "", contact: str = "", failures: Mapping[str, int] | None = None
    ) -> None: ...

    def close(self) -> None:
        """Close the connections."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(
        self,
        address: str,
        *,
        source: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        obeys_robots: bool = True,
        limits: Limits | None = None,
    ) -> Fetched:
        """The body at an address, or 304 when it is still what `etag` or `last_modified` name.

        Raises FetchFailed for everything else. `obeys_robots` is False for keyed programming interfaces only: their
        terms say what may be asked, robots.txt speaks of pages.
        """
        raise NotImplementedError
