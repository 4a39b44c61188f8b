"""How live sources stand, the log of asking them, and the politeness that every fetching process shares."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from craveny_store.bulk import cursor
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
class HostRobots:
    """A host's robots.txt as read at an instant; no text: there is none."""

    text: str | None
    read_at: datetime


@dataclass(frozen=True)
class Slot:
    """A request to a host: promised for `at`, with its robots.txt as last read; or not, and it is free from `at`."""

    is_taken: bool
    at: datetime
    robots: HostRobots | None = None


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
    etag: str | None = None,
    last_modified: str | None = None,
) -> None:
    """A source answered at an instant, and may be asked again; its validators are to be stored with the items."""
    values = {
        "etag": etag,
        "last_modified": last_modified,
        "failures": 0,
        "not_before_at": None,
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


# Whoever commits does not wait for the disk: a promise that a crash loses costs a host one second's rest.
_TAKE = """
    WITH quick AS (SELECT set_config('synchronous_commit', 'off', true))
    INSERT INTO fetch_host AS h (host, next_at) SELECT %(host)s, %(next_at)s FROM quick
    ON CONFLICT (host) DO UPDATE SET next_at = excluded.next_at WHERE h.next_at <= %(now)s
    RETURNING robots, robots_at"""
_FREE_AT = "SELECT next_at FROM fetch_host WHERE host = %(host)s"


def take_slot(conn: Connection, host: str, now: datetime, spacing: timedelta) -> Slot:
    """Promise the caller a request to a host now, unless one was promised within the spacing then asked for.

    One statement: of callers that come at once, in any process, one gets the slot.
    """
    # Straight through the driver: this is asked before every request of every crawl.
    with cursor(conn) as cur:
        taken = cur.execute(_TAKE, {"host": host, "now": now, "next_at": now + spacing}).fetchone()
        if taken is not None:
            text, read_at = taken
            return Slot(is_taken=True, at=now, robots=read_at and HostRobots(text, read_at))
        return Slot(is_taken=False, at=cur.execute(_FREE_AT, {"host": host}).fetchall()[0][0])


def hold_host(conn: Connection, host: str, until: datetime) -> None:
    """Let nobody ask a host before an instant; never shortens a longer hold."""
    statement = insert(fetch_host).values(host=host, next_at=until)
    latest = func.greatest(fetch_host.c.next_at, statement.excluded.next_at)
    conn.execute(statement.on_conflict_do_update(index_elements=["host"], set_={"next_at": latest}))


def save_robots(conn: Connection, host: str, robots: HostRobots) -> None:
    """Keep a host's robots.txt as just read."""
    stored = None if robots.text is None else robots.text.replace("\x00", "")
    values = {"robots": stored, "robots_at": robots.read_at}
    statement = insert(fetch_host).values(host=host, next_at=robots.read_at, **values)
    conn.execute(statement.on_conflict_do_update(index_elements=["host"], set_=values))
