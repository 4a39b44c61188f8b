"""A corrected price after a verdict, with nobody at hand: the daemon settles and judges again, and nothing is lost."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import RowMapping, text

from craveny_cli.filling import fill
from craveny_domain.clocks import Market
from craveny_domain.launches import RESETTLE
from tests.assets.seer import correct_closes, plant_seer
from tests.conftest import Bench, wait_until
from tests.stack.deployment import Deployment, deployed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
FIRST, LAST, CORRECTED = date(2026, 9, 8), date(2026, 10, 12), date(2026, 9, 10)
"""A settlement reads the prices of nineteen sessions before it: those of the last days are not made again."""
SENSOR = "us_revision_sensor"


@pytest.fixture(scope="module")
def deployment(settings: dict[str, str], markets: dict[str, Market]) -> Iterator[Deployment]:
    """Five weeks of us, judged to the end; of all automations only the revision sensor is on."""
    with deployed(settings, "us", FIRST, keep=[SENSOR]) as running:
        stack = running.stack
        fill(running.engine, stack.narrator, stack.environment(), stack.home.logs, {"us": (FIRST, LAST)})
        plant_seer(running.engine, FIRST)
        bench = Bench(running.engine, markets["us"])
        for asset in RESETTLE:
            bench.run(asset, FIRST, LAST)
        bench.work.keeper.shutdown()
        yield running


def said(deployment: Deployment) -> list[RowMapping]:
    """All that was ever said of the seer in its test."""
    query = "SELECT * FROM model_comparison WHERE test_id <> 0 ORDER BY as_of_date, comparison_id"
    with deployment.engine.connect() as conn:
        return list(conn.execute(text(query)).mappings())


def test_a_correction_after_a_verdict_is_settled_and_judged_again_by_the_daemon_alone(deployment: Deployment) -> None:
    before = said(deployment)
    sessions = [row["as_of_date"] for row in before]
    assert sessions[-1] == LAST
    assert [row["verdict"] for row in before[:6]] == ["not_shown"] * 5 + ["better"]
    assert not any(row["is_revised"] or row["superseded_at"] for row in before)

    correct_closes(deployment.engine, CORRECTED)
    with deployment.engine.begin() as conn:
        conn.execute(
            text("""
            UPDATE partition_state SET version = nextval('partition_version')
            WHERE market = 'us' AND asset = 'price' AND partition_date = :day"""),
            {"day": CORRECTED},
        )
    wait_until(lambda: deployment.runs_of("us_rejudge_job", "SUCCESS"), "verdicts are made again", seconds=600)

    (resettled,) = deployment.runs_of("us_resettle_job", "SUCCESS")
    (rejudged,) = deployment.runs_of("us_rejudge_job", "SUCCESS")
    assert resettled["endTime"] <= rejudged["startTime"]
    after = said(deployment)
    current = [row for row in after if row["superseded_at"] is None]
    replaced = [row for row in after if row["superseded_at"] is not None]
    unmoved = sessions.index(CORRECTED)
    # What was said from the corrected day on, to the last day, is kept word by word beside what is said now.
    assert [dict(row) for row in current[:unmoved]] == [dict(row) for row in before[:unmoved]]
    assert [{**row, "superseded_at": None} for row in replaced] == [dict(row) for row in before[unmoved:]]
    assert [row["as_of_date"] for row in current] == sessions
    assert [row["is_revised"] for row in current] == [day >= CORRECTED for day in sessions]
    # Right on two days fewer, it is called the better later.
    assert {row["since_date"] for row in replaced[5:]} == {sessions[5]}
    (since,) = {row["since_date"] for row in current if row["verdict"] == "better"}
    assert since > sessions[5] + timedelta(days=1)
    by = deployment.written_by()
    assert by["us", "model_comparison", LAST][0] == rejudged["runId"]
    assert by["us", "model_comparison", CORRECTED][0] == resettled["runId"]
