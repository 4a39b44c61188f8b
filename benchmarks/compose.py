"""The Compose stack as it ships, built and started in an engine of our own; its memory under the first fill and use."""

import ctypes
import json
import ssl
import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPMessage, HTTPSConnection
from pathlib import Path
from typing import TypeVar

import docker
from docker.models.containers import Container

from benchmarks.costs import PROJECT
from benchmarks.engine import BUILD_SECONDS, Engine, NoEngine, engine
from benchmarks.figures import Figure
from benchmarks.homes import NoData, Say
from craveny_cli.services.process import tree_memory_mib

NAMES = ("compose.sum_mib",)
OVERRIDE = PROJECT / "tests" / "compose" / "override.yml"
STAND_IN = PROJECT / "tests" / "compose" / "postgres"
HOST = "localhost"
UP_SECONDS = 900
IDLE_SECONDS = 30
ROUNDS = 20
PAGES = (
    "/",
    "/api/markets",
    "/api/stocks?market=us&limit=50",
    "/api/predictions?market=us&limit=50",
    "/api/news?market=us&limit=50",
    "/api/evaluations?market=us",
    "/api/models",
    "/api/operations/freshness",
)
_CLONE_NEWNET = 0x40000000

Answer = TypeVar("Answer")


class ComposeStack:
    """The started stack: its containers, and a way to ask it as a client inside its namespace does."""

    def __init__(
        self, folder: Path, started: Engine, client: docker.DockerClient, say: Say, settings: Mapping[str, str]
    ) -> None:
        self.settings = {**_settings(), **settings}
        self._engine, self._client, self._say = started, client, say
        self._env_file = folder / "env"
        self._env_file.write_text("\n".join(f"{k}={v}" for k, v in self.settings.items()) + "\n", encoding="utf-8")
        self._inside = ThreadPoolExecutor(1, initializer=_enter, initargs=(Path("/run/netns") / started.namespace,))
        self._trust: ssl.SSLContext | None = None
        self.peak: dict[str, float] = {}

    def compose(self, *arguments: str, text: str = "") -> str:
        """A `docker compose` command to its end; RuntimeError with what it said when it fails."""
        files = ["-f", str(PROJECT / "docker-compose.yml"), "-f", str(OVERRIDE), "--env-file", str(self._env_file)]
        argv = ["docker-compose", *files, *arguments]
        done = subprocess.run(
            argv, input=text, env=self._engine.environment, capture_output=True, text=True, check=False,
            timeout=BUILD_SECONDS,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"docker compose {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> None:
        """Start everything and wait until it is healthy, measuring all the while."""
        with (self._engine.folder / "up.log").open("wb") as log:
            files = ["-f", str(PROJECT / "docker-compose.yml"), "-f", str(OVERRIDE)]
            argv = ["docker-compose", *files, "--env-file", str(self._env_file), "up", "-d", "--no-build"]
            up = subprocess.Popen(argv, env=self._engine.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + UP_SECONDS
        while up.poll() is None or not self.is_healthy():
            if up.poll() or time.monotonic() > deadline:
                up.kill()
                raise RuntimeError(f"The stack did not become healthy: {self.states()}\n{self.complaints()}")
            self.measure()
            self._say(", ".join(f"{name} {state}" for name, state in self.states().items()))
            time.sleep(2)

    def container(self, service: str) -> Container:
        """The container of a service."""
        return self._client.containers.get(f"craveny-{service}-1")

    def containers(self) -> dict[str, Container]:
        """Every container by its service, the ended ones too."""
        found = self._client.containers.list(all=True, ignore_removed=True)
        return {each.labels["com.docker.compose.service"]: each for each in found}

    def states(self) -> dict[str, str]:
        """How each service is, in the engine's words."""
        return {name: _state(each) for name, each in self.containers().items()}

    def is_healthy(self) -> bool:
        """Whether everything that serves is healthy and what ends by itself has ended well."""
        states = self.states()
        return bool(states) and all(
            state == ("exited 0" if name == "prepare" else "healthy") for name, state in states.items()
        )

    def complaints(self) -> str:
        """The last lines of every service that is not well."""
        return "\n".join(
            f"--- {name}\n{each.logs(tail=15).decode('utf-8', 'replace')}"
            for name, each in self.containers().items()
            if _state(each) not in ("healthy", "exited 0")
        )

    def measure(self) -> dict[str, float]:
        """Proportional share of memory of each service in MiB; the sample with the largest sum is kept as `peak`."""
        pids = {name: each.attrs["State"]["Pid"] for name, each in self.containers().items()}
        now = {name: tree_memory_mib(pid) for name, pid in pids.items() if pid}
        if sum(now.values()) > sum(self.peak.values()):
            self.peak = now
        return now

    def inside(self, act: Callable[[], Answer]) -> Answer:
        """Do something in the network namespace of the stack."""
        return self._inside.submit(act).result()

    def ask(
        self, path: str, *, method: str = "GET", body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, HTTPMessage, bytes]:
        """Ask nginx over TLS, verifying its certificate."""

        def act() -> tuple[int, HTTPMessage, bytes]:
            connection = HTTPSConnection(HOST, 443, timeout=60, context=self._context())
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"Content-Type": "application/json", **(headers or {})})
            with connection.getresponse() as reply:
                found = reply.status, reply.headers, reply.read()
            connection.close()
            return found

        return self.inside(act)

    def _context(self) -> ssl.SSLContext:
        if self._trust is None:
            certificate = self.compose("exec", "-T", "nginx", "cat", "/certificates/fullchain.pem")
            self._trust = ssl.create_default_context(cadata=certificate)
        return self._trust

    def stop(self) -> None:
        """Remove every container, network and volume."""
        self._inside.shutdown()
        self.compose("down", "--volumes", "--timeout", "60")


def _state(container: Container) -> str:
    state = container.attrs["State"]
    if state["Status"] == "exited":
        return f"exited {state['ExitCode']}"
    return state.get("Health", {}).get("Status", state["Status"])


def _settings() -> dict[str, str]:
    """The settings of a first start."""
    made = subprocess.run(
        [PROJECT / "infrastructure" / "first-env", HOST], capture_output=True, text=True, check=True
    ).stdout
    return dict(line.split("=", 1) for line in made.splitlines() if "=" in line and not line.startswith("#"))


def _enter(namespace: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    with namespace.open("rb") as handle:
        if libc.setns(handle.fileno(), _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "cannot enter the network namespace")


@contextmanager
def compose_stack(say: Say, **settings: str) -> Iterator[ComposeStack]:
    """The stack built and healthy with the settings of a first start and these; everything is gone afterwards.

    Raises NoEngine where no engine can be started.
    """
    with engine(say) as ours:
        with ours.building() as client:
            ours.add_base(client)
            stack = ComposeStack(ours.folder, ours, client, say, settings)
            say("building the images")
            stack.compose("build", "--quiet")
            build_stand_in(client)
        with ours.isolated() as client:
            stack = ComposeStack(ours.folder, ours, client, say, settings)
            try:
                stack.start()
                yield stack
            finally:
                stack.stop()


def build_stand_in(client: docker.DockerClient) -> None:
    """Postgres where the official image cannot be pulled: the same major version, from a package."""
    client.images.build(path=str(STAND_IN), tag="craveny-postgres-stand-in:0.1.0", network_mode="host", rm=True)


def measure_compose(_wanted: Collection[str], say: Say) -> Iterator[Figure]:
    """The figure with its parts; NoData where no engine can be started."""
    try:
        with compose_stack(say) as stack:
            use(stack, say)
            yield from figures(stack)
    except NoEngine as reason:
        raise NoData(f"SKIPPED: compose.sum_mib, for {reason}.") from reason


def use(stack: ComposeStack, say: Say) -> None:
    """What a first hour brings: pages opened again and again, and time in which nothing happens."""
    for number in range(ROUNDS):
        for path in PAGES:
            stack.ask(path)
        stack.measure()
        say(f"round {number + 1} of {ROUNDS} through {len(PAGES)} pages")
    for _ in range(IDLE_SECONDS // 2):
        time.sleep(2)
        stack.measure()


def figures(stack: ComposeStack) -> Iterator[Figure]:
    """The peak seen so far."""
    what = "peak PSS of all containers over the first fill, 160 requests through nginx and idling"
    yield Figure("compose.sum_mib", sum(stack.peak.values()), "MiB", limit=1_700, compared_with=what)
    for name, mib in sorted(stack.peak.items()):
        yield Figure(f"compose.sum.{name}_mib", mib, "MiB", compared_with="its part of the peak")
