"""Language models: prompts, prices, calls and their cost, replays, reports, vectors of reasons."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Language models: prompts, prices, calls and their cost, replays, reports, vectors of reasons."""
    op.create_table(
        "llm_call",
        sa.Column("call_key", sa.LargeBinary(), nullable=False, comment="SHA-256 of all that decides the answer"),
        sa.Column("provider", sa.Text(), nullable=False, comment="openai or openrouter"),
        sa.Column("identifier", sa.Text(), nullable=False, comment="the provider's name of the model"),
        sa.Column(
            "parameters",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="temperature, max_tokens, ...",
        ),
        sa.Column("schema_version", sa.Text(), nullable=False, comment="of the answer's type, e.g. forecast/1"),
        sa.Column("messages", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="as sent, frozen"),
        sa.Column(
            "sample", sa.SmallInteger(), nullable=False, comment="0, or 1 and more where the same is asked again"
        ),
        sa.Column(
            "observed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="when this installation first saw the fact; never changes",
        ),
        sa.Column("outcome_class", sa.Text(), nullable=True, comment="of the answer; null: none yet"),
        sa.Column("answer", sa.Text(), nullable=True, comment="as it came, at most 64 KiB; null: none"),
        sa.Column("detail", sa.Text(), nullable=True, comment="why it is not ok, one sentence"),
        sa.Column("prompt_tokens", sa.Integer(), nullable=True, comment="sent, as billed"),
        sa.Column("cached_tokens", sa.Integer(), nullable=True, comment="of them, cached by the provider"),
        sa.Column("completion_tokens", sa.Integer(), nullable=True, comment="answered, as billed"),
        sa.Column(
            "cost_usd",
            sa.Numeric(precision=14, scale=8),
            nullable=True,
            comment="of the attempt that brought the answer",
        ),
        sa.Column("latency_ms", sa.Integer(), nullable=True, comment="of that attempt"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True, comment="by the database's clock"),
        sa.CheckConstraint(
            "outcome_class IN ('ok', 'refusal', 'invalid_output', 'truncated', 'filtered')",
            name=op.f("llm_call_outcome_class_check"),
        ),
        sa.CheckConstraint("(outcome_class IS NULL) = (answered_at IS NULL)", name=op.f("llm_call_answered_check")),
        sa.PrimaryKeyConstraint("call_key", name=op.f("llm_call_pkey")),
        comment="Questions as sent and their answers, by content: asked once, paid once",
    )
    op.create_table(
        "llm_price",
        sa.Column("price_entry", sa.Text(), nullable=False, comment="what models name, e.g. gpt-4o-mini"),
        sa.Column("from_date", sa.Date(), nullable=False, comment="UTC day from which it holds"),
        sa.Column(
            "input_usd", sa.Numeric(precision=12, scale=6), nullable=False, comment="USD per million tokens sent"
        ),
        sa.Column(
            "cached_input_usd",
            sa.Numeric(precision=12, scale=6),
            nullable=False,
            comment="USD per million sent and cached there",
        ),
        sa.Column(
            "output_usd", sa.Numeric(precision=12, scale=6), nullable=False, comment="USD per million tokens answered"
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="where the price is from"),
        sa.Column(
            "observed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="when this installation first saw the fact; never changes",
        ),
        sa.CheckConstraint("least(input_usd, cached_input_usd, output_usd) >= 0", name=op.f("llm_price_amounts_check")),
        sa.PrimaryKeyConstraint("price_entry", "from_date", name=op.f("llm_price_pkey")),
        comment="What providers ask for, from which day on",
    )
    op.create_table(
        "llm_provider",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column(
            "not_before_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="it is not asked earlier: its Retry-After, or its quota",
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="one sentence"),
        sa.PrimaryKeyConstraint("provider", name=op.f("llm_provider_pkey")),
        comment="Providers that asked for patience, for every process",
    )
    op.create_table(
        "text_vector",
        sa.Column("text_key", sa.LargeBinary(), nullable=False, comment="SHA-256 of the text as sent"),
        sa.Column("embedding_model", sa.Text(), nullable=False, comment="name and dimension of what made the vector"),
        sa.Column("vector", sa.LargeBinary(), nullable=False, comment="little-endian float32, unit length"),
        sa.Column(
            "observed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="when this installation first saw the fact; never changes",
        ),
        sa.PrimaryKeyConstraint("text_key", "embedding_model", name=op.f("text_vector_pkey")),
        comment="Vectors that were paid for, by content; kept when derived tables are wiped",
    )
    op.create_table(
        "change_log",
        sa.Column("change_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="model, prompt or price"),
        sa.Column("name", sa.Text(), nullable=False, comment="of the model, prompt or price entry"),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="null: it was added"),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True, comment="null: from the command line"),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("subject IN ('model', 'prompt', 'price')", name=op.f("change_log_subject_check")),
        sa.ForeignKeyConstraint(["user_id"], ["user.user_id"], name=op.f("change_log_user_id_fkey")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("change_log_pkey")),
        comment="Who changed which model, prompt or price; append-only",
    )
    op.create_index(
        op.f("change_log_subject_name_changed_at_idx"), "change_log", ["subject", "name", "changed_at"], unique=False
    )
    op.create_table(
        "llm_attempt",
        sa.Column("attempt_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_key", sa.LargeBinary(), nullable=True, comment="null: vectors of texts"),
        sa.Column(
            "purpose", sa.Text(), nullable=False, comment="forecast, noise, report, replay, embedding or preview"
        ),
        sa.Column("market", sa.Text(), nullable=True, comment="market code; null: none"),
        sa.Column("session_date", sa.Date(), nullable=True, comment="session asked about; null: none"),
        sa.Column("model_name", sa.Text(), nullable=True, comment="null: vectors of texts"),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False, comment="Dagster run, or who else asked"),
        sa.Column(
            "started_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "reserved_usd", sa.Numeric(precision=14, scale=8), nullable=False, comment="the most it was thought to cost"
        ),
        sa.Column(
            "settled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when its end was recorded; null: in flight, or its process died",
        ),
        sa.Column(
            "cost_usd",
            sa.Numeric(precision=14, scale=8),
            nullable=True,
            comment="what it cost; the reservation counts until then",
        ),
        sa.Column(
            "is_estimated",
            sa.Boolean(),
            nullable=True,
            comment="true: no usage was told, the reservation was kept as the cost",
        ),
        sa.Column("outcome_class", sa.Text(), nullable=True, comment="of this attempt"),
        sa.Column("detail", sa.Text(), nullable=True, comment="what went wrong, one sentence"),
        sa.Column("prompt_tokens", sa.Integer(), nullable=True),
        sa.Column("cached_tokens", sa.Integer(), nullable=True),
        sa.Column("completion_tokens", sa.Integer(), nullable=True),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('forecast', 'noise', 'report', 'replay', 'embedding', 'preview')",
            name=op.f("llm_attempt_purpose_check"),
        ),
        sa.ForeignKeyConstraint(["call_key"], ["llm_call.call_key"], name=op.f("llm_attempt_call_key_fkey")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("llm_attempt_pkey")),
        comment="Every request to a provider with its money: reserved before, settled after; append-only",
    )
    op.create_index(op.f("llm_attempt_call_key_idx"), "llm_attempt", ["call_key"], unique=False)
    op.create_index(
        "llm_attempt_in_flight_idx",
        "llm_attempt",
        ["provider", "started_at"],
        unique=False,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(op.f("llm_attempt_run_id_idx"), "llm_attempt", ["run_id"], unique=False)
    op.create_index(op.f("llm_attempt_started_at_idx"), "llm_attempt", ["started_at"], unique=False)
    op.create_table(
        "prompt",
        sa.Column(
            "prompt_version", sa.Text(), nullable=False, comment="e.g. forecast-1; never changed once it is there"
        ),
        sa.Column("purpose", sa.Text(), nullable=False, comment="forecast or report"),
        sa.Column(
            "instructions", sa.Text(), nullable=False, comment="the stable part, sent first, the same bytes every time"
        ),
        sa.Column("question", sa.Text(), nullable=False, comment="what follows, with {{blocks}} that are filled in"),
        sa.Column("note", sa.Text(), nullable=False, comment="what is different about it, one sentence"),
        sa.Column("created_by", sa.BigInteger(), nullable=True, comment="null: came with Craveny"),
        sa.Column(
            "observed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="when this installation first saw the fact; never changes",
        ),
        sa.CheckConstraint("purpose IN ('forecast', 'report')", name=op.f("prompt_purpose_check")),
        sa.ForeignKeyConstraint(["created_by"], ["user.user_id"], name=op.f("prompt_created_by_fkey")),
        sa.PrimaryKeyConstraint("prompt_version", name=op.f("prompt_pkey")),
        comment="What models are told to do; append-only",
    )
    op.create_table(
        "llm_question",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("session_date", sa.Date(), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column(
            "sample",
            sa.SmallInteger(),
            nullable=False,
            comment="0 is the forecast; others measure the model's own noise",
        ),
        sa.Column("prompt_version", sa.Text(), nullable=False),
        sa.Column("call_key", sa.LargeBinary(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["call_key"], ["llm_call.call_key"], name=op.f("llm_question_call_key_fkey")),
        sa.ForeignKeyConstraint(["model_name"], ["model.model_name"], name=op.f("llm_question_model_name_fkey")),
        sa.ForeignKeyConstraint(
            ["prompt_version"], ["prompt.prompt_version"], name=op.f("llm_question_prompt_version_fkey")
        ),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.stock_id"], name=op.f("llm_question_stock_id_fkey")),
        sa.PrimaryKeyConstraint(
            "market", "session_date", "stock_id", "model_name", "sample", name=op.f("llm_question_pkey")
        ),
        comment="Which call each question of a session became; a re-run asks the same one",
    )
    op.create_index(op.f("llm_question_call_key_idx"), "llm_question", ["call_key"], unique=False)
    op.create_index(
        "llm_question_noise_idx",
        "llm_question",
        ["market", "session_date"],
        unique=False,
        postgresql_where=sa.text("sample > 0"),
    )
    op.create_table(
        "replay",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("session_date", sa.Date(), nullable=False, comment="the session forecast"),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("horizon", sa.SmallInteger(), nullable=False, comment="sessions: 1, 3 or 5"),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("prompt_version", sa.Text(), nullable=False),
        sa.Column("outcome_class", sa.Text(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=True, comment="of up, 0 to 1; null unless ok"),
        sa.Column("direction", sa.Text(), nullable=True, comment="up or down; null unless ok"),
        sa.Column("expected_move", sa.Double(), nullable=True, comment="return expected over the horizon, fraction"),
        sa.Column("reasoning", sa.Text(), nullable=True),
        sa.Column("is_contaminated", sa.Boolean(), nullable=False, comment="the model may have learnt what came of it"),
        sa.Column("call_key", sa.LargeBinary(), nullable=True, comment="null: not answered"),
        sa.Column(
            "replayed_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["call_key"], ["llm_call.call_key"], name=op.f("replay_call_key_fkey")),
        sa.ForeignKeyConstraint(["model_name"], ["model.model_name"], name=op.f("replay_model_name_fkey")),
        sa.ForeignKeyConstraint(["prompt_version"], ["prompt.prompt_version"], name=op.f("replay_prompt_version_fkey")),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.stock_id"], name=op.f("replay_stock_id_fkey")),
        sa.PrimaryKeyConstraint(
            "market", "session_date", "stock_id", "horizon", "model_name", "prompt_version", name=op.f("replay_pkey")
        ),
        comment="What a model would have said of a past session; never among the forecasts",
    )
    op.create_table(
        "stock_report",
        sa.Column("report_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("partition_date", sa.Date(), nullable=False, comment="local day whose partition holds the row"),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="daily, news or asked: why it was made"),
        sa.Column("outcome_class", sa.Text(), nullable=False),
        sa.Column(
            "content",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="summary, views, risks, opportunities; null unless ok",
        ),
        sa.Column(
            "base_price",
            sa.Numeric(precision=18, scale=6),
            nullable=False,
            comment="the last close known then, in currency",
        ),
        sa.Column(
            "target_price",
            sa.Numeric(precision=18, scale=6),
            nullable=True,
            comment="in currency; null: none that makes sense",
        ),
        sa.Column(
            "stop_price",
            sa.Numeric(precision=18, scale=6),
            nullable=True,
            comment="in currency; null: none that makes sense",
        ),
        sa.Column("currency", sa.Text(), nullable=False, comment="ISO 4217"),
        sa.Column("call_key", sa.LargeBinary(), nullable=True),
        sa.Column("cutoff_at", sa.DateTime(timezone=True), nullable=False, comment="nothing later is in it"),
        sa.Column("news_count", sa.Integer(), nullable=False, comment="stories it had read"),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("run_id", sa.Text(), nullable=False, comment="Dagster run that made it"),
        sa.CheckConstraint("reason IN ('daily', 'news', 'asked')", name=op.f("stock_report_reason_check")),
        sa.ForeignKeyConstraint(["call_key"], ["llm_call.call_key"], name=op.f("stock_report_call_key_fkey")),
        sa.ForeignKeyConstraint(["model_name"], ["model.model_name"], name=op.f("stock_report_model_name_fkey")),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.stock_id"], name=op.f("stock_report_stock_id_fkey")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("stock_report_pkey")),
        comment="What a model says of a stock at length; history is kept",
    )
    op.create_index(
        op.f("stock_report_market_partition_date_idx"), "stock_report", ["market", "partition_date"], unique=False
    )
    op.create_index(
        op.f("stock_report_stock_id_created_at_idx"), "stock_report", ["stock_id", "created_at"], unique=False
    )
    op.create_table(
        "prediction_embeddings",
        sa.Column("prediction_id", sa.BigInteger(), nullable=False),
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
            ["prediction_id"],
            ["prediction.prediction_id"],
            name=op.f("prediction_embeddings_prediction_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("prediction_id", "embedding_model", name=op.f("prediction_embeddings_pkey")),
        comment="Vectors of forecasts' reasons, one per stock, session and model: of its shortest horizon",
    )
    op.create_index(
        op.f("prediction_embeddings_market_partition_date_idx"),
        "prediction_embeddings",
        ["market", "partition_date"],
        unique=False,
    )
    op.create_table(
        "report_request",
        sa.Column("request_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True, comment="who asked; null: from the command line"),
        sa.Column(
            "requested_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("report_id", sa.BigInteger(), nullable=True, comment="what answered it; null: waiting"),
        sa.ForeignKeyConstraint(["report_id"], ["stock_report.report_id"], name=op.f("report_request_report_id_fkey")),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.stock_id"], name=op.f("report_request_stock_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["user.user_id"], name=op.f("report_request_user_id_fkey")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("report_request_pkey")),
        comment="Reports that people asked for; several askings are one while it waits",
    )
    op.create_index(
        op.f("report_request_stock_id_idx"),
        "report_request",
        ["stock_id"],
        unique=True,
        postgresql_where=sa.text("report_id IS NULL"),
    )
    op.alter_column(
        "model", "prompt_version", existing_type=sa.TEXT(), comment="null: takes no prompt", existing_nullable=True
    )
    op.alter_column(
        "model",
        "price_entry",
        existing_type=sa.TEXT(),
        comment="in llm_price; null: costs nothing",
        existing_nullable=True,
    )
    op.create_foreign_key(op.f("model_prompt_version_fkey"), "model", "prompt", ["prompt_version"], ["prompt_version"])
    op.add_column(
        "prediction",
        sa.Column(
            "expected_move", sa.Double(), nullable=True, comment="return the model expects over the horizon, fraction"
        ),
    )
    op.add_column(
        "prediction", sa.Column("call_key", sa.LargeBinary(), nullable=True, comment="the answer it was read from")
    )
    op.alter_column(
        "prediction",
        "reasoning",
        existing_type=sa.TEXT(),
        comment="the model's own words, as data",
        existing_nullable=True,
    )
    op.create_foreign_key(op.f("prediction_call_key_fkey"), "prediction", "llm_call", ["call_key"], ["call_key"])
    op.add_column(
        "prediction_evidence",
        sa.Column(
            "brief",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="what language models are told beyond it, frozen when the first of them is asked",
        ),
    )
    op.alter_column(
        "prediction_evidence",
        "question",
        existing_type=postgresql.JSONB(astext_type=sa.Text()),
        comment="what keyless models are told, frozen",
        existing_comment="everything a model may be told, frozen",
        existing_nullable=False,
    )
    op.alter_column(
        "notification",
        "kind",
        existing_type=sa.TEXT(),
        comment="run_failure, llm_stopped, late_forecast, source_silent, database_down, api_down, daemon_down, "
        "sender_down, backlog_old, recovered, heartbeat or test",
        existing_nullable=False,
    )
    op.alter_column(
        "source",
        "kind",
        existing_type=sa.TEXT(),
        comment="how it is read: archive, or the kind that the sources file names",
        existing_nullable=False,
    )
    op.alter_column(
        "fetch_log",
        "error_class",
        existing_type=sa.TEXT(),
        comment="kind of failure, e.g. timeout or robots; null: none",
        existing_comment="timeout, refused, status, robots, too_large, unreadable, ...",
        existing_nullable=True,
    )
