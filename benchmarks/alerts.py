"""From a failed run to a message in a chat: daemon, code server, Postgres and sender of `craveny up`, and a Bot API.

Thirty runs fail one after another; the time runs from the run's end, by Dagster's account, to the arrival of its
message at a local server that speaks Telegram's protocol. Then a hundred fail at once, and are counted in the chat.
"""

import re
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from statistics import median

from benchmarks.figures import Figure
from benchmarks.homes import Say, temporary_folder
from benchmarks.running import Deployment
from craveny_domain.calendar import trading_sessions
from craveny_store.orchestration import FailedRunRow, failed_runs, open_orchestration
from tests.alerts.bot_api import BotApi, bot_api

NAMES = ("alert.median_seconds", "alert.worst_seconds", "alert.missing")
FAILURES, BURST = 30, 100
JOB = "us_forecast_job"
FIRST, LAST = date(2025, 3, 3), date(2025, 12, 31)
"""Sessions that the sample speaks for and nobody has materialized: their forecasts fail."""
PATIENCE_SECONDS = 900
_DAYS = [str(session.session_date) for session in trading_sessions("XNYS", FIRST, LAST)]
_COUNTED = re.compile(r"(?:(\d+) × )?us/prediction failed")


def measure_alerts(_wanted: Collection[str], say: Say) -> Iterator[Figure]:
    """The three figures of alerts and what belongs to them, always together."""
    with temporary_folder("alerts") as folder, bot_api() as bot:
        deployment = Deployment(folder / "home", say)
        deployment.environment |= {**bot.environment(), "CRAVENY_SAMPLE_DAYS": "7", "CRAVENY_ALERT_HEARTBEAT": ""}
        with deployment.started():
            seconds = [_one(deployment, bot, number, say) for number in range(FAILURES)]
            what = "end of the failed run to its message in the chat"
            yield Figure("alert.median_seconds", median(seconds), "s", FAILURES, 15, what)
            yield Figure("alert.worst_seconds", max(seconds), "s", FAILURES, 60, what)
            yield from _burst(deployment, bot, say)


def _one(deployment: Deployment, bot: BotApi, number: int, say: Say) -> float:
    run_id = deployment.launch(JOB, _DAYS[number])
    _until(lambda: any(run_id in arrival.raw for arrival in bot.arrivals), f"run {run_id} is told")
    arrival = next(each for each in bot.arrivals if run_id in each.raw)
    seconds = arrival.at - _failed(deployment)[run_id].ended_at.timestamp()
    say(f"failure {number + 1} of {FAILURES}: told after {seconds:.1f} s")
    return seconds


def _burst(deployment: Deployment, bot: BotApi, say: Say) -> Iterator[Figure]:
    told, messages, begun = _told(bot), len(bot.arrivals), time.monotonic()
    launched = {deployment.launch(JOB, _DAYS[FAILURES + n]) for n in range(BURST)}
    say(f"{BURST} runs launched")
    _until(lambda: launched <= set(_failed(deployment)), "every run has failed")
    over = time.monotonic()
    while _told(bot) - told < BURST and time.monotonic() - over < 2 * 60:
        time.sleep(0.5)
    missing = BURST - (_told(bot) - told)
    yield Figure("alert.missing", abs(missing), "alerts", BURST, 0, "counted in the chat", is_exact=True)
    yield Figure("alert.burst_messages", len(bot.arrivals) - messages, "messages", BURST, compared_with="of that burst")
    yield Figure("alert.burst_seconds", time.monotonic() - begun, "s", BURST, compared_with="first launch to last word")


def _told(bot: BotApi) -> int:
    return sum(int(found or 1) for text in bot.texts for found in _COUNTED.findall(text))


def _failed(deployment: Deployment) -> dict[str, FailedRunRow]:
    engine = open_orchestration(deployment.postgres.url("dagster", "psycopg2"))
    try:
        with engine.connect() as conn:
            now = datetime.now(UTC)
            return {row.run_id: row for row in failed_runs(conn, now - timedelta(days=1), now)}
    finally:
        engine.dispose()


def _until(is_so: Callable[[], bool], what: str) -> None:
    begun = time.monotonic()
    while not is_so():
        if time.monotonic() - begun > PATIENCE_SECONDS:
            raise RuntimeError(f"Waited {PATIENCE_SECONDS} s in vain until {what}.")
        time.sleep(0.1)
