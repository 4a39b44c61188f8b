"""An answer fills the type, or it is no forecast; nothing is repaired."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.typed_answers import ANSWER_LIMIT, ForecastAnswer, read_forecast, response_format


def told(**changes: Any) -> dict[str, Any]:
    """A sound answer about ABC that cites story 7, changed."""
    calls = [{"horizon": h, "probability_up": 0.6, "direction": "up", "expected_move_percent": 0.4} for h in (1, 3, 5)]
    sound = {"symbol": "ABC", "calls": calls, "impact": "low", "reason": "Orders.", "evidence": [7], "risks": ["Fog."]}
    return sound | changes


def call(**changes: Any) -> dict[str, Any]:
    return told()["calls"][0] | changes


def read(answer: Any) -> tuple[str, str | None]:
    words = answer if isinstance(answer, str) else json.dumps(answer)
    found = read_forecast(words, "ABC", {7, 8})
    assert (found.answer is not None) == (found.outcome_class == "ok")
    return found.outcome_class, found.detail


def test_a_sound_answer_is_read_as_it_stands() -> None:
    found = read_forecast(json.dumps(told()), "ABC", {7, 8}).answer
    assert found is not None
    assert found.model_dump() == told()


BAD = {
    "no JSON": "up, I think",
    "fenced": f"```json\n{json.dumps(told())}\n```",
    "another stock": told(symbol="XYZ"),
    "evidence it was not given": told(evidence=[7, 9]),
    "a horizon missing": told(calls=told()["calls"][:2]),
    "a horizon twice": told(calls=[call(), call(), call(horizon=5)]),
    "a horizon nobody asked for": told(calls=[call(), call(horizon=3), call(horizon=20)]),
    "a direction against its probability": told(calls=[call(direction="down"), call(horizon=3), call(horizon=5)]),
    "more than certain": told(calls=[call(probability_up=1.7), call(horizon=3), call(horizon=5)]),
    "a percentage for a probability": told(calls=[call(probability_up=60), call(horizon=3), call(horizon=5)]),
    "a probability in words": told(calls=[call(probability_up="0.6"), call(horizon=3), call(horizon=5)]),
    "not a number": json.dumps(told(calls=[call(probability_up=float("nan")), call(horizon=3), call(horizon=5)])),
    "a field of its own": told(transfer_to="DE00"),
    "no reason": told(reason=""),
    "too long": json.dumps(told(reason="x" * 100)) + " " * ANSWER_LIMIT,
}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD.keys())
def test_what_does_not_fill_the_type_is_no_forecast_and_says_why(answer: Any) -> None:
    outcome, detail = read(answer)
    assert outcome == "invalid_output"
    assert detail
    assert detail.endswith(".")


@given(st.text(max_size=200))
def test_no_words_are_an_error_and_none_of_them_is_repeated_in_the_fault(words: str) -> None:
    outcome, detail = read(words)
    assert outcome == "invalid_output"
    assert detail is not None
    assert len(words) < 12 or words not in detail


@given(st.floats(0, 1))
def test_an_even_chance_may_point_either_way_and_any_other_only_one(chance: float) -> None:
    for direction in ("up", "down"):
        calls = [call(horizon=h, probability_up=chance, direction=direction) for h in (1, 3, 5)]
        fits = chance == 0.5 or (direction == "up") == (chance > 0.5)
        assert read(told(calls=calls))[0] == ("ok" if fits else "invalid_output")


def test_hidden_characters_and_markup_of_a_reason_are_gone() -> None:
    found = read_forecast(json.dumps(told(reason="Or\u200bders <b>rose</b>\u202e.")), "ABC", {7}).answer
    assert found is not None
    assert found.reason == "Orders rose."


def test_the_schema_that_is_sent_asks_for_every_field_and_no_other() -> None:
    schema = response_format("forecast", ForecastAnswer)["json_schema"]["schema"]
    for part in (schema, *schema["$defs"].values()):
        assert part["additionalProperties"] is False
        assert set(part["required"]) == set(part["properties"])
