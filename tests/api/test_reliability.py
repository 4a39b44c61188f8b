"""Reliability of a board, of a sector's stocks and of one stock: against plain walks over the settlements."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from craveny_domain.clocks import Market
from craveny_store.reads.evaluations import Board
from craveny_store.reads.reliability import stated_cells
from tests.conftest import FILLED_FIRST, FILLED_LAST, Bench

BOARD = {"market": "us", "board": "reconstructed", "horizon": 1}
LATE = date(2026, 10, 9)
"""What this day settled of every second stock counts as settled late."""
LEARNT = 0.35
"""What every cell of a tenth had come to mean, less its tenth, once something was learnt."""
EDGES = [n / 100 for n in range(1, 100)]


def asked(engine: Engine, query: str, **parameters: object) -> list[Any]:
    with engine.connect() as conn:
        return list(conn.execute(text(query), parameters))


def got(client: TestClient, **parameters: object) -> dict[str, dict[str, Any]]:
    answer = client.get("/api/evaluations/reliability", params={**BOARD, **parameters})
    assert answer.status_code == 200, answer.text
    return {each["model"]: each for each in answer.json()}


_LATE = """
    UPDATE evaluation_history SET reason = 'Planted.'
    WHERE settle_date = :day AND status = 'settled' AND stock_id % 2 = 0"""
_CORRECTED = """
    INSERT INTO evaluation_history (prediction_id, market, settle_date, session_date, model_name, stock_id, horizon,
        origin, outcome_class, status, is_up, is_hit, scored_probability, superseded_at)
    SELECT prediction_id, market, settle_date, session_date, model_name, stock_id, horizon, origin, outcome_class,
        status, NOT is_up, NOT is_hit, 0.999, now() FROM evaluation_history WHERE settle_date = :day"""

_LIVE = "UPDATE evaluation_history SET origin = 'live' WHERE settle_date = :day AND stock_id % 5 = 0"


@pytest.fixture
def learnt(filled_engine: Engine, markets: dict[str, Market]) -> Engine:
    """The filled store with a day that settled partly late, settlements that were corrected, forecasts made live, and
    calibrations that mean something from the 13th on."""
    with filled_engine.begin() as conn:
        for planted in (_LATE, _CORRECTED, _LIVE):
            assert conn.execute(text(planted), {"day": LATE}).rowcount
    bench = Bench(filled_engine, markets["us"])
    for asset in ("daily_performance", "model_comparison"):
        bench.run(asset, FILLED_FIRST, FILLED_LAST)
    with filled_engine.begin() as conn:
        conn.execute(text("UPDATE daily_calibration SET fitted_on = 0"))
        conn.execute(
            text("UPDATE daily_calibration SET calibrated = :base + cell / 1000.0, fitted_on = 500"
                 " WHERE settle_date > '2026-10-12'"),
            {"base": LEARNT},
        )  # fmt: skip
    return filled_engine


def walked(engine: Engine, stocks: Sequence[str]) -> dict[str, dict[str, dict[int, list[float]]]]:
    """By model, curve and tenth: how many forecasts of these stocks, how many rose, the sum of what they mean, days."""
    found: dict = defaultdict(lambda: defaultdict(lambda: defaultdict(lambda: [0, 0, 0.0, set()])))
    rows = asked(
        engine,
        """SELECT e.* FROM evaluation_history e JOIN stock s USING (stock_id)
        WHERE superseded_at IS NULL AND status = 'settled' AND e.market = 'us' AND origin <> 'live' AND horizon = 1
        AND outcome_class = 'ok' AND s.symbol = ANY(:stocks)""",
        stocks=list(stocks),
    )
    own: dict = defaultdict(list)
    for row in rows:
        place = row.model_name, row.settle_date, bisect_right(EDGES, row.scored_probability), row.reason is not None
        own[place].append(row)
    for (model, day, cell, is_late), held in own.items():
        mean = sum(row.scored_probability for row in held) / len(held)
        curves = [("stated", mean)]
        if not is_late:
            curves += [("raw", mean), ("calibrated", LEARNT + cell / 1000 if day > date(2026, 10, 12) else mean)]
        for curve, meant in curves:
            tenth = int(meant * 10) if curve == "calibrated" and day > date(2026, 10, 12) else cell // 10
            sums = found[model][curve][tenth]
            sums[0] += len(held)
            sums[1] += sum(row.is_up for row in held)
            sums[2] += meant * len(held)
            sums[3].add(day)
    return found


def told(reliability: dict[str, Any]) -> dict[str, dict[int, tuple]]:
    """The same of an answer: by curve and tenth how many, on how many days, the share that rose, the mean."""
    curves = {"stated": reliability, "raw": reliability["raw"], "calibrated": reliability["calibrated"]}
    return {
        curve: {
            b["bin"]: (b["up_share"]["n"], b["up_share"]["days"], b["up_share"]["value"], b["mean_probability"])
            for b in found["bins"]
        }
        for curve, found in curves.items()
        if found
    }


def test_a_boards_a_sectors_and_a_stocks_reliability_equal_a_plain_walk(
    learnt: Engine, filled_client: TestClient
) -> None:
    stocks = dict(asked(learnt, "SELECT symbol, sector FROM stock WHERE market = 'us' AND kind = 'stock'"))
    symbol, sector = next((symbol, sector) for symbol, sector in sorted(stocks.items()) if sector)
    parts: list[tuple[dict, list[str]]] = [
        ({}, list(stocks)),
        ({"sector": sector}, [each for each in stocks if stocks[each] == sector]),
        ({"symbol": symbol}, [symbol]),
        ({"symbol": symbol, "sector": "None such"}, [symbol]),
    ]
    for asked_for, chosen in parts:
        by_hand = walked(learnt, chosen)
        found = got(filled_client, **asked_for)
        assert set(found) == set(by_hand) != set(), asked_for
        for model, curves in by_hand.items():
            expected = {
                curve: {
                    tenth: (n, len(days), pytest.approx(up / n), pytest.approx(meant / n))
                    for tenth, (n, up, meant, days) in of.items()
                }
                for curve, of in curves.items()
            }
            assert told(found[model]) == expected, (asked_for, model)


def test_brier_scores_and_calibration_errors_of_a_part_are_those_of_its_bins_and_cells(
    learnt: Engine, filled_client: TestClient
) -> None:
    for each in got(
        filled_client, symbol=asked(learnt, "SELECT min(symbol) FROM stock WHERE market = 'us' AND sector > ''")[0][0]
    ).values():
        for curve in (each, each["raw"], each["calibrated"]):
            n = sum(b["up_share"]["n"] for b in curve["bins"])
            apart = sum(b["up_share"]["n"] * abs(b["up_share"]["value"] - b["mean_probability"]) for b in curve["bins"])
            assert curve["ece"]["value"] == pytest.approx(apart / n)
            assert curve["ece"]["n"] == curve["brier"]["n"] == n
            assert 0 <= curve["brier"]["value"] <= 1


@pytest.mark.parametrize("horizon", [1, 3])
def test_a_boards_cells_are_those_of_all_of_its_stocks_together(learnt: Engine, horizon: int) -> None:
    span = (FILLED_FIRST, FILLED_LAST)
    together: dict = defaultdict(lambda: [0, 0, 0.0])
    with learnt.connect() as conn:
        board = stated_cells(conn, Board("us", "reconstructed", horizon), *span)
        for (stock,) in asked(learnt, "SELECT stock_id FROM stock WHERE market = 'us'"):
            for model, cells in stated_cells(conn, Board("us", "reconstructed", horizon, "", stock), *span).items():
                for day, cell, n, ups, stated, meant in cells[
                    ["day", "cell", "answered", "ups", "stated", "calibrated"]
                ].tolist():
                    sums = together[model, day, cell, meant == meant]
                    for at, value in enumerate((n, ups, stated)):
                        sums[at] += value
    whole = {
        (model, day, cell, meant == meant): [n, ups, pytest.approx(stated)]
        for model, cells in board.items()
        for _, day, cell, n, ups, stated, meant in cells.tolist()
    }
    assert whole == together
    assert {is_judged for *_, is_judged in whole} == {True, False}


def test_all_sectors_together_have_answered_what_the_board_has_but_for_stocks_without_one(
    learnt: Engine, filled_client: TestClient
) -> None:
    with learnt.begin() as conn:
        one = "(SELECT min(stock_id) FROM stock WHERE market = 'us' AND sector IS NOT NULL)"
        conn.execute(text(f"UPDATE stock SET sector = NULL WHERE stock_id = {one}"))
    answered: dict[str, int] = defaultdict(int)
    for sector in filled_client.get("/api/evaluations/sectors", params={"market": "us"}).json():
        for model, each in got(filled_client, sector=sector).items():
            answered[model] += each["ece"]["n"]
    without = dict(asked(
        learnt,
        """SELECT model_name, count(*) FROM evaluation_history e JOIN stock s USING (stock_id)
        WHERE superseded_at IS NULL AND outcome_class = 'ok' AND status = 'settled' AND e.market = 'us'
        AND origin <> 'live' AND horizon = 1 AND sector IS NULL GROUP BY 1""",
    ))  # fmt: skip
    assert sum(without.values()) > 0
    assert {model: each["ece"]["n"] - without.get(model, 0) for model, each in got(filled_client).items()} == answered


def test_days_that_are_not_judged_yet_are_only_in_what_was_stated(learnt: Engine, filled_client: TestClient) -> None:
    with learnt.begin() as conn:
        conn.execute(text("DELETE FROM daily_calibration WHERE settle_date > '2026-10-08'"))
    lexicon = got(filled_client)["lexicon"]
    days = asked(learnt, "SELECT count(DISTINCT settle_date) FROM daily_reliability WHERE model_name = 'lexicon'"
                 " AND horizon = 1 AND NOT is_late AND settle_date <= '2026-10-08'")[0][0]  # fmt: skip
    assert lexicon["raw"]["ece"]["days"] == lexicon["calibrated"]["ece"]["days"] == days < lexicon["ece"]["days"]
    with learnt.begin() as conn:
        conn.execute(text("DELETE FROM daily_calibration"))
    # Another window, for this one's answer is kept until a day is written.
    stated = got(filled_client, window="90")
    assert stated and all(each["raw"] is each["calibrated"] is None for each in stated.values())


def test_a_part_that_is_not_there_is_refused_or_empty(filled_client: TestClient) -> None:
    assert got(filled_client, sector="None such \x89%") == {}
    path = "/api/evaluations/reliability"
    assert filled_client.get(path, params={**BOARD, "symbol": "NONESUCH"}).status_code == 404


def test_a_stocks_answer_is_told_again_once_its_settlements_changed(
    filled_engine: Engine, filled_client: TestClient, markets: dict[str, Market]
) -> None:
    symbol = asked(filled_engine, "SELECT min(symbol) FROM stock WHERE market = 'us' AND sector IS NOT NULL")[0][0]
    before = got(filled_client, symbol=symbol)
    with filled_engine.begin() as conn:
        conn.execute(text("UPDATE price SET close = close * 1.5 WHERE session_date = '2026-10-14'"))
    Bench(filled_engine, markets["us"]).run("evaluation_history", FILLED_FIRST, FILLED_LAST)
    assert got(filled_client, symbol=symbol) != before
