"""What an ensemble's answer is made of, and what each of its members is worth to it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from tests.conftest import FILLED_LAST

WORTH = """
    SELECT sum(questions), count(*), sum(brier_sum_without - brier_sum) / sum(questions),
        sum(hits - hits_without)::float8 / sum(questions)
    FROM daily_member WHERE (ensemble, member, horizon) = (:ensemble, :member, :horizon) AND board = 'reconstructed'
    AND settle_date >= :since"""


def asked(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/evaluations/members", params={"market": "us", "board": "reconstructed"} | query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("horizon", [1, 5])
@pytest.mark.parametrize("window", ["7", "all"])
def test_each_members_worth_is_that_of_its_days_in_the_window(
    filled_client: TestClient, filled_engine: Engine, horizon: int, window: str
) -> None:
    since = FILLED_LAST - timedelta(days=6 if window == "7" else 99)
    found = asked(filled_client, horizon=horizon, window=window)
    names = [(e, m) for e in ("ensemble_log_odds", "ensemble_mean") for m in ("lexicon", "nearest_news")]
    assert [(each["ensemble"], each["member"]) for each in found] == names
    for each in found:
        which = {"ensemble": each["ensemble"], "member": each["member"], "horizon": horizon, "since": since}
        with filled_engine.connect() as conn:
            n, days, brier, hits = conn.execute(text(WORTH), which).one()
        assert {(each[name]["n"], each[name]["days"]) for name in ("brier", "hit_rate")} == {(n, days)}
        assert each["brier"]["value"] == pytest.approx(brier, abs=1e-12)
        assert each["hit_rate"]["value"] == pytest.approx(hits, abs=1e-12)


def test_a_board_without_ensembles_has_no_members(filled_client: TestClient) -> None:
    assert asked(filled_client, board="live") == []
    assert filled_client.get("/api/evaluations/members", params={"market": "moon"}).status_code == 404


def test_an_ensembles_forecast_shows_what_it_is_made_of_and_no_other_does(
    filled_client: TestClient, filled_engine: Engine
) -> None:
    query = """
        SELECT p.prediction_id, array(SELECT o.probability FROM prediction o
            WHERE (o.session_date, o.stock_id, o.horizon) = (p.session_date, p.stock_id, p.horizon)
            AND o.model_name IN ('lexicon', 'nearest_news') ORDER BY o.model_name)
        FROM prediction p WHERE p.model_name = :model AND p.outcome_class = 'ok' ORDER BY 1 LIMIT 1"""
    with filled_engine.connect() as conn:
        made, alone = (conn.execute(text(query), {"model": name}).one() for name in ("ensemble_mean", "coin"))
    members = filled_client.get(f"/api/predictions/{made.prediction_id}").json()["members"]
    assert [member["model"] for member in members] == ["lexicon", "nearest_news"]
    assert [member["probability"] for member in members] == list(made[1])
    assert filled_client.get(f"/api/predictions/{alone.prediction_id}").json()["members"] == []
