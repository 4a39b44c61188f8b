"""Jobs: what is launched together. A live job's priority is above any backfill's."""

from typing import Any

import dagster as dg

from craveny_domain.clocks import Market
from craveny_domain.launches import ASSETS, CRAWL, FORECAST, REJUDGE, REPORT, RESETTLE, SETTLE

AssetJob = Any
"""What define_asset_job returns; Dagster exports no name for it."""
LIVE = {"dagster/priority": "10"}
AFTERWARDS = {"dagster/priority": "5"}
"""Of what corrects the past, and of reports: after everything live, before any backfill."""


def market_jobs(market: Market) -> list[AssetJob]:
    """The market's jobs: crawl, forecast, settle, settle and judge again, every asset of a day at once, and reports."""
    return [
        _job(market, "crawl", CRAWL, "News of the day so far, down to its vectors.", LIVE),
        _job(market, "forecast", FORECAST, "Forecasts for the day's session.", LIVE),
        _job(market, "settle", SETTLE, "Closing prices, settled forecasts, the day's figures, verdicts.", LIVE),
        _job(market, "resettle", RESETTLE, "Settlements whose prices have changed since.", AFTERWARDS),
        _job(market, "rejudge", REJUDGE, "Verdicts whose daily figures have changed since.", AFTERWARDS),
        _job(market, "day", ASSETS, "Everything of a day; also for backfills.", {}),
        _job(market, "report", REPORT, "Reports on stocks that are due or asked for.", AFTERWARDS),
    ]


def job_name(market: str, job: str) -> str:
    """A market's job as Dagster knows it."""
    return f"{market}_{job}_job"


def _job(market: Market, name: str, assets: tuple[str, ...], description: str, tags: dict[str, str]) -> AssetJob:
    selection = dg.AssetSelection.assets(*([market.code, asset] for asset in assets))
    return dg.define_asset_job(job_name(market.code, name), selection, description=description, tags=tags)
