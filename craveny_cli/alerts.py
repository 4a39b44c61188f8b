"""`craveny alert`, and what `status` and `doctor` say of alerts."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import typer
from sqlalchemy import Engine

from craveny_alerts.sender import Sender
from craveny_alerts.settings import AlertSettings
from craveny_cli.connection import connected
from craveny_cli.narrator import Narrator, answer
from craveny_cli.problems import problems_shown, stack_of
from craveny_cli.services.errors import Problem
from craveny_domain.alerts import TEST, Notice
from craveny_domain.vigil import Outbox
from craveny_store import notifications as outbox
from craveny_store.engine import open_engine
from craveny_store.watch import clock

SENDER_LIVES = timedelta(seconds=20)
WAIT_SECONDS = 60.0
POLL_SECONDS = 0.2
SETTLED_SECONDS = 4.0
"""A hindrance that is still there after this long is the answer; before, it may be an older one."""

alerts_app = typer.Typer(help="Alerts to on-call staff.", no_args_is_help=True)


@alerts_app.callback()
def alert() -> None:
    """Alerts to on-call staff."""


@alerts_app.command()
def test() -> None:
    """Send a test alert on the way a real one takes, and say whether it arrived."""
    with problems_shown() as narrator, connected(stack_of(narrator), narrator) as store:
        notice = _test_notice()
        with store.engine.begin() as conn:
            outbox.add(conn, [notice])
            own = _own_sender(store.engine, outbox.outbox(conn), clock(conn), narrator)
        try:
            number = _delivered(store.engine, notice, own, narrator)
        finally:
            if own is not None:
                own.close()
        narrator.rest()
        answer(f"The test alert was delivered: look for #{number} in your chat")


def alerts_line(engine: Engine) -> str:
    """How many alerts have reached nobody, since when, and why."""
    with engine.connect() as conn:
        state = outbox.outbox(conn)
    since = f" since {state.oldest_undelivered:%Y-%m-%d %H:%M} UTC" if state.oldest_undelivered else ""
    waiting = f"{state.undelivered} undelivered{since}" if state.undelivered else "all delivered"
    return f"{waiting}. {state.sender_detail}".rstrip(". ")


def examine_alerts(engine: Engine) -> str:
    """What `doctor` says of alerts; Problem when the sender is silent or hindered. Without a token they are logged."""
    with engine.connect() as conn:
        state, now = outbox.outbox(conn), clock(conn)
        refusals = outbox.recent_refusals(conn)
    line = alerts_line(engine)
    if not _lives(state, now):
        raise Problem(f"The sender of alerts is silent; {line}", "Restart `make up`; see sender.log")
    if "only logged" in state.sender_detail:
        return f"WARNING: {line}"
    if state.sender_detail:
        raise Problem(line, "Correct it, restart `make up` and run `craveny alert test`")
    return f"{line}; {len(refusals)} messages refused for good: {refusals[0][1]}" if refusals else line


def _test_notice() -> Notice:
    return Notice(
        dedup_key=f"{TEST}:{uuid4()}",
        kind=TEST,
        level="info",
        title="Test alert",
        detail="Alerts of Craveny arrive here. Nothing is wrong.",
        occurred_at=datetime.now(UTC),
    )


def _lives(state: Outbox, now: datetime) -> bool:
    return state.sender_beat is not None and now - state.sender_beat < SENDER_LIVES


def _own_sender(engine: Engine, state: Outbox, now: datetime, narrator: Narrator) -> Sender | None:
    """A sender of this command's own where none is running."""
    if _lives(state, now):
        return None
    settings = AlertSettings()
    if settings.missing:
        raise _problem(settings.missing)
    narrator.say("no sender is running; this command delivers the alert itself")
    return Sender(open_engine(engine.url.render_as_string(hide_password=False), pool_size=1), settings)


def _delivered(engine: Engine, notice: Notice, own: Sender | None, narrator: Narrator) -> int:
    """The number of the message that arrived; Problem with what hinders it."""
    begun = time.monotonic()
    while True:
        if own is not None:
            own.go_round()
        with engine.connect() as conn:
            found, state = outbox.delivery(conn, notice.dedup_key), outbox.outbox(conn)
        if found is not None and found.state == "sent" and found.message_id is not None:
            return found.message_id
        hindrance = (found.last_error if found else None) or state.sender_detail
        waited = time.monotonic() - begun
        if hindrance and waited > SETTLED_SECONDS:
            raise _problem(f"The test alert was not delivered: {hindrance}")
        if waited > WAIT_SECONDS:
            raise Problem(f"The test alert was not delivered within {WAIT_SECONDS:.0f} s", "See sender.log")
        narrator.waiting(f"waiting for the delivery … {waited:.0f} s")
        time.sleep(POLL_SECONDS)


def _problem(sentences: str) -> Problem:
    cause, _, cure = sentences.partition(". ")
    return Problem(cause, cure or "It stays in the outbox and is tried again; run `craveny doctor`")
