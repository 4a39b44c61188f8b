"""Which model's vectors are read."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Which model's vectors are read."""
    op.create_table(
        "vector_model",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("collection", sa.Text(), nullable=False, comment="news_embeddings or prediction_embeddings"),
        sa.Column("embedding_model", sa.Text(), nullable=False, comment="name and version of what makes the vectors"),
        sa.Column("dimensions", sa.Integer(), nullable=False, comment="numbers in each of them"),
        sa.Column(
            "in_force_at", sa.DateTime(timezone=True), nullable=False, comment="when it first wrote after another"
        ),
        sa.PrimaryKeyConstraint("market", "collection", name=op.f("vector_model_pkey")),
        comment="The model that wrote a market's vectors last: people search among its vectors only",
    )
    # Until now there was one.
    op.execute("""
        INSERT INTO vector_model (market, collection, embedding_model, dimensions, in_force_at)
        SELECT market, 'news_embeddings', min(embedding_model), min(length(vector)) / 4, clock_timestamp()
        FROM news_embeddings GROUP BY market""")
