"""What language models are told beyond the frozen question: texts of stories, what followed similar ones, the chart.

Takes rows that were already fenced; returns plain JSON values, which are frozen with the question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

import numpy as np

from craveny_domain.forecasts import Question
from craveny_domain.panel import HORIZONS, Panel, forward_returns
from craveny_domain.technicals import technicals

STORIES = 12
"""At most so many of a stock's newest stories, so that a stormy day costs no more than a busy one."""
PAST = 8
"""Of the similar past stories, the nearest."""
CHART_SESSIONS = 90
"""Closes that indicators are worked out from: the slowest settles within them."""


class Brief(TypedDict):
    """What a language model is told of one stock; every text in it is from outside and only ever data.

    `stories` rows: id, title, excerpt, source, at. `past` rows: id, title, excerpt, at, similarity, and `returns`
    by horizon: what followed for the stocks the story was about, a fraction, null where it is not known.
    """

    stock: dict[str, str]
    close: float | None
    technicals: dict[str, float | None]
    index: dict[str, Any] | None
    stories: list[dict[str, Any]]
    past: list[dict[str, Any]]


@dataclass(frozen=True)
class StoryText:
    """A story as it can be read: `at` is when it became available, UTC."""

    news_id: int
    title: str
    excerpt: str
    source: str
    at: str


@dataclass(frozen=True)
class Past:
    """What briefs are made of: closes up to the session before, the market index's closes [T], oldest first, and by
    news id readable texts, and the stocks that stories are about with the session that first read them."""

    panel: Panel
    index: np.ndarray
    texts: Mapping[int, StoryText]
    links: Mapping[int, Sequence[tuple[int, date]]]


def brief_of(question: Question, stock: Mapping[str, str], stock_id: int, past: Past) -> Brief:
    """The brief of one question; `stock` names it: symbol, name, currency."""
    told = [past.texts[row[0]] for row in question["news"] if row[0] in past.texts]
    brief = present_brief(stock, stock_id, told, past.panel, past.index)
    return {**brief, "past": _followed(question["neighbours"], past)}


def present_brief(
    stock: Mapping[str, str], stock_id: int, told: Sequence[StoryText], panel: Panel, index: np.ndarray
) -> Brief:
    """A brief without what followed similar stories; `told` are the stock's own, oldest first, `index` the market
    index's closes [T]."""
    return Brief(
        stock=dict(stock),
        close=_close(panel, stock_id),
        technicals=technicals(_closes(panel, stock_id)),
        index=_chart_of_index(index),
        stories=[_readable(text) for text in told[-STORIES:]],
        past=[],
    )


def _readable(text: StoryText) -> dict[str, Any]:
    return {"id": text.news_id, "title": text.title, "excerpt": text.excerpt, "source": text.source, "at": text.at}


def _closes(panel: Panel, stock_id: int) -> np.ndarray:
    if stock_id not in panel.stocks:
        return np.empty(0)
    closes = panel.adjusted[-CHART_SESSIONS:, panel.columns([stock_id])[0]]
    return closes[~np.isnan(closes)]


def _close(panel: Panel, stock_id: int) -> float | None:
    if stock_id not in panel.stocks:
        return None
    closes = panel.close[:, panel.columns([stock_id])[0]]
    known = closes[~np.isnan(closes)]
    return float(known[-1]) if len(known) else None


def _chart_of_index(closes: np.ndarray) -> dict[str, Any] | None:
    if not len(closes):
        return None
    chart = technicals(closes)
    return {name: chart.get(name) for name in ("return_1", "return_5", "return_20", "above_average_20")}


def _followed(neighbours: Sequence[Sequence[Any]], past: Past) -> list[dict[str, Any]]:
    returns = {h: forward_returns(past.panel.adjusted, h) for h in HORIZONS} if neighbours else {}
    rows = []
    for news_id, similarity, *_ in neighbours[:PAST]:
        if news_id in past.texts:
            followed = {str(h): _mean_return(past, news_id, matrix) for h, matrix in returns.items()}
            rows.append({**_readable(past.texts[news_id]), "similarity": similarity, "returns": followed})
    return rows


def _mean_return(past: Past, news_id: int, returns: np.ndarray) -> float | None:
    """The mean over the story's stocks; the question chose only stories whose outcomes had closed."""
    panel = past.panel
    found = [
        returns[panel.sessions.index(day), panel.columns([stock])[0]]
        for stock, day in past.links.get(news_id, ())
        if day in panel.sessions and stock in panel.stocks
    ]
    known = [value for value in found if not np.isnan(value)]
    return round(float(np.mean(known)), 6) if known else None
