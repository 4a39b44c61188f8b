"""What is said as of a day: the verdict of every comparison, and the floor badge of every candidate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter

import numpy as np

from craveny_domain.layouts import Duels
from craveny_domain.standings import Standings
from craveny_domain.verdicts import Running, sessions_left, verdicts, whole_days


@dataclass(frozen=True)
class Said:
    """What is said of one comparison as of a day; columns of `model_comparison`."""

    board: str
    horizon: int
    model_a: str
    model_b: str
    test_id: int
    metric: str
    edge: float
    alpha: float
    questions: int
    days: int
    difference: float | None
    better: float
    worse: float
    below_edge: float
    above_edge: float
    verdict: str
    since_date: date | None
    days_to_go: int | None


@dataclass(frozen=True)
class Badge:
    """Whether a candidate beats every floor as of a day; columns of `floor_badge`."""

    board: str
    horizon: int
    model_name: str
    is_earned: bool
    floors_beaten: int
    floors: int
    candidates: int
    alpha: float
    days: int
    hardest_floor: str | None
    days_to_go: int | None
    since_date: date | None


SAID = tuple(f.name for f in fields(Said))
BADGE = tuple(f.name for f in fields(Badge))
said_columns, badge_columns = attrgetter(*SAID), attrgetter(*BADGE)
"""Their values in the order of the columns."""


def said(standings: Standings, running_tests: frozenset[int]) -> list[Said]:
    """What is said in every comparison of the boards and of the tests that run, in the order of their keys."""
    layout, running = standings.layout, standings.running
    told = verdicts(running, layout.alphas, layout.spacing)
    now, difference = running.now.tolist(), running.difference.tolist()
    found = []
    for comparison, at in layout.places.items():
        if comparison.test_id and comparison.test_id not in running_tests:
            continue
        rule, verdict = layout.rules[at], told[at]
        better, worse, below_edge, above_edge = now[at]
        found.append(
            Said(
                *comparison,
                metric=rule.metric,
                edge=rule.edge,
                alpha=float(layout.alphas[at]),
                questions=int(running.questions[at]),
                days=int(running.days[at]),
                difference=difference[at] if running.days[at] else None,
                better=better,
                worse=worse,
                below_edge=below_edge,
                above_edge=above_edge,
                verdict=verdict.word,
                since_date=verdict.since,
                days_to_go=verdict.days_to_go,
            )
        )
    return sorted(found, key=lambda each: (each.board, each.horizon, each.model_a, each.model_b, each.test_id))


def badges(standings: Standings) -> list[Badge]:
    """The badge of every candidate on every board, earned or not, in the order of boards and names."""
    layout, running = standings.layout, standings.running
    return [
        badge
        for board, duels in layout.duels.items()
        for badge in _badges_of(board, duels, running, standings.badges, layout.alphas.shape)
    ]


def _badges_of(
    board: tuple[str, int],
    duels: Duels,
    running: Running,
    held: Mapping[tuple[str, int, str], int],
    shape: tuple[int, ...],
) -> Iterator[Badge]:
    goal, (_, horizon) = duels.goal, board
    left = sessions_left(running, np.full((*shape, 4), goal), np.full(shape, horizon))
    peak, now = duels.against(running.peak), duels.against(running.now)
    for at, name in enumerate(duels.candidates):
        first = held.get((*board, name), 0)
        # The lowest peak decides; where several never rose, the wealth that is lowest now.
        hardest = int(np.lexsort((now[at], peak[at]))[0]) if duels.floors else None
        place = -1 if hardest is None else int(duels.place[at, hardest])
        to_go = left[place, duels.side[at, hardest]] if place >= 0 and not first else np.inf
        yield Badge(
            *board,
            name,
            is_earned=bool(first),
            floors_beaten=int((peak[at] >= goal).sum()),
            floors=len(duels.floors),
            candidates=len(duels.candidates),
            alpha=duels.alpha,
            days=int(running.days[place]) if place >= 0 else 0,
            hardest_floor=None if hardest is None else duels.floors[hardest],
            days_to_go=whole_days(to_go),
            since_date=date.fromordinal(first) if first else None,
        )
