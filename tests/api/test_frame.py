"""What surrounds every route: problems, headers, unknown parameters, deny by default."""

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import Engine
from starlette.testclient import TestClient

from craveny_api import app as application
from craveny_api.settings import ApiSettings
from tests.api.conftest import Bearer


def test_health_and_readiness_are_told(client: TestClient) -> None:
    assert client.get("/health").json()["status"] == "ok"
    ready = client.get("/ready")
    assert ready.status_code == 200, ready.text
    assert ready.json()["parts"]["schema"] == "ok"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_an_unknown_address_below_api_is_a_problem_for_every_method(client: TestClient, method: str) -> None:
    answer = client.request(method, "/api/nothing", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


def test_a_wrong_method_is_refused_with_those_that_work(client: TestClient) -> None:
    answer = client.post("/api/settings")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert answer.json()["title"] == "Method not allowed"


def test_an_unknown_parameter_is_refused_by_every_route(client: TestClient, bearer: Bearer) -> None:
    admin = bearer("admin")
    for context in iter_route_contexts(client.app.routes):  # type: ignore[attr-defined]
        if isinstance(context.original_route, APIRoute):
            method, path = next(iter(context.methods or ())), str(context.path).replace("{", "").replace("}", "")
            answer = client.request(method, f"{path}?colour=red", headers=admin)
            assert answer.status_code == 422, path
            assert "parameter colour" in answer.json()["detail"], path


def test_each_method_of_an_address_has_parameters_of_its_own(client: TestClient, bearer: Bearer) -> None:
    assert "It has none." in client.post("/api/stocks?q=a", headers=bearer("admin")).json()["detail"]
    assert client.get("/api/stocks?q=a").status_code == 200


def test_a_route_that_names_no_role_stops_the_start(
    engine: Engine, api_settings: ApiSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_door = APIRouter()
    open_door.get("/api/open")(lambda: None)
    monkeypatch.setattr(application, "ROUTERS", (*application.ROUTERS, open_door))
    with pytest.raises(RuntimeError, match="/api/open"):
        application.create_app(api_settings, engine)


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/", "/health", "/api/settings", "/api/nothing", "/metrics"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path
