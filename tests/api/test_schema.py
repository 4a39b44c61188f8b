"""The whole OpenAPI schema against the running API, as every role: right and wrong questions, types and cookies.

Nothing may be a 5xx, a status, type, header or body that the schema does not state.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import text

from craveny_api.auth.tokens import Tokens
from craveny_api.schemas import Role
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_store.engine import open_engine
from craveny_store.users import add_user
from tests.api.conftest import api_process
from tests.api.orchestrated import orchestrated
from tests.api.registered import register
from tests.conftest import copied_database

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ROLES: tuple[Role, ...] = ("guest", "investor", "operator", "admin")
QUICK, THOROUGH = 4, 80
"""Questions for each operation, mode and role."""
COOKIES = st.dictionaries(
    st.sampled_from(["craveny_refresh", "session"]), st.from_regex(r"\A[!#-+\--:<-\[\]-~]{0,300}\Z")
)
TYPES = st.sampled_from(
    [
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "application/json; charset=utf-16",
        "x",
        "application/json",
    ]
)
BODIES = st.sampled_from([b"", b"{", b"null", b"[]", b'"\\ud800"', b"\xff\xfe", b'{"email": 1}', b"a" * 70_000])


class Served:
    """The running API, its schema, something that is there for each name in a path, and a header per role."""

    def __init__(self, address: str, known: dict[str, Any], headers: dict[Role, dict[str, str]]) -> None:
        schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
        self.operations = [found.ok() for found in schema.get_all_operations()]
        self.address = address
        self.known, self.headers = known, headers


@pytest.fixture(scope="module")
def served(
    postgres: EmbeddedPostgres, filled_template: str, signing_keys: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("dagster")
    with (
        pytest.MonkeyPatch.context() as patch,
        copied_database(postgres, filled_template) as url,
        orchestrated(postgres, home, patch),
    ):
        tokens, (known, people) = Tokens(signing_keys), _prepared(url)
        headers = {role: {"Authorization": f"Bearer {tokens.issue(people[role], role)}"} for role in ROLES[1:]}
        with api_process(url, signing_keys) as address:
            yield Served(address, known, {"guest": {}, **headers})


def _prepared(url: str) -> tuple[dict[str, Any], dict[str, int]]:
    """Add somebody for each role; what there is in the store, and who."""
    engine = open_engine(url)
    with engine.begin() as conn:
        for role in ROLES[1:]:
            add_user(conn, f"{role}@example.org", "no password has this hash", role)
        people = {role: number for number, role in conn.execute(text('SELECT user_id, role FROM "user"'))}
        prediction = conn.execute(text("SELECT min(prediction_id) FROM prediction")).scalar_one()
        article = conn.execute(text("SELECT min(news_id) FROM news")).scalar_one()
        one = "SELECT symbol, min(alias_id) FROM stock JOIN stock_alias USING (stock_id) WHERE market = 'us'"
        symbol, alias = conn.execute(text(f"{one} GROUP BY symbol ORDER BY symbol LIMIT 1")).one()
        test = register(conn)
    engine.dispose()
    known = {
        "market": "us",
        "symbol": symbol,
        "alias_id": alias,
        "prediction_id": prediction,
        "news_id": article,
        "model": "lexicon",
        "test_id": test,
    }
    return known, people


def ask(served: Served, role: Role, examples: int) -> set[str]:
    """Ask every operation as a role: of what there is, of anything the schema allows, and of what it does not.

    An answer that the schema does not state raises; gives the operations that were asked.
    """
    for operation in served.operations:
        there = {parameter.name: served.known[parameter.name] for parameter in operation.path_parameters}
        ways: list[tuple[GenerationMode, Any]] = [(GenerationMode.POSITIVE, None)]
        if there:
            ways.append((GenerationMode.POSITIVE, there))
        if operation.query or operation.path_parameters or operation.body:
            ways.append((GenerationMode.NEGATIVE, None))
        for mode, path in ways:
            _ask_one(
                operation.as_strategy(mode, path_parameters=path), served.headers[role], examples, ROLES.index(role)
            )
    return {operation.label for operation in served.operations}


def _ask_one(cases: st.SearchStrategy, headers: dict[str, str], examples: int, chosen: int) -> None:
    @seed(chosen)
    @settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def one(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    one()


@pytest.mark.parametrize("role", ["guest", "admin"])
def test_every_answer_is_one_that_the_schema_states(served: Served, role: Role) -> None:
    assert len(ask(served, role, QUICK)) == len(served.operations)


@seed(7)
@settings(max_examples=12, database=None, suppress_health_check=list(HealthCheck))
@given(media_type=TYPES, body=BODIES, cookies=COOKIES)
def test_wrong_types_bodies_and_cookies_are_refused_as_stated(
    served: Served, media_type: str, body: bytes, cookies: dict[str, str]
) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = {"Content-Type": media_type, "Cookie": cookie, **served.headers["admin"]}
    with httpx2.Client(base_url=served.address) as client:
        for operation in served.operations:
            path = operation.path.format(**served.known)
            answer = client.request(operation.method.upper(), path, content=body, headers=headers)
            assert answer.status_code < 500, answer.text
            assert str(answer.status_code) in operation.definition.raw["responses"], (operation.label, answer.text)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_one_that_the_schema_states_at_length(served: Served, role: Role) -> None:
    assert len(ask(served, role, THOROUGH)) == len(served.operations)
