"""A year of a language model's forecasts made again from what is kept, against the same days without the model.

The sample's `us` is backfilled without a language model; every derived table is wiped and the days are made again:
the keyless backfill. Then a model is added, its forecasts are asked for from a scripted provider, and the same is
wiped and made again: the rebuild. llm.rebuild_calls counts the requests that reach the provider meanwhile,
llm.rebuild_changed the forecasts that are not what they were, and llm.rebuild_ratio compares the CPU seconds of the
two: the process, all it starts, and Postgres. All are `python -m craveny_assets.backfill`, what `craveny backfill`
starts. `python -m benchmarks.language_rebuild DAYS` shows the figures of fewer days, and keeps none.
"""

import json
import sys
import urllib.request
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from benchmarks.costs import Cost, run_child
from benchmarks.figures import Figure
from benchmarks.homes import BenchHome, Say, sample_home
from benchmarks.language import provider
from craveny_store.model_changes import NewModel, add_model
from craveny_store.tables import model_activation

NAMES = ("llm.rebuild_calls", "llm.rebuild_ratio")
DAYS = 365
LAST = date(2026, 10, 30)
MODEL = NewModel("gpt-4o-mini", "openai", "gpt-4o-mini", {}, "forecast-1", "free")
DERIVED = (
    "daily_reliability", "daily_performance", "evaluation_history", "prediction_embeddings",
    "prediction", "news_embeddings", "match", "news",
)  # fmt: skip
"""Everything that is made from what was fetched; what models were told and answered is kept."""
ASSETS_KEPT = ("raw_news", "price")
DATABASE = "rebuilt"


def measure_rebuild(_: Collection[str], say: Say, days: int = DAYS) -> Iterator[Figure]:
    """The figures of one market's days up to LAST."""
    first = LAST - timedelta(days=days - 1)
    with sample_home(say) as home, provider(0.0) as given:
        home.fresh(DATABASE)
        environment = {**home.environment(DATABASE), **given, "CRAVENY_LLM_IN_FLIGHT": "50"}
        _backfill(home, environment, first, "filling the days")
        _wipe(home)
        keyless = _backfill(home, environment, first, "again, without a language model")
        _add_model(home)
        _wipe(home)
        _backfill(home, environment, first, "with a language model that is asked")
        asked, before = _calls(given), _said(home)
        _wipe(home)
        rebuild = _backfill(home, environment, first, "again, from what is kept")
        calls, changed = _calls(given) - asked, len(before ^ _said(home))
    assert asked
    assert before
    span = f"us on the sample, {first}..{LAST}, {asked:,} calls kept"
    yield Figure("llm.rebuild_calls", calls, "calls", days, 0, span, is_exact=True)
    yield Figure("llm.rebuild_changed", changed, "forecasts", len(before), 0, span, is_exact=True)
    ratio = rebuild.cpu_seconds / keyless.cpu_seconds
    yield Figure("llm.rebuild_ratio", ratio, "ratio", days, 1.3, f"{span}; the same days without the model, CPU s")
    yield Figure("llm.rebuild_wall_seconds", rebuild.wall_seconds, "s", days, None, span)
    yield Figure("llm.rebuild_keyless_wall_seconds", keyless.wall_seconds, "s", days, None, span)


def _backfill(home: BenchHome, environment: Mapping[str, str], first: date, what: str) -> Cost:
    arguments = ["us", str(first), str(LAST), "1000"]
    cost = run_child(
        "craveny_assets.backfill", arguments, environment, home.postmaster_pid, home.log, say=lambda _: None
    )
    home.say(f"{what}: {cost.cpu_seconds:.1f} CPU s, {cost.wall_seconds:.1f} s")
    return cost


def _add_model(home: BenchHome) -> None:
    with home.engine(DATABASE) as engine, engine.begin() as conn:
        add_model(conn, MODEL, None, is_active=False)
        always = {"model_name": MODEL.model_name, "active_from_at": datetime(1970, 1, 1, tzinfo=UTC)}
        conn.execute(insert(model_activation).values(always))


def _wipe(home: BenchHome) -> None:
    with home.engine(DATABASE) as engine:
        with engine.begin() as conn:
            for table in DERIVED:
                conn.execute(text(f"DELETE FROM {table}"))  # noqa: S608
            for table in ("partition_state", "partition_input", "partition_check", "lease"):
                statement = text(f"DELETE FROM {table} WHERE asset <> ALL(:kept)")  # noqa: S608
                conn.execute(statement, {"kept": list(ASSETS_KEPT)})
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("VACUUM ANALYZE")


def _said(home: BenchHome) -> set[str]:
    """Every forecast of the language model, without what belongs to the run that wrote it."""
    query = text("""SELECT (to_jsonb(p) - '{prediction_id, issued_at, run_id}'::text[])::text
        FROM prediction p WHERE model_name = :name AND outcome_class = 'ok'""")
    with home.engine(DATABASE) as engine, engine.connect() as conn:
        return set(conn.execute(query, {"name": MODEL.model_name}).scalars())


def _calls(given: Mapping[str, Any]) -> int:
    with urllib.request.urlopen(f"{given['SCRIPTED']}/counts") as told:  # noqa: S310
        return json.load(told)["calls"]


if __name__ == "__main__":
    shown = measure_rebuild((), lambda line: print(line, file=sys.stderr), int(sys.argv[1]))
    print("\n".join(map(str, shown)))
