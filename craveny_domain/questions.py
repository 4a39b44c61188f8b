"""Building the frozen questions of a session from what may be known at its cut-off.

Takes rows that were already fenced; returns plain JSON values, rounded to what is stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from craveny_domain.forecasts import CallEvidence, Question
from craveny_domain.history import History
from craveny_domain.neighbours import Neighbours, centroid, nearest
from craveny_domain.panel import HORIZONS, Panel, trailing_returns
from craveny_domain.records import (
    DOWN,
    NO_CALL,
    UP,
    Frequency,
    base_rate,
    outcomes_by_horizon,
    price_calls,
    record_of,
    tone_calls,
)

RECENT_SESSIONS = 5
"""A stock is asked about when it has a bar among this many last sessions."""


@dataclass(frozen=True)
class Story:
    """One new story about one stock in the forecast's window."""

    stock_id: int
    news_id: int
    title: str
    positive: int
    negative: int


def askable(panel: Panel, stock_ids: Sequence[int]) -> list[int]:
    """The stocks of the universe that traded lately, ascending."""
    recent = panel.stocks[(~np.isnan(panel.close[-RECENT_SESSIONS:])).any(axis=0)] if len(panel.sessions) else []
    return sorted(set(stock_ids) & {int(s) for s in recent})


def build_questions(
    panel: Panel,
    session: date,
    symbols: Mapping[int, str],
    asked: Sequence[int],
    stories: Sequence[Story],
    vectors: Mapping[int, np.ndarray],
    history: History,
) -> dict[int, Question]:
    """The question of each asked stock. `panel` ends with the session before; `history` ends before the window."""
    outcomes = outcomes_by_horizon(panel)
    bases = {h: base_rate(outcomes[h]) for h in HORIZONS}
    calls = price_calls(panel, [symbols.get(int(s), "") for s in panel.stocks], session)
    calls["lexicon"] = _lexicon_calls(panel, stories, history)
    records = {name: _records(matrix, outcomes, bases) for name, matrix in calls.items()}
    by_stock: dict[int, list[Story]] = {}
    for story in stories:
        by_stock.setdefault(story.stock_id, []).append(story)
    neighbours = _neighbours(panel, outcomes, asked, by_stock, vectors, history)
    returns = {f"last_{n}": trailing_returns(panel.adjusted, n)[-1] for n in (1, 5)}
    questions = {}
    for stock_id, column in zip(asked, panel.columns(asked).tolist(), strict=True):
        questions[stock_id] = Question(
            base={str(h): bases[h].as_list() for h in HORIZONS},
            returns={name: _number(values[column]) for name, values in returns.items()},
            calls=_calls(calls, records, column),
            news=[[s.news_id, s.title, s.positive, s.negative] for s in by_stock.get(stock_id, [])],
            neighbours=neighbours.get(stock_id, []),
        )
    return questions


def _calls(
    calls: Mapping[str, np.ndarray], records: Mapping[str, dict[int, dict[str, list[float]]]], column: int
) -> dict[str, CallEvidence]:
    found: dict[str, CallEvidence] = {}
    for name, matrix in calls.items():
        call = int(matrix[-1, column])
        if call != NO_CALL:
            found[name] = CallEvidence(call="up" if call == UP else "down", record=records[name][call])
    return found


def _records(
    calls: np.ndarray, outcomes: Mapping[int, np.ndarray], bases: Mapping[int, Frequency]
) -> dict[int, dict[str, list[float]]]:
    past = calls[:-1]
    return {
        call: {str(h): record_of(call, past, outcomes[h], bases[h]).as_list() for h in HORIZONS} for call in (UP, DOWN)
    }


def _panel_at(panel: Panel, history: History) -> tuple[np.ndarray, np.ndarray]:
    """Panel row and column of each link of the history; -1 where the panel has none."""
    rows = _lookup(np.array([d.toordinal() for d in panel.sessions], dtype=np.int64), history.link_session)
    return rows, _lookup(panel.stocks, history.link_stock)


def _lookup(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    first = int(keys[0])
    table = np.full(int(keys[-1]) - first + 2, -1, dtype=np.int64)
    table[keys - first] = np.arange(len(keys))
    return table[np.where((wanted >= first) & (wanted <= keys[-1]), wanted - first, len(table) - 1)]


def _lexicon_calls(panel: Panel, stories: Sequence[Story], history: History) -> np.ndarray:
    rows, columns = _panel_at(panel, history)
    inside = (rows >= 0) & (columns >= 0)
    here = [s for s in stories if s.stock_id in set(panel.stocks.tolist())]
    today = np.full(len(here), len(panel.sessions))
    return tone_calls(
        np.concatenate([rows[inside], today]),
        np.concatenate([columns[inside], panel.columns([s.stock_id for s in here])]),
        np.concatenate([history.link_positive[inside], [s.positive for s in here]]),
        np.concatenate([history.link_negative[inside], [s.negative for s in here]]),
        (len(panel.sessions) + 1, len(panel.stocks)),
    )


def _neighbours(
    panel: Panel,
    outcomes: Mapping[int, np.ndarray],
    asked: Sequence[int],
    by_stock: Mapping[int, Sequence[Story]],
    vectors: Mapping[int, np.ndarray],
    history: History,
) -> dict[int, list[list[object]]]:
    wanted = {s: [vectors[x.news_id] for x in by_stock.get(s, []) if x.news_id in vectors] for s in asked}
    wanted = {s: found for s, found in wanted.items() if found}
    first, last = _searchable(panel, history)
    if not wanted or first >= last:
        return {}
    questions = np.stack([centroid(np.stack(found)) for found in wanted.values()])
    found = nearest(questions, history.vectors[first:last], history.news_ids[first:last])
    shares = _up_shares(panel, outcomes, history, np.where(found.row >= 0, found.row + first, -1))
    return {stock: _neighbour_rows(history, found, first, shares, q) for q, stock in enumerate(wanted)}


def _searchable(panel: Panel, history: History) -> tuple[int, int]:
    """The rows of the history whose longest outcome closed within the panel."""
    closed = len(panel.sessions) - max(HORIZONS)
    if closed < 1:
        return 0, 0
    inside = (history.story_session >= panel.sessions[1].toordinal()) & (
        history.story_session <= panel.sessions[closed].toordinal()
    )
    rows = np.flatnonzero(inside)
    return (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)


def _up_shares(
    panel: Panel, outcomes: Mapping[int, np.ndarray], history: History, stories: np.ndarray
) -> dict[int, np.ndarray]:
    """For each horizon the share of a story's stocks that rose, [Q, k]; NaN where no outcome is known."""
    rows, columns = _panel_at(panel, history)
    flat = stories.ravel()
    first, last = (np.searchsorted(history.link_story, flat, side=side) for side in ("left", "right"))
    count = last - first
    owner = np.repeat(np.arange(len(flat)), count)
    link = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    inside = (rows[link] >= 0) & (columns[link] >= 0)
    owner, link = owner[inside], link[inside]
    shares = {}
    for horizon, matrix in outcomes.items():
        followed = matrix[rows[link], columns[link]]
        known = ~np.isnan(followed)
        n = np.bincount(owner[known], minlength=len(flat))
        ups = np.bincount(owner[known], weights=(followed[known] > 0), minlength=len(flat))
        shares[horizon] = np.where(n > 0, ups / np.maximum(n, 1), np.nan).reshape(stories.shape)
    return shares


def _neighbour_rows(
    history: History, found: Neighbours, first: int, shares: Mapping[int, np.ndarray], q: int
) -> list[list[object]]:
    return [
        [
            int(history.news_ids[first + row]),
            round(float(found.similarity[q, k]), 6),
            *(_number(shares[h][q, k]) for h in HORIZONS),
        ]
        for k, row in enumerate(found.row[q].tolist())
        if row >= 0
    ]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
