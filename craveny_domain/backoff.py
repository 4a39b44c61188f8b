"""When a source that fails is asked again: later and later up to a cap, and never not at all."""

from datetime import datetime, timedelta
from random import Random

FIRST_WAIT = timedelta(minutes=5)
"""After one failure: shorter than the crawl's ten minutes, so that a hiccup costs no more than one crawl."""
LONGEST_WAIT = timedelta(hours=6)
"""A source that comes back is noticed within a session's morning or afternoon."""
JITTER = 0.2
"""Up to this share of a wait is taken off by chance: sources that failed together do not come back together."""
CIRCUIT_OPENS = 5
"""Failures in a row after which a source is given a single try per wait, without retries: it is down, not unlucky."""
_MOST_DOUBLINGS = 16


def is_open(failures: int) -> bool:
    """Whether a source with so many failures in a row gets a single try per wait."""
    return failures >= CIRCUIT_OPENS


def next_attempt_at(failures: int, now: datetime, seed: str, asked_for: datetime | None = None) -> datetime:
    """When to ask again after `failures` in a row, the last one now; never before the instant the host asked for.

    The same seed and count give the same instant.
    """
    if failures < 1:
        return now if asked_for is None else max(now, asked_for)
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, _MOST_DOUBLINGS))
    jittered = now + wait * (1 - JITTER * Random(f"{seed}:{failures}").random())
    return jittered if asked_for is None else max(jittered, asked_for)
