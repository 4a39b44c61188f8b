"""What language models were asked, what they answered, what it cost."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from craveny_store.tables.columns import instant, market_column, metadata, observed_at, stock_id

llm_call = Table(
    "llm_call",
    metadata,
    Column("call_key", LargeBinary, primary_key=True, comment="SHA-256 of all that decides the answer"),
    Column("provider", Text, nullable=False, comment="openai or openrouter"),
    Column("identifier", Text, nullable=False, comment="the provider's name of the model"),
    Column("parameters", JSONB, nullable=False, comment="temperature, max_tokens, ..."),
    Column("schema_version", Text, nullable=False, comment="of the answer's type, e.g. forecast/1"),
    Column("messages", JSONB, nullable=False, comment="as sent, frozen"),
    Column("sample", SmallInteger, nullable=False, comment="0, or 1 and more where the same is asked again"),
    observed_at(),
    Column("outcome_class", Text, comment="of the answer; null: none yet"),
    Column("answer", Text, comment="as it came, at most 64 KiB; null: none"),
    Column("detail", Text, comment="why it is not ok, one sentence"),
    Column("prompt_tokens", Integer, comment="sent, as billed"),
    Column("cached_tokens", Integer, comment="of them, cached by the provider"),
    Column("completion_tokens", Integer, comment="answered, as billed"),
    Column("cost_usd", Numeric(14, 8), comment="of the attempt that brought the answer"),
    Column("latency_ms", Integer, comment="of that attempt"),
    instant("answered_at", "by the database's clock", nullable=True),
    CheckConstraint(
        "outcome_class IN ('ok', 'refusal', 'invalid_output', 'truncated', 'filtered')", name="outcome_class"
    ),
    CheckConstraint("(outcome_class IS NULL) = (answered_at IS NULL)", name="answered"),
    comment="Questions as sent and their answers, by content: asked once, paid once",
)

llm_question = Table(
    "llm_question",
    metadata,
    market_column(),
    Column("session_date", Date, nullable=False),
    stock_id(),
    Column("model_name", Text, ForeignKey("model.model_name"), nullable=False),
    Column("sample", SmallInteger, nullable=False, comment="0 is the forecast; others measure the model's own noise"),
    Column("prompt_version", Text, ForeignKey("prompt.prompt_version"), nullable=False),
    Column("call_key", LargeBinary, ForeignKey("llm_call.call_key"), nullable=False),
    Column("frozen_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("market", "session_date", "stock_id", "model_name", "sample"),
    Index(None, "call_key"),
    # What was asked again is rare.
    Index("llm_question_noise_idx", "market", "session_date", postgresql_where=text("sample > 0")),
    comment="Which call each question of a session became; a re-run asks the same one",
)

llm_attempt = Table(
    "llm_attempt",
    metadata,
    Column("attempt_id", BigInteger, Identity(), primary_key=True),
    Column("call_key", LargeBinary, ForeignKey("llm_call.call_key"), comment="null: vectors of texts"),
    Column("purpose", Text, nullable=False, comment="forecast, noise, report, replay, embedding or preview"),
    Column("market", Text, comment="market code; null: none"),
    Column("session_date", Date, comment="session asked about; null: none"),
    Column("model_name", Text, comment="null: vectors of texts"),
    Column("provider", Text, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("run_id", Text, nullable=False, comment="Dagster run, or who else asked"),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("reserved_usd", Numeric(14, 8), nullable=False, comment="the most it was thought to cost"),
    instant("settled_at", "when its end was recorded; null: in flight, or its process died", nullable=True),
    Column("cost_usd", Numeric(14, 8), comment="what it cost; the reservation counts until then"),
    Column("is_estimated", Boolean, comment="true: no usage was told, the reservation was kept as the cost"),
    Column("outcome_class", Text, comment="of this attempt"),
    Column("detail", Text, comment="what went wrong, one sentence"),
    Column("prompt_tokens", Integer),
    Column("cached_tokens", Integer),
    Column("completion_tokens", Integer),
    Column("latency_ms", Integer),
    Index(None, "started_at"),
    Index(None, "run_id"),
    Index(None, "call_key"),
    Index("llm_attempt_in_flight_idx", "provider", "started_at", postgresql_where=text("settled_at IS NULL")),
    CheckConstraint("purpose IN ('forecast', 'noise', 'report', 'replay', 'embedding', 'preview')", name="purpose"),
    comment="Every request to a provider with its money: reserved before, settled after; append-only",
)

llm_provider = Table(
    "llm_provider",
    metadata,
    Column("provider", Text, primary_key=True),
    instant("not_before_at", "it is not asked earlier: its Retry-After, or its quota"),
    Column("reason", Text, nullable=False, comment="one sentence"),
    comment="Providers that asked for patience, for every process",
)

text_vector = Table(
    "text_vector",
    metadata,
    Column("text_key", LargeBinary, nullable=False, comment="SHA-256 of the text as sent"),
    Column("embedding_model", Text, nullable=False, comment="name and dimension of what made the vector"),
    Column("vector", LargeBinary, nullable=False, comment="little-endian float32, unit length"),
    observed_at(),
    PrimaryKeyConstraint("text_key", "embedding_model"),
    comment="Vectors that were paid for, by content; kept when derived tables are wiped",
)
