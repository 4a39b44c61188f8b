"""Assets of one market run by Dagster in this process, what they left, and a way to stop a writer in mid-write."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import dagster as dg
from sqlalchemy import Connection, Engine, text

from craveny_assets.assets import BODIES
from craveny_assets.definitions import build_definitions
from craveny_assets.jobs import job_name
from craveny_domain.clocks import Market
from craveny_domain.launches import RESETTLE
from craveny_store.leases import LeaseHeld, LeaseKeeper, PartitionKey
from tests.conftest import FILLED_FIRST, FILLED_LAST, Bench

NEW_YORK_DAY = "(available_at AT TIME ZONE 'America/New_York')::date"
DAY_OF = {
    "raw_news": NEW_YORK_DAY,
    "news": "partition_date",
    "match": "partition_date",
    "news_embeddings": "partition_date",
    "price": "session_date",
    "prediction_evidence": "session_date",
    "prediction": "session_date",
    "prediction_embeddings": "partition_date",
    "evaluation_history": "settle_date",
    "daily_performance": "settle_date",
    "daily_reliability": "settle_date",
    "daily_pair": "settle_date",
    "daily_member": "settle_date",
    "model_comparison": "as_of_date",
    "floor_badge": "as_of_date",
    "daily_calibration": "settle_date",
}
"""Each table's day, in the order in which the chain fills them."""
OWN = {asset: (asset,) for asset in BODIES} | {
    "prediction": ("prediction_evidence", "prediction"),
    "daily_performance": ("daily_performance", "daily_reliability", "daily_pair", "daily_member"),
    "model_comparison": ("model_comparison", "floor_badge", "daily_calibration"),
}
"""The tables an asset writes."""
COUNTED = OWN | {"prediction": ("prediction",)}
"""Those whose rows it counts."""
OF_THE_RUN = {
    "raw_news": "raw_news_id, observed_at",
    "price": "price_id, observed_at",
    "prediction_evidence": "frozen_at",
    "prediction": "prediction_id, issued_at, run_id",
    "evaluation_history": "evaluation_id, settled_at",
    "model_comparison": "comparison_id, decided_at",
    "floor_badge": "badge_id, decided_at",
}
"""Columns that differ when the same day is written anew."""


@cache
def day_job(market: Market) -> dg.JobDefinition:
    """The job that holds every asset of a market."""
    return build_definitions([market]).resolve_job_def(job_name(market.code, "day"))


@dataclass
class DagsterBench:
    """The assets of a market whose days are filled, run by a Dagster instance of their own."""

    engine: Engine
    market: Market
    instance: dg.DagsterInstance

    def run(
        self, asset: str, first: date, last: date | None = None, *, wait_seconds: float = 30.0
    ) -> dg.ExecuteInProcessResult:
        """One run over a key, or over the range to `last`; `wait_seconds` bounds the wait for another writer."""
        days = {
            "dagster/asset_partition_range_start": first.isoformat(),
            "dagster/asset_partition_range_end": (last or first).isoformat(),
        }
        return day_job(self.market).execute_in_process(
            instance=self.instance,
            asset_selection=[self.key(asset)],
            partition_key=None if last else first.isoformat(),
            tags=days if last else None,
            run_config={"resources": {"workshop": {"config": {"wait_seconds": wait_seconds}}}},
            raise_on_error=False,
        )

    def key(self, asset: str) -> dg.AssetKey:
        """The asset as Dagster names it."""
        return dg.AssetKey([self.market.code, asset])

    def shown(self, asset: str) -> set[date]:
        """The days that Dagster shows as materialized."""
        keys = self.instance.get_materialized_partitions(self.key(asset))
        return {date.fromisoformat(key) for key in keys}

    def states(self, asset: str) -> dict[tuple[date, str], int]:
        """The version of each day, and of each model's part of it, by our own account."""
        query = text("SELECT partition_date, model_name, version FROM partition_state WHERE asset = :asset")
        with self.engine.connect() as conn:
            return {(day, model): version for day, model, version in conn.execute(query, {"asset": asset})}

    def sealed(self, asset: str, first: date) -> set[date]:
        """The days from `first` on that are materialized by our own account."""
        return {day for day, model in self.states(asset) if not model and day >= first}

    def rows_of(self, asset: str, day: date) -> int:
        """How many rows the tables of an asset hold of a day."""
        counted = [text(f"SELECT count(*) FROM {table} WHERE {DAY_OF[table]} = :day") for table in COUNTED[asset]]
        with self.engine.connect() as conn:
            return sum(conn.execute(query, {"day": day}).scalar_one() for query in counted)

    def said(self, asset: str, day: date) -> list[str]:
        """Every row of an asset's day as text, without what belongs to the run that wrote it."""
        with self.engine.connect() as conn:
            return [row for table in OWN[asset] for row in self._said(conn, table, day)]

    def _said(self, conn: Connection, table: str, day: date) -> list[str]:
        dropped = "{" + OF_THE_RUN.get(table, "") + "}"
        query = f"SELECT (to_jsonb(r) - :dropped ::text[])::text AS said FROM {table} r WHERE {DAY_OF[table]} = :day"
        return list(conn.execute(text(f"{query} ORDER BY said"), {"dropped": dropped, "day": day}).scalars())

    def give_reasons(self) -> None:
        """As if a model that is asked no more had given reasons for its forecasts of every filled day."""
        self.execute("""
            INSERT INTO model (model_name, provider, identifier, is_floor, parameters)
            VALUES ('teller', 'openai', 'teller', false, '{}')""")
        self.execute("""
            INSERT INTO prediction (market, session_date, model_name, stock_id, horizon, outcome_class, probability,
                direction, climatology, origin, degraded, reasoning, issued_at, run_id)
            SELECT market, session_date, 'teller', stock_id, horizon, outcome_class, probability, direction,
                climatology, origin, degraded, 'Because of ' || stock_id || ' on ' || session_date, issued_at, run_id
            FROM prediction WHERE model_name = 'climatology'""")
        filler = Bench(self.engine, self.market, holder="fill")
        filler.run("prediction_embeddings", FILLED_FIRST, FILLED_LAST)
        filler.work.keeper.shutdown()

    def contents(self) -> dict[str, str]:
        """Every row of every table, ids and clocks included, as one digest per table."""
        digest = "SELECT coalesce(md5(string_agg(r::text, '' ORDER BY r::text)), 'empty') FROM {} r"
        with self.engine.connect() as conn:
            return {table: conn.execute(text(digest.format(table))).scalar_one() for table in DAY_OF}

    def wipe(self, asset: str, first: date) -> None:
        """Bring an asset, and what is made from it, back to before it was ever materialized from `first` on."""
        assets = list(BODIES)[list(BODIES).index(asset) :]
        if asset == "price":
            assets = ["price", "prediction", "prediction_embeddings", *RESETTLE]
        if asset == "prediction_embeddings":
            assets = [asset]
        tables = [table for name in assets for table in OWN[name]]
        with self.engine.begin() as conn:
            for table in reversed(tables):
                conn.execute(text(f"DELETE FROM {table} WHERE {DAY_OF[table]} >= :day"), {"day": first})
            for table in ("partition_state", "partition_input", "partition_check", "lease"):
                statement = f"DELETE FROM {table} WHERE asset = ANY(:assets) AND partition_date >= :day"
                conn.execute(text(statement), {"assets": assets, "day": first})

    def is_free(self, asset: str, day: date) -> bool:
        """Whether somebody else could write the day now."""
        keeper = LeaseKeeper(self.engine, "a passer-by", wait_seconds=0)
        try:
            keeper.release(keeper.take(PartitionKey(self.market.code, asset, day)))
        except LeaseHeld:
            return False
        finally:
            keeper.shutdown()
        return True

    def execute(self, statement: str, **parameters: object) -> None:
        """Change something in the test's database by hand."""
        with self.engine.begin() as conn:
            conn.execute(text(statement), parameters)


def failures(result: dg.ExecuteInProcessResult) -> list[str]:
    """What the run's failed steps say."""
    found = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    return [f.user_failure_data.description or "" if f.user_failure_data else f.error_display_string for f in found]


def materialized(result: dg.ExecuteInProcessResult) -> list[str]:
    """The partitions of the run's materialization events."""
    events = [event for event in result.all_events if event.is_step_materialization]
    return sorted(str(event.partition) for event in events)
