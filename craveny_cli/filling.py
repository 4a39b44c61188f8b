"""Filling days through Dagster in child processes, while a person watches our own account of them grow."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine

from craveny_cli.narrator import Narrator
from craveny_cli.services.errors import Problem
from craveny_cli.settings import PROJECT
from craveny_domain.clocks import Market, days_between
from craveny_store.partitions import committed_since, database_now, materialized_days

LAST_ASSET, FIRST_ASSET = "model_comparison", "news_embeddings"


@dataclass
class Child:
    """One market's filling process and what it has told so far."""

    market: str
    process: subprocess.Popen[str]
    log_path: Path
    partitions: int = 0
    failure: str | None = None
    reader: threading.Thread = field(default_factory=threading.Thread)

    def listen(self) -> None:
        """Read its messages until it ends."""
        for line in self.process.stdout or ():
            with suppress(json.JSONDecodeError):
                message = json.loads(line)
                self.partitions = message.get("partitions", self.partitions)
                self.failure = message.get("failure") or self.failure


def fill(
    engine: Engine,
    narrator: Narrator,
    environment: Mapping[str, str],
    logs: Path,
    spans: Mapping[str, tuple[date, date]],
    max_usd: float | None = None,
) -> dict[str, int]:
    """Materialize every asset of each market over its span; returns the asset days committed per market.

    `max_usd` caps what each market's language models may cost; None: as much as any run may.

    Raises Problem when a market's filling failed, naming the day and the reason.
    """
    with engine.connect() as conn:
        begun = database_now(conn)
    children = [_start(market, span, environment, logs, max_usd) for market, span in spans.items()]
    committed: dict[str, int] = {}
    try:
        while any(child.process.poll() is None for child in children):
            time.sleep(0.25)
            with engine.connect() as conn:
                committed = {child.market: committed_since(conn, child.market, begun) for child in children}
            progress = ", ".join(f"{c.market} {committed[c.market]} of {c.partitions or '?'}" for c in children)
            narrator.waiting(f"filling asset days: {progress}")
    finally:
        for child in children:
            _end(child)
    narrator.rest()
    for child in children:
        if child.process.returncode != 0:
            reason = child.failure or f"its process ended with code {child.process.returncode}"
            raise Problem(f"Filling {child.market} stopped: {reason}", f"See {child.log_path}")
    with engine.connect() as conn:
        return {child.market: committed_since(conn, child.market, begun) for child in children}


def fill_missing(
    engine: Engine,
    narrator: Narrator,
    environment: Mapping[str, str],
    logs: Path,
    markets: Mapping[str, Market],
    days: int,
) -> None:
    """Fill what is missing of the last `days` calendar days of every market, and say what was done."""
    spans = {code: span for code, market in markets.items() if (span := missing_span(engine, market, days))}
    if not spans:
        narrator.say("every day is filled already")
        return
    for code, (first, last) in spans.items():
        narrator.say(f"filling {code} from {first} to {last}")
    filled = fill(engine, narrator, environment, logs, spans)
    narrator.say("filled " + ", ".join(f"{count} asset days of {code}" for code, count in filled.items()))


def missing_span(engine: Engine, market: Market, days: int) -> tuple[date, date] | None:
    """The first to the last of the last `days` calendar days (through today) that is not filled; None when all are."""
    with engine.connect() as conn:
        today = market.local_date(database_now(conn))
        wanted = days_between(today - timedelta(days=days), today)
        done = set(materialized_days(conn, market.code, LAST_ASSET, wanted[0], today))
        if materialized_days(conn, market.code, FIRST_ASSET, today, today):
            done.add(today)
    missing = [day for day in wanted if day not in done]
    return (missing[0], missing[-1]) if missing else None


def _start(
    market: str, span: tuple[date, date], environment: Mapping[str, str], logs: Path, max_usd: float | None
) -> Child:
    log_path = logs / f"fill-{market}.log"
    argv = [sys.executable, "-m", "craveny_assets.backfill", market, span[0].isoformat(), span[1].isoformat()]
    argv += [] if max_usd is None else [str(max_usd)]
    with log_path.open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            argv,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=dict(environment),
            cwd=PROJECT,
            start_new_session=True,
        )
    child = Child(market, process, log_path)
    child.reader = threading.Thread(target=child.listen, daemon=True)
    child.reader.start()
    return child


def _end(child: Child) -> None:
    if child.process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGTERM)
        try:
            child.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
    child.reader.join(timeout=5)


def run_helper(
    narrator: Narrator, what: str, module: str, environment: Mapping[str, str], arguments: Sequence[str] = ()
) -> None:
    """Run one of our modules as a child and pass on what it says; Problem with its last words when it fails."""
    argv: Sequence[str] = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(environment), cwd=PROJECT
    )
    errors: list[str] = []
    reader = threading.Thread(target=lambda: errors.extend(process.stderr or ()), daemon=True)
    reader.start()
    begun = time.monotonic()
    watcher = threading.Thread(
        target=lambda: [narrator.say(line.rstrip()) for line in process.stdout or ()], daemon=True
    )
    watcher.start()
    while process.poll() is None:
        narrator.waiting(f"{what} … {time.monotonic() - begun:.0f} s")
        time.sleep(0.1)
    watcher.join(timeout=5)
    reader.join(timeout=5)
    narrator.rest()
    if process.returncode != 0:
        raise Problem((errors[-1].strip() if errors else f"{what} failed").rstrip("."), "Run `craveny doctor`")
