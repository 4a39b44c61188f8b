"""What verdicts rest on beside the daily sums: the calendar that spaces bets, models' knowledge, registered tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from craveny_domain.clocks import Session, cutoff, session_index
from craveny_domain.knowledge import Knower, contaminated_models
from craveny_domain.verdicts import Rule


@dataclass(frozen=True)
class Test:
    """A registered test: from its first session on, to the last one whose cut-off came before it was stopped."""

    __test__ = False

    test_id: int
    horizon: int
    model_a: str
    model_b: str
    is_split: bool
    rule: Rule
    starts_on: date
    stopped_at: datetime | None

    @property
    def pair(self) -> tuple[str, str]:
        """Both models as pairs are kept: in the order of their names."""
        return min(self.model_a, self.model_b), max(self.model_a, self.model_b)

    def counts(self, session: date, fence: datetime) -> bool:
        """Whether a session with this cut-off is part of it."""
        return self.starts_on <= session and (self.stopped_at is None or fence < self.stopped_at)


@dataclass(frozen=True)
class Grounds:
    """What a day's rows are judged by: the market's sessions from its first on, its models, its tests."""

    sessions: Sequence[Session]
    lead: timedelta
    knowers: tuple[Knower, ...]
    tests: tuple[Test, ...]
    _tainted: dict[date, frozenset[str]] = field(default_factory=dict, compare=False)

    @cached_property
    def floors(self) -> frozenset[str]:
        """The models that others are measured against."""
        return frozenset(knower.model_name for knower in self.knowers if knower.is_floor)

    def tainted(self, session: Session) -> frozenset[str]:
        """The models that are contaminated on a session."""
        day = session.session_date
        if day not in self._tainted:
            self._tainted[day] = contaminated_models(session, cutoff(session, self.lead), self.knowers)
        return self._tainted[day]

    def session_of(self, settled: date, horizon: int) -> tuple[int, Session] | None:
        """The session, and its position in the calendar, whose forecasts of a horizon a day's close settles on time."""
        at = session_index(self.sessions, settled)
        return None if at is None or at < horizon - 1 else (at - horizon + 1, self.sessions[at - horizon + 1])

    def running_tests(self, settled: date) -> frozenset[int]:
        """The tests of which a day's close settles a session that counts."""
        return frozenset(test.test_id for test in self.tests if self.runs(test, settled))

    def runs(self, test: Test, settled: date) -> bool:
        """Whether a day's close settles, on time, a session that counts in a test."""
        held = self.session_of(settled, test.horizon)
        return held is not None and test.counts(held[1].session_date, cutoff(held[1], self.lead))
