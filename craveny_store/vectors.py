"""What forecasts read of the articles' vectors: a window's, and the moving history of past stories that exact search
goes through. All of one model; nothing here depends on Milvus.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from sqlalchemy import Connection

from craveny_domain.clocks import Session, Window, cutoff
from craveny_domain.embedding import KEYLESS, Embedding
from craveny_domain.history import History
from craveny_domain.neighbours import LOOKBACK_DAYS
from craveny_store.bulk import cursor, fetch_array
from craveny_store.embeddings import decode, vector_type

_WINDOW_VECTORS = """
    SELECT news_id, vector FROM news_embeddings
    WHERE market = %(market)s AND embedding_model = %(model)s
    AND available_at > %(after)s AND available_at <= %(until)s"""


def vectors_in(conn: Connection, market: str, window: Window, embedding: Embedding) -> dict[int, np.ndarray]:
    """A model's vectors of a window's articles by news id."""
    parameters = {"market": market, "model": embedding.name, "after": window.after, "until": window.until}
    rows = fetch_array(conn, _WINDOW_VECTORS, parameters, [("news_id", "i8"), ("vector", vector_type(embedding))])
    return dict(zip(rows["news_id"].tolist(), decode(rows["vector"], embedding), strict=True))


_STORIES = """
    SELECT n.news_id, n.available_at, e.vector
    FROM news_embeddings e JOIN news n USING (news_id)
    WHERE e.market = %(market)s AND e.embedding_model = %(model)s AND n.story_id = n.news_id
    AND e.available_at > %(after)s AND e.available_at <= %(until)s AND n.available_at <= %(until)s"""
_MOMENT = [("news_id", "i8"), ("available_us", "i8")]
_LINKS = """
    SELECT n.news_id, m.stock_id, n.available_at, n.positive::int4, n.negative::int4
    FROM match m JOIN news n USING (news_id)
    WHERE m.market = %(market)s AND n.story_id = n.news_id
    AND m.available_at > %(after)s AND m.available_at <= %(until)s AND n.available_at <= %(until)s"""
_LINK_TYPES = [("news_id", "i8"), ("stock_id", "i8"), ("available_us", "us"), ("positive", "i4"), ("negative", "i4")]
_LINK = [(name, "i8" if kind == "us" else kind) for name, kind in _LINK_TYPES]
_REJECTED = """
    SELECT news_id, stock_id FROM (
        SELECT DISTINCT ON (r.news_id, r.stock_id) r.news_id, r.stock_id, r.verdict
        FROM match_review r JOIN stock s USING (stock_id)
        WHERE s.market = %(market)s AND r.available_at <= %(until)s
        ORDER BY r.news_id, r.stock_id, r.available_at DESC, r.review_id DESC) latest
    WHERE verdict = 'rejected'"""

_VERSIONS = """
    SELECT coalesce(sum(version), 0)::int8 FROM partition_state
    WHERE market = %(market)s AND asset IN ('news', 'match', 'news_embeddings') AND model_name = ''
    AND partition_date <= %(day)s"""


@dataclass
class NewsHistory:
    """Past stories of a market with their vectors of one model, up to a fence that moves forward; each `until` reads
    only what is new.

    Holds at most the lookback (365 days). A day that is written anew after it was read makes it read everything
    again, so that runs of one process may share it.
    """

    market: str
    sessions: Sequence[Session]
    lead: timedelta
    embedding: Embedding = KEYLESS
    _until: datetime | None = None
    _versions: int = 0
    _stories: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=_MOMENT))
    _links: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=_LINK))

    def until(self, conn: Connection, fence: datetime) -> History:
        """The history as known at the fence: nothing in it was available later."""
        # Asked before anything is read: what is written in between is read again the next time.
        versions = self._versions_until(conn, fence)
        if self._until and (fence < self._until or self._versions != self._versions_until(conn, self._until)):
            self._until, self._stories, self._links = None, self._stories[:0], self._links[:0]
            self._vectors.clear()
        start = fence - timedelta(days=LOOKBACK_DAYS)
        after = max(start, self._until) if self._until else start
        self._load(conn, after, fence)
        self._drop_before(start)
        self._until, self._versions = fence, versions
        rejected = cursor(conn).execute(_REJECTED, {"market": self.market, "until": fence}).fetchall()
        return self._view().without(set(rejected))

    def _versions_until(self, conn: Connection, fence: datetime) -> int:
        # In no time zone does a later day hold what was available by the fence.
        parameters = {"market": self.market, "day": (fence + timedelta(hours=14)).date()}
        row = cursor(conn).execute(_VERSIONS, parameters).fetchone()
        return row[0] if row else 0

    def _load(self, conn: Connection, after: datetime, until: datetime) -> None:
        parameters = {"market": self.market, "model": self.embedding.name, "after": after, "until": until}
        types = [("news_id", "i8"), ("available_us", "us"), ("vector", vector_type(self.embedding))]
        stories = fetch_array(conn, _STORIES, parameters, types)
        stories = stories[np.lexsort((stories["news_id"], stories["available_us"]))]
        fresh = stories[["news_id", "available_us"]].astype(_MOMENT)
        is_late = len(fresh) and len(self._stories) and _moment(fresh[0]) < _moment(self._stories[-1])
        self._stories = np.concatenate([self._stories, fresh])
        self._vectors.append(decode(stories["vector"], self.embedding))
        if is_late:
            # A vector that came after those of newer articles: the history stays ordered by its articles.
            order = np.lexsort((self._stories["news_id"], self._stories["available_us"]))
            self._stories = self._stories[order]
            self._vectors.arrange(order)
        links = fetch_array(conn, _LINKS, parameters, _LINK_TYPES)
        links = links[np.lexsort((links["stock_id"], links["news_id"], links["available_us"]))]
        self._links = np.concatenate([self._links, links])

    def _drop_before(self, start: datetime) -> None:
        start_us = int(start.timestamp() * 1_000_000)
        old = int(np.searchsorted(self._stories["available_us"], start_us, side="right"))
        self._stories = self._stories[old:]
        self._vectors.drop(old)
        self._links = self._links[self._links["available_us"] > start_us]

    def _view(self) -> History:
        ids = self._stories["news_id"]
        order = np.argsort(ids)
        found = np.searchsorted(ids[order], self._links["news_id"])
        found = np.minimum(found, max(len(ids) - 1, 0))
        known = ids[order][found] == self._links["news_id"] if len(ids) else np.zeros(len(self._links), dtype=bool)
        links, story = self._links[known], order[found[known]] if len(ids) else found[:0]
        arrange = np.argsort(story, kind="stable")
        links, story = links[arrange], story[arrange]
        session = self._sessions_of(self._stories["available_us"])
        return History(
            vectors=self._vectors.rows,
            news_ids=ids,
            story_session=session,
            link_story=story,
            link_stock=links["stock_id"],
            link_session=session[story],
            link_positive=links["positive"],
            link_negative=links["negative"],
        )

    def _sessions_of(self, available_us: np.ndarray) -> np.ndarray:
        return self._ordinals[np.searchsorted(self._cutoffs, available_us, side="left")]

    @cached_property
    def _vectors(self) -> "_Buffer":
        return _Buffer(self.embedding.dimensions)

    @cached_property
    def _cutoffs(self) -> np.ndarray:
        return np.array([int(cutoff(s, self.lead).timestamp() * 1_000_000) for s in self.sessions], dtype=np.int64)

    @cached_property
    def _ordinals(self) -> np.ndarray:
        return np.array([*(s.session_date.toordinal() for s in self.sessions), 0], dtype=np.int64)


def _moment(story: np.void) -> tuple[int, int]:
    return int(story["available_us"]), int(story["news_id"])


class _Buffer:
    """Rows that are appended at the end and dropped from the front without moving what stays."""

    def __init__(self, width: int) -> None:
        self._data = np.empty((1024, width), dtype=np.float32)
        self._start = self._stop = 0

    @property
    def rows(self) -> np.ndarray:
        return self._data[self._start : self._stop]

    def clear(self) -> None:
        self._start = self._stop = 0

    def drop(self, count: int) -> None:
        self._start += count

    def arrange(self, order: np.ndarray) -> None:
        self.rows[:] = self.rows[order]

    def append(self, rows: np.ndarray) -> None:
        if self._stop + len(rows) > len(self._data):
            kept = self.rows
            data = np.empty((max(1024, 2 * (len(kept) + len(rows))), self._data.shape[1]), dtype=np.float32)
            data[: len(kept)] = kept
            self._data, self._start, self._stop = data, 0, len(kept)
        self._data[self._stop : self._stop + len(rows)] = rows
        self._stop += len(rows)
