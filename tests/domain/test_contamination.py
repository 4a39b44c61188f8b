"""Which days count as known to a model."""

from datetime import UTC, date, datetime

import pytest

from craveny_domain.clocks import Session
from craveny_domain.contamination import is_contaminated

SESSION = Session(
    date(2026, 10, 14), datetime(2026, 10, 14, 13, 30, tzinfo=UTC), datetime(2026, 10, 14, 20, tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("knowledge", "activated", "is_known"),
    [
        (date(2026, 10, 13), None, False),
        (date(2026, 10, 14), None, True),
        (date(2027, 1, 1), datetime(2020, 1, 1, tzinfo=UTC), True),
        (None, datetime(2026, 10, 14, 13, 30, tzinfo=UTC), False),
        (None, datetime(2026, 10, 14, 13, 31, tzinfo=UTC), True),
        (None, None, True),
    ],
)
def test_a_session_counts_as_known_up_to_the_stated_end_or_before_the_first_activation(
    knowledge: date | None, activated: datetime | None, is_known: bool
) -> None:
    assert is_contaminated(SESSION, knowledge, activated) is is_known
