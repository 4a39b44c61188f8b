"""The sender: makes messages of waiting notices and delivers them, `python -m craveny_alerts.sender`.

Nothing is lost: a notice waits in the outbox until a message has taken it up, and a message until Telegram has
confirmed it. Nothing happens twice in effect: `sending` is committed before the call and `sent` after it. Telegram
has no idempotency key, so a message whose answer was lost (a crash, a cut connection) is sent once more under the
same number, saying that it may be a repeat; whoever reads it acts on a number once.
"""

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from craveny_alerts.outcomes import Refused, Undelivered, Unwelcome
from craveny_alerts.process import open_log, serve
from craveny_alerts.settings import AlertSettings
from craveny_domain.alerts import STORM_SPAN, Waiting, is_gathered, is_held, is_wanted
from craveny_domain.messages import drafts, numbered
from craveny_store import notifications as outbox
from craveny_store.crash_points import crash_point
from craveny_store.engine import open_engine
from craveny_store.settings import Settings
from craveny_store.watch import clock

if TYPE_CHECKING:
    from craveny_alerts.channel import Channel

ROUND_SECONDS = 1.0
BEAT_SECONDS = 5.0
LOGGED_AT_ONCE = 50

log = logging.getLogger("sender")


@dataclass(frozen=True)
class Pace:
    """How long delivery rests after a failure: doubling from `first` to `most`, and `refused` when unwelcome."""

    first: timedelta = timedelta(seconds=1)
    most: timedelta = timedelta(minutes=1)
    refused: timedelta = timedelta(minutes=2)

    def after(self, failures: int) -> timedelta:
        """The rest after so many failures in a row."""
        return min(self.first * 2 ** min(failures - 1, 20), self.most)


class Sender:
    """One of these works at a time, held to it by a lock of the database; others wait their turn."""

    def __init__(self, engine: Engine, settings: AlertSettings, pace: Pace | None = None) -> None:
        self._engine = engine
        self._settings = settings
        self._pace = pace or Pace()
        self._channel = None
        if not settings.missing:
            # Telegram's client is a third of this process's memory: only a sender that can send loads it.
            from craveny_alerts.channel import Channel

            self._channel = Channel(settings)
        self._conn: Connection | None = None
        self._trouble = settings.missing
        self._failures = 0
        self._failing_since: float | None = None
        self._composed_at = 0.0
        self._rests_until = 0.0
        self._logged = 0
        self._beaten: tuple[float, str] = (-BEAT_SECONDS, "")
        self._unrecorded: dict[int, str] = {}

    def go_round(self) -> None:
        """Compose and deliver what is due; raises SQLAlchemyError when the database is away, to be called again."""
        try:
            conn = self._locked()
            if conn is None:
                return
            self._record_sent(conn)
            if self._channel is None:
                self._log_waiting(conn)
            elif time.monotonic() >= self._rests_until:
                self._compose(conn)
                self._deliver_due(conn, self._channel)
            self._beat(conn)
        except SQLAlchemyError:
            self.close()
            raise

    def close(self) -> None:
        """Give up the connection, and the turn with it."""
        if self._conn is not None:
            self._conn.close()
            self._conn = None
        self._engine.dispose()

    def _locked(self) -> Connection | None:
        if self._conn is None:
            conn = self._engine.connect()
            with conn.begin():
                if not outbox.take_sender_lock(conn):
                    log.info("another sender is at work; waiting for my turn")
                    conn.close()
                    return None
            self._conn = conn
        return self._conn

    def _compose(self, conn: Connection) -> None:
        if not self._may_compose():
            return
        quiet, least = self._settings.quiet_hours, self._settings.level
        with conn.begin():
            now, waiting = clock(conn), outbox.waiting(conn)
            muted = [each.notification_id for each in waiting if not is_wanted(each.notice, least)]
            if muted:
                outbox.mute(conn, muted, f"below the level {least}")
            telling = [w for w in waiting if w.notification_id not in muted and not is_held(w.notice, now, quiet)]
            if not telling or not is_gathered(telling, now, outbox.told_since(conn, STORM_SPAN)):
                return
            outbox.compose(conn, drafts(telling, now, quiet))
            crash_point("composing")
        self._composed_at = time.monotonic()
        crash_point("composed")

    def _may_compose(self) -> bool:
        """While deliveries fail, what waits is gathered the longer, the longer it lasts: few messages after hours."""
        now = time.monotonic()
        return self._failing_since is None or now - self._composed_at >= (now - self._failing_since) / 2

    def _deliver_due(self, conn: Connection, channel: "Channel") -> None:
        # Two calls may be made for one message: with markup and without.
        grace = timedelta(seconds=2 * self._settings.call_seconds + 2)
        while time.monotonic() >= self._rests_until:
            with conn.begin():
                message = outbox.claim(conn, grace)
            if message is None:
                return
            crash_point("claimed")
            self._deliver(conn, channel, message)
            self._beat(conn)

    def _deliver(self, conn: Connection, channel: "Channel", message: outbox.Message) -> None:
        text = numbered(message.message_id, message.text, is_repeat=message.was_begun)
        try:
            receipt = channel.send(text, is_silent=message.is_silent)
        except Refused as refused:
            log.warning("#%s is refused for good: %s", message.message_id, refused)
            with conn.begin():
                outbox.mark_dead(conn, message.message_id, str(refused))
        except Undelivered as failed:
            rest = failed.again_in or self._pace.after(self._failures + 1)
            self._rest(conn, message, str(failed), rest, is_uncertain=failed.is_uncertain or message.was_begun)
        except Unwelcome as refused:
            self._rest(conn, message, str(refused), self._pace.refused, is_uncertain=message.was_begun)
        else:
            crash_point("delivered")
            self._failures, self._failing_since, self._trouble = 0, None, ""
            self._unrecorded[message.message_id] = receipt
            self._record_sent(conn)
            crash_point("recorded")

    def _record_sent(self, conn: Connection) -> None:
        """Record what Telegram has confirmed; kept in mind across a loss of the database, so as not to repeat it."""
        for message_id, receipt in list(self._unrecorded.items()):
            with conn.begin():
                outbox.mark_sent(conn, message_id, receipt)
            del self._unrecorded[message_id]
            log.info("#%s delivered", message_id)

    def _rest(
        self, conn: Connection, message: outbox.Message, why: str, rest: timedelta, *, is_uncertain: bool
    ) -> None:
        self._failures += 1
        self._failing_since = self._failing_since or time.monotonic()
        self._trouble = why
        self._rests_until = time.monotonic() + rest.total_seconds()
        log.warning("#%s is not delivered: %s; again in %.0f s", message.message_id, why, rest.total_seconds())
        with conn.begin():
            outbox.mark_failed(conn, message.message_id, why, rest, is_uncertain=is_uncertain)

    def _log_waiting(self, conn: Connection) -> None:
        """Without a way out, notices stay in the outbox, to be told when there is one; each is logged once."""
        with conn.begin():
            waiting = outbox.waiting(conn)
        fresh = [each for each in waiting if each.notification_id > self._logged]
        for each in fresh[:LOGGED_AT_ONCE]:
            log.warning("alert, not sent anywhere: %s", _line(each))
        if fresh:
            self._logged = fresh[min(len(fresh), LOGGED_AT_ONCE) - 1].notification_id

    def _beat(self, conn: Connection) -> None:
        at, said = self._beaten
        if time.monotonic() - at >= BEAT_SECONDS or said != self._trouble:
            with conn.begin():
                outbox.beat(conn, "sender", self._trouble)
            self._beaten = (time.monotonic(), self._trouble)


def _line(waiting: Waiting) -> str:
    notice = waiting.notice
    parts = (f"[{notice.level}]", notice.title, notice.partition_key, notice.detail, notice.link)
    return " · ".join(part for part in parts if part)


def main() -> None:
    """Send until told to stop."""
    open_log()
    settings = AlertSettings()
    if settings.missing:
        log.warning("%s.", settings.missing)
    sender = Sender(open_engine(Settings().database_url, pool_size=1), settings)
    serve(sender.go_round, ROUND_SECONDS, log)
    sender.close()


if __name__ == "__main__":
    main()
