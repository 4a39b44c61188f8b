"""The sender against a real outbox and a Bot API that fails in every way: nothing lost, nothing twice in effect."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from craveny_alerts.sender import Sender
from craveny_alerts.settings import AlertSettings
from craveny_domain.messages import drafts
from craveny_store import notifications as outbox
from tests.alerts.bot_api import TOKEN, BotApi, Fault
from tests.alerts.conftest import PATIENCE_SECONDS, Process, a_notice, beat_detail, go_until, put, settings_for, states
from tests.conftest import wait_until

MakeSender = Callable[[AlertSettings], Sender]
Start = Callable[..., Process]


def told(engine: Engine) -> int:
    """Notices whose message is confirmed."""
    query = "SELECT count(*) FROM notification JOIN notification_message USING (message_id) WHERE state = 'sent'"
    with engine.connect() as conn:
        return conn.execute(text(query)).scalar_one()


def test_a_notice_lives_and_dies_with_the_transaction_of_its_fact(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), engine.begin() as conn:
        outbox.add(conn, [a_notice()])
        raise ZeroDivisionError
    with engine.begin() as conn:
        assert outbox.unknown_keys(conn, ["run_failure:1"]) == {"run_failure:1"}
        assert outbox.add(conn, [a_notice(), a_notice("run_failure:2")]) == 2
        assert outbox.add(conn, [a_notice(title="again"), a_notice("run_failure:3")]) == 1
    with engine.begin() as conn:
        assert [each.notice.title for each in outbox.waiting(conn)] == ["us/prediction failed"] * 3


def test_a_failure_becomes_one_message_with_a_receipt(engine: Engine, bot: BotApi, make_sender: MakeSender) -> None:
    put(engine, a_notice(link="http://ui/runs/1", detail="ValueError: 1 < 2 & <b>"))
    sender = make_sender(settings_for(bot))
    go_until(sender, lambda: len(bot.arrivals) == 1, "a message arrives")
    (arrival,) = bot.arrivals
    assert arrival.parse_mode == "HTML" and not arrival.is_silent and not arrival.is_repeat
    assert "ValueError: 1 < 2 & <b>" in arrival.text and arrival.text.startswith("#1\n")
    assert bot.calls[0]["link_preview_options"] == '{"is_disabled": true}'
    assert states(engine) == [("sent", None)]
    assert beat_detail(engine) == ""
    for _ in range(3):
        sender.go_round()
    assert len(bot.calls) == 1


def test_a_burst_of_100_becomes_few_messages_and_none_is_missing(
    engine: Engine, bot: BotApi, make_sender: MakeSender
) -> None:
    put(engine, *(a_notice(f"run_failure:{i}", detail=f"ValueError: day {i}") for i in range(100)))
    go_until(make_sender(settings_for(bot)), lambda: states(engine) == [("sent", None)], "it is sent")
    assert "100 × us/prediction failed" in bot.texts[0]
    with engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM notification WHERE message_id IS NULL")).scalar() == 0


def test_retry_after_is_honoured(engine: Engine, bot: BotApi, make_sender: MakeSender) -> None:
    bot.faults.append(Fault(429, "Too Many Requests: retry after 2", retry_after=2))
    put(engine, a_notice())
    sender = make_sender(settings_for(bot))
    go_until(sender, lambda: len(bot.arrivals) == 1, "a message arrives")
    first, second = (call["at"] for call in bot.calls)
    assert second - first >= 2
    assert not bot.arrivals[0].is_repeat


@pytest.mark.parametrize("fault", [Fault(500), Fault(502), Fault(503, "Service Unavailable")])
def test_an_outage_is_outlived_and_what_gathers_meanwhile_becomes_few_messages(
    engine: Engine, bot: BotApi, make_sender: MakeSender, fault: Fault
) -> None:
    bot.always = fault
    put(engine, a_notice("run_failure:0"))
    sender = make_sender(settings_for(bot))
    go_until(sender, lambda: len(bot.calls) >= 2, "it was tried twice")
    for i in range(1, 60):
        put(engine, a_notice(f"run_failure:{i}"), age=60)
        sender.go_round()
    go_until(sender, lambda: len(bot.calls) >= 6, "it was tried again and again")
    assert bot.arrivals == [] and beat_detail(engine) != ""
    bot.always = None
    go_until(sender, lambda: told(engine) == 60, "all is told")
    assert len(bot.arrivals) <= 8
    assert not any(arrival.is_repeat for arrival in bot.arrivals), "an answer of 5xx says that it did not arrive"
    assert beat_detail(engine) == ""


def test_a_server_that_cannot_be_reached_leaves_no_doubt(engine: Engine, bot: BotApi, make_sender: MakeSender) -> None:
    put(engine, a_notice())
    sender = make_sender(settings_for(bot, TELEGRAM_API_ADDRESS="http://127.0.0.1:9"))
    go_until(sender, lambda: states(engine)[0][1] is not None, "an attempt has failed")
    ((state, error),) = states(engine)
    assert state == "pending" and "ConnectError" in str(error)


@pytest.mark.parametrize("fault", [Fault(cuts=True, delivers=True), Fault(seconds=1.5, delivers=True)])
def test_a_lost_answer_is_repeated_under_the_same_number_and_says_so(
    engine: Engine, bot: BotApi, make_sender: MakeSender, fault: Fault
) -> None:
    bot.faults.append(fault)
    put(engine, a_notice())
    go_until(make_sender(settings_for(bot)), lambda: states(engine) == [("sent", None)], "it is confirmed")
    first, second = bot.arrivals
    assert (first.number, first.is_repeat) == (second.number, False)
    assert second.is_repeat


def test_refused_markup_arrives_as_plain_words(engine: Engine, bot: BotApi, make_sender: MakeSender) -> None:
    bot.faults.append(Fault(400, "Bad Request: can't parse entities: unsupported start tag"))
    put(engine, a_notice(link="http://ui/runs/1"))
    go_until(make_sender(settings_for(bot)), lambda: states(engine) == [("sent", None)], "it is sent")
    assert bot.arrivals[0].parse_mode is None
    assert "us/prediction failed" in bot.texts[0] and "<b>" not in bot.texts[0]
    assert "http://ui/runs/1" in bot.texts[0]


def test_a_message_that_is_always_refused_is_set_aside_and_holds_up_no_other(
    engine: Engine, bot: BotApi, make_sender: MakeSender
) -> None:
    bot.always = Fault(400, "Bad Request: message is cursed", only="cursed")
    put(engine, a_notice("run_failure:1", title="cursed", level="error"))
    sender = make_sender(settings_for(bot))
    go_until(sender, lambda: states(engine) == [("dead", "Message is cursed")], "it is dead")
    put(engine, a_notice("run_failure:2", title="fine"))
    go_until(sender, lambda: len(bot.arrivals) == 1, "the other one arrives")
    with engine.connect() as conn:
        assert outbox.outbox(conn).undelivered == 1
        assert [error for _, error in outbox.recent_refusals(conn)] == ["Message is cursed"]


def test_a_message_that_always_breaks_the_service_holds_up_no_other(
    engine: Engine, bot: BotApi, make_sender: MakeSender
) -> None:
    bot.always = Fault(500, "Internal Server Error", only="cursed")
    put(engine, a_notice("run_failure:1", title="cursed"))
    sender = make_sender(settings_for(bot))
    go_until(sender, lambda: len(bot.calls) >= 2, "it was tried twice")
    put(engine, a_notice("run_failure:2", title="fine"))
    go_until(sender, lambda: len(bot.arrivals) == 1, "the other one arrives")
    assert "fine" in bot.texts[0]


@pytest.mark.parametrize(
    ("more", "fault", "cure"),
    [
        ({"TELEGRAM_BOT_TOKEN": "1:wrong"}, None, "Correct TELEGRAM_BOT_TOKEN"),
        ({}, Fault(403, "Forbidden: bot was kicked from the group chat"), "Add the bot to it"),
        ({"TELEGRAM_CHAT_ID": "77"}, None, "Correct TELEGRAM_CHAT_ID"),
    ],
)
def test_wrong_settings_are_said_and_the_message_waits_for_their_correction(
    engine: Engine, bot: BotApi, make_sender: MakeSender, more: dict[str, str], fault: Fault | None, cure: str
) -> None:
    bot.always = fault
    put(engine, a_notice())
    sender = make_sender(settings_for(bot, **more))
    go_until(sender, lambda: len(bot.calls) >= 3, "it was tried again")
    assert cure in str(beat_detail(engine))
    ((state, error),) = states(engine)
    assert state == "pending" and cure in str(error)
    sender.close()
    bot.always = None
    go_until(make_sender(settings_for(bot)), lambda: len(bot.arrivals) == 1, "it arrives after all")


def test_without_a_token_each_alert_is_logged_once_and_waits_visibly(
    engine: Engine, bot: BotApi, make_sender: MakeSender, caplog: pytest.LogCaptureFixture
) -> None:
    put(engine, a_notice())
    silent = make_sender(AlertSettings.model_validate({"TELEGRAM_BOT_TOKEN": "", "TELEGRAM_CHAT_ID": ""}))
    for _ in range(3):
        silent.go_round()
    assert caplog.text.count("alert, not sent anywhere: [error] · us/prediction failed · ValueError: no bars") == 1
    assert "TELEGRAM_BOT_TOKEN is not set" in str(beat_detail(engine))
    with engine.connect() as conn:
        assert outbox.outbox(conn).undelivered == 1
    silent.close()
    go_until(make_sender(settings_for(bot)), lambda: len(bot.arrivals) == 1, "it is sent once there is a token")


def test_below_the_level_nothing_is_sent_and_nothing_waits(
    engine: Engine, bot: BotApi, make_sender: MakeSender
) -> None:
    put(engine, a_notice("a", level="info"), a_notice("b", level="warning"), a_notice("c", title="grave"))
    sender = make_sender(settings_for(bot, CRAVENY_ALERT_LEVEL="error"))
    go_until(sender, lambda: len(bot.arrivals) == 1, "the grave one arrives")
    sender.go_round()
    assert "grave" in bot.texts[0] and "2 ×" not in bot.texts[0]
    with engine.connect() as conn:
        assert outbox.outbox(conn).undelivered == 0


def test_in_quiet_hours_errors_come_silently_and_infos_after_them(
    engine: Engine, bot: BotApi, make_sender: MakeSender
) -> None:
    now = datetime.now(UTC)
    window = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=1):%H:%M} UTC"
    put(engine, a_notice("a", level="info", title="calm"), a_notice("b", title="grave"))
    sender = make_sender(settings_for(bot, CRAVENY_QUIET_HOURS=window))
    go_until(sender, lambda: len(bot.arrivals) == 1, "the grave one arrives")
    sender.go_round()
    assert bot.arrivals[0].is_silent and "calm" not in bot.texts[0] and len(bot.arrivals) == 1
    sender.close()
    go_until(make_sender(settings_for(bot)), lambda: len(bot.arrivals) == 2, "the calm one arrives when it is over")
    assert bot.arrivals[1].is_silent and "calm" in bot.texts[1]


def test_of_two_senders_one_works_and_the_other_takes_over_when_it_ends(
    engine: Engine, bot: BotApi, make_sender: MakeSender
) -> None:
    first, second = make_sender(settings_for(bot)), make_sender(settings_for(bot))
    first.go_round()
    put(engine, a_notice())
    for _ in range(5):
        second.go_round()
    assert bot.calls == []
    first.close()
    go_until(second, lambda: len(bot.arrivals) == 1, "the second one sends")


def test_two_claims_at_once_never_get_the_same_message(engine: Engine) -> None:
    with engine.begin() as conn:
        outbox.add(conn, [a_notice(f"run_failure:{i}", title=f"t{'x' * i}") for i in range(20)])
        for each in outbox.waiting(conn):
            outbox.compose(conn, drafts([each], datetime.now(UTC), None))
    taken: list[int] = []

    def take() -> None:
        while True:
            with engine.begin() as conn:
                message = outbox.claim(conn, timedelta(minutes=1))
            if message is None:
                return
            taken.append(message.message_id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 20


def test_a_connection_that_is_cut_gives_the_turn_back_and_a_confirmed_message_is_not_repeated(
    engine: Engine, bot: BotApi, make_sender: MakeSender
) -> None:
    put(engine, a_notice())
    sender = make_sender(settings_for(bot))
    go_until(sender, lambda: len(bot.arrivals) == 1, "a message arrives")
    with engine.begin() as conn:
        conn.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    with pytest.raises(Exception, match="terminat"):
        sender.go_round()
    put(engine, a_notice("run_failure:2"))
    go_until(sender, lambda: len(bot.arrivals) == 2, "it goes on")
    assert not any(arrival.is_repeat for arrival in bot.arrivals)


@pytest.mark.parametrize(
    ("point", "repeats"),
    [("composing", 0), ("composed", 0), ("claimed", 0), ("delivered", 1), ("recorded", 0)],
)
def test_a_sender_killed_at_any_step_loses_nothing_and_repeats_only_what_it_marks(
    engine: Engine, bot: BotApi, start: Start, point: str, repeats: int
) -> None:
    put(engine, *(a_notice(f"run_failure:{i}", detail=f"{'x' * i}Error") for i in range(3)))
    environment = {**bot.environment(), "CRAVENY_ALERT_CALL_SECONDS": "1"}
    crashing = start("sender", **environment, CRAVENY_CRASH_AT=point)
    assert crashing.child.wait(PATIENCE_SECONDS) == 86
    arrived = len(bot.arrivals)
    start("sender", **environment)
    wait_until(lambda: [state for state, _ in states(engine)] == ["sent"], "the next sender finishes the work")
    assert len(bot.arrivals) == 1 + repeats
    assert len({arrival.number for arrival in bot.arrivals}) == 1
    assert all(arrival.is_repeat for arrival in bot.arrivals[arrived:] if arrived)
    for i in range(3):
        assert f"{'x' * i}Error" in bot.texts[-1]


def test_a_sender_killed_outright_in_the_middle_of_a_call_is_followed_by_one_marked_repeat(
    engine: Engine, bot: BotApi, start: Start
) -> None:
    bot.faults.append(Fault(seconds=30, delivers=True))
    put(engine, a_notice())
    environment = {**bot.environment(), "CRAVENY_ALERT_CALL_SECONDS": "2"}
    first = start("sender", **environment)
    wait_until(lambda: len(bot.arrivals) == 1, "the message has arrived, unanswered")
    first.child.kill()
    start("sender", **environment)
    wait_until(lambda: states(engine) == [("sent", None)], "the next sender finishes the work", seconds=60)
    assert [arrival.is_repeat for arrival in bot.arrivals] == [False, True]
    assert len({arrival.number for arrival in bot.arrivals}) == 1


def test_the_token_is_in_no_log_and_no_row(engine: Engine, bot: BotApi, start: Start) -> None:
    bot.faults.extend([Fault(cuts=True), Fault(500), Fault(403, f"Forbidden for bot{TOKEN}")])
    put(engine, a_notice(detail=f"HTTPError: https://api.telegram.org/bot{TOKEN}/getMe"))
    sender = start("sender", **bot.environment(), CRAVENY_ALERT_CALL_SECONDS="1")
    wait_until(lambda: len(bot.calls) >= 3, "every fault was met", seconds=60)
    wait_until(lambda: "Forbidden" in str(states(engine)), "the last one is recorded")
    sender.end()
    secret = TOKEN.split(":")[1]
    said = sender.log.read_text() + str(states(engine)) + str(beat_detail(engine))
    assert "is not delivered" in said and secret not in said


def test_a_sender_starts_before_its_database_and_ends_when_told_to(bot: BotApi, start: Start) -> None:
    early = start("sender", **bot.environment(), DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:9/craveny")
    wait_until(lambda: "the database is in trouble" in early.log.read_text(), "it says so")
    assert early.end() == 0
