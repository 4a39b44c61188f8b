"""Who forecasts: models, when they are asked, with which prompts, at which prices, and who changed that."""

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
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

from craveny_store.tables.columns import instant, metadata, observed_at

prompt = Table(
    "prompt",
    metadata,
    Column("prompt_version", Text, primary_key=True, comment="e.g. forecast-1; never changed once it is there"),
    Column("purpose", Text, nullable=False, comment="forecast or report"),
    Column("instructions", Text, nullable=False, comment="the stable part, sent first, the same bytes every time"),
    Column("question", Text, nullable=False, comment="what follows, with {{blocks}} that are filled in"),
    Column("note", Text, nullable=False, comment="what is different about it, one sentence"),
    Column("created_by", BigInteger, ForeignKey("user.user_id"), comment="null: came with Craveny"),
    observed_at(),
    CheckConstraint("purpose IN ('forecast', 'report')", name="purpose"),
    comment="What models are told to do; append-only",
)

llm_price = Table(
    "llm_price",
    metadata,
    Column("price_entry", Text, nullable=False, comment="what models name, e.g. gpt-4o-mini"),
    Column("from_date", Date, nullable=False, comment="UTC day from which it holds"),
    Column("input_usd", Numeric(12, 6), nullable=False, comment="USD per million tokens sent"),
    Column("cached_input_usd", Numeric(12, 6), nullable=False, comment="USD per million sent and cached there"),
    Column("output_usd", Numeric(12, 6), nullable=False, comment="USD per million tokens answered"),
    Column("note", Text, nullable=False, comment="where the price is from"),
    observed_at(),
    PrimaryKeyConstraint("price_entry", "from_date"),
    CheckConstraint("least(input_usd, cached_input_usd, output_usd) >= 0", name="amounts"),
    comment="What providers ask for, from which day on",
)

change_log = Table(
    "change_log",
    metadata,
    Column("change_id", BigInteger, Identity(), primary_key=True),
    Column("subject", Text, nullable=False, comment="model, prompt, price or ab_test"),
    Column("name", Text, nullable=False, comment="of the model, prompt, price entry or test"),
    Column("before", JSONB, comment="null: it was added"),
    Column("after", JSONB, nullable=False),
    Column("user_id", BigInteger, ForeignKey("user.user_id"), comment="null: from the command line"),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Index(None, "subject", "name", "changed_at"),
    CheckConstraint("subject IN ('model', 'prompt', 'price', 'ab_test')", name="subject"),
    comment="Who changed which model, prompt, price or test; append-only",
)

model = Table(
    "model",
    metadata,
    Column("model_name", Text, primary_key=True),
    Column("provider", Text, nullable=False, comment="baseline, ensemble, openai or openrouter"),
    Column("identifier", Text, nullable=False, comment="what the provider calls it"),
    Column("is_floor", Boolean, nullable=False, comment="always runs and is always ranked"),
    Column("parameters", JSONB, nullable=False),
    Column("prompt_version", Text, ForeignKey("prompt.prompt_version"), comment="null: takes no prompt"),
    Column("price_entry", Text, comment="in llm_price; null: costs nothing"),
    Column("knowledge_cutoff_date", Date, comment="null: unknown"),
    observed_at(),
    comment="Forecasters",
)

model_activation = Table(
    "model_activation",
    metadata,
    Column("model_name", Text, ForeignKey("model.model_name"), nullable=False),
    instant("active_from_at", "forecasts for cut-offs from then on"),
    instant("active_until_at", "and before then; null: still active", nullable=True),
    PrimaryKeyConstraint("model_name", "active_from_at"),
    comment="When each model is asked",
)
