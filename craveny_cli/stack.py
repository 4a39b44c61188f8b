"""The services of one home as a whole: addresses, environment, start in order, stop in reverse."""

import json
import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from craveny_cli.narrator import Narrator
from craveny_cli.services.beats import last_beat_at
from craveny_cli.services.errors import Problem
from craveny_cli.services.home import Home
from craveny_cli.services.leftovers import stop_leftovers
from craveny_cli.services.milvus import HOST, STOP_GRACE_SECONDS, milvus_service
from craveny_cli.services.ports import port_answers, require_port
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_cli.services.process import Service, tree_memory_mib
from craveny_cli.settings import PROJECT, CliSettings

_HEALTH = (
    '{"query": "{ daemonHealth: instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } }'
    ' workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError { __typename } } } } }"}'
)


class Stack:
    """Postgres, Milvus, the API, alerts, and Dagster's code server, webserver and daemon over one home."""

    def __init__(self, settings: CliSettings, narrator: Narrator) -> None:
        self.settings = settings
        self.narrator = narrator
        self.home = Home(settings.home)
        self.postgres = EmbeddedPostgres(self.home, settings.postgres_user)
        self.services: list[Service] = []

    @property
    def web_address(self) -> str:
        """Where the Dagster UI is."""
        return f"http://{HOST}:{self.settings.web_port}"

    @property
    def api_address(self) -> str:
        """Where the API and the dashboard are."""
        return f"http://{HOST}:{self.settings.api_port}"

    @property
    def milvus_address(self) -> str:
        """Where Milvus is."""
        return f"http://{HOST}:{self.settings.milvus_port}"

    def environment(self) -> dict[str, str]:
        """What the services and their helpers find in their environment."""
        return {
            **os.environ,
            "DAGSTER_HOME": str(self.home.dagster),
            "DAGSTER_PG_URL": self.postgres.url("dagster", "psycopg2"),
            "DATABASE_URL": self.postgres.url("craveny", "psycopg"),
            "MILVUS_URI": self.milvus_address,
            "CRAVENY_CODE_PORT": str(self.settings.code_port),
            "CRAVENY_API_PORT": str(self.settings.api_port),
            "CRAVENY_API_ADDRESS": os.environ.get("CRAVENY_API_ADDRESS", self.api_address),
            "CRAVENY_SIGNING_KEYS": str(self.home.keys),
            "CRAVENY_DAGSTER_ADDRESS": os.environ.get("CRAVENY_DAGSTER_ADDRESS") or self.web_address,
            "DAGSTER_RUN_STATUS_SENSOR_PROCESS_LIMIT": "50",
            # Many threads, each with a heap of its own that never shrinks, would cost a small host dearly.
            "MALLOC_ARENA_MAX": "2",
        }

    @contextmanager
    def held(self) -> Iterator[None]:
        """The home opened and locked for us, what a killed start left behind stopped."""
        self.home.open()
        with self.home.lock():
            for name in stop_leftovers(self.home):
                self.narrator.say(f"stopped {name}, left running by a start that was killed")
            yield

    @contextmanager
    def started_stores(self) -> Iterator[None]:
        """Postgres and Milvus running; everything that was started since is stopped in reverse at the end."""
        for port, setting in self.ports():
            require_port(HOST, port, setting)
        try:
            self.narrator.waiting("starting Postgres")
            self.postgres.start()
            self.narrator.say("Postgres is ready")
            self._launch(milvus_service(self.home, self.settings.milvus_port, os.environ))
            yield
        finally:
            self.stop()

    def start_code_server(self) -> None:
        """Start the code server; it becomes ready while other work goes on."""
        shutil.copyfile(PROJECT / "dagster_home" / "dagster.yaml", self.home.dagster / "dagster.yaml")
        self._launch(self._code_server())

    def start_webserver(self) -> None:
        """Start the webserver, once the code server it asks is ready."""
        self.services[-1].wait_ready(self.narrator.waiter("waiting for the code server"))
        self._launch(self._dagster("webserver", "dagster-webserver", "-h", HOST, "-p", str(self.settings.web_port)))

    def start_api(self) -> None:
        """Start the API, which serves the dashboard too; it needs the tables, and nothing of Dagster."""
        self._launch(
            Service(
                self.home,
                "api",
                [sys.executable, "-m", "craveny_api"],
                env=self.environment(),
                cwd=PROJECT,
                ready=self.api_is_ready,
            )
        )

    def start_alerts(self) -> None:
        """Start the sender of alerts and the watchdog, after all that it watches."""
        for name in ("sender", "watchdog"):
            argv = [sys.executable, "-m", f"craveny_alerts.{name}"]
            self._launch(
                Service(self.home, name, argv, env=self.environment(), cwd=PROJECT, ready=self._has_beaten(name))
            )

    def start_daemon(self) -> None:
        """Start the daemon, which launches schedules, sensors and queued runs."""
        self._launch(self._dagster("daemon", "dagster-daemon", "run"))

    def wait_ready(self) -> None:
        """Return when every service has answered."""
        for service in self.services:
            service.wait_ready(self.narrator.waiter(f"waiting for the {service.name}"))
            self.narrator.say(f"{service.name} is ready")

    def stop(self) -> None:
        """Stop everything that was started, the last first."""
        self.narrator.rest()
        for service in reversed(self.services):
            self.narrator.waiting(f"stopping {service.name}")
            service.stop(STOP_GRACE_SECONDS if service.name == "milvus" else 10)
        self.services.clear()
        self.narrator.waiting("stopping Postgres")
        self.postgres.stop()
        self.narrator.say("everything is stopped")

    def keep_alive(self) -> None:
        """Start again what ended by itself, and say so."""
        for service in self.services:
            if not service.alive:
                self.narrator.say(f"{service.name} ended, starting it again; see {service.log_path}")
                service.start()
                time.sleep(1)

    def memory_mib(self) -> dict[str, float]:
        """Proportional share of memory per process, in MiB."""
        shares = {service.name: service.memory_mib() for service in self.services}
        return {"postgres": self.postgres.memory_mib(), **shares, "craveny": _own_memory_mib(self._pids())}

    def _pids(self) -> list[int]:
        return [pid for pid in (s.pid for s in self.services) if pid]

    def ports(self) -> list[tuple[int, str]]:
        """Every port the stack listens on and the setting that moves it; Problem when two are the same."""
        s = self.settings
        named = [
            (s.api_port, "CRAVENY_API_PORT"),
            (s.web_port, "CRAVENY_WEB_PORT"),
            (s.code_port, "CRAVENY_CODE_PORT"),
            (s.milvus_port, "CRAVENY_MILVUS_PORT"),
        ]
        for i, (port, setting) in enumerate(named):
            for other, name in named[:i]:
                if other == port:
                    raise Problem(f"{name} and {setting} are both {port}", f"Set {setting} to another port")
        return named

    def _launch(self, service: Service) -> None:
        service.start()
        self.services.append(service)

    def _code_server(self) -> Service:
        port = str(self.settings.code_port)
        argv = [_script("dagster"), "api", "grpc", "-m", "craveny_assets.definitions", "-h", HOST, "-p", port]
        return Service(
            self.home,
            "code-server",
            [*argv, "--location-name", "craveny"],
            env=self.environment(),
            cwd=self.home.dagster,
            ready=lambda: port_answers(HOST, self.settings.code_port),
        )

    def _dagster(self, name: str, script: str, *arguments: str) -> Service:
        return Service(
            self.home,
            name,
            [_script(script), *arguments, "-w", str(PROJECT / "workspace.yaml")],
            env=self.environment(),
            cwd=self.home.dagster,
            ready=self._daemon_is_healthy if name == "daemon" else self._location_is_loaded,
            ready_timeout_seconds=120,
        )

    def api_is_ready(self) -> bool:
        """Whether the API says that every part it needs answers."""
        try:
            with urllib.request.urlopen(f"{self.api_address}/ready", timeout=5) as reply:  # noqa: S310 - our own
                return reply.status == 200
        except OSError:
            return False

    def _has_beaten(self, process: str) -> Callable[[], bool]:
        url = self.postgres.url("craveny", "psycopg")
        before = last_beat_at(url, process)
        return lambda: last_beat_at(url, process) != before

    def _location_is_loaded(self) -> bool:
        entries = self._health().get("workspaceOrError", {}).get("locationEntries", [])
        kinds = [(entry["locationOrLoadError"] or {}).get("__typename") for entry in entries]
        return kinds == ["RepositoryLocation"]

    def _daemon_is_healthy(self) -> bool:
        statuses = self._health().get("daemonHealth", {}).get("daemonHealth", {}).get("allDaemonStatuses", [])
        return bool(statuses) and all(s["healthy"] for s in statuses if s["required"])

    def _health(self) -> dict:
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self.web_address}/graphql", _HEALTH.encode(), {"Content-Type": "application/json"}
        )
        with suppress(OSError, ValueError, urllib.error.URLError), urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310
            return json.load(reply).get("data") or {}
        return {}


def _script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _own_memory_mib(service_pids: list[int]) -> float:
    # Our tree holds the services, which have entries of their own.
    return max(0.0, tree_memory_mib(os.getpid()) - sum(tree_memory_mib(pid) for pid in service_pids))
