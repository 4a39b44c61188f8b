"""What reports are told: the chart, what forecasts said of late, the news; all as known at the run's instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from craveny_assets.days.reports import Due
from craveny_assets.days.work import Day
from craveny_domain.briefs import CHART_SESSIONS, StoryText, present_brief
from craveny_domain.forecasts import Question
from craveny_domain.panel import Panel
from craveny_domain.prompts import Subject
from craveny_store.news import texts_of
from craveny_store.partitions import materialized_days, require
from craveny_store.prices import index_closes, price_panel
from craveny_store.reports import said_of
from craveny_store.universe import names_at

RECORD_SESSIONS = 5
"""Forecasts of so many sessions, today's included, are told with what came of them."""
NO_QUESTION = Question(base={}, returns={}, calls={}, news=[], neighbours=[])


@dataclass(frozen=True)
class Known:
    """What reports of an instant are made of."""

    panel: Panel
    texts: Mapping[int, StoryText]
    names: Mapping[int, str]
    said: Mapping[int, list[dict[str, Any]]]
    index: np.ndarray


def priced_sessions(day: Day) -> list[date]:
    """The newest sessions whose closing prices are there; the last that must have them is asserted."""
    closed = [s.session_date for s in day.work.sessions if s.close_at <= day.now][-CHART_SESSIONS:]
    # A close is not there at once; the one before it is what is known until then.
    if closed and not materialized_days(day.conn, day.market.code, "price", closed[-1], closed[-1]):
        closed.pop()
    if closed and day.sources("price", closed[-1]):
        require(day.conn, day.market.code, "price", closed[-1:])
    return closed


def recent_sessions(day: Day) -> list[date]:
    """The sessions whose forecasts are told, the day's included."""
    return [s.session_date for s in day.work.sessions if s.session_date <= day.day][-RECORD_SESSIONS:]


def known_of(day: Day, due: Sequence[Due], sessions: Sequence[date]) -> Known:
    """What the day's due reports are made of, with the prices of these sessions."""
    market, fence = day.market.code, day.now
    chart = [s for s in day.work.sessions if sessions and sessions[0] <= s.session_date <= sessions[-1]]
    told = sorted({news_id for each in due for news_id in each.stories})
    recent = recent_sessions(day)
    stocks = sorted({each.stock.stock_id for each in due})
    return Known(
        panel=price_panel(day.conn, market, chart, fence, closes_only=True, tolerance=day.work.price_tolerance),
        texts=texts_of(day.conn, told, fence),
        names=names_at(day.conn, market, fence),
        said=said_of(day.conn, stocks, recent[0], recent[-1], fence) if recent else {},
        index=index_closes(day.conn, market, chart, fence),
    )


def subject_of(day: Day, due: Due, known: Known) -> Subject:
    """What one report is about."""
    stock_id, symbol = due.stock.stock_id, due.stock.symbol
    called = {"symbol": symbol, "name": known.names.get(stock_id, symbol), "currency": day.market.currency}
    told = [known.texts[news_id] for news_id in due.stories if news_id in known.texts]
    brief = present_brief(called, stock_id, told, known.panel, known.index)
    return Subject(day.market.code, day.day, NO_QUESTION, brief, known.said.get(stock_id, ()))
