"""`craveny user`: who may log in."""

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from craveny_api.auth.passwords import is_password
from craveny_cli.main import app

PASSWORD = "a long enough one"


@pytest.fixture
def run() -> CliRunner:
    return CliRunner(env={"COLUMNS": "200"})


def test_a_person_is_added_once_listed_and_disabled(run: CliRunner, engine: Engine) -> None:
    add = ["user", "add", "Ana@Example.org", "--role", "operator", "--password-stdin"]
    assert run.invoke(app, add, input=f"{PASSWORD}\n").exit_code == 0
    with engine.connect() as conn:
        email, role, stored = conn.execute(text('SELECT email, role, password_hash FROM "user"')).one()
    assert (email, role) == ("ana@example.org", "operator")
    assert stored.startswith("$argon2id$") and is_password(PASSWORD, stored)
    again = run.invoke(app, add, input=f"{PASSWORD}\n")
    assert again.exit_code == 1 and "is known already" in again.output
    assert run.invoke(app, ["user", "disable", "ana@example.org"]).exit_code == 0
    assert "ana@example.org  operator  disabled" in run.invoke(app, ["user", "list"]).output


def test_a_password_is_asked_for_twice(run: CliRunner, engine: Engine) -> None:
    asked = run.invoke(app, ["user", "add", "bo@example.org", "--role", "admin"], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0, asked.output
    assert PASSWORD not in asked.output
    with engine.connect() as conn:
        assert conn.execute(text('SELECT role FROM "user"')).scalar_one() == "admin"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("arguments", "password", "says"),
    [
        (["cy@example.org", "--role", "investor"], "short", "at least 12 characters"),
        (["not an address", "--role", "investor"], PASSWORD, "is not an e-mail address"),
        (["cy@example.org", "--role", "guest"], PASSWORD, "is not one of"),
    ],
)
def test_what_cannot_be_added_is_said(run: CliRunner, arguments: list[str], password: str, says: str) -> None:
    refused = run.invoke(app, ["user", "add", *arguments, "--password-stdin"], input=f"{password}\n")
    assert refused.exit_code != 0
    assert says in refused.output


@pytest.mark.usefixtures("engine")
def test_nobody_unknown_is_disabled(run: CliRunner) -> None:
    refused = run.invoke(app, ["user", "disable", "nobody@example.org"])
    assert refused.exit_code == 1 and "There is no nobody@example.org" in refused.output
