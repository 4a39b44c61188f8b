"""Homes, ports and a look at the processes for the tests of everything at once; all of it is removed again."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from craveny_cli.services.home import SHORT_SOCKET_ROOT, Home


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A path for a home of this module, with spaces in it."""
    folder = Path(tempfile.mkdtemp(prefix="craveny-stack-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder / "a home of ours"
    assert processes_of(folder) == []
    for each in folder.iterdir():
        for sockets in SHORT_SOCKET_ROOT.glob(f"craveny-*-{Home(each).key}"):
            shutil.rmtree(sockets)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def settings(home: Path) -> dict[str, str]:
    """The environment that sets home, free ports and a week of sample."""
    api, web, code, milvus = (str(port) for port in free_ports(4))
    return {
        "CRAVENY_HOME": str(home),
        "CRAVENY_API_PORT": api,
        "CRAVENY_WEB_PORT": web,
        "CRAVENY_CODE_PORT": code,
        "CRAVENY_MILVUS_PORT": milvus,
        "CRAVENY_SAMPLE_DAYS": "7",
    }


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def processes_of(folder: Path) -> list[str]:
    """Every process that was started for a home below a folder, or works in it."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            told = [process.cwd(), *process.cmdline(), process.environ().get("CRAVENY_HOME", "")]
            if any(str(folder) in text for text in told):
                found.append(f"{process.pid} {' '.join(process.cmdline())}")
        except (psutil.Error, OSError):
            continue
    return found
