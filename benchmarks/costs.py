"""What work costs: CPU seconds of child processes and of Postgres, wall time, memory by proportional share."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from craveny_cli.services.process import last_line

PROJECT = Path(__file__).resolve().parents[1]
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Cost:
    """What a child process took; `told` are the JSON lines it printed."""

    process_cpu_seconds: float
    postgres_cpu_seconds: float
    wall_seconds: float
    told: Sequence[Mapping[str, Any]] = field(default_factory=list)

    @property
    def cpu_seconds(self) -> float:
        """User and system time of the child, all it started, and Postgres meanwhile."""
        return self.process_cpu_seconds + self.postgres_cpu_seconds


def run_child(
    module: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    postmaster_pid: int,
    log_path: Path,
    *,
    say: Callable[[Mapping[str, Any]], None],
) -> Cost:
    """Run a module as a child to its end, passing on each JSON line it prints; RuntimeError when it fails."""
    argv = [sys.executable, "-m", module, *arguments]
    before, begun = postgres_cpu_seconds(postmaster_pid), time.monotonic()
    with log_path.open("a", encoding="utf-8") as log:
        child = subprocess.Popen(
            argv, stdout=subprocess.PIPE, stderr=log, text=True, env=dict(environment), cwd=PROJECT
        )
    told = []
    for line in child.stdout or ():
        told.append(json.loads(line))
        say(told[-1])
    # wait4 tells the user and system time of the child and of every descendant it waited for.
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begun
    if child.returncode != 0:
        raise RuntimeError(f"{module} ended with code {child.returncode}: {told[-1:]} {last_line(log_path)}")
    return Cost(usage.ru_utime + usage.ru_stime, postgres_cpu_seconds(postmaster_pid) - before, wall, told)


def postgres_cpu_seconds(postmaster_pid: int) -> float:
    """CPU time of the postmaster, its living processes and those that have ended; only differences mean something."""
    postmaster = psutil.Process(postmaster_pid)
    own = postmaster.cpu_times()
    living = sum(_cpu_of(process) for process in postmaster.children(recursive=True))
    # Children that ended since were waited for by the postmaster and are in its own account.
    return own.user + own.system + own.children_user + own.children_system + living


def _command_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        # Ended, or about to be: a worker that Postgres has not buried yet.
        return ""


def _cpu_of(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


class Sessions:
    """The processes of a Postgres that serve a connection: their CPU time, fine and cheap to ask. Linux only.

    What writes its files in the background is left out: it cannot be told which work it is for.
    """

    def __init__(self, postmaster_pid: int) -> None:
        self._postmaster = psutil.Process(postmaster_pid)
        self._clocks: list[Path] = []

    def look(self) -> None:
        """See who is there now; dear, so only where nothing is being measured."""
        serving = [child for child in self._postmaster.children() if "[local]" in _command_of(child)]
        self._clocks = [Path(f"/proc/{child.pid}/schedstat") for child in serving]

    def cpu_seconds(self) -> float:
        """The CPU time of those that were there at the last look; only differences mean something."""
        total = 0
        for clock in self._clocks:
            with suppress(FileNotFoundError, ProcessLookupError):
                total += int(clock.read_text(encoding="ascii").split()[0])
        return total / 1e9


@dataclass
class Meter:
    """Adds up the CPU seconds of this process and of a Postgres over the blocks it is laid around."""

    sessions: Sessions
    process_seconds: float = 0.0
    postgres_seconds: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count what the block takes."""
        process, postgres = time.process_time(), self.sessions.cpu_seconds()
        try:
            yield
        finally:
            self.process_seconds += time.process_time() - process
            self.postgres_seconds += self.sessions.cpu_seconds() - postgres

    @property
    def seconds(self) -> float:
        """Both together."""
        return self.process_seconds + self.postgres_seconds
