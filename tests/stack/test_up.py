"""`craveny up` as a person runs it: once, again, until told to stop, and beside somebody else's server."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from craveny_assets.assets import BODIES
from craveny_cli.services.ports import port_free
from tests.stack.conftest import processes_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
CRAVENY = Path(sys.executable).with_name("craveny")
SERVICES = {"postgres", "milvus", "code-server", "webserver", "api", "daemon", "sender", "watchdog", "craveny"}
Started = subprocess.CompletedProcess[str]


def environment(settings: dict[str, str]) -> dict[str, str]:
    left_out = ("DATABASE_URL", "MILVUS_URI", "DAGSTER_HOME")
    return {**{name: value for name, value in os.environ.items() if name not in left_out}, **settings}


def run_up(settings: dict[str, str], *arguments: str) -> Started:
    argv = [str(CRAVENY), "up", *arguments]
    return subprocess.run(argv, env=environment(settings), cwd="/", capture_output=True, text=True, timeout=300)


def summary_of(done: Started) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def assert_all_is_stopped(home: Path, settings: dict[str, str]) -> None:
    assert processes_of(home) == []
    assert list((home / "run").glob("*.json")) == []
    ports = [int(value) for name, value in settings.items() if name.endswith("_PORT")]
    assert [port for port in ports if not port_free("127.0.0.1", port)] == []


@pytest.fixture(scope="module")
def first(settings: dict[str, str]) -> Started:
    """The first start in an empty home."""
    return run_up(settings, "--once")


def test_the_first_start_fills_the_week_says_so_in_one_json_line_and_leaves_no_process(
    first: Started, home: Path, settings: dict[str, str], tell: Callable[[str], None]
) -> None:
    summary = summary_of(first)
    tell(f"first start {summary['seconds']} s, {sum(summary['memory_mib'].values()):.0f} MiB")
    assert set(summary) == {"seconds", "rows", "partitions", "memory_mib"}
    assert set(summary["partitions"]) == {f"{market}/{asset}" for market in ("krx", "us") for asset in BODIES}
    assert min(summary["partitions"].values()) >= 7
    assert min(summary["rows"][table] for table in ("news", "match", "price", "prediction", "daily_performance")) > 0
    assert set(summary["memory_mib"]) == SERVICES
    assert min(summary["memory_mib"].values()) > 1
    assert_all_is_stopped(home, settings)


def test_a_second_start_fills_nothing_again_and_keeps_every_row(
    first: Started, home: Path, settings: dict[str, str], tell: Callable[[str], None]
) -> None:
    before, second = summary_of(first), run_up(settings, "--once")
    after = summary_of(second)
    tell(f"second start {after['seconds']} s")
    assert "filling " not in second.stderr, second.stderr
    assert all(after["rows"][table] >= count for table, count in before["rows"].items())
    assert all(after["partitions"][asset] >= count for asset, count in before["partitions"].items())
    assert_all_is_stopped(home, settings)


@contextmanager
def started(settings: dict[str, str], until: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`craveny up` as far as a line that says `until`, with what it has said; killed after minutes of silence."""
    argv = [str(CRAVENY), "up"]
    process = subprocess.Popen(argv, env=environment(settings), cwd="/", stderr=subprocess.PIPE, text=True)
    watchdog = threading.Timer(200, process.kill)
    watchdog.start()
    said = ""
    for line in process.stderr or ():
        said += line
        if until in line:
            break
    yield process, said
    watchdog.cancel()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_start_that_serves_stops_everything_when_told_to(
    first: Started, home: Path, settings: dict[str, str], number: signal.Signals
) -> None:
    assert first.returncode == 0
    with started(settings, "Ctrl-C stops everything") as (process, said):
        assert f"Dashboard  http://127.0.0.1:{settings['CRAVENY_API_PORT']}" in said
        assert f"http://127.0.0.1:{settings['CRAVENY_WEB_PORT']}" in said
        serving = processes_of(home)
        process.send_signal(number)
        rest = process.communicate()[1]
    assert process.returncode == 0, rest
    assert len(serving) >= len(SERVICES)
    assert "everything is stopped" in rest
    assert_all_is_stopped(home, settings)


def test_a_start_told_to_stop_while_it_fills_leaves_no_process(home: Path, settings: dict[str, str]) -> None:
    cut_short = home.parent / "cut short"
    with started({**settings, "CRAVENY_HOME": str(cut_short)}, "filling asset days") as (process, _):
        filling = processes_of(cut_short)
        process.send_signal(signal.SIGTERM)
        rest = process.communicate()[1]
    assert process.returncode == 130, rest
    assert any("craveny_assets.backfill" in each for each in filling)
    assert "everything is stopped" in rest and "Traceback" not in rest
    assert_all_is_stopped(cut_short, settings)


@pytest.mark.parametrize(
    "setting", ["CRAVENY_API_PORT", "CRAVENY_WEB_PORT", "CRAVENY_CODE_PORT", "CRAVENY_MILVUS_PORT"]
)
def test_a_port_in_use_is_one_clear_sentence_and_its_owner_is_left_alone(
    home: Path, settings: dict[str, str], setting: str
) -> None:
    with socket.socket() as owner:
        owner.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        owner.bind(("127.0.0.1", int(settings[setting])))
        owner.listen()
        refused = run_up(settings, "--once")
        said = " ".join(refused.stderr.split())
        assert (refused.returncode, refused.stdout) == (1, "")
        assert f"problem Port {settings[setting]} is in use by" in said
        assert f"(process {os.getpid()}). Set {setting} to another port, or stop what listens there" in said
        assert "Traceback" not in said
        socket.create_connection(owner.getsockname(), 5).close()
        assert processes_of(home) == []
