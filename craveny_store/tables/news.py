"""News as fetched and as read, its links to stocks, its vectors."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from craveny_store.tables.columns import (
    available_at,
    basis,
    instant,
    market_column,
    metadata,
    observed_at,
    partition_date,
    stock_id,
)

raw_news = Table(
    "raw_news",
    metadata,
    Column("raw_news_id", BigInteger, Identity(), primary_key=True),
    market_column(),
    Column("source", Text, nullable=False),
    Column("item_key", Text, nullable=False, comment="unique within the source"),
    Column("payload_hash", LargeBinary, nullable=False, comment="SHA-256 of what makes it the same item"),
    Column("payload", Text, nullable=False, comment="JSON object as fetched, within the source's terms"),
    Column("headers", JSONB, comment="of the answer it came in; null: not from the network"),
    instant("fetched_at", "when that answer had arrived, by the fetching machine's clock", nullable=True),
    available_at(),
    *basis(),
    observed_at(),
    UniqueConstraint("market", "source", "item_key", "payload_hash"),
    Index(None, "market", "available_at"),
    comment="Items as fetched; append-only",
)

news = Table(
    "news",
    metadata,
    Column("news_id", BigInteger, ForeignKey("raw_news.raw_news_id"), primary_key=True, comment="first raw item's id"),
    market_column(),
    partition_date(),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("excerpt", Text, nullable=False, comment="at most 100 characters"),
    Column("link", Text, comment="http or https"),
    Column("language", Text, nullable=False, comment="ko, en or und"),
    Column("story_id", BigInteger, nullable=False, comment="news_id of the earliest near-duplicate, three days back"),
    Column("symbols", ARRAY(Text), nullable=False, comment="stocks the source itself names, once per naming"),
    Column("positive", SmallInteger, nullable=False, comment="positive words of the lexicon"),
    Column("negative", SmallInteger, nullable=False, comment="negative words of the lexicon"),
    instant("published_at", "as the source states it", nullable=True),
    available_at(),
    *basis(),
    Column("is_synthetic", Boolean, nullable=False, comment="true when invented by the sample"),
    Index(None, "market", "partition_date"),
    Index(None, "market", "available_at"),
    Index(None, "story_id"),
    comment="Clean articles",
)

match = Table(
    "match",
    metadata,
    Column("news_id", BigInteger, ForeignKey("news.news_id", ondelete="CASCADE"), nullable=False),
    stock_id(),
    market_column(),
    partition_date(),
    Column("kind", Text, nullable=False, comment="declared by the source, or name, ticker, code, alias"),
    Column("span", Text, nullable=False, comment="the words that link; empty when declared"),
    Column("span_start", Integer, comment="offset in title and excerpt, characters"),
    Column("score", Double, nullable=False, comment="0 to 1"),
    Column("mentions", SmallInteger, nullable=False, comment="times the source named the stock for this article"),
    available_at(),
    PrimaryKeyConstraint("news_id", "stock_id"),
    Index(None, "market", "partition_date"),
    Index(None, "market", "available_at"),
    Index(None, "stock_id", "available_at", "news_id"),
    # What waits for a reviewer is rare.
    Index("match_uncertain_idx", "market", "available_at", postgresql_where=text("score < 0.8")),
    comment="Which article is about which stock, many to many",
)

match_review = Table(
    "match_review",
    metadata,
    Column("review_id", BigInteger, Identity(), primary_key=True),
    Column("news_id", BigInteger, nullable=False),
    stock_id(),
    Column("verdict", Text, nullable=False, comment="confirmed or rejected"),
    Column("reviewer_id", BigInteger, ForeignKey("user.user_id"), comment="who judged; null: not through the API"),
    available_at(),
    observed_at(),
    Index(None, "news_id", "stock_id"),
    CheckConstraint("verdict IN ('confirmed', 'rejected')", name="verdict"),
    comment="Human judgements of links; the latest one before a fence counts",
)

news_embeddings = Table(
    "news_embeddings",
    metadata,
    Column("news_id", BigInteger, ForeignKey("news.news_id", ondelete="CASCADE"), nullable=False),
    Column("embedding_model", Text, nullable=False, comment="name and version of what made the vector"),
    market_column(),
    partition_date(),
    available_at(),
    Column("vector", LargeBinary, nullable=False, comment="little-endian float32, unit length"),
    PrimaryKeyConstraint("news_id", "embedding_model"),
    Index(None, "market", "embedding_model", "available_at"),
    Index(None, "market", "partition_date"),
    comment="Vectors of articles; Milvus mirrors the newest",
)

vector_model = Table(
    "vector_model",
    metadata,
    market_column(),
    Column("collection", Text, nullable=False, comment="news_embeddings or prediction_embeddings"),
    Column("embedding_model", Text, nullable=False, comment="name and version of what makes the vectors"),
    Column("dimensions", Integer, nullable=False, comment="numbers in each of them"),
    instant("in_force_at", "when it first wrote after another"),
    PrimaryKeyConstraint("market", "collection"),
    comment="The model that wrote a market's vectors last: people search among its vectors only",
)

vector_mirror = Table(
    "vector_mirror",
    metadata,
    Column("collection", Text, nullable=False),
    market_column(),
    partition_date(),
    Column("version", BigInteger, nullable=False, comment="partition_state version that was mirrored"),
    PrimaryKeyConstraint("collection", "market", "partition_date"),
    comment="Which days' vectors the Milvus mirror holds",
)
