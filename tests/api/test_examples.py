"""The answers that the API's description shows are such answers, and their cursors lead somewhere."""

import json
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from craveny_api.app import ROUTERS


def shown() -> list[tuple[str, Any, Any]]:
    """Every route that shows an answer: its address, its shape and the answer."""
    found = []
    for route in (route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)):
        for status in (200, 201):
            content = route.responses.get(status, {}).get("content", {}).get("application/json", {})
            if "example" in content:
                found.append((route.path, route.response_model, content["example"]))
    return found


@pytest.mark.parametrize(("path", "shape", "example"), shown(), ids=[path for path, *_ in shown()])
def test_an_example_is_such_an_answer(path: str, shape: Any, example: Any, client: TestClient) -> None:
    TypeAdapter(shape).validate_json(json.dumps(example))
    if cursor := isinstance(example, dict) and "{" not in path and example.get("next_cursor"):
        answer = client.get(path, params={"cursor": cursor})
        assert answer.status_code in (200, 401), answer.text


def test_every_route_of_tables_shows_an_answer() -> None:
    assert {"/api/markets", "/api/stocks", "/api/predictions", "/api/news", "/api/models"} <= {p for p, *_ in shown()}
