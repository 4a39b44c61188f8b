"""`craveny up`: start, make ready, fill what is missing, serve until told to stop."""

import json
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from craveny_cli.figures import rows_and_partitions
from craveny_cli.filling import fill_missing, run_helper
from craveny_cli.narrator import Narrator, answer
from craveny_cli.services.errors import Problem
from craveny_cli.stack import Stack
from craveny_domain.clocks import Market
from craveny_store.engine import open_engine
from craveny_store.settings import DEFAULT_SOURCES, Settings


class Stopped(Exception):  # noqa: N818
    """Ctrl-C or SIGTERM."""


def up(stack: Stack, markets: Mapping[str, Market], narrator: Narrator, *, once: bool) -> None:
    """Bring everything up and keep it up; with `once`, measure and stop again when all has answered."""
    begun = time.monotonic()
    with stopping_on_signals(), stack.held(), stack.started_stores():
        environment = stack.environment()
        stack.start_code_server()
        run_helper(narrator, "preparing tables and calendars", "craveny_assets.first_start", environment)
        stack.start_webserver()
        stack.start_api()
        _fill_missing(stack, markets, narrator, environment, must=once)
        stack.start_daemon()
        stack.start_alerts()
        stack.wait_ready()
        summary = _summary(stack, time.monotonic() - begun)
        _report(stack, narrator, summary)
        if not once:
            _serve(stack)
    if once:
        answer(json.dumps(summary, sort_keys=True))


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Turn SIGINT and SIGTERM into Stopped, once; while things are being stopped, further ones are ignored."""

    def stop(signum: int, _frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(signal.Signals(signum).name)

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _fill_missing(
    stack: Stack, markets: Mapping[str, Market], narrator: Narrator, environment: Mapping[str, str], *, must: bool
) -> None:
    engine = open_engine(stack.postgres.url("craveny", "psycopg"))
    try:
        fill_missing(engine, narrator, environment, stack.home.logs, markets, stack.settings.sample_days)
    except Problem as problem:
        if must:
            raise
        # Sources that are away for an hour must not keep what is there from being served.
        narrator.say(f"{problem} Going on without these days; the schedules and `craveny backfill` make up for them.")
    finally:
        engine.dispose()


def _summary(stack: Stack, seconds: float) -> dict[str, object]:
    engine = open_engine(stack.postgres.url("craveny", "psycopg"))
    try:
        counted = rows_and_partitions(engine)
    finally:
        engine.dispose()
    memory = {name: round(mib, 1) for name, mib in stack.memory_mib().items()}
    return {"seconds": round(seconds, 1), **counted, "memory_mib": memory}


def _report(stack: Stack, narrator: Narrator, summary: dict) -> None:
    rows = summary["rows"]
    shown = ("news", "match", "price", "prediction", "evaluation_history", "daily_performance")
    narrator.say("rows: " + ", ".join(f"{rows[name]:,} {name}" for name in shown))
    narrator.say(f"memory: {sum(summary['memory_mib'].values()):,.0f} MiB over {len(summary['memory_mib'])} services")
    if Settings().sources == DEFAULT_SOURCES:
        narrator.say("The sample market is synthetic: invented companies, prices and news.")
    narrator.say(f"Dashboard  {stack.api_address}")
    narrator.say(f"Dagster    {stack.web_address}")
    narrator.say(f"Milvus     {stack.milvus_address}")
    narrator.say(f"Postgres   {stack.postgres.url('craveny', 'psycopg')}")
    narrator.say("Ctrl-C stops everything.")


def _serve(stack: Stack) -> None:
    try:
        while True:
            time.sleep(1)
            stack.keep_alive()
            if not stack.postgres.alive:
                raise Problem("Postgres ended by itself", f"See {stack.postgres.log_path}, then run `make up` again")
    except Stopped as stopped:
        stack.narrator.say(f"{stopped} received")
