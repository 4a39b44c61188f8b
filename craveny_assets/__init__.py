"""What is produced and when: assets, partitions, jobs, schedules, sensors, checks, and the outside world's clients.

The only package that knows Dagster. Rules belong to the domain, SQL to the store.
"""
