"""The Compose file as written, its settings filled in, and the programs that check it or a loud skip."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
RUN_LAUNCHER = ROOT / "infrastructure" / "run-launcher" / "compose.yml"


def needed(program: str, package: str) -> str:
    """The path of a program, or a loud skip that says what to install."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"SKIPPED: no {program} here; install {package} (.ci/install does) to run this test")
    return found


@pytest.fixture(scope="session")
def docker_compose() -> str:
    """Compose 2."""
    program = needed("docker-compose", "docker-compose 2")
    version = subprocess.run([program, "version"], capture_output=True, text=True, check=False).stdout
    if not re.search(r"\bv?[2-9]\d*\.\d", version):
        pytest.skip(f"SKIPPED: docker-compose is {version.strip() or 'unusable'}; version 2 is needed to run this test")
    return program


@pytest.fixture(scope="session")
def env_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings of a first start, as infrastructure/first-env makes them."""
    made = subprocess.run(
        [ROOT / "infrastructure" / "first-env", "localhost"], capture_output=True, text=True, check=True
    )
    path = tmp_path_factory.mktemp("settings") / "env"
    path.write_text(made.stdout, encoding="utf-8")
    return path


@pytest.fixture
def config() -> dict[str, Any]:
    """The Compose file with its anchors followed and its variables as written."""
    return yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))
