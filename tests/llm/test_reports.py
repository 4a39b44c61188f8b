"""Reports over the filled market: when they are written, from what, how often they are paid, and what becomes of bad
answers."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import dagster as dg
import pytest
from sqlalchemy import Engine

from craveny_assets.definitions import build_definitions
from craveny_assets.jobs import job_name
from craveny_assets.report_sensor import report_run
from craveny_domain.clocks import Market
from craveny_domain.report_refresh import NEWS_AGE, RETRY_AFTER
from craveny_store.engine import open_engine
from craveny_store.model_book import active_models
from craveny_store.model_changes import NewModel
from craveny_store.partitions import database_now
from craveny_store.reports import Filling, fill
from tests.assets.timekeeping import clock_in_hand
from tests.llm.replies import changed, refusing
from tests.llm.report_bench import DAY, MORNING, WRITER, ReportBench
from tests.llm.server import LlmServer

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(filled_engine: Engine, markets: dict[str, Market], server: LlmServer) -> Iterator[ReportBench]:
    assert not server.asked
    address = filled_engine.url.render_as_string(hide_password=False)
    filled_engine.dispose()
    with clock_in_hand(address) as turn:
        engine = open_engine(address)
        yield ReportBench(engine, markets["us"], turn)
        engine.dispose()


def test_without_a_writing_model_there_is_no_report_and_the_reason_is_told(
    desk: ReportBench, server: LlmServer
) -> None:
    written = desk.run()
    assert (desk.reports(), written.changes.rows, server.calls) == ([], 0, 0)
    assert "none has a prompt for them" in written.notes["reason"]
    run = report_run(desk.market)
    assert isinstance(run, dg.SkipReason) and "none has a prompt for them" in str(run.skip_message)


def test_a_watched_stock_is_reported_on_once_after_the_forecast(desk: ReportBench, server: LlmServer) -> None:
    desk.add()
    written = desk.run()
    (report,) = desk.reports()
    assert (report["stock_id"], report["reason"], report["outcome_class"]) == (desk.stock_id, "daily", "ok")
    assert (report["cutoff_at"], report["partition_date"], report["currency"]) == (MORNING, DAY, "USD")
    (close,) = desk.rows("""
        SELECT close FROM price WHERE stock_id = :stock AND session_date < :day ORDER BY session_date DESC,
        available_at DESC LIMIT 1""", stock=desk.stock_id, day=DAY)  # fmt: skip
    assert report["base_price"] == close["close"]
    assert report["stop_price"] < report["base_price"] < report["target_price"]
    assert set(report["content"]) == {
        "view", "summary", "short_view", "medium_view", "long_view", "risks", "opportunities",
    }  # fmt: skip
    assert (written.changes.added, written.changes.rows, server.calls) == (1, 1, 1)
    assert {read.asset: read.last for read in written.inputs if read}["price"] < DAY, "today's close is not known yet"
    again = desk.run()
    assert (again.changes.any, again.changes.rows, server.calls, len(desk.reports())) == (False, 1, 1, 1)


def test_nothing_that_became_known_after_the_cut_off_is_told(desk: ReportBench, server: LlmServer) -> None:
    desk.add()
    desk.plant("Known in time", MORNING)
    desk.plant("Known too late", MORNING + timedelta(microseconds=1))
    desk.rows("""
        UPDATE prediction SET issued_at = CASE WHEN horizon = 1 THEN :at ELSE :at + interval '1 second' END,
            probability = CASE WHEN horizon = 1 THEN 0.1234 ELSE 0.9876 END
        WHERE stock_id = :stock AND outcome_class = 'ok'""", at=MORNING, stock=desk.stock_id)  # fmt: skip
    desk.rows("""
        UPDATE evaluation_history SET settled_at = :at + interval '1 second', outcome_return = 0.7654
        WHERE stock_id = :stock AND session_date = :day""", at=MORNING, stock=desk.stock_id, day=DAY)  # fmt: skip
    desk.rows("""
        UPDATE evaluation_history SET settled_at = :at, outcome_return = 0.0321
        WHERE stock_id = :stock AND session_date < :day""", at=MORNING, stock=desk.stock_id, day=DAY)  # fmt: skip
    desk.run()
    told = server.chats[0].text
    (later,) = desk.rows(
        "SELECT close FROM price WHERE stock_id = :stock AND session_date = :day", stock=desk.stock_id, day=DAY
    )
    for known in ("Known in time", "0.1234", "0.0321"):
        assert known in told
    for unknown in ("Known too late", "0.9876", "0.7654", f"{float(later['close'])}"):
        assert unknown not in told


def test_ten_new_articles_make_one_report(desk: ReportBench, server: LlmServer) -> None:
    desk.add()
    desk.run()
    for n in range(10):
        at = MORNING + NEWS_AGE + (n - 4) * MINUTE
        desk.turn(at)
        desk.plant(f"Article {n}", at)
        desk.run()
    assert [report["reason"] for report in desk.reports()] == ["daily", "news"]
    assert server.calls == 2
    assert desk.reports()[1]["cutoff_at"] == MORNING + NEWS_AGE


def test_news_that_is_not_known_yet_brings_no_report(desk: ReportBench, server: LlmServer) -> None:
    desk.add()
    desk.run()
    desk.turn(MORNING + NEWS_AGE)
    for n in range(10):
        desk.plant(f"Article {n}", MORNING + NEWS_AGE + MINUTE)
    desk.run()
    assert (len(desk.reports()), server.calls) == (1, 1)


def test_asking_twice_while_waiting_makes_one_report_and_history_tells_why_each_was_made(
    desk: ReportBench, server: LlmServer
) -> None:
    desk.add()
    desk.run()
    desk.turn(MORNING + MINUTE)
    desk.plant("Something new", MORNING + MINUTE)
    desk.ask()
    desk.ask()
    desk.run()
    desk.run()
    daily, asked = desk.reports()
    assert (daily["reason"], asked["reason"], server.calls) == ("daily", "asked", 2)
    assert desk.requests() == [asked["report_id"]]
    assert daily["content"] is not None and daily["created_at"] < asked["created_at"]


def test_asking_when_nothing_is_new_is_answered_and_costs_nothing(desk: ReportBench, server: LlmServer) -> None:
    desk.add()
    desk.run()
    desk.turn(MORNING + MINUTE)
    desk.ask()
    desk.run()
    daily, asked = desk.reports()
    assert (asked["call_key"], asked["content"]) == (daily["call_key"], daily["content"])
    assert (desk.requests(), server.calls) == ([asked["report_id"]], 1)


def test_a_stock_that_is_not_watched_is_reported_on_when_somebody_asks(desk: ReportBench, server: LlmServer) -> None:
    desk.add()
    desk.rows("UPDATE stock SET priority = 3 WHERE stock_id = :stock", stock=desk.stock_id)
    desk.run()
    assert desk.reports() == []
    desk.ask()
    desk.run()
    assert [(r["stock_id"], r["reason"]) for r in desk.reports()] == [(desk.stock_id, "asked")]
    assert server.calls == 1


BAD = {
    "refusal": (refusing(), "refusal"),
    "a stop above the base of an up view": (
        changed(lambda a: a.update(stop_price=a["target_price"])),
        "invalid_output",
    ),
    "another stock": (changed(lambda a: a.update(symbol="XYZ")), "invalid_output"),
}


@pytest.mark.parametrize(("reply", "outcome"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_read_is_shown_as_that_and_never_as_the_report_before(
    desk: ReportBench, server: LlmServer, reply: object, outcome: str
) -> None:
    desk.add()
    desk.run()
    server.on("", reply)  # type: ignore[arg-type]
    desk.turn(MORNING + MINUTE)
    desk.plant("Something new", MORNING + MINUTE)
    desk.ask()
    desk.run()
    newest = desk.reports()[-1]
    assert (newest["reason"], newest["outcome_class"]) == ("asked", outcome)
    assert newest["content"] is newest["target_price"] is newest["stop_price"] is None
    assert newest["base_price"] > 0 and desk.requests() == [newest["report_id"]]
    calls = server.calls
    desk.turn(MORNING + 2 * RETRY_AFTER)
    desk.run()
    assert (len(desk.reports()), server.calls) == (2, calls), "an answer, however bad, is not asked for again"


def test_a_report_nobody_answered_stays_open_and_is_filled_in_once(
    desk: ReportBench, server: LlmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.add()
    desk.ask()
    with monkeypatch.context() as without:
        without.delenv("OPENAI_API_KEY")
        written = desk.run()
    (report,) = desk.reports()
    assert (report["outcome_class"], report["content"], desk.requests()) == ("quota", None, [None])
    assert [check.passed for check in written.checks] == [False] and "OPENAI_API_KEY" in written.checks[0].detail
    assert isinstance(report_run(desk.market), dg.SkipReason), "it rests before it is tried again"
    desk.turn(MORNING + RETRY_AFTER)
    desk.plant("Later news", MORNING + RETRY_AFTER)
    assert isinstance(report_run(desk.market), dg.RunRequest)
    written = desk.run()
    (filled,) = desk.reports()
    assert (filled["outcome_class"], filled["call_key"]) == ("ok", report["call_key"])
    assert filled["cutoff_at"] == MORNING and filled["created_at"] > report["created_at"]
    assert (written.changes.added, written.changes.changed, server.calls) == (0, 1, 1)
    assert desk.requests() == [filled["report_id"]]
    assert "Later news" not in server.chats[0].text


def test_a_run_that_died_after_it_was_answered_is_made_good_without_a_second_bill(
    desk: ReportBench, server: LlmServer
) -> None:
    desk.add()
    desk.run()
    before = dict(desk.reports()[0])
    desk.rows("""
        UPDATE stock_report SET outcome_class = 'transient', content = NULL, target_price = NULL, stop_price = NULL""")
    desk.run()
    (after,) = desk.reports()
    assert {**after, "created_at": 0, "run_id": 0} == {**before, "created_at": 0, "run_id": 0}
    assert server.calls == 1


def test_a_kept_answer_that_cannot_be_read_any_more_is_no_report(desk: ReportBench, server: LlmServer) -> None:
    desk.add()
    desk.run()
    desk.rows("UPDATE stock_report SET outcome_class = 'transient', content = NULL")
    desk.rows("UPDATE llm_call SET answer = '{}'")
    desk.run()
    (report,) = desk.reports()
    assert (report["outcome_class"], report["content"], server.calls) == ("invalid_output", None, 1)


def test_what_was_said_of_a_report_is_never_said_anew(desk: ReportBench) -> None:
    desk.add()
    desk.run()
    (before,) = desk.reports()
    with desk.engine.begin() as conn:
        assert not fill(conn, before["report_id"], "another run", Filling("refusal"))
    assert desk.reports() == [before]


def test_the_reports_of_a_past_day_stay_as_they_are(desk: ReportBench, server: LlmServer) -> None:
    desk.add()
    desk.run()
    past = desk.run(DAY - timedelta(days=1))
    assert "of the present" in past.notes["reason"]
    desk.turn(MORNING + timedelta(days=1))
    assert (desk.run(DAY).changes.rows, server.calls, len(desk.reports())) == (1, 1, 1)


def test_a_model_that_writes_reports_is_not_asked_for_forecasts(desk: ReportBench) -> None:
    desk.add()
    desk.add(NewModel("seer", "openai", "gpt-4o-mini", {}, "forecast-1", "gpt-4o-mini"))
    with desk.engine.connect() as conn:
        now = database_now(conn)
        assert [model.model_name for model in active_models(conn, now, "report")] == [WRITER.model_name]
        forecasters = {model.model_name for model in active_models(conn, now)}
    assert WRITER.model_name not in forecasters and {"seer", "climatology"} <= forecasters


def test_two_models_write_a_report_each_and_one_of_them_answers_who_asked(desk: ReportBench, server: LlmServer) -> None:
    desk.add(NewModel("another", "openrouter", "gpt-4o", {}, "report-1", "gpt-4o"))
    desk.add()
    server.on("", refusing(), changed(lambda _: None))
    desk.ask()
    desk.run()
    by_model = {report["model_name"]: report for report in desk.reports()}
    assert set(by_model) == {"another", "writer"} and server.calls == 2
    readable = [r["report_id"] for r in by_model.values() if r["outcome_class"] == "ok"]
    assert desk.requests() == readable and len(readable) == 1


def test_the_sensor_launches_one_run_for_today_and_dagster_writes_the_report(
    desk: ReportBench, server: LlmServer
) -> None:
    desk.add()
    first, second = report_run(desk.market), report_run(desk.market)
    assert isinstance(first, dg.RunRequest) and isinstance(second, dg.RunRequest)
    assert (first.run_key, first.partition_key) == (second.run_key, DAY.isoformat())
    job = build_definitions([desk.market]).resolve_job_def(job_name("us", "report"))
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, partition_key=first.partition_key)
    assert result.success and len(desk.reports()) == server.calls == 1
    assert isinstance(report_run(desk.market), dg.SkipReason)
    (event,) = [e for e in result.all_events if e.is_step_materialization]
    assert desk.symbol in str(event.step_materialization_data.materialization.metadata["preview"].value)


def test_while_a_report_run_is_unfinished_no_second_one_is_launched(desk: ReportBench) -> None:
    desk.add()
    definitions = build_definitions([desk.market])
    sensor = definitions.resolve_sensor_def("us_report_sensor")
    job = definitions.resolve_job_def(job_name("us", "report"))
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance, definitions=definitions)
        assert sensor.evaluate_tick(context).run_requests
        instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        tick = sensor.evaluate_tick(context)
    assert not tick.run_requests and "being written" in (tick.skip_message or "")


def test_what_a_report_cost_is_in_the_book_of_attempts(desk: ReportBench) -> None:
    desk.add()
    desk.run()
    (attempt,) = desk.rows("SELECT * FROM llm_attempt")
    assert (attempt["purpose"], attempt["model_name"], attempt["session_date"]) == ("report", "writer", DAY)
    assert Decimal(0) < attempt["cost_usd"] <= attempt["reserved_usd"]
    (call,) = desk.rows("SELECT parameters, schema_version FROM llm_call")
    assert (call["schema_version"], call["parameters"]["max_completion_tokens"]) == ("report/1", 2000)
