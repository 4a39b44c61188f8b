"""A market of this very day with a session of the tests' own, so that a forecast can be live by the real clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Engine, text

from craveny_assets.days.news import match_day, raw_news_day
from craveny_assets.days.predictions import prediction_day
from craveny_assets.days.work import Day, Options, Work, Written
from craveny_domain.clocks import Market
from craveny_store.calendar import all_sessions
from craveny_store.leases import LeaseKeeper
from craveny_store.partitions import database_now
from craveny_store.sources import sources_of
from tests.conftest import Bench

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Today:
    """A market whose facts were all seen here before `known_at`, and read up to a moment after it."""

    engine: Engine
    market: Market
    day: date
    known_at: datetime

    @classmethod
    def materialized(cls, engine: Engine, markets: dict[str, Market]) -> "Today":
        """The market that is furthest from its midnight, with its last days of news and prices."""
        market = min(markets.values(), key=lambda m: abs(datetime.now(m.zone).hour + 0.5 - 12))
        day = datetime.now(market.zone).date()
        with engine.begin() as conn:
            conn.execute(
                text("DELETE FROM market_session WHERE market = :m AND session_date >= :d"),
                {"m": market.code, "d": day},
            )
        bench = Bench(engine, market)
        bench.run("price", day - timedelta(days=25), day - timedelta(days=1))
        for asset in ("raw_news", "news", "match", "news_embeddings"):
            bench.run(asset, day - timedelta(days=12), day)
        with engine.begin() as conn:
            known_at = database_now(conn)
            raw_news_day(Day(bench.work, conn, day))
        return cls(engine, market, day, known_at)

    @contextmanager
    def stage(self, opens: timedelta = HOUR, closes: timedelta = 7 * HOUR) -> Iterator["Stage"]:
        """A session opening and closing so long from now, its cut-off at `known_at`; rolled back afterwards."""
        with self.engine.connect() as conn:
            stage = Stage(self, conn)
            stage.hold_session(opens, closes)
            yield stage
            conn.rollback()


@dataclass
class Stage:
    """The session within a transaction: forecasts are asked for as runs would, and every row is compared."""

    of: Today
    conn: Connection
    lead: timedelta = HOUR
    runs: int = 0

    def run(self, sql: str, **values: object) -> list:
        """A statement's rows, if it has any; `m` and `d` are the market and the day."""
        result = self.conn.execute(text(sql), {"m": self.of.market.code, "d": self.of.day, **values})
        return list(result) if result.returns_rows else []

    def hold_session(self, opens: timedelta, closes: timedelta) -> None:
        """Move the day's session; the cut-off stays where it is."""
        now = datetime.now(UTC)
        self.lead = now + opens - self.of.known_at
        self.run(
            "INSERT INTO market_session VALUES (:m, :d, :open, :close) ON CONFLICT (market, session_date)"
            " DO UPDATE SET open_at = excluded.open_at, close_at = excluded.close_at",
            open=now + opens, close=now + closes,
        )  # fmt: skip

    def forecast(self, *, refresh_inputs: bool = False, models: tuple[str, ...] = ()) -> Written:
        """A new run's forecasts of the session."""
        return prediction_day(Day(self._work(Options(models, refresh_inputs)), self.conn, self.of.day))

    def match_again(self) -> None:
        """The links of the last days made again."""
        work = self._work(Options())
        for back in range(4, -1, -1):
            match_day(Day(work, self.conn, self.of.day - timedelta(days=back)))

    def rows(self, table: str = "prediction") -> list[str]:
        """The session's rows in every column: ids, times of making and runs too."""
        query = f'SELECT r::text COLLATE "C" AS row FROM {table} r WHERE market = :m AND session_date = :d ORDER BY row'
        return [row for (row,) in self.run(query)]

    def said(self) -> tuple[list[str], list[str]]:
        """Forecasts and evidence."""
        return self.rows("prediction"), self.rows("prediction_evidence")

    def origins(self) -> set[str]:
        """The origins among the session's forecasts."""
        return {o for (o,) in self.run("SELECT origin FROM prediction WHERE market = :m AND session_date = :d")}

    def _work(self, options: Options) -> Work:
        self.runs += 1
        keeper = LeaseKeeper(self.of.engine, f"run-{self.runs}")
        work = Work(self.of.engine, replace(self.of.market, lead=self.lead), keeper, None, options)
        # What the transaction wrote is seen by nobody else.
        work.__dict__["sessions"] = all_sessions(self.conn, self.of.market.code)
        work.__dict__["sources"] = sources_of(self.conn, self.of.market.code)
        return work
