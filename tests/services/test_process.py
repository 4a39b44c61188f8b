"""Supervised children, really started: awaited, stopped with all they started, and found again after a crash."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from craveny_cli.services.errors import Problem
from craveny_cli.services.home import Home
from craveny_cli.services.leftovers import ServiceRecord, stop_leftovers
from craveny_cli.services.process import LOG_BYTES, Service, append_log, is_running, last_line

# Starts a grandchild that left its session, then tells both numbers; ends on no polite signal.
STUBBORN = """
import os, signal, subprocess, sys, time
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "300"], start_new_session=True)
print(f"{os.getpid()} {child.pid}", flush=True)
time.sleep(300)
"""
POLITE = """
import sys, time
try:
    print("up", flush=True)
    time.sleep(300)
except KeyboardInterrupt:
    print("closed", flush=True)
"""
UP_AND_BE_KILLED = """
import os, signal, sys
from pathlib import Path
from craveny_cli.services.home import Home
from craveny_cli.services.process import Service, last_line
home = Home(Path(sys.argv[1])).open()
with home.lock():
    service = Service(home, "stubborn", [sys.executable, "-c", sys.argv[2]], env=os.environ, cwd=home.path,
                      ready=lambda: last_line(home.logs / "stubborn.log") != "")
    service.start()
    service.wait_ready()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def home(place):
    return Home(place / "home").open()


@pytest.fixture
def sibling():
    """Another child of this process, with the environment the services get."""
    process = psutil.Popen(["sleep", "300"])
    yield process
    process.kill()
    process.wait()


def python_service(home: Home, code: str, **options) -> Service:
    """A service in Python that is ready once it has said something."""
    service = Service(
        home, "child", [sys.executable, "-c", code], env=os.environ, cwd=home.path,
        ready=lambda: last_line(home.logs / "child.log") != "", **options,
    )  # fmt: skip
    service.start()
    return service


def ended(*pids: int) -> bool:
    """Whether all of them end within seconds: a kill takes effect a moment after it was sent."""
    deadline = time.monotonic() + 10
    while any(is_running(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(is_running(pid) for pid in pids)


def test_a_service_is_awaited_with_progress_and_stopped_politely(home):
    waits: list[float] = []
    service = python_service(home, POLITE, stop_signal=signal.SIGINT)
    service.wait_ready(waits.append)
    assert waits == sorted(waits) != []
    assert service.memory_mib() > 1
    service.stop()
    assert (service.alive, service.pid, service.memory_mib()) == (False, None, 0.0)
    assert last_line(service.log_path) == "closed"
    assert list(home.run.glob("*.json")) == []


def test_a_service_stops_politely_even_if_its_parent_ignores_the_signal(home):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        service = python_service(home, POLITE, stop_signal=signal.SIGINT)
        service.wait_ready()
    finally:
        signal.signal(signal.SIGINT, before)
    service.stop()
    assert last_line(service.log_path) == "closed"


def test_stop_ends_a_stubborn_service_and_what_it_started_and_nothing_else(home, bystander, sibling):
    service = python_service(home, STUBBORN)
    service.wait_ready()
    pids = [int(pid) for pid in last_line(service.log_path).split()]
    assert all(is_running(pid) for pid in pids)
    service.stop(grace_seconds=0.2)
    assert ended(*pids)
    assert (bystander.poll(), sibling.poll()) == (None, None)


def test_stop_ends_what_a_service_left_behind_when_it_ended_by_itself(home):
    code = "import subprocess; print(subprocess.Popen(['sleep', '300']).pid, flush=True)"
    service = python_service(home, code)
    service.wait_ready()
    left = int(last_line(service.log_path))
    service.stop()
    assert ended(left)


def test_a_service_can_be_started_again(home):
    service = python_service(home, POLITE)
    first = service.pid
    service.start()
    assert service.pid == first
    service.stop()
    service.start()
    assert service.alive
    service.stop()


def test_a_service_that_ends_too_early_is_told_with_its_last_words(home):
    service = Service(
        home, "child", [sys.executable, "-c", "print('the disk is on fire'); raise SystemExit(3)"],
        env=os.environ, cwd=home.path, ready=lambda: False,
    )  # fmt: skip
    service.start()
    with pytest.raises(Problem, match=r"child ended .*exit code 3\): the disk is on fire\. See .*child\.log"):
        service.wait_ready()


def test_a_service_that_never_gets_ready_is_stopped_and_named(home):
    service = Service(
        home, "child", ["sleep", "300"], env=os.environ, cwd=home.path, ready=lambda: False, ready_timeout_seconds=0.2
    )
    service.start()
    pid = service.pid
    with pytest.raises(Problem, match="child was not ready"):
        service.wait_ready()
    assert pid is not None
    assert ended(pid)


def test_a_program_that_is_not_there_is_a_problem_not_a_traceback(home):
    service = Service(home, "child", ["/no/such/program"], env={}, cwd=home.path, ready=lambda: True)
    with pytest.raises(Problem, match="/no/such/program"):
        service.start()


def test_what_a_killed_up_left_running_is_ended_at_the_next_start_and_nothing_else(home, bystander):
    repository = Path(__file__).parents[2]
    argv = [sys.executable, "-c", UP_AND_BE_KILLED, home.path, STUBBORN]
    done = subprocess.run(argv, cwd=repository, env={**os.environ, "PYTHONPATH": str(repository)}, capture_output=True)
    pids = [int(pid) for pid in last_line(home.logs / "stubborn.log").split()]
    assert (done.returncode, all(is_running(pid) for pid in pids)) == (-signal.SIGKILL, True)
    with home.lock():
        assert stop_leftovers(home, grace_seconds=0.2) == ["stubborn"]
    assert ended(*pids)
    assert bystander.poll() is None
    assert stop_leftovers(home) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_polite_service_ends_with_its_killed_parent(home):
    repository = Path(__file__).parents[2]
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(300)"
    argv = [sys.executable, "-c", UP_AND_BE_KILLED, home.path, code]
    subprocess.run(argv, cwd=repository, env={**os.environ, "PYTHONPATH": str(repository)}, capture_output=True)
    assert ended(int(last_line(home.logs / "stubborn.log")))


@pytest.mark.parametrize("started_offset", [-100.0, 100.0])
def test_a_process_that_got_a_recorded_number_later_is_left_alone(home, bystander, started_offset):
    ServiceRecord.make(home, "old", signal.SIGTERM).write(bystander.pid)
    path = home.run / "old.json"
    true_start = str(bystander.create_time())
    path.write_text(path.read_text().replace(true_start, str(bystander.create_time() + started_offset)))
    assert stop_leftovers(home, grace_seconds=0.2) == []
    assert bystander.poll() is None


def test_a_record_cut_short_does_not_stop_a_start(home):
    (home.run / "old.json").write_text('{"name": "old", "tok')
    assert stop_leftovers(home) == []


def test_two_homes_do_not_end_each_others_services(home, place):
    service = python_service(home, POLITE)
    assert stop_leftovers(Home(place / "other").open()) == []
    assert service.alive
    service.stop()


def test_a_long_log_is_set_aside_once(home):
    path = home.logs / "child.log"
    path.write_bytes(b"x" * (LOG_BYTES + 1))
    with append_log(path) as log:
        log.write("fresh\n")
    assert path.read_text() == "fresh\n"
    assert path.with_name("child.log.1").stat().st_size == LOG_BYTES + 1
