"""Alerts: the outbox turned into messages, their delivery, and the watch over everything else. Never imports Dagster."""
