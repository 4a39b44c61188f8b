"""What language models cost and what that bought, against a plain oracle over a store filled at random."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, RowMapping, text
from starlette.testclient import TestClient

from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.clocks import Session
from craveny_domain.contamination import is_contaminated
from craveny_domain.worth import SettledDay, flips, ratio_of_sums, worth
from tests.api.conftest import Serving
from tests.api.language import fill_language
from tests.api.many_rows import LAST_SESSION, asking, filled_store
from tests.api.test_lists import Store

CLEAN_FROM = LAST_SESSION - timedelta(days=8)
SESSIONS = "SELECT * FROM market_session"
FLOORS = ("climatology", "always_up", "momentum", "reversal", "coin")


@pytest.fixture(scope="module")
def engine_of(postgres: EmbeddedPostgres, template: str) -> Iterator[Engine]:
    with filled_store(postgres, template, stocks=6, sessions=14, articles=1) as engine:
        fill_language(engine, clean_from=CLEAN_FROM, today=LAST_SESSION, vectors=200)
        yield engine


@pytest.fixture(scope="module")
def api(engine_of: Engine, signing_keys: Path) -> Iterator[TestClient]:
    with asking(engine_of, signing_keys) as client:
        yield client


def rows(engine: Engine, query: str) -> list[RowMapping]:
    with engine.connect() as conn:
        return list(conn.execute(text(query)).mappings())


def get(client: TestClient, address: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(address, params={name: value for name, value in asked.items() if value is not None})
    assert answer.status_code == 200, answer.text
    return answer.json()


def spent(attempts: list[RowMapping]) -> dict[str, Any]:
    """What attempts come to, added up in Python."""
    money = [a["reserved_usd"] if a["cost_usd"] is None else a["cost_usd"] for a in attempts]
    unsure = [usd for usd, a in zip(money, attempts, strict=True) if a["is_estimated"] or a["settled_at"] is None]
    ended = [a["outcome_class"] for a in attempts if a["settled_at"] is not None]
    usd, estimated = sum(money, Decimal(0)), sum(unsure, Decimal(0))
    tokens = ("prompt_tokens", "cached_tokens", "completion_tokens")
    return {
        "attempts": len(attempts),
        "in_flight": len(attempts) - len(ended),
        "outcomes": {c: ended.count(c) for c in set(ended)},
        **{name: sum(a[name] or 0 for a in attempts) for name in tokens},
        "usd": float(usd),
        "estimated_usd": float(estimated),
        "estimated_share": float(estimated / usd) if usd else None,
    }


def assert_same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        assert found[name] == (pytest.approx(value) if isinstance(value, float) else value), name


def test_every_line_is_the_sum_of_its_attempts(engine_of: Engine, api: TestClient) -> None:
    attempts = rows(engine_of, "SELECT * FROM llm_attempt")
    today = datetime.now(UTC).date()
    for first, last in ((today - timedelta(days=60), today), (today - timedelta(days=3), today - timedelta(days=1))):
        expected: dict[tuple, list[RowMapping]] = {}
        within = [a for a in attempts if first <= a["started_at"].astimezone(UTC).date() <= last]
        for a in within:
            day = str(a["started_at"].astimezone(UTC).date())
            expected.setdefault((day, a["model_name"], a["identifier"], a["purpose"]), []).append(a)
        found = get(api, "/api/cost", first=first, last=last)
        assert (found["first_date"], found["last_date"]) == (str(first), str(last))
        assert_same(found["total"], spent(within))
        lines = {(x["day"], x["model"], x["identifier"], x["purpose"]): x for x in found["lines"]}
        assert len(lines) == len(found["lines"])
        assert set(lines) == set(expected)
        for key, line in lines.items():
            assert_same(line, spent(expected[key]))
        assert [x["day"] for x in found["lines"]] == sorted((x["day"] for x in found["lines"]), reverse=True)
    assert any(x["in_flight"] for x in get(api, "/api/cost", first=today - timedelta(days=60))["lines"])


def test_without_days_the_last_thirty_are_told(api: TestClient) -> None:
    found, today = get(api, "/api/cost"), datetime.now(UTC).date()
    assert (found["first_date"], found["last_date"]) == (str(today - timedelta(days=29)), str(today))


def test_no_answer_spans_more_than_a_year(api: TestClient) -> None:
    for asked in ({"first": "2020-01-01"}, {"first": "2026-02-02", "last": "2026-02-01"}, {"first": "9999-12-31"}):
        answer = api.get("/api/cost", params=asked)
        assert (answer.status_code, answer.json()["title"]) == (422, "Not such a span")
    for asked in ({"last": "0001-01-01"}, {"last": "9999-12-31"}):
        assert get(api, "/api/cost", **asked)["total"]["usd"] == 0


def test_the_budget_left_is_the_limit_less_what_is_spent_and_reserved(
    client: TestClient, engine: Engine, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert get(client, "/api/cost")["budget"]["left_usd"] == get(client, "/api/cost")["budget"]["limit_usd"] > 0
    monkeypatch.setenv("CRAVENY_LLM_DAILY_USD", "1.5")
    query = """
        INSERT INTO llm_attempt (purpose, provider, identifier, run_id, reserved_usd, started_at, settled_at, cost_usd)
        VALUES ('forecast', 'openai', 'x', 'run', :reserved, :at, :settled, :cost)"""
    now = datetime.now(UTC)
    with engine.begin() as conn:
        for reserved, at, settled, cost in (
            (0.5, now, now, 0.25), (0.125, now, None, None), (9, now - timedelta(days=1), now, 9),
        ):  # fmt: skip
            conn.execute(text(query), {"reserved": reserved, "at": at, "settled": settled, "cost": cost})
    budget = get(client, "/api/cost")["budget"]
    assert budget.pop("day") == str(now.date())
    assert budget == {"limit_usd": 1.5, "spent_usd": 0.25, "reserved_usd": 0.125, "left_usd": 1.125}
    monkeypatch.setenv("CRAVENY_LLM_DAILY_USD", "0.1")
    assert get(client, "/api/cost")["budget"]["left_usd"] == 0
    with serving(engine, login_required=True) as closed:
        assert closed.get("/api/cost").status_code == 401


@pytest.mark.parametrize("board", ["live", "reconstructed"])
@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("market", [None, "us"])
def test_a_model_is_held_against_the_best_floor_on_its_own_questions(
    engine_of: Engine, api: TestClient, board: str, horizon: int, market: str | None
) -> None:
    first, last = LAST_SESSION - timedelta(days=15), LAST_SESSION
    settled = rows(
        engine_of,
        f"""SELECT e.*, coalesce((SELECT sum(coalesce(a.cost_usd, a.reserved_usd)) FROM llm_question q
            JOIN llm_attempt a USING (call_key) WHERE q.sample = 0 AND (q.market, q.session_date, q.stock_id,
            q.model_name) = (e.market, e.session_date, e.stock_id, e.model_name)), 0) AS usd
        FROM evaluation_history e WHERE superseded_at IS NULL AND status = 'settled' AND horizon = {horizon}""",
    )  # fmt: skip
    said = {(e["model_name"], e["market"], e["session_date"], e["stock_id"]): e for e in settled}
    found = get(api, "/api/cost/models", board=board, horizon=horizon, first=first, last=last, market=market)
    models = {model["model"]: model for model in found["models"]}
    assert set(models) == {"mini", "maxi", "idle", "writer"}
    sessions = {(s["market"], s["session_date"]): Session(*list(s.values())[1:]) for s in rows(engine_of, SESSIONS)}
    activated = datetime(CLEAN_FROM.year, CLEAN_FROM.month, CLEAN_FROM.day, tzinfo=UTC) - timedelta(days=3)
    for name, cutoff in (("mini", None), ("maxi", CLEAN_FROM), ("idle", None)):
        mine = [
            e
            for e in settled
            if e["model_name"] == name
            and (e["origin"] == "live") == (board == "live")
            and first <= e["settle_date"] <= last
            and not is_contaminated(sessions[e["market"], e["session_date"]], cutoff, activated)
            and market in (None, e["market"])
        ]
        right = {
            floor: sum(
                said[floor, e["market"], e["session_date"], e["stock_id"]]["is_hit"] is True
                for e in mine
                if (floor, e["market"], e["session_date"], e["stock_id"]) in said
            )
            for floor in FLOORS
        }
        model, best, hits = models[name], max(right.values()), sum(e["is_hit"] is True for e in mine)
        usd = float(sum(e["usd"] for e in mine))
        assert (model["questions"], model["hits"], model["floor_hits"]) == (len(mine), hits, best), name
        assert right.get(model["floor"], 0) == best
        assert model["usd"] == pytest.approx(usd)
        figure = model["usd_per_correct_call"]
        assert (figure["n"], figure["days"]) == (len(mine), len({e["settle_date"] for e in mine}))
        assert figure["value"] == (pytest.approx(usd / (hits - best)) if hits > best else None)
    assert board == "live" or models["mini"]["questions"] > 0


def test_the_flip_rate_is_over_questions_that_were_answered_twice(engine_of: Engine, api: TestClient) -> None:
    asked = {
        (r["model_name"], r["market"], r["session_date"], r["stock_id"], r["sample"]): r
        for r in rows(
            engine_of,
            "SELECT q.*, c.outcome_class, c.answer::json FROM llm_question q JOIN llm_call c USING (call_key)",
        )
    }
    since = LAST_SESSION - timedelta(days=8)
    found = get(api, "/api/cost/models", horizon=3, market="us", first=since, last=LAST_SESSION)
    for model in found["models"]:
        flipped, n, days = 0, 0, set()
        for (name, market, session, stock, sample), again in asked.items():
            first = asked[name, market, session, stock, 0]
            both = first["outcome_class"] == again["outcome_class"] == "ok"
            within = market == "us" and session >= since and sample > 0
            if name == model["model"] and within and both:
                n, days = n + 1, days | {session}
                flipped += first["answer"]["calls"][1]["direction"] != again["answer"]["calls"][1]["direction"]
        rate = model["flip_rate"]
        assert (rate["n"], rate["days"]) == (n, len(days))
        assert rate["value"] == (pytest.approx(flipped / n) if n else None)
        assert n or model["model"] in ("idle", "writer")


def settled_days(hits: list[int], floor: list[int]) -> list[SettledDay]:
    return [
        SettledDay(date(2026, 1, 1) + timedelta(days=i), 20, mine, 0.5, {"coin": theirs, "momentum": 0})
        for i, (mine, theirs) in enumerate(zip(hits, floor, strict=True))
    ]


def test_a_model_that_is_right_no_more_often_than_a_floor_has_no_price_per_right_call() -> None:
    for hits in ([10, 10], [11, 9], [0, 0]):
        figure = worth(settled_days(hits, [10, 10]), 1).per_correct_call
        assert (figure.value, figure.low, figure.high, figure.n, figure.days) == (None, None, None, 40, 2)
    assert worth([], 1).per_correct_call.value is None


def test_an_interval_is_given_only_where_nearly_every_resampled_history_has_a_price() -> None:
    sure = worth(settled_days([13, 12] * 20, [10, 10] * 20), 1).per_correct_call
    assert sure.value == pytest.approx(0.2)
    assert sure.low is not None and sure.high is not None
    assert sure.low < 0.2 < sure.high
    unsure = worth(settled_days([16, 6] * 20, [10, 11] * 20), 5).per_correct_call
    assert unsure.value is not None
    doubtful = worth(settled_days([13, 8, 9, 12, 11, 7] * 6, [10, 10, 10, 9, 10, 10] * 6), 1).per_correct_call
    assert doubtful.value is not None
    assert (doubtful.low, doubtful.high) == (None, None)


def test_what_was_never_asked_again_never_flips() -> None:
    assert flips([], 1).value is None
    assert ratio_of_sums([0, 0], [3, 1], 4, 1).value == 0


REPLAYS = st.fixed_dictionaries({
    "market": st.sampled_from([None, "krx", "us"]),
    "symbol": st.sampled_from([None, "F0001", "F0002", "NOBODY"]),
    "session_date": st.sampled_from([None, LAST_SESSION, LAST_SESSION - timedelta(days=2)]),
    "horizon": st.sampled_from([None, 1, 5]),
    "model": st.sampled_from([None, "maxi", "mini"]),
    "prompt_version": st.sampled_from([None, "forecast-1", "nobody"]),
})  # fmt: skip


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(asked=REPLAYS, limit=st.integers(20, 200))
def test_replays_are_those_of_the_oracle_newest_first(
    engine_of: Engine, api: TestClient, asked: dict[str, Any], limit: int
) -> None:
    found = rows(engine_of, "SELECT r.*, s.symbol, model_name AS model FROM replay r JOIN stock s USING (stock_id)")
    wanted = [row for row in found if all(value in (None, row[name]) for name, value in asked.items())]
    key = ("session_date", "stock_id", "horizon", "model", "prompt_version")
    wanted.sort(key=lambda row: [row[name] for name in key], reverse=True)
    items = Store(engine_of, api).walk("/api/replays", limit=limit, **{n: v for n, v in asked.items() if v is not None})
    same = ("market", "symbol", "horizon", "model", "probability", "direction", "expected_move", "is_contaminated")
    assert [[item[name] for name in same] for item in items] == [[row[name] for name in same] for row in wanted]
