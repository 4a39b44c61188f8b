"""Pure rules: clocks, calendars, articles, forecasts, settlement, scores.

Nothing here knows Dagster, SQL, the network, the environment or the wall clock: every function is given
the instants and rows it may know.
"""
