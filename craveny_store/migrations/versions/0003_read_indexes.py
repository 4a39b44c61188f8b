"""Indexes for reading."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Indexes for reading."""
    op.create_index(
        "evaluation_history_void_idx",
        "evaluation_history",
        ["market", "session_date"],
        unique=False,
        postgresql_where=sa.text("superseded_at IS NULL AND status = 'void'"),
    )
    op.create_index(
        op.f("match_stock_id_available_at_news_id_idx"), "match", ["stock_id", "available_at", "news_id"], unique=False
    )
    op.create_index(
        "prediction_origin_idx",
        "prediction",
        ["market", "origin", "session_date"],
        unique=False,
        postgresql_where=sa.text("origin <> 'reconstructed'"),
    )
    op.create_index(
        "prediction_outcome_class_idx",
        "prediction",
        ["market", "outcome_class", "session_date"],
        unique=False,
        postgresql_where=sa.text("outcome_class <> 'ok'"),
    )
    op.create_index(
        op.f("prediction_stock_id_session_date_idx"), "prediction", ["stock_id", "session_date"], unique=False
    )
