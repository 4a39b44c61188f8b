"""`craveny alert test` as a person runs it: what happened, and the cure."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.alerts.bot_api import BotApi, Fault
from tests.alerts.conftest import ROOT, Process, beat_detail
from tests.conftest import wait_until

CRAVENY = Path(sys.executable).with_name("craveny")


def craveny(*arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code and everything said, on one line."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "DATABASE_URL")}
    done = subprocess.run(
        [CRAVENY, *arguments], cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, timeout=120
    )
    return done.returncode, " ".join(f"{done.stdout} {done.stderr}".split())


def test_a_running_sender_delivers_the_test_alert(engine: Engine, bot: BotApi, start: Callable[..., Process]) -> None:
    start("sender", **bot.environment())
    wait_until(lambda: beat_detail(engine) == "", "the sender works")
    code, said = craveny("alert", "test")
    assert (code, "The test alert was delivered: look for #1 in your chat" in said) == (0, True), said
    assert "Nothing is wrong." in bot.texts[0]


@pytest.mark.usefixtures("database")
def test_without_a_sender_the_command_delivers_itself(bot: BotApi) -> None:
    code, said = craveny("alert", "test", **bot.environment())
    assert (code, "was delivered" in said) == (0, True), said
    assert "no sender is running" in said and len(bot.arrivals) == 1


@pytest.mark.usefixtures("database")
def test_what_hinders_it_is_said_with_the_cure(bot: BotApi) -> None:
    code, said = craveny("alert", "test")
    assert code == 1 and "TELEGRAM_BOT_TOKEN is not set: alerts are only logged. Set it to the token" in said
    code, said = craveny("alert", "test", TELEGRAM_BOT_TOKEN="1:x")
    assert code == 1 and "TELEGRAM_CHAT_ID is not set" in said
    bot.always = Fault(403, "Forbidden: bot was blocked by the user")
    code, said = craveny("alert", "test", **bot.environment())
    assert code == 1 and "Forbidden: bot was blocked by the user. Add the bot to it" in said
    assert "Traceback" not in said


def test_a_sender_without_a_token_is_named_as_what_hinders_it(engine: Engine, start: Callable[..., Process]) -> None:
    start("sender")
    wait_until(lambda: beat_detail(engine) is not None, "the sender beats")
    code, said = craveny("alert", "test")
    assert code == 1 and "TELEGRAM_BOT_TOKEN is not set" in said


def test_status_tells_of_alerts_that_reached_nobody(engine: Engine) -> None:
    with engine.begin() as conn:
        insert = (
            "INSERT INTO notification (dedup_key, kind, level, title, detail, occurred_at)"
            " VALUES ('k', 'run_failure', 'error', 't', 'd', now())"
        )
        conn.execute(text(insert))
    code, said = craveny("status")
    assert code == 0 and "alerts: 1 undelivered since" in said
