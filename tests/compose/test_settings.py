"""The settings: what the classes read, what the Compose file hands on, and what .env.example tells, are one set."""

import re

import pytest
import yaml
from pydantic_settings import BaseSettings

from craveny_alerts.settings import AlertSettings
from craveny_api.settings import ApiSettings
from craveny_assets.llm.providers import ProviderSettings
from craveny_cli.settings import CliSettings
from craveny_store.settings import Settings
from tests.compose.conftest import COMPOSE_FILE, ROOT, RUN_LAUNCHER

EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
OF_COMPOSE = {"COMPOSE_PROFILES"}
"""Read by Compose itself."""
STARTED_WITH = {
    "prepare": (Settings,),
    "code-server": (Settings, ProviderSettings),
    "webserver": (Settings,),
    "daemon": (Settings,),
    "api": (Settings, ApiSettings),
    "sender": (Settings, AlertSettings),
    "watchdog": (Settings, AlertSettings),
}


def names(settings: type[BaseSettings]) -> dict[str, object]:
    """The variables a class reads, with their defaults."""
    return {str(field.validation_alias): field.default for field in settings.model_fields.values()}


def interpolated() -> set[str]:
    """The variables that the Compose files insert or hand on from the settings."""
    found: set[str] = set()
    for path in (COMPOSE_FILE, RUN_LAUNCHER):
        found |= set(re.findall(r"\$\{(\w+)", path.read_text(encoding="utf-8")))
        for service in yaml.safe_load(path.read_text(encoding="utf-8"))["services"].values():
            found |= {key for key, value in service.get("environment", {}).items() if value is None}
    return found


def example() -> dict[str, str]:
    """The variables of .env.example with the values shown, commented out or not."""
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", EXAMPLE, flags=re.MULTILINE))


def known() -> dict[str, object]:
    return names(Settings) | names(ProviderSettings) | names(ApiSettings) | names(AlertSettings) | names(CliSettings)


def test_the_example_names_every_setting_and_every_variable_of_the_compose_files() -> None:
    assert (set(known()) | interpolated()) - set(example()) == set()


def test_the_example_names_nothing_that_nobody_reads() -> None:
    assert set(example()) - set(known()) - interpolated() - OF_COMPOSE == set()


def test_the_defaults_that_the_example_shows_are_the_real_ones() -> None:
    shown = {name: value for name, value in example().items() if name in known() and value and name != "MILVUS_URI"}
    real = {name: default for name, default in known().items() if name in shown}
    assert {name: str(int(v) if isinstance(v, bool) else v).removesuffix(".0") for name, v in real.items()} == shown


@pytest.mark.parametrize("service", STARTED_WITH)
def test_every_setting_a_service_reads_reaches_it(config: dict, service: str) -> None:
    wanted = {name for settings in STARTED_WITH[service] for name in names(settings)}
    assert wanted - set(config["services"][service]["environment"]) == set()


def test_nothing_secret_has_a_value_in_the_example() -> None:
    assert {name for name, value in example().items() if re.search("PASSWORD|TOKEN", name) and value} == set()


def test_a_first_env_file_has_a_password_of_its_own_for_each_service(env_file) -> None:
    made = dict(re.findall(r"^(\w*PASSWORD)=(.*)$", env_file.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert set(made) == {name for name in example() if name.endswith("PASSWORD")}
    assert all(re.fullmatch(r"[0-9a-f]{48}", password) for password in made.values())
    assert len(set(made.values())) == len(made)
