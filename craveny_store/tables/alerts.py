"""What on-call staff must hear of, and the processes that tell them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    func,
    text,
)

from craveny_store.tables.columns import instant, metadata

notification_message = Table(
    "notification_message",
    metadata,
    Column("message_id", BigInteger, Identity(), primary_key=True),
    Column("text", Text, nullable=False, comment="as it is sent"),
    Column("is_silent", Boolean, nullable=False, comment="delivered without a sound: quiet hours"),
    Column("state", Text, nullable=False, comment="pending, sending, sent or dead"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    instant("next_attempt_at", "not before then"),
    instant("created_at", "by the database's clock"),
    instant("sent_at", "when the service confirmed it", nullable=True),
    Column("receipt", Text, comment="the service's own id of the message"),
    Column("last_error", Text, comment="why the last attempt failed"),
    Index(None, "next_attempt_at", postgresql_where=text("state IN ('pending', 'sending')")),
    CheckConstraint("state IN ('pending', 'sending', 'sent', 'dead')", name="state"),
    comment="Messages to people, each for one or more notifications",
)

notification = Table(
    "notification",
    metadata,
    Column("notification_id", BigInteger, Identity(), primary_key=True),
    Column("dedup_key", Text, nullable=False, unique=True, comment="one per thing worth saying, e.g. run_failure:ID"),
    Column(
        "kind",
        Text,
        nullable=False,
        comment="run_failure, llm_stopped, late_forecast, source_silent, database_down, api_down, daemon_down, "
        "sender_down, backlog_old, recovered, heartbeat or test",
    ),
    Column("level", Text, nullable=False, comment="info, warning or error"),
    Column("market", Text, comment="market code; null: the whole installation"),
    Column("asset", Text),
    Column("partition_key", Text, comment="day or days concerned, as Dagster writes them"),
    Column("run_id", Text, comment="Dagster run concerned"),
    Column("title", Text, nullable=False),
    Column("detail", Text, nullable=False, comment="first real error line, or what is missing"),
    Column("link", Text, comment="where to look"),
    instant("occurred_at", "when it happened"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("message_id", BigInteger, ForeignKey("notification_message.message_id"), comment="null: not composed yet"),
    Index(None, "message_id"),
    Index(None, "run_id"),
    Index(None, "created_at"),
    CheckConstraint("level IN ('info', 'warning', 'error')", name="level"),
    comment="What on-call staff must hear of: an outbox, written with the fact itself",
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("process", Text, primary_key=True, comment="sender or watchdog"),
    instant("beat_at", "when it last went round, by the database's clock"),
    Column("detail", Text, nullable=False, comment="what it last did or what hinders it; empty when all is well"),
    comment="Processes beside Dagster that must be alive",
)
