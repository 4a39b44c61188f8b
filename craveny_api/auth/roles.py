"""Who is asking, and the least role each route needs. A route that names none is refused at the start."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from craveny_api.problems import Refusal
from craveny_api.schemas import Role

ORDER: tuple[Role, ...] = ("guest", "investor", "operator", "admin")
_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="`access_token` of POST /api/auth/login")


@dataclass(frozen=True)
class Person:
    """Who is asking; guests have no id."""

    user_id: int | None
    role: Role


GUEST = Person(None, "guest")


Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def identify(request: Request, token: Credentials) -> Person:
    """The person whose access token this is; a guest without one; 401 for one that is not valid."""
    person = GUEST if token is None else request.app.state.tokens.read(token.credentials)
    if person is None:
        raise _refused("The access token is not valid any more.", 'Bearer error="invalid_token"')
    return person


class Needs:
    """The least role of a route. `guest` becomes investor where a login is required; `public` asks for no token."""

    def __init__(self, role: Role | Literal["public"]) -> None:
        self.role = role

    async def __call__(self, request: Request, token: Credentials) -> None:
        """401 for a guest who must log in, 403 for a role that is too low; leaves the person in the request's state."""
        least = self.role
        if least == "public":
            request.state.person = GUEST
            return
        request.state.person = person = await identify(request, token)
        if least == "guest" and request.app.state.settings.login_required:
            least = "investor"
        if ORDER.index(person.role) >= ORDER.index(least):
            return
        if person.role == "guest":
            raise _refused("This needs a login.", "Bearer")
        raise Refusal(403, "Not allowed", f"This needs the role {least}; yours is {person.role}. Ask an administrator.")


def check_routes(app: FastAPI) -> None:
    """RuntimeError naming the routes that say nothing about who may use them."""
    undeclared = [
        f"{sorted(context.methods or ())} {context.path}"
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute) and not _declares(context.dependant)
    ]
    if undeclared:
        raise RuntimeError(f"No role is declared for {', '.join(undeclared)}. Give its router Depends(Needs(role)).")


def _declares(dependant: Dependant) -> bool:
    return isinstance(dependant.call, Needs) or any(map(_declares, dependant.dependencies))


def _refused(cause: str, challenge: str) -> Refusal:
    return Refusal(401, "Not logged in", f"{cause} Log in at /api/auth/login.", {"WWW-Authenticate": challenge})
