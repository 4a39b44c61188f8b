"""Providers that ask for patience, have no money left, or fail for long: nothing is amplified, nothing is lost."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update

from craveny_assets.llm.asking import Asker
from craveny_assets.llm.crew import ATTEMPTS, LIMITED_ATTEMPTS, MOST_FAILED
from craveny_store.tables import llm_provider
from tests.llm.accounts import alerts, answered, attempts, ended
from tests.llm.questions import wish, wishes
from tests.llm.replies import (
    dropped,
    failing,
    hanging,
    http_date,
    late,
    out_of_quota,
    rate_limited,
    storming,
    well,
    wrong_key,
)
from tests.llm.server import LlmServer, Reply


@pytest.mark.parametrize("retry_after", ["2", None])
def test_a_storm_of_429_is_not_fed_by_fifty_at_once(
    retry_after: str | None, server: LlmServer, open_asker: Callable[..., Asker]
):
    asked = wishes(300)
    server.on("", storming(2, retry_after))
    results = open_asker(in_flight=50).ask(asked)
    assert Counter(result.outcome_class for result in results.values()) == {"ok": 300}
    assert server.calls / len(asked) <= 1.1


@pytest.mark.parametrize("told", ["3", "date"])
def test_nobody_asks_before_a_retry_after_has_passed(told: str, server: LlmServer, open_asker: Callable[..., Asker]):
    server.on("", rate_limited("3" if told == "3" else http_date(4)), well())
    # The first is alone, so that no other is in flight when the 429 comes.
    assert open_asker(in_flight=1).ask(wishes(3)).keys()
    first, *rest = server.chats
    assert len(rest) == 3
    # An HTTP date has whole seconds, so one of them may be lost.
    assert all(one.at - first.at >= 3 for one in rest)


def test_a_second_process_waits_too(server: LlmServer, store: Engine, open_asker: Callable[..., Asker]):
    server.on("S0000", rate_limited("3600"), well())
    open_asker().ask([wish("S0000")])
    calls = server.calls
    results = open_asker("another run").ask(wishes(5))
    assert {result.outcome_class for result in results.values()} == {"quota"}
    assert server.calls == calls == 1
    _let_pass(store)
    assert {r.outcome_class for r in open_asker("later").ask(wishes(5)).values()} == {"ok"}


def test_who_wants_an_hour_of_patience_is_left_at_once_and_told_once(
    server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    server.on("", rate_limited("3600"))
    results = open_asker(in_flight=4).ask(wishes(40))
    assert {r.outcome_class for r in results.values()} <= {"transient", "quota"}
    assert server.calls <= 4
    assert len(alerts(store)) == 1


def test_an_absurd_retry_after_is_believed_for_an_hour(
    server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    for absurd in ("1e300", "inf", "99999999999"):
        server.forget()
        server.on("", rate_limited(absurd))
        open_asker().ask([wish(f"S{absurd}")])
        with store.connect() as conn:
            query = select(llm_provider.c.not_before_at - func.clock_timestamp())
            assert timedelta(minutes=59) < conn.execute(query).scalar_one() <= timedelta(hours=1)
        _let_pass(store)


def test_a_provider_that_limits_without_end_is_left_for_the_next_run(
    server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    server.on("", rate_limited("0"))
    results = open_asker(in_flight=4).ask(wishes(100))
    assert {r.outcome_class for r in results.values()} == {"transient"}
    assert server.calls <= 4 * LIMITED_ATTEMPTS
    assert len(alerts(store)) == 1


@pytest.mark.parametrize("reply", [out_of_quota(), wrong_key()], ids=["no quota", "the key is refused"])
def test_without_quota_the_batch_stops_and_resumes_when_there_is_some(
    reply: Reply, server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    server.on("", late(0.2, reply))
    results = open_asker(in_flight=10).ask(wishes(200))
    assert {r.outcome_class for r in results.values()} == {"quota"}
    assert server.calls <= 10
    assert len(alerts(store)) == 1
    before = server.calls
    open_asker("meanwhile").ask(wishes(200))
    assert server.calls == before
    assert len(alerts(store)) == 1
    _let_pass(store)
    server.forget()
    assert {r.outcome_class for r in open_asker("later").ask(wishes(20)).values()} == {"ok"}
    assert server.calls == 20


def test_what_was_answered_before_the_quota_ended_is_kept(
    server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    server.on("", *([well()] * 30), out_of_quota())
    results = open_asker(in_flight=4).ask(wishes(100))
    assert Counter(r.outcome_class for r in results.values()) == {"ok": 30, "quota": 70}
    assert answered(store) == 30


@pytest.mark.parametrize("reply", [failing(503), dropped()], ids=["503", "dropped"])
def test_a_provider_that_is_down_is_given_up_after_some_questions(
    reply: Reply, server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    server.on("", reply)
    results = open_asker(in_flight=8).ask(wishes(200))
    assert {r.outcome_class for r in results.values()} == {"transient"}
    assert server.calls <= (MOST_FAILED + 8) * ATTEMPTS
    assert len(alerts(store)) == 1
    server.forget()
    assert {r.outcome_class for r in open_asker("later").ask(wishes(20)).values()} == {"ok"}


def test_a_provider_that_hangs_is_given_up_after_some_questions(
    server: LlmServer, store: Engine, open_asker: Callable[..., Asker]
):
    server.on("", hanging())
    results = open_asker(in_flight=8, deadline=timedelta(seconds=0.5)).ask(wishes(200))
    assert {r.outcome_class for r in results.values()} == {"transient"}
    assert server.calls <= MOST_FAILED + 8
    assert all(a["is_estimated"] for a in attempts(store))


def test_one_question_in_ten_that_fails_gives_up_nobody_else(server: LlmServer, open_asker: Callable[..., Asker]):
    asked = wishes(100)
    for n in range(0, 100, 10):
        server.on(f'"S{n:04d}"', failing(500))
    results = open_asker().ask(asked)
    assert Counter(r.outcome_class for r in results.values()) == {"ok": 90, "transient": 10}


@pytest.mark.slow
def test_two_processes_together_stay_within_what_may_be_in_flight(server: LlmServer, start_run: Callable):
    server.on("", late(0.3, well()))
    runs = [start_run(name, 30, first, in_flight=6) for name, first in (("a", 0), ("b", 30))]
    assert [ended(run) for run in runs] == [{"ok": 30}, {"ok": 30}]
    assert server.most_in_flight <= 6
    assert server.calls == 60


@pytest.mark.slow
def test_two_processes_together_stay_within_the_rate(server: LlmServer, store: Engine, start_run: Callable):
    runs = [start_run(name, 40, first, in_flight=4, per_minute=20) for name, first in (("a", 0), ("b", 40))]
    _until(lambda: server.calls >= 20)
    for run in runs:
        run.kill()
    # Whatever they would have asked within the minute would have come at once: 80 questions, no latency.
    assert max(_in_any_minute(server)) <= 20
    assert answered(store) <= 20


@pytest.mark.slow
def test_the_same_questions_in_two_processes_are_answered_alike(store: Engine, start_run: Callable):
    runs = [start_run(name, 20, in_flight=4) for name in ("a", "b")]
    assert [ended(run) for run in runs] == [{"ok": 20}, {"ok": 20}]
    assert answered(store) == 20


def _let_pass(store: Engine) -> None:
    with store.begin() as conn:
        past = func.clock_timestamp() - timedelta(seconds=1)
        conn.execute(update(llm_provider).values(not_before_at=past))


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            time.sleep(1)
            return
        time.sleep(0.1)
    raise AssertionError("It did not come to that within a minute.")


def _in_any_minute(server: LlmServer) -> list[int]:
    at = [one.at for one in server.chats]
    return [sum(start <= other < start + 60 for other in at) for start in at]
