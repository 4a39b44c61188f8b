"""What a call costs, and that what is reserved for it is never too little."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.llm_cost import Price, Usage, cost, likely_cost, most_it_costs, most_tokens

PRICE = Price(Decimal("2.50"), Decimal("1.25"), Decimal("10.00"))


def test_a_call_worked_by_hand() -> None:
    # 600 fresh at 2.50, 400 cached at 1.25, 200 answered at 10.00, per million.
    assert cost(PRICE, Usage(1_000, 400, 200)) == Decimal("0.0015") + Decimal("0.0005") + Decimal("0.002")


@given(st.lists(st.text(max_size=200), min_size=1, max_size=3), st.integers(1, 2_000), st.data())
def test_no_usage_that_a_question_can_have_costs_more_than_was_reserved(
    texts: list[str], max_tokens: int, data: st.DataObject
) -> None:
    messages = [{"role": "user", "content": text} for text in texts]
    sent = data.draw(st.integers(0, most_tokens(messages)))
    cached, told = data.draw(st.integers(0, sent)), data.draw(st.integers(0, max_tokens))
    assert cost(PRICE, Usage(sent, cached, told)) <= most_it_costs(PRICE, messages, max_tokens)
    assert likely_cost(PRICE, messages, max_tokens) <= most_it_costs(PRICE, messages, max_tokens)
