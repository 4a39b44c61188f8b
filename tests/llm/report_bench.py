"""The filled us market with a model that writes reports, on Monday 2026-10-19 with the clock in the test's hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, RowMapping, text

from craveny_assets.days.reports import stock_report_day
from craveny_assets.days.work import Written
from craveny_assets.ranges import run_days
from craveny_domain.clocks import Market
from craveny_store.model_changes import NewModel, add_model
from tests.assets.timekeeping import Turn
from tests.conftest import FILLED_LAST, Bench, utc

DAY = FILLED_LAST
MORNING = utc(2026, 10, 19, 14)
"""Half an hour after the open: the forecast is there, the close is not."""
WRITER = NewModel("writer", "openai", "gpt-4o-mini", {"temperature": 0}, "report-1", "gpt-4o-mini")


@dataclass
class ReportBench:
    """Writes reports as runs would; `symbol` is the one stock that is watched."""

    engine: Engine
    market: Market
    turn: Turn
    symbol: str = field(init=False)
    stock_id: int = field(init=False)
    runs: int = 0

    def __post_init__(self) -> None:
        self.turn(MORNING)
        (row,) = self.rows("""
            UPDATE stock SET priority = 1 WHERE stock_id = (
                SELECT stock_id FROM match JOIN stock s USING (stock_id) JOIN prediction p USING (stock_id)
                WHERE s.market = 'us' AND p.session_date = :day GROUP BY stock_id
                ORDER BY count(DISTINCT match.news_id) DESC, stock_id LIMIT 1)
            RETURNING stock_id, symbol""", day=DAY)  # fmt: skip
        self.stock_id, self.symbol = row["stock_id"], row["symbol"]

    def add(self, model: NewModel = WRITER) -> None:
        """A model that writes, or whatever it is, from the clock's now on."""
        with self.engine.begin() as conn:
            add_model(conn, model, None)

    def run(self, day: Any = DAY) -> Written:
        """One run over a day."""
        self.runs += 1
        bench = Bench(self.engine, self.market, holder=f"run {self.runs}")
        try:
            account = run_days(bench.work, "stock_report", stock_report_day, [day], lambda _: None)
        finally:
            bench.work.keeper.shutdown()
        assert not account.failed, account.failed
        return account.written[day]

    def reports(self) -> Sequence[RowMapping]:
        """Every report, the earliest first."""
        return self.rows("SELECT * FROM stock_report ORDER BY report_id")

    def ask(self) -> None:
        """Somebody asks for the stock's report, as the API does."""
        self.rows("""
            INSERT INTO report_request (stock_id, requested_at) VALUES (:stock, clock_timestamp())
            ON CONFLICT DO NOTHING RETURNING 1""", stock=self.stock_id)  # fmt: skip

    def requests(self) -> list[int | None]:
        """The report that answered each request."""
        return [row["report_id"] for row in self.rows("SELECT report_id FROM report_request ORDER BY request_id")]

    def plant(self, title: str, at: datetime) -> None:
        """A story about the stock."""
        self.rows("""
            WITH raw AS (
                INSERT INTO raw_news (market, source, item_key, payload_hash, payload, available_at, basis)
                VALUES ('us', 'planted', :title, sha256(:bytes), '{}', :at, 'observed') RETURNING raw_news_id AS id
            ), story AS (
                INSERT INTO news (news_id, market, partition_date, source, title, excerpt, language, story_id, symbols,
                    positive, negative, available_at, basis, is_synthetic)
                SELECT id, 'us', :day, 'planted', :title, '', 'en', id, '{}', 0, 0, :at, 'observed', true FROM raw
            )
            INSERT INTO match (news_id, stock_id, market, partition_date, kind, span, score, mentions, available_at)
            SELECT id, :stock, 'us', :day, 'name', '', 1, 1, :at FROM raw RETURNING news_id""",
            title=title, bytes=title.encode(), at=at, day=at.date(), stock=self.stock_id)  # fmt: skip

    def rows(self, statement: str, **values: object) -> Sequence[RowMapping]:
        """The rows of a statement of the test's own, committed."""
        with self.engine.begin() as conn:
            found = conn.execute(text(statement), values)
            return found.mappings().all() if found.returns_rows else []
