"""The embedded Postgres: created, started, healed, taken over and stopped, with the binaries of the wheel.

It listens on one private Unix socket. Schema and queries belong to `craveny_store`.
"""

import re
import shlex
import shutil
import time
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

from craveny_cli.services.errors import Problem, disk_full
from craveny_cli.services.home import Home, private_folder
from craveny_cli.services.postgres_account import Account, choose_account, find_programs
from craveny_cli.services.postgres_data import check_data, locate_data, postmaster_pid, postmaster_record
from craveny_cli.services.process import append_log, is_running, tree_memory_mib

DATABASES = ("craveny", "dagster")
START_SECONDS = 60
STOP_SECONDS = 30
LEFTOVER_SECONDS = 10
WAL_SEGMENT_BYTES = 16 * 1024**2
_POLL_SECONDS = 0.05
_SOCKET = ".s.PGSQL.5432"

# Sized for a host with 2 GiB that also runs Dagster and Milvus; no replication, so the smallest write-ahead log.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "effective_cache_size": "256MB",
    "maintenance_work_mem": "32MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "48MB",
    "max_wal_size": "256MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "autovacuum_max_workers": "2",
    "max_parallel_workers_per_gather": "1",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
}
_TELLING = re.compile("FATAL|PANIC|error")
_ABOUT_THE_LOG = re.compile("could not start server|Examine the log output|database system is")
_INITDB_OPTIONS = [
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
]


class EmbeddedPostgres:
    """The Postgres of one home. `start` creates, heals or takes over; `stop` also ends one that was taken over."""

    def __init__(self, home: Home, postgres_user: str = "nobody") -> None:
        self._home = home
        self._postgres_user = postgres_user
        self.log_path = home.logs / "postgres.log"

    def start(self) -> None:
        """Make it run, with its databases present; Problem with the reason if it cannot."""
        self._home.open()
        cluster = self._cluster()
        has_tables = check_data(cluster.data, cluster.account)
        if not cluster.attach():
            self._home.require_space(cluster.prepare_folder())
            if not has_tables:
                cluster.initialise()
            cluster.launch()
        cluster.create_databases()

    def stop(self) -> None:
        """Disconnect everybody and shut down cleanly; does nothing if it does not run."""
        if self.pid is not None:
            self._cluster().shut_down()

    @property
    def pid(self) -> int | None:
        """Process id of its postmaster, or None if it does not run."""
        return postmaster_pid(self._data) if self._home.exists else None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.pid is not None

    def url(self, database: str, driver: str) -> str:
        """SQLAlchemy URL of `database` through `driver` (psycopg, psycopg2); needs an open home, no running server."""
        account = choose_account(self._postgres_user)
        sockets = self._home.socket_folder(account.uid, account.gid)
        user = "postgres:" if driver == "psycopg2" else "postgres"
        return f"postgresql+{driver}://{user}@/{database}?{urlencode({'host': str(sockets)}, safe='/')}"

    def memory_mib(self) -> float:
        """Proportional share of memory of all its processes, in MiB; 0 if it does not run."""
        return tree_memory_mib(self.pid) if self.pid is not None else 0.0

    @property
    def _data(self) -> Path:
        return locate_data(self._home, choose_account(self._postgres_user))

    def _cluster(self) -> "_Cluster":
        account = choose_account(self._postgres_user)
        sockets = self._home.socket_folder(account.uid, account.gid)
        return _Cluster(self._data, sockets, find_programs(account), account, self.log_path)


class _Cluster:
    """The Postgres programs applied to one data folder."""

    def __init__(self, data: Path, sockets: Path, programs: Path, account: Account, log_path: Path) -> None:
        self.data = data
        self.account = account
        self._sockets = sockets
        self._programs = programs
        self._log_path = log_path

    def attach(self) -> bool:
        """Whether a postmaster left by an earlier process serves our socket; one on its way up or down is awaited."""
        deadline = time.monotonic() + START_SECONDS
        while postmaster_pid(self.data) is not None:
            record = postmaster_record(self.data)
            if record.get("status") == "ready" and record["sockets"] != str(self._sockets):
                self.shut_down()
            elif record.get("status") == "ready" and self._client("pg_isready")[0] == 0:
                return True
            if time.monotonic() > deadline:
                raise Problem(
                    "The Postgres of an earlier start neither becomes ready nor stops", f"See {self._log_path}"
                )
            time.sleep(_POLL_SECONDS)
        # Dead, a zombie, or its number now another program's: Postgres itself would refuse the last two for ever.
        for stale in (self.data / "postmaster.pid", self._sockets / _SOCKET, self._sockets / f"{_SOCKET}.lock"):
            stale.unlink(missing_ok=True)
        return False

    def prepare_folder(self) -> Path:
        """The private folder that holds the data folder, created if absent."""
        private_folder(self.data.parent, self.account.uid, self.account.gid)
        return self.data.parent

    def initialise(self) -> None:
        """Create the data folder; an interrupted attempt leaves nothing that counts as one."""
        part = self.data.with_name("data.part")
        shutil.rmtree(part, ignore_errors=True)
        code, said = self.account.run([str(self._programs / "initdb"), *_INITDB_OPTIONS], data=part)
        if code != 0:
            shutil.rmtree(part, ignore_errors=True)
            raise self._failure("could not create its data folder", said)
        part.rename(self.data)

    def launch(self) -> None:
        """Start the postmaster and wait until it accepts connections."""
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while (said := self._try_launch()) is not None:
            # Sessions of a killed postmaster hold its shared memory until they notice.
            if "shared memory block" not in said or time.monotonic() > deadline:
                raise self._failure("did not start", said)
            time.sleep(_POLL_SECONDS)

    def shut_down(self) -> None:
        """Stop the postmaster; Problem if it does not end in time."""
        pid = postmaster_pid(self.data)
        code, said = self._control("stop", "-m", "fast", "-t", str(STOP_SECONDS))
        if code != 0 and postmaster_pid(self.data) is not None:
            raise self._failure("did not stop", said)
        # pg_ctl returns when the pid file is gone; the process itself takes a moment longer.
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while pid is not None and is_running(pid) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)

    def create_databases(self) -> None:
        """Create those of our databases that are absent."""
        code, listing = self._client("psql", "--no-psqlrc", "--no-align", "--tuples-only", "--list")
        if code != 0:
            raise self._failure("does not answer", listing)
        present = {line.partition("|")[0] for line in listing.splitlines()}
        for name in DATABASES:
            if name not in present:
                code, said = self._client("createdb", name)
                if code != 0:
                    raise self._failure(f"could not create the database {name}", said)

    def _try_launch(self) -> str | None:
        settings = {**_SETTINGS, "unix_socket_directories": str(self._sockets)}
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        with append_log(self._log_path) as log:
            before = log.tell()
            code, _ = self._control("start", "-t", str(START_SECONDS), "-o", options, log=log)
        if code == 0:
            return None
        with self._log_path.open(errors="replace") as written:
            written.seek(before)
            return written.read()

    def _control(self, *arguments: str, log: IO[str] | None = None) -> tuple[int, str]:
        # The folder goes by PGDATA: pg_ctl would hand a -D option to a shell in quotes that "$" escapes.
        return self.account.run([str(self._programs / "pg_ctl"), "-w", "-s", *arguments], data=self.data, log=log)

    def _client(self, program: str, *arguments: str) -> tuple[int, str]:
        where = ["--host", str(self._sockets), "--username", "postgres"]
        return self.account.run([str(self._programs / program), *where, *arguments])

    def _failure(self, what: str, said: str) -> Problem:
        lines = [line.strip() for line in said.splitlines() if line.strip() and not _ABOUT_THE_LOG.search(line)]
        telling = [line for line in lines if _TELLING.search(line)]
        full = shutil.disk_usage(self._log_path.parent).free < WAL_SEGMENT_BYTES
        if "No space left on device" in said or "Disk quota exceeded" in said or (full and not telling):
            return disk_full(self.data)
        reason = (telling or lines or ["it said nothing"])[-1]
        return Problem(f"Postgres {what}: {reason}", f"See {self._log_path}")
