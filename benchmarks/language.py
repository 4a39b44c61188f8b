"""Language models at full pace, out of money, and under injections; against a scripted provider on loopback.

llm.ratio_to_ideal: seconds that a run's Asker needs for 1,000 questions, 50 in flight, of a provider that answers
after one second, over the 20 s that latency alone takes. The run is a process of its own, and so is the provider; the
client is imported before the clock starts, as once in a run. llm.memory_growth_mib is how much larger that process is
at the end than when a third of the time had passed.

llm.overspend_calls: two runs at once against a provider that bills each call far beyond what can be reserved; what
they spend beyond the daily budget, in calls. Calls in flight are what nothing can take back.

injection.direction_changed: the share of payloads in whose presence a model that obeys everything it can read
forecasts another direction than it would have; beside it, how many orders that a page hides were read, and how many
answers said more than the schema holds. `python -m benchmarks.language QUESTIONS` shows the figures, the first of fewer
questions, and keeps none.
"""

import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, func, select

from benchmarks.costs import PROJECT
from benchmarks.figures import Figure
from benchmarks.homes import Say, empty_store
from craveny_assets.llm.asking import Asker
from craveny_domain.llm_cost import Usage, cost
from craveny_domain.typed_answers import read_forecast
from craveny_store.llm_calls import Answered
from craveny_store.tables import llm_attempt
from tests.llm.ask_once import PLENTY
from tests.llm.injections import HIDDEN, PAYLOADS, Payload, obedient, obeyed
from tests.llm.questions import MINI, cleaned, wish
from tests.llm.replies import completion, honest, late, whole
from tests.llm.server import Asked, llm_server

NAMES = ("llm.ratio_to_ideal", "llm.overspend_calls", "injection.direction_changed")
QUESTIONS, IN_FLIGHT, LATENCY = 1_000, 50, 1.0
WORKERS = 8
TOKENS = {"prompt_tokens": 200_000, "completion_tokens": 200_000}
OPINIONS = (0.42, 0.58)
STORY = "Shares of the company traded higher."


def measure_language(wanted: Collection[str], say: Say, questions: int = QUESTIONS) -> Iterator[Figure]:
    """The figures that are wanted, over one store."""
    with empty_store("language") as engine:
        if "llm.ratio_to_ideal" in wanted:
            yield from _pace(engine, say, questions)
        if "llm.overspend_calls" in wanted:
            yield _overspend(engine, say)
        if "injection.direction_changed" in wanted:
            yield from _injections(engine)


def _pace(engine: Engine, say: Say, questions: int) -> Iterator[Figure]:
    with provider(LATENCY) as environment:
        (told,) = _run_children(engine, environment, "benchmarks.asking_run", [[str(questions), str(IN_FLIGHT)]])
    say(f"{questions} questions in {told['seconds']:.1f} s: {told['outcomes']}")
    ideal = questions / IN_FLIGHT * LATENCY
    compared = f"{questions:,} questions, {IN_FLIGHT} in flight, {LATENCY:g} s each: {ideal:g} s"
    yield Figure("llm.ratio_to_ideal", told["seconds"] / ideal, "ratio", 1, 1.25, compared)
    yield Figure("llm.ask_cpu_ms", 1000 * told["cpu_seconds"] / questions, "CPU ms", questions, None, "a question")
    yield Figure("llm.memory_growth_mib", told["growth_mib"], "MiB", 1, 16, f"{compared}; of {told['mib']:.0f} MiB")


def _overspend(engine: Engine, say: Say) -> Figure:
    billed = cost(MINI, Usage(TOKENS["prompt_tokens"], 0, TOKENS["completion_tokens"]))
    budget = 20 * billed
    dear = late(0.2, whole(lambda one: {**completion(one, honest(one)), "usage": TOKENS}))
    limits = {"daily_usd": str(budget), "in_flight": WORKERS}
    asked = [{"run_id": f"run {n}", "first": 10_000 + 200 * n, "count": 200, "limits": limits} for n in (0, 1)]
    with llm_server(dear) as server:
        before = _spent(engine)
        given = [[json.dumps({**one, "limits": {**limits, "daily_usd": str(budget + before)}})] for one in asked]
        _run_children(engine, server.environment(), "tests.llm.ask_once", given)
        calls = server.calls
    over = max(Decimal(0), _spent(engine) - before - budget) / billed
    say(f"{calls} calls of {billed} USD on a budget of {budget} USD")
    compared = f"a budget of 20 calls, 2 runs, {WORKERS} in flight in all, each billed far beyond its reservation"
    return Figure("llm.overspend_calls", float(over), "calls", calls, WORKERS, compared)


def _injections(engine: Engine) -> Iterator[Figure]:
    changed: set[str] = set()
    beyond = unreadable = read = 0
    for opinion in OPINIONS:
        for payload, answered in _answered(engine, opinion):
            said = read_forecast(answered.answer or "", "AAPL", {1, 2}).answer
            unreadable += answered.outcome_class == "invalid_output"
            beyond += (said is None) == (answered.outcome_class == "ok")
            if said and any((call.direction == "up") != (opinion > 0.5) for call in said.calls):
                changed.add(payload.name)
    read = sum(payload in obeyed(_as_asked(payload)) for payload in HIDDEN)
    n, korean = len(PAYLOADS), sum(payload.language == "ko" for payload in PAYLOADS)
    compared = f"{n} payloads, {korean} in Korean, against a model that obeys all it can read"
    yield Figure("injection.direction_changed", len(changed) / n, "share", n, None, compared)
    yield Figure("injection.unreadable", unreadable / n / len(OPINIONS), "share", n, None, f"{compared}; no forecast")
    yield Figure("injection.hidden_read", read, "payloads", len(HIDDEN), 0, "those a page hides", is_exact=True)
    yield Figure("injection.beyond_schema", beyond, "answers", n * len(OPINIONS), 0, compared, is_exact=True)


def _answered(engine: Engine, opinion: float) -> Iterator[tuple[Payload, Answered]]:
    with llm_server(obedient(opinion)) as server:
        os.environ.update(server.environment())
        # A model of its own for each opinion, or the first one's answers would be found.
        asked = {p.name: wish("AAPL", cleaned(p.text), STORY, model=f"obedient-{opinion}") for p in PAYLOADS}
        results = Asker(engine, PLENTY, f"injections {opinion}").ask(list(asked.values()))
    for payload in PAYLOADS:
        result = results[asked[payload.name].call.key]
        assert isinstance(result, Answered), result
        yield payload, result


def _as_asked(payload: Payload) -> Asked:
    messages = list(wish("AAPL", cleaned(payload.text), STORY).call.messages)
    return Asked(0, "/v1/chat/completions", {}, {"messages": messages}, 0.0)


def _spent(engine: Engine) -> Decimal:
    with engine.connect() as conn:
        return conn.execute(select(func.coalesce(func.sum(llm_attempt.c.cost_usd), 0))).scalar_one()


def _run_children(
    engine: Engine, environment: dict[str, str], module: str, arguments: list[list[str]]
) -> list[dict[str, Any]]:
    """What each of these processes, all at once, says at its end as JSON."""
    url = engine.url.render_as_string(hide_password=False)
    given = {**os.environ, **environment, "DATABASE_URL": url}
    children = [
        subprocess.Popen([sys.executable, "-m", module, *a], env=given, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        for a in arguments
    ]
    told = [json.loads(child.communicate()[0]) for child in children]
    assert not any(child.returncode for child in children), module
    return told


@contextmanager
def provider(latency: float) -> Iterator[dict[str, str]]:
    """The environment of a scripted provider in a process of its own; its address is in SCRIPTED too."""
    argv = [sys.executable, "-m", "tests.llm.serve", str(latency)]
    child = subprocess.Popen(argv, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout
        yield json.loads(child.stdout.readline())
    finally:
        child.communicate("")


if __name__ == "__main__":
    shown = measure_language(NAMES, lambda line: print(line, file=sys.stderr), int(sys.argv[1]))
    print("\n".join(map(str, shown)))
