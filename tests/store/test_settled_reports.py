"""Reports settled in the store: by the bars that are there, once, and again when a correction says otherwise."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine, RowMapping, text

from craveny_domain.clocks import Market
from craveny_store.bulk import Changes
from craveny_store.integrity import settled_twice
from tests.api.language import add_language_model
from tests.conftest import Bench, utc
from tests.planted_reports import (
    BASE_DAY,
    LATER,
    SETTLES,
    WINDOW,
    settle_reports,
    settled_reports,
    write_reports,
)


@pytest.fixture
def us(filled_engine: Engine, markets: dict[str, Market]) -> Market:
    """The filled market, with a model that writes reports."""
    with filled_engine.begin() as conn:
        add_language_model(conn, "writer", prompt_version="report-1", parameters={})
    return markets["us"]


def bars_of(engine: Engine, stock_id: int) -> list[RowMapping]:
    query = text("""
        SELECT session_date, open, high, low, close FROM price
        WHERE stock_id = :stock AND session_date BETWEEN :first AND :last ORDER BY session_date""")
    which = {"stock": stock_id, "first": WINDOW[0], "last": WINDOW[-1]}
    with engine.connect() as conn:
        return list(conn.execute(query, which).mappings())


def test_reports_settle_by_the_bars_of_the_five_sessions_after_them(filled_engine: Engine, us: Market) -> None:
    write_reports(filled_engine)
    found = settle_reports(filled_engine, us)
    with filled_engine.connect() as conn:
        said = {row["report_id"]: row for row in conn.execute(text("SELECT * FROM stock_report")).mappings()}
    assert {row["report_id"] for row in found} == set(said)
    assert {(row["settle_date"], row["base_date"], row["opens_date"], row["closes_date"]) for row in found} == {
        (SETTLES, BASE_DAY, WINDOW[0], WINDOW[-1])
    }
    for row in found:
        bars, report = bars_of(filled_engine, row["stock_id"]), said[row["report_id"]]
        above = [bar["session_date"] for bar in bars if bar["high"] >= report["target_price"]]
        below = [bar["session_date"] for bar in bars if bar["low"] <= report["stop_price"]]
        assert (row["target_date"], row["stop_date"]) == (min(above, default=None), min(below, default=None))
        if row["first_touch"] is None:
            assert row["path_return"] == pytest.approx(float(bars[-1]["close"] / bars[0]["open"]) - 1)
    assert {row["first_touch"] for row in found} == {"target", "stop", None}
    assert not any(row["is_revised"] or row["superseded_at"] for row in found)


def test_a_report_that_only_names_a_stop_can_only_breach_it(filled_engine: Engine, us: Market) -> None:
    write_reports(filled_engine, target=None)
    found = settle_reports(filled_engine, us)
    assert {row["first_touch"] for row in found} == {"stop", None}
    assert all(row["target_date"] is None for row in found)


def test_reports_without_prices_without_an_answer_or_before_their_time_have_no_outcome(
    filled_engine: Engine, us: Market
) -> None:
    write_reports(filled_engine, None, None)
    write_reports(filled_engine, outcome="transient")
    write_reports(filled_engine, made=LATER, base=date(2026, 10, 12))
    assert settle_reports(filled_engine, us) == []


def test_a_report_made_before_the_open_is_judged_from_that_open_on(filled_engine: Engine, us: Market) -> None:
    write_reports(filled_engine, made=utc(2026, 10, 6, 13, 29))
    write_reports(filled_engine, made=utc(2026, 10, 6, 13, 30))
    found = settle_reports(filled_engine, us)
    assert {row["opens_date"] for row in found} == {WINDOW[0], WINDOW[1]}
    assert {row["settle_date"] for row in found} == {SETTLES, date(2026, 10, 13)}


def test_settling_twice_changes_nothing_and_the_run_says_what_it_settled(filled_engine: Engine, us: Market) -> None:
    write_reports(filled_engine)
    once = settle_reports(filled_engine, us)
    account = Bench(filled_engine, us, holder="third").run("evaluation_history", SETTLES)
    (settled,) = account.written.values()
    assert (settled.notes["reports_settled"], settled.notes["reports_void"]) == (len(once), 0)
    with filled_engine.connect() as conn:
        forecasts = conn.execute(
            text("SELECT count(*) FROM evaluation_history WHERE settle_date = :day AND superseded_at IS NULL"),
            {"day": SETTLES},
        ).scalar_one()
    assert settled.changes == Changes(unchanged=forecasts + len(once))
    assert settled_reports(filled_engine) == once


def test_a_corrected_high_settles_the_report_it_passes_again_and_keeps_what_was_said(
    filled_engine: Engine, us: Market
) -> None:
    write_reports(filled_engine, Decimal("1.4"), Decimal("0.71"))
    before = settle_reports(filled_engine, us)
    assert {row["first_touch"] for row in before} == {None}
    with filled_engine.begin() as conn:
        stock = conn.execute(
            text("""
            INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio,
                currency, available_at, basis)
            SELECT market, stock_id, session_date, source, open, high * 1.5, low, close, volume, split_ratio, currency,
                now(), basis
            FROM price WHERE session_date = :day AND stock_id = :stock RETURNING stock_id"""),
            {"day": WINDOW[2], "stock": before[0]["stock_id"]},
        ).scalar_one()
    after = settle_reports(filled_engine, us)
    old = next(row for row in after if row["outcome_id"] == before[0]["outcome_id"])
    (new,) = (row for row in after if row["outcome_id"] > before[-1]["outcome_id"])
    assert [row for row in after if row["stock_id"] != stock] == before[1:]
    assert old["superseded_at"] is not None and {**old, "superseded_at": None} == before[0]
    assert (new["report_id"], new["target_date"], new["first_touch"]) == (old["report_id"], WINDOW[2], "target")
    assert new["is_revised"] and not old["is_revised"]
    assert settle_reports(filled_engine, us) == after


def test_a_base_price_corrected_afterwards_is_still_the_close_that_was_known(filled_engine: Engine, us: Market) -> None:
    write_reports(filled_engine)
    before = settle_reports(filled_engine, us)
    with filled_engine.begin() as conn:
        conn.execute(
            text("""
            INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio,
                currency, available_at, basis)
            SELECT market, stock_id, session_date, source, open, high * 2, low, close * 1.5, volume, split_ratio,
                currency, now(), basis
            FROM price WHERE session_date = :day"""),
            {"day": BASE_DAY},
        )
    assert settle_reports(filled_engine, us) == before


def test_a_base_price_that_never_was_a_close_leaves_a_report_void(filled_engine: Engine, us: Market) -> None:
    write_reports(filled_engine)
    with filled_engine.begin() as conn:
        conn.execute(text("UPDATE stock_report SET base_price = base_price + 0.000001"))
    found = settle_reports(filled_engine, us)
    assert {(row["status"], row["base_date"], row["settle_date"]) for row in found} == {("void", None, SETTLES)}
    assert {row["reason"] for row in found} == {"Its base price is no close of the ten sessions before its window."}


def test_two_outcomes_of_one_report_are_found(filled_engine: Engine, us: Market) -> None:
    write_reports(filled_engine)
    first = settle_reports(filled_engine, us)[0]
    with filled_engine.begin() as conn:
        assert settled_twice(conn, "us") == []
        again = {name: value for name, value in first.items() if name != "outcome_id"} | {"settle_date": WINDOW[3]}
        names = ", ".join(again)
        values = ", ".join(f":{name}" for name in again)
        conn.execute(text(f"INSERT INTO report_outcome ({names}) VALUES ({values})"), again)
        assert settled_twice(conn, "us") == [f"report {first['report_id']}"]
