"""What every table's columns are built of: the one metadata, and columns that many tables have."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, DateTime, ForeignKey, MetaData, Sequence, Text, func

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

partition_version = Sequence("partition_version", metadata=metadata)


def market_column() -> Column[str]:
    """The market a row is of."""
    return Column("market", Text, nullable=False, comment="market code, e.g. krx")


def instant(name: str, comment: str, *, nullable: bool = False) -> Column:
    """An instant, UTC with zone."""
    return Column(name, DateTime(timezone=True), nullable=nullable, comment=comment)


def available_at() -> Column:
    """When a row's fact could first be known."""
    return instant("available_at", "when the fact could first be known; fences compare this")


def observed_at() -> Column:
    """When this installation first saw a fact."""
    return Column(
        "observed_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
        comment="when this installation first saw the fact; never changes",
    )


def basis() -> list[Column | CheckConstraint]:
    """Who vouches for available_at, with its check."""
    column = Column("basis", Text, nullable=False, comment="who vouches for available_at: observed or declared")
    return [column, CheckConstraint("basis IN ('observed', 'declared')", name="basis")]


def partition_date() -> Column:
    """The day whose partition holds a row."""
    return Column("partition_date", Date, nullable=False, comment="local day whose partition holds the row")


def stock_id(*, primary_key: bool = False) -> Column:
    """The stock a row is about."""
    return Column("stock_id", BigInteger, ForeignKey("stock.stock_id"), nullable=False, primary_key=primary_key)


def partition_key() -> list[Column]:
    """What names a partition, or one model's part of it."""
    return [
        market_column(),
        Column("asset", Text, nullable=False, comment="asset name, without the market"),
        partition_date(),
        Column("model_name", Text, nullable=False, server_default="", comment="empty: the whole asset and day"),
    ]
