"""What becomes of sources that failed: noted at once, so that politeness outlives whatever becomes of the day."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from craveny_assets.days.work import Day
from craveny_domain.backoff import next_attempt_at
from craveny_store.fetching import FetchEntry, FetchState, log_fetch, save_failure


def note_failures(
    day: Day,
    failures: Sequence[tuple[FetchEntry, datetime | None]],
    states: Mapping[str, FetchState],
    *,
    must_rest: bool = True,
) -> None:
    """Log each failure in a transaction of its own and, with `must_rest`, leave the source alone for a while.

    The instant beside a failure is until when the source itself, or its host, wants to be left alone; None: no wish.
    """
    if not failures:
        return
    with day.work.engine.begin() as conn:
        for entry, wished in failures:
            if must_rest:
                count = states.get(entry.source, FetchState(entry.source)).failures + 1
                until = next_attempt_at(count, day.now, entry.source, wished)
                save_failure(conn, entry.market, entry.source, entry.feed, at=day.now, not_before_at=until)
            log_fetch(conn, entry)
