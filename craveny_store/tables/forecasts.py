"""What was said before an outcome was known: frozen questions, forecasts, replays."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from craveny_store.tables.columns import available_at, instant, market_column, metadata, partition_date, stock_id

prediction_evidence = Table(
    "prediction_evidence",
    metadata,
    market_column(),
    Column("session_date", Date, nullable=False),
    stock_id(),
    instant("cutoff_at", "nothing later is in the question"),
    Column("question", JSONB, nullable=False, comment="what keyless models are told, frozen"),
    Column("brief", JSONB, comment="what language models are told beyond it, frozen when the first of them is asked"),
    Column("is_declared", Boolean, nullable=False, comment="rests on an archive's word for when facts were known"),
    Column("degraded", ARRAY(Text), nullable=False, comment="sources that had not been read up to the cut-off"),
    Column("frozen_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("market", "session_date", "stock_id"),
    comment="The frozen question of a stock and session; re-runs answer it again",
)

prediction = Table(
    "prediction",
    metadata,
    Column("prediction_id", BigInteger, Identity(), primary_key=True),
    market_column(),
    Column("session_date", Date, nullable=False, comment="the session forecast"),
    Column("model_name", Text, ForeignKey("model.model_name"), nullable=False),
    stock_id(),
    Column("horizon", SmallInteger, nullable=False, comment="sessions: 1, 3 or 5"),
    Column("outcome_class", Text, nullable=False),
    Column("probability", Double, comment="of up, 0 to 1; null unless ok"),
    Column("direction", Text, comment="up or down; null unless ok"),
    Column("climatology", Double, nullable=False, comment="base rate of up; scores every class but ok"),
    Column("origin", Text, nullable=False, comment="live, late, reconstructed or replay"),
    Column("degraded", ARRAY(Text), nullable=False, comment="sources not read up to the cut-off"),
    Column("reasoning", Text, comment="the model's own words, as data"),
    Column("expected_move", Double, comment="return the model expects over the horizon, fraction"),
    Column("call_key", LargeBinary, ForeignKey("llm_call.call_key"), comment="the answer it was read from"),
    instant("issued_at", "when it was made, by the database's clock"),
    Column("run_id", Text, nullable=False, comment="Dagster run that made it"),
    UniqueConstraint("market", "session_date", "model_name", "stock_id", "horizon"),
    CheckConstraint(
        "outcome_class IN ('ok', 'no_input', 'refusal', 'invalid_output', 'truncated', 'filtered', 'quota',"
        " 'transient', 'provider_bug')",
        name="outcome_class",
    ),
    CheckConstraint("origin IN ('live', 'late', 'reconstructed', 'replay')", name="origin"),
    CheckConstraint("(outcome_class = 'ok') = (probability IS NOT NULL)", name="answered"),
    CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
    Index(None, "stock_id", "session_date"),
    # What is rare would otherwise be looked for through everything that is not.
    Index(
        "prediction_outcome_class_idx", "market", "outcome_class", "session_date",
        postgresql_where=text("outcome_class <> 'ok'"),
    ),
    Index(
        "prediction_origin_idx", "market", "origin", "session_date", postgresql_where=text("origin <> 'reconstructed'")
    ),
    comment="What each model said, one row per stock, session and horizon",
)  # fmt: skip

prediction_embeddings = Table(
    "prediction_embeddings",
    metadata,
    Column("prediction_id", BigInteger, ForeignKey("prediction.prediction_id", ondelete="CASCADE"), nullable=False),
    Column("embedding_model", Text, nullable=False, comment="name and version of what made the vector"),
    market_column(),
    partition_date(),
    available_at(),
    Column("vector", LargeBinary, nullable=False, comment="little-endian float32, unit length"),
    PrimaryKeyConstraint("prediction_id", "embedding_model"),
    Index(None, "market", "partition_date"),
    comment="Vectors of forecasts' reasons, one per stock, session and model: of its shortest horizon",
)

replay = Table(
    "replay",
    metadata,
    market_column(),
    Column("session_date", Date, nullable=False, comment="the session forecast"),
    stock_id(),
    Column("horizon", SmallInteger, nullable=False, comment="sessions: 1, 3 or 5"),
    Column("model_name", Text, ForeignKey("model.model_name"), nullable=False),
    Column("prompt_version", Text, ForeignKey("prompt.prompt_version"), nullable=False),
    Column("outcome_class", Text, nullable=False),
    Column("probability", Double, comment="of up, 0 to 1; null unless ok"),
    Column("direction", Text, comment="up or down; null unless ok"),
    Column("expected_move", Double, comment="return expected over the horizon, fraction"),
    Column("reasoning", Text),
    Column("is_contaminated", Boolean, nullable=False, comment="the model may have learnt what came of it"),
    Column("call_key", LargeBinary, ForeignKey("llm_call.call_key"), comment="null: not answered"),
    Column("replayed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("market", "session_date", "stock_id", "horizon", "model_name", "prompt_version"),
    comment="What a model would have said of a past session; never among the forecasts",
)
