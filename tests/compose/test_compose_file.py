"""The Compose file: what Compose itself refuses, and what must hold between its parts."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.compose.conftest import COMPOSE_FILE, ROOT, RUN_LAUNCHER
from tests.compose.rules import broken_rules

Change = Callable[[dict[str, Any]], object]


def check(docker_compose: str, env_file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    argv = [docker_compose, "--project-directory", str(ROOT), "--env-file", str(env_file), *options, "config", "-q"]
    return subprocess.run(argv, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"})


@pytest.mark.parametrize("profile", ["", "milvus"])
def test_compose_accepts_the_file_with_the_settings_of_a_first_start(
    docker_compose: str, env_file: Path, profile: str
) -> None:
    done = check(docker_compose, env_file, "-f", str(COMPOSE_FILE), "--profile", profile)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_compose_accepts_the_run_launcher_on_top(docker_compose: str, env_file: Path, tmp_path: Path) -> None:
    with_group = tmp_path / "env"
    with_group.write_text(env_file.read_text(encoding="utf-8") + "DOCKER_GROUP=998\n", encoding="utf-8")
    done = check(docker_compose, with_group, "-f", str(COMPOSE_FILE), "-f", str(RUN_LAUNCHER))
    assert done.returncode == 0, done.stderr


def test_only_the_daemon_ever_holds_the_socket() -> None:
    services = yaml.safe_load(RUN_LAUNCHER.read_text(encoding="utf-8"))["services"]
    assert [name for name, service in services.items() if "docker.sock" in str(service)] == ["daemon"]


REQUIRED = ("CRAVENY_HOST", "POSTGRES_PASSWORD", "CRAVENY_DATABASE_PASSWORD", "DAGSTER_DATABASE_PASSWORD",
            "DAGSTER_USER", "DAGSTER_PASSWORD", "MINIO_PASSWORD")  # fmt: skip


@pytest.mark.parametrize("name", REQUIRED)
def test_without_a_required_setting_nothing_starts_and_the_setting_is_named(
    docker_compose: str, env_file: Path, tmp_path: Path, name: str
) -> None:
    lines = [line for line in env_file.read_text(encoding="utf-8").splitlines() if not line.startswith(f"{name}=")]
    without = tmp_path / "env"
    without.write_text("\n".join(lines), encoding="utf-8")
    done = check(docker_compose, without, "-f", str(COMPOSE_FILE))
    assert done.returncode != 0
    assert f"{name} is missing a value: is not set. " in done.stderr


FAULTS: dict[str, Change] = {
    "a condition that does not exist": lambda s: s["api"]["depends_on"].update(prepare={"condition": "ready"}),
    "a network that does not exist": lambda s: s["api"]["networks"].append("middle"),
    "a service that does not exist": lambda s: s["api"]["depends_on"].update(nobody={"condition": "service_started"}),
    "a volume that does not exist": lambda s: s["api"]["volumes"].append("nowhere:/nowhere"),
    "a duration without a unit": lambda s: s["api"]["healthcheck"].update(interval="often"),
    "a key that does not exist": lambda s: s["api"].update(memory_limit="1g"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_compose_refuses(docker_compose: str, env_file: Path, tmp_path: Path, config: dict, fault: str) -> None:
    FAULTS[fault](config["services"])
    seeded = tmp_path / "seeded.yml"
    seeded.write_text(yaml.safe_dump(config), encoding="utf-8")
    done = check(docker_compose, env_file, "-f", str(seeded))
    assert done.returncode != 0, f"{fault} went unnoticed"


def test_every_rule_between_the_parts_holds(config: dict) -> None:
    assert broken_rules(config) == []


BREACHES: dict[str, Change] = {
    "publishes": lambda c: c["services"]["postgres"].update(ports=["5432:5432"]),
    "steps out of its networks": lambda c: c["services"]["api"].update(network_mode="host"),
    "no health check": lambda c: c["services"]["sender"].pop("healthcheck"),
    "restarts None": lambda c: c["services"]["daemon"].pop("restart"),
    "logs without end": lambda c: c["services"]["nginx"]["logging"].pop("options"),
    "no time to stop": lambda c: c["services"]["milvus"].pop("stop_grace_period"),
    "runs as root": lambda c: c["services"]["api"].update(user="root"),
    "runs as 0": lambda c: c["services"]["nginx"].pop("user"),
    "holds capabilities": lambda c: c["services"]["nginx"].update(cap_add=["NET_ADMIN"]),
    "may gain privileges": lambda c: c["services"]["daemon"].pop("security_opt"),
    "can write to its image": lambda c: c["services"]["api"].update(read_only=False),
    "holds Docker's socket": lambda c: c["services"]["webserver"]["volumes"].append("/var/run/docker.sock:/s"),
    "no memory limit": lambda c: c["services"]["webserver"].pop("mem_limit"),
    "add up to": lambda c: c["services"]["postgres"].update(mem_limit="1g"),
    "processes without end": lambda c: c["services"]["api"].pop("pids_limit"),
    "leads out and holds": lambda c: c["services"]["webserver"]["networks"].append("outside"),
    "default network": lambda c: c["services"]["api"].pop("networks"),
    "exactly the network of the proxy": lambda c: c["services"]["api"]["environment"].update(
        CRAVENY_TRUSTED_PROXIES="0.0.0.0/0"
    ),
    "a value of its own": lambda c: c["services"]["nginx"]["environment"].update(DAGSTER_PASSWORD="dagster"),
    "a default for the secret": lambda c: c["services"]["api"]["environment"].update(
        DATABASE_URL="postgresql+psycopg://craveny:${CRAVENY_DATABASE_PASSWORD:-craveny}@postgres/craveny"
    ),
    "names no version": lambda c: c["services"]["postgres"].update(image="postgres:latest"),
    "waits for prepare": lambda c: c["services"]["api"].update(
        depends_on={"prepare": {"condition": "service_started"}}
    ),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_the_rules_notice(config: dict, breach: str) -> None:
    BREACHES[breach](config)
    assert any(breach in fault for fault in broken_rules(config)), f"{breach!r} went unnoticed"
