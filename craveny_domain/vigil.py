"""What the watchdog holds against what it sees: when a part counts as down, as back, or as not known yet.

Sees nothing itself; how its findings are told is not its business either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from craveny_domain.alerts import HEARTBEAT, Level, Notice

DAEMON_SILENCE = timedelta(seconds=75)
"""Dagster's daemon writes a heartbeat every 30 seconds: two are missing by then."""
PART_SILENCE = timedelta(minutes=5)
"""One part of the daemon, while the others go on: a tick of a sensor may take a minute."""
SENDER_SILENCE = timedelta(seconds=60)
BACKLOG_AGE = timedelta(minutes=10)
CHECKS = 3
"""So many checks in a row must fail before something that is asked counts as down."""
BEFORE_OPEN = timedelta(minutes=5)
SOURCE_SILENCE = timedelta(hours=2)
"""A source that gives nothing is told after so long, and so is one that fails CHECKS times or more."""

State = Literal["fine", "down", "unknown"]


@dataclass(frozen=True)
class Finding:
    """What is so of one subject; `title` and `detail` tell it when it is down, `title` alone when it is back."""

    subject: str
    kind: str
    state: State
    title: str = ""
    detail: str = ""
    market: str | None = None
    partition_key: str | None = None
    level: Level = "error"


@dataclass(frozen=True)
class SourceState:
    """A live source: since when it fails in a row and how often, since when it is silent; None: it is neither."""

    market: str
    name: str
    feed: str
    reason: str
    failing_since: datetime | None = None
    failures: int = 0
    silent_since: datetime | None = None


@dataclass(frozen=True)
class ForecastState:
    """A market's session around its open, and the active models that have not forecast it."""

    market: str
    session_date: date
    open_at: datetime
    close_at: datetime
    models: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Outbox:
    """How delivery stands: the sender's last sign of life, and the alerts that have reached nobody yet."""

    sender_beat: datetime | None
    sender_detail: str = ""
    undelivered: int = 0
    oldest_undelivered: datetime | None = None


@dataclass(frozen=True)
class Failing:
    """Something that is asked again and again: how often it failed in a row, and what it said last."""

    times: int = 0
    said: str = ""

    def after(self, said: str) -> "Failing":
        """The count after one more answer; an empty one is a good one."""
        return Failing(self.times + 1, said) if said else Failing()


@dataclass(frozen=True)
class Sight:
    """All that was seen in one round; what could not be seen is None."""

    now: datetime
    since: datetime
    database: Failing
    api: Failing | None
    beats: Mapping[str, datetime] | None = None
    outbox: Outbox | None = None
    forecasts: Iterable[ForecastState] = field(default_factory=tuple)
    is_deliverable: bool = True


@dataclass(frozen=True)
class Digest:
    """A day in short: the newest day per asset and market, counts, and what is down."""

    newest: Mapping[str, Mapping[str, date]]
    failures: int
    undelivered: int
    down: tuple[str, ...]


def findings(sight: Sight) -> list[Finding]:
    """Every subject that could be judged, fine or down."""
    found = [_asked("database", sight.database, "The database does not answer")]
    if sight.api is not None:
        found.append(_asked("api", sight.api, "The API is not ready"))
    if sight.beats is not None:
        found.append(daemon(sight.beats, sight.now, sight.since))
    if sight.outbox is not None:
        found.append(sender(sight.outbox, sight.now, sight.since))
        if sight.is_deliverable:
            found.append(backlog(sight.outbox, sight.now))
    return [*found, *(late_forecast(state, sight.now) for state in sight.forecasts)]


def _asked(subject: str, failing: Failing, title: str) -> Finding:
    state: State = "fine" if failing.times == 0 else "down" if failing.times >= CHECKS else "unknown"
    cure = "See its log and run `craveny doctor`."
    return Finding(subject, f"{subject}_down", state, title, f"{failing.said.rstrip('.')}. {cure}")


def daemon(beats: Mapping[str, datetime], now: datetime, since: datetime) -> Finding:
    """Dagster's daemon: silent as a whole, or one part of it stuck. A silence from before the watch is not known."""
    newest = max(beats.values(), default=None)
    cure = "Nothing is scheduled, launched or settled until it runs again: restart it, or run `make up` again."
    told = Finding("daemon", "daemon_down", "down", "Dagster's daemon is silent")
    if newest is None or now - newest > DAEMON_SILENCE:
        if now - since <= DAEMON_SILENCE:
            return Finding("daemon", "daemon_down", "unknown")
        last = f"Its last heartbeat was at {newest:%Y-%m-%d %H:%M:%S} UTC." if newest else "It never gave a heartbeat."
        return _with_detail(told, f"{last} {cure}")
    stuck = sorted(part for part, beat in beats.items() if now - beat > PART_SILENCE and beat > since)
    if stuck:
        return _with_detail(
            told, f"Stuck for more than {PART_SILENCE.seconds // 60} minutes: {', '.join(stuck)}. {cure}"
        )
    return Finding("daemon", "daemon_down", "fine", told.title)


def sender(outbox: Outbox, now: datetime, since: datetime) -> Finding:
    """The sender: silent for a minute."""
    told = Finding("sender", "sender_down", "fine", "The sender of alerts is silent")
    if outbox.sender_beat is not None and now - outbox.sender_beat <= SENDER_SILENCE:
        return told
    if now - since <= SENDER_SILENCE:
        return Finding("sender", "sender_down", "unknown")
    waiting = f"{outbox.undelivered} alerts wait." if outbox.undelivered else "No alert waits yet."
    return _with_detail(told, f"{waiting} Restart it, or run `make up` again; nothing is lost.")


def backlog(outbox: Outbox, now: datetime) -> Finding:
    """Delivery: an alert that has waited for long, whatever the sender says of itself."""
    told = Finding("backlog", "backlog_old", "fine", "Alerts are not getting out")
    if outbox.oldest_undelivered is None or now - outbox.oldest_undelivered <= BACKLOG_AGE:
        return told
    said = f" The sender says: {outbox.sender_detail}" if outbox.sender_detail else ""
    return _with_detail(told, f"{outbox.undelivered} wait since {outbox.oldest_undelivered:%Y-%m-%d %H:%M} UTC.{said}")


def late_forecast(state: ForecastState, now: datetime) -> Finding:
    """A forecast is late when five minutes before the open some active model has not forecast the session."""
    subject = f"late_forecast:{state.market}:{state.session_date}"
    title = f"{state.market}: no complete forecast for {state.session_date}"
    is_due = state.open_at - BEFORE_OPEN <= now < state.close_at and state.models > 0
    verdict: State = ("down" if is_due else "unknown") if state.missing or not state.models else "fine"
    have = state.models - len(state.missing)
    detail = (
        f"The market opens at {state.open_at:%H:%M} UTC; {have} of {state.models} models have forecast, missing:"
        f" {', '.join(state.missing[:5])}. See the runs of {state.market}_forecast_job and launch it for this day."
    )
    return Finding(
        subject, "late_forecast", verdict, title, detail, market=state.market, partition_key=str(state.session_date)
    )


def silent_source(source: SourceState, now: datetime) -> Finding:
    """A source is down when it has failed three times or more, or been silent, for two hours."""
    told = Finding(
        f"source_silent:{source.market}:{source.feed}:{source.name}",
        "source_silent",
        "fine",
        f"{source.market}: nothing comes from the {source.feed} source {source.name}",
        market=source.market,
        level="warning",
    )
    fails = source.failing_since is not None and source.failures >= CHECKS
    since = min((at for at in (source.failing_since if fails else None, source.silent_since) if at), default=None)
    if since is not None and now - since > SOURCE_SILENCE:
        return _with_detail(told, f"{source.reason} See it under Operations, Sources.")
    return replace(told, state="unknown") if source.failing_since or source.silent_since else told


def begun(finding: Finding, now: datetime) -> Notice:
    """The notice that something is down."""
    return Notice(
        dedup_key=f"incident:{finding.subject}:{now.timestamp():.0f}",
        kind=finding.kind,
        level=finding.level,
        title=finding.title,
        detail=finding.detail,
        occurred_at=now,
        market=finding.market,
        partition_key=finding.partition_key,
    )


def over(finding: Finding, key: str, now: datetime) -> Notice:
    """The notice that what was told under a key is over: as loud as the first word of it."""
    since = datetime.fromtimestamp(int(key.rpartition(":")[2]), UTC)
    return replace(
        begun(finding, now),
        dedup_key=f"{key}:over",
        kind="recovered",
        title=f"Over: {finding.title}",
        detail=f"It was told at {since:%Y-%m-%d %H:%M:%S} UTC.",
    )


def daily_heartbeat(day: date, digest: Digest, now: datetime) -> Notice:
    """The daily word that the watchdog and the way to people work; its absence is the alarm."""
    fresh = "; ".join(
        f"{market} forecast to {ends.get('prediction', 'none')}, settled to {ends.get('daily_performance', 'none')}"
        for market, ends in sorted(digest.newest.items())
    )
    counts = f"{digest.failures} failed runs in 24 hours, {digest.undelivered} alerts undelivered"
    unwell = f" Down: {', '.join(digest.down)}." if digest.down else ""
    return Notice(
        dedup_key=f"heartbeat:{day}",
        kind=HEARTBEAT,
        level="info",
        title=f"Craveny on {day}: {'all is watched' if not digest.down else 'not all is well'}",
        detail=f"{fresh or 'nothing is materialized yet'}; {counts}.{unwell}",
        occurred_at=now,
    )


def _with_detail(finding: Finding, detail: str) -> Finding:
    return replace(finding, state="down", detail=detail)
