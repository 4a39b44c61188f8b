"""The operations routes over real runs of a real Dagster: what ran, what failed and is still unmade, what is late."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.alerts import Notice
from craveny_domain.clocks import Market
from craveny_domain.launches import ASSETS
from craveny_store import notifications as outbox
from craveny_store.orchestration import daemon_beats, open_orchestration, reading
from tests.api.conftest import Bearer, Serving
from tests.api.orchestrated import Orchestrated, orchestrated
from tests.assets.dagster_bench import DagsterBench
from tests.conftest import FILLED_LAST

NEXT = FILLED_LAST + timedelta(days=1)
AFTER = FILLED_LAST + timedelta(days=2)
ADDRESS = "http://dagster.example.org"


@pytest.fixture
def dagster(postgres: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Orchestrated]:
    with orchestrated(postgres, tmp_path, monkeypatch) as opened:
        yield opened


@pytest.fixture
def bench(filled_engine: Engine, markets: dict[str, Market], dagster: Orchestrated) -> DagsterBench:
    return DagsterBench(filled_engine, markets["us"], dagster.instance)


@pytest.fixture
def served(bench: DagsterBench, serving: Serving, dagster: Orchestrated, monkeypatch: pytest.MonkeyPatch) -> Iterator:
    # The API's settings drop every setting of ours, so the address is set after them.
    monkeypatch.setenv("DAGSTER_PG_URL", dagster.url)
    with serving(bench.engine, dagster_address=ADDRESS) as client:
        yield client


def got(client: TestClient, path: str, **parameters: Any) -> Any:
    answer = client.get(f"/api/operations/{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def failed(client: TestClient) -> list[tuple[str, str, str]]:
    return [(f["asset"], f["partition_date"], f["kind"]) for f in got(client, "failed-partitions")]


def test_runs_are_told_newest_first_with_their_days_and_their_page(bench: DagsterBench, served: TestClient) -> None:
    ran = [
        bench.run("price", NEXT),
        bench.run("evaluation_history", NEXT, AFTER),
        bench.run("raw_news", NEXT),
    ]
    body = got(served, "runs")
    assert [run["run_id"] for run in body["items"]] == [result.run_id for result in reversed(ran)]
    assert [run["partitions"] for run in body["items"]] == [str(NEXT), f"{NEXT}...{AFTER}", str(NEXT)]
    assert [run["status"] for run in body["items"]] == ["SUCCESS", "FAILURE", "SUCCESS"]
    for run in body["items"]:
        assert (run["job"], run["market"], run["skipped"]) == ("us_day_job", "us", None)
        assert run["link"] == f"{ADDRESS}/runs/{run['run_id']}"
        begun, over = (datetime.fromisoformat(run[name]) for name in ("started_at", "ended_at"))
        assert timedelta(0) <= datetime.now(UTC) - begun < timedelta(minutes=5)
        assert datetime.fromisoformat(run["created_at"]) <= begun + timedelta(seconds=1) <= over + timedelta(seconds=1)


def test_pages_of_runs_hold_each_run_once(bench: DagsterBench, served: TestClient) -> None:
    ran = [bench.run("raw_news", NEXT).run_id for _ in range(5)]
    seen, cursor = [], None
    while True:
        page = got(served, "runs", limit=2, **({"cursor": cursor} if cursor else {}))
        assert len(page["items"]) <= 2
        seen += [run["run_id"] for run in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == ran[::-1]


def test_runs_of_one_status_are_told_alone(bench: DagsterBench, served: TestClient) -> None:
    bench.run("price", NEXT)
    lost = bench.run("evaluation_history", AFTER)
    assert [run["run_id"] for run in got(served, "runs", status="FAILURE")["items"]] == [lost.run_id]
    assert served.get("/api/operations/runs?status=LOST").status_code == 422


def test_a_run_that_stood_back_says_for_whom(bench: DagsterBench, served: TestClient) -> None:
    run = bench.run("raw_news", NEXT)
    bench.instance.add_run_tags(run.run_id, {"craveny/skipped": "held by run abc"})
    assert got(served, "runs")["items"][0]["skipped"] == "held by run abc"


def test_a_failed_day_is_told_until_it_is_written(bench: DagsterBench, served: TestClient) -> None:
    assert failed(served) == []
    lost = bench.run("evaluation_history", NEXT)
    assert not lost.success
    (told,) = got(served, "failed-partitions")
    assert (told["market"], told["asset"], told["partition_date"]) == ("us", "evaluation_history", str(NEXT))
    assert (told["kind"], told["run_id"]) == ("run", lost.run_id)
    assert f"us/prediction of {NEXT} is not materialized" in told["detail"]
    assert "Traceback" not in told["detail"] and "\n" not in told["detail"]
    for asset in ("price", "raw_news", "news", "match", "news_embeddings", "prediction", "evaluation_history"):
        assert bench.run(asset, NEXT).success, asset
    assert failed(served) == []


def test_of_a_failed_range_only_the_days_that_failed_are_told(bench: DagsterBench, served: TestClient) -> None:
    assert bench.run("price", NEXT).success
    assert not bench.run("evaluation_history", FILLED_LAST - timedelta(days=1), AFTER).success
    assert failed(served) == [("evaluation_history", str(AFTER), "run"), ("evaluation_history", str(NEXT), "run")]


def test_the_newest_failure_of_a_day_is_the_one_told(bench: DagsterBench, served: TestClient) -> None:
    bench.run("evaluation_history", NEXT)
    newest = bench.run("evaluation_history", NEXT)
    assert [told["run_id"] for told in got(served, "failed-partitions")] == [newest.run_id]


def test_a_run_that_died_before_its_first_step_leaves_what_it_was_to_make(
    bench: DagsterBench, served: TestClient, dagster: Orchestrated
) -> None:
    run = bench.run("raw_news", NEXT)
    bench.execute("DELETE FROM partition_state WHERE partition_date = :day", day=NEXT)
    dagster.execute("UPDATE runs SET status = 'FAILURE' WHERE run_id = %s", run.run_id)
    (told,) = got(served, "failed-partitions")
    assert (told["asset"], told["detail"]) == ("raw_news", "Dagster gave no reason; see the run.")


def test_a_failing_gate_is_told_with_its_day(bench: DagsterBench, served: TestClient) -> None:
    bench.execute(
        "INSERT INTO partition_check (market, asset, partition_date, check_name, passed, blocks, detail, checked_at)"
        " VALUES ('us', 'price', :day, 'bars_plausible', false, true, 'ACME jumped 900 %.', now())",
        day=date(2026, 10, 9),
    )
    (told,) = got(served, "failed-partitions")
    assert (told["kind"], told["asset"], told["partition_date"]) == ("gate", "price", "2026-10-09")
    assert told["detail"] == "bars_plausible: ACME jumped 900 %."
    (price,) = [f for f in got(served, "freshness") if (f["market"], f["asset"]) == ("us", "price")]
    assert price["failing_gates"] == 1


@pytest.mark.parametrize("path", ["runs", "failed-partitions"])
@pytest.mark.parametrize(
    ("address", "cause"),
    [("", "DAGSTER_PG_URL is not set"), ("postgresql+psycopg2://nobody@127.0.0.1:9/none", "does not answer")],
)
def test_without_dagsters_database_its_routes_say_which_part_is_gone(
    filled_client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, address: str, cause: str
) -> None:
    monkeypatch.setenv("DAGSTER_PG_URL", address)
    answer = filled_client.get(f"/api/operations/{path}")
    assert (answer.status_code, answer.json()["title"]) == (503, "Dagster's database gone")
    assert cause in answer.json()["detail"]


def test_a_database_that_is_not_dagsters_is_told_as_such(
    filled_client: TestClient, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_PG_URL", database.replace("+psycopg", "+psycopg2"))
    answer = filled_client.get("/api/operations/runs")
    assert answer.status_code == 503
    assert "has not the tables of the Dagster" in answer.json()["detail"]
    (told,) = [p for p in got(filled_client, "processes") if p["process"] == "dagster"]
    assert (told["is_alive"], told["beat_at"]) == (False, None)


def test_freshness_equals_our_own_account(filled_engine: Engine, filled_client: TestClient) -> None:
    body = {(f["market"], f["asset"]): f for f in got(filled_client, "freshness")}
    assert set(body) == {(market, asset) for market in ("krx", "us") for asset in ASSETS}
    by_hand = text(
        "SELECT market, asset, count(*), max(partition_date), sum(row_count), max(committed_at)"
        " FROM partition_state WHERE model_name = '' GROUP BY 1, 2"
    )
    with filled_engine.connect() as conn:
        rows = {(row[0], row[1]): row[2:] for row in conn.execute(by_hand)}
    for place, told in body.items():
        days, newest, count, at = rows.get(place, (0, None, 0, None))
        assert (told["days"], told["rows"]) == (days, count)
        assert told["newest_date"] == (str(newest) if newest else None)
        assert (datetime.fromisoformat(told["last_committed_at"]) if told["last_committed_at"] else None) == at
        assert told["is_late"]


def test_an_asset_is_late_until_the_day_that_should_be_there_is(
    filled_engine: Engine, filled_client: TestClient
) -> None:
    late = {f["asset"]: f["expected_date"] for f in got(filled_client, "freshness") if f["market"] == "us"}
    with filled_engine.begin() as conn:
        for asset, day in late.items():
            conn.execute(
                text(
                    "INSERT INTO partition_state (market, asset, partition_date, version, row_count, added, changed,"
                    " unchanged, run_id, committed_at) VALUES ('us', :asset, :day, 1, 0, 0, 0, 0, 'r', now())"
                ),
                {"asset": asset, "day": day},
            )
    assert not any(f["is_late"] for f in got(filled_client, "freshness") if f["market"] == "us")


def test_processes_are_alive_while_they_beat(filled_engine: Engine, served: TestClient, dagster: Orchestrated) -> None:
    states = {p["process"]: p for p in got(served, "processes")}
    assert {name: state["is_alive"] for name, state in states.items()} == dict.fromkeys(
        ("sender", "watchdog", "dagster"), False
    )
    with filled_engine.begin() as conn:
        outbox.beat(conn, "sender", "")
        outbox.beat(conn, "watchdog", "the API does not answer")
        conn.execute(text("UPDATE heartbeat SET beat_at = now() - interval '1 hour' WHERE process = 'watchdog'"))
    dagster.execute(
        "INSERT INTO daemon_heartbeats (daemon_type, daemon_id, timestamp, body)"
        " VALUES ('SENSOR', 'x', now() AT TIME ZONE 'UTC', '{}'),"
        " ('SCHEDULER', 'y', (now() - interval '1 hour') AT TIME ZONE 'UTC', '{}')"
    )
    states = {p["process"]: (p["is_alive"], p["detail"]) for p in got(served, "processes")}
    assert states == {
        "sender": (True, ""),
        "watchdog": (False, "the API does not answer"),
        "dagster sensor": (True, ""),
        "dagster scheduler": (False, ""),
    }


def test_the_beats_of_a_real_daemon_are_read(dagster: Orchestrated) -> None:
    from dagster._daemon.types import DaemonHeartbeat

    now = datetime.now(UTC).timestamp()
    dagster.instance.add_daemon_heartbeat(DaemonHeartbeat(now, "SENSOR", "id", []))
    with reading(open_orchestration(dagster.url)) as conn:
        beats = daemon_beats(conn)
    assert list(beats) == ["SENSOR"]
    assert abs(beats["SENSOR"].timestamp() - now) < 0.001


def notice(number: int, at: datetime) -> Notice:
    return Notice(
        dedup_key=f"test:{number}", kind="test", level="info", title=f"number {number}", detail="", occurred_at=at
    )


def test_alerts_are_for_operators_in_pages_newest_first(
    filled_engine: Engine, filled_client: TestClient, bearer: Bearer
) -> None:
    at = datetime.now(UTC)
    with filled_engine.begin() as conn:
        for number in range(5):
            outbox.add(conn, [notice(number, at)])
        outbox.add_delivered(conn, notice(5, at), "number 5", "receipt")
    path = "/api/operations/notifications"
    assert filled_client.get(path).status_code == 401
    assert filled_client.get(path, headers=bearer("investor")).status_code == 403
    for role in ("operator", "admin"):
        first = filled_client.get(path, params={"limit": 4}, headers=bearer(role)).json()
        rest = filled_client.get(path, params={"cursor": first["next_cursor"]}, headers=bearer(role)).json()
        assert rest["next_cursor"] is None
        told = [(n["title"], n["state"]) for n in [*first["items"], *rest["items"]]]
        assert told == [("number 5", "sent"), *((f"number {n}", "waiting") for n in range(4, -1, -1))]
