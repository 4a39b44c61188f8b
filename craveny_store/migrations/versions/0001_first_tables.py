"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The first tables."""
    op.execute(sa.schema.CreateSequence(sa.Sequence("partition_version")))
    op.create_table(
        "archive_item",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("source", sa.Text(), nullable=False, comment="name of the imported archive"),
        sa.Column("feed", sa.Text(), nullable=False, comment="news or price"),
        sa.Column("item_key", sa.Text(), nullable=False, comment="unique within source and feed"),
        sa.Column(
            "local_date", sa.Date(), nullable=False, comment="local day of available_at (news) or the session (price)"
        ),
        sa.Column(
            "available_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the fact could first be known; fences compare this",
        ),
        sa.Column("payload", sa.Text(), nullable=False, comment="the row as JSON"),
        sa.PrimaryKeyConstraint("market", "source", "feed", "item_key", name=op.f("archive_item_pkey")),
        comment="Rows of imported archives, waiting to be read by day",
    )
    op.create_index(
        op.f("archive_item_market_source_feed_local_date_idx"),
        "archive_item",
        ["market", "source", "feed", "local_date"],
        unique=False,
    )
    op.create_table(
        "daily_performance",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("settle_date", sa.Date(), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("horizon", sa.SmallInteger(), nullable=False, comment="sessions"),
        sa.Column("board", sa.Text(), nullable=False, comment="live or reconstructed"),
        sa.Column("asked", sa.Integer(), nullable=False, comment="settled questions, every outcome class"),
        sa.Column("answered", sa.Integer(), nullable=False, comment="of them, outcome class ok"),
        sa.Column("true_up", sa.Integer(), nullable=False),
        sa.Column("false_up", sa.Integer(), nullable=False),
        sa.Column("true_down", sa.Integer(), nullable=False),
        sa.Column("false_down", sa.Integer(), nullable=False),
        sa.Column("ties", sa.Integer(), nullable=False, comment="returns of exactly zero, counted as not up"),
        sa.Column("void", sa.Integer(), nullable=False, comment="questions without an outcome; not in asked"),
        sa.Column("brier_sum", sa.Double(), nullable=False, comment="over asked"),
        sa.Column("log_score_sum", sa.Double(), nullable=False, comment="natural log, clipped to .01-.99, over asked"),
        sa.Column(
            "return_sum",
            sa.Double(),
            nullable=False,
            comment="signed tradable returns of answered questions, fractions",
        ),
        sa.Column("returns", sa.Integer(), nullable=False, comment="how many returns were summed"),
        sa.CheckConstraint("board IN ('live', 'reconstructed')", name=op.f("daily_performance_board_check")),
        sa.PrimaryKeyConstraint(
            "market", "settle_date", "model_name", "horizon", "board", name=op.f("daily_performance_pkey")
        ),
        comment="One day's own figures per model; longer windows are summed on reading",
    )
    op.create_table(
        "lease",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("asset", sa.Text(), nullable=False, comment="asset name, without the market"),
        sa.Column("partition_date", sa.Date(), nullable=False, comment="local day whose partition holds the row"),
        sa.Column("model_name", sa.Text(), server_default="", nullable=False, comment="empty: the whole asset and day"),
        sa.Column("holder", sa.Text(), nullable=False, comment="run id"),
        sa.Column(
            "epoch",
            sa.BigInteger(),
            nullable=False,
            comment="grows with each holder; a write must name the current one",
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, comment="by the database's clock"),
        sa.PrimaryKeyConstraint("market", "asset", "partition_date", "model_name", name=op.f("lease_pkey")),
        comment="Who may write a partition now",
    )
    op.create_table(
        "market_session",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("session_date", sa.Date(), nullable=False, comment="local trading day"),
        sa.Column("open_at", sa.DateTime(timezone=True), nullable=False, comment="regular open"),
        sa.Column("close_at", sa.DateTime(timezone=True), nullable=False, comment="regular close"),
        sa.CheckConstraint("open_at < close_at", name=op.f("market_session_order_check")),
        sa.PrimaryKeyConstraint("market", "session_date", name=op.f("market_session_pkey")),
        comment="Regular trading sessions, from the exchange calendar and the reviewed overlay",
    )
    op.create_table(
        "model",
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False, comment="baseline, openai, openrouter"),
        sa.Column("identifier", sa.Text(), nullable=False, comment="what the provider calls it"),
        sa.Column("is_floor", sa.Boolean(), nullable=False, comment="always runs and is always ranked"),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("prompt_version", sa.Text(), nullable=True),
        sa.Column("price_entry", sa.Text(), nullable=True),
        sa.Column("knowledge_cutoff_date", sa.Date(), nullable=True, comment="null: unknown"),
        sa.Column(
            "observed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="when this installation first saw the fact; never changes",
        ),
        sa.PrimaryKeyConstraint("model_name", name=op.f("model_pkey")),
        comment="Forecasters",
    )
    op.create_table(
        "partition_check",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("asset", sa.Text(), nullable=False, comment="asset name, without the market"),
        sa.Column("partition_date", sa.Date(), nullable=False, comment="local day whose partition holds the row"),
        sa.Column("model_name", sa.Text(), server_default="", nullable=False, comment="empty: the whole asset and day"),
        sa.Column("check_name", sa.Text(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("blocks", sa.Boolean(), nullable=False, comment="whether readers refuse the day while it fails"),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False, comment="by the database's clock"),
        sa.PrimaryKeyConstraint(
            "market", "asset", "partition_date", "model_name", "check_name", name=op.f("partition_check_pkey")
        ),
        comment="Per-day gates",
    )
    op.create_table(
        "partition_input",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("asset", sa.Text(), nullable=False, comment="asset name, without the market"),
        sa.Column("partition_date", sa.Date(), nullable=False, comment="local day whose partition holds the row"),
        sa.Column("model_name", sa.Text(), server_default="", nullable=False, comment="empty: the whole asset and day"),
        sa.Column("input_asset", sa.Text(), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False, comment="partitions of the input that existed in the span"),
        sa.Column("newest_version", sa.BigInteger(), nullable=False, comment="highest version among them"),
        sa.PrimaryKeyConstraint(
            "market", "asset", "partition_date", "model_name", "input_asset", name=op.f("partition_input_pkey")
        ),
        comment="The exact days each partition read: the true lineage",
    )
    op.create_table(
        "partition_state",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("asset", sa.Text(), nullable=False, comment="asset name, without the market"),
        sa.Column("partition_date", sa.Date(), nullable=False, comment="local day whose partition holds the row"),
        sa.Column("model_name", sa.Text(), server_default="", nullable=False, comment="empty: the whole asset and day"),
        sa.Column(
            "version", sa.BigInteger(), nullable=False, comment="grows whenever the content changes; caches compare it"
        ),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False, comment="rows added by the last run"),
        sa.Column("changed", sa.BigInteger(), nullable=False, comment="rows changed or removed by the last run"),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False, comment="Dagster run that wrote last"),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False, comment="when the last run committed"),
        sa.PrimaryKeyConstraint("market", "asset", "partition_date", "model_name", name=op.f("partition_state_pkey")),
        comment="What has been materialized, by our own account",
    )
    op.create_table(
        "quarantine",
        sa.Column("quarantine_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False, comment="news, price or stock"),
        sa.Column("item_key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="one sentence"),
        sa.Column("payload", sa.Text(), nullable=False, comment="the row as it came, at most 4,000 characters"),
        sa.Column(
            "observed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="when this installation first saw the fact; never changes",
        ),
        sa.PrimaryKeyConstraint("quarantine_id", name=op.f("quarantine_pkey")),
        sa.UniqueConstraint(
            "market",
            "source",
            "feed",
            "item_key",
            "reason",
            name=op.f("quarantine_market_source_feed_item_key_reason_key"),
        ),
        comment="Rows that could not be used, with the reason; never deleted",
    )
    op.create_table(
        "raw_news",
        sa.Column("raw_news_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("item_key", sa.Text(), nullable=False, comment="unique within the source"),
        sa.Column("payload_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the payload"),
        sa.Column("payload", sa.Text(), nullable=False, comment="JSON object as fetched"),
        sa.Column(
            "available_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the fact could first be known; fences compare this",
        ),
        sa.Column("basis", sa.Text(), nullable=False, comment="who vouches for available_at: observed or declared"),
        sa.Column(
            "observed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="when this installation first saw the fact; never changes",
        ),
        sa.CheckConstraint("basis IN ('observed', 'declared')", name=op.f("raw_news_basis_check")),
        sa.PrimaryKeyConstraint("raw_news_id", name=op.f("raw_news_pkey")),
        sa.UniqueConstraint(
            "market",
            "source",
            "item_key",
            "payload_hash",
            name=op.f("raw_news_market_source_item_key_payload_hash_key"),
        ),
        comment="Items as fetched; append-only",
    )
    op.create_index(op.f("raw_news_market_available_at_idx"), "raw_news", ["market", "available_at"], unique=False)
    op.create_table(
        "source",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("name", sa.Text(), nullable=False, comment="source name, unique within the market"),
        sa.Column("feed", sa.Text(), nullable=False, comment="what it speaks of: news or price"),
        sa.Column("kind", sa.Text(), nullable=False, comment="how it is read: sample or archive"),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False, comment="true when the data is invented"),
        sa.Column("first_date", sa.Date(), nullable=False, comment="first local day it can speak for"),
        sa.Column(
            "last_date", sa.Date(), nullable=True, comment="last local day it can speak for; null: still growing"
        ),
        sa.CheckConstraint("feed IN ('news', 'price')", name=op.f("source_feed_check")),
        sa.PrimaryKeyConstraint("market", "name", "feed", name=op.f("source_pkey")),
        comment="Where news and prices come from, per market",
    )
    op.create_table(
        "source_watermark",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False, comment="news or price"),
        sa.Column(
            "reached_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="everything the source had up to this instant has been read",
        ),
        sa.PrimaryKeyConstraint("market", "source", "feed", name=op.f("source_watermark_pkey")),
        comment="How far each source has been read",
    )
    op.create_table(
        "stock",
        sa.Column("stock_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("symbol", sa.Text(), nullable=False, comment="ticker or code as the market writes it"),
        sa.Column("name", sa.Text(), nullable=False, comment="name in the market's language"),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False, comment="stock or index"),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False, comment="ISO 4217"),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False, comment="true when invented by the sample"),
        sa.Column(
            "available_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the fact could first be known; fences compare this",
        ),
        sa.Column(
            "retired_at", sa.DateTime(timezone=True), nullable=True, comment="from then on no longer in the universe"
        ),
        sa.Column(
            "observed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="when this installation first saw the fact; never changes",
        ),
        sa.CheckConstraint("kind IN ('stock', 'index')", name=op.f("stock_kind_check")),
        sa.PrimaryKeyConstraint("stock_id", name=op.f("stock_pkey")),
        sa.UniqueConstraint("market", "symbol", name=op.f("stock_market_symbol_key")),
        comment="Stocks and indices; effective-dated by available_at and retired_at",
    )
    op.create_table(
        "vector_mirror",
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("partition_date", sa.Date(), nullable=False, comment="local day whose partition holds the row"),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="partition_state version that was mirrored"),
        sa.PrimaryKeyConstraint("collection", "market", "partition_date", name=op.f("vector_mirror_pkey")),
        comment="Which days' vectors the Milvus mirror holds",
    )
    op.create_table(
        "match_review",
        sa.Column("review_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("news_id", sa.BigInteger(), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False, comment="confirmed or rejected"),
        sa.Column(
            "available_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the fact could first be known; fences compare this",
        ),
        sa.Column(
            "observed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="when this installation first saw the fact; never changes",
        ),
        sa.CheckConstraint("verdict IN ('confirmed', 'rejected')", name=op.f("match_review_verdict_check")),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.stock_id"], name=op.f("match_review_stock_id_fkey")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("match_review_pkey")),
        comment="Human judgements of links; the latest one before a fence counts",
    )
    op.create_index(op.f("match_review_news_id_stock_id_idx"), "match_review", ["news_id", "stock_id"], unique=False)
    op.create_table(
        "model_activation",
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column(
            "active_from_at", sa.DateTime(timezone=True), nullable=False, comment="forecasts for cut-offs from then on"
        ),
        sa.Column(
            "active_until_at", sa.DateTime(timezone=True), nullable=True, comment="and before then; null: still active"
        ),
        sa.ForeignKeyConstraint(["model_name"], ["model.model_name"], name=op.f("model_activation_model_name_fkey")),
        sa.PrimaryKeyConstraint("model_name", "active_from_at", name=op.f("model_activation_pkey")),
        comment="When each model is asked",
    )
    op.create_table(
        "news",
        sa.Column("news_id", sa.BigInteger(), nullable=False, comment="first raw item's id"),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("partition_date", sa.Date(), nullable=False, comment="local day whose partition holds the row"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False, comment="at most 100 characters"),
        sa.Column("link", sa.Text(), nullable=True, comment="http or https"),
        sa.Column("language", sa.Text(), nullable=False, comment="ko, en or und"),
        sa.Column(
            "story_id",
            sa.BigInteger(),
            nullable=False,
            comment="news_id of the earliest near-duplicate, three days back",
        ),
        sa.Column(
            "symbols", sa.ARRAY(sa.Text()), nullable=False, comment="stocks the source itself names, once per naming"
        ),
        sa.Column("positive", sa.SmallInteger(), nullable=False, comment="positive words of the lexicon"),
        sa.Column("negative", sa.SmallInteger(), nullable=False, comment="negative words of the lexicon"),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True, comment="as the source states it"),
        sa.Column(
            "available_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the fact could first be known; fences compare this",
        ),
        sa.Column("basis", sa.Text(), nullable=False, comment="who vouches for available_at: observed or declared"),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False, comment="true when invented by the sample"),
        sa.CheckConstraint("basis IN ('observed', 'declared')", name=op.f("news_basis_check")),
        sa.ForeignKeyConstraint(["news_id"], ["raw_news.raw_news_id"], name=op.f("news_news_id_fkey")),
        sa.PrimaryKeyConstraint("news_id", name=op.f("news_pkey")),
        comment="Clean articles",
    )
    op.create_index(op.f("news_market_available_at_idx"), "news", ["market", "available_at"], unique=False)
    op.create_index(op.f("news_market_partition_date_idx"), "news", ["market", "partition_date"], unique=False)
    op.create_table(
        "prediction",
        sa.Column("prediction_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("session_date", sa.Date(), nullable=False, comment="the session forecast"),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("horizon", sa.SmallInteger(), nullable=False, comment="sessions: 1, 3 or 5"),
        sa.Column("outcome_class", sa.Text(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=True, comment="of up, 0 to 1; null unless ok"),
        sa.Column("direction", sa.Text(), nullable=True, comment="up or down; null unless ok"),
        sa.Column("climatology", sa.Double(), nullable=False, comment="base rate of up; scores every class but ok"),
        sa.Column("origin", sa.Text(), nullable=False, comment="live, late, reconstructed or replay"),
        sa.Column("degraded", sa.ARRAY(sa.Text()), nullable=False, comment="sources not read up to the cut-off"),
        sa.Column("reasoning", sa.Text(), nullable=True),
        sa.Column(
            "issued_at", sa.DateTime(timezone=True), nullable=False, comment="when it was made, by the database's clock"
        ),
        sa.Column("run_id", sa.Text(), nullable=False, comment="Dagster run that made it"),
        sa.CheckConstraint(
            "(outcome_class = 'ok') = (probability IS NOT NULL)", name=op.f("prediction_answered_check")
        ),
        sa.CheckConstraint(
            "origin IN ('live', 'late', 'reconstructed', 'replay')", name=op.f("prediction_origin_check")
        ),
        sa.CheckConstraint(
            "outcome_class IN ('ok', 'no_input', 'refusal', 'invalid_output', 'truncated', 'filtered', 'quota',"
            " 'transient', 'provider_bug')",
            name=op.f("prediction_outcome_class_check"),
        ),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name=op.f("prediction_probability_check")),
        sa.ForeignKeyConstraint(["model_name"], ["model.model_name"], name=op.f("prediction_model_name_fkey")),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.stock_id"], name=op.f("prediction_stock_id_fkey")),
        sa.PrimaryKeyConstraint("prediction_id", name=op.f("prediction_pkey")),
        sa.UniqueConstraint(
            "market",
            "session_date",
            "model_name",
            "stock_id",
            "horizon",
            name=op.f("prediction_market_session_date_model_name_stock_id_horizon_key"),
        ),
        comment="What each model said, one row per stock, session and horizon",
    )
    op.create_table(
        "prediction_evidence",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("session_date", sa.Date(), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("cutoff_at", sa.DateTime(timezone=True), nullable=False, comment="nothing later is in the question"),
        sa.Column(
            "question",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="everything a model may be told, frozen",
        ),
        sa.Column(
            "is_declared", sa.Boolean(), nullable=False, comment="rests on an archive's word for when facts were known"
        ),
        sa.Column(
            "degraded", sa.ARRAY(sa.Text()), nullable=False, comment="sources that had not been read up to the cut-off"
        ),
        sa.Column("frozen_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.stock_id"], name=op.f("prediction_evidence_stock_id_fkey")),
        sa.PrimaryKeyConstraint("market", "session_date", "stock_id", name=op.f("prediction_evidence_pkey")),
        comment="The frozen question of a stock and session; re-runs answer it again",
    )
    op.create_table(
        "price",
        sa.Column("price_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("session_date", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("open", sa.Numeric(precision=18, scale=6), nullable=False, comment="in currency, as traded"),
        sa.Column("high", sa.Numeric(precision=18, scale=6), nullable=False, comment="in currency, as traded"),
        sa.Column("low", sa.Numeric(precision=18, scale=6), nullable=False, comment="in currency, as traded"),
        sa.Column("close", sa.Numeric(precision=18, scale=6), nullable=False, comment="in currency, as traded"),
        sa.Column(
            "adj_close",
            sa.Numeric(precision=18, scale=6),
            nullable=True,
            comment="the source's own adjusted close, in currency",
        ),
        sa.Column("volume", sa.BigInteger(), nullable=False, comment="shares"),
        sa.Column(
            "split_ratio",
            sa.Numeric(precision=12, scale=6),
            nullable=False,
            comment="new shares per old, effective at this open",
        ),
        sa.Column("currency", sa.Text(), nullable=False, comment="ISO 4217"),
        sa.Column(
            "available_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the fact could first be known; fences compare this",
        ),
        sa.Column("basis", sa.Text(), nullable=False, comment="who vouches for available_at: observed or declared"),
        sa.Column(
            "observed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="when this installation first saw the fact; never changes",
        ),
        sa.CheckConstraint("basis IN ('observed', 'declared')", name=op.f("price_basis_check")),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.stock_id"], name=op.f("price_stock_id_fkey")),
        sa.PrimaryKeyConstraint("price_id", name=op.f("price_pkey")),
        sa.UniqueConstraint(
            "stock_id",
            "session_date",
            "source",
            "available_at",
            name=op.f("price_stock_id_session_date_source_available_at_key"),
        ),
        comment="Daily bars as observed; a correction is a new row",
    )
    op.create_index(op.f("price_market_session_date_idx"), "price", ["market", "session_date"], unique=False)
    op.create_table(
        "stock_alias",
        sa.Column("alias_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False, comment="a name, ticker or code the stock is written as"),
        sa.Column("kind", sa.Text(), nullable=False, comment="name, ticker, code or alias"),
        sa.Column(
            "available_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the fact could first be known; fences compare this",
        ),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True, comment="from then on no longer used"),
        sa.Column(
            "observed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="when this installation first saw the fact; never changes",
        ),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.stock_id"], name=op.f("stock_alias_stock_id_fkey")),
        sa.PrimaryKeyConstraint("alias_id", name=op.f("stock_alias_pkey")),
        sa.UniqueConstraint(
            "stock_id", "alias", "kind", "available_at", name=op.f("stock_alias_stock_id_alias_kind_available_at_key")
        ),
        comment="What stocks are called in text; effective-dated",
    )
    op.create_table(
        "evaluation_history",
        sa.Column("evaluation_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("prediction_id", sa.BigInteger(), nullable=False),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("settle_date", sa.Date(), nullable=False, comment="session whose close settles it"),
        sa.Column("session_date", sa.Date(), nullable=False, comment="session forecast"),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("horizon", sa.SmallInteger(), nullable=False, comment="sessions"),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="settled or void"),
        sa.Column("reason", sa.Text(), nullable=True, comment="why void, or why settled late"),
        sa.Column("entry_price_id", sa.BigInteger(), nullable=True, comment="last close before the cut-off"),
        sa.Column("exit_price_id", sa.BigInteger(), nullable=True, comment="the settling close"),
        sa.Column("outcome_return", sa.Double(), nullable=True, comment="close to close, split-adjusted, fraction"),
        sa.Column(
            "tradable_return",
            sa.Double(),
            nullable=True,
            comment="open of the session to the settling close, split-adjusted, fraction",
        ),
        sa.Column("is_up", sa.Boolean(), nullable=True, comment="outcome_return above zero"),
        sa.Column("is_tie", sa.Boolean(), nullable=True, comment="outcome_return exactly zero"),
        sa.Column("is_hit", sa.Boolean(), nullable=True, comment="direction came true; null unless the forecast is ok"),
        sa.Column(
            "scored_probability", sa.Double(), nullable=False, comment="the forecast's, or the climatology unless ok"
        ),
        sa.Column(
            "settled_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "superseded_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="a correction re-settled it then; null: current",
        ),
        sa.CheckConstraint("status IN ('settled', 'void')", name=op.f("evaluation_history_status_check")),
        sa.ForeignKeyConstraint(
            ["entry_price_id"], ["price.price_id"], name=op.f("evaluation_history_entry_price_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["exit_price_id"], ["price.price_id"], name=op.f("evaluation_history_exit_price_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["prediction_id"],
            ["prediction.prediction_id"],
            name=op.f("evaluation_history_prediction_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.stock_id"], name=op.f("evaluation_history_stock_id_fkey")),
        sa.PrimaryKeyConstraint("evaluation_id", name=op.f("evaluation_history_pkey")),
        comment="Forecasts settled; an earlier settlement is kept, superseded",
    )
    op.create_index(
        "evaluation_history_current_key",
        "evaluation_history",
        ["market", "settle_date", "model_name", "stock_id", "session_date", "horizon"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(op.f("evaluation_history_prediction_id_idx"), "evaluation_history", ["prediction_id"], unique=False)
    op.create_table(
        "match",
        sa.Column("news_id", sa.BigInteger(), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("partition_date", sa.Date(), nullable=False, comment="local day whose partition holds the row"),
        sa.Column("kind", sa.Text(), nullable=False, comment="declared by the source, or name, ticker, code, alias"),
        sa.Column("span", sa.Text(), nullable=False, comment="the words that link; empty when declared"),
        sa.Column("span_start", sa.Integer(), nullable=True, comment="offset in title and excerpt, characters"),
        sa.Column("score", sa.Double(), nullable=False, comment="0 to 1"),
        sa.Column(
            "mentions", sa.SmallInteger(), nullable=False, comment="times the source named the stock for this article"
        ),
        sa.Column(
            "available_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the fact could first be known; fences compare this",
        ),
        sa.ForeignKeyConstraint(["news_id"], ["news.news_id"], name=op.f("match_news_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.stock_id"], name=op.f("match_stock_id_fkey")),
        sa.PrimaryKeyConstraint("news_id", "stock_id", name=op.f("match_pkey")),
        comment="Which article is about which stock, many to many",
    )
    op.create_index(op.f("match_market_available_at_idx"), "match", ["market", "available_at"], unique=False)
    op.create_index(op.f("match_market_partition_date_idx"), "match", ["market", "partition_date"], unique=False)
    op.create_table(
        "news_embeddings",
        sa.Column("news_id", sa.BigInteger(), nullable=False),
        sa.Column("embedding_model", sa.Text(), nullable=False, comment="name and version of what made the vector"),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("partition_date", sa.Date(), nullable=False, comment="local day whose partition holds the row"),
        sa.Column(
            "available_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the fact could first be known; fences compare this",
        ),
        sa.Column("vector", sa.LargeBinary(), nullable=False, comment="little-endian float32, unit length"),
        sa.ForeignKeyConstraint(
            ["news_id"], ["news.news_id"], name=op.f("news_embeddings_news_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("news_id", "embedding_model", name=op.f("news_embeddings_pkey")),
        comment="Vectors of articles; Milvus mirrors the newest",
    )
    op.create_index(
        op.f("news_embeddings_market_embedding_model_available_at_idx"),
        "news_embeddings",
        ["market", "embedding_model", "available_at"],
        unique=False,
    )
    op.create_index(
        op.f("news_embeddings_market_partition_date_idx"), "news_embeddings", ["market", "partition_date"], unique=False
    )
