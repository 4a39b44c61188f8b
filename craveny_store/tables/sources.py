"""Where facts come from: sources, how far they are read, how fetching stands, imported archives, what was refused."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from craveny_store.tables.columns import available_at, instant, market_column, metadata, observed_at

source = Table(
    "source",
    metadata,
    market_column(),
    Column("name", Text, nullable=False, comment="source name, unique within the market"),
    Column("feed", Text, nullable=False, comment="what it speaks of: news or price"),
    Column("kind", Text, nullable=False, comment="how it is read: archive, or the kind that the sources file names"),
    Column("is_synthetic", Boolean, nullable=False, comment="true when the data is invented"),
    Column("first_date", Date, nullable=False, comment="first local day it can speak for"),
    Column("last_date", Date, comment="last local day it can speak for; null: still growing"),
    Column("every_minutes", Integer, comment="how often it is asked; null: not by the clock"),
    Column("off_reason", Text, comment="why it is not asked, one sentence; null: it is"),
    PrimaryKeyConstraint("market", "name", "feed"),
    CheckConstraint("feed IN ('news', 'price')", name="feed"),
    comment="Where news and prices come from, per market",
)

source_watermark = Table(
    "source_watermark",
    metadata,
    market_column(),
    Column("source", Text, nullable=False),
    Column("feed", Text, nullable=False, comment="news or price"),
    instant("reached_at", "everything the source had up to this instant has been read"),
    PrimaryKeyConstraint("market", "source", "feed"),
    comment="How far each source has been read",
)

fetch_state = Table(
    "fetch_state",
    metadata,
    market_column(),
    Column("source", Text, nullable=False),
    Column("feed", Text, nullable=False, comment="news or price"),
    Column("etag", Text, comment="as the server sent it with what is stored"),
    Column("last_modified", Text, comment="as the server sent it with what is stored"),
    Column("failures", Integer, nullable=False, server_default="0", comment="attempts failed in a row"),
    instant("not_before_at", "it is not asked earlier: its rhythm, a Retry-After, or the circuit", nullable=True),
    instant("attempted_at", "when it was last asked", nullable=True),
    instant("succeeded_at", "when it last answered", nullable=True),
    PrimaryKeyConstraint("market", "source", "feed"),
    comment="How each live source stands",
)

fetch_host = Table(
    "fetch_host",
    metadata,
    Column("host", Text, primary_key=True),
    instant("next_at", "the first instant that no request has been promised yet"),
    Column("robots", Text, comment="robots.txt as last read; null: there is none"),
    instant("robots_at", "when robots.txt was last read", nullable=True),
    comment="Politeness towards each host, shared by every process that fetches",
)

fetch_log = Table(
    "fetch_log",
    metadata,
    Column("fetch_id", BigInteger, Identity(), primary_key=True),
    market_column(),
    Column("source", Text, nullable=False),
    Column("feed", Text, nullable=False, comment="news or price"),
    instant("started_at", "start of the crawl cycle"),
    Column("outcome", Text, nullable=False, comment="answered, unchanged, waiting or failed"),
    Column("error_class", Text, comment="kind of failure, e.g. timeout or robots; null: none"),
    Column("detail", Text, comment="one sentence: what failed, or until when it waits"),
    Column("items", Integer, nullable=False, comment="items in the answers"),
    Column("added", Integer, nullable=False, comment="of them not seen before"),
    Column("refused", Integer, nullable=False, comment="of them unusable, in quarantine"),
    Column("bytes", BigInteger, nullable=False, comment="read, after decompression"),
    Column("milliseconds", Integer, nullable=False, comment="from the first request to the last answer"),
    Index(None, "market", "source", "started_at"),
    Index(None, "started_at"),
    CheckConstraint("outcome IN ('answered', 'unchanged', 'waiting', 'failed')", name="outcome"),
    comment="Each time a live source was asked, and what came of it; pruned",
)

archive_item = Table(
    "archive_item",
    metadata,
    market_column(),
    Column("source", Text, nullable=False, comment="name of the imported archive"),
    Column("feed", Text, nullable=False, comment="news or price"),
    Column("item_key", Text, nullable=False, comment="unique within source and feed"),
    Column("local_date", Date, nullable=False, comment="local day of available_at (news) or the session (price)"),
    available_at(),
    Column("payload", Text, nullable=False, comment="the row as JSON"),
    PrimaryKeyConstraint("market", "source", "feed", "item_key"),
    Index(None, "market", "source", "feed", "local_date"),
    comment="Rows of imported archives, waiting to be read by day",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", BigInteger, Identity(), primary_key=True),
    market_column(),
    Column("source", Text, nullable=False),
    Column("feed", Text, nullable=False, comment="news, price or stock"),
    Column("item_key", Text, nullable=False),
    Column("reason", Text, nullable=False, comment="one sentence"),
    Column("payload", Text, nullable=False, comment="the row as it came, at most 4,000 characters"),
    observed_at(),
    UniqueConstraint("market", "source", "feed", "item_key", "reason"),
    comment="Rows that could not be used, with the reason; never deleted",
)
