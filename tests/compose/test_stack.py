"""The stack as it ships, in a real engine: built, healthy, served over TLS, killed and back. Slow: minutes."""

import json
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator

import pytest

from benchmarks.compose import ComposeStack, compose_stack, figures, use
from benchmarks.engine import NoEngine
from tests.conftest import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400)]

HEALTH = """{ instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } }
  workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError { __typename } } } } }"""
EMAIL, SECRET = "ana@example.org", "a password long enough"


@pytest.fixture(scope="module")
def stack() -> Iterator[ComposeStack]:
    begun = time.monotonic()

    def say(line: str) -> None:
        sys.__stderr__.write(f"{time.monotonic() - begun:7.1f} s  {line}\n")

    try:
        with compose_stack(say, CRAVENY_SAMPLE_DAYS="10") as started:
            yield started
    except NoEngine as reason:
        pytest.skip(f"SKIPPED: no container engine here, for {reason}")


def basic(stack: ComposeStack) -> str:
    return (
        "Basic " + b64encode(f"{stack.settings['DAGSTER_USER']}:{stack.settings['DAGSTER_PASSWORD']}".encode()).decode()
    )


def test_everything_that_serves_is_healthy_and_the_first_start_has_ended_well(stack: ComposeStack) -> None:
    assert stack.states() == {
        **dict.fromkeys(
            ("postgres", "milvus", "code-server", "webserver", "daemon", "api", "sender", "watchdog", "nginx"),
            "healthy",
        ),
        "prepare": "exited 0",
    }
    assert all(each.attrs["RestartCount"] == 0 for each in stack.containers().values())


def test_every_container_is_confined_as_written(stack: ComposeStack) -> None:
    for name, container in stack.containers().items():
        host = container.attrs["HostConfig"]
        assert host["Memory"] > 0, name
        assert host["ReadonlyRootfs"], name
        assert host["CapDrop"] == ["ALL"], name
        assert host["SecurityOpt"] == ["no-new-privileges:true"], name
        assert container.attrs["Config"]["User"] not in ("", "0", "root"), name
        published = {each[0]["HostPort"] for each in container.attrs["NetworkSettings"]["Ports"].values() if each}
        assert published == ({"80", "443"} if name == "nginx" else set()), name


def test_the_filled_sample_is_served_over_tls(stack: ComposeStack) -> None:
    status, headers, page = stack.ask("/")
    assert status == 200
    assert b"<title>Craveny" in page
    assert headers["Strict-Transport-Security"]
    for market in ("krx", "us"):
        status, _, body = stack.ask(f"/api/predictions?market={market}&limit=5")
        assert status == 200
        assert len(json.loads(body)["items"]) == 5
    status, _, body = stack.ask("/api/operations/runs?limit=1")
    assert (status, len(json.loads(body)["items"])) == (200, 1), "the API may read Dagster's tables"
    assert stack.ask("/metrics")[0] == 404


def test_a_person_added_by_the_command_logs_in_through_the_proxy(stack: ComposeStack) -> None:
    added = stack.compose(
        "exec",
        "-T",
        "api",
        "craveny",
        "user",
        "add",
        EMAIL,
        "--role",
        "operator",
        "--password-stdin",
        text=SECRET + "\n",
    )
    assert "can log in as operator" in added
    status, headers, body = stack.ask("/api/auth/login", method="POST", body={"email": EMAIL, "password": SECRET})
    assert status == 200
    cookie = headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite"))
    bearer = {"Authorization": f"Bearer {json.loads(body)['access_token']}"}
    assert json.loads(stack.ask("/api/auth/me", headers=bearer)[2]) == {"email": EMAIL, "role": "operator"}


def test_commands_reach_the_store_from_inside(stack: ComposeStack) -> None:
    assert "SYNTHETIC" in stack.compose("exec", "-T", "api", "craveny", "status")


def test_dagster_is_behind_its_login_and_has_its_daemon_and_code(stack: ComposeStack) -> None:
    assert stack.ask("/dagster/")[0] == 401
    asked = {"query": HEALTH}
    status, _, body = stack.ask("/dagster/graphql", method="POST", body=asked, headers={"Authorization": basic(stack)})
    assert status == 200
    told = json.loads(body)["data"]
    statuses = told["instance"]["daemonHealth"]["allDaemonStatuses"]
    assert all(each["healthy"] for each in statuses if each["required"])
    entries = told["workspaceOrError"]["locationEntries"]
    assert [entry["locationOrLoadError"]["__typename"] for entry in entries] == ["RepositoryLocation"]


def test_ours_can_read_dagsters_tables_and_not_write_them(stack: ComposeStack) -> None:
    code = (
        "import os, psycopg; c = psycopg.connect(os.environ['DAGSTER_PG_URL'].replace('+psycopg2', ''));"
        "print(c.execute('SELECT count(*) FROM runs').fetchone()[0]); c.execute('DELETE FROM runs')"
    )
    with pytest.raises(RuntimeError, match="permission denied for table runs"):
        stack.compose("exec", "-T", "sender", "python", "-c", code)


@pytest.mark.parametrize("service", ["api", "sender", "milvus"])
def test_a_killed_service_returns(stack: ComposeStack, service: str) -> None:
    before = stack.container(service).attrs
    code = (
        "import os, signal; [os.kill(int(p), signal.SIGKILL) for p in os.listdir('/proc') if p.isdigit() and p != '1']"
    )
    with pytest.raises(RuntimeError):
        stack.compose("exec", "-T", service, "python", "-c", code)
    wait_until(
        lambda: stack.container(service).attrs["RestartCount"] > before["RestartCount"],
        f"{service} restarts",
        seconds=60,
    )
    wait_until(stack.is_healthy, "everything is healthy again", seconds=120)
    assert stack.ask("/api/markets")[0] == 200


def test_memory_stays_below_what_the_small_host_has(stack: ComposeStack, tell: Callable[[str], None]) -> None:
    use(stack, lambda _: None)
    for figure in figures(stack):
        tell(str(figure))
    assert next(figures(stack)).holds


def test_all_of_it_ends_by_itself_when_asked_and_comes_back_as_it_was(stack: ComposeStack) -> None:
    _, _, before = stack.ask("/api/predictions?market=us&limit=5")
    stack.compose("stop")
    assert {name for name, state in stack.states().items() if state == "exited 137"} == set(), "ended by force"
    stack.start()
    assert stack.ask("/api/predictions?market=us&limit=5")[2] == before
