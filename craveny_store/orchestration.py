"""Dagster's own tables, read and never written: runs with their tags, events of failures, daemon heartbeats."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import ArgumentError

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


def open_orchestration(url: str, *, pool_size: int = 1) -> Engine:
    """An engine on Dagster's database, given the address Dagster itself uses; raises StoreError when there is none."""
    if not url:
        raise StoreError("DAGSTER_PG_URL is not set. Start the services with `craveny up`, or name Dagster's database.")
    try:
        address = make_url(url).set(drivername="postgresql+psycopg")
    except ArgumentError as error:
        raise StoreError(
            "DAGSTER_PG_URL is not a database address. Write postgresql+psycopg2://user@host/name."
        ) from error
    return open_engine(address.render_as_string(hide_password=False), pool_size=pool_size)


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
