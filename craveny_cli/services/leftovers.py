"""Which processes are ours, beyond the life of the one that started them, and how those are ended.

A service is known by a random token in the environment of everything it starts; nothing else is ever signalled.
"""

import json
import secrets
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from craveny_cli.services.errors import os_problem
from craveny_cli.services.home import Home

TOKEN_VARIABLE = "CRAVENY_SERVICE_TOKEN"  # noqa: S105 - a name tag, not a secret
_KILL_SECONDS = 10
# The kernel and psutil round a process's start to hundredths of a second.
_SAME_START_SECONDS = 0.05


@dataclass(frozen=True)
class ServiceRecord:
    """What the data folder remembers of a started service, for the case that nobody is left to stop it."""

    path: Path
    name: str
    token: str
    stop_signal: signal.Signals
    pid: int | None = None
    started: float | None = None

    @classmethod
    def make(cls, home: Home, name: str, stop_signal: signal.Signals) -> "ServiceRecord":
        """A record with a token of its own, not yet written."""
        return cls(home.run / f"{name}.json", name, secrets.token_hex(16), stop_signal)

    @classmethod
    def read(cls, path: Path) -> "ServiceRecord | None":
        """The record in a file, or None if it was cut short."""
        try:
            found = json.loads(path.read_text("utf-8"))
            return cls(
                path, found["name"], found["token"], signal.Signals(found["signal"]), found["pid"], found["started"]
            )
        except (ValueError, KeyError, TypeError):
            return None

    def write(self, pid: int | None = None) -> None:
        """Put the record on disk, with the start time of `pid` once there is one."""
        started = None
        try:
            started = psutil.Process(pid).create_time() if pid is not None else None
        except psutil.NoSuchProcess:
            pid = None
        found = {
            "name": self.name,
            "token": self.token,
            "signal": int(self.stop_signal),
            "pid": pid,
            "started": started,
        }
        part = self.path.with_suffix(".part")
        try:
            part.write_text(json.dumps(found) + "\n", "utf-8")
            part.replace(self.path)
        except OSError as error:
            raise os_problem(error, self.path) from error

    def remove(self) -> None:
        """Forget the service."""
        self.path.unlink(missing_ok=True)

    def leader(self) -> psutil.Process | None:
        """The recorded process itself if it still runs; another that got its number is not it."""
        if self.pid is None or self.started is None:
            return None
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < _SAME_START_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None


def stop_leftovers(home: Home, grace_seconds: float = 10) -> list[str]:
    """End what a killed `craveny up` of this home left running; the names of those services.

    Only for the holder of `home.lock()`: otherwise these may be another's living services.
    """
    stopped = []
    records = [record for path in sorted(home.run.glob("*.json")) if (record := ServiceRecord.read(path)) is not None]
    for record in records:
        leader = record.leader()
        if leader is not None:
            leader.send_signal(record.stop_signal)
            psutil.wait_procs([leader], timeout=grace_seconds)
            if leader.is_running():
                leader.kill()
        if kill_all(record.token) or leader is not None:
            stopped.append(record.name)
        record.remove()
    return stopped


def kill_all(token: str) -> int:
    """Kill every process that carries `token`, until there is none; how many there were."""
    count = 0
    deadline = time.monotonic() + _KILL_SECONDS
    # Again until none is found: one may have started another between being listed and being killed.
    while (found := _carriers(token)) and time.monotonic() < deadline:
        for process in found:
            try:
                process.kill()
                count += 1
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(found, timeout=1)
    return count


def _carriers(token: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(TOKEN_VARIABLE) == token:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found
