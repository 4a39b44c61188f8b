"""How questions are rendered: the stable part first and byte for byte the same, texts from outside only ever quoted."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.briefs import Brief
from craveny_domain.forecasts import Question
from craveny_domain.prompts import (
    BLOCKS,
    DEFAULT_PROMPTS,
    FORECAST_1,
    Prompt,
    Subject,
    evidence_ids,
    problems_of,
    render,
)

QUESTION = Question(
    base={str(h): [0.5, 100, 50] for h in (1, 3, 5)}, returns={}, calls={}, news=[[7, "t", 0, 0]], neighbours=[]
)


def row(number: int, title: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "title": title, "excerpt": "", "source": "wire", "at": "2026-10-13T13:05Z", **more}


def subject(title: str = "Orders rise", day: date = date(2026, 10, 14)) -> Subject:
    past = row(5, title, similarity=0.8, returns={"1": 0.01, "3": None, "5": None})
    brief = Brief(
        stock={"symbol": "ABC", "name": "Abc"}, close=12.5, technicals={"rsi_14": 55.0}, index=None,
        stories=[row(7, title)], past=[past],
    )  # fmt: skip
    return Subject("krx", day, QUESTION, brief)


def test_the_instructions_come_first_and_are_the_same_bytes_for_every_question() -> None:
    one, other = render(FORECAST_1, subject()), render(FORECAST_1, subject("Orders fall", date(2026, 10, 15)))
    assert one[0] == other[0] == {"role": "system", "content": FORECAST_1.instructions}
    assert one[1] != other[1]


def test_the_same_question_is_the_same_bytes_whatever_the_order_of_its_keys() -> None:
    asked = subject()
    turned = replace(asked, brief=Brief(**dict(reversed(asked.brief.items()))))  # type: ignore[typeddict-item]
    assert render(FORECAST_1, turned) == render(FORECAST_1, asked)


def test_a_korean_stock_is_answered_for_in_korean() -> None:
    assert '"answer_in": "Korean"' in render(FORECAST_1, subject())[1]["content"]


@given(st.text(max_size=300))
def test_no_title_ends_its_own_quotation(title: str) -> None:
    lines = render(FORECAST_1, subject(title))[1]["content"].split("\n")
    quoted = [json.loads(line) for line in lines if line.startswith("{")]
    assert [told["title"] for told in quoted if "title" in told] == [title, title]
    assert len(lines) == len(render(FORECAST_1, subject("plain"))[1]["content"].split("\n"))


def test_what_may_be_cited_is_what_was_shown() -> None:
    shown = subject()
    assert evidence_ids(shown.brief) == {5, 7}


def test_the_prompts_that_come_along_are_sound() -> None:
    assert [problems_of(prompt) for prompt in DEFAULT_PROMPTS] == [[] for _ in DEFAULT_PROMPTS]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"question": "{{task}} {{horoscope}}"}, "{{horoscope}}"),
        ({"question": "What do you think?"}, "{{task}}"),
        ({"instructions": " "}, "empty"),
        ({"instructions": "Look at {{stories}}."}, "hold a block"),
        ({"instructions": "x" * 20_001}, "20,000"),
    ],
)
def test_what_is_wrong_with_a_prompt_is_said(changes: dict[str, str], said: str) -> None:
    prompt = replace(Prompt("p-1", "forecast", "Forecast.", "{{task}}"), **changes)
    assert any(said in problem for problem in problems_of(prompt))


def test_every_block_can_be_filled_in() -> None:
    everything = replace(FORECAST_1, question=" ".join(f"{{{{{name}}}}}" for name in BLOCKS))
    assert "{{" not in render(everything, subject())[1]["content"]
