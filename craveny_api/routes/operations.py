"""How the installation is doing: freshness, failed days, runs, processes, alerts. Without ETags: the clock is in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine
from starlette.datastructures import State

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.failed_days import failed_partitions
from craveny_api.markets import configured_markets
from craveny_api.pages import AskedPart, Id, next_cursor
from craveny_api.parameters import PAGE_SIZE, Cursor, Limit, read_cursor, write_cursor
from craveny_api.problems import Refusal, documented
from craveny_api.schemas import examples
from craveny_domain.clocks import Market
from craveny_domain.failures import SKIPPED, days_of
from craveny_domain.freshness import expected_day
from craveny_domain.launches import ASSETS
from craveny_domain.vigil import PART_SILENCE, SENDER_SILENCE
from craveny_store.calendar import sessions_between
from craveny_store.engine import StoreError
from craveny_store.orchestration import RunRow, daemon_beats, newest_runs, open_orchestration, reading
from craveny_store.partitions import database_now
from craveny_store.reads import operations as reads
from craveny_store.settings import Settings

LOOKBACK = timedelta(days=30)
"""Sessions this far back are looked at for what should be there; no market is closed for longer."""
BESIDE_DAGSTER = {"sender": SENDER_SILENCE, "watchdog": SENDER_SILENCE}
"""The processes that beat in our own table, and how long each may be silent."""
Status = Literal[
    "QUEUED", "NOT_STARTED", "MANAGED", "STARTING", "STARTED", "SUCCESS", "FAILURE", "CANCELING", "CANCELED"
]
Read = Annotated[Reading, Depends(Reads())]
router = APIRouter(prefix="/api/operations", tags=["operations"], dependencies=[Depends(Needs("guest"))])
_RUNS = TypeAdapter(tuple[Literal["runs"], Id])
_NOTIFICATIONS = TypeAdapter(tuple[Literal["notifications"], Id])

_FRESHNESS = {
    "market": "us", "asset": "prediction", "days": 120, "newest_date": "2026-10-19", "expected_date": "2026-10-19",
    "is_late": False, "rows": 12600, "last_committed_at": "2026-10-19T13:01:10Z",
    "last_run_id": "5f0c3c1e-0d6b-4c60-9d52-8c2f4f4f4f4f", "failing_gates": 0,
}  # fmt: skip
_FAILED = {
    "market": "us", "asset": "price", "partition_date": "2026-10-19", "kind": "run",
    "detail": "price: 1 of 1 days failed; the others are committed. 2026-10-19: the source does not answer",
    "run_id": "5f0c3c1e-0d6b-4c60-9d52-8c2f4f4f4f4f", "failed_at": "2026-10-19T20:31:00Z",
}  # fmt: skip
_RUN = {
    "run_id": "5f0c3c1e-0d6b-4c60-9d52-8c2f4f4f4f4f", "job": "us_settle_job", "market": "us",
    "partitions": "2026-10-19", "status": "SUCCESS", "skipped": None, "created_at": "2026-10-19T20:30:01Z",
    "started_at": "2026-10-19T20:30:02Z", "ended_at": "2026-10-19T20:30:09Z",
    "link": "http://127.0.0.1:3000/runs/5f0c3c1e-0d6b-4c60-9d52-8c2f4f4f4f4f",
}  # fmt: skip
_PROCESS = {"process": "sender", "beat_at": "2026-10-19T20:30:02Z", "is_alive": True, "detail": ""}
_NOTIFICATION = {
    "notification_id": 7, "kind": "run_failure", "level": "error", "market": "us", "asset": "price",
    "partition_key": "2026-10-19", "run_id": _RUN["run_id"], "title": "us/price failed", "detail": _FAILED["detail"],
    "link": _RUN["link"], "occurred_at": "2026-10-19T20:31:00Z", "state": "sent", "sent_at": "2026-10-19T20:31:04Z",
}  # fmt: skip


async def orchestration(request: Request) -> Engine:
    """The engine on Dagster's database; 503 when its address is not set or not an address."""
    return _orchestration(request.app.state)


def _orchestration(state: State) -> Engine:
    if not hasattr(state, "orchestration"):
        with unavailable_when_gone():
            timeout = state.settings.statement_timeout
            state.orchestration = open_orchestration(Settings().dagster_pg_url, pool_size=2, statement_timeout=timeout)
    return state.orchestration


@contextmanager
def unavailable_when_gone() -> Iterator[None]:
    """503 naming Dagster's database when that is what fails."""
    try:
        yield
    except StoreError as error:
        raise Refusal(503, "Dagster's database gone", str(error), {"Retry-After": "5"}) from error


Orchestration = Annotated[Engine, Depends(orchestration)]


@router.get("/freshness", responses={200: examples([_FRESHNESS]), **documented()})
def list_freshness(read: Read) -> list[schemas.Freshness]:
    """How up to date every asset of every market is; late: the day that should be there by now is not."""
    with read as conn:
        now = database_now(conn)
        return [item for market in configured_markets().values() for item in _freshness(conn, market, now)]


def _freshness(conn: Connection, market: Market, now: datetime) -> list[schemas.Freshness]:
    today = market.local_date(now)
    sessions = sessions_between(conn, market.code, today - LOOKBACK, today)
    expected = {asset: expected_day(asset, market, sessions, now) for asset in ASSETS}
    return [
        schemas.Freshness(
            market=market.code,
            expected_date=expected[row["asset"]],
            is_late=not row.pop("has_expected"),
            **row,
        )
        for row in reads.freshness(conn, market.code, expected)
    ]


@router.get("/failed-partitions", responses={200: examples([_FAILED]), **documented()})
def list_failed_partitions(read: Read, dagster: Orchestration) -> list[schemas.FailedPartition]:
    """Days whose newest run failed and that were not written since, and days with a failing gate; the newest first."""
    with read as conn, unavailable_when_gone():
        return failed_partitions(conn, dagster, list(configured_markets()))


@router.get("/runs", responses={200: examples({"items": [_RUN], "next_cursor": None}), **documented()})
def list_runs(
    request: Request,
    dagster: Orchestration,
    limit: Limit = PAGE_SIZE,
    cursor: Cursor = None,
    status: Status | None = None,
) -> schemas.Page[schemas.Run]:
    """Dagster's runs, the newest first."""
    before = None if cursor is None else read_cursor(cursor, _RUNS)[1]
    with unavailable_when_gone(), reading(dagster) as runs:
        found = newest_runs(runs, limit + 1, before=before, status=status)
    address = request.app.state.settings.dagster_address
    kept = found[:limit]
    return schemas.Page[schemas.Run](
        items=[_run(row, address) for row in kept],
        next_cursor=write_cursor(["runs", kept[-1].number]) if len(found) > limit else None,
    )


def _run(row: RunRow, address: str) -> schemas.Run:
    return schemas.Run(
        run_id=row.run_id,
        job=row.job,
        market=_market_of(row),
        partitions=days_of(row.tags),
        status=row.status,
        skipped=row.tags.get(SKIPPED),
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        link=f"{address}/runs/{row.run_id}" if address else None,
    )


def _market_of(row: RunRow) -> str | None:
    code = row.asset_key[0] if row.asset_key else row.job.split("_", 1)[0]
    return code if code in configured_markets() else None


@router.get("/processes", responses={200: examples([_PROCESS]), **documented()})
def list_processes(request: Request, read: Read) -> list[schemas.ProcessState]:
    """What must be alive: the processes beside Dagster, and the parts of its daemon."""
    with read as conn:
        now, beats = database_now(conn), reads.heartbeats(conn)
    beside = [
        _process(name, now, silence, *beats.get(name, (None, "It has never said that it is there.")))
        for name, silence in BESIDE_DAGSTER.items()
    ]
    return [*beside, *_daemon(request, now)]


def _daemon(request: Request, now: datetime) -> list[schemas.ProcessState]:
    try:
        with unavailable_when_gone(), reading(_orchestration(request.app.state)) as runs:
            beats = daemon_beats(runs)
    except Refusal as gone:
        return [schemas.ProcessState(process="dagster", beat_at=None, is_alive=False, detail=gone.detail)]
    if not beats:
        return [_process("dagster", now, PART_SILENCE, None, "Its daemon has never said that it is there.")]
    return [_process(f"dagster {part.lower()}", now, PART_SILENCE, at, "") for part, at in sorted(beats.items())]


def _process(name: str, now: datetime, silence: timedelta, at: datetime | None, detail: str) -> schemas.ProcessState:
    is_alive = at is not None and now - at <= silence
    return schemas.ProcessState(process=name, beat_at=at, is_alive=is_alive, detail=detail)


@router.get(
    "/notifications",
    dependencies=[Depends(Needs("operator"))],
    responses={200: examples({"items": [_NOTIFICATION], "next_cursor": None}), **documented()},
)
def list_notifications(read: Read, part: AskedPart) -> schemas.Page[schemas.Notification]:
    """Alerts, the newest first, each with whether it reached anyone."""
    with read as conn:
        found = reads.notifications(conn, part.cut(_NOTIFICATIONS))
    following = next_cursor(found, "notifications")
    return schemas.Page[schemas.Notification].model_validate({"items": found.rows, "next_cursor": following})
