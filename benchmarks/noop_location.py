"""A code location whose assets do nothing, shaped as Craveny's are: what Dagster itself costs."""

from collections.abc import Sequence

import dagster as dg

from craveny_assets.assets import DAYS_PER_RUN, PLANS
from craveny_assets.partitions import market_days
from craveny_domain.clocks import Market
from craveny_domain.launches import FORECAST
from craveny_store.settings import load_markets

KEY = "noop"
BACKFILL_JOB, TODAY_JOB = "noop_day_job", "noop_forecast_job"


def noop_assets(market: Market) -> Sequence[dg.AssetsDefinition]:
    """As many assets as a market has, with the same edges, partitions and policy."""
    return [_asset(market, plan.name, plan.reads) for plan in PLANS]


def _asset(market: Market, name: str, reads: Sequence[str]) -> dg.AssetsDefinition:
    @dg.asset(
        name=name,
        key_prefix=[KEY],
        deps=[dg.AssetKey([KEY, read]) for read in reads],
        partitions_def=market_days(market),
        backfill_policy=dg.BackfillPolicy.multi_run(DAYS_PER_RUN),
    )
    def nothing() -> dg.MaterializeResult:
        return dg.MaterializeResult()

    return nothing


def _job(name: str, assets: Sequence[str]) -> object:
    return dg.define_asset_job(name, dg.AssetSelection.assets(*([KEY, asset] for asset in assets)))


defs = dg.Definitions(
    assets=noop_assets(load_markets()["us"]),
    jobs=[_job(BACKFILL_JOB, [plan.name for plan in PLANS]), _job(TODAY_JOB, FORECAST)],  # type: ignore[list-item]
    executor=dg.in_process_executor,
)
