"""Since when a bar counts as known, where its source does not say so itself."""

from dataclasses import replace
from datetime import date, datetime

from craveny_domain.facts import Bar


def clocked(bar: Bar, *, is_known: bool, seen_at: datetime, seen_on: date) -> Bar:
    """The bar of a live source with the clock it counts by; as given it is declared, a lag after its close.

    Seen on its own day (`seen_on` is the market's day at `seen_at`) it is observed then. Of a past session it is
    declared, unless something was known of it from that source (`is_known`): then it is a correction, and no
    correction is known before it is seen.
    """
    if is_known or seen_on == bar.session_date or bar.available_at > seen_at:
        return replace(bar, available_at=seen_at, basis="observed")
    return bar
