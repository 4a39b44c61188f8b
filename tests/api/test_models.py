"""Administrators change models, prompts and prices; each change is told in the log, and nobody else makes any."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from craveny_store.model_book import active_models
from craveny_store.partitions import database_now
from tests.api.conftest import Bearer, Member, Serving

NEW: dict[str, Any] = {
    "model": "mini",
    "provider": "openai",
    "identifier": "gpt-4o-mini",
    "parameters": {"temperature": 0.3, "max_tokens": 800},
    "prompt_version": "forecast-1",
    "price_entry": "gpt-4o-mini",
    "knowledge_cutoff_date": "2023-10-01",
}
ENSEMBLE = {"model": "both", "identifier": "log_odds_mean", "members": ["mini", "lexicon"]}
PROMPT = {
    "prompt_version": "forecast-9",
    "purpose": "forecast",
    "instructions": "Say up or down.",
    "question": "{{task}}\n{{stories}}",
    "note": "Short.",
}
PRICE = {
    "price_entry": "local",
    "from_date": "2026-01-01",
    "input_usd": 0,
    "cached_input_usd": 0,
    "output_usd": 0,
    "note": "Our own server.",
}
WRITES = [
    ("POST", "/api/models", NEW | {"model": "other"}), ("PATCH", "/api/models/mini", {"is_active": False}),
    ("POST", "/api/prompts", PROMPT), ("POST", "/api/model-prices", PRICE), ("POST", "/api/ensembles", ENSEMBLE),
]  # fmt: skip


@pytest.fixture
def admin(client: TestClient, engine: Engine, member: Member) -> TestClient:
    """An administrator, who has added the model mini."""
    client.headers.update(member(engine, "admin"))
    added = client.post("/api/models", json=NEW)
    assert added.status_code == 201, added.text
    assert shown(client, "mini") == added.json()
    return client


def shown(client: TestClient, name: str) -> dict[str, Any]:
    (found,) = [model for model in client.get("/api/models").json() if model["model"] == name]
    return found


def changes(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/model-changes", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def asked_now(engine: Engine) -> dict[str, Any]:
    with engine.connect() as conn:
        return {model.model_name: model for model in active_models(conn, database_now(conn))}


def test_a_model_is_listed_with_its_prompt_price_parameters_and_activation(admin: TestClient) -> None:
    model = shown(admin, "mini")
    assert {name: model[name] for name in NEW} == NEW
    assert (model["is_active"], model["is_floor"], model["waits_until_at"]) == (True, False, None)
    (activation,) = model["activations"]
    assert activation == {"active_from_at": model["active_from_at"], "active_until_at": None}
    (price,) = [p for p in admin.get("/api/model-prices").json() if p["price_entry"] == "gpt-4o-mini"]
    assert model["price"] == {name: price[name] for name in model["price"]}
    assert price["is_in_force"]
    (prompt,) = [p for p in admin.get("/api/prompts").json() if p["prompt_version"] == "forecast-1"]
    assert prompt["models"] == ["mini"]


def test_a_model_is_asked_from_the_instant_it_is_on_until_the_instant_it_is_off(
    admin: TestClient, engine: Engine
) -> None:
    assert "mini" in asked_now(engine)
    for is_active, spans in ((False, 1), (False, 1), (True, 2), (False, 2), (True, 3)):
        answer = admin.patch("/api/models/mini", json={"is_active": is_active})
        assert (answer.status_code, answer.json()["is_active"]) == (200, is_active), answer.text
        assert len(answer.json()["activations"]) == spans
        assert ("mini" in asked_now(engine)) == is_active
    began = datetime.fromisoformat(shown(admin, "mini")["active_from_at"])
    with engine.connect() as conn:
        assert "mini" not in {m.model_name for m in active_models(conn, began - timedelta(microseconds=1))}


def test_the_next_run_goes_by_what_was_changed(admin: TestClient, engine: Engine) -> None:
    admin.post("/api/prompts", json=PROMPT)
    admin.post("/api/model-prices", json=PRICE)
    edit = {
        "identifier": "qwen/qwen3-max:free", "parameters": {"seed": 7}, "prompt_version": "forecast-9",
        "price_entry": "local", "knowledge_cutoff_date": None,
    }  # fmt: skip
    answer = admin.patch("/api/models/mini", json=edit)
    assert answer.status_code == 200, answer.text
    assert {name: answer.json()[name] for name in edit} == edit
    found = vars(asked_now(engine)["mini"])
    assert {name: found[name] for name in edit} == edit


def test_what_is_left_out_or_null_stays_but_a_null_day_is_unknown(admin: TestClient) -> None:
    before = shown(admin, "mini")
    for change in ({}, {"identifier": None, "parameters": None, "is_active": None, "prompt_version": None}):
        assert admin.patch("/api/models/mini", json=change).json() == before
    assert len(changes(admin, name="mini")) == 1, "nothing changed, nothing is told"
    changed = admin.patch("/api/models/mini", json={"knowledge_cutoff_date": None}).json()
    assert changed == before | {"knowledge_cutoff_date": None}


def test_every_change_is_told_with_what_was_before_and_who_made_it(admin: TestClient, bearer: Bearer) -> None:
    admin.patch("/api/models/mini", json={"is_active": False, "parameters": {"temperature": 0}})
    admin.post("/api/prompts", json=PROMPT)
    admin.post("/api/model-prices", json=PRICE)
    admin.post("/api/model-prices", json=PRICE | {"from_date": "2026-02-01", "output_usd": 0.1})
    dearer, price, prompt, changed, added = changes(admin)
    assert {change["changed_by"] for change in (dearer, price, prompt, changed, added)} == {"admin@example.org"}
    assert (added["subject"], added["name"], added["before"]) == ("model", "mini", None)
    assert added["after"]["identifier"] == "gpt-4o-mini"
    assert changed["before"] == added["after"]
    assert changed["after"] == added["after"] | {"is_active": False, "parameters": {"temperature": 0}}
    assert (prompt["subject"], prompt["after"]["instructions"]) == ("prompt", "Say up or down.")
    assert dearer["before"] == price["after"]
    assert (dearer["after"]["output_usd"], dearer["after"]["from_date"]) == ("0.1", "2026-02-01")
    assert [c["change_id"] for c in changes(admin, subject="price")] == [dearer["change_id"], price["change_id"]]
    assert changes(admin, name="nobody") == []
    first = admin.get("/api/model-changes?limit=3").json()
    rest = admin.get("/api/model-changes", params={"cursor": first["next_cursor"]}).json()
    assert [*first["items"], *rest["items"]] == changes(admin)
    for role, status in (("investor", 403), ("operator", 403)):
        assert admin.get("/api/model-changes", headers=bearer(role)).status_code == status


def test_a_change_that_is_refused_leaves_no_trace(admin: TestClient, engine: Engine) -> None:
    before, told = admin.get("/api/models").json(), changes(admin)
    assert admin.patch("/api/models/mini", json={"identifier": "x", "prompt_version": "nobody"}).status_code == 422
    assert admin.patch("/api/models/coin", json={"is_active": False}).status_code == 422
    assert (admin.get("/api/models").json(), changes(admin)) == (before, told)
    with engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM change_log")).scalar_one() == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("POST", "/api/models", NEW, 409, "There is a model mini"),
        ("POST", "/api/models", NEW | {"model": "coin"}, 409, "There is a model coin"),
        ("POST", "/api/models", NEW | {"model": "a", "prompt_version": "nobody"}, 422, "no prompt nobody"),
        ("POST", "/api/models", NEW | {"model": "a", "price_entry": "nobody"}, 422, "No price is known for nobody"),
        ("POST", "/api/models", NEW | {"model": "a", "provider": "baseline"}, 422, "provider"),
        ("PATCH", "/api/models/nobody", {"is_active": True}, 404, "no model nobody"),
        ("PATCH", "/api/models/coin", {"is_active": False}, 422, "coin is a floor"),
        ("PATCH", "/api/models/lexicon", {"identifier": "x"}, 422, "nothing to set"),
        ("PATCH", "/api/models/ensemble_mean", {"identifier": "x"}, 422, "stay as they are"),
        ("POST", "/api/ensembles", ENSEMBLE | {"model": "mini"}, 409, "There is a model mini"),
        ("POST", "/api/ensembles", ENSEMBLE | {"members": ["mini", "nobody"]}, 422, "No model is called nobody"),
        ("POST", "/api/ensembles", ENSEMBLE | {"members": ["mini", "coin"]}, 422, "coin is a floor"),
        ("POST", "/api/ensembles", ENSEMBLE | {"members": ["mini", "ensemble_mean"]}, 422, "mean is an ensemble"),
        ("POST", "/api/ensembles", ENSEMBLE | {"members": ["mini"]}, 422, "at least two"),
        ("POST", "/api/ensembles", ENSEMBLE | {"members": ["mini", "mini"]}, 422, "at least two"),
        ("PATCH", "/api/models/mini", {"price_entry": "nobody"}, 422, "No price is known"),
        ("POST", "/api/prompts", PROMPT | {"prompt_version": "forecast-1"}, 409, "There is a prompt forecast-1"),
        ("POST", "/api/prompts", PROMPT | {"question": "{{task}} {{password}}"}, 422, "no block {{password}}"),
        ("POST", "/api/prompts", PROMPT | {"question": "{{stories}}"}, 422, "no {{task}}"),
        ("POST", "/api/model-prices", PRICE | {"price_entry": "gpt-4o", "from_date": "2024-01-01"}, 409, "a price"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_cause_and_cure(
    admin: TestClient, method: str, path: str, body: dict[str, Any], status: int, said: str
) -> None:
    answer = admin.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    if "provider" not in said:
        assert sum(map(answer.json()["detail"].count, ".;")) >= 2, "a cause and a cure"


def test_a_server_without_schemas_can_be_asked_without_one(admin: TestClient) -> None:
    for given, kept in (
        ({"seed": None}, {}),
        ({"response_format": None}, {"response_format": None}),
        ({"response_format": {"type": "json_object"}}, {"response_format": {"type": "json_object"}}),
    ):
        answer = admin.patch("/api/models/mini", json={"parameters": given})
        assert (answer.status_code, answer.json()["parameters"]) == (200, kept), answer.text


def test_a_prompt_for_reports_is_none_for_forecasts(admin: TestClient) -> None:
    admin.post("/api/prompts", json=PROMPT | {"prompt_version": "report-9", "purpose": "report"})
    answer = admin.patch("/api/models/mini", json={"prompt_version": "report-9"})
    assert (answer.status_code, answer.json()["title"]) == (422, "Another purpose")


def test_a_keyless_model_that_is_no_floor_can_be_switched_off(admin: TestClient, engine: Engine) -> None:
    assert not admin.patch("/api/models/lexicon", json={"is_active": False}).json()["is_active"]
    assert "lexicon" not in asked_now(engine)


def test_an_ensemble_is_added_of_models_that_are_there_and_switched_like_any_other(
    admin: TestClient, engine: Engine
) -> None:
    added = admin.post("/api/ensembles", json=ENSEMBLE)
    assert added.status_code == 201, added.text
    assert added.json() == shown(admin, "both")
    assert (added.json()["provider"], added.json()["parameters"]) == ("ensemble", {"members": ["lexicon", "mini"]})
    assert {added.json()[name] for name in ("prompt_version", "price_entry", "price")} == {None}
    now = asked_now(engine)
    assert [m.model_name for m in now["both"].members_among(list(now.values()))] == ["lexicon", "mini"]
    everybody = ["lexicon", "mini", "nearest_news"]
    assert [m.model_name for m in now["ensemble_mean"].members_among(list(now.values()))] == everybody
    assert not admin.patch("/api/models/both", json={"is_active": False}).json()["is_active"]
    assert "both" not in asked_now(engine)
    assert [change["before"] is None for change in changes(admin, name="both")] == [False, True]


def test_who_writes_reports_is_no_member(admin: TestClient) -> None:
    writer = admin.post("/api/models", json=NEW | {"model": "writer", "prompt_version": "report-1"})
    assert writer.status_code == 201, writer.text
    answer = admin.post("/api/ensembles", json=ENSEMBLE | {"members": ["mini", "writer"]})
    assert (answer.status_code, answer.json()["detail"]) == (422, "writer writes reports. Name models that forecast.")


def test_a_price_of_a_later_day_is_not_in_force_yet(admin: TestClient) -> None:
    later = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
    answer = admin.post("/api/model-prices", json=PRICE | {"from_date": later})
    assert (answer.status_code, answer.json()["is_in_force"]) == (201, False), answer.text
    refused = admin.post("/api/models", json=NEW | {"model": "a", "price_entry": "local"})
    assert refused.status_code == 422
    dearer = admin.post("/api/model-prices", json=PRICE | {"price_entry": "gpt-4o-mini", "from_date": later})
    assert dearer.status_code == 201
    assert shown(admin, "mini")["price"]["output_usd"] == 0.6


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "a b"}, {"model": "x" * 65}, {"model": ""}, {"identifier": "a b"}, {"colour": "red"},
        {"parameters": {"api_key": "sk-1"}}, {"parameters": {"temperature": 3}}, {"parameters": {"stream": True}},
        {"parameters": None}, {"knowledge_cutoff_date": "soon"}, {"prompt_version": None},
    ],
    ids=str,
)  # fmt: skip
def test_what_no_model_can_be_is_refused(admin: TestClient, wrong: dict[str, Any]) -> None:
    assert admin.post("/api/models", json=NEW | {"model": "a"} | wrong).status_code == 422


def test_amounts_are_exact_and_never_below_zero(admin: TestClient, engine: Engine) -> None:
    exact = {"input_usd": "0.123456", "cached_input_usd": 0.1, "output_usd": "999999.999999"}
    assert admin.post("/api/model-prices", json=PRICE | exact).status_code == 201
    with engine.connect() as conn:
        row = conn.execute(text("SELECT input_usd, cached_input_usd, output_usd FROM llm_price WHERE note LIKE 'Our%'"))
        assert [str(amount) for amount in row.one()] == ["0.123456", "0.100000", "999999.999999"]
    for amount in (-1, "0.1234567", "NaN", "Infinity", 1_000_000, "x"):
        assert admin.post("/api/model-prices", json=PRICE | {"output_usd": amount}).status_code == 422, amount


def test_nobody_but_an_administrator_changes_anything(client: TestClient, engine: Engine, bearer: Bearer) -> None:
    preview = ("POST", "/api/prompts/preview", {"market": "us", "symbol": "X", "prompt_version": "forecast-1"})
    for method, path, body in (*WRITES, preview):
        assert client.request(method, path, json=body).status_code == 401, path
        for role in ("investor", "operator"):
            assert client.request(method, path, json=body, headers=bearer(role)).status_code == 403, path
    with engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM change_log")).scalar_one() == 0


def test_a_page_of_another_address_changes_nothing(admin: TestClient) -> None:
    for method, path, body in WRITES:
        answer = admin.request(method, path, json=body, headers={"Origin": "https://evil.example"})
        assert (answer.status_code, answer.json()["title"]) == (403, "Foreign page"), path


def test_guests_read_models_prompts_and_prices_unless_a_login_is_required(
    client: TestClient, engine: Engine, serving: Serving
) -> None:
    with serving(engine, login_required=True) as closed:
        for path in ("/api/models", "/api/prompts", "/api/model-prices"):
            assert client.get(path).status_code == 200
            assert closed.get(path).status_code == 401
