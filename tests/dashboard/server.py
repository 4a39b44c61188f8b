"""The API with the dashboard as people reach it: a process at one address, ended and started again by the tests."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx2

from tests.conftest import wait_until

ROOT = Path(__file__).parents[2]


class Server:
    """`python -m craveny_api` with the given settings; its port stays the same from one start to the next."""

    def __init__(self, **settings: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CRAVENY_", "TELEGRAM_"))}
        self.environment = {**kept, "CRAVENY_API_PORT": str(port), **settings}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers."""
        log = subprocess.DEVNULL
        self._process = subprocess.Popen(
            [sys.executable, "-m", "craveny_api"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
        )
        wait_until(self._answers, f"the API answers at {self.address}")

    def stop(self) -> None:
        """Returns when its port is closed."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def _answers(self) -> bool:
        assert self._process is not None and self._process.poll() is None, "the API ended by itself"
        try:
            return httpx2.get(f"{self.address}/health").status_code == 200
        except httpx2.TransportError:
            return False
