"""The evidence of all comparisons and outcomes up to a session: carried on from day to day, or read from the start.

What is made of it is pure (`standings`, `calibration`); this reads the rows and knows when what it kept is no longer
what the tables say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import product

import numpy as np
from sqlalchemy import Connection

from craveny_domain.calibration import Cells, Outcomes, Record
from craveny_domain.forecasts import BOARDS
from craveny_domain.grounds import Grounds
from craveny_domain.panel import HORIZONS
from craveny_domain.reliability import CELLS
from craveny_domain.standings import Standings, stand
from craveny_store.comparisons import cell_rows, pair_rows, written_version

READS = "daily_performance"
KEPT_APART = max(HORIZONS) - 1


@dataclass(frozen=True)
class Evidence:
    """Where a market stands after the `last` session of a history that begins on its `first` day.

    `version` is of the daily figures it was made of: as long as theirs is the same, so is this.
    """

    market: str
    first: date
    grounds: Grounds
    last: date | None = None
    version: int = 0
    standings: Standings = field(default_factory=Standings)
    outcomes: Outcomes = field(default_factory=Outcomes)

    def after(self, conn: Connection, until: date) -> "Evidence":
        """The same after all sessions from the next one until a day."""
        days = [s.session_date for s in self.grounds.sessions if (self.last or date.min) < s.session_date <= until]
        days = [day for day in days if day >= self.first]
        if not days:
            return self
        # Asked before anything is read: what is written in between is read again the next time.
        # Days without a session count too: they are written as well.
        since = self.last + timedelta(days=1) if self.last else self.first
        version = self.version + written_version(conn, self.market, READS, since, days[-1])
        pairs = pair_rows(conn, self.market, days[0], days[-1])
        rows, models = cell_rows(conn, self.market, days[0], days[-1])
        outcomes = self.outcomes
        apart = days[-KEPT_APART:]
        if len(days) > len(apart):
            # All before the newest are known, and only their sums count: no need to go day by day.
            outcomes = outcomes.after(_cells(_between(rows, days[0], days[-len(apart) - 1]), models, self.grounds), 0)
        for day in apart:
            outcomes = outcomes.after(_cells(_between(rows, day, day), models, self.grounds), KEPT_APART)
        standings = stand(self.standings, pairs, self.grounds)
        return replace(self, last=days[-1], version=version, standings=standings, outcomes=outcomes)

    def is_current(self, conn: Connection, other: "Evidence", last: date | None) -> bool:
        """Whether it is what reading everything until the `last` session anew, on another's grounds, would give."""
        mine, theirs = ((e.market, e.first, e.grounds) for e in (self, other))
        if self.last is None or self.last != last or mine != theirs:
            return False
        return self.version == written_version(conn, self.market, READS, self.first, self.last)


def evidence_before(
    conn: Connection, market: str, first: date, day: date, grounds: Grounds, kept: Evidence | None = None
) -> Evidence:
    """The evidence of a history's sessions before a day; `kept` is taken when it still is that."""
    fresh = Evidence(market, first, grounds)
    before = [s.session_date for s in grounds.sessions if first <= s.session_date < day]
    if kept and kept.is_current(conn, fresh, before[-1] if before else None):
        return kept
    return fresh.after(conn, before[-1]) if before else fresh


def _between(rows: np.ndarray, first: date, last: date) -> np.ndarray:
    """The rows [N], ascending by day, of the days between two."""
    return rows[slice(*np.searchsorted(rows["settled"], (first.toordinal(), last.toordinal() + 1)))]


def _cells(rows: np.ndarray, models: list[str], grounds: Grounds) -> Mapping[Record, Cells]:
    """Days' outcomes by record, but for contaminated ones: what they mean to later forecasts is nothing."""
    clean = rows[_is_clean(rows, models, grounds)]
    records = list(product(models, HORIZONS, BOARDS))
    at = (clean["model"] * len(HORIZONS) + np.searchsorted(HORIZONS, clean["horizon"])) * len(BOARDS) + clean["board"]
    cell, size = at * CELLS + clean["cell"], len(records) * CELLS
    sums = (np.bincount(cell, clean[name], size).astype(np.int64).reshape(-1, CELLS) for name in ("answered", "ups"))
    return {record: Cells(*told) for record, *told in zip(records, *sums, strict=True) if told[0].any()}


def _is_clean(rows: np.ndarray, models: list[str], grounds: Grounds) -> np.ndarray:
    """Whether each row [N] is of a model that could not have learnt its session's outcome."""
    days, which = np.unique(
        rows["settled"] * len(HORIZONS) + np.searchsorted(HORIZONS, rows["horizon"]), return_inverse=True
    )
    clean = np.zeros((len(days), len(models)), dtype=bool)
    for at, (day, horizon) in enumerate(zip(days // len(HORIZONS), days % len(HORIZONS), strict=True)):
        held = grounds.session_of(date.fromordinal(int(day)), HORIZONS[horizon])
        tainted = grounds.tainted(held[1]) if held else models
        clean[at] = [name not in tainted for name in models]
    return clean[which, rows["model"]]
