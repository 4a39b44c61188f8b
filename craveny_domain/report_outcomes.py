"""What comes of a report's target and stop in the five sessions after it was made, and how often either comes first.

Settled by the rules of forecasts: `settlement` says when and by which close, `paths` what was touched on the way.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeVar

import numpy as np

from craveny_domain.clocks import Session
from craveny_domain.intervals import DRAWS, SEED, Figure, ratio, resampling
from craveny_domain.panel import Panel
from craveny_domain.paths import TOUCHES, Paths, follow
from craveny_domain.settlement import LATE, Settlement, settle, void_reason

WINDOW = 5
"""Sessions."""
NO_BASE = "Its base price is no close of the ten sessions before its window."
RATES = ("target_rate", "stop_rate", "neither_rate")
ModelName = TypeVar("ModelName")


@dataclass(frozen=True)
class Aim:
    """A report's prices, in currency as traded on `base_date`, the session that closed at its base price (None: not
    known). A target or a stop may be missing, but not both."""

    stock_id: int
    base_date: date | None
    base_price: float
    target_price: float | None
    stop_price: float | None

    @property
    def target_return(self) -> float | None:
        """From the base price to the target, a fraction."""
        return None if self.target_price is None else self.target_price / self.base_price - 1

    @property
    def stop_return(self) -> float | None:
        """From the base price to the stop, a fraction."""
        return None if self.stop_price is None else self.stop_price / self.base_price - 1


@dataclass(frozen=True)
class ReportOutcome:
    """What came of a report; what is not so is None. `path_return`: the window's first open to the target, the stop or
    the settling close, a fraction."""

    status: Literal["settled", "void"]
    reason: str | None
    exit_price_id: int | None = None
    target_date: date | None = None
    stop_date: date | None = None
    first_touch: str | None = None
    path_return: float | None = None


def window_of(sessions: Sequence[Session], made_at: datetime) -> Sequence[Session]:
    """A report's window: the first WINDOW of the ascending sessions that open after it was made."""
    begins = bisect_right(sessions, made_at, key=lambda session: session.open_at)
    return sessions[begins : begins + WINDOW]


def outcomes(panel: Panel, row: int, at: int, aims: Sequence[Aim]) -> list[ReportOutcome | None]:
    """What the session in panel row `at` settles of reports whose window begins in `row`; None: nothing."""
    found: list[ReportOutcome | None] = [None] * len(aims)
    placed = [i for i, aim in enumerate(aims) if aim.stock_id in panel.stocks]
    if at == row + WINDOW - 1:
        # Stocks that have no bar at all are not in the panel, and end here.
        found = [None if i in placed else ReportOutcome("void", NO_BASE) for i in range(len(aims))]
    if placed:
        own = panel.taken(panel.columns([aims[i].stock_id for i in placed]))
        told = _outcomes(own, row, at, [aims[i] for i in placed])
        for i, outcome in zip(placed, told, strict=True):
            found[i] = outcome
    return found


def _outcomes(panel: Panel, row: int, at: int, aims: Sequence[Aim]) -> list[ReportOutcome | None]:
    """The same, a column of the panel for each."""
    row_of = {day: i for i, day in enumerate(panel.sessions[:row])}
    base_row = np.array([row_of.get(aim.base_date, -1) if aim.base_date else -1 for aim in aims])
    base = np.array([aim.base_price for aim in aims])
    target, stop = (
        np.array([np.nan if each is None else each for each in returns])
        for returns in zip(*((aim.target_return, aim.stop_return) for aim in aims), strict=True)
    )
    settlement = settle(panel, row, WINDOW, at, base_row)
    across = np.arange(len(aims))
    # A price that was said stays what it was, whatever the bar it came from is corrected to.
    settlement = replace(settlement, entry_close=base * panel.growth[base_row, across])
    paths = follow(panel, row, settlement, across, target, stop)
    return [_outcome(panel, settlement, paths, i) for i in range(len(aims))]


def _outcome(panel: Panel, settlement: Settlement, paths: Paths, i: int) -> ReportOutcome | None:
    if settlement.status[i] == 0:
        return None
    if settlement.status[i] == 2:
        return ReportOutcome("void", void_reason(settlement, i) if settlement.has_entry[i] else NO_BASE)
    reached, breached = (int(rows[i]) for rows in (paths.target_row, paths.stop_row))
    moved = float(paths.path_return[i])
    return ReportOutcome(
        status="settled",
        reason=LATE if settlement.is_late[i] else None,
        exit_price_id=int(settlement.exit_price_id[i]),
        target_date=None if reached < 0 else panel.sessions[reached],
        stop_date=None if breached < 0 else panel.sessions[breached],
        first_touch=TOUCHES[int(paths.first_touch[i])],
        path_return=None if np.isnan(moved) else moved,
    )


@dataclass(frozen=True)
class ReportDay:
    """A model's reports that one session settled: how many, how many of them named a target and a stop, how many
    touched which first; and how many it found void."""

    day: date
    settled: int
    targets: int
    stops: int
    target_first: int
    stop_first: int
    void: int


def report_rates(
    days: Mapping[ModelName, Sequence[ReportDay]], *, draws: int = DRAWS, seed: int = SEED
) -> dict[ModelName, dict[str, Figure]]:
    """Each model's rates over all its days, by name as in RATES: targets reached before a stop, of the reports that
    name one; stops likewise; and neither, of all. Intervals resample blocks of days on which any model has some."""
    when = sorted({each.day for own in days.values() for each in own})
    if not when:
        return {}
    position = {day: at for at, day in enumerate(when)}
    drawn = resampling(len(when), WINDOW, draws, seed)
    found = {}
    for model, own in days.items():
        sums = np.zeros((len(when), 5))
        for each in own:
            sums[position[each.day]] = astuple(each)[1:6]
        part, whole = _parts(drawn.totals(sums)), _parts(sums)[1]
        found[model] = {
            name: drawn.figure(series, int(counted.sum()), int((counted > 0).sum()))
            for name, series, counted in zip(RATES, ratio(*part), whole, strict=True)
        }
    return found


def _parts(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of sums [H, 5] as ReportDay has them, what the rates are parts of and their wholes, each [3, H]."""
    settled, targets, stops, target_first, stop_first = sums.T
    neither = settled - target_first - stop_first
    return np.stack([target_first, stop_first, neither]), np.stack([targets, stops, settled])
