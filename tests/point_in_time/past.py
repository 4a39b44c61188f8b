"""A materialized past market, and one forecast session of it as a stage on which facts are planted."""

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import numpy as np
from hypothesis import Phase
from sqlalchemy import Connection, Engine, text

from craveny_assets.days.language import with_briefs
from craveny_assets.days.news import match_day, news_day
from craveny_assets.days.predictions import prediction_day
from craveny_assets.days.questions import Reads, prices_at
from craveny_assets.days.work import Day, Work
from craveny_domain.clocks import Market, Session, Window, cutoff, news_window, window_days
from craveny_domain.embedding import KEYLESS
from craveny_domain.neighbours import centroid
from craveny_store.forecasts import frozen_evidence
from craveny_store.leases import LeaseKeeper
from craveny_store.news import WindowLink, links_in
from craveny_store.vectors import vectors_in
from tests.conftest import Bench

FIRST_NEWS, FIRST_PRICE = date(2026, 9, 7), date(2026, 8, 17)
FIRST_FORECAST, LAST = date(2026, 9, 29), date(2026, 10, 16)
# A Monday, whose window holds a weekend, and a day in mid-week: sessions of both markets.
FORECAST_DAYS = (date(2026, 10, 7), date(2026, 10, 12))

# Shrinking would make a failure's report wait for minutes; the examples are small as they are.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)

Plant = Callable[["Scene", datetime, int], Generator[None]]
Snapshot = Mapping[str, Sequence[str]]

_SNAPSHOTS = {
    "prediction_evidence": "to_jsonb(r) - 'frozen_at'",
    "prediction": "to_jsonb(r) - 'prediction_id' - 'issued_at' - 'run_id'",
}


@dataclass(frozen=True)
class PastMarket:
    """A market whose days up to LAST are materialized; a few rows are held back for plants to bring later."""

    engine: Engine
    market: Market
    held_back: "HeldBack"
    _baselines: dict[date, Snapshot] = field(default_factory=dict, repr=False)

    @classmethod
    def materialized(cls, engine: Engine, market: Market, *, with_forecasts: bool) -> "PastMarket":
        """The market, if wanted with its forecasts and evaluations; needs the sample source."""
        bench = Bench(engine, market)
        bench.run("price", FIRST_PRICE, LAST)
        for asset in ("raw_news", "news", "match", "news_embeddings"):
            bench.run(asset, FIRST_NEWS, LAST)
        with engine.begin() as conn:
            held_back = HeldBack.take(conn, market, bench.work.sessions)
        for asset in ("prediction", "evaluation_history", "daily_performance") if with_forecasts else ():
            bench.run(asset, FIRST_FORECAST, LAST)
        return cls(engine, market, held_back)

    @contextmanager
    def scene(self, day: date) -> Iterator["Scene"]:
        """A session of the market in a transaction that is rolled back."""
        with self.engine.connect() as conn:
            yield Scene(conn, Work(self.engine, self.market, LeaseKeeper(self.engine, "test")), day, self.held_back)
            conn.rollback()

    def baseline(self, day: date) -> Snapshot:
        """What is forecast for the session when nothing is planted."""
        if day not in self._baselines:
            with self.scene(day) as scene:
                self._baselines[day] = scene.forecast()
        return self._baselines[day]

    def moved(self, day: date, plants: Sequence[tuple[Plant, datetime, int]]) -> list[str]:
        """The rows that differ from the baseline after everything was planted and the derived tables made again."""
        before, after = self.baseline(day), self._planted(day, plants)
        return [row for table in before for row in _differing(before[table], after[table])]

    def _planted(self, day: date, plants: Sequence[tuple[Plant, datetime, int]]) -> Snapshot:
        with self.scene(day) as scene:
            scene.plant(plants)
            return scene.forecast()


@dataclass(frozen=True)
class HeldBack:
    """By forecast day, the articles without a vector and the link a reviewer had rejected (news, stock)."""

    window_story: Mapping[date, int]
    past_story: int
    rejected: Mapping[date, tuple[int, int]]

    @classmethod
    def take(cls, conn: Connection, market: Market, sessions: Sequence[Session]) -> "HeldBack":
        """Take vectors away and let a reviewer reject links before the cut-offs."""
        window_story, rejected = {}, {}
        past_story = links_in(conn, market.code, _window(market, sessions, date(2026, 9, 15)))[0].news_id
        for day in FORECAST_DAYS:
            window = _window(market, sessions, day)
            kept, other = _of_different_stocks(links_in(conn, market.code, window))
            window_story[day], rejected[day] = kept.news_id, (other.news_id, other.stock_id)
            _review(conn, *rejected[day], "rejected", window.until)
        conn.execute(
            text("DELETE FROM news_embeddings WHERE news_id = ANY(:ids)"),
            {"ids": [past_story, *window_story.values()]},
        )
        return cls(window_story, past_story, rejected)


@dataclass(frozen=True)
class Scene:
    """One forecast session within a transaction: what its question is made of, and how to make it again."""

    conn: Connection
    work: Work
    day: date
    held_back: HeldBack

    @property
    def market(self) -> Market:
        return self.work.market

    @cached_property
    def index(self) -> int:
        return Day(self.work, self.conn, self.day).index or 0

    @cached_property
    def session(self) -> Session:
        return self.work.sessions[self.index]

    @cached_property
    def cutoff(self) -> datetime:
        return cutoff(self.session, self.market.lead)

    @cached_property
    def window(self) -> Window:
        return _window(self.market, self.work.sessions, self.day)

    @cached_property
    def links(self) -> list[WindowLink]:
        """The window's links before anything is planted."""
        return links_in(self.conn, self.market.code, self.window)

    @cached_property
    def past_links(self) -> list[WindowLink]:
        """Links of the sessions before, whose outcomes are known."""
        sessions = self.work.sessions
        window = Window(
            cutoff(sessions[self.index - 20], self.market.lead), cutoff(sessions[self.index - 8], self.market.lead)
        )
        return links_in(self.conn, self.market.code, window)

    def run(self, sql: str, **values: object) -> list:
        """A statement's rows, if it has any."""
        result = self.conn.execute(text(sql), values)
        return list(result) if result.returns_rows else []

    def stock(self, pick: int) -> int:
        """A stock with news in the window, so that everything about it reaches a question."""
        stocks = sorted({link.stock_id for link in self.links})
        return stocks[pick % len(stocks)]

    def add_name(self, stock_id: int, words: str, at: datetime, kind: str = "alias") -> None:
        """Another name of a stock, in force from an instant on."""
        self.run(
            "INSERT INTO stock_alias (stock_id, alias, kind, available_at) VALUES (:id, :words, :kind, :at)"
            " ON CONFLICT DO NOTHING",
            id=stock_id, words=words, kind=kind, at=at,
        )  # fmt: skip

    def question_vector(self, stock_id: int) -> np.ndarray:
        """The vector nearest-news search asks with for a stock."""
        vectors = vectors_in(self.conn, self.market.code, self.window, KEYLESS)
        own = [vectors[n.news_id] for n in self.links if n.stock_id == stock_id and n.news_id in vectors]
        return centroid(np.stack(own or list(vectors.values())))

    def add_vector(self, news_id: int, at: datetime, vector: np.ndarray) -> None:
        """A vector of an article, available from an instant on."""
        self.run(
            "INSERT INTO news_embeddings (news_id, embedding_model, market, partition_date, available_at, vector)"
            " VALUES (:id, :model, :market, :day, :at, :vector)"
            " ON CONFLICT (news_id, embedding_model) DO UPDATE SET vector = excluded.vector",
            id=news_id, model=KEYLESS.name, market=self.market.code, day=self.market.local_date(at), at=at,
            vector=vector.astype("<f4").tobytes(),
        )  # fmt: skip

    def review(self, news_id: int, stock_id: int, verdict: str, at: datetime) -> None:
        """A reviewer's verdict on a link."""
        _review(self.conn, news_id, stock_id, verdict, at)

    def plant(self, plants: Sequence[tuple[Plant, datetime, int]]) -> None:
        """Plant everything, and make articles and links again in between."""
        # What plants hang on is what was there before the first of them.
        assert self.links and self.past_links
        growing = [plant(self, at, pick) for plant, at, pick in plants]
        for plant in growing:
            next(plant, None)
        self.rebuild([at for _, at, _ in plants])
        for plant in growing:
            next(plant, None)

    def rebuild(self, planted_at: Sequence[datetime]) -> None:
        """Make articles and links again for the window's days, the planted ones and one of the past."""
        past_day = self.run("SELECT partition_date FROM news WHERE news_id = :id", id=self.past_links[0].news_id)[0][0]
        days = {*window_days(self.market, self.window), past_day, *(self.market.local_date(at) for at in planted_at)}
        for day in sorted(days):
            news_day(Day(self.work, self.conn, day))
            match_day(Day(self.work, self.conn, day))

    def forecast(self) -> Snapshot:
        """Every row of the session's forecasts and their evidence, made from nothing: no id, no time of making."""
        scope = {"market": self.market.code, "day": self.day}
        for table in _SNAPSHOTS:
            self.run(f"DELETE FROM {table} WHERE market = :market AND session_date = :day", **scope)
        prediction_day(Day(self.work, self.conn, self.day))
        rows = {table: snapshot(self, table, shown) for table, shown in _SNAPSHOTS.items()}
        return {**rows, "brief": self.briefs()}

    def briefs(self) -> list[str]:
        """What a language model would be told of each stock, made from nothing."""
        day = Day(self.work, self.conn, self.day)
        frozen = frozen_evidence(self.conn, self.market.code, self.day)
        briefed = with_briefs(day, self.cutoff, frozen, lambda: prices_at(day, Reads.assert_of(day), self.cutoff))
        told = {stock: item.brief for stock, item in briefed.items() if item.brief}
        return [f"{stock}: {json.dumps(brief, sort_keys=True, ensure_ascii=False)}" for stock, brief in told.items()]


def snapshot(scene: Scene, table: str, shown: str) -> list[str]:
    """The session's rows of a table as text, in a fixed order."""
    rows = scene.run(
        f"SELECT ({shown})::text COLLATE \"C\" AS row FROM {table} r"
        " WHERE market = :market AND session_date = :day ORDER BY row",
        market=scene.market.code, day=scene.day,
    )  # fmt: skip
    return [row for (row,) in rows]


def _differing(before: Sequence[str], after: Sequence[str]) -> list[str]:
    counts = Counter(after)
    counts.subtract(before)
    return sorted(row for row, n in counts.items() if n)


def _window(market: Market, sessions: Sequence[Session], day: date) -> Window:
    index = next(i for i, s in enumerate(sessions) if s.session_date == day)
    return news_window(sessions[index - 1], sessions[index], market.lead)


def _of_different_stocks(links: Sequence[WindowLink]) -> tuple[WindowLink, WindowLink]:
    first = links[0]
    return first, next(n for n in links if n.stock_id != first.stock_id and n.news_id != first.news_id)


def _review(conn: Connection, news_id: int, stock_id: int, verdict: str, at: datetime) -> None:
    conn.execute(
        text(
            "INSERT INTO match_review (news_id, stock_id, verdict, available_at) VALUES (:news, :stock, :verdict, :at)"
        ),
        {"news": news_id, "stock": stock_id, "verdict": verdict, "at": at},
    )
