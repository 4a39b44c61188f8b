"""A process that is killed in the middle of 500 questions loses what was in flight, and nothing is paid for twice."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from tests.llm.accounts import answered, attempts, calls, ended
from tests.llm.replies import late, well
from tests.llm.server import LlmServer

QUESTIONS, IN_FLIGHT = 500, 50


@pytest.mark.slow
def test_killed_in_the_middle_each_question_is_answered_once(server: LlmServer, store: Engine, start_run: Callable):
    server.on("", late(0.3, well()))
    run = start_run("killed", QUESTIONS, in_flight=IN_FLIGHT)
    _kill_after(run.pid, server, QUESTIONS // 2)
    run.wait()
    kept = answered(store)
    assert 0 < kept < QUESTIONS
    # What was in flight when it died still counts, so the next run waits out its deadline with those places taken.
    assert ended(start_run("again", QUESTIONS, in_flight=IN_FLIGHT)) == {"ok": QUESTIONS}
    assert answered(store) == QUESTIONS
    asked = Counter(one.text for one in server.chats)
    assert len(asked) == QUESTIONS
    assert sum(asked.values()) <= QUESTIONS + IN_FLIGHT
    assert max(asked.values()) == 2
    _is_accounted_for(store, server)


@pytest.mark.slow
def test_killed_again_and_again_it_gets_on(server: LlmServer, store: Engine, start_run: Callable):
    server.on("", late(0.1, well()))
    for at in (10, 25):
        run = start_run(f"killed at {at}", 40, in_flight=4)
        _kill_after(run.pid, server, at)
        run.wait()
    assert ended(start_run("last", 40, in_flight=12)) == {"ok": 40}
    assert answered(store) == 40
    assert server.calls <= 40 + 2 * 4
    _is_accounted_for(store, server)


def _is_accounted_for(store: Engine, server: LlmServer) -> None:
    """Every request the provider saw is an attempt with its money; every question has one answer."""
    made = attempts(store)
    assert server.calls <= len(made)
    assert all((a["cost_usd"] or a["reserved_usd"]) > 0 for a in made)
    settled_ok = Counter(a["call_key"] for a in made if a["outcome_class"] == "ok")
    assert set(settled_ok.values()) == {1}
    assert all(row["outcome_class"] == "ok" and row["answer"] for row in calls(store))


def _kill_after(pid: int, server: LlmServer, count: int) -> None:
    while server.calls < count:
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
