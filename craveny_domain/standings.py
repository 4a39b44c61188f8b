"""Where a market's comparisons stand after a day: the evidence in each, and since when which badges are held.

The rule of a single comparison is in `verdicts`, what is said of it all in `sayings`. Nothing here depends on the
order of rows, and a history taken at once equals the same days taken one by one to the last bit.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np

from craveny_domain.betting import is_bet_on
from craveny_domain.clocks import cutoff, session_index
from craveny_domain.forecasts import BOARDS
from craveny_domain.grounds import Grounds, Test
from craveny_domain.layouts import Comparison, Layout
from craveny_domain.pairs import daily_difference
from craveny_domain.verdicts import BOARD_RULE, Rule, Running, advance, nothing_yet, since, with_more


@dataclass(frozen=True)
class Standings:
    """Where everything stands after a day; `badges` has the day (ordinal) from which each earned one is held."""

    layout: Layout = field(default_factory=Layout)
    running: Running = field(default_factory=lambda: nothing_yet(0))
    badges: Mapping[tuple[str, int, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class PairRows:
    """Pairs' daily sums as stored: rows [N] of numbers, whose `model_a` and `model_b` are positions in the names.

    `session` and `settled` are ordinals of days, `board` a position in BOARDS; `test_id` 0 is of the same questions.
    """

    rows: np.ndarray
    models: Sequence[str]

    def days(self) -> Iterator[tuple[date, "PairRows"]]:
        """The rows of each settling day, ascending."""
        names = ("test_id", "model_b", "model_a", "horizon", "board", "settled")
        rows = self.rows[np.lexsort([self.rows[name] for name in names])]
        days, begin = np.unique(rows["settled"], return_index=True)
        for day, part in zip(days.tolist(), np.split(rows, begin)[1:], strict=True):
            yield date.fromordinal(day), PairRows(part, self.models)


def stand(standings: Standings, history: PairRows, grounds: Grounds) -> Standings:
    """Where everything stands after all days of a history that begins after those standings."""
    for day, rows in history.days():
        standings = stand_after(standings, day, rows, grounds)
    return standings


def stand_after(standings: Standings, day: date, rows: PairRows, grounds: Grounds) -> Standings:
    """Where everything stands after one more settling day, of its rows; what they leave out has no bet."""
    told = sorted(_told(rows, grounds))
    known, layout, running = standings.layout.places, standings.layout, standings.running
    new = [each for each in told if each.comparison not in known]
    if new or layout.floors != grounds.floors:
        comparisons = (*layout.comparisons, *(each.comparison for each in new))
        layout = Layout(comparisons, (*layout.rules, *(each.rule for each in new)), grounds.floors)
        running = with_more(running, len(new))
    at = np.array([layout.places[each.comparison] for each in told], dtype=np.int64)
    differences = np.full(len(layout.comparisons), np.nan)
    differences[at] = [each.difference for each in told]
    questions = np.zeros(len(layout.comparisons), dtype=np.int64)
    questions[at] = [each.questions for each in told]
    running = advance(running, day, differences, questions, edges=layout.edges, alphas=layout.alphas)
    return Standings(layout, running, _badges_held(layout, running, standings.badges, day))


class _Told(NamedTuple):
    """What one day says in one comparison; NaN: no bet."""

    comparison: Comparison
    rule: Rule
    difference: float
    questions: int


def _told(pairs: PairRows, grounds: Grounds) -> Iterator[_Told]:
    rows = pairs.rows
    asked = rows["questions_a"], rows["questions_b"]
    difference = {
        "hit": daily_difference("hit", rows["hits_a"], asked[0], rows["hits_b"], asked[1]).tolist(),
        "brier": daily_difference("brier", rows["brier_a"], asked[0], rows["brier_b"], asked[1]).tolist(),
    }
    wanted = defaultdict[tuple, list[Test]](list)
    for test in grounds.tests:
        wanted[test.horizon, test.pair, test.test_id if test.is_split else 0].append(test)
    places = {each: session_index(grounds.sessions, date.fromordinal(each)) for each in set(rows["session"].tolist())}
    columns = (rows[name].tolist() for name in ("board", "horizon", "model_a", "model_b", "test_id", "session"))
    for at, (board, horizon, first, second, split, session) in enumerate(zip(*columns, strict=True)):
        a, b = str(pairs.models[first]), str(pairs.models[second])
        place = places[session]
        if place is None:
            continue
        held = grounds.sessions[place]
        is_bet = is_bet_on(place, horizon) and not {a, b} & grounds.tainted(held)
        n = int(asked[0][at] + asked[1][at]) if split else int(asked[0][at])
        if not split and not {a, b} <= grounds.floors:
            d = difference[BOARD_RULE.metric][at] if is_bet else np.nan
            yield _Told(Comparison(BOARDS[board], horizon, a, b, 0), BOARD_RULE, d, n)
        for test in wanted[horizon, (a, b), split]:
            if test.counts(held.session_date, cutoff(held, grounds.lead)):
                d = difference[test.rule.metric][at] if is_bet else np.nan
                comparison = Comparison(BOARDS[board], horizon, test.model_a, test.model_b, test.test_id)
                yield _Told(comparison, test.rule, d if test.model_a == a else -d, n)


def _badges_held(
    layout: Layout, running: Running, before: Mapping[tuple[str, int, str], int], day: date
) -> dict[tuple[str, int, str], int]:
    held = {}
    for board, duels in layout.duels.items():
        if not duels.floors:
            continue
        weakest = duels.against(running.peak).min(axis=1)
        was = np.array([before.get((*board, name), 0) for name in duels.candidates], dtype=np.int64)
        is_since = since(weakest, np.full(len(weakest), duels.goal), was, day).tolist()
        held.update({(*board, name): first for name, first in zip(duels.candidates, is_since, strict=True) if first})
    return held
