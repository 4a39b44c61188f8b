"""Where the tables' folder lies, whose it is, and which process has it open; nothing here starts or stops one."""

import json
import secrets
from pathlib import Path

import psutil

from craveny_cli.services.errors import Problem, os_problem
from craveny_cli.services.home import Home, is_passable, private_folder
from craveny_cli.services.postgres_account import MAJOR, Account, shared_root

RECORD = "postgres-data.json"


def locate_data(home: Home, account: Account) -> Path:
    """The data folder of `home` (it need not exist yet): inside it wherever `account` can get there.

    Otherwise in root's shared folder, which the home records the first time.
    """
    record = home.path / RECORD
    if record.exists():
        return _recorded_data(record, home)
    inside = home.postgres / "data"
    if not home.exists or not account.switches or is_passable(home.path, account.uid):
        return inside
    if inside.exists():
        raise Problem(
            f"User {account.name}, who runs Postgres, can no longer reach {inside}",
            "Give the folders on the way back the mode they had",
        )
    outside = shared_root() / f"{home.key}-{secrets.token_hex(4)}"
    private_folder(outside, account.uid, account.gid)
    try:
        record.write_text(json.dumps({"home": str(home.path), "data": str(outside / "data")}) + "\n", "utf-8")
    except OSError as error:
        raise os_problem(error, record) from error
    return outside / "data"


def check_data(data: Path, account: Account) -> bool:
    """Whether the folder holds tables already; Problem if they are another version's, another user's or no tables."""
    if not data.is_dir() or not any(data.iterdir()):
        return False
    version_file = data / "PG_VERSION"
    if not version_file.is_file():
        raise Problem(f"{data} holds files that are not Postgres's", "Move them, or set CRAVENY_HOME to another folder")
    if (version := version_file.read_text("ascii", "replace").strip()) != str(MAJOR):
        raise Problem(
            f"{data} was made by Postgres {version}, this Craveny ships {MAJOR}",
            f"Use the Craveny that made it, or dump it there and load it into a new CRAVENY_HOME of Postgres {MAJOR}",
        )
    if data.stat().st_uid != account.uid:
        raise Problem(
            f"{data} belongs to uid {data.stat().st_uid}, but Postgres would run as {account.name} (uid {account.uid})",
            "Start Craveny as the user who made it, or set CRAVENY_POSTGRES_USER to its owner",
        )
    return True


def postmaster_record(data: Path) -> dict[str, str]:
    """What `postmaster.pid` says (pid, sockets, status); empty if there is none."""
    try:
        lines = (data / "postmaster.pid").read_text("utf-8", "replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    lines += [""] * (8 - len(lines))
    return {"pid": lines[0].strip(), "sockets": lines[4], "status": lines[7].strip()}


def postmaster_pid(data: Path) -> int | None:
    """Process id of the postmaster that has `data` open, or None: a recorded pid may be dead or another program's."""
    pid = postmaster_record(data).get("pid", "")
    if not pid.isdigit():
        return None
    try:
        process = psutil.Process(int(pid))
        # A postmaster's working directory is its data folder; this also holds after the folder was renamed.
        same = process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()).samefile(data)
    except (psutil.Error, OSError):
        return None
    return int(pid) if same else None


def _recorded_data(record: Path, home: Home) -> Path:
    try:
        found = json.loads(record.read_text("utf-8"))
        data, made_for = Path(found["data"]), Path(found["home"])
    except (ValueError, KeyError, TypeError) as error:
        raise Problem(
            f"{record} is not readable", "Restore that file, or set CRAVENY_HOME to another folder"
        ) from error
    if not data.parent.is_dir():
        raise Problem(
            f"The tables of {home.path} are kept in {data}, which is gone",
            "Restore that folder, or set CRAVENY_HOME to an empty one",
        )
    if made_for != home.path and Home(made_for).exists:
        raise Problem(
            f"{home.path} is a copy of {made_for}, and both name the same tables in {data}",
            "Set CRAVENY_HOME to the original, or to an empty folder",
        )
    return data
