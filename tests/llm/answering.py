"""The scripted model's mind: what it reads in a request, and the answer it makes of that and of the schema."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from tests.llm.server import Asked

HORIZONS = (1, 3, 5)
REASON = "이익 전망이 나아졌다: the latest news point the same way."
_JSON_LINE = re.compile(r"^\s*[{\[].*[}\]]\s*,?\s*$")


def wrong_with(one: Asked) -> tuple[int, str] | None:
    """Why a real provider would refuse the request: its status and what it says."""
    if not one.headers.get("authorization", "").startswith("Bearer sk-"):
        return 401, "You didn't provide an API key."
    if one.path.endswith("/models"):
        return None
    if not one.body.get("model"):
        return 400, "you must provide a model parameter"
    if one.path.endswith("/embeddings"):
        given = one.body.get("input")
        return None if given and all(given) else (400, "'$.input' is invalid.")
    if not one.path.endswith("/chat/completions"):
        return 404, f"Invalid URL (POST {one.path})"
    if not one.messages or any(m.get("role") not in ("system", "developer", "user", "assistant") for m in one.messages):
        return 400, "Invalid value for 'messages'."
    wanted = one.body.get("response_format", {})
    if wanted.get("type") == "json_schema" and wanted["json_schema"].get("strict"):
        return _wrong_with_schema(wanted["json_schema"].get("schema", {}), "root")
    return None


def _wrong_with_schema(schema: Any, where: str) -> tuple[int, str] | None:
    """Strict schemas close every object and require every property of it."""
    if isinstance(schema, list):
        return next(filter(None, (_wrong_with_schema(part, where) for part in schema)), None)
    if not isinstance(schema, dict):
        return None
    if schema.get("type") == "object" or "properties" in schema:
        if schema.get("additionalProperties") is not False:
            return 400, f"Invalid schema: In context={where}, 'additionalProperties' is required to be false."
        if set(schema.get("required", [])) != set(schema.get("properties", {})):
            return 400, f"Invalid schema: In context={where}, 'required' must include every key in properties."
    parts = (_wrong_with_schema(part, f"{where}.{name}") for name, part in schema.items())
    return next(filter(None, parts), None)


def told(one: Asked) -> Iterator[Any]:
    """Every JSON value that stands on a line of its own in what the user says."""
    for message in one.messages:
        if message["role"] != "user":
            continue
        for line in message["content"].splitlines():
            if _JSON_LINE.match(line):
                try:
                    yield json.loads(line.strip().rstrip(","))
                except ValueError:
                    continue


def found(value: Any, *names: str) -> Iterator[Any]:
    """What stands under any of the names, at any depth, in order."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in names and not isinstance(inner, dict | list):
                yield inner
            yield from found(inner, *names)
    elif isinstance(value, list):
        for inner in value:
            yield from found(inner, *names)


def symbol_of(one: Asked) -> str:
    """The stock the request is about."""
    return str(next(found(list(told(one)), "symbol"), ""))


def evidence_of(one: Asked) -> list[int]:
    """Ids of the stories the request shows."""
    return [number for number in found(list(told(one)), "news_id", "id") if isinstance(number, int)]


def probability_of(one: Asked, horizon: int) -> float:
    """The model's opinion: drawn from its name, what it is told and the horizon; never on the fence."""
    seed = f"{one.body.get('model')}|{horizon}|{one.text}".encode()
    share = int.from_bytes(hashlib.sha256(seed).digest()[:4], "little") / 2**32
    return round(0.1 + 0.35 * share * 2 if share < 0.5 else 0.55 + 0.35 * (share - 0.5) * 2, 4)


def forecast(one: Asked) -> dict[str, Any]:
    """An answer that fills the schema the request asks for, with the stock, horizons and stories of the request."""
    schema = one.body.get("response_format", {}).get("json_schema", {}).get("schema")
    return _filled(schema, schema, one, "", {}) if schema else _call(one, HORIZONS[0])


def _call(one: Asked, horizon: int) -> dict[str, Any]:
    probability = probability_of(one, horizon)
    is_up = probability > 0.5
    return {
        "horizon": horizon,
        "probability_up": probability,
        "direction": "up" if is_up else "down",
        "expected_move_percent": 1.25 if is_up else -1.25,
    }


def _filled(schema: Any, root: Any, one: Asked, name: str, known: dict[str, Any]) -> Any:
    """A value of the schema; what has a known name means what it says."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if name in known:
        return known[name]
    if name == "symbol":
        return symbol_of(one)
    if name == "calls":
        return [_filled(schema["items"], root, one, "", _call(one, horizon)) for horizon in HORIZONS]
    if name == "evidence":
        return evidence_of(one)[:3]
    if "anyOf" in schema:
        return _filled(schema["anyOf"][0], root, one, name, known)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    match schema.get("type"):
        case "object":
            return {key: _filled(part, root, one, key, known) for key, part in schema["properties"].items()}
        case "array":
            return [_filled(schema["items"], root, one, name, known)]
        case "string":
            return REASON
        case "boolean":
            return True
        case _:
            return _number(one, name)


def _number(one: Asked, name: str) -> float:
    """A price of a report: somewhere around the last close the request tells of."""
    last = next((value for value in found(list(told(one)), "last_close", "close", "base_price") if value), 100)
    return round(float(last) * {"target_price": 1.1, "stop_price": 0.9}.get(name, 1.0), 4)
