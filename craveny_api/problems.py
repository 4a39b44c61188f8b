"""What goes wrong, told as RFC 9457 has it: one shape for every failure, and the statuses a route documents."""

from typing import Any

import psycopg.errors
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from craveny_api.schemas import Problem

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "5"
log = structlog.get_logger(__name__)

_MEANING = {
    304: "Unchanged: what the caller holds is still right",
    400: "The request cannot be read",
    401: "Nobody is logged in, or the token is not valid",
    403: "Not allowed for this role",
    404: "There is no such thing",
    405: "The address knows other methods",
    409: "It is there already",
    413: "The body is too large",
    422: "A parameter is wrong or unknown",
    429: "Too many attempts; Retry-After says when",
    500: "A fault of the server, named in its log by the request id",
    503: "The database is gone or too slow; try again, or narrow the question",
}
_ALWAYS = (401, 403, 422, 500, 503)


class Refusal(HTTPException):
    """A failure with its own title, cause and cure."""

    def __init__(self, status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, detail, headers)
        self.title = title


class NotModified(Exception):  # noqa: N818
    """The caller's copy is still right."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__()
        self.headers = headers


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can give these statuses; what every route can give is there already."""
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": _MEANING[status]} | ({} if status == 304 else {"content": problem})
        for status in (*_ALWAYS, *statuses)
    }


def problem(
    request_id: str, status: int, title: str, detail: str, headers: dict[str, str] | None = None, kind: str = ""
) -> Response:
    """A failure as a response."""
    body = Problem(
        type=kind or "about:blank", title=title, status=status, detail=detail, request_id=request_id
    ).model_dump_json()
    return Response(body, status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Turn everything a route may raise into a problem; what is not named here is a 500 of the envelope's.

    Each is told in the event loop: others would wait for a thread, and those may all be waiting for the database.
    """
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(NotModified, _not_modified)
    app.add_exception_handler(DataError, _not_a_value)
    for gone in (OperationalError, InterfaceError, PoolTimeoutError):
        app.add_exception_handler(gone, _database)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette's promise
    status, headers = error.status_code, dict(error.headers or {})
    if isinstance(error, Refusal):
        return problem(request.state.request_id, status, error.title, error.detail, headers)
    told = {
        404: ("Not found", f"There is nothing at {request.url.path}. See /api/openapi.json for what there is."),
        405: ("Method not allowed", f"Use {headers.get('Allow', headers.get('allow', 'GET'))} at this address."),
    }
    title, detail = told.get(status, ("Bad request", f"{error.detail}. Correct the request."))
    return problem(request.state.request_id, status, title, detail, headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - Starlette's promise
    faults = "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors())
    return problem(
        request.state.request_id, 422, "Invalid request", f"{faults[:1000]}. Correct it as /api/openapi.json says."
    )


async def _not_modified(_request: Request, error: Exception) -> Response:
    assert isinstance(error, NotModified)  # noqa: S101 - Starlette's promise
    return Response(status_code=304, headers=error.headers)


async def _not_a_value(request: Request, _error: Exception) -> Response:
    return problem(
        request.state.request_id, 422, "Invalid request", "A parameter holds what no row can hold. Correct it."
    )


async def _database(request: Request, error: Exception) -> Response:
    cause = getattr(error, "orig", None)
    headers = {"Retry-After": RETRY_SECONDS}
    log.warning("database", error=type(cause or error).__name__)
    if isinstance(cause, psycopg.errors.QueryCanceled):
        detail = "The question took too long. Narrow it: a shorter span, one market, fewer models."
        return problem(request.state.request_id, 503, "Too slow", detail, headers)
    detail = "The database does not answer. Try again in a few seconds."
    return problem(request.state.request_id, 503, "Database gone", detail, headers)
