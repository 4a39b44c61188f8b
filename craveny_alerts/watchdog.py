"""The watchdog: watches from outside Dagster that all else is alive, `python -m craveny_alerts.watchdog`.

It tells through the outbox, unless the sender or the database is what is down: then it delivers itself. It also
runs the reconcile scan, raises the alarms of late forecasts and silent sources, and says once a day that it is there.
"""

import logging
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from craveny_alerts.outcomes import Refused, Undelivered, Unwelcome
from craveny_alerts.process import first_line, open_log, serve
from craveny_alerts.reconcile import reconcile
from craveny_alerts.settings import AlertSettings
from craveny_domain.alerts import HEARTBEAT, Notice, Waiting
from craveny_domain.clocks import Market
from craveny_domain.messages import drafts
from craveny_domain.vigil import Digest, Failing, Finding, Sight, begun, daily_heartbeat, findings, over, silent_source
from craveny_store import notifications as outbox
from craveny_store.engine import open_engine
from craveny_store.orchestration import daemon_beats, open_orchestration
from craveny_store.settings import Settings, load_markets
from craveny_store.watch import clock, forecast_states, newest_days, source_states

if TYPE_CHECKING:
    from craveny_alerts.channel import Channel

ROUND_SECONDS = 10.0
SCAN_SECONDS = 30.0
SOURCE_SECONDS = 300.0
"""How often sources are looked at: their whole history is counted for it."""
READY_SECONDS = 5.0
_DAY = timedelta(days=1)

log = logging.getLogger("watchdog")


@dataclass
class Told:
    """What this process remembers between rounds, beside what is in the outbox."""

    database: Failing
    api: Failing
    database_key: str = ""
    scanned: float = -SCAN_SECONDS
    sources_seen: float = -SOURCE_SECONDS
    sources: list[Finding] = field(default_factory=list)
    heartbeat: str = ""


class Watchdog:
    """Looks at everything once a round and tells what has changed."""

    def __init__(
        self,
        store: Engine,
        orchestration: Engine,
        markets: Mapping[str, Market],
        settings: AlertSettings,
        dagster_address: str = "",
    ) -> None:
        self._store = store
        self._orchestration = orchestration
        self._markets = markets
        self._settings = settings
        self._dagster_address = dagster_address
        self._since = datetime.now(UTC)
        self._told = Told(Failing(), Failing())

    def go_round(self) -> None:
        """Look, judge, tell. A database that is away is a finding, not an error."""
        sight = self._look()
        found = findings(sight)
        self._tell_of_database(found[0], sight.now)
        if sight.database.times:
            return
        with self._store.begin() as conn:
            found += self._sources(conn, sight.now)
            lives = all(finding.state != "down" for finding in found if finding.subject == "sender")
            self._tell_changes(conn, found[1:], sight.now, through_outbox=lives)
            self._tell_daily(conn, sight.now)
            outbox.beat(conn, "watchdog", "; ".join(f.title for f in found if f.state == "down"))
        self._scan(sight.now)

    def _look(self) -> Sight:
        told, now = self._told, datetime.now(UTC)
        if self._settings.api_address:
            told.api = told.api.after(ask_ready(self._settings.api_address))
        api = told.api if self._settings.api_address else None
        try:
            with self._store.connect() as ours, self._orchestration.connect() as dagsters:
                told.database = Failing()
                now = clock(ours)
                return Sight(
                    now, self._since, told.database, api,
                    beats=daemon_beats(dagsters),
                    outbox=outbox.outbox(ours),
                    forecasts=forecast_states(ours, self._markets.values(), now),
                    is_deliverable=not self._settings.missing,
                )  # fmt: skip
        except SQLAlchemyError as error:
            told.database = told.database.after(first_line(error))
            log.warning("the database does not answer: %s", told.database.said)
            return Sight(now, self._since, told.database, api)

    def _sources(self, conn: Connection, now: datetime) -> list[Finding]:
        told = self._told
        if time.monotonic() - told.sources_seen >= SOURCE_SECONDS:
            told.sources_seen = time.monotonic()
            told.sources = [silent_source(source, now) for source in source_states(conn, self._markets.values(), now)]
        return told.sources

    def _tell_changes(self, conn: Connection, found: list[Finding], now: datetime, *, through_outbox: bool) -> None:
        told = outbox.open_incidents(conn)
        for finding in found:
            key = told.get(finding.subject)
            if finding.state == "down" and key is None:
                notice = begun(finding, now)
            elif finding.state == "fine" and key is not None:
                notice = over(finding, key, now)
            else:
                continue
            log.warning("%s. %s", notice.title, notice.detail)
            receipt = None if through_outbox else self._deliver(notice, now)
            if receipt is None:
                outbox.add(conn, [notice])
            else:
                outbox.add_delivered(conn, notice, _text(notice, now), receipt)

    def _tell_of_database(self, finding: Finding, now: datetime) -> None:
        """The outbox is in the database: its own loss is told directly, and again until that succeeds."""
        told = self._told
        if finding.state == "down" and not told.database_key:
            notice = begun(finding, now)
            if self._deliver(notice, now) is not None:
                told.database_key = notice.dedup_key
        elif finding.state == "fine" and told.database_key:
            self._deliver(over(finding, told.database_key, now), now)
            told.database_key = ""

    def _deliver(self, notice: Notice, now: datetime) -> str | None:
        """Telegram's id of a message sent without the outbox; None when it could not be sent."""
        try:
            with self._channel() as channel:
                return channel.send(_text(notice, now), is_silent=False) if channel else None
        except (Undelivered, Unwelcome, Refused) as failed:
            log.warning("not delivered: %s; %s", notice.title, failed)
            return None

    @contextmanager
    def _channel(self) -> Iterator["Channel | None"]:
        if self._settings.missing:
            yield None
            return
        # Telegram's client is a third of a process's memory, and hardly ever needed here.
        from craveny_alerts.channel import Channel

        with Channel(self._settings) as channel:
            yield channel

    def _tell_daily(self, conn: Connection, now: datetime) -> None:
        at = self._settings.heartbeat_at
        day = at.newest(now).date() if at else None
        if day is None or str(day) == self._told.heartbeat:
            return
        self._told.heartbeat = str(day)
        if not outbox.unknown_keys(conn, [f"{HEARTBEAT}:{day}"]):
            return
        failures, down = outbox.count_since(conn, "run_failure", _DAY), tuple(outbox.open_incidents(conn))
        digest = Digest(newest_days(conn), failures, outbox.outbox(conn).undelivered, down)
        outbox.add(conn, [daily_heartbeat(day, digest, now)])

    def _scan(self, now: datetime) -> None:
        if time.monotonic() - self._told.scanned < SCAN_SECONDS:
            return
        self._told.scanned = time.monotonic()
        with self._store.begin() as ours, self._orchestration.connect() as dagsters:
            missed = reconcile(ours, dagsters, now, set(self._markets), self._dagster_address)
        if missed:
            log.warning("%s failed runs had no alert; added", missed)


def ask_ready(address: str) -> str:
    """What keeps the API from being ready, by its own word; empty when it is ready."""
    try:
        with urllib.request.urlopen(f"{address.rstrip('/')}/ready", timeout=READY_SECONDS):  # noqa: S310 - our own
            return ""
    except urllib.error.HTTPError as error:
        said = error.read(2_000).decode("utf-8", "replace")
        return f"/ready answers {error.code}: {said[:300]}"
    except (OSError, ValueError) as error:
        return f"{address} does not answer: {error}"


def _text(notice: Notice, now: datetime) -> str:
    (draft,) = drafts([Waiting(0, now, notice)], now, None)
    return f"from the watchdog\n{draft.text}"


def main() -> None:
    """Watch until told to stop."""
    open_log()
    settings, ours = AlertSettings(), Settings()
    store = open_engine(ours.database_url, pool_size=1)
    orchestration = open_orchestration(ours.dagster_pg_url)
    watchdog = Watchdog(store, orchestration, load_markets(ours.markets_file), settings, ours.dagster_address)
    serve(watchdog.go_round, ROUND_SECONDS, log)


if __name__ == "__main__":
    main()
