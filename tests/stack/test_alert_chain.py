"""From a failed run to a message, through the real daemon, code server, Postgres, sender and watchdog."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import text

from craveny_domain.calendar import trading_sessions
from tests.alerts.bot_api import BotApi, bot_api
from tests.conftest import wait_until
from tests.stack.deployment import Deployment, deployed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200)]
DAYS = [s.session_date for s in trading_sessions("XNYS", date(2025, 3, 3), date(2025, 12, 31))]
"""Sessions that the sample speaks for and nobody has materialized: their forecasts fail."""
JOB = "us_forecast_job"
SENSOR = "run_failure_sensor"
FAILURES, BURST = 30, 100
COUNTED = re.compile(r"(?:(\d+) × )?us/prediction failed")


@pytest.fixture(scope="module")
def bot() -> Iterator[BotApi]:
    with bot_api() as server:
        yield server


@pytest.fixture(scope="module")
def deployment(settings: dict[str, str], bot: BotApi) -> Iterator[Deployment]:
    """The us market with one day filled: every forecast of a day long past fails."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {**bot.environment(), "CRAVENY_API_ADDRESS": "", "CRAVENY_ALERT_HEARTBEAT": ""}.items():
            environment.setenv(name, value)
        with deployed(settings, "us", date(2026, 11, 10), keep=[SENSOR]) as running:
            running.stack.start_alerts()
            running.stack.wait_ready()
            # The sensor's first tick only takes its place; what failed before it is the reconcile scan's.
            wait_until(lambda: ticked(running), "the sensor has ticked", seconds=60)
            yield running


def ticked(deployment: Deployment) -> bool:
    query = """query($at: RepositorySelector!) { sensorsOrError(repositorySelector: $at) { ... on Sensors { results {
        name sensorState { ticks(limit: 1) { status } } } } } }"""
    at = {"repositoryLocationName": "craveny", "repositoryName": "__repository__"}
    sensors = deployment.ask(query, at=at)["results"]
    return any(s["name"] == SENSOR and s["sensorState"]["ticks"] for s in sensors)


def counted(bot: BotApi) -> int:
    """How many failures of forecasts the chat was told of."""
    return sum(int(found or 1) for told in bot.texts for found in COUNTED.findall(told))


def test_each_of_30_failures_is_told_by_a_message_of_its_own(
    deployment: Deployment, bot: BotApi, tell: Callable[[str], None]
) -> None:
    seconds = []
    for number in range(FAILURES):
        day = DAYS[number]
        run_id = deployment.launch_job(JOB, day)
        wait_until(lambda day=day: any(str(day) in told for told in bot.texts), f"{day} is told", seconds=120)
        (arrival,) = [a for a in bot.arrivals if str(day) in a.text.split("\n")[2]]
        run = deployment.run(run_id)
        assert run["status"] == "FAILURE"
        assert run_id[:8] in arrival.text and f"/runs/{run_id}" in arrival.raw
        seconds.append(arrival.at - run["endTime"])
    ordered = sorted(seconds)
    tell(f"failure to message: median {ordered[FAILURES // 2]:.1f} s, worst {ordered[-1]:.1f} s")
    assert counted(bot) == FAILURES


def test_a_burst_of_100_is_told_in_few_messages_and_none_is_missing(
    deployment: Deployment, bot: BotApi, tell: Callable[[str], None]
) -> None:
    before, messages = counted(bot), len(bot.arrivals)
    for number in range(BURST):
        deployment.launch_job(JOB, DAYS[FAILURES + number])
    wait_until(lambda: counted(bot) >= before + BURST, "all are told", seconds=900)
    tell(f"{BURST} failures in {len(bot.arrivals) - messages} messages")
    assert counted(bot) == before + BURST
    assert len(bot.arrivals) - messages <= BURST / 4


def test_retries_of_a_reported_failure_stay_quiet_but_the_last(deployment: Deployment, bot: BotApi) -> None:
    before = counted(bot)
    retried = {"dagster__max_retries": "2", "dagster__retry_on_asset_or_op_failure": "true"}
    run_id = deployment.launch_job(JOB, DAYS[-1], **retried)
    wait_until(lambda: any("attempt 3, the last" in told for told in bot.texts), "the last is told", seconds=180)
    assert counted(bot) == before + 2
    with deployment.engine.connect() as conn:
        query = "SELECT level FROM notification WHERE run_id = :run"
        assert conn.execute(text(query), {"run": run_id}).scalar_one() == "warning"


def test_a_killed_daemon_is_told_within_two_minutes_and_its_return_too(
    deployment: Deployment, bot: BotApi, tell: Callable[[str], None]
) -> None:
    (daemon,) = [service for service in deployment.stack.services if service.name == "daemon"]
    daemon.stop(grace_seconds=0)
    begun = time.monotonic()
    wait_until(lambda: any("daemon is silent" in told for told in bot.texts), "it is told", seconds=120)
    tell(f"daemon killed to message: {time.monotonic() - begun:.0f} s")
    daemon.start()
    wait_until(lambda: any("Over: Dagster's daemon" in told for told in bot.texts), "its return is told", seconds=120)
    assert sum("daemon is silent" in told for told in bot.texts) == 2
