"""What people change through the API: one transaction each, by somebody who still may, told in the log."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from fastapi import Depends, Request
from sqlalchemy import Connection

from craveny_api.auth.callers import refuse_foreign_pages
from craveny_api.auth.roles import Person
from craveny_api.problems import Refusal
from craveny_store.model_changes import ChangeRefused
from craveny_store.users import account

log = structlog.get_logger(__name__)
OWN_PAGES = [Depends(refuse_foreign_pages)]
"""The dependencies of every route that changes something."""
_STATUS = {"missing": 404, "exists": 409, "wrong": 422}


@contextmanager
def changing(request: Request, what: str, **which: object) -> Iterator[Connection]:
    """A transaction that commits when the block ends; what was asked is logged then, with who asked by id.

    401 when the account was disabled or given another role since the token was issued; 404, 409 or 422 for a change
    that the store refuses.
    """
    person: Person = request.state.person
    with request.app.state.engine.begin() as conn:
        found = None if person.user_id is None else account(conn, person.user_id)
        if found is None or found.is_disabled or found.role != person.role:
            raise Refusal(401, "Not logged in", "The account has changed since the login. Log in again.")
        try:
            yield conn
        except ChangeRefused as refused:
            raise Refusal(_STATUS[refused.kind], refused.title, str(refused)) from refused
    log.info("change", what=what, user_id=person.user_id, **which)
