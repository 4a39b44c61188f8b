"""Reports on stocks, as they fall due: who is due, what they are told, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from craveny_assets.days.work import Day, Written
from craveny_domain.clocks import Market, Window, cutoff
from craveny_domain.report_refresh import Moment, Reason, Standing, due_reason
from craveny_store.bulk import Changes
from craveny_store.calendar import sessions_between
from craveny_store.model_book import Model, active_models
from craveny_store.news import stories_about
from craveny_store.partitions import Check, InputSpan, materialized_days, span
from craveny_store.reports import Candidate, candidates, count_reports, last_reports
from craveny_store.settings import Settings

if TYPE_CHECKING:
    from craveny_assets.days.report_writing import Told

NEWS_DAYS = 14
"""Stories of so many days are told in a report."""


@dataclass(frozen=True)
class Due:
    """A stock and a model that may write about it; `reason` None: not anew. `stories` are ids, oldest first."""

    stock: Candidate
    model: Model
    standing: Standing
    reason: Reason | None
    stories: list[int]


def reports_due(
    conn: Connection, market: Market, now: datetime, priority: int, writers: Sequence[Model]
) -> tuple[Moment, list[Due]]:
    """How every stock that is watched or asked for stands with every writer at an instant."""
    today = market.local_date(now)
    forecast = materialized_days(conn, market.code, "prediction", today, today)
    session = sessions_between(conn, market.code, today, today) if forecast else []
    moment = Moment(now, today, cutoff(session[0], market.lead) if session else None)
    stocks = candidates(conn, market.code, now, priority)
    ids = [stock.stock_id for stock in stocks]
    last = last_reports(conn, ids)
    stories = stories_about(conn, ids, Window(now - timedelta(days=NEWS_DAYS), now))
    found = []
    for stock in stocks:
        for model in writers:
            newest = last.get((stock.stock_id, model.model_name))
            told = stories[stock.stock_id]
            new = sum(newest is None or at > newest.cutoff_at for _, at in told)
            standing = Standing(newest, new, stock.asked_at, stock.is_watched)
            reason = due_reason(standing, moment)
            found.append(Due(stock, model, standing, reason, [news_id for news_id, _ in told]))
    return moment, found


def stock_report_day(day: Day) -> Written:
    """Today's reports, as they fall due: after the forecast, after enough news, or because somebody asked.

    Only those that are due are written; a past day's stay as they are.
    """
    held = count_reports(day.conn, day.market.code, day.day)
    if day.day != day.market.local_date(day.now):
        return _nothing(held, "Reports are of the present: those of a past day stay as they are.")
    writers = active_models(day.conn, day.now, "report")
    if not writers:
        return _nothing(held, "No active language model writes reports: none has a prompt for them.")
    from craveny_assets.days.report_writing import write_reports

    _, found = reports_due(day.conn, day.market, day.now, Settings().report_priority, writers)
    told = write_reports(day, writers, [each for each in found if each.reason])
    return _written(day, held, told)


def _nothing(held: int, reason: str) -> Written:
    return Written(Changes(unchanged=held), notes={"reason": reason})


def _written(day: Day, held: int, told: "Told") -> Written:
    left = " ".join(f"{count} left open: {why}" for why, count in told.pending.most_common())
    checks = [Check("every_report_answered", not left, left or "All were.")]
    changes = Changes(added=told.opened, changed=told.again, unchanged=held - told.again)
    notes = {"opened": told.opened, "asked_again": told.again, "without_price": told.without_price}
    notes |= {"requests": told.requests, "usd": float(told.usd)}
    return Written(changes, _read(day, told), checks, notes=notes, preview=told.preview)


def _read(day: Day, told: "Told") -> list[InputSpan | None]:
    days = {"match": [day.day - timedelta(days=NEWS_DAYS), day.day], "price": told.sessions, "prediction": told.recent}
    return [span(day.conn, day.market.code, asset, which) for asset, which in days.items() if which]
