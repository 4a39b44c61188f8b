"""The embedded Milvus: one `milvus-lite` server process over the data folder of a home.

What is stored in it, and its rebuilding, belong to `craveny_store`.
"""

import importlib.util
import signal
import socket
import struct
import sys
from collections.abc import Mapping

from craveny_cli.services.errors import Problem
from craveny_cli.services.home import Home
from craveny_cli.services.process import Service

HOST = "127.0.0.1"
STOP_GRACE_SECONDS = 20
# Its threads otherwise keep what they freed: 25,000 vectors sent at a day a time peak at 456 MiB, with these at 274.
_LEAN = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072", "ARROW_DEFAULT_MEMORY_POOL": "system"}
_HTTP2_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + struct.pack(">HBBBI", 0, 0, 4, 0, 0)
_HTTP2_SETTINGS = 4


def milvus_service(home: Home, port: int, env: Mapping[str, str]) -> Service:
    """The Milvus of `home` on 127.0.0.1:`port`, at `http://127.0.0.1:<port>` once ready.

    Stop it with `STOP_GRACE_SECONDS`: it needs SIGINT (SIGTERM does not close its files) and some seconds.
    """
    if importlib.util.find_spec("milvus_lite") is None:
        raise Problem(
            "The milvus-lite package is missing from this environment", "Delete the environment and run `make up` again"
        )
    # More than one worker loses acknowledged rows when the process is killed (seen with milvus-lite 3.2.2).
    options = ["--data-dir", str(home.milvus), "--host", HOST, "--port", str(port), "--max-workers", "1"]
    return Service(
        home,
        "milvus",
        [sys.executable, "-P", "-m", "milvus_lite.cmdline", "server", *options],
        env={**env, **_LEAN, "PYTHONUNBUFFERED": "1"},
        cwd=home.path,
        ready=lambda: speaks_http2(HOST, port),
        stop_signal=signal.SIGINT,
    )


def speaks_http2(host: str, port: int, timeout_seconds: float = 1) -> bool:
    """Whether a gRPC server answers on `host`:`port`, found out without loading a gRPC client into this process."""
    try:
        with socket.create_connection((host, port), timeout_seconds) as connection:
            connection.settimeout(timeout_seconds)
            connection.sendall(_HTTP2_GREETING)
            frame = connection.recv(9, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(frame) == 9 and frame[3] == _HTTP2_SETTINGS
