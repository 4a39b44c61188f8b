"""A report fills its type and its prices make sense, or it is none; nothing is repaired."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.prompts import BLOCKS, NOT_IN, REPORT_1, Prompt, problems_of
from craveny_domain.reports import STOP_REACH, TARGET_REACH, as_price, price_fault, read_report

BASE = Decimal("100.000000")
PRICES = st.one_of(st.none(), st.floats(0, 400, exclude_min=True))


def told(**changes: Any) -> dict[str, Any]:
    """A sound answer about ABC at 100, changed."""
    views = {"short_view": "Calm.", "medium_view": "Orders.", "long_view": "Unknown."}
    lists = {"risks": ["A strike."], "opportunities": []}
    return {
        "symbol": "ABC", "view": "up", "summary": "Orders grow.", **views, **lists,
        "target_price": 112, "stop_price": 95,
    } | changes  # fmt: skip


def read(answer: Any, base: Decimal = BASE) -> tuple[str, str | None]:
    found = read_report(answer if isinstance(answer, str) else json.dumps(answer), "ABC", base)
    assert (found.answer is not None) == (found.outcome_class == "ok") == (found.detail is None)
    return found.outcome_class, found.detail


def test_a_sound_report_is_read_as_it_stands() -> None:
    found = read_report(json.dumps(told()), "ABC", BASE).answer
    assert found is not None
    assert found.model_dump() == told()


BAD = {
    "no JSON": "buy it",
    "another stock": told(symbol="XYZ"),
    "advice for a view": told(view="buy"),
    "a field of its own": told(recommendation="buy"),
    "no target at all": {name: value for name, value in told().items() if name != "target_price"},
    "no summary": told(summary=""),
    "a summary of what nobody can see": told(summary="\u200b\u200b"),
    "a risk that is markup alone": told(risks=["<script>x</script>"]),
    "too many risks": told(risks=["x"] * 6),
    "a price in words": told(target_price="112"),
    "a price that is no number": json.dumps(told(target_price=float("nan"))),
    "a price of nothing": told(view="down", target_price=0, stop_price=105),
    "a price below nothing": told(view="down", target_price=-1, stop_price=105),
    "a target below the base of an up view": told(target_price=99),
    "a stop above the base of an up view": told(stop_price=101),
    "target and stop exchanged": told(target_price=95, stop_price=112),
    "a target at the base": told(target_price=100),
    "a target out of reach": told(target_price=151),
    "a stop out of reach": told(stop_price=69),
    "a sideways view with a target": told(view="sideways", stop_price=None),
}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD.keys())
def test_what_does_not_fill_the_type_or_makes_no_sense_is_no_report_and_says_why(answer: Any) -> None:
    outcome, detail = read(answer)
    assert outcome == "invalid_output"
    assert detail


@pytest.mark.parametrize("changes", [{"target_price": None}, {"stop_price": None}, {"view": "sideways"}])
def test_a_price_that_a_model_does_not_give_is_none(changes: dict[str, Any]) -> None:
    nothing = {"target_price": None, "stop_price": None} if "view" in changes else {}
    assert read(told(**changes, **nothing)) == ("ok", None)


@given(st.sampled_from(["up", "sideways", "down"]), PRICES, PRICES)
def test_prices_that_pass_lie_on_their_sides_of_the_base_and_within_reach(
    view: str, target: float | None, stop: float | None
) -> None:
    outcome, _ = read(told(view=view, target_price=target, stop_price=stop))
    prices = as_price(target), as_price(stop)
    assert (outcome == "ok") == (price_fault(view, BASE, *prices) is None)
    if outcome != "ok":
        return
    goal, floor = prices
    if view == "sideways":
        assert goal is floor is None
        return
    sign = 1 if view == "up" else -1
    assert goal is None or 0 < sign * (goal - BASE) <= TARGET_REACH * BASE
    assert floor is None or 0 < sign * (BASE - floor) <= STOP_REACH * BASE


@given(PRICES, PRICES)
def test_a_down_view_is_the_mirror_of_an_up_view(target: float | None, stop: float | None) -> None:
    given_up = [as_price(price) for price in (target, stop)]
    mirrored = [None if price is None else 2 * BASE - price for price in given_up]
    assert price_fault("up", BASE, *given_up) == price_fault("down", BASE, *mirrored)


@given(
    st.decimals(Decimal("0.01"), Decimal(10**9), places=6),
    st.floats(0.001, float(TARGET_REACH) - 0.001),
    st.floats(0.001, float(STOP_REACH) - 0.001),
)
def test_prices_inside_the_bounds_pass_whatever_the_base(base: Decimal, up: float, down: float) -> None:
    target, stop = base * (1 + Decimal(repr(up))), base * (1 - Decimal(repr(down)))
    assert price_fault("up", base, target, stop) is None
    assert price_fault("up", base, stop, target) is not None


@given(st.text(max_size=300) | st.builds(json.dumps, st.dictionaries(st.sampled_from(list(told())), st.text())))
def test_no_answer_whatever_breaks_the_reading(answer: str) -> None:
    outcome, detail = read(answer)
    assert outcome == "invalid_output"
    assert detail


def test_the_default_prompt_can_be_used_and_each_purpose_has_its_own_blocks() -> None:
    assert problems_of(REPORT_1) == []
    for purpose, kept_out in NOT_IN.items():
        for name in BLOCKS:
            problems = problems_of(Prompt("x-1", purpose, "Do it.", f"{{{{task}}}} {{{{{name}}}}}"))
            assert bool(problems) == (name in kept_out)
