"""What every source of news and prices offers. Sources hand in facts; they neither store nor interpret them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from craveny_domain.clocks import Session, session_index
from craveny_domain.facts import Bar, RawItem, Rejected

if TYPE_CHECKING:
    from craveny_assets.fetching.failures import FetchFailed


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
    def answers_past_days(self) -> bool:
        """Whether it can be asked for a day that is over; its items then are `declared`."""
        ...

    def news(self, asked: Asked) -> Answer:
        """What it has for the day, none later than `asked.now`; raises FetchFailed when it cannot be read."""
        ...


class PriceSource(Protocol):
    """A source of daily bars that says itself since when each was known: the sample, an archive."""

    @property
    def name(self) -> str:
        """What the source is called wherever its facts show."""
        ...

    @property
    def synthetic(self) -> bool:
        """Whether everything it says is invented."""
        ...

    def bars(self, session: Session, now: datetime) -> Iterable[Bar]:
        """All observations of the session available by now, corrections included, oldest first."""
        ...


@dataclass(frozen=True)
class Instrument:
    """A stock or an index as a market writes it."""

    symbol: str
    kind: Literal["stock", "index"]


@dataclass(frozen=True)
class AskedBars:
    """What a live price source is asked for: a session's bars of the instruments, as seen at `now`.

    `sessions` are all of the market's, ascending.
    """

    session: Session
    sessions: Sequence[Session]
    now: datetime
    instruments: Sequence[Instrument]

    @property
    def since(self) -> date:
        """The day after the session before: what a source has from there on to the session, it has of closed days."""
        at = session_index(self.sessions, self.session.session_date) or 0
        return self.sessions[at - 1].session_date + timedelta(days=1) if at else self.session.session_date


@dataclass(frozen=True)
class AnsweredBars:
    """What a live price source gave: bars as traded and unadjusted, and what of its answer could not be used.

    Bars carry the clock of a past session, `declared` a lag after its close; who asked sets it anew where this
    installation saw them itself. `failed` is why it stopped before it had told of every instrument.
    """

    bars: Sequence[Bar] = ()
    refused: Sequence[Rejected] = ()
    failed: "FetchFailed | None" = None


class LivePriceSource(Protocol):
    """A source of daily bars that tells what it has now: whoever asks sets the clocks, and finds the corrections."""

    @property
    def name(self) -> str:
        """What the source is called wherever its facts show."""
        ...

    @property
    def currency(self) -> str:
        """What its prices are in, ISO 4217, whole units per share; a bar that it says is in another is refused."""
        ...

    @property
    def answers_past_sessions(self) -> bool:
        """Whether it can be asked for a session whose day is over."""
        ...

    def bars(self, asked: AskedBars) -> AnsweredBars:
        """What it has of the session; raises FetchFailed when nothing of it can be read."""
        ...
