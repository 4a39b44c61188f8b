"""The data folder (`CRAVENY_HOME`): who owns it, what lies where in it, and that only one `craveny up` uses it.

It knows no service; what each keeps in its subfolder is that service's own affair.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from craveny_cli.services.errors import Problem, os_problem

FORMAT = 1
MARKER = "craveny-home.json"
MINIMUM_FREE_BYTES = 200 * 1024**2
# macOS allows 103 bytes in a socket's path, Linux 107; Postgres adds "/.s.PGSQL.5432" to the folder.
SOCKET_FOLDER_BYTES = 103 - len("/.s.PGSQL.5432")
SHORT_SOCKET_ROOT = Path("/tmp")  # noqa: S108 - not TMPDIR: every process must find the same folder
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
_NOT_CONTENT = {"lost+found", f"{MARKER}.part"}


class Home:
    """One installation's data folder. Nothing is touched before `open`."""

    def __init__(self, path: Path, minimum_free_bytes: int = MINIMUM_FREE_BYTES) -> None:
        self.path = path.expanduser().resolve()
        self._minimum_free_bytes = minimum_free_bytes

    def open(self) -> "Home":
        """Create the folder, or check that it is ours, usable and has room; Problem otherwise."""
        try:
            self._check_or_create()
        except OSError as error:
            raise os_problem(error, self.path) from error
        self.require_space(self.path)
        return self

    @property
    def exists(self) -> bool:
        """Whether this is a data folder of Craveny already."""
        return self.marker.is_file()

    @property
    def marker(self) -> Path:
        """The file that makes a folder ours."""
        return self.path / MARKER

    @property
    def postgres(self) -> Path:
        """Where the tables are kept (unless `postgres-data.json` names another place)."""
        return self.path / "postgres"

    @property
    def milvus(self) -> Path:
        """Where the vector index is kept."""
        return self.path / "milvus"

    @property
    def dagster(self) -> Path:
        """The DAGSTER_HOME of the services."""
        return self.path / "dagster"

    @property
    def keys(self) -> Path:
        """Where the keys lie that sign access tokens."""
        return self.path / "keys"

    @property
    def logs(self) -> Path:
        """One log file per service."""
        return self.path / "logs"

    @property
    def run(self) -> Path:
        """Process records and, where the path allows, sockets."""
        return self.path / "run"

    @property
    def key(self) -> str:
        """Short name of this folder, for what must be kept outside it."""
        return hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]

    def free_bytes(self) -> int:
        """Free space on the disk that holds the folder, in bytes."""
        return shutil.disk_usage(self.path).free

    def require_space(self, folder: Path) -> None:
        """Problem if the disk that holds `folder` has less than the minimum free."""
        free = shutil.disk_usage(folder).free
        if free < self._minimum_free_bytes:
            raise Problem(
                f"The disk that holds {folder} has {free // 1024**2} MB free; "
                f"Craveny needs {self._minimum_free_bytes // 1024**2} MB",
                "Free some space, or set CRAVENY_HOME to a folder on another disk",
            )

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for this process; Problem naming the holder if another one has it."""
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._take(descriptor)
            yield
        finally:
            os.close(descriptor)

    def socket_folder(self, uid: int, gid: int) -> Path:
        """A private folder of `uid` for Unix sockets, created if absent; elsewhere if this path does not suit.

        It is short, and plain enough to stand unquoted in a URL and in Postgres's settings.
        """
        folder = self.run / "sockets"
        suits = len(os.fsencode(folder)) <= SOCKET_FOLDER_BYTES and _PLAIN_PATH.fullmatch(str(folder))
        if not suits or not is_passable(self.run, uid):
            folder = SHORT_SOCKET_ROOT / f"craveny-{uid}-{self.key}"
        private_folder(folder, uid, gid)
        return folder

    def _check_or_create(self) -> None:
        if self.path.is_dir():
            self._check_owner()
            if self.exists:
                self._check_format()
            elif {entry.name for entry in self.path.iterdir()} - _NOT_CONTENT:
                raise Problem(
                    f"{self.path} holds files that are not Craveny's",
                    "Set CRAVENY_HOME to an empty folder, or to one that Craveny made",
                )
        else:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _make_folder(self.path, passable=True)
        for folder in (self.postgres, self.milvus, self.dagster, self.keys, self.logs, self.run):
            if not folder.is_dir():
                _make_folder(folder, passable=folder == self.run)
        if not self.exists:
            self._write_marker()

    def _check_owner(self) -> None:
        owner = self.path.stat().st_uid
        if owner != os.geteuid():
            raise Problem(
                f"{self.path} belongs to another user (uid {owner}; this is uid {os.geteuid()})",
                "Start Craveny as that user, or set CRAVENY_HOME to another folder",
            )
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise Problem(f"{self.path} cannot be written", "Allow writing, or set CRAVENY_HOME to another folder")

    def _check_format(self) -> None:
        try:
            marker = json.loads(self.marker.read_text("utf-8"))
            found = int(marker["format"]) if marker["product"] == "craveny" else 0
        except (ValueError, KeyError, TypeError):
            found = 0
        if found < 1:
            raise Problem(
                f"{self.marker} is not readable as Craveny's marker",
                "Restore that file, or set CRAVENY_HOME to another folder",
            )
        if found > FORMAT:
            raise Problem(
                f"{self.path} was made by a newer Craveny (format {found}; this one knows {FORMAT})",
                "Update Craveny, or set CRAVENY_HOME to another folder",
            )

    def _write_marker(self) -> None:
        part = self.path / f"{MARKER}.part"
        try:
            part.write_text(json.dumps({"format": FORMAT, "product": "craveny"}) + "\n", "utf-8")
            part.replace(self.marker)
        finally:
            part.unlink(missing_ok=True)

    def _take(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise Problem(
                f"{self.path} is in use by another `craveny up` (process {holder})",
                "Stop that one first, or set CRAVENY_HOME to another folder for a second copy",
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)


def private_folder(folder: Path, uid: int, gid: int) -> None:
    """Make `folder` with mode 0700 for `uid`, or check that it is exactly that; Problem if it is anything else."""
    try:
        folder.mkdir(mode=0o700)
        folder.chmod(0o700)
    except FileExistsError:
        pass
    except OSError as error:
        raise os_problem(error, folder) from error
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700
    if private and found.st_uid == os.geteuid() != uid:
        os.chown(folder, uid, gid, follow_symlinks=False)
    elif not private or found.st_uid != uid:
        raise Problem(
            f"{folder} must be a folder of uid {uid} that nobody else can enter (mode 0700), and is not",
            "Remove it, or find out who made it",
        )


def is_passable(folder: Path, uid: int) -> bool:
    """Whether an unprivileged `uid` can get into `folder`, by the modes of every folder on the way."""
    return all(
        step.stat().st_mode & (stat.S_IXUSR if step.stat().st_uid == uid else stat.S_IXOTH)
        for step in (folder, *folder.parents)
    )


def _make_folder(folder: Path, *, passable: bool) -> None:
    # Root runs Postgres as an unprivileged user, which must pass through (not list) the way to its own folder.
    mode = 0o711 if passable and os.geteuid() == 0 else 0o700
    folder.mkdir(mode=mode, exist_ok=True)
    folder.chmod(mode)
