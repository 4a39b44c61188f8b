"""Money: reserved before, settled after, for all processes together; a price that runs away stops at the budget."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from craveny_assets.llm.asking import Asker
from craveny_domain.llm_cost import Price, Usage, cost, most_it_costs
from tests.llm.accounts import alerts, answered, attempts, ended, spent
from tests.llm.questions import MINI, PARAMETERS, wish, wishes
from tests.llm.replies import completion, hanging, honest, late, well, whole, without
from tests.llm.server import LlmServer

DEAR = Price(*(100 * usd for usd in (MINI.input_usd, MINI.cached_input_usd, MINI.output_usd)))


def _most(price: Price) -> Decimal:
    """What one question is reserved at most."""
    call = wish("S0000").call
    return most_it_costs(price, call.messages, PARAMETERS["max_tokens"])


def test_prices_a_hundred_times_higher_stop_at_the_daily_budget(
    server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    budget = 20 * _most(DEAR)
    server.on("", late(0.05, well()))
    results = open_asker(in_flight=8, daily_usd=budget).ask(wishes(300, price=DEAR))
    classes = Counter(r.outcome_class for r in results.values())
    assert set(classes) == {"ok", "quota"}
    assert classes["ok"] == answered(store) == server.calls
    assert spent(store) <= budget
    # Reserving more than it costs must not leave much of the budget unused either.
    assert spent(store) >= budget - 9 * _most(DEAR)
    (told,) = alerts(store)
    assert "The day's budget is reached" in told


def test_the_next_run_of_the_day_pays_for_nothing_twice_and_tells_nothing_twice(
    server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    budget = 10 * _most(MINI)
    open_asker(daily_usd=budget).ask(wishes(300))
    done = answered(store)
    server.forget()
    results = open_asker("next", daily_usd=budget).ask(wishes(300))
    # What was in flight at the end cost less than was reserved for it: that much may still be asked.
    assert done <= Counter(r.outcome_class for r in results.values())["ok"] == done + server.calls < 300
    assert spent(store) <= budget
    assert len(alerts(store)) == 1
    assert {r.outcome_class for r in open_asker("richer").ask(wishes(300)).values()} == {"ok"}


def test_a_run_has_a_budget_of_its_own(store: Engine, open_asker: Callable[..., Asker]):
    budget = 10 * _most(MINI)
    first = open_asker("first", run_usd=budget).ask(wishes(200))
    assert {r.outcome_class for r in first.values()} == {"ok", "quota"}
    assert spent(store) <= budget
    (told,) = alerts(store)
    assert "The run's budget is reached" in told
    second = open_asker("second", run_usd=budget).ask(wishes(200))
    assert (
        Counter(r.outcome_class for r in second.values())["ok"] > Counter(r.outcome_class for r in first.values())["ok"]
    )


def test_a_provider_that_bills_more_than_can_be_overspends_by_what_was_in_flight_at_most(
    server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    usage = {"prompt_tokens": 500_000, "completion_tokens": 500_000}
    billed = cost(MINI, Usage(500_000, 0, 500_000))
    server.on("", late(0.1, whole(lambda one: {**completion(one, honest(one)), "usage": usage})))
    budget = Decimal(1)
    open_asker(in_flight=4, daily_usd=budget).ask(wishes(100))
    assert spent(store) <= budget + 4 * billed


def test_without_usage_the_reservation_is_the_cost(server: LlmServer, store: Engine, open_asker: Callable[..., Asker]):
    server.on("", without("usage"))
    open_asker().ask([wish("S0000")])
    (attempt,) = attempts(store)
    assert attempt["is_estimated"]
    assert attempt["cost_usd"] == attempt["reserved_usd"] == _most(MINI)


def test_the_reservation_is_an_upper_bound_of_the_cost(
    server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    server.on("", well(cached_tokens=100))
    open_asker().ask(wishes(20))
    for attempt in attempts(store):
        assert Decimal(0) < attempt["cost_usd"] <= attempt["reserved_usd"]
        usage = Usage(attempt["prompt_tokens"], attempt["cached_tokens"], attempt["completion_tokens"])
        assert attempt["cached_tokens"] == 100
        assert attempt["cost_usd"] == cost(MINI, usage)


def test_what_is_in_flight_counts_while_it_hangs(server: LlmServer, store: Engine, open_asker: Callable[..., Asker]):
    server.on("", hanging())
    asker = open_asker(in_flight=8, daily_usd=4 * _most(MINI), deadline=timedelta(seconds=1))
    results = asker.ask(wishes(50))
    assert server.calls <= 4
    assert spent(store) <= 4 * _most(MINI)
    assert "quota" in {r.outcome_class for r in results.values()}


@pytest.mark.parametrize("limit", ["daily_usd", "run_usd"])
def test_no_money_at_all_asks_nobody(limit: str, server: LlmServer, open_asker: Callable[..., Asker]):
    results = open_asker(**{limit: Decimal(0)}).ask(wishes(10))
    assert {r.outcome_class for r in results.values()} == {"quota"}
    assert server.calls == 0


def test_what_costs_nothing_needs_no_budget(open_asker: Callable[..., Asker]):
    free = [replace(one, price=Price(Decimal(0), Decimal(0), Decimal(0))) for one in wishes(5)]
    results = open_asker(daily_usd=Decimal(0)).ask(free)
    assert {r.outcome_class for r in results.values()} == {"ok"}


@pytest.mark.slow
def test_two_processes_share_the_daily_budget(server: LlmServer, store: Engine, start_run: Callable):
    budget = 20 * _most(MINI)
    server.on("", late(0.05, well()))
    runs = [start_run(name, 150, first, in_flight=8, daily_usd=str(budget)) for name, first in (("a", 0), ("b", 150))]
    classes = sum((Counter(ended(run)) for run in runs), Counter())
    assert classes["ok"] == answered(store) == server.calls
    assert classes["ok"] + classes["quota"] == 300
    assert spent(store) <= budget
    assert len(alerts(store)) == 1
