"""What a person runs: the `craveny` commands and the processes behind them.

Rules live in `craveny_domain`, SQL in `craveny_store`; this package starts Dagster as a program and never imports it.
"""
