"""The images as written: their Dockerfiles and scripts, looked at by the programs made for it."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.compose.conftest import COMPOSE_FILE, ROOT, needed

DOCKERFILES = sorted([*ROOT.glob("infrastructure/**/Dockerfile"), *ROOT.glob("tests/compose/**/Dockerfile")])
SCRIPTS = sorted(
    path
    for folder in (".ci", "infrastructure", "tests/compose")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and path.read_bytes().startswith((b"#!/bin/sh", b"#!/usr/bin/env bash"))
)


def hadolint(path: Path) -> subprocess.CompletedProcess[str]:
    argv = [Path(sys.executable).with_name("hadolint"), "--no-color", path]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_linter_of_dockerfiles_finds_nothing(path: Path) -> None:
    done = hadolint(path)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_linter_of_dockerfiles_does_look(tmp_path: Path) -> None:
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM debian\nRUN apt-get install curl\n", encoding="utf-8")
    found = hadolint(bad)
    assert found.returncode != 0
    assert "DL3006" in found.stdout


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_linter_of_shell_scripts_finds_nothing(path: Path) -> None:
    done = subprocess.run([needed("shellcheck", "shellcheck"), path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_every_script_that_is_started_can_be() -> None:
    assert len(SCRIPTS) >= 6
    assert [str(path) for path in SCRIPTS if not path.stat().st_mode & 0o111] == []


def test_every_image_the_stack_builds_ends_as_the_user_its_service_names() -> None:
    services = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))["services"]
    for name, dockerfile in (("prepare", "infrastructure/Dockerfile"), ("nginx", "infrastructure/nginx/Dockerfile")):
        users = [line for line in (ROOT / dockerfile).read_text("utf-8").splitlines() if line.startswith("USER ")]
        assert users[-1] == f"USER {services[name]['user']}"
