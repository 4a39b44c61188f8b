"""What the two processes load: they stand beside everything else on a small host."""

import json
import subprocess
import sys

import pytest

from tests.alerts.conftest import ROOT

LOADED = "import importlib, json, sys; importlib.import_module(sys.argv[1]); print(json.dumps(sorted(sys.modules)))"
HEAVY = {"numpy", "pandas", "dagster", "fastapi", "alembic", "craveny_assets", "craveny_cli", "craveny_api"}


@pytest.mark.parametrize("process", ["craveny_alerts.sender", "craveny_alerts.watchdog"])
def test_a_process_of_alerts_loads_nothing_heavy_and_telegrams_client_only_to_send(process: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, process], cwd=ROOT, env={}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    roots = {name.split(".")[0] for name in json.loads(done.stdout)}
    assert roots & (HEAVY | {"telegram", "httpx"}) == set()
    assert {"sqlalchemy", "craveny_store"} <= roots
