"""Query parameters: what is common to the lists, and that an unknown one is refused."""

import base64
import binascii
import inspect
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError

from craveny_api.problems import Refusal

Shape = TypeVar("Shape")
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE, description="items on a page")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before")]


async def refuse_unknown_parameters(request: Request) -> None:
    """422 naming the query parameters that the route does not have."""
    if not request.url.query:
        return
    route: APIRoute = request.scope["route"]
    by_route: dict[str, set[str]] = request.app.state.parameters
    known = by_route.get(route.unique_id)
    if known is None:
        known = by_route[route.unique_id] = _names_below(route.dependant)
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        names = ", ".join(name[:40] for name in unknown[:5])
        has = f"It has: {', '.join(sorted(known))}." if known else "It has none."
        raise Refusal(422, "Unknown parameter", f"This address has no parameter {names}. {has}")


def _names_below(dependant: Dependant) -> set[str]:
    return {field.alias for field in dependant.query_params}.union(*map(_names_below, dependant.dependencies))


def given(shape: Callable[..., Shape]) -> Callable[..., Awaitable[Shape]]:
    """`Depends(given(Shape))`: a Shape of the request's parameters and dependencies, made at once.

    For a class of its own FastAPI goes to another thread and back, which costs more than most questions.
    """

    async def make(**values: Any) -> Shape:  # noqa: ANN401 - what the shape's own signature says
        return shape(**values)

    make.__signature__ = inspect.signature(shape, eval_str=True)  # type: ignore[attr-defined]
    return make


def write_cursor(values: Sequence[Any]) -> str:
    """A cursor holding the sort values of a page's last item; dates and instants are kept as text."""
    raw = json.dumps(values, default=str, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read_cursor(cursor: str, shape: TypeAdapter[Any]) -> Any:  # noqa: ANN401 - whatever the shape says
    """The values of `write_cursor`, checked against their shape, e.g. TypeAdapter(tuple[date, int]); 422 otherwise."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        return shape.validate_json(raw)
    except (UnicodeEncodeError, binascii.Error, ValueError, ValidationError) as error:
        raise Refusal(
            422, "Invalid cursor", "The cursor is not one of this list's. Take `next_cursor` of a page, or none."
        ) from error
