"""Alerts: the outbox made into messages, their delivery, and the watch over the rest. Never imports Dagster."""
