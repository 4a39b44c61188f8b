"""A backfill in plain Python: the bodies of the assets and nothing of Dagster. Run as a child process.

`python -m benchmarks.plain_run CHUNKS POSTMASTER_PID SEARCHES`: the days in the same chunks and order as the real
one, one transaction a day. Leases, recorded inputs and gates are left out: they are Craveny's own cost of being
re-runnable and count on the other side. Of `partition_state` a bare row per day is written, for bodies assert what
they read. Every nearest-past-news search is kept in the file SEARCHES, so that another search can answer the same.
"""

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert

from benchmarks.costs import Meter, Sessions
from craveny_assets.assets import BODIES
from craveny_assets.days.work import Day, Work
from craveny_domain import questions
from craveny_domain.clocks import Market, days_between
from craveny_domain.history import History
from craveny_domain.neighbours import Neighbours
from craveny_store.engine import open_engine
from craveny_store.leases import LeaseKeeper
from craveny_store.settings import Settings, load_markets
from craveny_store.tables import partition_state, partition_version
from craveny_store.vectors import NewsHistory

WINDOWS = {"early": (31, 60), "late": (609, 638)}
"""Days of the range, counted from 0, whose cost is told apart."""


@dataclass
class Account:
    """CPU seconds of each window, and the part of them that went to retrieval."""

    first: date
    sessions: Sessions
    windows: dict[str, Meter] = field(default_factory=dict)
    retrieval: dict[str, Meter] = field(default_factory=dict)
    searches: dict[str, int] = field(default_factory=dict)
    searched: list[tuple[np.ndarray, np.ndarray, Neighbours]] = field(default_factory=list)
    history: dict[str, int] = field(default_factory=dict)
    at: str = ""

    def __post_init__(self) -> None:
        for name in (*WINDOWS, ""):
            self.windows[name], self.retrieval[name] = Meter(self.sessions), Meter(self.sessions)
            self.searches[name] = self.history[name] = 0

    def day(self, day: date) -> AbstractContextManager[None]:
        """Counts one day's work, where it lies in a window."""
        number = (day - self.first).days
        self.at = next((name for name, (a, b) in WINDOWS.items() if a <= number <= b), "")
        return self.windows[self.at].running() if self.at else nullcontext()

    def watch_retrieval(self) -> None:
        """Count loading the history and searching it, wherever the bodies do it."""
        until, nearest = NewsHistory.until, questions.nearest

        def counted_until(history: NewsHistory, conn: Connection, fence: datetime) -> History:
            with self.retrieval[self.at].running():
                found = until(history, conn, fence)
            self.history[self.at] = max(self.history[self.at], len(found.vectors))
            return found

        def counted_nearest(asked: np.ndarray, vectors: np.ndarray, ids: np.ndarray) -> Neighbours:
            self.searches[self.at] += len(asked)
            with self.retrieval[self.at].running():
                found = nearest(asked, vectors, ids)
            self.searched.append((asked, ids, found))
            return found

        NewsHistory.until = counted_until  # type: ignore[method-assign]
        questions.nearest = counted_nearest

    def keep_searches(self, path: Path) -> None:
        """Write every search: the questions, the first and last article each could find, and what it found."""
        asked, found = [a for a, _, _ in self.searched], [f for _, _, f in self.searched]
        np.savez(
            path,
            questions=np.concatenate(asked),
            bounds=np.concatenate([np.tile(ids[[0, -1]], (len(a), 1)) for a, ids, _ in self.searched]),
            found=np.concatenate([np.where(f.row >= 0, ids[f.row], -1) for _, ids, f in self.searched]),
            similarity=np.concatenate([f.similarity for f in found]),
        )

    def told(self) -> dict[str, dict[str, float]]:
        """The account as plain numbers by window; of all other days under the empty name."""
        return {
            name: {
                "seconds": self.windows[name].seconds,
                "retrieval_seconds": self.retrieval[name].seconds,
                "searches": self.searches[name],
                "history_stories": self.history[name],
            }
            for name in self.windows
        }


def run(market: Market, chunks: Sequence[dict[str, Any]], account: Account, tell: Callable[[dict], None]) -> None:
    """Every chunk in order, asset by asset as a run does."""
    engine, histories = open_engine(Settings().database_url), {}
    for chunk in chunks:
        account.sessions.look()
        for asset in chunk["assets"]:
            work = Work(engine, market, LeaseKeeper(engine, "plain"), histories=histories)
            for day in days_between(date.fromisoformat(chunk["first"]), date.fromisoformat(chunk["last"])):
                with account.day(day), work.day(day) as opened:
                    BODIES[asset].body(opened)
                    _note(opened, asset)
        tell({"done": chunk["last"]})
    engine.dispose()


def _note(day: Day, asset: str) -> None:
    values = {"market": day.market.code, "asset": asset, "partition_date": day.day, "model_name": ""}
    counts = {"row_count": 0, "added": 0, "changed": 0, "unchanged": 0, "run_id": "plain", "committed_at": day.now}
    day.conn.execute(insert(partition_state).values(**values, **counts, version=partition_version.next_value()))


def main(arguments: Sequence[str]) -> int:
    """Run the chunks of a JSON file and tell what the windows took."""
    chunks = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    market = load_markets(Settings().markets_file)["us"]
    whole = next(chunk for chunk in chunks if len(chunk["assets"]) == len(BODIES))
    account = Account(date.fromisoformat(whole["first"]), Sessions(int(arguments[1])))
    account.watch_retrieval()
    run(market, chunks, account, _tell)
    account.keep_searches(Path(arguments[2]))
    _tell({"windows": account.told()})
    return 0


def _tell(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
