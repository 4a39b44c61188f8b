"""What every source of news and prices offers. Sources hand in facts; they neither store nor interpret them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from craveny_domain.clocks import Session
from craveny_domain.facts import Bar, RawItem


class NewsSource(Protocol):
    """A source of news."""

    @property
    def name(self) -> str:
        """What the source is called wherever its facts show."""
        ...

    @property
    def synthetic(self) -> bool:
        """Whether everything it says is invented."""
        ...

    def covers(self, day: date) -> bool:
        """Whether the source can have anything for that local day of its market."""
        ...

    def news(self, day: date, now: datetime) -> Iterable[RawItem]:
        """The items whose `available_at` falls on that local day of the market, none later than now."""
        ...


class PriceSource(Protocol):
    """A source of daily bars."""

    @property
    def name(self) -> str:
        """What the source is called wherever its facts show."""
        ...

    @property
    def synthetic(self) -> bool:
        """Whether everything it says is invented."""
        ...

    def covers(self, day: date) -> bool:
        """Whether the source can have anything for that local day of its market."""
        ...

    def bars(self, session: Session, now: datetime) -> Iterable[Bar]:
        """All observations of the session available by now, corrections included, oldest first."""
        ...
