"""Bars as they are shown: which observation counts, what corrected it, closes across splits."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.bars import Later, Observation, shown_bars

MONDAY = date(2026, 10, 12)


def seen(
    price_id: int,
    day: int,
    close: float,
    *,
    source: str = "a",
    split_ratio: float = 1.0,
    dividend: float = 0.0,
    at: int = 0,
) -> Observation:
    session = MONDAY + timedelta(days=day)
    known = datetime(2026, 10, 12, 21, tzinfo=UTC) + timedelta(days=day, hours=at)
    return Observation(price_id, session, source, close, close, close, close, 100, split_ratio, known, dividend)


def test_the_source_that_told_first_counts_with_its_latest_word() -> None:
    bars = shown_bars([seen(1, 0, 10), seen(2, 0, 11, source="b", at=2), seen(3, 0, 12, at=1)])
    assert [bar.observation.close for bar in bars] == [12]


def test_a_bar_is_corrected_when_its_own_source_said_otherwise_before() -> None:
    assert shown_bars([seen(1, 0, 10), seen(2, 0, 11, at=1)])[0].is_corrected
    assert not shown_bars([seen(1, 0, 10), seen(2, 0, 10, at=1)])[0].is_corrected
    assert not shown_bars([seen(1, 0, 10), seen(2, 0, 11, source="b", at=1)])[0].is_corrected


def test_closes_before_a_split_are_brought_to_the_shares_after_it() -> None:
    bars = shown_bars([seen(1, 0, 100), seen(2, 1, 50, split_ratio=2), seen(3, 2, 51)])
    assert [bar.adjusted_close for bar in bars] == [50, 50, 51]
    assert [bar.adjusted_close for bar in shown_bars([seen(1, 0, 100)], Later(splits=4))] == [25]


def test_only_the_ratio_that_counts_adjusts() -> None:
    bars = shown_bars([seen(1, 0, 100), seen(2, 1, 50, split_ratio=3), seen(3, 1, 50, split_ratio=2, at=1)])
    assert bars[0].adjusted_close == 50


def test_no_observations_make_no_bars() -> None:
    assert shown_bars([]) == []


@given(st.lists(st.tuples(st.floats(1, 1000), st.sampled_from([0.5, 1.0, 1.0, 2.0])), min_size=2, max_size=12))
def test_adjusted_returns_are_those_a_holder_had(days: list[tuple[float, float]]) -> None:
    bars = shown_bars([seen(n, n, close, split_ratio=ratio) for n, (close, ratio) in enumerate(days)])
    for n in range(1, len(days)):
        held = days[n][0] * days[n][1] / days[n - 1][0]
        assert bars[n].adjusted_close / bars[n - 1].adjusted_close == pytest.approx(held)
    assert bars[-1].adjusted_close == days[-1][0]


def test_a_source_that_tells_of_no_split_does_not_undo_one_that_another_tells_of() -> None:
    bars = shown_bars([seen(1, 0, 100), seen(2, 1, 50), seen(3, 1, 50, source="b", split_ratio=2, at=1)])
    assert [bar.adjusted_close for bar in bars] == [50, 50]


def test_a_total_return_close_takes_dividends_as_reinvested() -> None:
    bars = shown_bars([seen(1, 0, 100), seen(2, 1, 97, dividend=4), seen(3, 2, 97)])
    assert [bar.total_return_close for bar in bars] == [96, 97, 97]
    assert [bar.adjusted_close for bar in bars] == [100, 97, 97]
    assert [bar.observation.close for bar in bars] == [100, 97, 97]


def test_a_dividend_at_the_open_of_a_split_is_per_new_share() -> None:
    bars = shown_bars([seen(1, 0, 100), seen(2, 1, 48, split_ratio=2, dividend=1)])
    assert [bar.total_return_close for bar in bars] == [49, 48]


def test_what_came_after_the_last_bar_counts_as_well_and_an_absurd_dividend_does_not() -> None:
    later = Later().before(1.0, 5.0, 100.0)
    assert [bar.total_return_close for bar in shown_bars([seen(1, 0, 100)], later)] == [95]
    assert Later().before(1.0, 200.0, 100.0) == Later() == Later().before(1.0, 1.0, None)


@given(st.lists(st.tuples(st.floats(10, 1000), st.sampled_from([0.5, 1.0, 1.0, 2.0]), st.floats(0, 4)), min_size=2))
def test_total_returns_are_those_of_a_holder_who_buys_more_with_each_dividend(
    days: list[tuple[float, float, float]],
) -> None:
    bars = shown_bars([seen(n, n, close, split_ratio=r, dividend=cash) for n, (close, r, cash) in enumerate(days)])
    for n in range(1, len(days)):
        (before, _, _), (close, ratio, cash) = days[n - 1], days[n]
        # Reinvested at the price of the evening before, as the adjustment defines it.
        held = close * ratio / before / (1 - cash * ratio / before)
        assert bars[n].total_return_close / bars[n - 1].total_return_close == pytest.approx(held)
