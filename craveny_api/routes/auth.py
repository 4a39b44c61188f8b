"""Logging in and staying logged in: a short access token in the body, a rotating refresh token in a cookie."""

import hashlib
import secrets
from datetime import timedelta
from typing import Annotated, cast

from fastapi import APIRouter, Cookie, Depends, Request, Response

from craveny_api.auth.callers import network_of, refuse_foreign_pages
from craveny_api.auth.passwords import is_password
from craveny_api.auth.roles import Needs, Person, identify
from craveny_api.auth.tokens import ACCESS_SECONDS
from craveny_api.problems import Refusal, documented
from craveny_api.schemas import Login, Role, Session, User
from craveny_store.users import (
    Account,
    account,
    account_of,
    admit_attempt,
    begin_family,
    exchange_token,
    forget_attempts,
    revoke_family,
)

COOKIE, COOKIE_PATH = "craveny_refresh", "/api/auth"
REFRESH_LIFETIME = timedelta(days=14)
ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_EMAIL, ATTEMPTS_PER_NETWORK = 10, 50

router = APIRouter(prefix="/api/auth", tags=["auth"], dependencies=[Depends(Needs("public"))])
RefreshToken = Annotated[str | None, Cookie(alias=COOKIE, max_length=200, include_in_schema=False)]


@router.post("/login", responses=documented(400, 413, 429), dependencies=[Depends(refuse_foreign_pages)])
def login(request: Request, response: Response, asked: Login) -> Session:
    """Exchange e-mail and password for an access token; the refresh token is set as a cookie."""
    engine, email = request.app.state.engine, asked.email.lower()
    mine = f"email:{email}"
    limits = {mine: ATTEMPTS_PER_EMAIL, f"net:{network_of(request)}": ATTEMPTS_PER_NETWORK}
    with engine.begin() as conn:
        seconds = admit_attempt(conn, limits, ATTEMPT_WINDOW)
    if seconds is not None:
        wait = {"Retry-After": str(seconds)}
        raise Refusal(429, "Too many attempts", f"Too many attempts to log in. Try again in {seconds} seconds.", wait)
    with engine.connect() as conn:
        person = account_of(conn, email)
    usable = person is not None and not person.is_disabled
    if not is_password(asked.password, person.password_hash if person and usable else None) or person is None:
        raise Refusal(401, "Not logged in", "E-mail and password do not fit together. Correct one of them.")
    token = secrets.token_urlsafe(32)
    with engine.begin() as conn:
        forget_attempts(conn, mine)
        begin_family(conn, person.user_id, _hash(token), REFRESH_LIFETIME)
    return _session(request, response, person, token)


@router.post("/refresh", responses=documented(), dependencies=[Depends(refuse_foreign_pages)])
def refresh(request: Request, response: Response, token: RefreshToken = None) -> Session:
    """Exchange the cookie's refresh token for a new pair; each is good once, and a second use ends the login."""
    successor = secrets.token_urlsafe(32)
    person = None
    if token is not None:
        with request.app.state.engine.begin() as conn:
            user_id = exchange_token(conn, _hash(token), _hash(successor), REFRESH_LIFETIME)
            person = account(conn, user_id) if user_id is not None else None
    if person is None:
        raise Refusal(401, "Not logged in", "The login has ended. Log in again.")
    return _session(request, response, person, successor)


@router.post("/logout", status_code=204, responses=documented(), dependencies=[Depends(refuse_foreign_pages)])
def logout(request: Request, response: Response, token: RefreshToken = None) -> None:
    """End this login everywhere: no token of it can be refreshed again."""
    if token is not None:
        with request.app.state.engine.begin() as conn:
            revoke_family(conn, _hash(token))
    response.delete_cookie(COOKIE, path=COOKIE_PATH)


@router.get("/me", responses=documented())
def me(request: Request, response: Response, person: Annotated[Person, Depends(identify)]) -> User:
    """Who the access token speaks for; a guest without one."""
    response.headers["Cache-Control"] = "no-store"
    if person.user_id is None:
        return User(email=None, role="guest")
    with request.app.state.reader.connect() as conn:
        found = account(conn, person.user_id)
    if found is None or found.is_disabled:
        raise Refusal(401, "Not logged in", "This account cannot be used any more. Ask an administrator.")
    return _user(found)


def _session(request: Request, response: Response, person: Account, refresh_token: str) -> Session:
    user = _user(person)
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie(
        COOKIE,
        refresh_token,
        max_age=int(REFRESH_LIFETIME.total_seconds()),
        path=COOKIE_PATH,
        secure=request.app.state.settings.is_https,
        httponly=True,
        samesite="strict",
    )
    token = request.app.state.tokens.issue(person.user_id, user.role)
    return Session(access_token=token, expires_in=ACCESS_SECONDS, user=user)


def _user(person: Account) -> User:
    return User(email=person.email, role=cast(Role, person.role))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
