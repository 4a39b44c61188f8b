"""What every source of news and prices offers. Sources hand in facts; they neither store nor interpret them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from craveny_domain.clocks import Session
from craveny_domain.facts import Bar, RawItem, Rejected
from craveny_store.source_entries import Terms


@dataclass(frozen=True)
class Asked:
    """What a news source is asked for: the local day from `start` to before `end`, as seen at `now`.

    `is_live` when now lies in the day: the source gives whatever it has now, and who asked sets the items' clock.
    Up to `reached_at` it has been read before (None: never); `etag` and `last_modified` are of its last answer that
    was stored.
    """

    day: date
    start: datetime
    end: datetime
    now: datetime
    is_live: bool
    reached_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Answer:
    """What a news source gave: items, and what of it could not be used; `bytes_read` is counted after decompression.

    `etag` and `last_modified` are None unless all of the answer may count as read.
    """

    items: Sequence[RawItem] = ()
    refused: Sequence[Rejected] = ()
    etag: str | None = None
    last_modified: str | None = None
    is_unchanged: bool = False
    bytes_read: int = 0


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

    @property
    def terms(self) -> Terms:
        """What of its items may be stored; what it hands in holds no more."""
        ...

    @property
    def answers_past_days(self) -> bool:
        """Whether it can be asked for a day that is over; its items then are `declared`."""
        ...

    def covers(self, day: date) -> bool:
        """Whether the source can have anything for that local day of its market."""
        ...

    def news(self, asked: Asked) -> Answer:
        """What it has for the day, none later than `asked.now`; raises FetchFailed when it cannot be read."""
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
