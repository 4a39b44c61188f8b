"""A started `craveny up`: its processes, its memory, commands and jobs beside it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from benchmarks.costs import PROJECT
from benchmarks.homes import Say
from craveny_cli.services.home import Home
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_cli.services.process import last_line, tree_memory_mib

CRAVENY = str(Path(sys.executable).with_name("craveny"))
READY = "Ctrl-C stops everything."
HOST = "127.0.0.1"
BESIDE = "backfill"
START_SECONDS = 600
RUN_SECONDS = 300
_LAUNCH = """
mutation($p: ExecutionParams!) { launchRun(executionParams: $p) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
_STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"


class Deployment:
    """One home under `craveny up` with ports of its own."""

    def __init__(self, home: Path, say: Say) -> None:
        self.home = Home(home)
        self.postgres = EmbeddedPostgres(self.home)
        self._say = say
        self._up: subprocess.Popen[str] | None = None
        self._commands: list[subprocess.Popen[str]] = []
        ports = free_ports(5)
        self._web, self.noop_port = ports[0], ports[3]
        named = ("CRAVENY_WEB_PORT", "CRAVENY_CODE_PORT", "CRAVENY_MILVUS_PORT", "BENCH_NOOP_PORT", "CRAVENY_API_PORT")
        dropped = ("DATABASE_URL", "MILVUS_URI", "DAGSTER_HOME", "DAGSTER_PG_URL", "CRAVENY_SAMPLE_DAYS")
        self.environment = {k: v for k, v in os.environ.items() if k not in dropped}
        self.environment |= {"CRAVENY_HOME": str(home), **{n: str(p) for n, p in zip(named, ports, strict=True)}}

    @property
    def database_url(self) -> str:
        """Our tables."""
        return self.postgres.url("craveny", "psycopg")

    @contextmanager
    def started(self, *, with_noop: bool = False) -> Iterator[float]:
        """Up until the end of the block; gives the seconds until every service had answered."""
        argv = [sys.executable, "-m", "benchmarks.up_with_noop"] if with_noop else [CRAVENY, "up"]
        begun = time.monotonic()
        log = self.home.path.with_name("up.log")
        with log.open("w", encoding="utf-8") as out:
            self._up = subprocess.Popen(argv, stdout=out, stderr=out, text=True, env=self.environment, cwd=PROJECT)
        try:
            while READY not in log.read_text(encoding="utf-8"):
                if self._up.poll() is not None or time.monotonic() - begun > START_SECONDS:
                    raise RuntimeError(f"craveny up did not become ready: {last_line(log)}")
                time.sleep(0.05)
                self._tell(last_line(log), begun)
            yield time.monotonic() - begun
        finally:
            self._up.send_signal(signal.SIGTERM)
            self._up.wait(120)

    def _tell(self, line: str, begun: float) -> None:
        if int((time.monotonic() - begun) * 20) % 100 == 0:
            self._say(f"up: {line}")

    def command(self, *arguments: str, measured: bool = False) -> None:
        """A `craveny` command beside it, to its end; while it runs, a measured one counts as memory."""
        argv = [CRAVENY, *arguments]
        log = self.home.path.with_name("command.log")
        with log.open("w", encoding="utf-8") as out:
            command = subprocess.Popen(argv, stdout=out, stderr=out, text=True, env=self.environment, cwd=PROJECT)
        if measured:
            self._commands.append(command)
        while command.poll() is None:
            time.sleep(5)
            self._say(last_line(log))
        self._commands.clear()
        if command.returncode != 0:
            raise RuntimeError(f"craveny {' '.join(arguments)} failed: {last_line(log)}")

    def memory_mib(self) -> float:
        """Proportional share of everything that was started, Postgres included."""
        assert self._up is not None
        return tree_memory_mib(self._up.pid) + self.postgres.memory_mib()

    def memory_by_part(self) -> dict[str, float]:
        """The same by what it belongs to, and of the measured commands beside it."""
        assert self._up is not None
        parts = {"postgres": self.postgres.memory_mib()}
        for child in psutil.Process(self._up.pid).children():
            parts[_part(child)] = tree_memory_mib(child.pid)
        parts["up"] = tree_memory_mib(self._up.pid) - sum(parts.values()) + parts["postgres"]
        return {**parts, BESIDE: sum(tree_memory_mib(command.pid) for command in self._commands)}

    def run(self, job: str, day: str, *, location: str = "craveny") -> float:
        """Launch a job's day as the UI does and wait for its success; seconds from click to finish."""
        begun = time.monotonic()
        run_id = self.launch(job, day, location=location)
        while time.monotonic() - begun < RUN_SECONDS:
            status = self._ask(_STATUS, {"id": run_id})["runOrError"]["status"]
            if status == "SUCCESS":
                return time.monotonic() - begun
            if status in ("FAILURE", "CANCELED"):
                break
            time.sleep(0.05)
        raise RuntimeError(f"{job} of {day} did not succeed: run {run_id}")

    def launch(self, job: str, day: str, *, location: str = "craveny") -> str:
        """Launch a job's day as the UI does; the run's id."""
        selector = {"repositoryLocationName": location, "repositoryName": "__repository__", "jobName": job}
        tags = [{"key": "dagster/partition", "value": day}]
        launched = self._ask(
            _LAUNCH, {"p": {"selector": selector, "mode": "default", "executionMetadata": {"tags": tags}}}
        )
        if launched["launchRun"]["__typename"] != "LaunchRunSuccess":
            raise RuntimeError(f"{job} of {day} was not launched: {launched}")
        return launched["launchRun"]["run"]["runId"]

    def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(
            f"http://{HOST}:{self._web}/graphql", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
            return json.load(reply)["data"]


class _Background:
    """Something done again and again in a thread, for the length of a block."""

    def __init__(self, deployment: Deployment, say: Say) -> None:
        self._deployment = deployment
        self._say = say
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join(RUN_SECONDS)

    def _loop(self) -> None:
        while not self._end.is_set():
            self._once()

    def _once(self) -> None:
        raise NotImplementedError


class MemoryWatch(_Background):
    """Samples memory about once a second."""

    def __init__(self, deployment: Deployment, say: Say) -> None:
        super().__init__(deployment, say)
        self.samples: list[dict[str, float]] = []

    def _once(self) -> None:
        self.samples.append(self._deployment.memory_by_part())
        if len(self.samples) % 20 == 0:
            shown = ", ".join(f"{name} {mib:,.0f}" for name, mib in self.samples[-1].items())
            self._say(f"memory {sum(self.samples[-1].values()):,.0f} MiB: {shown}")
        self._end.wait(1)

    @property
    def peak(self) -> dict[str, float]:
        """The sample with the largest sum."""
        return max(self.samples, key=lambda parts: sum(parts.values()))

    @property
    def services_peak_mib(self) -> float:
        """The largest sum without the commands beside."""
        return max(sum(parts.values()) - parts[BESIDE] for parts in self.samples)


class Rate(_Background):
    """Launches a job of today whenever the last one has ended."""

    def __init__(self, deployment: Deployment, job: str, day: str, say: Say) -> None:
        super().__init__(deployment, say)
        self._job, self._day = job, day
        self.done = 0

    def _once(self) -> None:
        self._deployment.run(self._job, self._day)
        self.done += 1


def _part(process: psutil.Process) -> str:
    words = " ".join(process.cmdline())
    return next(
        (name for name in ("milvus", "webserver", "daemon", "grpc", "sender", "watchdog") if name in words), "other"
    )


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind((HOST, 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
