"""What has been materialized from what, the gates of each day, and who may write."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, PrimaryKeyConstraint, Table, Text

from craveny_store.tables.columns import instant, market_column, metadata, partition_key

partition_state = Table(
    "partition_state",
    metadata,
    *partition_key(),
    Column("version", BigInteger, nullable=False, comment="grows whenever the content changes; caches compare it"),
    Column("row_count", BigInteger, nullable=False),
    Column("added", BigInteger, nullable=False, comment="rows added by the last run"),
    Column("changed", BigInteger, nullable=False, comment="rows changed or removed by the last run"),
    Column("unchanged", BigInteger, nullable=False),
    Column("run_id", Text, nullable=False, comment="Dagster run that wrote last"),
    instant("committed_at", "when the last run committed"),
    PrimaryKeyConstraint("market", "asset", "partition_date", "model_name"),
    comment="What has been materialized, by our own account",
)

partition_head = Table(
    "partition_head",
    metadata,
    market_column(),
    Column("asset", Text, nullable=False, comment="asset name, or stock or model for rows outside partitions"),
    Column("version", BigInteger, nullable=False, comment="grows with every commit of the asset; ETags are made of it"),
    PrimaryKeyConstraint("market", "asset"),
    comment="Which commit of an asset is the newest, one row to ask instead of its days",
)

partition_input = Table(
    "partition_input",
    metadata,
    *partition_key(),
    Column("input_asset", Text, nullable=False),
    Column("first_date", Date, nullable=False),
    Column("last_date", Date, nullable=False),
    Column("days", Integer, nullable=False, comment="partitions of the input that existed in the span"),
    Column("newest_version", BigInteger, nullable=False, comment="highest version among them"),
    PrimaryKeyConstraint("market", "asset", "partition_date", "model_name", "input_asset"),
    comment="The exact days each partition read: the true lineage",
)

partition_check = Table(
    "partition_check",
    metadata,
    *partition_key(),
    Column("check_name", Text, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("blocks", Boolean, nullable=False, comment="whether readers refuse the day while it fails"),
    Column("detail", Text, nullable=False),
    instant("checked_at", "by the database's clock"),
    PrimaryKeyConstraint("market", "asset", "partition_date", "model_name", "check_name"),
    comment="Per-day gates",
)

lease = Table(
    "lease",
    metadata,
    *partition_key(),
    Column("holder", Text, nullable=False, comment="run id"),
    Column("epoch", BigInteger, nullable=False, comment="grows with each holder; a write must name the current one"),
    instant("expires_at", "by the database's clock"),
    PrimaryKeyConstraint("market", "asset", "partition_date", "model_name"),
    comment="Who may write a partition now",
)
