"""How each source of a market does, by what it gave and by the log of asking it. Imports nothing that brings NumPy."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, text

from craveny_domain.clocks import Market
from craveny_domain.leads import WINDOW, Lead, Telling, leads
from craveny_domain.source_health import LOOKBACK, Arrivals, Given, Standing, State, Volume, state, volume

Feed = Literal["news", "price"]
ERRORS = timedelta(days=7)


@dataclass(frozen=True)
class SourceError:
    """How often a source failed in one way in the last seven days, when last, and what it said then."""

    error_class: str
    count: int
    last_at: datetime
    detail: str | None


@dataclass(frozen=True)
class SourceReport:
    """A source as registered, how it stands and what it gives; `failing_since` is its first failure in a row."""

    market: str
    name: str
    feed: Feed
    kind: str
    is_synthetic: bool
    every_minutes: int | None
    first_date: date
    last_date: date | None
    state: State
    reason: str | None
    reached_at: datetime | None
    attempted_at: datetime | None
    succeeded_at: datetime | None
    next_at: datetime | None
    failures: int
    failing_since: datetime | None
    volume: Volume
    errors: list[SourceError] = field(default_factory=list)
    lead: Lead | None = None


_SOURCES = text("""
    SELECT s.name, s.feed, s.kind, s.is_synthetic, s.every_minutes, s.off_reason, s.first_date, s.last_date,
        w.reached_at, f.attempted_at, f.succeeded_at, f.not_before_at, coalesce(f.failures, 0) AS failures,
        l.outcome, l.detail, CASE WHEN f.failures > 0 THEN (
            SELECT min(b.started_at) FROM fetch_log b
            WHERE b.market = s.market AND b.source = s.name AND b.feed = s.feed AND b.outcome = 'failed'
                AND b.started_at > coalesce(f.succeeded_at, '-infinity')) END AS failing_since
    FROM source s
    LEFT JOIN source_watermark w ON (w.market, w.source, w.feed) = (s.market, s.name, s.feed)
    LEFT JOIN fetch_state f ON (f.market, f.source, f.feed) = (s.market, s.name, s.feed)
    LEFT JOIN LATERAL (
        SELECT g.outcome, g.detail FROM fetch_log g
        WHERE g.market = s.market AND g.source = s.name AND g.feed = s.feed
            AND (coalesce(f.failures, 0) = 0 OR g.outcome = 'failed')
        ORDER BY g.started_at DESC, g.fetch_id DESC LIMIT 1) l ON true
    WHERE s.market = :market ORDER BY s.name, s.feed""")


def source_reports(conn: Connection, market: Market, now: datetime) -> list[SourceReport]:
    """The market's sources by name and feed, as they stand at an instant of the database's clock."""
    given: dict[Feed, _Given] = {feed: _given(conn, market, feed, now) for feed in _RECENT}
    errors, lead = _errors(conn, market.code, now), _leads(conn, market.code, now)
    reports = []
    for row in conn.execute(_SOURCES, {"market": market.code}).mappings():
        place = row["name"], row["feed"]
        told = lead.get(row["name"]) if row["feed"] == "news" else None
        reports.append(_report(market, row, given[row["feed"]], now, errors=errors.get(place, []), lead=told))
    return reports


def _report(market: Market, row: RowMapping, given: "_Given", now: datetime, **more: Any) -> SourceReport:  # noqa: ANN401 - of the report's own types
    log = {name: row[name] for name in Standing.__dataclass_fields__}
    stands, why = state(Standing(**log), market.local_date(now))
    gave = volume(given.of(row["name"], row["reached_at"]))
    if stands in ("off", "ended"):
        gave = replace(gave, verdict="unknown", reason=None)
    same = (
        "name", "feed", "kind", "is_synthetic", "every_minutes", "first_date", "last_date", "reached_at",
        "attempted_at", "succeeded_at", "failures", "failing_since",
    )  # fmt: skip
    return SourceReport(
        market=market.code,
        state=stands,
        reason=why or gave.reason,
        next_at=_next_at(row, stands),
        volume=gave,
        **{name: row[name] for name in same},
        **more,
    )


def _next_at(row: RowMapping, stands: State) -> datetime | None:
    if row["every_minutes"] is None or row["attempted_at"] is None or stands in ("off", "ended"):
        return None
    rhythm = row["attempted_at"] + timedelta(minutes=row["every_minutes"])
    return row["not_before_at"] or rhythm


# Wall clocks are subtracted, so that a week ago is the same time of day over a clock change too.
_ARRIVALS = """
    SELECT source, (at)::date AS day, floor(extract(epoch FROM :wall - at) / 3600)::int AS hours_ago, count(*)
    FROM (SELECT source, available_at AT TIME ZONE :zone AS at FROM {table} p
        WHERE p.market = :market AND {recent} AND p.available_at <= :now) came
    GROUP BY 1, 2, 3"""
_RECENT: dict[Feed, tuple[str, str]] = {
    "news": ("raw_news", "p.available_at > :since"),
    # A bar becomes available on its session's day or later.
    "price": ("price", "p.session_date > :since_date AND p.available_at > :since"),
}
_READ_DAYS = text("""
    SELECT partition_date FROM partition_state
    WHERE market = :market AND asset = :asset AND model_name = '' AND partition_date >= :since_date""")


@dataclass(frozen=True)
class _Given:
    """What a market's sources of one feed gave, as seen at an instant."""

    now: datetime
    wall: datetime
    arrivals: Mapping[str, list[Arrivals]]
    read_days: frozenset[date]

    def of(self, name: str, reached_at: datetime | None) -> Given:
        """One source's share; `reached_at` is up to when it has been read, None: never."""
        ago = None if reached_at is None else max(0.0, (self.now - reached_at) / timedelta(hours=1))
        return Given(self.wall, self.arrivals.get(name, ()), self.read_days, ago)


def _given(conn: Connection, market: Market, feed: Feed, now: datetime) -> _Given:
    table, recent = _RECENT[feed]
    wall = now.astimezone(market.zone).replace(tzinfo=None)
    since = now - LOOKBACK
    asked = {
        "market": market.code, "zone": market.timezone, "wall": wall, "now": now, "since": since,
        "since_date": since.date(), "asset": "raw_news" if feed == "news" else "price",
    }  # fmt: skip
    query = text(_ARRIVALS.format(table=table, recent=recent))
    arrivals: dict[str, list[Arrivals]] = defaultdict(list)
    for source, *rest in conn.execute(query, asked):
        arrivals[source].append(Arrivals(*rest))
    return _Given(now, wall, arrivals, frozenset(conn.execute(_READ_DAYS, asked).scalars()))


_ERRORS = text("""
    SELECT source, feed, coalesce(error_class, 'unknown') AS error_class, count(*), max(started_at) AS last_at,
        (array_agg(detail ORDER BY started_at DESC, fetch_id DESC))[1] AS detail
    FROM fetch_log WHERE market = :market AND started_at > :since AND outcome = 'failed'
    GROUP BY 1, 2, 3 ORDER BY count(*) DESC, 3""")


def _errors(conn: Connection, market: str, now: datetime) -> dict[tuple[str, str], list[SourceError]]:
    found: dict[tuple[str, str], list[SourceError]] = defaultdict(list)
    for source, feed, *rest in conn.execute(_ERRORS, {"market": market, "since": now - ERRORS}):
        found[source, feed].append(SourceError(*rest))
    return found


# What a copy copies is looked up one by one: joined, the planner may take copies for few and try each with each.
_TELLINGS = text("""
    SELECT c.news_id, c.story_id, c.source, c.available_at, f.news_id, f.story_id, f.source, f.available_at
    FROM news c CROSS JOIN LATERAL (SELECT * FROM news a WHERE a.news_id = c.story_id LIMIT 1) f
    WHERE c.market = :market AND c.available_at > :since AND c.available_at <= :now AND c.story_id <> c.news_id""")


def _leads(conn: Connection, market: str, now: datetime) -> dict[str, Lead]:
    since = now - WINDOW
    told: dict[int, Telling] = {}
    for news_id, story_id, source, at, *copied in conn.execute(
        _TELLINGS, {"market": market, "since": since, "now": now}
    ):
        told[news_id] = Telling(news_id, story_id, source, at)
        if story_id not in told:
            told[story_id] = Telling(*copied)
    return leads(telling for telling in told.values() if telling.available_at > since)
