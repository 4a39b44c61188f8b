"""Reports on stocks and who waits for one. Rows are only added; one that no answer has come for yet is its own frozen
question, and is filled in once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from craveny_domain.forecasts import PENDING, OutcomeClass
from craveny_domain.report_refresh import LastReport, Reason
from craveny_store.partitions import database_now
from craveny_store.tables import report_request, stock, stock_report
from craveny_store.universe import is_member


@dataclass(frozen=True)
class Candidate:
    """A stock that may be due; `asked_at`: when somebody asked for its report who still waits."""

    stock_id: int
    symbol: str
    is_watched: bool
    asked_at: datetime | None


@dataclass(frozen=True)
class NewReport:
    """A report about to be asked for, with the key of its call; prices in the market's currency."""

    stock_id: int
    model_name: str
    reason: Reason
    base_price: Decimal
    currency: str
    call_key: bytes
    cutoff_at: datetime
    news_count: int


@dataclass(frozen=True)
class OpenReport:
    """A report without an answer so far."""

    report_id: int
    stock_id: int
    symbol: str
    model_name: str
    reason: Reason
    base_price: Decimal
    call_key: bytes


@dataclass(frozen=True)
class Filling:
    """What came of a report; content and prices are there at most when it is ok."""

    outcome_class: OutcomeClass
    content: Mapping[str, Any] | None = None
    target_price: Decimal | None = None
    stop_price: Decimal | None = None


def candidates(conn: Connection, market: str, fence: datetime, priority: int) -> list[Candidate]:
    """Stocks in the universe at an instant of at most this priority, and those that somebody waits for, by id."""
    s, r = stock.c, report_request.c
    is_waiting = and_(r.stock_id == s.stock_id, r.report_id.is_(None), r.requested_at <= fence)
    query = (
        select(s.stock_id, s.symbol, (s.priority <= priority), r.requested_at)
        .outerjoin(report_request, is_waiting)
        .where(is_member(market, fence), or_(s.priority <= priority, r.request_id.is_not(None)))
    )
    return [Candidate(*row) for row in conn.execute(query.order_by(s.stock_id))]


def last_reports(conn: Connection, stock_ids: Collection[int]) -> dict[tuple[int, str], LastReport]:
    """The newest report of each stock by each model."""
    c = stock_report.c
    query = (
        select(c.stock_id, c.model_name, c.partition_date, c.cutoff_at, c.created_at, c.outcome_class.in_(PENDING))
        .distinct(c.stock_id, c.model_name)
        .where(c.stock_id.in_(stock_ids))
        .order_by(c.stock_id, c.model_name, c.report_id.desc())
    )
    return {(row[0], row[1]): LastReport(*row[2:]) for row in conn.execute(query)}


def open_reports(
    conn: Connection, market: str, day: date, run_id: str, rows: Iterable[NewReport], outcome_class: OutcomeClass
) -> int:
    """Add reports that are about to be asked for, with what they are until then; returns how many."""
    same = {
        "market": market,
        "partition_date": day,
        "outcome_class": outcome_class,
        "run_id": run_id,
        "created_at": database_now(conn),
    }
    values = [{**vars(row), **same} for row in rows]
    if values:
        conn.execute(insert(stock_report), values)
    return len(values)


def still_open(conn: Connection, market: str, day: date, models: Collection[str]) -> list[OpenReport]:
    """A day's reports by these models without an answer, each the newest of its stock and model."""
    c, newer = stock_report.c, stock_report.alias()
    is_newest = ~(
        select(newer.c.report_id)
        .where(newer.c.stock_id == c.stock_id, newer.c.model_name == c.model_name, newer.c.report_id > c.report_id)
        .exists()
    )
    columns = (c.report_id, c.stock_id, stock.c.symbol, c.model_name, c.reason, c.base_price, c.call_key)
    query = (
        select(*columns)
        .join(stock, stock.c.stock_id == c.stock_id)
        .where(c.market == market, c.partition_date == day, c.outcome_class.in_(PENDING))
        .where(c.model_name.in_(models), c.call_key.is_not(None), is_newest)
    )
    return [OpenReport(*row) for row in conn.execute(query.order_by(c.report_id))]


def fill(conn: Connection, report_id: int, run_id: str, filling: Filling) -> bool:
    """Say what came of a report; one that was answered before stays as it is. Returns whether it was open."""
    c = stock_report.c
    values = {**vars(filling), "run_id": run_id, "created_at": database_now(conn)}
    statement = update(stock_report).where(c.report_id == report_id, c.outcome_class.in_(PENDING)).values(values)
    return conn.execute(statement).rowcount == 1


def answer_request(conn: Connection, stock_id: int, report_id: int) -> None:
    """Tell whoever waits for a stock's report that this is it."""
    r = report_request.c
    conn.execute(
        update(report_request).where(r.stock_id == stock_id, r.report_id.is_(None)).values(report_id=report_id)
    )


def request_report(conn: Connection, stock_id: int, user_id: int | None) -> datetime:
    """Ask for a stock's report; several askings are one while it waits. Returns since when it is asked for."""
    waiting = {"index_elements": ["stock_id"], "index_where": report_request.c.report_id.is_(None)}
    asked = upsert(report_request).values(stock_id=stock_id, user_id=user_id)
    conn.execute(asked.on_conflict_do_nothing(**waiting))
    since = waiting_since(conn, stock_id)
    return database_now(conn) if since is None else since


def waiting_since(conn: Connection, stock_id: int) -> datetime | None:
    """Since when somebody waits for a stock's report; None when nobody does."""
    r = report_request.c
    return conn.execute(select(r.requested_at).where(r.stock_id == stock_id, r.report_id.is_(None))).scalar()


def is_reported_on(conn: Connection, market: str, stock_id: int) -> bool:
    """Whether a stock is one that reports are written about now: in the universe, and no index."""
    query = select(stock.c.stock_id).where(stock.c.stock_id == stock_id, is_member(market, database_now(conn)))
    return conn.execute(query).first() is not None


def count_reports(conn: Connection, market: str, day: date) -> int:
    """Reports of a day, whatever came of them."""
    c = stock_report.c
    query = select(func.count()).where(c.market == market, c.partition_date == day)
    return conn.execute(query).scalar_one()


_SAID = text("""
    SELECT p.stock_id, p.session_date, p.model_name AS model,
        jsonb_object_agg(p.horizon, round(p.probability::numeric, 4)) AS up_after,
        jsonb_object_agg(p.horizon, round(e.outcome_return::numeric, 4)) AS returned
    FROM prediction p JOIN model m USING (model_name)
    LEFT JOIN LATERAL (
        SELECT e.outcome_return FROM evaluation_history e
        WHERE e.prediction_id = p.prediction_id AND e.settled_at <= :fence
        AND (e.superseded_at IS NULL OR e.superseded_at > :fence)
        ORDER BY e.evaluation_id DESC LIMIT 1) e ON true
    WHERE p.stock_id = ANY(:stocks) AND p.session_date BETWEEN :first AND :last AND p.issued_at <= :fence
    AND p.outcome_class = 'ok' AND NOT m.is_floor
    GROUP BY p.stock_id, p.session_date, p.model_name
    ORDER BY p.stock_id, p.session_date, p.model_name""")


def said_of(
    conn: Connection, stock_ids: Sequence[int], first: date, last: date, fence: datetime
) -> dict[int, list[dict[str, Any]]]:
    """What models that are no floors had said by the fence of the sessions first to last, and what had come of it.

    Rows per stock: session, model, and by horizon `up_after` (probability) and `returned` (fraction; null: open).
    """
    found: dict[int, list[dict[str, Any]]] = {stock_id: [] for stock_id in stock_ids}
    given = {"stocks": list(stock_ids), "first": first, "last": last, "fence": fence}
    for stock_id, session, model_name, up_after, returned in conn.execute(_SAID, given):
        told = {"session": session.isoformat(), "model": model_name, "up_after": up_after, "returned": returned}
        found[stock_id].append(told)
    return found
