"""What is forecast and when: stocks, what they are called, trading sessions, daily bars."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from craveny_store.tables.columns import available_at, basis, instant, market_column, metadata, observed_at, stock_id

stock = Table(
    "stock",
    metadata,
    Column("stock_id", BigInteger, Identity(), primary_key=True),
    market_column(),
    Column("symbol", Text, nullable=False, comment="ticker or code as the market writes it"),
    Column("name", Text, nullable=False, comment="name in the market's language"),
    Column("name_en", Text),
    Column("kind", Text, nullable=False, comment="stock or index"),
    Column("sector", Text),
    Column("currency", Text, nullable=False, comment="ISO 4217"),
    Column("is_synthetic", Boolean, nullable=False, comment="true when invented by the sample"),
    Column(
        "priority", SmallInteger, nullable=False, server_default="3", comment="1 (most) to 5: how deep it is crawled"
    ),
    available_at(),
    instant("retired_at", "from then on no longer in the universe", nullable=True),
    observed_at(),
    UniqueConstraint("market", "symbol"),
    CheckConstraint("kind IN ('stock', 'index')", name="kind"),
    CheckConstraint("priority BETWEEN 1 AND 5", name="priority"),
    comment="Stocks and indices; effective-dated by available_at and retired_at",
)

stock_pause = Table(
    "stock_pause",
    metadata,
    Column("pause_id", BigInteger, Identity(), primary_key=True),
    stock_id(),
    available_at(),
    instant("ended_at", "from then on in the universe again; null: still paused", nullable=True),
    observed_at(),
    Index(None, "stock_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    comment="When a stock was left out of the universe for a time; effective-dated",
)

stock_alias = Table(
    "stock_alias",
    metadata,
    Column("alias_id", BigInteger, Identity(), primary_key=True),
    stock_id(),
    Column("alias", Text, nullable=False, comment="a name, ticker or code the stock is written as"),
    Column("kind", Text, nullable=False, comment="name, ticker, code or alias"),
    Column("needs_context", Boolean, nullable=False, server_default="false", comment="true: also a common word"),
    available_at(),
    instant("retired_at", "from then on no longer used", nullable=True),
    observed_at(),
    UniqueConstraint("stock_id", "alias", "kind", "available_at"),
    comment="What stocks are called in text; effective-dated",
)

market_session = Table(
    "market_session",
    metadata,
    market_column(),
    Column("session_date", Date, nullable=False, comment="local trading day"),
    instant("open_at", "regular open"),
    instant("close_at", "regular close"),
    PrimaryKeyConstraint("market", "session_date"),
    CheckConstraint("open_at < close_at", name="order"),
    comment="Regular trading sessions, from the exchange calendar and the reviewed overlay",
)

price = Table(
    "price",
    metadata,
    Column("price_id", BigInteger, Identity(), primary_key=True),
    market_column(),
    stock_id(),
    Column("session_date", Date, nullable=False),
    Column("source", Text, nullable=False),
    Column("open", Numeric(18, 6), nullable=False, comment="in currency, as traded"),
    Column("high", Numeric(18, 6), nullable=False, comment="in currency, as traded"),
    Column("low", Numeric(18, 6), nullable=False, comment="in currency, as traded"),
    Column("close", Numeric(18, 6), nullable=False, comment="in currency, as traded"),
    Column("adj_close", Numeric(18, 6), comment="the source's own adjusted close, in currency"),
    Column("volume", BigInteger, nullable=False, comment="shares"),
    Column("split_ratio", Numeric(12, 6), nullable=False, comment="new shares per old, effective at this open"),
    Column("dividend", Numeric(18, 6), nullable=False, server_default="0", comment="cash per share, ex at this open"),
    Column("currency", Text, nullable=False, comment="ISO 4217"),
    available_at(),
    *basis(),
    observed_at(),
    UniqueConstraint("stock_id", "session_date", "source", "available_at"),
    Index(None, "market", "session_date"),
    comment="Daily bars as observed; a correction is a new row",
)
