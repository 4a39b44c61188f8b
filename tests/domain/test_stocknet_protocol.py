"""The StockNet protocol: its rules on handmade series, and the published counts on the real prices."""

import csv
import gzip
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.stocknet import DEV, TRAIN, Count, count_pairs, labelled_pairs

START = date(2014, 3, 3)


def series(*movements: float, first: date = START, step: int = 1) -> list[tuple[date, float]]:
    closes = [100.0]
    for movement in movements:
        closes.append(closes[-1] * (1 + movement))
    return [(first + timedelta(days=i * step), close) for i, close in enumerate(closes)]


def days_of(rows: list[tuple[date, float]]) -> list[date]:
    return [pair.day for pair in labelled_pairs(rows, TRAIN)]


@pytest.fixture(scope="module")
def real_closes(shared_data: Path) -> list[list[tuple[date, float]]]:
    closes = defaultdict(list)
    with gzip.open(shared_data / "stocknet" / "prices.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            closes[row["symbol"]].append((date.fromisoformat(row["date"]), float(row["adj_close"])))
    return [sorted(rows) for rows in closes.values()]


def test_the_real_prices_give_the_published_counts(real_closes: list[list[tuple[date, float]]]) -> None:
    assert count_pairs(real_closes, TRAIN) == Count(pairs=20_339, ups=10_318)
    assert count_pairs(real_closes, DEV) == Count(pairs=2_555, ups=1_139)


def test_small_movements_are_dropped_and_the_edges_are_where_the_paper_has_them() -> None:
    flat, last = series(0.0, 0.0, 0.0, step=10), START + timedelta(days=40)
    kept = {close: days_of([*flat, (last, close)]) == [last] for close in (99.49, 99.5, 100.0, 100.54, 100.55)}
    assert kept == {99.49: True, 99.5: False, 100.0: False, 100.54: False, 100.55: True}


def test_up_is_a_rise_and_down_a_fall() -> None:
    rows = series(0.0, 0.0, 0.01, -0.01, step=7)
    assert [(p.day, p.is_up) for p in labelled_pairs(rows, TRAIN)] == [(rows[3][0], True), (rows[4][0], False)]


def test_the_first_days_of_a_new_stock_fall_out_until_a_movement_lies_before_the_lag_window() -> None:
    daily = series(*[0.02] * 8)
    second = daily[1][0]
    assert days_of(daily) == [second + timedelta(days=n) for n in (5, 6, 7)]


def test_the_previous_row_counts_and_not_the_previous_calendar_day() -> None:
    rows = series(0.0, 0.0, 0.02, step=9)
    assert days_of(rows) == [rows[3][0]]


@pytest.mark.parametrize("length", [0, 1])
def test_a_stock_without_a_movement_has_no_pair(length: int) -> None:
    assert days_of(series(0.02)[:length]) == []


def test_a_span_includes_its_first_day_and_not_its_last() -> None:
    rows = [(date(2015, 1, 1), 1.0), (date(2015, 1, 2), 1.0), (date(2015, 7, 31), 1.1), (date(2015, 8, 1), 1.3)]
    assert days_of(rows) == [date(2015, 7, 31)]
    assert [p.day for p in labelled_pairs(rows, DEV)] == [date(2015, 8, 1)]


@given(st.lists(st.floats(-0.2, 0.2), min_size=8, max_size=40), st.floats(0.01, 1000))
def test_counts_do_not_depend_on_the_level_of_the_prices(movements: list[float], factor: float) -> None:
    def is_near_an_edge(movement: float) -> bool:
        return min(abs(movement - edge) for edge in (-0.005, 0.0, 0.0055)) < 2e-6

    rows = series(*(0.1 if is_near_an_edge(m) else m for m in movements))
    scaled = [(day, close * factor) for day, close in rows]
    assert count_pairs([rows], TRAIN) == count_pairs([scaled], TRAIN)
