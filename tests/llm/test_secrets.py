"""Keys of providers are in the requests to them and nowhere else."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import dagster as dg
import pytest
from sqlalchemy import Engine, insert, select, text

from craveny_assets.llm.asking import Asker
from craveny_assets.llm.providers import ProviderSettings
from craveny_domain.clocks import Market
from craveny_store.model_changes import NewModel, add_model
from craveny_store.tables import llm_attempt, llm_call, metadata, model_activation, prediction
from tests.assets.dagster_bench import DagsterBench
from tests.conftest import FILLED_LAST
from tests.llm.answering import forecast
from tests.llm.questions import wish
from tests.llm.replies import body, honest, well, whole, wrong_key
from tests.llm.server import KEY, OPENROUTER_KEY, Asked, LlmServer, Reply

SENTINELS = (KEY, OPENROUTER_KEY)
MODELS = (
    NewModel("small", "openai", "gpt-4o-mini", {}, "forecast-1", "gpt-4o-mini"),
    NewModel("routed", "openrouter", "openai/gpt-4o-mini", {}, "forecast-1", "gpt-4o-mini"),
)


@pytest.fixture
def bench(filled_engine: Engine, markets: dict[str, Market]) -> Iterator[DagsterBench]:
    """The filled us market with a model of each provider, which were there all along."""
    with filled_engine.begin() as conn:
        for given in MODELS:
            add_model(conn, given, None, is_active=False)
            always = {"model_name": given.model_name, "active_from_at": datetime(1970, 1, 1, tzinfo=UTC)}
            conn.execute(insert(model_activation).values(always))
    with dg.DagsterInstance.ephemeral() as instance:
        yield DagsterBench(filled_engine, markets["us"], instance)


def _told(one: Asked) -> str:
    return one.headers["authorization"].removeprefix("Bearer ")


def _chatty(one: Asked) -> str:
    """A good answer that quotes the key it was asked with."""
    return json.dumps({**forecast(one), "reason": f"Asked with {_told(one)}, I say so."})


REPLIES: dict[str, Reply] = {
    "the key is refused and repeated": wrong_key(),
    "an error repeats it": body(lambda one: json.dumps({"error": {"message": _told(one), "code": _told(one)}}).encode(),
                                status=400),
    "a page repeats it": body(lambda one: f"<h1>{_told(one)}</h1>".encode(), "text/html", 502),
    "an answer repeats it": well(_chatty),
    "a refusal repeats it": whole(lambda one: {"choices": [{"message": {"refusal": _told(one)}}]}),
    "an answer is no answer": well(lambda one: f"{_told(one)} {honest(one)}"),
    "all is well": well(),
}  # fmt: skip


@pytest.mark.parametrize("does", ["the key is refused and repeated", "an answer repeats it"])
def test_no_key_is_in_logs_events_metadata_or_any_row(
    does: str, server: LlmServer, bench: DagsterBench, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):  # fmt: skip
    caplog.set_level(logging.DEBUG)
    server.on("", REPLIES[does])
    result = bench.run("prediction", FILLED_LAST)
    assert result.success
    assert {_told(one) for one in server.chats} == set(SENTINELS)
    _expect_nothing_in("log", caplog.text)
    _expect_nothing_in("output", "".join(capfd.readouterr()))
    events = bench.instance.all_logs(result.run_id)
    assert len(events) > 5
    for record in events:
        _expect_nothing_in("event", dg.serialize_value(record))
    run = bench.instance.get_run_by_id(result.run_id)
    _expect_nothing_in("run", dg.serialize_value(run))
    _expect_nothing_in_rows(bench.engine)
    with bench.engine.connect() as conn:
        assert conn.execute(select(llm_attempt.c.attempt_id)).first()
        said = set(conn.execute(select(prediction.c.outcome_class).where(prediction.c.model_name == "small")).scalars())
    assert said - {"no_input"} == ({"ok"} if "answer" in does else {"quota"})


@pytest.mark.parametrize("does", REPLIES, ids=list(REPLIES))
def test_no_key_is_kept_of_what_a_provider_repeats(
    does: str, server: LlmServer, store: Engine, open_asker: Callable[..., Asker], caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    server.on("", REPLIES[does])
    results = open_asker().ask([wish("AAPL"), wish("AAPL", provider="openrouter")])
    assert {_told(one) for one in server.chats} == set(SENTINELS)
    _expect_nothing_in("result", repr(results))
    _expect_nothing_in("log", caplog.text)
    _expect_nothing_in_rows(store)
    with store.connect() as conn:
        assert conn.execute(select(llm_call.c.call_key)).first()


@pytest.mark.usefixtures("server")
def test_settings_do_not_show_keys():
    settings = ProviderSettings()
    assert settings.missing("openai") is None
    shown = f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    _expect_nothing_in("settings", shown)


def _expect_nothing_in(what: str, content: str) -> None:
    assert [s for s in SENTINELS if s in content] == [], what


def _expect_nothing_in_rows(engine: Engine) -> None:
    with engine.connect() as conn:
        for table in metadata.sorted_tables:
            for sentinel in SENTINELS:
                query = text(f'SELECT count(*) FROM "{table.name}" r WHERE r::text LIKE :pattern')
                assert conn.execute(query, {"pattern": f"%{sentinel}%"}).scalar_one() == 0, table.name
