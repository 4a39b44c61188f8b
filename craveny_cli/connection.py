"""Reaching the store for a single command: a named server, the running stack, or Postgres started for the moment."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from craveny_cli.narrator import Narrator
from craveny_cli.services.errors import Problem
from craveny_cli.stack import Stack
from craveny_store.engine import is_reachable, open_engine


@dataclass(frozen=True)
class Connected:
    """An engine, and what a child process needs in its environment to reach the same services."""

    engine: Engine
    environment: Mapping[str, str]
    logs: Path


@contextmanager
def connected(stack: Stack, narrator: Narrator) -> Iterator[Connected]:
    """The store of DATABASE_URL if that is set, else of the home; ends what it had to start."""
    named = os.environ.get("DATABASE_URL")
    if named:
        yield from _use(named, dict(os.environ), Path.cwd())
        return
    if not stack.home.exists:
        raise Problem(f"There is no Craveny in {stack.home.path}", "Run `make up` first, or set CRAVENY_HOME")
    if stack.postgres.alive:
        stack.home.open()
        yield from _use(stack.postgres.url("craveny", "psycopg"), stack.environment(), stack.home.logs)
        return
    with stack.held():
        narrator.waiting("starting Postgres for this command")
        stack.postgres.start()
        narrator.rest()
        try:
            yield from _use(stack.postgres.url("craveny", "psycopg"), stack.environment(), stack.home.logs)
        finally:
            stack.postgres.stop()


def _use(url: str, environment: Mapping[str, str], logs: Path) -> Iterator[Connected]:
    engine = open_engine(url)
    if not is_reachable(engine):
        raise Problem(
            f"The database {engine.url.render_as_string()} does not answer", "Start it, or correct DATABASE_URL"
        )
    try:
        yield Connected(engine, environment, logs)
    finally:
        engine.dispose()
