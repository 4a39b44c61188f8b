"""The Docker run launcher as an option: what the image's dagster.yaml becomes with it, as Dagster itself reads it."""

from pathlib import Path

import dagster as dg
import pytest
import yaml

from craveny_cli.services.postgres import EmbeddedPostgres
from tests.compose.conftest import COMPOSE_FILE, ROOT


def test_dagster_takes_the_launcher_on_top_of_its_usual_settings(
    postgres: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dagster_docker import DockerRunLauncher

    monkeypatch.setenv("DAGSTER_PG_URL", postgres.url("dagster", "psycopg2"))
    parts = (ROOT / "dagster_home" / "dagster.yaml", ROOT / "infrastructure" / "run-launcher" / "dagster.yaml")
    (tmp_path / "dagster.yaml").write_text("".join(part.read_text("utf-8") for part in parts), encoding="utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        launcher = instance.run_launcher
        assert isinstance(launcher, DockerRunLauncher)
        assert isinstance(instance.run_coordinator, dg.QueuedRunCoordinator)
        stack = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))
        assert launcher.networks == [f"{stack['name']}_back"]
        assert set(launcher.env_vars) <= set(stack["services"]["code-server"]["environment"])
        given = launcher.container_kwargs
        assert given["cap_drop"] == stack["services"]["code-server"]["cap_drop"]
        volume, _, inside = given["volumes"][0].partition(":")
        assert f"{volume.removeprefix(stack['name'] + '_')}:{inside}" in stack["services"]["code-server"]["volumes"]
