"""`python -m craveny_cli.probe KIND [WHERE]`: whether a process of the stack is alive, for a container's health check.

Asked every few seconds beside the process itself, so each kind imports only what it needs.
"""

import os
import sys
import urllib.request
from datetime import timedelta

from craveny_cli.services.milvus import speaks_http2

LATE = timedelta(minutes=2)
"""A process whose last sign of life is older than this hangs or is dead."""


def main(arguments: list[str]) -> int:
    """0 when alive: `http URL` answers 200, `grpc HOST:PORT` speaks, `beat PROCESS` or `daemon` gave a recent sign."""
    probes = {"http": _http, "grpc": _grpc, "beat": _beat, "daemon": _daemon}
    kind, *where = arguments
    if probes[kind](*where):
        return 0
    sys.stderr.write(f"{' '.join(arguments)}: no sign of life\n")
    return 1


def _http(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=8) as reply:  # noqa: S310 - the address stands in the Compose file
            return reply.status == 200
    except OSError:
        return False


def _grpc(address: str) -> bool:
    host, _, port = address.rpartition(":")
    return speaks_http2(host, int(port))


def _beat(process: str) -> bool:
    from craveny_store.engine import open_engine
    from craveny_store.partitions import database_now
    from craveny_store.reads.operations import heartbeats
    from craveny_store.settings import Settings

    with open_engine(Settings().database_url, pool_size=1).connect() as conn:
        beat = heartbeats(conn).get(process)
        return beat is not None and database_now(conn) - beat[0] < LATE


def _daemon() -> bool:
    from craveny_store.orchestration import daemon_beats, open_orchestration
    from craveny_store.partitions import database_now

    with open_orchestration(os.environ.get("DAGSTER_PG_URL", "")).connect() as conn:
        beats = daemon_beats(conn).values()
        return bool(beats) and database_now(conn) - max(beats) < LATE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
