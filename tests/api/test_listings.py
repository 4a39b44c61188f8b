"""Administrators change stocks: what is listed, its names, its priority, whether it is paused; and nobody else does."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from craveny_store.users import disable_user
from tests.api.conftest import Bearer, Member, api_process

NEW = {
    "market": "us",
    "symbol": "ARM",
    "name": "Arm",
    "name_en": None,
    "sector": "Chips",
    "kind": "stock",
    "priority": 2,
}
ARM = "/api/stocks/us/ARM"
NAMED = {"alias": "Limbware", "kind": "alias", "needs_context": False}


@pytest.fixture
def admin(client: TestClient, engine: Engine, member: Member) -> TestClient:
    """An administrator, who has listed ARM."""
    client.headers.update(member(engine, "admin"))
    added = client.post("/api/stocks", json=NEW)
    assert added.status_code == 201, added.text
    assert added.json() == NEW | {"currency": "USD", "is_synthetic": False, "is_paused": False}
    return client


def called(client: TestClient) -> dict[str, Any]:
    answer = client.get(f"{ARM}/aliases")
    assert answer.status_code == 200, answer.text
    return {f"{alias['alias']} {alias['kind']}": alias for alias in answer.json()}


def test_a_listed_stock_is_there_for_everybody(admin: TestClient, bearer: Bearer) -> None:
    shown = admin.get(ARM, headers=bearer("investor")).json()
    assert (shown["name"], shown["priority"], shown["is_paused"]) == ("Arm", 2, False)
    assert shown["aliases"] == ["ARM", "Arm"]
    assert list(called(admin)) == ["ARM ticker", "Arm name"]
    assert [stock["symbol"] for stock in admin.get("/api/stocks?q=arm").json()["items"]] == ["ARM"]


def test_a_stock_that_exists_is_a_conflict_and_stays_as_it_is(admin: TestClient) -> None:
    again = admin.post("/api/stocks", json=NEW | {"name": "Other", "priority": 5})
    assert (again.status_code, again.json()["title"]) == (409, "Stock exists")
    assert again.headers["Content-Type"] == "application/problem+json"
    assert admin.get(ARM).json()["name"] == "Arm"
    assert admin.post("/api/stocks", json=NEW | {"market": "krx"}).status_code == 201


def test_only_what_is_given_changes_and_a_null_takes_away_what_may_be_absent(admin: TestClient) -> None:
    for change, expected in (
        ({}, {}),
        ({"priority": 5}, {"priority": 5}),
        ({"is_paused": True}, {"is_paused": True}),
        ({"is_paused": True, "name": None, "priority": None}, {}),
        ({"sector": None}, {"sector": None}),
        ({"name": "  Limb<b>ware</b> ", "name_en": "Limb"}, {"name": "Limbware", "name_en": "Limb"}),
        ({"is_paused": False, "name_en": None}, {"is_paused": False, "name_en": None}),
    ):
        before = admin.get("/api/stocks?q=arm").json()["items"][0]
        answer = admin.patch(ARM, json=change)
        assert (answer.status_code, answer.json()) == (200, before | expected), change
    assert list(called(admin)) == ["ARM ticker", "Arm name", "Limb name", "Limbware name"]


def test_a_name_is_added_marked_as_needing_context_and_given_up(admin: TestClient) -> None:
    added = admin.post(f"{ARM}/aliases", json=NAMED)
    assert added.status_code == 201, added.text
    assert added.json() == called(admin)["Limbware alias"]
    again = admin.post(f"{ARM}/aliases", json=NAMED)
    assert (again.status_code, again.json()["title"]) == (409, "Alias exists")
    marked = admin.post(f"{ARM}/aliases", json=NAMED | {"needs_context": True})
    assert marked.status_code == 201, marked.text
    assert called(admin)["Limbware alias"] == marked.json()
    for _ in range(2):
        gone = admin.delete(f"{ARM}/aliases/{marked.json()['alias_id']}")
        assert (gone.status_code, gone.content) == (204, b"")
    assert list(called(admin)) == ["ARM ticker", "Arm name"]
    assert admin.delete(f"{ARM}/aliases/999999999").json()["title"] == "No such alias"


def test_whoever_holds_a_stock_gets_it_anew_after_each_change(admin: TestClient) -> None:
    alias_id = called(admin)["Arm name"]["alias_id"]
    for method, path, body in (
        ("POST", "/api/stocks", NEW | {"symbol": "LEG"}),
        ("PATCH", ARM, {"priority": 4}),
        ("PATCH", ARM, {"is_paused": True}),
        ("PATCH", ARM, {"name": "Limbware"}),
        ("POST", f"{ARM}/aliases", NAMED | {"alias": "Elbow"}),
        ("DELETE", f"{ARM}/aliases/{alias_id}", None),
    ):
        held = {path: admin.get(path).headers["ETag"] for path in (ARM, f"{ARM}/aliases", "/api/stocks")}
        assert admin.request(method, path, json=body).is_success
        for address, etag in held.items():
            assert admin.get(address, headers={"If-None-Match": etag}).status_code == 200, (method, path, address)


WRITES = [
    ("POST", "/api/stocks", NEW | {"symbol": "LEG"}), ("PATCH", ARM, {"priority": 1}),
    ("POST", f"{ARM}/aliases", NAMED), ("DELETE", f"{ARM}/aliases/1", None),
]  # fmt: skip


def test_nobody_but_an_administrator_changes_stocks(client: TestClient, bearer: Bearer) -> None:
    for method, path, body in WRITES:
        assert client.request(method, path, json=body).status_code == 401, path
        for role in ("investor", "operator"):
            assert client.request(method, path, json=body, headers=bearer(role)).status_code == 403, path


def test_a_page_of_another_address_changes_nothing(admin: TestClient) -> None:
    for method, path, body in WRITES:
        answer = admin.request(method, path, json=body, headers={"Origin": "https://evil.example"})
        assert (answer.status_code, answer.json()["title"]) == (403, "Foreign page"), path


@pytest.mark.parametrize("change", ["disabled", "demoted", "unknown"])
def test_an_account_that_changed_since_its_login_changes_nothing(
    admin: TestClient, engine: Engine, change: str
) -> None:
    with engine.begin() as conn:
        if change == "disabled":
            disable_user(conn, "admin@example.org")
        elif change == "demoted":
            conn.execute(text("UPDATE \"user\" SET role = 'investor'"))
        else:
            conn.execute(text('DELETE FROM "user"'))
    for method, path, body in WRITES:
        answer = admin.request(method, path, json=body)
        assert (answer.status_code, answer.json()["title"]) == (401, "Not logged in"), path


def test_what_no_stock_can_be_is_refused(admin: TestClient) -> None:
    for method, path, body in (
        ("POST", "/api/stocks", NEW | {"colour": "red"}),
        ("POST", "/api/stocks", NEW | {"symbol": "A/B"}),
        ("POST", "/api/stocks", NEW | {"symbol": ""}),
        ("POST", "/api/stocks", NEW | {"name": "\u202e <b></b> \u200b"}),
        ("POST", "/api/stocks", NEW | {"name": "x" * 121}),
        ("POST", "/api/stocks", NEW | {"priority": 6}),
        ("POST", "/api/stocks", NEW | {"kind": "bond"}),
        ("PATCH", ARM, {"priority": 0}),
        ("PATCH", ARM, {"symbol": "LEG"}),
        ("PATCH", ARM, {"name": ""}),
        ("POST", f"{ARM}/aliases", NAMED | {"kind": "cashtag"}),
        ("POST", f"{ARM}/aliases", NAMED | {"alias": "\x00"}),
        ("DELETE", f"{ARM}/aliases/0", None),
    ):
        assert admin.request(method, path, json=body).status_code == 422, (path, body)


def test_what_is_not_there_cannot_be_changed(admin: TestClient) -> None:
    for method, path, body, title in (
        ("POST", "/api/stocks", NEW | {"market": "xx"}, "No such market"),
        ("PATCH", "/api/stocks/us/NOBODY", {"priority": 1}, "No such stock"),
        ("PATCH", "/api/stocks/xx/ARM", {"priority": 1}, "No such market"),
        ("POST", "/api/stocks/us/NOBODY/aliases", NAMED, "No such stock"),
        ("DELETE", "/api/stocks/krx/ARM/aliases/1", None, "No such stock"),
        ("GET", "/api/stocks/us/NOBODY/aliases", None, "No such stock"),
    ):
        answer = admin.request(method, path, json=body)
        assert (answer.status_code, answer.json()["title"]) == (404, title), path


def test_the_log_says_who_changed_what_by_id_and_request_and_names_nobody(
    engine: Engine, database: str, signing_keys: Path, member: Member, tmp_path: Path
) -> None:
    headers = member(engine, "admin") | {"X-Request-ID": "a-request-of-mine"}
    log = tmp_path / "api.log"
    with api_process(database, signing_keys, log) as address:
        answer = httpx2.post(f"{address}/api/stocks", json=NEW, headers=headers)
        assert answer.status_code == 201, answer.text
        assert httpx2.post(f"{address}/api/stocks", json=NEW, headers=headers).status_code == 409
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    (told,) = [line for line in lines if line["event"] == "change"]
    assert (told["what"], told["request_id"], told["symbol"]) == ("stock added", "a-request-of-mine", "ARM")
    assert isinstance(told["user_id"], int)
    assert "example.org" not in log.read_text()
