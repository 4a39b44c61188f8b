"""Observations of bars: what is another one, what repeats what is known, and with which clock."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text

from craveny_domain.clocks import Market
from craveny_domain.facts import Bar
from craveny_store.bulk import Changes
from craveny_store.prices import append_bars
from craveny_store.universe import stock_ids
from tests.conftest import utc

DAY = date(2024, 10, 16)
KNOWN_AT = utc(2024, 10, 16, 20, 30)
BAR = Bar("AAA", DAY, "10.1234567", "11", "10", "10.5", "10.5", 5, "1", KNOWN_AT, "declared", "0.25")
ADDED, CORRECTED, REPEATED = Changes(added=1), Changes(changed=1), Changes(unchanged=1)


class Teller:
    """A live source that tells of one stock's bar, at instants of the test's choice."""

    def __init__(self, engine: Engine, market: Market) -> None:
        self.engine, self.market = engine, market
        with engine.connect() as conn:
            self.stock = next(iter(stock_ids(conn, market.code).values()))

    def tell(self, bar: Bar, days: float) -> Changes:
        """What telling it so many days after the close changes."""
        seen_at = KNOWN_AT + timedelta(days=days)
        with self.engine.begin() as conn:
            return append_bars(conn, self.market, "live", DAY, [(self.stock, bar)], seen_at=seen_at)

    def rows(self) -> list[tuple]:
        columns = "basis, available_at - :at, close, volume, dividend"
        query = f"SELECT {columns} FROM price WHERE source = 'live' ORDER BY price_id"
        with self.engine.connect() as conn:
            return [tuple(row) for row in conn.execute(text(query), {"at": KNOWN_AT})]


@pytest.fixture
def teller(engine: Engine, markets: dict[str, Market]) -> Teller:
    return Teller(engine, markets["us"])


def test_a_past_bar_is_declared_and_what_differs_later_is_observed_then(teller: Teller) -> None:
    assert teller.tell(BAR, days=9) == ADDED
    assert teller.tell(BAR, days=10) == REPEATED
    assert teller.tell(replace(BAR, volume=6), days=11) == CORRECTED
    assert teller.tell(replace(BAR, volume=6), days=12) == REPEATED
    assert teller.tell(BAR, days=13) == CORRECTED
    assert [(basis, after.days, volume) for basis, after, _, volume, _ in teller.rows()] == [
        ("declared", 0, 5),
        ("observed", 11, 6),
        ("observed", 13, 5),
    ]


def test_a_bar_of_today_is_observed_when_it_was_read(teller: Teller) -> None:
    assert teller.tell(BAR, days=-0.01) == ADDED
    (row,) = teller.rows()
    assert row[:2] == ("observed", timedelta(days=-0.01))


def test_a_sources_own_adjusted_close_and_digits_beyond_the_columns_make_no_correction(teller: Teller) -> None:
    assert teller.tell(BAR, days=9) == ADDED
    assert teller.tell(replace(BAR, adj_close="9.9", open="10.12345674"), days=10) == REPEATED


@pytest.mark.parametrize("changed", [{"dividend": "0.3"}, {"split_ratio": "2"}, {"open": "10.2"}, {"close": "10.6"}])
def test_every_figure_as_traded_and_every_action_makes_a_correction(teller: Teller, changed: dict[str, str]) -> None:
    assert teller.tell(BAR, days=9) == ADDED
    assert teller.tell(replace(BAR, **changed), days=10) == CORRECTED
