"""How often a live source is asked: its own rhythm, what keeps it away, and the cut-offs it must not miss."""

from collections.abc import Iterable
from datetime import datetime, timedelta

SLACK = 0.9
"""A source counts as due after this share of its interval: the clock that launches crawls does not tick exactly."""


def waits_until(
    now: datetime,
    every: timedelta,
    attempted_at: datetime | None,
    not_before_at: datetime | None,
    cutoffs: Iterable[datetime] = (),
) -> datetime | None:
    """When a source is asked next; None: now.

    A cut-off that came since the last attempt makes it due whatever its rhythm, for the forecast waits for it; what
    the source itself or its failures ask for (`not_before_at`) holds in any case.
    """
    if not_before_at is not None and not_before_at > now:
        return not_before_at
    if attempted_at is None or any(attempted_at < cutoff <= now for cutoff in cutoffs):
        return None
    due = attempted_at + every * SLACK
    return due if due > now else None
