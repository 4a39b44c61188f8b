"""Every table and column, declared once: type, unit, meaning; by subject. Migrations and reads follow this package.

`_at` is an instant (UTC, with zone), `_date` a local day of the market. `available_at` is when a fact could
first be known and is what fences compare; `observed_at` is when this installation first saw it.
"""

from craveny_store.tables.alerts import heartbeat, notification, notification_message
from craveny_store.tables.columns import metadata, partition_version
from craveny_store.tables.forecasts import (
    prediction,
    prediction_embeddings,
    prediction_evidence,
    replay,
)
from craveny_store.tables.judgement import (
    ab_test_config,
    daily_calibration,
    daily_member,
    daily_pair,
    daily_performance,
    daily_reliability,
    evaluation_history,
    floor_badge,
    model_comparison,
)
from craveny_store.tables.language import llm_attempt, llm_call, llm_provider, llm_question, text_vector
from craveny_store.tables.models import change_log, llm_price, model, model_activation, prompt
from craveny_store.tables.news import match, match_review, news, news_embeddings, raw_news, vector_mirror, vector_model
from craveny_store.tables.partitions import lease, partition_check, partition_head, partition_input, partition_state
from craveny_store.tables.people import login_attempt, refresh_token, user
from craveny_store.tables.reports import report_outcome, report_request, stock_report
from craveny_store.tables.sources import (
    archive_item,
    fetch_host,
    fetch_log,
    fetch_state,
    quarantine,
    source,
    source_watermark,
)
from craveny_store.tables.stocks import market_session, price, stock, stock_alias, stock_pause

__all__ = [
    "ab_test_config",
    "archive_item",
    "change_log",
    "daily_calibration",
    "daily_member",
    "daily_pair",
    "daily_performance",
    "daily_reliability",
    "evaluation_history",
    "fetch_host",
    "fetch_log",
    "fetch_state",
    "floor_badge",
    "heartbeat",
    "lease",
    "llm_attempt",
    "llm_call",
    "llm_price",
    "llm_provider",
    "llm_question",
    "login_attempt",
    "market_session",
    "match",
    "match_review",
    "metadata",
    "model",
    "model_activation",
    "model_comparison",
    "news",
    "news_embeddings",
    "notification",
    "notification_message",
    "partition_check",
    "partition_head",
    "partition_input",
    "partition_state",
    "partition_version",
    "prediction",
    "prediction_embeddings",
    "prediction_evidence",
    "price",
    "prompt",
    "quarantine",
    "raw_news",
    "refresh_token",
    "replay",
    "report_outcome",
    "report_request",
    "source",
    "source_watermark",
    "stock",
    "stock_alias",
    "stock_pause",
    "stock_report",
    "text_vector",
    "user",
    "vector_mirror",
    "vector_model",
]
