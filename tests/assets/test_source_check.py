"""The check beside raw_news: one sentence for each source that is not as usual."""

from datetime import timedelta

import dagster as dg
import pytest
from sqlalchemy import Engine, text

from craveny_assets.checks import market_checks
from craveny_assets.definitions import build_definitions
from craveny_domain.clocks import Market
from tests.alerts.conftest import live_source

RAW_NEWS = dg.AssetKey(["us", "raw_news"])


def checked(market: Market) -> dg.AssetCheckEvaluation:
    """The check as Dagster runs it."""
    only = dg.AssetSelection.checks(*market_checks(market)[0].check_keys)
    defs = dg.Definitions.merge(
        build_definitions([market]), dg.Definitions(jobs=[dg.define_asset_job("check_sources", only)])
    )
    (found,) = defs.resolve_job_def("check_sources").execute_in_process().get_asset_check_evaluations()
    assert found.asset_key == RAW_NEWS
    return found


def test_sources_that_do_what_they_always_do_pass(engine: Engine, markets: dict[str, Market]) -> None:
    live_source(engine, markets["us"], timedelta(minutes=1))
    found = checked(markets["us"])
    assert found.passed
    assert "wire" not in found.metadata and found.metadata["wire today"].value >= 0


@pytest.mark.parametrize(
    ("last_item", "change", "said"),
    [
        (timedelta(hours=16), "", "Nothing came for 15 hours, 30 items are usual in them."),
        (
            timedelta(minutes=1),
            "INSERT INTO raw_news (market, source, item_key, payload_hash, payload, available_at, basis)"
            " SELECT 'us', 'wire', 'more' || n, '', '{}', now(), 'observed' FROM generate_series(1, 400) n",
            "are usual by this time.",
        ),
        (
            timedelta(minutes=1),
            "UPDATE fetch_state SET failures = 1",
            "The last attempt failed: see the run.",
        ),
    ],
)
def test_silence_a_flood_and_failure_are_each_told_in_one_sentence_and_block_nothing(
    engine: Engine, markets: dict[str, Market], last_item: timedelta, change: str, said: str
) -> None:
    live_source(engine, markets["us"], last_item)
    with engine.begin() as conn:
        conn.execute(text(change or "SELECT 1"))
    found = checked(markets["us"])
    assert (found.passed, found.severity, found.blocking) == (False, dg.AssetCheckSeverity.WARN, False)
    assert str(found.metadata["wire"].value).endswith(said)
