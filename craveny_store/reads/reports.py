"""Reports on stocks as they are shown, what came of them, and what the newest ones took."""

from datetime import date, timedelta

from psycopg import sql
from sqlalchemy import Connection, text

from craveny_domain.report_outcomes import ReportDay
from craveny_store.reads.paging import Cut, Found, Order, Row, fetch, fetch_one, page_of

NEWEST = Order(("r.created_at", "r.report_id"), ("created_at", "report_id"), descending=True)
_REPORTS = sql.SQL("""
    SELECT r.report_id, r.market, s.symbol, r.partition_date, r.model_name AS model, r.reason, r.outcome_class,
        r.content, r.base_price::float8, r.target_price::float8, r.stop_price::float8, r.currency, r.cutoff_at,
        r.created_at, r.news_count, r.run_id,
        (SELECT c.cost_usd::float8 FROM llm_call c WHERE c.call_key = r.call_key) AS usd,
        CASE WHEN o.report_id IS NOT NULL THEN jsonb_build_object(
            'status', o.status, 'closes_date', o.closes_date, 'settle_date', o.settle_date,
            'target_date', o.target_date, 'stop_date', o.stop_date, 'first_touch', o.first_touch,
            'path_return', o.path_return, 'reason', o.reason, 'is_revised', o.is_revised) END AS outcome
    FROM stock_report r JOIN stock s USING (stock_id)
    LEFT JOIN report_outcome o ON o.report_id = r.report_id AND o.superseded_at IS NULL
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
    """A page of a stock's reports, the newest first; `outcome` is None until its window is settled."""
    query = _REPORTS.format(beyond=NEWEST.beyond(cut.after), order=NEWEST.clause, limit=sql.Literal(cut.limit + 1))
    return page_of(fetch(conn, query, {"stock": stock_id} | NEWEST.parameters(cut.after)), cut, NEWEST.key)


_DAYS = text("""
    SELECT model_name, settle_date, count(*) FILTER (WHERE status = 'settled'),
        count(target_return) FILTER (WHERE status = 'settled'), count(stop_return) FILTER (WHERE status = 'settled'),
        count(*) FILTER (WHERE first_touch = 'target'), count(*) FILTER (WHERE first_touch = 'stop'),
        count(*) FILTER (WHERE status = 'void')
    FROM report_outcome
    WHERE market = :market AND superseded_at IS NULL AND settle_date BETWEEN :first AND :last
    GROUP BY 1, 2 ORDER BY 1, 2""")
_NEWEST_DAY = text("SELECT max(settle_date) FROM report_outcome WHERE market = :market AND superseded_at IS NULL")


def report_days(conn: Connection, market: str, days: int | None) -> dict[str, list[ReportDay]]:
    """What came of each model's reports by settling session, ascending, in the `days` calendar days that end with the
    newest one (None: all)."""
    last = conn.execute(_NEWEST_DAY, {"market": market}).scalar()
    if last is None:
        return {}
    first = date.min if days is None else last - timedelta(days=days - 1)
    found: dict[str, list[ReportDay]] = {}
    for model, *day in conn.execute(_DAYS, {"market": market, "first": first, "last": last}):
        found.setdefault(model, []).append(ReportDay(*day))
    return found


def newest_call(conn: Connection, market: str, stock_id: int, model: str) -> Row | None:
    """What a model was last sent for a report on a stock, or on any stock of its market, with the tokens it took."""
    which = {"market": market, "stock": stock_id, "model": model}
    return fetch_one(conn, _OF_STOCK, which) or fetch_one(conn, _OF_MARKET, which)
