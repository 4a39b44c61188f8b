"""Badges that a correction replaced are kept, as verdicts are."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Badges that a correction replaced are kept, as verdicts are."""
    op.drop_constraint("floor_badge_pkey", "floor_badge")
    op.add_column("floor_badge", sa.Column("badge_id", sa.BigInteger(), sa.Identity(always=False), nullable=False))
    op.create_primary_key("floor_badge_pkey", "floor_badge", ["badge_id"])
    # What was replaced until now is not known any more: what stands counts as said once.
    op.add_column(
        "floor_badge",
        sa.Column(
            "is_revised",
            sa.Boolean(),
            nullable=False,
            server_default=sa.text("false"),
            comment="a correction of the past changed it",
        ),
    )
    op.alter_column("floor_badge", "is_revised", server_default=None)
    op.add_column(
        "floor_badge",
        sa.Column(
            "decided_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
    )
    op.add_column(
        "floor_badge",
        sa.Column(
            "superseded_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="a revision replaced it then; null: current",
        ),
    )
    op.create_index(
        "floor_badge_current_key",
        "floor_badge",
        ["market", "board", "horizon", "as_of_date", "model_name"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table_comment(
        "floor_badge", "Which models have shown as of each day that they beat every floor; append-only, as verdicts are"
    )
