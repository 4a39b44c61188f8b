"""One supervised child process: started in a session of its own, awaited, measured, and stopped with all it started.

What a particular service needs (arguments, readiness) belongs to that service's module or to the commands.
"""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import psutil

from craveny_cli.services.errors import Problem, os_problem
from craveny_cli.services.home import Home
from craveny_cli.services.leftovers import TOKEN_VARIABLE, ServiceRecord, kill_all

LOG_BYTES = 10 * 1024**2
_POLL_SECONDS = 0.05
_SET_PARENT_DEATH_SIGNAL = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Service:
    """A child process of ours, named for its log (`<name>.log`) and for messages.

    Start it from a thread that lives as long as it should: on Linux it gets `stop_signal` when that thread ends.
    """

    def __init__(
        self,
        home: Home,
        name: str,
        argv: list[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        ready: Callable[[], bool],
        ready_timeout_seconds: float = 60,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.argv = argv
        self.log_path = home.logs / f"{name}.log"
        self._env = dict(env)
        self._cwd = cwd
        self._ready = ready
        self._ready_timeout_seconds = ready_timeout_seconds
        self._record = ServiceRecord.make(home, name, stop_signal)
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the child; does nothing if it runs."""
        if self.alive:
            return
        stop_signal = self._record.stop_signal

        def prepare() -> None:
            # A parent started in the background of a script hands down an ignored SIGINT.
            signal.signal(stop_signal, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            if _LIBC is not None:
                _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, stop_signal)

        try:
            # Recorded first: whatever instant we are killed at, the next start knows what to look for.
            self._record.write()
            with append_log(self.log_path) as log:
                self._child = subprocess.Popen(
                    self.argv,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env={**self._env, TOKEN_VARIABLE: self._record.token},
                    cwd=self._cwd,
                    start_new_session=True,
                    preexec_fn=prepare,
                )
        except OSError as error:
            raise os_problem(error, Path(self.argv[0])) from error
        self._record.write(self._child.pid)

    def wait_ready(self, on_progress: Callable[[float], None] | None = None) -> None:
        """Return once it is ready, telling `on_progress` the seconds waited; Problem if it ends or takes too long."""
        begun = time.monotonic()
        while not self._ready():
            waited = time.monotonic() - begun
            if not self.alive:
                code = self._child.returncode if self._child else None
                raise self._failure(f"ended before it was ready (exit code {code})")
            if waited > self._ready_timeout_seconds:
                raise self._failure(f"was not ready after {self._ready_timeout_seconds:.0f} seconds")
            if on_progress is not None:
                on_progress(waited)
            time.sleep(_POLL_SECONDS)

    def stop(self, grace_seconds: float = 10) -> None:
        """Ask it to end, wait `grace_seconds`, then kill it and everything it left behind."""
        if self._child is None:
            return
        if self._child.poll() is None:
            self._child.send_signal(self._record.stop_signal)
        try:
            self._child.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        kill_all(self._record.token)
        self._record.remove()
        self._child = None

    @property
    def alive(self) -> bool:
        """Whether the child runs."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int | None:
        """Process id of the child, or None if it does not run."""
        return self._child.pid if self._child is not None and self.alive else None

    def memory_mib(self) -> float:
        """Proportional share of memory of the child and all it started, in MiB; 0 if it does not run."""
        return tree_memory_mib(self.pid) if self.pid is not None else 0.0

    def _failure(self, what: str) -> Problem:
        said = last_line(self.log_path)
        self.stop(grace_seconds=2)
        return Problem(f"{self.name} {what}" + (f": {said}" if said else ""), f"See {self.log_path}")


def append_log(path: Path) -> IO[str]:
    """Open a log for appending; one that has grown past 10 MiB is first set aside as `<name>.1`."""
    try:
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_name(f"{path.name}.1"))
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise os_problem(error, path) from error


def last_line(log_path: Path) -> str:
    """The last line of a log that says something, at most 300 characters; empty if there is none."""
    try:
        with log_path.open("rb") as log:
            log.seek(max(0, log_path.stat().st_size - 8192))
            lines = log.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")


def is_running(pid: int) -> bool:
    """Whether a process with this number exists and has not ended (a zombie has)."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def tree_memory_mib(pid: int) -> float:
    """Memory of a process and all below it in MiB, by proportional share (where there is none, by unique share)."""
    try:
        root = psutil.Process(pid)
        processes = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    return sum(_memory_bytes(process) for process in processes) / 1024**2


def _memory_bytes(process: psutil.Process) -> int:
    try:
        memory = process.memory_full_info()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
    return getattr(memory, "pss", memory.uss)
