"""What a new report on a stock would cost, by every model that writes reports."""

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import Connection

from craveny_api.schemas import ReportEstimate, ReportPrice
from craveny_domain.llm_cost import Usage, cost, likely_cost, most_it_costs
from craveny_domain.reports import MAX_TOKENS
from craveny_store.llm_calls import token_limit
from craveny_store.model_book import Model, active_models, price_of, prompt_of
from craveny_store.partitions import database_now
from craveny_store.reads.paging import Row
from craveny_store.reads.reports import newest_call
from craveny_store.reports import is_reported_on, waiting_since

FILLED_IN = 6_000
"""Characters that stories, prices and forecasts add to a prompt, about; the last report tells it better."""
NOBODY = "No active model writes reports. An administrator can add one with a prompt for reports."


def report_price(conn: Connection, stock: Row) -> ReportPrice:
    """What a new report would cost, or why there would be none; `stock` is a row of `stock_called`."""
    now = database_now(conn)
    estimates = [_estimate(conn, stock, model, now) for model in active_models(conn, now, "report")]
    reason = None if estimates else NOBODY
    if not is_reported_on(conn, stock["market"], stock["stock_id"]):
        reason = f"{stock['symbol']} is an index, paused or no longer listed. Resume it, or choose another stock."
    return ReportPrice(
        market=stock["market"],
        symbol=stock["symbol"],
        is_possible=reason is None,
        reason=reason,
        likely_usd=sum(estimate.likely_usd for estimate in estimates),
        most_usd=sum(estimate.most_usd for estimate in estimates),
        models=estimates,
        waiting_since_at=waiting_since(conn, stock["stock_id"]),
    )


def _estimate(conn: Connection, stock: Row, model: Model, now: datetime) -> ReportEstimate:
    price = price_of(conn, model.price_entry, now.astimezone(UTC).date())
    answer = token_limit(model.parameters, MAX_TOKENS)
    last = newest_call(conn, stock["market"], stock["stock_id"], model.model_name)
    if last is None:
        prompt = prompt_of(conn, model.prompt_version)
        sent = [prompt.instructions, prompt.question + " " * FILLED_IN]
        messages, likely = [{"content": text} for text in sent], None
    else:
        messages, likely = last["messages"], _as_last(last)
    usual = likely_cost(price, messages, answer) if likely is None else cost(price, likely)
    most = max(usual, most_it_costs(price, messages, answer), Decimal(0))
    return ReportEstimate(
        model=model.model_name,
        likely_usd=float(usual),
        most_usd=float(most),
        basis="prompt" if last is None else "last_report",
    )


def _as_last(last: Row) -> Usage | None:
    if last["prompt_tokens"] is None:
        return None
    return Usage(last["prompt_tokens"], last["cached_tokens"] or 0, last["completion_tokens"] or 0)
