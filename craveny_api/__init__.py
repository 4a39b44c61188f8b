"""HTTP: serves what the assets materialized, and the dashboard that reads it. Never imports Dagster."""
