"""Answers that depend on materialized tables: one snapshot to read them in, and the ETag that says which it was."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import TracebackType

from fastapi import Request, Response
from sqlalchemy import Connection, Engine

from craveny_api.problems import NotModified
from craveny_api.remembered import Content, Remembered
from craveny_store.heads import versions

PACKAGES = ("craveny_api", "craveny_store", "craveny_domain")


class Reads:
    """What a route's answer is made of: `read: Annotated[Reading, Depends(Reads("price", "stock"))]`.

    Names assets (tables of partitions), or `stock` or `model` of `craveny_store.heads`. Without any the answer has no
    ETag: it depends on the clock or on other tables. The market is that of the path or the query, else all.
    """

    def __init__(self, *assets: str) -> None:
        self.assets = assets

    async def __call__(self, request: Request, response: Response) -> "Reading":
        """One request's reading; nothing is asked of the database yet."""
        return Reading(request, response, self.assets)


class Reading:
    """`with read as conn:` gives a read-only transaction that sees one state of the database.

    Raises NotModified on entering when the caller holds the answer that this state would give.
    """

    def __init__(self, request: Request, response: Response, assets: tuple[str, ...]) -> None:
        self._request, self._response, self._assets = request, response, assets
        self._conn: Connection | None = None

    def __enter__(self) -> Connection:
        """Open the transaction, and compare what the caller holds with the heads it sees."""
        reader: Engine = self._request.app.state.reader
        self._response.headers["Cache-Control"] = "private, no-cache"
        self._response.headers["Vary"] = "Authorization"
        self._conn = reader.connect()
        try:
            if self._assets:
                self._compare(self._conn)
        except BaseException:
            self._conn.close()
            raise
        return self._conn

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the transaction and give the connection back."""
        if self._conn is not None:
            self._conn.close()

    def answer(self, make: Callable[[Connection], Content]) -> Response:
        """The finished answer: what `make` reads, a shape or the values of one, kept for as long as the tables stay.

        It is kept under its ETag. Left to FastAPI it would be checked a second time, in another thread.
        """
        with self as conn:
            kept: Remembered = self._request.app.state.remembered
            body = kept.body(self._response.headers["ETag"], lambda: make(conn))
        return Response(body, headers=dict(self._response.headers), media_type="application/json")

    def _compare(self, conn: Connection) -> None:
        request = self._request
        market = request.path_params.get("market") or request.query_params.get("market")
        heads = versions(conn, market, self._assets)
        asked = (heads, code_version(), request.url.path, request.url.query, request.state.person.role)
        etag = f'W/"{hashlib.sha256(repr(asked).encode()).hexdigest()[:32]}"'
        self._response.headers["ETag"] = etag
        held = request.headers.get("If-None-Match", "")
        if held == "*" or _opaque(etag) in {_opaque(item) for item in held.split(",")}:
            raise NotModified(dict(self._response.headers))


def _opaque(etag: str) -> str:
    return etag.strip().removeprefix("W/")


@cache
def code_version() -> str:
    """A hash of the code that makes answers: an upgrade must not leave yesterday's in a cache."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
