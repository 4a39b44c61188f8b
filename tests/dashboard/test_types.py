"""The types the dashboard is written in, held against the API as it is."""

import subprocess
from pathlib import Path

import pytest

from craveny_api.openapi import schema_text

DASHBOARD = Path(__file__).parents[2] / "dashboard"
KEPT = DASHBOARD / "openapi.json"
CURE = "run `make dashboard-types` and commit what it writes"


def test_the_kept_schema_is_what_the_api_says_of_itself() -> None:
    assert KEPT.read_text(encoding="utf-8") == schema_text(), CURE


def test_the_kept_types_are_what_the_kept_schema_gives(tmp_path: Path) -> None:
    if not (DASHBOARD / "node_modules" / "openapi-typescript").is_dir():
        pytest.skip("SKIPPED: the dashboard's packages are not installed; run `make dashboard`")
    made = tmp_path / "schema.d.ts"
    generate = [DASHBOARD / "npm", "exec", "--", "openapi-typescript", KEPT, "--output", made]
    done = subprocess.run(generate, cwd=DASHBOARD, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert made.read_text(encoding="utf-8") == (DASHBOARD / "src/api/schema.d.ts").read_text(encoding="utf-8"), CURE
