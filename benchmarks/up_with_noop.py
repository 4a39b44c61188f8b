"""`craveny up` with a second code location beside its own, the no-op one. Run as a program, stopped by SIGTERM."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from benchmarks.costs import PROJECT
from craveny_cli import stack as stack_module
from craveny_cli.narrator import Narrator
from craveny_cli.services.milvus import HOST
from craveny_cli.settings import CliSettings
from craveny_cli.stack import Stack
from craveny_cli.starting import Stopped, up
from craveny_store.settings import Settings, load_markets

WORKSPACE = """load_from:
  - grpc_server: {{host: {host}, port: {code}, location_name: craveny}}
  - grpc_server: {{host: {host}, port: {noop}, location_name: noop}}
"""


class WiderStack(Stack):
    """The stack with a workspace of two locations."""

    def _location_is_loaded(self) -> bool:
        entries = self._health().get("workspaceOrError", {}).get("locationEntries", [])
        kinds = [(entry["locationOrLoadError"] or {}).get("__typename") for entry in entries]
        return kinds == ["RepositoryLocation"] * 2


def main() -> None:
    """Serve until SIGTERM."""
    settings = CliSettings()
    port = os.environ["BENCH_NOOP_PORT"]
    folder = settings.home.parent / "project"
    (folder / "dagster_home").mkdir(parents=True, exist_ok=True)
    yaml = Path("dagster_home", "dagster.yaml")
    (folder / yaml).write_text((PROJECT / yaml).read_text(encoding="utf-8"), encoding="utf-8")
    workspace = WORKSPACE.format(host=HOST, code=settings.code_port, noop=port)
    (folder / "workspace.yaml").write_text(workspace, encoding="utf-8")
    stack = WiderStack(settings, Narrator())
    # What the stack takes from the project's folder: its dagster.yaml and its workspace.
    stack_module.PROJECT = folder
    server = [str(Path(sys.executable).with_name("dagster")), "api", "grpc", "-m", "benchmarks.noop_location"]
    stack.home.open()
    noop = subprocess.Popen(
        [*server, "-h", HOST, "-p", port, "--location-name", "noop", "--inject-env-vars-from-instance"],
        env={**stack.environment(), "PYTHONPATH": str(PROJECT)},
        cwd=PROJECT,
    )
    try:
        with suppress(Stopped):
            up(stack, load_markets(Settings().markets_file), stack.narrator, once=False)
    finally:
        noop.terminate()
        noop.wait(30)


if __name__ == "__main__":
    main()
