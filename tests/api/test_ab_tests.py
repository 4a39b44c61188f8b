"""Administrators register A/B tests before they begin, stop them and choose a market's pair; everybody watches."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from math import log
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from craveny_domain.clocks import Market, cutoff
from craveny_store.calendar import sessions_between
from tests.api.conftest import Bearer, Member, Serving

TODAY = datetime.now(UTC).date()
NEW: dict[str, Any] = {"name": "news-or-words", "market": "us", "model_a": "nearest_news", "model_b": "lexicon"}
WORDS = {"better": 0.5, "worse": -0.4, "below_edge": 0.1, "above_edge": 0.7}


@pytest.fixture
def admin(client: TestClient, engine: Engine, member: Member) -> TestClient:
    """An administrator."""
    client.headers.update(member(engine, "admin"))
    return client


@pytest.fixture
def ahead(engine: Engine, markets: dict[str, Market]) -> list[date]:
    """The us sessions whose cut-off is still to come."""
    us, now = markets["us"], datetime.now(UTC)
    with engine.connect() as conn:
        found = sessions_between(conn, "us", TODAY - timedelta(days=1), TODAY + timedelta(days=30))
    return [s.session_date for s in found if cutoff(s, us.lead) > now]


def registered(client: TestClient, **given: Any) -> dict[str, Any]:
    answer = client.post("/api/ab-tests", json=NEW | given)
    assert answer.status_code == 201, answer.text
    return answer.json()


def told(client: TestClient) -> list[dict[str, Any]]:
    return client.get("/api/model-changes?subject=ab_test").json()["items"]


def test_a_test_is_registered_with_its_rule_and_starts_with_the_first_session_to_come(
    admin: TestClient, ahead: list[date]
) -> None:
    test = registered(admin)
    rule = {"horizon": 1, "mode": "paired", "share_b": None, "metric": "hit", "edge": 0.02, "alpha": 0.05}
    assert {name: test[name] for name in NEW | rule} == NEW | rule
    assert test["starts_on"] == str(ahead[0])
    assert (test["stopped_at"], test["newest"], test["is_default"]) == (None, None, False)
    assert admin.get("/api/ab-tests?market=us").json() == [test]
    assert admin.get("/api/ab-tests?market=krx").json() == []
    split = registered(admin, name="split", mode="split", share_b=0.25, starts_on=str(ahead[3]), metric="brier")
    assert (split["share_b"], split["starts_on"]) == (0.25, str(ahead[3]))
    assert [t["name"] for t in admin.get("/api/ab-tests").json()] == ["split", "news-or-words"]


def test_a_test_that_has_no_day_yet_says_so(admin: TestClient) -> None:
    test = registered(admin)
    detail = admin.get(f"/api/ab-tests/{test['test_id']}").json()
    assert {name: detail[name] for name in test} == test
    assert (detail["evidence"], detail["history"]) == ([], [])
    assert (detail["shown_at"], detail["no_difference_at"]) == pytest.approx((log(40), log(20)))
    nothing = {"value": None, "low": None, "high": None, "n": 0, "days": 0}
    assert detail["difference"] == nothing
    assert detail["variants"] == [
        {"model": m, "hit_rate": nothing, "brier": nothing} for m in ("nearest_news", "lexicon")
    ]


def test_what_is_refused_says_why_and_what_to_do(admin: TestClient, engine: Engine, ahead: list[date]) -> None:
    registered(admin, mode="split", share_b=0.5)
    past = ahead[0] - timedelta(days=7)
    weekend = next(d for n in range(7) if (d := ahead[0] + timedelta(days=n)).weekday() == 5)
    _switch_off(engine, "lexicon")
    for given, status, said in (
        ({}, 409, "There is a test news-or-words. Choose another name."),
        ({"name": "a", "model_a": "nobody"}, 422, "There is no model nobody."),
        ({"name": "a", "market": "nowhere"}, 404, "There is no market nowhere."),
        ({"name": "a"}, 422, "lexicon is not active. Switch it on first"),
        ({"name": "a", "model_b": "coin", "starts_on": str(past)}, 422, f"The cut-off of {past} has passed."),
        ({"name": "a", "model_b": "coin", "starts_on": str(weekend)}, 422, f"us has no session on {weekend}."),
        ({"name": "a", "model_b": "coin", "starts_on": "2060-01-01"}, 422, "No session of us is known"),
        ({"name": "a", "model_b": "coin", "mode": "split", "share_b": 0.5}, 422, "coin is a floor"),
        ({"name": "a b"}, 422, "name"),
        ({"name": "a", "edge": 0}, 422, "edge"),
        ({"name": "a", "colour": "red"}, 422, "colour"),
    ):
        answer = admin.post("/api/ab-tests", json=NEW | given)
        assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.text
    assert len(told(admin)) == 1


def _switch_off(engine: Engine, name: str) -> None:
    with engine.begin() as conn:
        conn.execute(text("UPDATE model_activation SET active_until_at = now() WHERE model_name = :n"), {"n": name})


def test_one_test_of_a_market_is_its_default_and_each_change_is_told_with_who_made_it(admin: TestClient) -> None:
    first, second = registered(admin, is_default=True), registered(admin, name="again", horizon=3, is_default=True)
    other = registered(admin, market="krx", name="krx", is_default=True)

    def defaults() -> set[str]:
        return {test["name"] for test in admin.get("/api/ab-tests").json() if test["is_default"]}

    assert defaults() == {"again", "krx"}
    assert admin.patch(f"/api/ab-tests/{first['test_id']}", json={"is_default": True}).json()["is_default"]
    assert defaults() == {"news-or-words", "krx"}
    assert not admin.patch(f"/api/ab-tests/{other['test_id']}", json={"is_default": False}).json()["is_default"]
    assert defaults() == {"news-or-words"}
    before = told(admin)
    assert admin.patch(f"/api/ab-tests/{second['test_id']}", json={"is_default": False}).status_code == 200
    assert told(admin) == before, "it was none: nothing changed, nothing is told"
    assert {change["changed_by"] for change in before} == {"admin@example.org"}
    spoken = [(c["name"], c["before"] and c["before"]["is_default"], c["after"]["is_default"]) for c in before[::-1]]
    assert spoken == [
        ("news-or-words", None, True), ("news-or-words", True, False), ("again", None, True), ("krx", None, True),
        ("again", True, False), ("news-or-words", False, True), ("krx", True, False),
    ]  # fmt: skip
    assert [c["name"] for c in admin.get("/api/model-changes?name=krx").json()["items"]] == ["krx", "krx"]


def test_a_stopped_test_says_why_is_no_default_any_more_and_cannot_be_taken_up_again(admin: TestClient) -> None:
    test = registered(admin, is_default=True)
    path = f"/api/ab-tests/{test['test_id']}"
    assert admin.post(f"{path}/stop", json={"reason": ""}).status_code == 422
    stopped = admin.post(f"{path}/stop", json={"reason": "The prompt was wrong."}).json()
    assert (stopped["stop_reason"], stopped["is_default"]) == ("The prompt was wrong.", False)
    assert stopped["stopped_at"] is not None
    assert told(admin)[0]["after"]["stop_reason"] == "The prompt was wrong."
    for answer in (
        admin.post(f"{path}/stop", json={"reason": "Again."}), admin.patch(path, json={"is_default": True})
    ):  # fmt: skip
        assert answer.status_code == 422
        assert "was stopped on" in answer.json()["detail"]
    registered(admin, name="anew", is_default=True)
    assert admin.post("/api/ab-tests/999/stop", json={"reason": "Why not."}).status_code == 404
    assert admin.get("/api/ab-tests/999").status_code == 404
    assert admin.patch("/api/ab-tests/999", json={"is_default": True}).status_code == 404


def test_nobody_but_an_administrator_changes_anything_and_guests_may_watch(
    client: TestClient, engine: Engine, bearer: Bearer, member: Member, serving: Serving
) -> None:
    writes = [("POST", "", NEW), ("PATCH", "/1", {"is_default": True}), ("POST", "/1/stop", {"reason": "No."})]
    for method, path, body in writes:
        assert client.request(method, f"/api/ab-tests{path}", json=body).status_code == 401
        for role in ("investor", "operator"):
            answer = client.request(method, f"/api/ab-tests{path}", json=body, headers=bearer(role))
            assert answer.status_code == 403
    admin = member(engine, "admin")
    for method, path, body in writes:
        foreign = client.request(
            method, f"/api/ab-tests{path}", json=body, headers=admin | {"Origin": "https://evil.example"}
        )
        assert foreign.status_code == 403
    assert client.post("/api/ab-tests", json=NEW, headers=admin).status_code == 201
    assert [test["name"] for test in client.get("/api/ab-tests").json()] == ["news-or-words"]
    with serving(engine, login_required=True) as closed:
        assert closed.get("/api/ab-tests").status_code == 401


@pytest.fixture
def began(admin: TestClient, engine: Engine) -> Callable[..., str]:
    """Registers a test that began a while ago; gives its address."""

    def make(starts_on: date, **given: Any) -> str:
        number = registered(admin, **given)["test_id"]
        with engine.begin() as conn:
            move = text("UPDATE ab_test_config SET starts_on = :day WHERE test_id = :id")
            conn.execute(move, {"day": starts_on, "id": number})
        return f"/api/ab-tests/{number}"

    return make


SESSIONS = [date(2026, 9, d) for d in (1, 2, 3, 4, 8, 9, 10, 11, 14, 15, 16, 17)]


def _plant_days(engine: Engine, test_id: int, models: tuple[str, str], sums: Callable[[int], tuple]) -> None:
    with engine.begin() as conn:
        for at, day in enumerate(SESSIONS):
            row = ("us", day, 1, "live", *models, test_id, day, *sums(at))
            conn.exec_driver_sql(f"INSERT INTO daily_pair VALUES ({', '.join(['%s'] * len(row))})", row)


def test_the_figures_are_those_of_the_days_on_which_the_test_ran(
    admin: TestClient, engine: Engine, began: Callable[..., str]
) -> None:
    """Sums by hand: from the third session to the twelfth, 10 questions each; nearest_news is right 6 times, lexicon 5
    times. Pairs are kept in the order of names, so that lexicon is first there."""
    path = began(SESSIONS[2])
    _plant_days(engine, 0, ("lexicon", "nearest_news"), lambda at: (10, 10, 5, 6 if 2 <= at <= 11 else 0, 2.6, 2.4))
    with engine.begin() as conn:
        conn.execute(text("UPDATE ab_test_config SET stopped_at = '2026-09-17 20:00+00', stop_reason = 'Enough.'"))
    detail = admin.get(path).json()
    assert (detail["difference"]["n"], detail["difference"]["days"]) == (100, 10)
    assert [detail["difference"][name] for name in ("value", "low", "high")] == pytest.approx([0.1] * 3)
    a, b = detail["variants"]
    assert (a["model"], b["model"]) == ("nearest_news", "lexicon")
    assert (a["hit_rate"]["value"], b["hit_rate"]["value"]) == pytest.approx((0.6, 0.5))
    assert (a["brier"]["value"], b["brier"]["value"]) == pytest.approx((0.24, 0.26))
    assert {figure["n"] for side in (a, b) for name, figure in side.items() if name != "model"} == {100}


def test_a_split_is_counted_as_two_samples(admin: TestClient, engine: Engine, began: Callable[..., str]) -> None:
    path = began(SESSIONS[0], mode="split", share_b=0.3, metric="brier")
    number = int(path.rpartition("/")[2])
    _plant_days(engine, 0, ("lexicon", "nearest_news"), lambda _: (50, 50, 50, 0, 0.0, 50.0))
    # On the last day nobody asked the second variant: that day differs from nothing.
    _plant_days(engine, number, ("lexicon", "nearest_news"), lambda at: (3 if at < 11 else 0, 7, 1, 4, 0.75, 1.4))
    detail = admin.get(path).json()
    assert (detail["difference"]["n"], detail["difference"]["days"]) == (110, 11)
    assert detail["difference"]["value"] == pytest.approx(0.25 - 0.2)
    a, b = detail["variants"]
    assert (a["brier"]["n"], a["brier"]["days"], b["brier"]["n"], b["brier"]["days"]) == (84, 12, 33, 11)


def test_days_that_a_variant_may_have_learnt_stay_out(
    admin: TestClient, engine: Engine, began: Callable[..., str]
) -> None:
    path = began(SESSIONS[0])
    _plant_days(engine, 0, ("lexicon", "nearest_news"), lambda _: (10, 10, 5, 6, 2.6, 2.4))
    with engine.begin() as conn:
        conn.execute(text("""
            UPDATE model SET provider = 'openai', knowledge_cutoff_date = :day WHERE model_name = 'lexicon'"""),
            {"day": SESSIONS[3]},
        )  # fmt: skip
    assert admin.get(path).json()["difference"]["days"] == 8


def _say(engine: Engine, path: str, day: date, **row: Any) -> None:
    standing = {"verdict": "not_shown", "days": 1, "superseded_at": None, "is_revised": False, "difference": 0.01}
    values = standing | WORDS | {"model_a": "nearest_news", "model_b": "lexicon"} | row
    with engine.begin() as conn:
        conn.execute(text("""
            INSERT INTO model_comparison (market, as_of_date, board, horizon, model_a, model_b, test_id, metric, edge,
                alpha, questions, days, difference, better, worse, below_edge, above_edge, verdict, is_revised,
                superseded_at)
            VALUES ('us', :as_of, 'live', 1, :model_a, :model_b, :test, 'hit', 0.02, 0.05, 10, :days, :difference,
                :better, :worse, :below_edge, :above_edge, :verdict, :is_revised, :superseded_at)"""),
            {"as_of": day, "test": int(path.rpartition("/")[2]), **values},
        )  # fmt: skip


def test_evidence_comes_by_day_and_every_new_or_revised_word_is_kept(
    admin: TestClient, engine: Engine, began: Callable[..., str]
) -> None:
    path = began(SESSIONS[0])
    _say(engine, path, SESSIONS[0])
    _say(engine, path, SESSIONS[1], verdict="better", days=2, superseded_at="2026-09-05 00:00+00")
    _say(engine, path, SESSIONS[1], days=2, is_revised=True)
    _say(engine, path, SESSIONS[2], verdict="better", days=3)
    _say(engine, path, SESSIONS[3], verdict="better", days=4)
    detail = admin.get(path).json()
    assert [e["days"] for e in detail["evidence"]] == [1, 2, 3, 4]
    assert [e["verdict"] for e in detail["evidence"]] == ["not_shown", "not_shown", "better", "better"]
    spoken = [(v["as_of_date"], v["verdict"], v["superseded_at"] is None) for v in detail["history"]]
    days = [str(day) for day in SESSIONS]
    assert spoken == [(days[0], "not_shown", True), (days[1], "better", False), (days[2], "better", True)]
    assert detail["newest"] == detail["evidence"][-1]
    assert admin.get("/api/ab-tests").json()[0]["newest"] == detail["newest"]


def test_a_comparison_kept_the_other_way_round_is_turned(
    admin: TestClient, engine: Engine, began: Callable[..., str]
) -> None:
    path = began(SESSIONS[0])
    _say(engine, path, SESSIONS[0], model_a="lexicon", model_b="nearest_news", verdict="worse")
    newest = admin.get(path).json()["newest"]
    assert (newest["verdict"], newest["difference"]) == ("better", -0.01)
    assert [newest[name] for name in ("worse", "better", "above_edge", "below_edge")] == list(WORDS.values())


def test_whoever_holds_the_list_gets_it_anew_after_each_change(admin: TestClient) -> None:
    held = admin.get("/api/ab-tests").headers["ETag"]
    assert admin.get("/api/ab-tests", headers={"If-None-Match": held}).status_code == 304
    number = registered(admin)["test_id"]
    held = admin.get("/api/ab-tests", headers={"If-None-Match": held}).headers["ETag"]
    admin.post(f"/api/ab-tests/{number}/stop", json={"reason": "Enough."})
    assert admin.get("/api/ab-tests", headers={"If-None-Match": held}).status_code == 200
