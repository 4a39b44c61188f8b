"""How a command ends when something is wrong: one or two sentences, exit code 1, no traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from craveny_cli.narrator import Narrator
from craveny_cli.services.errors import Problem
from craveny_cli.settings import CliSettings
from craveny_cli.stack import Stack
from craveny_cli.starting import Stopped
from craveny_store.engine import StoreError


@contextmanager
def problems_shown() -> Iterator[Narrator]:
    """Known problems end the command with one or two sentences and exit code 1; no traceback."""
    narrator = Narrator()
    try:
        yield narrator
    except ValidationError as error:
        _end(narrator, setting_fault(error))
    except (Problem, StoreError, ValueError) as problem:
        _end(narrator, str(problem))
    except OperationalError as error:
        _end(narrator, f"The database stopped answering: {str(error.orig).splitlines()[0]}. Run `craveny doctor`.")
    except Stopped:
        narrator.rest()
        narrator.say("stopped")
        raise typer.Exit(130) from None


def setting_fault(error: ValidationError) -> str:
    """What is wrong with the environment, in two sentences; the value is not repeated, for it may be a secret."""
    first = error.errors(include_input=False, include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"]) or error.title
    return f"{name} cannot be used: {first['msg'][0].lower()}{first['msg'][1:]}. Correct it or unset it."


def _end(narrator: Narrator, problem: str) -> None:
    narrator.rest()
    narrator.console.print("[red]problem[/red]  ", end="")
    narrator.console.print(problem, markup=False, soft_wrap=True)
    raise typer.Exit(1) from None


def stack_of(narrator: Narrator) -> Stack:
    """The stack that the environment describes."""
    return Stack(CliSettings(), narrator)
