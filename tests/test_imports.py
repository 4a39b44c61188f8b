"""Who may import whom, by contract and in fact: each claim is tried in a process with an empty environment."""

import ast
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from importlinter.cli import lint_imports_command

from tests.conftest import Bench

ROOT = Path(__file__).parents[1]
HEAVY = ("pandas", "pymilvus", "exchange_calendars", "scipy", "sklearn", "alembic", "statsmodels", "pyarrow")
DAY = date(2026, 10, 14)
EVERY_MODULE_OF = """
import importlib, json, pkgutil, sys
package = importlib.import_module(sys.argv[1])
found = pkgutil.walk_packages(package.__path__, package.__name__ + ".")
names = [module.name for module in found if ".migrations." not in module.name]
for name in names:
    importlib.import_module(name)
print(json.dumps([len(names), sorted(sys.modules)]))
"""
ONE_MODULE = "import importlib, json, sys; importlib.import_module(sys.argv[1]); print(json.dumps(sorted(sys.modules)))"
ONE_DAY_OF_EVERYTHING = """
import json, sys
import dagster as dg
from craveny_assets.definitions import defs
with dg.DagsterInstance.ephemeral() as instance:
    instance.get_runs_count()
    before = set(sys.modules)
    result = defs.resolve_job_def("us_day_job").execute_in_process(instance=instance, partition_key=sys.argv[1])
    events = [str(e.asset_key.path[-1]) for e in result.all_events if e.is_step_materialization]
print(json.dumps([result.success, sorted(events), sorted(set(sys.modules) - before), sorted(before)]))
"""


def run_python(code: str, *arguments: str, **environment: str) -> list:
    """What the code prints as JSON when run with no environment but the one given."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def among(modules: list[str], *roots: str) -> list[str]:
    return sorted({name.split(".")[0] for name in modules} & set(roots))


def test_the_import_contracts_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    linted = CliRunner().invoke(lint_imports_command, ["--no-cache"])
    assert linted.exit_code == 0, linted.output
    assert ", 0 broken." in linted.output


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("craveny_store", ["dagster", "craveny_assets", "craveny_cli", *HEAVY]),
        ("craveny_domain", ["dagster", "craveny_store", "craveny_assets", "craveny_cli", "sqlalchemy", *HEAVY]),
        ("craveny_cli", ["dagster", *HEAVY]),
    ],
)
def test_importing_every_module_of_a_lower_package_loads_nothing_forbidden(package: str, forbidden: list[str]) -> None:
    count, modules = run_python(EVERY_MODULE_OF, package)
    assert among(modules, *forbidden) == []
    assert count >= 10


def test_the_code_location_loads_nothing_heavy() -> None:
    modules = run_python(ONE_MODULE, "craveny_assets.definitions")
    assert among(modules, *HEAVY) == []
    assert among(modules, "dagster", "craveny_store") == ["craveny_store", "dagster"]


def test_a_run_of_every_asset_of_a_day_loads_nothing_heavy(us: Bench, database: str) -> None:
    us.run_all(DAY - timedelta(days=1), DAY - timedelta(days=1))
    success, events, loaded, before = run_python(ONE_DAY_OF_EVERYTHING, str(DAY), DATABASE_URL=database)
    assert success
    assert len(set(events)) == 10
    assert among(loaded, *HEAVY) == []
    # Dagster's own storage brings Alembic; nothing else may be there before either.
    assert among(before, *HEAVY) in ([], ["alembic"])


def test_no_module_of_the_assets_postpones_its_annotations() -> None:
    # Dagster reads the annotations of assets and configs as types; as strings they break it in places.
    files = sorted((ROOT / "craveny_assets").rglob("*.py"))
    postponed = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    assert postponed == []
    assert len(files) > 20
