"""Live sources: how each stands, politeness, what was asked; pauses, priorities, dividends."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Live sources: how each stands, politeness, what was asked; pauses, priorities, dividends."""
    op.create_table(
        "fetch_host",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column(
            "next_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="the first instant that no request has been promised yet",
        ),
        sa.Column("robots", sa.Text(), nullable=True, comment="robots.txt as last read; null: there is none"),
        sa.Column("robots_at", sa.DateTime(timezone=True), nullable=True, comment="when robots.txt was last read"),
        sa.PrimaryKeyConstraint("host", name=op.f("fetch_host_pkey")),
        comment="Politeness towards each host, shared by every process that fetches",
    )
    op.create_table(
        "fetch_log",
        sa.Column("fetch_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False, comment="news or price"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="start of the crawl cycle"),
        sa.Column("outcome", sa.Text(), nullable=False, comment="answered, unchanged, waiting or failed"),
        sa.Column(
            "error_class",
            sa.Text(),
            nullable=True,
            comment="timeout, refused, status, robots, too_large, unreadable, ...",
        ),
        sa.Column("detail", sa.Text(), nullable=True, comment="one sentence: what failed, or until when it waits"),
        sa.Column("items", sa.Integer(), nullable=False, comment="items in the answers"),
        sa.Column("added", sa.Integer(), nullable=False, comment="of them not seen before"),
        sa.Column("refused", sa.Integer(), nullable=False, comment="of them unusable, in quarantine"),
        sa.Column("bytes", sa.BigInteger(), nullable=False, comment="read, after decompression"),
        sa.Column("milliseconds", sa.Integer(), nullable=False, comment="from the first request to the last answer"),
        sa.CheckConstraint(
            "outcome IN ('answered', 'unchanged', 'waiting', 'failed')", name=op.f("fetch_log_outcome_check")
        ),
        sa.PrimaryKeyConstraint("fetch_id", name=op.f("fetch_log_pkey")),
        comment="Each time a live source was asked, and what came of it; pruned",
    )
    op.create_index(
        op.f("fetch_log_market_source_started_at_idx"), "fetch_log", ["market", "source", "started_at"], unique=False
    )
    op.create_index(op.f("fetch_log_started_at_idx"), "fetch_log", ["started_at"], unique=False)
    op.create_table(
        "fetch_state",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False, comment="news or price"),
        sa.Column("etag", sa.Text(), nullable=True, comment="as the server sent it with what is stored"),
        sa.Column("last_modified", sa.Text(), nullable=True, comment="as the server sent it with what is stored"),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False, comment="attempts failed in a row"),
        sa.Column(
            "not_before_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="it is not asked earlier: its rhythm, a Retry-After, or the circuit",
        ),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True, comment="when it was last asked"),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True, comment="when it last answered"),
        sa.PrimaryKeyConstraint("market", "source", "feed", name=op.f("fetch_state_pkey")),
        comment="How each live source stands",
    )
    op.create_table(
        "stock_pause",
        sa.Column("pause_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "available_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the fact could first be known; fences compare this",
        ),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="from then on in the universe again; null: still paused",
        ),
        sa.Column(
            "observed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="when this installation first saw the fact; never changes",
        ),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.stock_id"], name=op.f("stock_pause_stock_id_fkey")),
        sa.PrimaryKeyConstraint("pause_id", name=op.f("stock_pause_pkey")),
        comment="When a stock was left out of the universe for a time; effective-dated",
    )
    op.create_index(
        op.f("stock_pause_stock_id_idx"),
        "stock_pause",
        ["stock_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "match_uncertain_idx",
        "match",
        ["market", "available_at"],
        unique=False,
        postgresql_where=sa.text("score < 0.8"),
    )
    op.add_column(
        "match_review",
        sa.Column("reviewer_id", sa.BigInteger(), nullable=True, comment="who judged; null: not through the API"),
    )
    op.create_foreign_key(op.f("match_review_reviewer_id_fkey"), "match_review", "user", ["reviewer_id"], ["user_id"])
    op.create_index(op.f("news_story_id_idx"), "news", ["story_id"], unique=False)
    op.add_column(
        "price",
        sa.Column(
            "dividend",
            sa.Numeric(precision=18, scale=6),
            server_default="0",
            nullable=False,
            comment="cash per share, ex at this open",
        ),
    )
    op.add_column(
        "raw_news",
        sa.Column(
            "headers",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="of the answer it came in; null: not from the network",
        ),
    )
    op.add_column(
        "raw_news",
        sa.Column(
            "fetched_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when that answer had arrived, by the fetching machine's clock",
        ),
    )
    op.alter_column(
        "raw_news",
        "payload_hash",
        existing_type=postgresql.BYTEA(),
        comment="SHA-256 of what makes it the same item",
        existing_comment="SHA-256 of the payload",
        existing_nullable=False,
    )
    op.alter_column(
        "raw_news",
        "payload",
        existing_type=sa.TEXT(),
        comment="JSON object as fetched, within the source's terms",
        existing_comment="JSON object as fetched",
        existing_nullable=False,
    )
    op.add_column(
        "source",
        sa.Column(
            "every_minutes", sa.Integer(), nullable=True, comment="how often it is asked; null: not by the clock"
        ),
    )
    op.add_column(
        "source",
        sa.Column("off_reason", sa.Text(), nullable=True, comment="why it is not asked, one sentence; null: it is"),
    )
    op.alter_column(
        "source",
        "kind",
        existing_type=sa.TEXT(),
        comment="how it is read: archive, sample, rss, naver, dart, yfinance, ...",
        existing_comment="how it is read: sample or archive",
        existing_nullable=False,
    )
    op.add_column(
        "stock",
        sa.Column(
            "priority",
            sa.SmallInteger(),
            server_default="3",
            nullable=False,
            comment="1 (most) to 5: how deep it is crawled",
        ),
    )
    op.add_column(
        "stock_alias",
        sa.Column(
            "needs_context", sa.Boolean(), server_default="false", nullable=False, comment="true: also a common word"
        ),
    )
    op.create_check_constraint(op.f("stock_priority_check"), "stock", "priority BETWEEN 1 AND 5")
    op.alter_column(
        "notification",
        "kind",
        existing_type=sa.TEXT(),
        comment="run_failure, late_forecast, daemon_down, api_down, sender_down, backlog_old, recovered, test, ...",
        existing_comment="run_failure, late_forecast, daemon_down, api_down, test, heartbeat",
        existing_nullable=False,
    )
