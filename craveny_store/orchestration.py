"""Dagster's own tables, read and never written: runs with their tags, events of failures, daemon heartbeats."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from craveny_domain.failures import ErrorLink
from craveny_store.engine import StoreError, open_engine


@dataclass(frozen=True)
class FailedRunRow:
    """A run that Dagster counts as failed, with its tags."""

    run_id: str
    job: str
    ended_at: datetime
    tags: dict[str, str]


@dataclass(frozen=True)
class FailureEvent:
    """An event that tells of a run's failure; `content` is Dagster's own JSON of it."""

    run_id: str
    kind: str
    step: str | None
    content: dict[str, Any]

    @property
    def errors(self) -> list[ErrorLink]:
        """The chain of exceptions, the outermost first; none where none is told."""
        told = (self.content.get("dagster_event") or {}).get("event_specific_data") or {}
        found, error = [], told.get("error")
        while error:
            found.append(ErrorLink(error.get("cls_name") or "", error.get("message") or ""))
            error = error.get("cause")
        return found


@dataclass(frozen=True)
class RunRow:
    """A run as Dagster keeps it; `number` grows from run to run, `asset_key` is of the first asset it was to make."""

    number: int
    run_id: str
    job: str
    status: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    tags: dict[str, str]
    asset_key: list[str] | None


def open_orchestration(url: str, *, pool_size: int = 1, statement_timeout: timedelta | None = None) -> Engine:
    """An engine on Dagster's database, given the address Dagster itself uses; raises StoreError when there is none."""
    if not url:
        raise StoreError("DAGSTER_PG_URL is not set. Start the services with `craveny up`, or name Dagster's database.")
    try:
        address = make_url(url).set(drivername="postgresql+psycopg")
    except ArgumentError as error:
        raise StoreError(
            "DAGSTER_PG_URL is not a database address. Write postgresql+psycopg2://user@host/name."
        ) from error
    return open_engine(
        address.render_as_string(hide_password=False), pool_size=pool_size, statement_timeout=statement_timeout
    )


_FAILED_RUNS = text("""
    SELECT r.run_id, r.pipeline_name AS job, to_timestamp(r.end_time) AS ended_at,
        coalesce((SELECT json_object_agg(t.key, t.value) FROM run_tags t WHERE t.run_id = r.run_id), '{}') AS tags
    FROM runs r
    WHERE r.status = 'FAILURE' AND r.end_time BETWEEN :since AND :until
    ORDER BY r.end_time""")


def failed_runs(conn: Connection, since: datetime, until: datetime) -> list[FailedRunRow]:
    """Runs that failed between two instants, the earliest first."""
    span = {"since": since.timestamp(), "until": until.timestamp()}
    return [FailedRunRow(**row) for row in conn.execute(_FAILED_RUNS, span).mappings()]


_FAILURE_EVENTS = text("""
    SELECT run_id, dagster_event_type AS kind, step_key AS step, event AS content FROM event_logs
    WHERE run_id = ANY(:run_ids) AND dagster_event_type IN ('STEP_FAILURE', 'PIPELINE_FAILURE', 'PIPELINE_CANCELING')
    ORDER BY id""")


def failure_events(conn: Connection, run_ids: Sequence[str]) -> list[FailureEvent]:
    """The failed steps, the failure and the cancelling of the given runs, in the order they happened."""
    rows = conn.execute(_FAILURE_EVENTS, {"run_ids": list(run_ids)}).mappings()
    return [FailureEvent(**{**row, "content": json.loads(row["content"])}) for row in rows]


_BEATS = text("SELECT daemon_type, timestamp FROM daemon_heartbeats")


def daemon_beats(conn: Connection) -> dict[str, datetime]:
    """When each part of Dagster's daemon last gave a sign of life."""
    return {kind: at.replace(tzinfo=UTC) for kind, at in conn.execute(_BEATS)}


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to Dagster's database; StoreError when it does not answer or does not look like Dagster's."""
    try:
        with engine.connect() as conn:
            yield conn
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise StoreError(
            "Dagster's database does not answer, or too slowly. Start it, or correct DAGSTER_PG_URL."
        ) from error
    except ProgrammingError as error:
        raise StoreError(
            "The database at DAGSTER_PG_URL has not the tables of the Dagster this Craveny knows."
            " Correct the address, or start the services with `craveny up` once."
        ) from error


# A run without a job of its own (launched from an asset's page) is known by the first asset it was to make.
_RUNS = """
    SELECT r.id AS number, r.run_id, r.pipeline_name AS job, r.status,
        r.create_timestamp AT TIME ZONE 'UTC' AS created_at,
        to_timestamp(r.start_time) AS started_at, to_timestamp(r.end_time) AS ended_at,
        coalesce((SELECT json_object_agg(t.key, t.value) FROM run_tags t WHERE t.run_id = r.run_id), '{{}}') AS tags,
        (SELECT e.asset_key::json FROM event_logs e WHERE e.run_id = r.run_id AND e.asset_key IS NOT NULL
            ORDER BY e.id LIMIT 1) AS asset_key
    FROM runs r
    WHERE {} ORDER BY r.id DESC LIMIT :limit"""
_RUN_PAGE = text(_RUNS.format("r.id < :before AND (cast(:status AS text) IS NULL OR r.status = :status)"))
_RUN_NUMBERS = 2**63 - 1


def newest_runs(conn: Connection, limit: int, *, before: int | None = None, status: str | None = None) -> list[RunRow]:
    """At most `limit` runs of any or one status, the newest first; `before` is the number of the last one seen."""
    asked = {"limit": limit, "before": _RUN_NUMBERS if before is None else before, "status": status}
    return [RunRow(**row) for row in conn.execute(_RUN_PAGE, asked).mappings()]


_PLANNED = text("""
    SELECT DISTINCT run_id, asset_key::json ->> 0 AS market, asset_key::json ->> 1 AS asset
    FROM event_logs
    WHERE run_id = ANY(:run_ids) AND dagster_event_type = 'ASSET_MATERIALIZATION_PLANNED' AND asset_key IS NOT NULL""")


def planned_assets(conn: Connection, run_ids: Sequence[str]) -> dict[str, set[tuple[str, str]]]:
    """The (market, asset) that each of the given runs was to make."""
    found: dict[str, set[tuple[str, str]]] = {}
    for run_id, market, asset in conn.execute(_PLANNED, {"run_ids": list(run_ids)}):
        if asset is not None:
            found.setdefault(run_id, set()).add((market, asset))
    return found
