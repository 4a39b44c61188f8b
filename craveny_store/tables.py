"""Every table and column, declared once: type, unit, meaning. Migrations and reads follow this module.

`_at` is an instant (UTC, with zone), `_date` a local day of the market. `available_at` is when a fact could
first be known and is what fences compare; `observed_at` is when this installation first saw it.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Sequence,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

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


def _market() -> Column[str]:
    return Column("market", Text, nullable=False, comment="market code, e.g. krx")


def _instant(name: str, comment: str, *, nullable: bool = False) -> Column:
    return Column(name, DateTime(timezone=True), nullable=nullable, comment=comment)


def _available() -> Column:
    return _instant("available_at", "when the fact could first be known; fences compare this")


def _observed() -> Column:
    return Column(
        "observed_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
        comment="when this installation first saw the fact; never changes",
    )


def _basis() -> list[Column | CheckConstraint]:
    column = Column("basis", Text, nullable=False, comment="who vouches for available_at: observed or declared")
    return [column, CheckConstraint("basis IN ('observed', 'declared')", name="basis")]


def _partition() -> Column:
    return Column("partition_date", Date, nullable=False, comment="local day whose partition holds the row")


def _stock(*, primary_key: bool = False) -> Column:
    return Column("stock_id", BigInteger, ForeignKey("stock.stock_id"), nullable=False, primary_key=primary_key)


# What exists: sources, universe, calendar

source = Table(
    "source",
    metadata,
    _market(),
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
    _market(),
    Column("source", Text, nullable=False),
    Column("feed", Text, nullable=False, comment="news or price"),
    _instant("reached_at", "everything the source had up to this instant has been read"),
    PrimaryKeyConstraint("market", "source", "feed"),
    comment="How far each source has been read",
)

fetch_state = Table(
    "fetch_state",
    metadata,
    _market(),
    Column("source", Text, nullable=False),
    Column("feed", Text, nullable=False, comment="news or price"),
    Column("etag", Text, comment="as the server sent it with what is stored"),
    Column("last_modified", Text, comment="as the server sent it with what is stored"),
    Column("failures", Integer, nullable=False, server_default="0", comment="attempts failed in a row"),
    _instant("not_before_at", "it is not asked earlier: its rhythm, a Retry-After, or the circuit", nullable=True),
    _instant("attempted_at", "when it was last asked", nullable=True),
    _instant("succeeded_at", "when it last answered", nullable=True),
    PrimaryKeyConstraint("market", "source", "feed"),
    comment="How each live source stands",
)

fetch_host = Table(
    "fetch_host",
    metadata,
    Column("host", Text, primary_key=True),
    _instant("next_at", "the first instant that no request has been promised yet"),
    Column("robots", Text, comment="robots.txt as last read; null: there is none"),
    _instant("robots_at", "when robots.txt was last read", nullable=True),
    comment="Politeness towards each host, shared by every process that fetches",
)

fetch_log = Table(
    "fetch_log",
    metadata,
    Column("fetch_id", BigInteger, Identity(), primary_key=True),
    _market(),
    Column("source", Text, nullable=False),
    Column("feed", Text, nullable=False, comment="news or price"),
    _instant("started_at", "start of the crawl cycle"),
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
    _market(),
    Column("source", Text, nullable=False, comment="name of the imported archive"),
    Column("feed", Text, nullable=False, comment="news or price"),
    Column("item_key", Text, nullable=False, comment="unique within source and feed"),
    Column("local_date", Date, nullable=False, comment="local day of available_at (news) or the session (price)"),
    _available(),
    Column("payload", Text, nullable=False, comment="the row as JSON"),
    PrimaryKeyConstraint("market", "source", "feed", "item_key"),
    Index(None, "market", "source", "feed", "local_date"),
    comment="Rows of imported archives, waiting to be read by day",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", BigInteger, Identity(), primary_key=True),
    _market(),
    Column("source", Text, nullable=False),
    Column("feed", Text, nullable=False, comment="news, price or stock"),
    Column("item_key", Text, nullable=False),
    Column("reason", Text, nullable=False, comment="one sentence"),
    Column("payload", Text, nullable=False, comment="the row as it came, at most 4,000 characters"),
    _observed(),
    UniqueConstraint("market", "source", "feed", "item_key", "reason"),
    comment="Rows that could not be used, with the reason; never deleted",
)

stock = Table(
    "stock",
    metadata,
    Column("stock_id", BigInteger, Identity(), primary_key=True),
    _market(),
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
    _available(),
    _instant("retired_at", "from then on no longer in the universe", nullable=True),
    _observed(),
    UniqueConstraint("market", "symbol"),
    CheckConstraint("kind IN ('stock', 'index')", name="kind"),
    CheckConstraint("priority BETWEEN 1 AND 5", name="priority"),
    comment="Stocks and indices; effective-dated by available_at and retired_at",
)

stock_pause = Table(
    "stock_pause",
    metadata,
    Column("pause_id", BigInteger, Identity(), primary_key=True),
    _stock(),
    _available(),
    _instant("ended_at", "from then on in the universe again; null: still paused", nullable=True),
    _observed(),
    Index(None, "stock_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    comment="When a stock was left out of the universe for a time; effective-dated",
)

stock_alias = Table(
    "stock_alias",
    metadata,
    Column("alias_id", BigInteger, Identity(), primary_key=True),
    _stock(),
    Column("alias", Text, nullable=False, comment="a name, ticker or code the stock is written as"),
    Column("kind", Text, nullable=False, comment="name, ticker, code or alias"),
    Column("needs_context", Boolean, nullable=False, server_default="false", comment="true: also a common word"),
    _available(),
    _instant("retired_at", "from then on no longer used", nullable=True),
    _observed(),
    UniqueConstraint("stock_id", "alias", "kind", "available_at"),
    comment="What stocks are called in text; effective-dated",
)

market_session = Table(
    "market_session",
    metadata,
    _market(),
    Column("session_date", Date, nullable=False, comment="local trading day"),
    _instant("open_at", "regular open"),
    _instant("close_at", "regular close"),
    PrimaryKeyConstraint("market", "session_date"),
    CheckConstraint("open_at < close_at", name="order"),
    comment="Regular trading sessions, from the exchange calendar and the reviewed overlay",
)

# News

raw_news = Table(
    "raw_news",
    metadata,
    Column("raw_news_id", BigInteger, Identity(), primary_key=True),
    _market(),
    Column("source", Text, nullable=False),
    Column("item_key", Text, nullable=False, comment="unique within the source"),
    Column("payload_hash", LargeBinary, nullable=False, comment="SHA-256 of what makes it the same item"),
    Column("payload", Text, nullable=False, comment="JSON object as fetched, within the source's terms"),
    Column("headers", JSONB, comment="of the answer it came in; null: not from the network"),
    _instant("fetched_at", "when that answer had arrived, by the fetching machine's clock", nullable=True),
    _available(),
    *_basis(),
    _observed(),
    UniqueConstraint("market", "source", "item_key", "payload_hash"),
    Index(None, "market", "available_at"),
    comment="Items as fetched; append-only",
)

news = Table(
    "news",
    metadata,
    Column("news_id", BigInteger, ForeignKey("raw_news.raw_news_id"), primary_key=True, comment="first raw item's id"),
    _market(),
    _partition(),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("excerpt", Text, nullable=False, comment="at most 100 characters"),
    Column("link", Text, comment="http or https"),
    Column("language", Text, nullable=False, comment="ko, en or und"),
    Column("story_id", BigInteger, nullable=False, comment="news_id of the earliest near-duplicate, three days back"),
    Column("symbols", ARRAY(Text), nullable=False, comment="stocks the source itself names, once per naming"),
    Column("positive", SmallInteger, nullable=False, comment="positive words of the lexicon"),
    Column("negative", SmallInteger, nullable=False, comment="negative words of the lexicon"),
    _instant("published_at", "as the source states it", nullable=True),
    _available(),
    *_basis(),
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
    _stock(),
    _market(),
    _partition(),
    Column("kind", Text, nullable=False, comment="declared by the source, or name, ticker, code, alias"),
    Column("span", Text, nullable=False, comment="the words that link; empty when declared"),
    Column("span_start", Integer, comment="offset in title and excerpt, characters"),
    Column("score", Double, nullable=False, comment="0 to 1"),
    Column("mentions", SmallInteger, nullable=False, comment="times the source named the stock for this article"),
    _available(),
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
    _stock(),
    Column("verdict", Text, nullable=False, comment="confirmed or rejected"),
    Column("reviewer_id", BigInteger, ForeignKey("user.user_id"), comment="who judged; null: not through the API"),
    _available(),
    _observed(),
    Index(None, "news_id", "stock_id"),
    CheckConstraint("verdict IN ('confirmed', 'rejected')", name="verdict"),
    comment="Human judgements of links; the latest one before a fence counts",
)

news_embeddings = Table(
    "news_embeddings",
    metadata,
    Column("news_id", BigInteger, ForeignKey("news.news_id", ondelete="CASCADE"), nullable=False),
    Column("embedding_model", Text, nullable=False, comment="name and version of what made the vector"),
    _market(),
    _partition(),
    _available(),
    Column("vector", LargeBinary, nullable=False, comment="little-endian float32, unit length"),
    PrimaryKeyConstraint("news_id", "embedding_model"),
    Index(None, "market", "embedding_model", "available_at"),
    Index(None, "market", "partition_date"),
    comment="Vectors of articles; Milvus mirrors the newest",
)

vector_model = Table(
    "vector_model",
    metadata,
    _market(),
    Column("collection", Text, nullable=False, comment="news_embeddings or prediction_embeddings"),
    Column("embedding_model", Text, nullable=False, comment="name and version of what makes the vectors"),
    Column("dimensions", Integer, nullable=False, comment="numbers in each of them"),
    _instant("in_force_at", "when it first wrote after another"),
    PrimaryKeyConstraint("market", "collection"),
    comment="The model that wrote a market's vectors last: people search among its vectors only",
)

vector_mirror = Table(
    "vector_mirror",
    metadata,
    Column("collection", Text, nullable=False),
    _market(),
    _partition(),
    Column("version", BigInteger, nullable=False, comment="partition_state version that was mirrored"),
    PrimaryKeyConstraint("collection", "market", "partition_date"),
    comment="Which days' vectors the Milvus mirror holds",
)

# Prices

price = Table(
    "price",
    metadata,
    Column("price_id", BigInteger, Identity(), primary_key=True),
    _market(),
    _stock(),
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
    _available(),
    *_basis(),
    _observed(),
    UniqueConstraint("stock_id", "session_date", "source", "available_at"),
    Index(None, "market", "session_date"),
    comment="Daily bars as observed; a correction is a new row",
)

# Forecasts: who is asked, and how

prompt = Table(
    "prompt",
    metadata,
    Column("prompt_version", Text, primary_key=True, comment="e.g. forecast-1; never changed once it is there"),
    Column("purpose", Text, nullable=False, comment="forecast or report"),
    Column("instructions", Text, nullable=False, comment="the stable part, sent first, the same bytes every time"),
    Column("question", Text, nullable=False, comment="what follows, with {{blocks}} that are filled in"),
    Column("note", Text, nullable=False, comment="what is different about it, one sentence"),
    Column("created_by", BigInteger, ForeignKey("user.user_id"), comment="null: came with Craveny"),
    _observed(),
    CheckConstraint("purpose IN ('forecast', 'report')", name="purpose"),
    comment="What models are told to do; append-only",
)

llm_price = Table(
    "llm_price",
    metadata,
    Column("price_entry", Text, nullable=False, comment="what models name, e.g. gpt-4o-mini"),
    Column("from_date", Date, nullable=False, comment="UTC day from which it holds"),
    Column("input_usd", Numeric(12, 6), nullable=False, comment="USD per million tokens sent"),
    Column("cached_input_usd", Numeric(12, 6), nullable=False, comment="USD per million sent and cached there"),
    Column("output_usd", Numeric(12, 6), nullable=False, comment="USD per million tokens answered"),
    Column("note", Text, nullable=False, comment="where the price is from"),
    _observed(),
    PrimaryKeyConstraint("price_entry", "from_date"),
    CheckConstraint("least(input_usd, cached_input_usd, output_usd) >= 0", name="amounts"),
    comment="What providers ask for, from which day on",
)

change_log = Table(
    "change_log",
    metadata,
    Column("change_id", BigInteger, Identity(), primary_key=True),
    Column("subject", Text, nullable=False, comment="model, prompt or price"),
    Column("name", Text, nullable=False, comment="of the model, prompt or price entry"),
    Column("before", JSONB, comment="null: it was added"),
    Column("after", JSONB, nullable=False),
    Column("user_id", BigInteger, ForeignKey("user.user_id"), comment="null: from the command line"),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Index(None, "subject", "name", "changed_at"),
    CheckConstraint("subject IN ('model', 'prompt', 'price')", name="subject"),
    comment="Who changed which model, prompt or price; append-only",
)

model = Table(
    "model",
    metadata,
    Column("model_name", Text, primary_key=True),
    Column("provider", Text, nullable=False, comment="baseline, openai, openrouter"),
    Column("identifier", Text, nullable=False, comment="what the provider calls it"),
    Column("is_floor", Boolean, nullable=False, comment="always runs and is always ranked"),
    Column("parameters", JSONB, nullable=False),
    Column("prompt_version", Text, ForeignKey("prompt.prompt_version"), comment="null: takes no prompt"),
    Column("price_entry", Text, comment="in llm_price; null: costs nothing"),
    Column("knowledge_cutoff_date", Date, comment="null: unknown"),
    _observed(),
    comment="Forecasters",
)

model_activation = Table(
    "model_activation",
    metadata,
    Column("model_name", Text, ForeignKey("model.model_name"), nullable=False),
    _instant("active_from_at", "forecasts for cut-offs from then on"),
    _instant("active_until_at", "and before then; null: still active", nullable=True),
    PrimaryKeyConstraint("model_name", "active_from_at"),
    comment="When each model is asked",
)

prediction_evidence = Table(
    "prediction_evidence",
    metadata,
    _market(),
    Column("session_date", Date, nullable=False),
    _stock(),
    _instant("cutoff_at", "nothing later is in the question"),
    Column("question", JSONB, nullable=False, comment="what keyless models are told, frozen"),
    Column("brief", JSONB, comment="what language models are told beyond it, frozen when the first of them is asked"),
    Column("is_declared", Boolean, nullable=False, comment="rests on an archive's word for when facts were known"),
    Column("degraded", ARRAY(Text), nullable=False, comment="sources that had not been read up to the cut-off"),
    Column("frozen_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("market", "session_date", "stock_id"),
    comment="The frozen question of a stock and session; re-runs answer it again",
)

# What language models were asked, what they answered, what it cost

llm_call = Table(
    "llm_call",
    metadata,
    Column("call_key", LargeBinary, primary_key=True, comment="SHA-256 of all that decides the answer"),
    Column("provider", Text, nullable=False, comment="openai or openrouter"),
    Column("identifier", Text, nullable=False, comment="the provider's name of the model"),
    Column("parameters", JSONB, nullable=False, comment="temperature, max_tokens, ..."),
    Column("schema_version", Text, nullable=False, comment="of the answer's type, e.g. forecast/1"),
    Column("messages", JSONB, nullable=False, comment="as sent, frozen"),
    Column("sample", SmallInteger, nullable=False, comment="0, or 1 and more where the same is asked again"),
    _observed(),
    Column("outcome_class", Text, comment="of the answer; null: none yet"),
    Column("answer", Text, comment="as it came, at most 64 KiB; null: none"),
    Column("detail", Text, comment="why it is not ok, one sentence"),
    Column("prompt_tokens", Integer, comment="sent, as billed"),
    Column("cached_tokens", Integer, comment="of them, cached by the provider"),
    Column("completion_tokens", Integer, comment="answered, as billed"),
    Column("cost_usd", Numeric(14, 8), comment="of the attempt that brought the answer"),
    Column("latency_ms", Integer, comment="of that attempt"),
    _instant("answered_at", "by the database's clock", nullable=True),
    CheckConstraint(
        "outcome_class IN ('ok', 'refusal', 'invalid_output', 'truncated', 'filtered')", name="outcome_class"
    ),
    CheckConstraint("(outcome_class IS NULL) = (answered_at IS NULL)", name="answered"),
    comment="Questions as sent and their answers, by content: asked once, paid once",
)

llm_question = Table(
    "llm_question",
    metadata,
    _market(),
    Column("session_date", Date, nullable=False),
    _stock(),
    Column("model_name", Text, ForeignKey("model.model_name"), nullable=False),
    Column("sample", SmallInteger, nullable=False, comment="0 is the forecast; others measure the model's own noise"),
    Column("prompt_version", Text, ForeignKey("prompt.prompt_version"), nullable=False),
    Column("call_key", LargeBinary, ForeignKey("llm_call.call_key"), nullable=False),
    Column("frozen_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("market", "session_date", "stock_id", "model_name", "sample"),
    Index(None, "call_key"),
    # What was asked again is rare.
    Index("llm_question_noise_idx", "market", "session_date", postgresql_where=text("sample > 0")),
    comment="Which call each question of a session became; a re-run asks the same one",
)

llm_attempt = Table(
    "llm_attempt",
    metadata,
    Column("attempt_id", BigInteger, Identity(), primary_key=True),
    Column("call_key", LargeBinary, ForeignKey("llm_call.call_key"), comment="null: vectors of texts"),
    Column("purpose", Text, nullable=False, comment="forecast, noise, report, replay, embedding or preview"),
    Column("market", Text, comment="market code; null: none"),
    Column("session_date", Date, comment="session asked about; null: none"),
    Column("model_name", Text, comment="null: vectors of texts"),
    Column("provider", Text, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("run_id", Text, nullable=False, comment="Dagster run, or who else asked"),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("reserved_usd", Numeric(14, 8), nullable=False, comment="the most it was thought to cost"),
    _instant("settled_at", "when its end was recorded; null: in flight, or its process died", nullable=True),
    Column("cost_usd", Numeric(14, 8), comment="what it cost; the reservation counts until then"),
    Column("is_estimated", Boolean, comment="true: no usage was told, the reservation was kept as the cost"),
    Column("outcome_class", Text, comment="of this attempt"),
    Column("detail", Text, comment="what went wrong, one sentence"),
    Column("prompt_tokens", Integer),
    Column("cached_tokens", Integer),
    Column("completion_tokens", Integer),
    Column("latency_ms", Integer),
    Index(None, "started_at"),
    Index(None, "run_id"),
    Index(None, "call_key"),
    Index("llm_attempt_in_flight_idx", "provider", "started_at", postgresql_where=text("settled_at IS NULL")),
    CheckConstraint("purpose IN ('forecast', 'noise', 'report', 'replay', 'embedding', 'preview')", name="purpose"),
    comment="Every request to a provider with its money: reserved before, settled after; append-only",
)

llm_provider = Table(
    "llm_provider",
    metadata,
    Column("provider", Text, primary_key=True),
    _instant("not_before_at", "it is not asked earlier: its Retry-After, or its quota"),
    Column("reason", Text, nullable=False, comment="one sentence"),
    comment="Providers that asked for patience, for every process",
)

text_vector = Table(
    "text_vector",
    metadata,
    Column("text_key", LargeBinary, nullable=False, comment="SHA-256 of the text as sent"),
    Column("embedding_model", Text, nullable=False, comment="name and dimension of what made the vector"),
    Column("vector", LargeBinary, nullable=False, comment="little-endian float32, unit length"),
    _observed(),
    PrimaryKeyConstraint("text_key", "embedding_model"),
    comment="Vectors that were paid for, by content; kept when derived tables are wiped",
)

replay = Table(
    "replay",
    metadata,
    _market(),
    Column("session_date", Date, nullable=False, comment="the session forecast"),
    _stock(),
    Column("horizon", SmallInteger, nullable=False, comment="sessions: 1, 3 or 5"),
    Column("model_name", Text, ForeignKey("model.model_name"), nullable=False),
    Column("prompt_version", Text, ForeignKey("prompt.prompt_version"), nullable=False),
    Column("outcome_class", Text, nullable=False),
    Column("probability", Double, comment="of up, 0 to 1; null unless ok"),
    Column("direction", Text, comment="up or down; null unless ok"),
    Column("expected_move", Double, comment="return expected over the horizon, fraction"),
    Column("reasoning", Text),
    Column("is_contaminated", Boolean, nullable=False, comment="the model may have learnt what came of it"),
    Column("call_key", LargeBinary, ForeignKey("llm_call.call_key"), comment="null: not answered"),
    Column("replayed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("market", "session_date", "stock_id", "horizon", "model_name", "prompt_version"),
    comment="What a model would have said of a past session; never among the forecasts",
)

stock_report = Table(
    "stock_report",
    metadata,
    Column("report_id", BigInteger, Identity(), primary_key=True),
    _market(),
    _partition(),
    _stock(),
    Column("model_name", Text, ForeignKey("model.model_name"), nullable=False),
    Column("reason", Text, nullable=False, comment="daily, news or asked: why it was made"),
    Column("outcome_class", Text, nullable=False),
    Column("content", JSONB, comment="summary, views, risks, opportunities; null unless ok"),
    Column("base_price", Numeric(18, 6), nullable=False, comment="the last close known then, in currency"),
    Column("target_price", Numeric(18, 6), comment="in currency; null: none that makes sense"),
    Column("stop_price", Numeric(18, 6), comment="in currency; null: none that makes sense"),
    Column("currency", Text, nullable=False, comment="ISO 4217"),
    Column("call_key", LargeBinary, ForeignKey("llm_call.call_key")),
    _instant("cutoff_at", "nothing later is in it"),
    Column("news_count", Integer, nullable=False, comment="stories it had read"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("run_id", Text, nullable=False, comment="Dagster run that made it"),
    Index(None, "stock_id", "created_at"),
    Index(None, "market", "partition_date"),
    CheckConstraint("reason IN ('daily', 'news', 'asked')", name="reason"),
    comment="What a model says of a stock at length; history is kept",
)

report_request = Table(
    "report_request",
    metadata,
    Column("request_id", BigInteger, Identity(), primary_key=True),
    _stock(),
    Column("user_id", BigInteger, ForeignKey("user.user_id"), comment="who asked; null: from the command line"),
    Column("requested_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("report_id", BigInteger, ForeignKey("stock_report.report_id"), comment="what answered it; null: waiting"),
    Index(None, "stock_id", unique=True, postgresql_where=text("report_id IS NULL")),
    comment="Reports that people asked for; several askings are one while it waits",
)

prediction = Table(
    "prediction",
    metadata,
    Column("prediction_id", BigInteger, Identity(), primary_key=True),
    _market(),
    Column("session_date", Date, nullable=False, comment="the session forecast"),
    Column("model_name", Text, ForeignKey("model.model_name"), nullable=False),
    _stock(),
    Column("horizon", SmallInteger, nullable=False, comment="sessions: 1, 3 or 5"),
    Column("outcome_class", Text, nullable=False),
    Column("probability", Double, comment="of up, 0 to 1; null unless ok"),
    Column("direction", Text, comment="up or down; null unless ok"),
    Column("climatology", Double, nullable=False, comment="base rate of up; scores every class but ok"),
    Column("origin", Text, nullable=False, comment="live, late, reconstructed or replay"),
    Column("degraded", ARRAY(Text), nullable=False, comment="sources not read up to the cut-off"),
    Column("reasoning", Text, comment="the model's own words, as data"),
    Column("expected_move", Double, comment="return the model expects over the horizon, fraction"),
    Column("call_key", LargeBinary, ForeignKey("llm_call.call_key"), comment="the answer it was read from"),
    _instant("issued_at", "when it was made, by the database's clock"),
    Column("run_id", Text, nullable=False, comment="Dagster run that made it"),
    UniqueConstraint("market", "session_date", "model_name", "stock_id", "horizon"),
    CheckConstraint(
        "outcome_class IN ('ok', 'no_input', 'refusal', 'invalid_output', 'truncated', 'filtered', 'quota',"
        " 'transient', 'provider_bug')",
        name="outcome_class",
    ),
    CheckConstraint("origin IN ('live', 'late', 'reconstructed', 'replay')", name="origin"),
    CheckConstraint("(outcome_class = 'ok') = (probability IS NOT NULL)", name="answered"),
    CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
    Index(None, "stock_id", "session_date"),
    # What is rare would otherwise be looked for through everything that is not.
    Index(
        "prediction_outcome_class_idx", "market", "outcome_class", "session_date",
        postgresql_where=text("outcome_class <> 'ok'"),
    ),
    Index(
        "prediction_origin_idx", "market", "origin", "session_date", postgresql_where=text("origin <> 'reconstructed'")
    ),
    comment="What each model said, one row per stock, session and horizon",
)  # fmt: skip

prediction_embeddings = Table(
    "prediction_embeddings",
    metadata,
    Column("prediction_id", BigInteger, ForeignKey("prediction.prediction_id", ondelete="CASCADE"), nullable=False),
    Column("embedding_model", Text, nullable=False, comment="name and version of what made the vector"),
    _market(),
    _partition(),
    _available(),
    Column("vector", LargeBinary, nullable=False, comment="little-endian float32, unit length"),
    PrimaryKeyConstraint("prediction_id", "embedding_model"),
    Index(None, "market", "partition_date"),
    comment="Vectors of forecasts' reasons, one per stock, session and model: of its shortest horizon",
)

# Judgement

evaluation_history = Table(
    "evaluation_history",
    metadata,
    Column("evaluation_id", BigInteger, Identity(), primary_key=True),
    Column("prediction_id", BigInteger, ForeignKey("prediction.prediction_id", ondelete="CASCADE"), nullable=False),
    _market(),
    Column("settle_date", Date, nullable=False, comment="session whose close settles it"),
    Column("session_date", Date, nullable=False, comment="session forecast"),
    Column("model_name", Text, nullable=False),
    _stock(),
    Column("horizon", SmallInteger, nullable=False, comment="sessions"),
    Column("origin", Text, nullable=False),
    Column("status", Text, nullable=False, comment="settled or void"),
    Column("reason", Text, comment="why void, or why settled late"),
    Column("entry_price_id", BigInteger, ForeignKey("price.price_id"), comment="last close before the cut-off"),
    Column("exit_price_id", BigInteger, ForeignKey("price.price_id"), comment="the settling close"),
    Column("outcome_return", Double, comment="close to close, split-adjusted, fraction"),
    Column("tradable_return", Double, comment="open of the session to the settling close, split-adjusted, fraction"),
    Column("is_up", Boolean, comment="outcome_return above zero"),
    Column("is_tie", Boolean, comment="outcome_return exactly zero"),
    Column("is_hit", Boolean, comment="direction came true; null unless the forecast is ok"),
    Column("scored_probability", Double, nullable=False, comment="the forecast's, or the climatology unless ok"),
    Column("settled_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    _instant("superseded_at", "a correction re-settled it then; null: current", nullable=True),
    Index(
        "evaluation_history_current_key",
        "market", "settle_date", "model_name", "stock_id", "session_date", "horizon",
        unique=True,
        postgresql_where=text("superseded_at IS NULL"),
    ),
    Index(None, "prediction_id"),
    Index(
        "evaluation_history_void_idx", "market", "session_date",
        postgresql_where=text("superseded_at IS NULL AND status = 'void'"),
    ),
    CheckConstraint("status IN ('settled', 'void')", name="status"),
    comment="Forecasts settled; an earlier settlement is kept, superseded",
)  # fmt: skip

daily_performance = Table(
    "daily_performance",
    metadata,
    _market(),
    Column("settle_date", Date, nullable=False),
    Column("model_name", Text, nullable=False),
    Column("horizon", SmallInteger, nullable=False, comment="sessions"),
    Column("board", Text, nullable=False, comment="live or reconstructed"),
    Column("asked", Integer, nullable=False, comment="settled questions, every outcome class"),
    Column("answered", Integer, nullable=False, comment="of them, outcome class ok"),
    Column("true_up", Integer, nullable=False),
    Column("false_up", Integer, nullable=False),
    Column("true_down", Integer, nullable=False),
    Column("false_down", Integer, nullable=False),
    Column("ties", Integer, nullable=False, comment="returns of exactly zero, counted as not up"),
    Column("void", Integer, nullable=False, comment="questions without an outcome; not in asked"),
    Column("brier_sum", Double, nullable=False, comment="over asked"),
    Column("log_score_sum", Double, nullable=False, comment="natural log, clipped to .01-.99, over asked"),
    Column("return_sum", Double, nullable=False, comment="signed tradable returns of answered questions, fractions"),
    Column("returns", Integer, nullable=False, comment="how many returns were summed"),
    PrimaryKeyConstraint("market", "settle_date", "model_name", "horizon", "board"),
    CheckConstraint("board IN ('live', 'reconstructed')", name="board"),
    comment="One day's own figures per model; longer windows are summed on reading",
)

daily_reliability = Table(
    "daily_reliability",
    metadata,
    _market(),
    Column("settle_date", Date, nullable=False),
    Column("model_name", Text, nullable=False),
    Column("horizon", SmallInteger, nullable=False, comment="sessions"),
    Column("board", Text, nullable=False, comment="live or reconstructed"),
    Column("bin", SmallInteger, nullable=False, comment="tenths of stated probability: 0 is up to 0.1, 9 from 0.9"),
    Column("answered", Integer, nullable=False, comment="settled ok forecasts in the bin"),
    Column("ups", Integer, nullable=False, comment="of them, those that rose"),
    Column("probability_sum", Double, nullable=False, comment="over answered"),
    PrimaryKeyConstraint("market", "settle_date", "model_name", "horizon", "board", "bin"),
    CheckConstraint("board IN ('live', 'reconstructed')", name="board"),
    CheckConstraint("bin BETWEEN 0 AND 9", name="bin"),
    comment="One day's stated probabilities against what came, in tenths; summed on reading",
)

# Partitions: state, lineage, gates, leases


def _partition_key() -> list[Column]:
    return [
        _market(),
        Column("asset", Text, nullable=False, comment="asset name, without the market"),
        _partition(),
        Column("model_name", Text, nullable=False, server_default="", comment="empty: the whole asset and day"),
    ]


partition_state = Table(
    "partition_state",
    metadata,
    *_partition_key(),
    Column("version", BigInteger, nullable=False, comment="grows whenever the content changes; caches compare it"),
    Column("row_count", BigInteger, nullable=False),
    Column("added", BigInteger, nullable=False, comment="rows added by the last run"),
    Column("changed", BigInteger, nullable=False, comment="rows changed or removed by the last run"),
    Column("unchanged", BigInteger, nullable=False),
    Column("run_id", Text, nullable=False, comment="Dagster run that wrote last"),
    _instant("committed_at", "when the last run committed"),
    PrimaryKeyConstraint("market", "asset", "partition_date", "model_name"),
    comment="What has been materialized, by our own account",
)

partition_head = Table(
    "partition_head",
    metadata,
    _market(),
    Column("asset", Text, nullable=False, comment="asset name, or stock or model for rows outside partitions"),
    Column("version", BigInteger, nullable=False, comment="grows with every commit of the asset; ETags are made of it"),
    PrimaryKeyConstraint("market", "asset"),
    comment="Which commit of an asset is the newest, one row to ask instead of its days",
)

partition_input = Table(
    "partition_input",
    metadata,
    *_partition_key(),
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
    *_partition_key(),
    Column("check_name", Text, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("blocks", Boolean, nullable=False, comment="whether readers refuse the day while it fails"),
    Column("detail", Text, nullable=False),
    _instant("checked_at", "by the database's clock"),
    PrimaryKeyConstraint("market", "asset", "partition_date", "model_name", "check_name"),
    comment="Per-day gates",
)

lease = Table(
    "lease",
    metadata,
    *_partition_key(),
    Column("holder", Text, nullable=False, comment="run id"),
    Column("epoch", BigInteger, nullable=False, comment="grows with each holder; a write must name the current one"),
    _instant("expires_at", "by the database's clock"),
    PrimaryKeyConstraint("market", "asset", "partition_date", "model_name"),
    comment="Who may write a partition now",
)

# People

user = Table(
    "user",
    metadata,
    Column("user_id", BigInteger, Identity(), primary_key=True),
    Column("email", Text, nullable=False, unique=True, comment="lower case"),
    Column("password_hash", Text, nullable=False, comment="argon2id, with its parameters"),
    Column("role", Text, nullable=False, comment="investor, operator or admin"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    _instant("disabled_at", "from then on no login and no refresh", nullable=True),
    CheckConstraint("role IN ('investor', 'operator', 'admin')", name="role"),
    CheckConstraint("email = lower(email)", name="email"),
    comment="People who can log in",
)

refresh_token = Table(
    "refresh_token",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True, comment="SHA-256 of the token; the token itself is nowhere"),
    Column("family_id", Uuid, nullable=False, comment="one login and everything refreshed from it"),
    Column("user_id", BigInteger, ForeignKey("user.user_id", ondelete="CASCADE"), nullable=False),
    _instant("issued_at", "by the database's clock"),
    _instant("expires_at", "by the database's clock"),
    _instant("used_at", "exchanged for its successor then; a second use revokes the family", nullable=True),
    _instant("revoked_at", "logged out, or its family was", nullable=True),
    Index(None, "family_id"),
    Index(None, "user_id"),
    comment="Refresh tokens, each good for one use",
)

login_attempt = Table(
    "login_attempt",
    metadata,
    Column("attempt_id", BigInteger, Identity(), primary_key=True),
    Column("scope", Text, nullable=False, comment="what is limited: email:... or net:... (a /24 or /64)"),
    Column("attempted_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Index(None, "scope", "attempted_at"),
    comment="Recent login attempts; a sliding window over them limits the next one",
)

# Alerts

notification_message = Table(
    "notification_message",
    metadata,
    Column("message_id", BigInteger, Identity(), primary_key=True),
    Column("text", Text, nullable=False, comment="as it is sent"),
    Column("is_silent", Boolean, nullable=False, comment="delivered without a sound: quiet hours"),
    Column("state", Text, nullable=False, comment="pending, sending, sent or dead"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _instant("next_attempt_at", "not before then"),
    _instant("created_at", "by the database's clock"),
    _instant("sent_at", "when the service confirmed it", nullable=True),
    Column("receipt", Text, comment="the service's own id of the message"),
    Column("last_error", Text, comment="why the last attempt failed"),
    Index(None, "next_attempt_at", postgresql_where=text("state IN ('pending', 'sending')")),
    CheckConstraint("state IN ('pending', 'sending', 'sent', 'dead')", name="state"),
    comment="Messages to people, each for one or more notifications",
)

notification = Table(
    "notification",
    metadata,
    Column("notification_id", BigInteger, Identity(), primary_key=True),
    Column("dedup_key", Text, nullable=False, unique=True, comment="one per thing worth saying, e.g. run_failure:ID"),
    Column(
        "kind",
        Text,
        nullable=False,
        comment="run_failure, llm_stopped, late_forecast, source_silent, database_down, api_down, daemon_down, "
        "sender_down, backlog_old, recovered, heartbeat or test",
    ),
    Column("level", Text, nullable=False, comment="info, warning or error"),
    Column("market", Text, comment="market code; null: the whole installation"),
    Column("asset", Text),
    Column("partition_key", Text, comment="day or days concerned, as Dagster writes them"),
    Column("run_id", Text, comment="Dagster run concerned"),
    Column("title", Text, nullable=False),
    Column("detail", Text, nullable=False, comment="first real error line, or what is missing"),
    Column("link", Text, comment="where to look"),
    _instant("occurred_at", "when it happened"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("message_id", BigInteger, ForeignKey("notification_message.message_id"), comment="null: not composed yet"),
    Index(None, "message_id"),
    Index(None, "run_id"),
    Index(None, "created_at"),
    CheckConstraint("level IN ('info', 'warning', 'error')", name="level"),
    comment="What on-call staff must hear of: an outbox, written with the fact itself",
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("process", Text, primary_key=True, comment="sender or watchdog"),
    _instant("beat_at", "when it last went round, by the database's clock"),
    Column("detail", Text, nullable=False, comment="what it last did or what hinders it; empty when all is well"),
    comment="Processes beside Dagster that must be alive",
)
