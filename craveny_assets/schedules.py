"""What runs by the clock: the crawl, every ten minutes of every day."""

import dagster as dg

from craveny_assets.jobs import job_name
from craveny_domain.clocks import Market


def crawl_schedule(market: Market) -> dg.ScheduleDefinition:
    """A crawl of the market's current day every ten minutes, weekends and holidays included."""

    @dg.schedule(
        name=f"{market.code}_crawl_schedule",
        job_name=job_name(market.code, "crawl"),
        cron_schedule="*/10 * * * *",
        execution_timezone=market.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=crawl_schedule.__doc__,
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        at = context.scheduled_execution_time
        return dg.RunRequest(run_key=at.isoformat(), partition_key=market.local_date(at).isoformat())

    return schedule
