"""Random rows of a market of the tests' own, and what readers of them share."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from craveny_domain.clocks import Session
from craveny_domain.embedding import DIMENSIONS, KEYLESS
from tests.point_in_time.past import PHASES

START = datetime(2026, 3, 2, tzinfo=UTC)
SESSIONS = [
    Session(d, at, at + timedelta(hours=6))
    for n in range(-380, 20)
    for at in [START + timedelta(days=n, hours=1)]
    for d in [at.date()]
]
few = settings(max_examples=25, phases=PHASES)
VERDICT = st.sampled_from(["rejected", "confirmed"])


@contextmanager
def rows_in(engine: Engine) -> Iterator["Rows"]:
    with engine.connect() as conn:
        yield Rows(conn)
        conn.rollback()


class Rows:
    """Writes rows of a market of the test's own, within a transaction."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.count = 0

    def add(self, table: str, **values: object) -> int:
        """A row of a table; returns its first column."""
        columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
        row = self.conn.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING *"), values).one()
        return row[0]

    def stock(
        self, available: datetime | None, retired: datetime | None = None, kind: str = "stock", priority: int = 3
    ) -> int:
        self.count += 1
        return self.add(
            "stock", market="test", symbol=f"S{self.count}", name="S", kind=kind, currency="USD", is_synthetic=True,
            available_at=available, retired_at=retired, priority=priority,
        )  # fmt: skip

    def news(self, available: datetime, *, basis: str = "observed", observed: datetime = START) -> int:
        self.count += 1
        raw = self.add(
            "raw_news", market="test", source="t", item_key=str(self.count), payload_hash=b"", payload="{}",
            available_at=available, basis=basis, observed_at=observed,
        )  # fmt: skip
        return self.add(
            "news", news_id=raw, market="test", partition_date=available.date(), source="t", title=f"T{raw}",
            excerpt="", language="en", story_id=raw, symbols=[], positive=self.count % 3, negative=self.count % 2,
            available_at=available, basis=basis, is_synthetic=True,
        )  # fmt: skip

    def link(self, news_id: int, stock_id: int, available: datetime) -> None:
        self.add(
            "match", news_id=news_id, stock_id=stock_id, market="test", partition_date=available.date(), kind="name",
            span="", score=1, mentions=1, available_at=available,
        )  # fmt: skip

    def review(self, news_id: int, stock_id: int, verdict: str, available: datetime | None) -> None:
        self.add("match_review", news_id=news_id, stock_id=stock_id, verdict=verdict, available_at=available)

    def vector(self, news_id: int, available: datetime) -> np.ndarray:
        vector = np.zeros(DIMENSIONS, dtype="<f4")
        vector[news_id % DIMENSIONS] = 1
        self.add(
            "news_embeddings", news_id=news_id, embedding_model=KEYLESS.name, market="test",
            partition_date=available.date(), available_at=available, vector=vector.tobytes(),
        )  # fmt: skip
        return vector


def is_rejected(reviews: Sequence[tuple[int, str]], fence: int) -> bool:
    known = [(hour, n, verdict) for n, (hour, verdict) in enumerate(reviews) if hour <= fence]
    return bool(known) and max(known)[2] == "rejected"
