"""The outbox of alerts: notices written with the fact itself, taken up by messages, delivered one by one.

A message that was begun and not confirmed stays `sending`: nobody knows whether it arrived.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from craveny_domain.alerts import Notice, Waiting
from craveny_domain.messages import Draft
from craveny_domain.vigil import Outbox
from craveny_store.tables import heartbeat, notification, notification_message

AT_ONCE = 1_000
"""Notices that one composing takes up at most."""
SENDER_LOCK = "craveny alert sender"
MUTED = "muted"

_NOTICE = [notification.c[name] for name in Notice.__dataclass_fields__]


@dataclass(frozen=True)
class Message:
    """A message taken for delivery; `was_begun`: an earlier attempt's end is unknown, it may have arrived."""

    message_id: int
    text: str
    is_silent: bool
    attempts: int
    was_begun: bool


@dataclass(frozen=True)
class Delivery:
    """What became of a notice."""

    state: str
    last_error: str | None
    message_id: int | None


def add(conn: Connection, notices: Iterable[Notice]) -> int:
    """Put notices into the outbox, in the caller's transaction; those whose key is known change nothing."""
    rows = [asdict(notice) for notice in notices]
    if not rows:
        return 0
    query = insert(notification).values(rows).on_conflict_do_nothing(index_elements=["dedup_key"])
    return len(conn.execute(query.returning(notification.c.notification_id)).all())


def add_delivered(conn: Connection, notice: Notice, sent: str, receipt: str) -> None:
    """Record a notice that reached people without the outbox."""
    message_id = _insert_message(conn, sent, is_silent=False, state="sent", receipt=receipt)
    row = {**asdict(notice), "message_id": message_id}
    conn.execute(insert(notification).values(row).on_conflict_do_nothing(index_elements=["dedup_key"]))


def unknown_keys(conn: Connection, keys: Collection[str]) -> set[str]:
    """Of the given keys, those that no notice has."""
    known = conn.execute(select(notification.c.dedup_key).where(notification.c.dedup_key.in_(keys))).scalars()
    return set(keys) - set(known)


def take_sender_lock(conn: Connection) -> bool:
    """Become the one sender, for as long as this connection lives; False while another one is."""
    return conn.execute(text("SELECT pg_try_advisory_lock(hashtext(:name))"), {"name": SENDER_LOCK}).scalar_one()


def waiting(conn: Connection) -> list[Waiting]:
    """The notices that no message has taken up, the earliest first, locked until the transaction's end."""
    c = notification.c
    query = select(c.notification_id, c.created_at, *_NOTICE).where(c.message_id.is_(None)).order_by(c.notification_id)
    rows = conn.execute(query.limit(AT_ONCE).with_for_update(skip_locked=True))
    return [Waiting(number, created, Notice(*rest)) for number, created, *rest in rows]


def told_since(conn: Connection, span: timedelta) -> int:
    """How many notices the messages made within the last span tell of."""
    n, m = notification.c, notification_message.c
    query = select(func.count()).select_from(notification.join(notification_message, m.message_id == n.message_id))
    return conn.execute(query.where(m.created_at > func.clock_timestamp() - span)).scalar_one()


def compose(conn: Connection, drafts: Sequence[Draft]) -> None:
    """Make messages of drafts and let their notices point to them."""
    for draft in drafts:
        _take_up(conn, _insert_message(conn, draft.text, is_silent=draft.is_silent), draft.notification_ids)


def mute(conn: Connection, notification_ids: Sequence[int], reason: str) -> None:
    """Settle notices that nobody wants to hear: kept, never sent, and no backlog."""
    message_id = _insert_message(conn, "", is_silent=True, state="dead", last_error=f"{MUTED}: {reason}")
    _take_up(conn, message_id, notification_ids)


def _insert_message(conn: Connection, words: str, *, is_silent: bool, state: str = "pending", **more: str) -> int:
    now = func.clock_timestamp()
    row = {"text": words, "is_silent": is_silent, "state": state, "next_attempt_at": now, "created_at": now, **more}
    if state == "sent":
        row["sent_at"] = now
    query = insert(notification_message).values(row).returning(notification_message.c.message_id)
    return conn.execute(query).scalar_one()


def _take_up(conn: Connection, message_id: int, notification_ids: Sequence[int]) -> None:
    c = notification.c
    conn.execute(update(notification).where(c.notification_id.in_(notification_ids)).values(message_id=message_id))


_CLAIM = text("""
    WITH due AS (
        SELECT message_id, state FROM notification_message
        WHERE state IN ('pending', 'sending') AND next_attempt_at <= clock_timestamp()
        ORDER BY attempts, message_id LIMIT 1 FOR UPDATE SKIP LOCKED)
    UPDATE notification_message m
    SET state = 'sending', attempts = attempts + 1, next_attempt_at = clock_timestamp() + :grace
    FROM due WHERE m.message_id = due.message_id
    RETURNING m.message_id, m.text, m.is_silent, m.attempts, due.state = 'sending' AS was_begun""")


def claim(conn: Connection, grace: timedelta) -> Message | None:
    """Take the next due message, the least tried first, so that one that always fails holds up no other.

    It is taken again after the grace, unless its end is recorded before: the grace must outlast a delivery.
    """
    row = conn.execute(_CLAIM, {"grace": grace}).mappings().one_or_none()
    return Message(**row) if row else None


def mark_sent(conn: Connection, message_id: int, receipt: str) -> None:
    """Record that a message arrived, under the id the service gave it."""
    _end(conn, message_id, state="sent", sent_at=func.clock_timestamp(), receipt=receipt, last_error=None)


def mark_failed(conn: Connection, message_id: int, error: str, again_in: timedelta, *, is_uncertain: bool) -> None:
    """Record that an attempt failed and when the next is due; an uncertain one may have arrived all the same."""
    state = "sending" if is_uncertain else "pending"
    _end(conn, message_id, state=state, last_error=error, next_attempt_at=func.clock_timestamp() + again_in)


def mark_dead(conn: Connection, message_id: int, error: str) -> None:
    """Give a message up: the service will never take it."""
    _end(conn, message_id, state="dead", last_error=error)


def _end(conn: Connection, message_id: int, **values: object) -> None:
    c = notification_message.c
    conn.execute(update(notification_message).where(c.message_id == message_id).values(**values))


def delivery(conn: Connection, dedup_key: str) -> Delivery | None:
    """What became of one notice: waiting, pending, sending, sent or dead; None for an unknown key."""
    n, m = notification.c, notification_message.c
    joined = notification.outerjoin(notification_message, m.message_id == n.message_id)
    query = (
        select(func.coalesce(m.state, "waiting"), m.last_error, m.message_id)
        .select_from(joined)
        .where(n.dedup_key == dedup_key)
    )
    row = conn.execute(query).one_or_none()
    return Delivery(*row) if row else None


_UNDELIVERED = text(f"""
    SELECT count(*), min(n.created_at) FILTER (WHERE n.level <> 'info' AND m.state IS DISTINCT FROM 'dead')
    FROM notification n LEFT JOIN notification_message m USING (message_id)
    WHERE m.message_id IS NULL OR m.state IN ('pending', 'sending')
        OR (m.state = 'dead' AND m.last_error NOT LIKE '{MUTED}:%' AND n.created_at > now() - interval '7 days')""")  # noqa: S608


def outbox(conn: Connection) -> Outbox:
    """How delivery stands; a message that was refused for good counts as undelivered for a week."""
    count, oldest = conn.execute(_UNDELIVERED).one()
    c = heartbeat.c
    beat = conn.execute(select(c.beat_at, c.detail).where(c.process == "sender")).one_or_none()
    return Outbox(beat.beat_at if beat else None, beat.detail if beat else "", count, oldest)


def beat(conn: Connection, process: str, detail: str) -> None:
    """Give a sign of life; `detail` says what hinders the process, empty when all is well."""
    row = {"process": process, "beat_at": func.clock_timestamp(), "detail": detail}
    conn.execute(insert(heartbeat).values(row).on_conflict_do_update(index_elements=["process"], set_=row))


def last_beat(conn: Connection, process: str) -> datetime | None:
    """When a process last gave a sign of life; None for one that never did."""
    return conn.execute(select(heartbeat.c.beat_at).where(heartbeat.c.process == process)).scalar()


_OPEN_INCIDENTS = text("""
    SELECT dedup_key FROM notification n
    WHERE dedup_key LIKE 'incident:%' AND dedup_key NOT LIKE '%\\:over' AND created_at > now() - interval '7 days'
        AND NOT EXISTS (SELECT 1 FROM notification o WHERE o.dedup_key = n.dedup_key || '\\:over')""")


def open_incidents(conn: Connection) -> dict[str, str]:
    """What was told to be down and not to be back: the key of its notice by subject."""
    keys = conn.execute(_OPEN_INCIDENTS).scalars()
    return {key.removeprefix("incident:").rpartition(":")[0]: key for key in keys}


def count_since(conn: Connection, kind: str, span: timedelta) -> int:
    """Notices of a kind within the last span."""
    c = notification.c
    query = select(func.count()).where(c.kind == kind, c.occurred_at > func.clock_timestamp() - span)
    return conn.execute(query).scalar_one()


def recent_refusals(conn: Connection) -> Sequence[tuple[datetime, str]]:
    """Messages of the last week that the service refused for good, the newest first: when, and why."""
    c = notification_message.c
    query = select(c.created_at, c.last_error).where(c.state == "dead", ~c.last_error.like(f"{MUTED}:%"))
    recent = query.where(c.created_at > func.clock_timestamp() - timedelta(days=7))
    return [(at, error) for at, error in conn.execute(recent.order_by(c.created_at.desc()).limit(5))]
