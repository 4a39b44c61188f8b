"""The judgement routes: every figure against plain counting over the settlements, and never a stale one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from craveny_domain.clocks import Market
from craveny_domain.forecasters import FLOORS
from tests.conftest import FILLED_FIRST, FILLED_LAST, Bench

PATHS = ("/api/evaluations", "/api/evaluations/daily", "/api/evaluations/reliability")
BOARD = {"market": "us", "board": "reconstructed", "horizon": 1}
SETTLED = """
    SELECT e.*, CASE WHEN is_up THEN 1 - scored_probability ELSE scored_probability END AS miss
    FROM evaluation_history e
    WHERE superseded_at IS NULL AND status = 'settled' AND market = 'us' AND origin <> 'live'"""


def asked(engine: Engine, query: str, **parameters: object) -> list[Any]:
    with engine.connect() as conn:
        return list(conn.execute(text(query), parameters))


def got(client: TestClient, path: str, **parameters: object) -> Any:
    answer = client.get(path, params={**BOARD, **parameters})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("horizon", [1, 3, 5])
@pytest.mark.parametrize("window", ["7", "all"])
def test_figures_equal_plain_counting_over_the_settlements(
    filled_engine: Engine, filled_client: TestClient, horizon: int, window: str
) -> None:
    body = got(filled_client, PATHS[0], horizon=horizon, window=window)
    newest = asked(filled_engine, f"SELECT max(settle_date) FROM ({SETTLED}) x WHERE horizon = :h", h=horizon)[0][0]
    since = newest - timedelta(days=6) if window == "7" else FILLED_FIRST
    by_hand = asked(
        filled_engine,
        "SELECT model_name, count(*), count(is_hit), avg(is_hit::int), avg(miss ^ 2), count(DISTINCT settle_date),"
        " min(settle_date), corr(is_up::int, (is_up = is_hit)::int) FILTER (WHERE is_hit IS NOT NULL)"
        f" FROM ({SETTLED}) x WHERE horizon = :h AND settle_date >= :since GROUP BY 1",
        h=horizon, since=since,
    )  # fmt: skip
    assert body["last_date"] == str(newest)
    assert body["first_date"] == str(min(row[6] for row in by_hand))
    found = {leader["model"]: leader["figures"] for leader in body["models"]}
    assert set(found) == {row[0] for row in by_hand}
    for name, n, answered, hit_rate, brier, days, _, mcc in by_hand:
        figures = found[name]
        assert (figures["brier"]["n"], figures["brier"]["days"]) == (n, days)
        assert figures["brier"]["value"] == pytest.approx(brier)
        assert figures["hit_rate"]["n"] == answered
        assert figures["hit_rate"]["value"] == pytest.approx(float(hit_rate)) if answered else None
        assert figures["coverage"]["value"] == pytest.approx(answered / n)
        assert figures["mcc"]["value"] == (None if mcc is None else pytest.approx(mcc))


def test_daily_points_equal_plain_counting_and_add_up(filled_engine: Engine, filled_client: TestClient) -> None:
    body = got(filled_client, PATHS[1])
    by_hand = {
        (row.model_name, str(row.settle_date)): row
        for row in asked(
            filled_engine,
            "SELECT model_name, settle_date, count(*) AS asked, count(is_hit) AS answered,"
            " count(*) FILTER (WHERE is_hit) AS hits, avg(miss ^ 2) AS brier,"
            " avg(CASE WHEN is_up = is_hit THEN tradable_return ELSE -tradable_return END)"
            " FILTER (WHERE is_hit IS NOT NULL) AS gross"
            f" FROM ({SETTLED}) x WHERE horizon = 1 GROUP BY 1, 2",
        )
    }
    assert {(series["model"], point["settle_date"]) for series in body for point in series["points"]} == set(by_hand)
    for series in body:
        so_far = 0.0
        for point in series["points"]:
            row = by_hand[series["model"], point["settle_date"]]
            assert (point["asked"], point["answered"], point["hits"]) == (row.asked, row.answered, row.hits)
            assert point["brier"] == pytest.approx(row.brier)
            assert point["daily_return"] == pytest.approx(row.gross - 0.001 if row.gross is not None else 0.0)
            so_far += point["daily_return"]
            assert point["cumulative_return"] == pytest.approx(so_far)


@pytest.mark.parametrize("path", PATHS)
def test_models_come_by_name_and_floors_last(filled_client: TestClient, path: str) -> None:
    body = got(filled_client, path)
    models = body["models"] if isinstance(body, dict) else body
    names = [each["model"] for each in models]
    assert names == sorted(names, key=lambda name: (name in FLOORS, name))
    assert [each["is_floor"] for each in models] == [name in FLOORS for name in names]


@pytest.mark.parametrize("path", PATHS[1:])
def test_chosen_models_are_shown_and_no_others(filled_client: TestClient, path: str) -> None:
    chosen = got(filled_client, path, model=["coin", "momentum", "nobody"])
    assert chosen == [each for each in got(filled_client, path) if each["model"] in ("coin", "momentum")]
    assert len(chosen) == 2


def test_a_board_without_settlements_says_so_without_inventing_any(filled_client: TestClient) -> None:
    body = got(filled_client, PATHS[0], market="krx")
    assert (body["first_date"], body["last_date"], body["models"]) == (None, None, [])
    assert [got(filled_client, path, market="krx") for path in PATHS[1:]] == [[], []]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("parameters", "status"),
    [({"market": "mars"}, 404), ({"horizon": 2}, 422), ({"window": "8"}, 422), ({"board": "both"}, 422)],
)
def test_what_there_is_not_is_refused(filled_client: TestClient, path: str, parameters: dict, status: int) -> None:
    answer = filled_client.get(path, params={**BOARD, **parameters})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_told_again_only_when_the_days_changed(
    filled_engine: Engine, filled_client: TestClient, markets: dict[str, Market], path: str
) -> None:
    first = filled_client.get(path, params=BOARD)
    held = {"If-None-Match": first.headers["ETag"]}
    unchanged = filled_client.get(path, params=BOARD, headers=held)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    with filled_engine.begin() as conn:
        conn.execute(text("UPDATE evaluation_history SET scored_probability = 0.875 WHERE is_hit"))
    Bench(filled_engine, markets["us"]).run("daily_performance", FILLED_FIRST, FILLED_LAST)
    changed = filled_client.get(path, params=BOARD, headers=held)
    assert changed.status_code == 200
    assert changed.json() != first.json()


def test_a_sectors_and_a_stocks_board_equal_plain_counting(filled_engine: Engine, filled_client: TestClient) -> None:
    sector, symbol = asked(
        filled_engine, "SELECT sector, symbol FROM stock WHERE market = 'us' AND sector IS NOT NULL ORDER BY symbol"
    )[0]
    assert sector in filled_client.get("/api/evaluations/sectors", params={"market": "us"}).json()
    for name, value in (("sector", sector), ("symbol", symbol)):
        by_hand = asked(
            filled_engine,
            f"SELECT model_name, count(*), avg(is_hit::int), avg(miss ^ 2) FROM ({SETTLED}) x JOIN stock s"
            f" USING (stock_id) WHERE horizon = 1 AND s.{name} = :value GROUP BY 1",
            value=value,
        )
        found = {each["model"]: each["figures"] for each in got(filled_client, PATHS[0], **{name: value})["models"]}
        assert set(found) == {row[0] for row in by_hand}
        for model, n, hit_rate, brier in by_hand:
            assert found[model]["brier"]["n"] == n
            assert found[model]["brier"]["value"] == pytest.approx(brier)
            assert found[model]["hit_rate"]["value"] == (
                hit_rate if hit_rate is None else pytest.approx(float(hit_rate))
            )
    whole = {each["model"]: each for each in got(filled_client, PATHS[0])["models"]}
    assert all(sum(each["outcomes"].values()) == each["figures"]["brier"]["n"] for each in whole.values())


def test_skill_against_a_floor_is_one_less_the_ratio_of_their_brier_scores(filled_client: TestClient) -> None:
    models = {each["model"]: each for each in got(filled_client, PATHS[0])["models"]}
    assert {name for name, each in models.items() if each["is_floor"]} == set(FLOORS)
    for name, each in models.items():
        assert set(each["skill"]) == set(FLOORS) - {name}
        for floor, skill in each["skill"].items():
            mine, its = (models[which]["figures"]["brier"] for which in (name, floor))
            assert (skill["n"], skill["days"]) == (mine["n"], mine["days"])
            assert skill["value"] == pytest.approx(1 - mine["value"] / its["value"])


def test_every_pair_is_judged_on_what_both_were_asked(filled_engine: Engine, filled_client: TestClient) -> None:
    body = got(filled_client, "/api/evaluations/verdicts")
    newest = asked(filled_engine, "SELECT max(as_of_date) FROM model_comparison WHERE board = 'reconstructed'")[0][0]
    assert body["as_of_date"] == str(newest)
    stored = {
        (row.model_a, row.model_b): row
        for row in asked(
            filled_engine,
            "SELECT * FROM model_comparison WHERE market = 'us' AND board = 'reconstructed' AND horizon = 1"
            " AND as_of_date = :day AND superseded_at IS NULL AND test_id = 0",
            day=newest,
        )
    }
    assert {(pair["model_a"], pair["model_b"]) for pair in body["pairs"]} == set(stored) != set()
    for pair in body["pairs"]:
        row = stored[pair["model_a"], pair["model_b"]]
        assert (pair["verdict"], pair["questions"], pair["difference"]["days"]) == (
            row.verdict,
            row.questions,
            row.days,
        )
        assert pair["difference"]["value"] == pytest.approx(row.difference)
    history = got(filled_client, "/api/evaluations/verdicts/history", model_a=pair["model_a"], model_b=pair["model_b"])
    assert [day["as_of_date"] for day in history] == sorted(day["as_of_date"] for day in history)
    assert history[-1]["difference"] == pytest.approx(row.difference)


def test_a_pair_that_the_newest_day_has_not_yet_been_judged_with_hides_no_other(
    filled_engine: Engine, filled_client: TestClient
) -> None:
    # As a backfill of a model's past leaves it until later days are judged again.
    with filled_engine.begin() as conn:
        conn.execute(
            text("DELETE FROM model_comparison WHERE 'coin' IN (model_a, model_b) AND as_of_date = :day"),
            {"day": FILLED_LAST},
        )
    pairs = got(filled_client, "/api/evaluations/verdicts")["pairs"]
    assert {("always_up", "lexicon"), ("lexicon", "nearest_news")} <= {(p["model_a"], p["model_b"]) for p in pairs}
    assert all(pair["difference"]["days"] > 1 for pair in pairs)


def test_a_candidate_has_its_newest_badge_and_a_floor_or_a_part_of_the_board_has_none(
    filled_engine: Engine, filled_client: TestClient
) -> None:
    newest = asked(
        filled_engine,
        "SELECT DISTINCT ON (model_name) model_name, days, candidates, is_earned FROM floor_badge"
        " WHERE market = 'us' AND board = 'reconstructed' AND horizon = 1 ORDER BY model_name, as_of_date DESC",
    )
    shown = {each["model"]: each["badge"] for each in got(filled_client, PATHS[0])["models"]}
    assert {name for name, badge in shown.items() if badge} == {row[0] for row in newest} != set()
    for name, days, candidates, is_earned in newest:
        badge = shown[name]
        assert badge is not None
        assert (badge["days"], badge["candidates"], badge["is_earned"]) == (days, candidates, is_earned)
    assert not any(each["badge"] for each in got(filled_client, PATHS[0], sector="Energy")["models"])


def test_a_sector_without_stocks_has_an_empty_board(filled_client: TestClient) -> None:
    assert got(filled_client, PATHS[0], sector="None such \x89%")["models"] == []
    assert got(filled_client, PATHS[1], sector="None such") == []
