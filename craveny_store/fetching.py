"""How live sources stand, the log of asking them, and the politeness that every fetching process shares."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from craveny_store.sources import Feed
from craveny_store.tables import fetch_host, fetch_log, fetch_state

Outcome = Literal["answered", "unchanged", "waiting", "failed"]


@dataclass(frozen=True)
class FetchState:
    """How a live source stands: the validators of its last stored answer, failures in a row, when it may be asked."""

    source: str
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0
    not_before_at: datetime | None = None
    attempted_at: datetime | None = None
    succeeded_at: datetime | None = None


@dataclass(frozen=True)
class FetchEntry:
    """One time a live source was asked and what came of it; `bytes` after decompression, `detail` one sentence."""

    market: str
    source: str
    feed: Feed
    started_at: datetime
    outcome: Outcome
    error_class: str | None = None
    detail: str | None = None
    items: int = 0
    added: int = 0
    refused: int = 0
    bytes: int = 0
    milliseconds: int = 0


@dataclass(frozen=True)
class Slot:
    """A request to a host: promised, for `at`; or not, and the host is free no earlier than `at`."""

    is_taken: bool
    at: datetime


@dataclass(frozen=True)
class HostRobots:
    """A host's robots.txt as read at an instant; no text: there is none."""

    text: str | None
    read_at: datetime


_STATE = [fetch_state.c[field.name] for field in fields(FetchState)]


def state_of(conn: Connection, market: str, feed: Feed) -> dict[str, FetchState]:
    """How each source of the market's feed stands, by name; one that was never asked is missing."""
    c = fetch_state.c
    rows = conn.execute(select(*_STATE).where(c.market == market, c.feed == feed))
    return {row.source: FetchState(*row) for row in rows}


def save_success(
    conn: Connection,
    market: str,
    source: str,
    feed: Feed,
    *,
    at: datetime,
    etag: str | None,
    last_modified: str | None,
    not_before_at: datetime | None,
) -> None:
    """A source answered at an instant: its validators, to be stored with the items, and when it is asked next."""
    values = {
        "etag": etag,
        "last_modified": last_modified,
        "failures": 0,
        "not_before_at": not_before_at,
        "attempted_at": at,
        "succeeded_at": at,
    }
    _save(conn, market, source, feed, values, values)


def save_failure(
    conn: Connection, market: str, source: str, feed: Feed, *, at: datetime, not_before_at: datetime | None
) -> None:
    """A source failed at an instant: one more in a row. What it last answered stays."""
    values = {"failures": 1, "not_before_at": not_before_at, "attempted_at": at}
    _save(conn, market, source, feed, values, {**values, "failures": fetch_state.c.failures + 1})


def _save(conn: Connection, market: str, source: str, feed: Feed, first: dict, again: dict) -> None:
    statement = insert(fetch_state).values(market=market, source=source, feed=feed, **first)
    conn.execute(statement.on_conflict_do_update(index_elements=["market", "source", "feed"], set_=again))


def log_fetch(conn: Connection, entry: FetchEntry) -> None:
    """Add an entry to the log."""
    conn.execute(insert(fetch_log).values(asdict(entry)))


def prune_fetch_log(conn: Connection, before: datetime) -> int:
    """Delete the entries of crawls that started before an instant; returns how many there were."""
    return conn.execute(delete(fetch_log).where(fetch_log.c.started_at < before)).rowcount


def database_time(conn: Connection) -> datetime:
    """The database's clock."""
    return conn.execute(select(func.clock_timestamp())).scalar_one()


def take_slot(conn: Connection, host: str, now: datetime, spacing: timedelta) -> Slot:
    """Promise the caller a request to a host now, unless one was promised within the spacing then asked for.

    One statement: of callers that come at once, in any process, one gets the slot.
    """
    c = fetch_host.c
    statement = insert(fetch_host).values(host=host, next_at=now + spacing)
    taking = statement.on_conflict_do_update(
        index_elements=["host"], set_={"next_at": statement.excluded.next_at}, where=c.next_at <= now
    )
    if conn.execute(taking.returning(c.host)).scalar() is not None:
        return Slot(is_taken=True, at=now)
    return Slot(is_taken=False, at=conn.execute(select(c.next_at).where(c.host == host)).scalar_one())


def hold_host(conn: Connection, host: str, until: datetime) -> None:
    """Let nobody ask a host before an instant; never shortens a longer hold."""
    statement = insert(fetch_host).values(host=host, next_at=until)
    latest = func.greatest(fetch_host.c.next_at, statement.excluded.next_at)
    conn.execute(statement.on_conflict_do_update(index_elements=["host"], set_={"next_at": latest}))


def robots_of(conn: Connection, host: str) -> HostRobots | None:
    """What is known of a host's robots.txt; None when it was never read."""
    c = fetch_host.c
    row = conn.execute(select(c.robots, c.robots_at).where(c.host == host, c.robots_at.is_not(None))).one_or_none()
    return None if row is None else HostRobots(row.robots, row.robots_at)


def save_robots(conn: Connection, host: str, robots: HostRobots) -> None:
    """Keep a host's robots.txt as just read."""
    text = None if robots.text is None else robots.text.replace("\x00", "")
    values = {"robots": text, "robots_at": robots.read_at}
    statement = insert(fetch_host).values(host=host, next_at=robots.read_at, **values)
    conn.execute(statement.on_conflict_do_update(index_elements=["host"], set_=values))
