"""When a host may be asked: spacing shared by every process, and what its Retry-After says. The clock is given."""

import math
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine

from craveny_assets.fetching.failures import FetchFailed
from craveny_store.fetching import HostRobots, Slot, database_time, hold_host, save_robots, take_slot

SPACING = timedelta(seconds=1)
"""Between two requests to a host: what crawlers of small sites keep, and what a person would hardly notice."""
JITTER = 0.5
"""Of the spacing, at most so much is added at random: installations that start on the minute drift apart."""
CRAWL_DELAY_CAP = timedelta(seconds=30)
"""A longer Crawl-delay is taken for this: with a crawl every ten minutes a host's feeds must get their turn."""
PATIENCE = timedelta(seconds=60)
"""Until a fetch's last turn at a host, at most: two of the longest delays; beyond that it comes back later."""
RETRY_AFTER_CAP = timedelta(hours=24)
"""A host that asks for more is asked once a day: a typing error must not silence a source for a year."""
RETRY_AFTER_DEFAULT = timedelta(minutes=15)
"""For a 429 without a readable Retry-After: at least one crawl of every ten minutes is left out."""


Answered = TypeVar("Answered")


class Clock(Protocol):
    """Instants on one line of time for all who share the database, and waiting on it."""

    def now(self) -> datetime:
        """The present instant, with zone."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed."""
        ...


class StoreClock:
    """The database's clock, read once and carried on: machines that differ still keep one spacing."""

    def __init__(self, engine: Engine) -> None:
        with engine.connect() as conn:
            self._begun_at = database_time(conn)
        self._begun = time.monotonic()

    def now(self) -> datetime:
        """The database's present."""
        return self._begun_at + timedelta(seconds=time.monotonic() - self._begun)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class Politeness:
    """Gives out turns to ask hosts."""

    def __init__(self, engine: Engine, clock: Clock, chance: Callable[[], float] = random.random) -> None:
        # A single statement each: begin and commit would treble the way to the database and back.
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._clock = clock
        self._chance = chance
        # One connection does for all threads; each taking its own would open and close them by the dozen.
        self._asking = threading.Lock()
        self._conn: Connection | None = None

    def wait_for_turn(self, host: str, crawl_delay: timedelta | None, until: datetime) -> Slot:
        """Wait until the host may be asked; the slot's instant is promised to nobody else.

        Raises FetchFailed when the turn would come after `until`. Turns are taken when they come, not booked ahead:
        a hold that another request brings meanwhile stops all who wait.
        """
        spacing = self.spacing(crawl_delay)
        while True:
            now = self._clock.now()
            slot = self._ask(lambda conn, now=now: take_slot(conn, host, now, spacing))
            if slot.is_taken:
                return slot
            if slot.at > until:
                raise held(host, slot.at)
            self._clock.sleep((slot.at - now).total_seconds())

    def hold(self, host: str, until: datetime) -> None:
        """Let nobody ask the host before an instant."""
        self._ask(lambda conn: hold_host(conn, host, until))

    def keep_robots(self, host: str, robots: HostRobots) -> None:
        """Let everybody know the host's robots.txt; their next turn at the host brings it."""
        self._ask(lambda conn: save_robots(conn, host, robots))

    def close(self) -> None:
        """Give the connection back."""
        with self._asking:
            self._give_back()

    def _ask(self, question: Callable[[Connection], Answered]) -> Answered:
        with self._asking:
            self._conn = self._conn or self._engine.connect()
            try:
                return question(self._conn)
            except Exception:
                self._give_back()
                raise

    def _give_back(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def spacing(self, crawl_delay: timedelta | None) -> timedelta:
        """The time from one request to the next: the longer of ours and the host's, and a little more by chance."""
        wanted = max(SPACING, min(crawl_delay or SPACING, CRAWL_DELAY_CAP))
        return wanted * (1 + JITTER * self._chance())


def held(host: str, until: datetime) -> FetchFailed:
    """The failure of asking a host that must not be asked yet."""
    when = f"{until.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return FetchFailed("rate_limited", f"{host} must not be asked before {when}: it is asked again then.", until)


def allowed_again_at(retry_after: str | None, served: str | None, now: datetime) -> datetime:
    """What a Retry-After header means: seconds, or a date seen from the answer's own Date, capped; else the default."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return now + min(timedelta(seconds=int(text[:9])), RETRY_AFTER_CAP)
    at = _http_date(text)
    if at is None:
        return now + RETRY_AFTER_DEFAULT
    # The host's clock may differ from ours; the difference between its two dates does not.
    wait = at - (_http_date(served) or now)
    return now + max(timedelta(0), min(wait, RETRY_AFTER_CAP))


def _http_date(text: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def crawl_delay(seconds: float | None) -> timedelta | None:
    """A Crawl-delay as a duration; None for none or nonsense."""
    if seconds is None or not math.isfinite(seconds) or seconds <= 0:
        return None
    return timedelta(seconds=min(seconds, CRAWL_DELAY_CAP.total_seconds()))
