"""Reports on stocks as they are shown, and what the newest ones took."""

from psycopg import sql
from sqlalchemy import Connection

from craveny_store.reads.paging import Cut, Found, Order, Row, fetch, fetch_one, page_of

NEWEST = Order(("r.created_at", "r.report_id"), ("created_at", "report_id"), descending=True)
_REPORTS = sql.SQL("""
    SELECT r.report_id, r.market, s.symbol, r.partition_date, r.model_name AS model, r.reason, r.outcome_class,
        r.content, r.base_price::float8, r.target_price::float8, r.stop_price::float8, r.currency, r.cutoff_at,
        r.created_at, r.news_count, r.run_id,
        (SELECT c.cost_usd::float8 FROM llm_call c WHERE c.call_key = r.call_key) AS usd
    FROM stock_report r JOIN stock s USING (stock_id)
    WHERE r.stock_id = %(stock)s AND {beyond} ORDER BY {order} LIMIT {limit}""")
_CALLS = """
    SELECT c.messages, c.prompt_tokens, c.cached_tokens, c.completion_tokens
    FROM (
        SELECT r.call_key FROM stock_report r WHERE {} AND r.model_name = %(model)s AND r.call_key IS NOT NULL
        ORDER BY {} DESC, r.report_id DESC LIMIT 1) r
    JOIN llm_call c USING (call_key)"""
_OF_STOCK = sql.SQL(_CALLS).format(sql.SQL("r.stock_id = %(stock)s"), sql.SQL("r.created_at"))
_OF_MARKET = sql.SQL(_CALLS).format(sql.SQL("r.market = %(market)s"), sql.SQL("r.partition_date"))


def list_reports(conn: Connection, stock_id: int, cut: Cut) -> Found:
    """A page of a stock's reports, the newest first."""
    query = _REPORTS.format(beyond=NEWEST.beyond(cut.after), order=NEWEST.clause, limit=sql.Literal(cut.limit + 1))
    return page_of(fetch(conn, query, {"stock": stock_id} | NEWEST.parameters(cut.after)), cut, NEWEST.key)


def newest_call(conn: Connection, market: str, stock_id: int, model: str) -> Row | None:
    """What a model was last sent for a report on a stock, or on any stock of its market, with the tokens it took."""
    which = {"market": market, "stock": stock_id, "model": model}
    return fetch_one(conn, _OF_STOCK, which) or fetch_one(conn, _OF_MARKET, which)
