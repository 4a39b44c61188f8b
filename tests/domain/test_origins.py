"""Where a forecast stands in time, at and around the open and the close, and which board it counts on."""

from datetime import UTC, datetime, timedelta

import pytest

from craveny_domain.forecasts import board_of, origin_of

OPEN, CLOSE = datetime(2026, 3, 2, 14, 30, tzinfo=UTC), datetime(2026, 3, 2, 21, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("issued_at", "is_declared", "origin"),
    [
        (OPEN - timedelta(hours=1), False, "live"),
        (OPEN - MOMENT, False, "live"),
        (OPEN, False, "late"),
        (CLOSE - MOMENT, False, "late"),
        (CLOSE, False, "reconstructed"),
        (CLOSE + timedelta(days=90), False, "reconstructed"),
        (OPEN - timedelta(hours=1), True, "reconstructed"),
        (OPEN, True, "reconstructed"),
        (CLOSE, True, "reconstructed"),
    ],
)
def test_the_origin_follows_from_the_clock_and_from_whose_word_the_facts_rest_on(
    issued_at: datetime, is_declared: bool, origin: str
) -> None:
    assert origin_of(issued_at, OPEN, CLOSE, is_declared=is_declared) == origin


@pytest.mark.parametrize(
    ("origin", "board"),
    [("live", "live"), ("late", "reconstructed"), ("reconstructed", "reconstructed"), ("replay", "reconstructed")],
)
def test_only_live_forecasts_count_on_the_live_board(origin: str, board: str) -> None:
    assert board_of(origin) == board
