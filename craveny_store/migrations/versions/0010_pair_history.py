"""A pair's history is found without reading everybody's."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """A pair's history is found without reading everybody's."""
    op.create_index(
        "model_comparison_pair_idx",
        "model_comparison",
        ["market", "board", "horizon", "model_a", "model_b", "as_of_date"],
        postgresql_where=sa.text("test_id = 0"),
    )
