"""The code location: everything Dagster loads. Loads with an empty environment and reads no service."""

from collections.abc import Iterable

import dagster as dg

from craveny_assets.assets import market_assets
from craveny_assets.checks import market_checks
from craveny_assets.failures import run_failure_sensor
from craveny_assets.jobs import market_jobs
from craveny_assets.llm.previews import preview_job
from craveny_assets.maintenance import maintenance_job, maintenance_schedule
from craveny_assets.report_sensor import report_sensor
from craveny_assets.resources import Workshop
from craveny_assets.revisions import revision_sensor
from craveny_assets.schedules import crawl_schedule
from craveny_assets.sensors import session_sensor
from craveny_domain.clocks import Market
from craveny_store.settings import Settings, load_markets


def build_definitions(markets: Iterable[Market]) -> dg.Definitions:
    """Assets, jobs, schedules, sensors and checks of the given markets, built by the same rules for each."""
    parts = [_market_definitions(market) for market in markets]
    shared = dg.Definitions(
        jobs=[maintenance_job],
        schedules=[maintenance_schedule],
        sensors=[run_failure_sensor],
        resources={"workshop": Workshop()},
        executor=dg.in_process_executor,
    )
    return dg.Definitions.merge(shared, *parts)


def _market_definitions(market: Market) -> dg.Definitions:
    jobs = market_jobs(market)
    return dg.Definitions(
        assets=market_assets(market),
        asset_checks=market_checks(market),
        jobs=[*jobs, preview_job(market)],
        schedules=[crawl_schedule(market)],
        sensors=[session_sensor(market, jobs[1:3]), revision_sensor(market, jobs[2:5]), report_sensor(market, jobs[6])],
    )


defs = build_definitions(load_markets(Settings().markets_file).values())
