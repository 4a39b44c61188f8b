"""Stocks as people manage them: every change is in force from its instant on, and no earlier instant knows of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from craveny_domain.clocks import Market
from craveny_domain.facts import Listing
from craveny_domain.matching import AliasTable
from craveny_store.heads import STOCK, versions
from craveny_store.listings import (
    add_alias,
    add_stock,
    aliases_of,
    begin_change,
    change_stock,
    pause_stock,
    resume_stock,
    retire_alias,
)
from craveny_store.universe import add_listings, aliases, crawled_stocks, name_changes, stock_ids, universe

MOMENT = timedelta(microseconds=1)
ARM = ("ARM", "Arm", None, "stock", "Chips", ())


@pytest.fixture
def arm(engine: Engine, markets: dict[str, Market]) -> int:
    """A stock listed by hand, by id."""
    with engine.begin() as conn:
        assert add_stock(conn, markets["us"], Listing(*ARM, begin_change(conn, "us")))
        return conn.execute(text("SELECT stock_id FROM stock WHERE symbol = 'ARM'")).scalar_one()


def members(conn: Connection, at: datetime) -> set[int]:
    return {stock.stock_id for stock in universe(conn, "us", at)}


def names(conn: Connection, stock_id: int, at: datetime) -> set[tuple[str, str, bool]]:
    return {(a.alias, a.kind, a.needs_context) for a in aliases(conn, "us", at) if a.stock_id == stock_id}


def is_linked(conn: Connection, stock_id: int, words: str, at: datetime) -> bool:
    return stock_id in {link.stock_id for link in AliasTable(aliases(conn, "us", at)).links(words)}


def test_a_stock_is_listed_with_its_names_from_its_instant_on(engine: Engine, markets: dict[str, Market]) -> None:
    with engine.begin() as conn:
        at = begin_change(conn, "us")
        listing = Listing("NIXO", "Nixory", "Nixory Holdings", "stock", None, (), at, priority=1)
        assert add_stock(conn, markets["us"], listing)
        (added,) = members(conn, at) - members(conn, at - MOMENT)
        assert names(conn, added, at - MOMENT) == set()
        assert names(conn, added, at) == {
            ("NIXO", "ticker", False), ("Nixory", "name", False), ("Nixory Holdings", "name", False),
        }  # fmt: skip
        first = crawled_stocks(conn, "us", at)[0]
        assert (first.symbol, first.name, first.priority) == ("NIXO", "Nixory", 1)


def test_a_symbol_the_market_has_is_not_listed_again(engine: Engine, markets: dict[str, Market], arm: int) -> None:
    with engine.begin() as conn:
        at = begin_change(conn, "us")
        before = names(conn, arm, at)
        assert not add_stock(conn, markets["us"], Listing("ARM", "Other", None, "index", None, ("Limb",), at))
        assert names(conn, arm, at) == before
        assert add_stock(conn, markets["krx"], Listing("ARM", "Arm", None, "stock", None, (), at))


def test_a_renamed_stock_is_found_by_both_names_and_by_the_new_one_no_earlier(engine: Engine, arm: int) -> None:
    with engine.begin() as conn:
        at = begin_change(conn, "us")
        change_stock(conn, arm, at, {"name": "Limbware", "priority": 1})
        assert not is_linked(conn, arm, "Limbware raises its outlook", at - MOMENT)
        assert is_linked(conn, arm, "Limbware raises its outlook", at)
        assert is_linked(conn, arm, "Arm raises its outlook", at)
        assert ("Limbware", "name", False) in names(conn, arm, at)
        assert name_changes(conn, "us", at - MOMENT, at + MOMENT) == [at]
        shown = conn.execute(text("SELECT name, priority, sector FROM stock WHERE symbol = 'ARM'")).one()
        assert tuple(shown) == ("Limbware", 1, "Chips")


def test_a_name_given_back_and_one_that_stays_add_nothing(engine: Engine, arm: int) -> None:
    for name in ("Limbware", "Arm", "Arm"):
        with engine.begin() as conn:
            change_stock(conn, arm, begin_change(conn, "us"), {"name": name})
    with engine.begin() as conn:
        (given_up,) = [a.alias_id for a in aliases_of(conn, arm) if a.alias == "Arm"]
        retire_alias(conn, arm, begin_change(conn, "us"), given_up)
        change_stock(conn, arm, begin_change(conn, "us"), {"name": "Arm", "sector": None})
        assert [(a.alias, a.kind) for a in aliases_of(conn, arm)] == [("ARM", "ticker"), ("Limbware", "name")]


def test_a_paused_stock_is_out_of_the_universe_until_it_is_resumed_and_keeps_its_names(
    engine: Engine, arm: int
) -> None:
    instants = []
    for change in (pause_stock, pause_stock, resume_stock, resume_stock, pause_stock):
        with engine.begin() as conn:
            instants.append(begin_change(conn, "us"))
            change(conn, arm, instants[-1])
    with engine.begin() as conn:
        paused, still, resumed, _, again = instants
        assert [arm in members(conn, at) for at in (paused - MOMENT, paused, still, resumed - MOMENT)] == [
            True, False, False, False,
        ]  # fmt: skip
        assert [arm in members(conn, at) for at in (resumed, again - MOMENT, again)] == [True, True, False]
        assert "ARM" not in {stock.symbol for stock in crawled_stocks(conn, "us", again)}
        assert is_linked(conn, arm, "Arm raises its outlook", again)
        # What a source itself names is linked by this.
        assert stock_ids(conn, "us", again)["ARM"] == arm


def test_a_name_marked_as_needing_context_no_longer_links_a_text_without_it(engine: Engine, arm: int) -> None:
    bare, telling = "He lifted one arm and waved", "Arm shares rise after earnings"
    with engine.begin() as conn:
        assert is_linked(conn, arm, bare, begin_change(conn, "us"))
        at = begin_change(conn, "us")
        marked = add_alias(conn, arm, at, "Arm", "name", needs_context=True)
        assert marked is not None and marked.needs_context
        assert is_linked(conn, arm, bare, at - MOMENT)
        assert not is_linked(conn, arm, bare, at)
        assert is_linked(conn, arm, telling, at)
        for instant in (at - MOMENT, at, at + MOMENT):
            assert len([n for n in names(conn, arm, instant) if n[:2] == ("Arm", "name")]) == 1
        assert name_changes(conn, "us", at - MOMENT, at + MOMENT) == [at]


def test_a_name_in_force_just_so_is_not_given_again(engine: Engine, arm: int) -> None:
    with engine.begin() as conn:
        at = begin_change(conn, "us")
        assert add_alias(conn, arm, at, "Arm", "name", needs_context=False) is None
        assert add_alias(conn, arm, at, "Arm", "alias", needs_context=False) is not None
        assert [a.alias for a in aliases_of(conn, arm)].count("Arm") == 2


def test_a_name_given_up_links_nothing_from_then_on_and_can_be_given_again(engine: Engine, arm: int) -> None:
    with engine.begin() as conn:
        kept = next(a.alias_id for a in aliases_of(conn, arm) if a.kind == "name")
        other = conn.execute(text("SELECT min(alias_id) FROM stock_alias WHERE stock_id <> :arm"), {"arm": arm})
        at = begin_change(conn, "us")
        assert not retire_alias(conn, arm, at, other.scalar_one())
        assert retire_alias(conn, arm, at, kept)
        assert is_linked(conn, arm, "Arm gains", at - MOMENT)
        assert not is_linked(conn, arm, "Arm gains", at)
        again = begin_change(conn, "us")
        assert retire_alias(conn, arm, again, kept)
        assert not is_linked(conn, arm, "Arm gains", again - MOMENT)
        assert add_alias(conn, arm, again, "Arm", "name") is not None
        assert is_linked(conn, arm, "Arm gains", again)


def test_changes_of_one_market_come_one_after_another_and_each_is_a_new_version(engine: Engine, arm: int) -> None:
    def rename(number: int) -> datetime:
        with engine.begin() as conn:
            at = begin_change(conn, "us")
            change_stock(conn, arm, at, {"name": f"Arm {number % 2}"})
            (pause_stock if number % 3 else resume_stock)(conn, arm, at)
        return at

    def head() -> int:
        with engine.connect() as conn:
            return versions(conn, "us", [STOCK])[0][2]

    before = head()
    with ThreadPoolExecutor(4) as pool:
        instants = list(pool.map(rename, range(16)))
    assert head() == before + 16
    assert len(set(instants)) == 16
    with engine.connect() as conn:
        called = [a.alias for a in aliases_of(conn, arm) if a.kind == "name"]
        assert called == ["Arm", "Arm 0", "Arm 1"]
        open_pauses = text("SELECT count(*) FROM stock_pause WHERE stock_id = :arm AND ended_at IS NULL")
        assert conn.execute(open_pauses, {"arm": arm}).scalar_one() <= 1


def test_a_list_of_any_length_is_added_once(engine: Engine, markets: dict[str, Market]) -> None:
    market, since = markets["us"], datetime(2020, 1, 1, tzinfo=UTC)
    listed = [Listing(f"Q{n:05d}", f"Quantity {n}", None, "stock", None, (), since) for n in range(8_000)]
    with engine.begin() as conn:
        assert add_listings(conn, market, listed, is_synthetic=True) == 8_000
        assert add_listings(conn, market, listed, is_synthetic=True) == 0
        assert sum(alias.alias.startswith("Quantity") for alias in aliases(conn, "us", since)) == 8_000
