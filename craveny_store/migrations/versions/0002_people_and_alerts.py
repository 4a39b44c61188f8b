"""People, alerts, reliability and the heads of partitions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """People, alerts, reliability and the heads of partitions."""
    op.create_table(
        "daily_reliability",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("settle_date", sa.Date(), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("horizon", sa.SmallInteger(), nullable=False, comment="sessions"),
        sa.Column("board", sa.Text(), nullable=False, comment="live or reconstructed"),
        sa.Column(
            "bin", sa.SmallInteger(), nullable=False, comment="tenths of stated probability: 0 is up to 0.1, 9 from 0.9"
        ),
        sa.Column("answered", sa.Integer(), nullable=False, comment="settled ok forecasts in the bin"),
        sa.Column("ups", sa.Integer(), nullable=False, comment="of them, those that rose"),
        sa.Column("probability_sum", sa.Double(), nullable=False, comment="over answered"),
        sa.CheckConstraint("board IN ('live', 'reconstructed')", name=op.f("daily_reliability_board_check")),
        sa.CheckConstraint("bin BETWEEN 0 AND 9", name=op.f("daily_reliability_bin_check")),
        sa.PrimaryKeyConstraint(
            "market", "settle_date", "model_name", "horizon", "board", "bin", name=op.f("daily_reliability_pkey")
        ),
        comment="One day's stated probabilities against what came, in tenths; summed on reading",
    )
    op.create_table(
        "heartbeat",
        sa.Column("process", sa.Text(), nullable=False, comment="sender or watchdog"),
        sa.Column(
            "beat_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when it last went round, by the database's clock",
        ),
        sa.Column(
            "detail", sa.Text(), nullable=False, comment="what it last did or what hinders it; empty when all is well"
        ),
        sa.PrimaryKeyConstraint("process", name=op.f("heartbeat_pkey")),
        comment="Processes beside Dagster that must be alive",
    )
    op.create_table(
        "login_attempt",
        sa.Column("attempt_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False, comment="what is limited: email:... or net:... (a /24 or /64)"),
        sa.Column(
            "attempted_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("login_attempt_pkey")),
        comment="Recent login attempts; a sliding window over them limits the next one",
    )
    op.create_index(
        op.f("login_attempt_scope_attempted_at_idx"), "login_attempt", ["scope", "attempted_at"], unique=False
    )
    op.create_table(
        "notification_message",
        sa.Column("message_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="as it is sent"),
        sa.Column("is_silent", sa.Boolean(), nullable=False, comment="delivered without a sound: quiet hours"),
        sa.Column("state", sa.Text(), nullable=False, comment="pending, sending, sent or dead"),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False, comment="not before then"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="by the database's clock"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True, comment="when the service confirmed it"),
        sa.Column("receipt", sa.Text(), nullable=True, comment="the service's own id of the message"),
        sa.Column("last_error", sa.Text(), nullable=True, comment="why the last attempt failed"),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'dead')", name=op.f("notification_message_state_check")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("notification_message_pkey")),
        comment="Messages to people, each for one or more notifications",
    )
    op.create_index(
        op.f("notification_message_next_attempt_at_idx"),
        "notification_message",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('pending', 'sending')"),
    )
    op.create_table(
        "partition_head",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column(
            "asset", sa.Text(), nullable=False, comment="asset name, or stock or model for rows outside partitions"
        ),
        sa.Column(
            "version",
            sa.BigInteger(),
            nullable=False,
            comment="grows with every commit of the asset; ETags are made of it",
        ),
        sa.PrimaryKeyConstraint("market", "asset", name=op.f("partition_head_pkey")),
        comment="Which commit of an asset is the newest, one row to ask instead of its days",
    )
    op.create_table(
        "user",
        sa.Column("user_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False, comment="lower case"),
        sa.Column("password_hash", sa.Text(), nullable=False, comment="argon2id, with its parameters"),
        sa.Column("role", sa.Text(), nullable=False, comment="investor, operator or admin"),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "disabled_at", sa.DateTime(timezone=True), nullable=True, comment="from then on no login and no refresh"
        ),
        sa.CheckConstraint("role IN ('investor', 'operator', 'admin')", name=op.f("user_role_check")),
        sa.CheckConstraint("email = lower(email)", name=op.f("user_email_check")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("user_pkey")),
        sa.UniqueConstraint("email", name=op.f("user_email_key")),
        comment="People who can log in",
    )
    op.create_table(
        "notification",
        sa.Column("notification_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=False, comment="one per thing worth saying, e.g. run_failure:ID"),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="run_failure, late_forecast, daemon_down, api_down, test, heartbeat",
        ),
        sa.Column("level", sa.Text(), nullable=False, comment="info, warning or error"),
        sa.Column("market", sa.Text(), nullable=True, comment="market code; null: the whole installation"),
        sa.Column("asset", sa.Text(), nullable=True),
        sa.Column("partition_key", sa.Text(), nullable=True, comment="day or days concerned, as Dagster writes them"),
        sa.Column("run_id", sa.Text(), nullable=True, comment="Dagster run concerned"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False, comment="first real error line, or what is missing"),
        sa.Column("link", sa.Text(), nullable=True, comment="where to look"),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False, comment="when it happened"),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("message_id", sa.BigInteger(), nullable=True, comment="null: not composed yet"),
        sa.CheckConstraint("level IN ('info', 'warning', 'error')", name=op.f("notification_level_check")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["notification_message.message_id"], name=op.f("notification_message_id_fkey")
        ),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("notification_pkey")),
        sa.UniqueConstraint("dedup_key", name=op.f("notification_dedup_key_key")),
        comment="What on-call staff must hear of: an outbox, written with the fact itself",
    )
    op.create_index(op.f("notification_created_at_idx"), "notification", ["created_at"], unique=False)
    op.create_index(op.f("notification_message_id_idx"), "notification", ["message_id"], unique=False)
    op.create_index(op.f("notification_run_id_idx"), "notification", ["run_id"], unique=False)
    op.create_table(
        "refresh_token",
        sa.Column(
            "token_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the token; the token itself is nowhere"
        ),
        sa.Column("family_id", sa.Uuid(), nullable=False, comment="one login and everything refreshed from it"),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False, comment="by the database's clock"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, comment="by the database's clock"),
        sa.Column(
            "used_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="exchanged for its successor then; a second use revokes the family",
        ),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True, comment="logged out, or its family was"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.user_id"], name=op.f("refresh_token_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("refresh_token_pkey")),
        comment="Refresh tokens, each good for one use",
    )
    op.create_index(op.f("refresh_token_family_id_idx"), "refresh_token", ["family_id"], unique=False)
    op.create_index(op.f("refresh_token_user_id_idx"), "refresh_token", ["user_id"], unique=False)
