"""The one partition scheme: calendar days of a market, today included."""

import dagster as dg

from craveny_domain.clocks import Market


def market_days(market: Market) -> dg.DailyPartitionsDefinition:
    """Local days from the market's first date through today; all assets share them, every edge is the identity."""
    # end_offset=1: forecasts and crawls belong to the day that is still running.
    return dg.DailyPartitionsDefinition(market.first_date.isoformat(), timezone=market.timezone, end_offset=1)
