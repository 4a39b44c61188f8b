"""What came of stock reports."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """What came of stock reports."""
    op.create_table(
        "report_outcome",
        sa.Column("outcome_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("settle_date", sa.Date(), nullable=False, comment="session whose close settles it"),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "base_date",
            sa.Date(),
            nullable=True,
            comment="session that closed at the report's base price; null: none known",
        ),
        sa.Column(
            "opens_date", sa.Date(), nullable=False, comment="first session that opened after the report was made"
        ),
        sa.Column("closes_date", sa.Date(), nullable=False, comment="the fifth session from there"),
        sa.Column("status", sa.Text(), nullable=False, comment="settled or void"),
        sa.Column("reason", sa.Text(), nullable=True, comment="why void, or why settled late"),
        sa.Column("exit_price_id", sa.BigInteger(), nullable=True, comment="the settling close"),
        sa.Column(
            "target_return",
            sa.Double(),
            nullable=True,
            comment="from the base price, fraction; null: the report names no target",
        ),
        sa.Column(
            "stop_return",
            sa.Double(),
            nullable=True,
            comment="from the base price, fraction; null: the report names no stop",
        ),
        sa.Column(
            "target_date",
            sa.Date(),
            nullable=True,
            comment="first session whose path reached the target; null: none did",
        ),
        sa.Column(
            "stop_date", sa.Date(), nullable=True, comment="first session whose path breached the stop; null: none did"
        ),
        sa.Column(
            "first_touch",
            sa.Text(),
            nullable=True,
            comment="target or stop, whichever came first; in one bar the stop; null: neither",
        ),
        sa.Column(
            "path_return",
            sa.Double(),
            nullable=True,
            comment="the window's first open to target, stop or settling close, fraction",
        ),
        sa.Column("is_revised", sa.Boolean(), nullable=False, comment="a correction of prices changed it"),
        sa.Column(
            "settled_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "superseded_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="a correction re-settled it then; null: current",
        ),
        sa.CheckConstraint("first_touch IN ('target', 'stop')", name=op.f("report_outcome_first_touch_check")),
        sa.CheckConstraint("status IN ('settled', 'void')", name=op.f("report_outcome_status_check")),
        sa.ForeignKeyConstraint(["exit_price_id"], ["price.price_id"], name=op.f("report_outcome_exit_price_id_fkey")),
        sa.ForeignKeyConstraint(["report_id"], ["stock_report.report_id"], name=op.f("report_outcome_report_id_fkey")),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.stock_id"], name=op.f("report_outcome_stock_id_fkey")),
        sa.PrimaryKeyConstraint("outcome_id", name=op.f("report_outcome_pkey")),
        comment="What came of reports' targets and stops; an earlier outcome is kept, superseded",
    )
    op.create_index(
        "report_outcome_current_key",
        "report_outcome",
        ["market", "settle_date", "report_id"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(op.f("report_outcome_report_id_idx"), "report_outcome", ["report_id"], unique=False)
    op.create_index(op.f("stock_report_market_created_at_idx"), "stock_report", ["market", "created_at"], unique=False)
