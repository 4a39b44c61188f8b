"""What went wrong, said to the person at the keyboard: the cause and the cure.

Only the exception and its translation from operating-system errors; no printing, no exit codes.
"""

import errno
import os
from pathlib import Path


class Problem(Exception):  # noqa: N818 - a message to a person, not a programming error
    """Something the user can cure: `cause` and `cure` are one plain sentence each, without the full stop."""

    def __init__(self, cause: str, cure: str) -> None:
        super().__init__(cause, cure)
        self.cause = cause.rstrip(". ")
        self.cure = cure.rstrip(". ")

    def __str__(self) -> str:
        return f"{self.cause}. {self.cure}."


def os_problem(error: OSError, path: Path) -> Problem:
    """Say why the operating system refused to create or write `path`."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return disk_full(path)
    if error.errno == errno.EROFS:
        return Problem(f"{path} is on a read-only disk", "Set CRAVENY_HOME to a folder that can be written")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return Problem(
            f"The user of this process (uid {os.geteuid()}) may not write {path}",
            "Give that user the folder, or set CRAVENY_HOME to one of its own",
        )
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return Problem(f"A file is in the way of the folder {path}", "Move it, or set CRAVENY_HOME to another folder")
    return Problem(f"{path} cannot be used: {error.strerror}", "Set CRAVENY_HOME to another folder")


def disk_full(path: Path) -> Problem:
    """The disk that holds `path` has no room left."""
    return Problem(f"The disk that holds {path} is full", "Free some space and start again; nothing was lost")
