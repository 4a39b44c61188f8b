"""`craveny user`: who may log in."""

import sys
from enum import StrEnum
from typing import Annotated

import typer
from pydantic import EmailStr, TypeAdapter, ValidationError

from craveny_cli.connection import connected
from craveny_cli.narrator import answer
from craveny_cli.problems import problems_shown, stack_of
from craveny_cli.services.errors import Problem

users_app = typer.Typer(help="People who can log in to the dashboard.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="E-mail address")]


class GivenRole(StrEnum):
    """What a person may do; each may do what those before it may."""

    investor = "investor"
    operator = "operator"
    admin = "admin"


@users_app.command()
def add(
    email: Email,
    role: Annotated[GivenRole, typer.Option(help="What the person may do")],
    *,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking")
    ] = False,
) -> None:
    """Add a person; asks for the password."""
    with problems_shown() as narrator:
        from craveny_api.auth.passwords import MINIMUM_LENGTH, hash_password
        from craveny_store.users import add_user

        address = _address(email)
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _asked()
        if len(password) < MINIMUM_LENGTH:
            raise Problem("The password is too short", f"Choose one of at least {MINIMUM_LENGTH} characters")
        with connected(stack_of(narrator), narrator) as store, store.engine.begin() as conn:
            if not add_user(conn, address, hash_password(password), role.value):
                raise Problem(f"{address} is known already", "Choose another address")
        answer(f"{address} can log in as {role.value}")


@users_app.command()
def disable(email: Email) -> None:
    """Let a person log in no more; what they have open ends within a quarter of an hour."""
    with problems_shown() as narrator:
        from craveny_store.users import disable_user

        address = _address(email)
        with connected(stack_of(narrator), narrator) as store, store.engine.begin() as conn:
            if not disable_user(conn, address):
                raise Problem(f"There is no {address}", "See `craveny user list`")
        answer(f"{address} can log in no more")


@users_app.command("list")
def list_() -> None:
    """Who can log in."""
    with problems_shown() as narrator:
        from craveny_store.users import people

        with connected(stack_of(narrator), narrator) as store, store.engine.connect() as conn:
            for person in people(conn):
                answer(f"{person.email}  {person.role}" + ("  disabled" if person.is_disabled else ""))


def _address(text: str) -> str:
    try:
        return TypeAdapter(EmailStr).validate_python(text).lower()
    except ValidationError as error:
        raise Problem(f"{text!r} is not an e-mail address", "Write name@domain") from error


def _asked() -> str:
    return typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
