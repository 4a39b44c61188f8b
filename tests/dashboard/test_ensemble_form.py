"""An ensemble registered by its form, which then forecasts the next day that is materialized."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine, text

from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.clocks import Market
from craveny_domain.launches import ASSETS
from craveny_store.engine import open_engine
from tests.conftest import FILLED_LAST, Bench, copied_database
from tests.dashboard.conftest import Store, Visitor, serving
from tests.dashboard.plants import ADMIN, plant_people
from tests.dashboard.server import Server

NAME, MEMBERS = "pair-of-two", ["lexicon", "nearest_news"]
NEXT = FILLED_LAST + timedelta(days=1)
FORECASTS = """
    SELECT stock_id, horizon, outcome_class, probability FROM prediction
    WHERE session_date = :day AND model_name = :model ORDER BY 1, 2"""


@pytest.fixture
def own(postgres: EmbeddedPostgres, filled_template: str, store: Store) -> Iterator[Store]:
    """The filled us market with people, for days to be added to."""
    with copied_database(postgres, filled_template) as url:
        engine = open_engine(url)
        plant_people(engine)
        engine.dispose()
        yield Store(url, store.dagster_url)


@pytest.fixture
def engine(own: Store) -> Iterator[Engine]:
    opened = open_engine(own.url)
    yield opened
    opened.dispose()


@pytest.fixture
def own_server(own: Store, signing_keys: Path) -> Iterator[Server]:
    with serving(own, signing_keys) as opened:
        yield opened


def forecasts(engine: Engine, model: str) -> list[tuple]:
    with engine.connect() as conn:
        return [tuple(row) for row in conn.execute(text(FORECASTS), {"day": NEXT, "model": model})]


def test_an_ensemble_is_registered_by_its_form_and_forecasts_the_next_day(
    own_server: Server, engine: Engine, browser: Browser, markets: dict[str, Market]
) -> None:
    visitor = Visitor(browser, own_server.address)
    page, _ = visitor.visit("/registry", email=ADMIN)
    page.get_by_role("link", name="Add an ensemble").click()
    form = page.get_by_role("form", name="Add an ensemble")
    form.get_by_role("checkbox", name=MEMBERS[0]).check()
    form.get_by_role("button", name="Add an ensemble").click()
    expect(form.get_by_text("Fill this in.")).to_have_count(1)
    expect(form.get_by_text("Choose at least two members, or none.")).to_be_visible()
    form.get_by_label("Name").fill(NAME)
    form.get_by_role("checkbox", name=MEMBERS[1]).check()
    form.get_by_label("Rule").select_option("mean of probabilities")
    form.get_by_role("button", name="Add an ensemble").click()
    row = page.get_by_role("table", name="Models").get_by_role("row").filter(has_text=NAME)
    expect(row).to_have_count(1)
    expect(row).not_to_contain_text("not asked")
    assert forecasts(engine, NAME) == []

    with engine.begin() as conn:
        # As if that had been on the eve: the days of the sample are over.
        moved = "UPDATE model_activation SET active_from_at = :eve WHERE model_name = :model"
        assert conn.execute(text(moved), {"eve": FILLED_LAST, "model": NAME}).rowcount == 1
    bench = Bench(engine, markets["us"])
    for asset in ASSETS:
        bench.run(asset, NEXT)
    bench.work.keeper.shutdown()
    members = [{each[:2]: each[3] for each in forecasts(engine, member) if each[2] == "ok"} for member in MEMBERS]
    said = forecasts(engine, NAME)
    assert len(said) == len(forecasts(engine, "climatology")) > 0
    for *question, outcome_class, probability in said:
        answers = [answered[tuple(question)] for answered in members if tuple(question) in answered]
        assert outcome_class == ("ok" if answers else "no_input")
        assert probability == (pytest.approx(sum(answers) / len(answers), abs=1e-6) if answers else None)
    assert any(outcome_class == "ok" for _, _, outcome_class, _ in said)

    page, _ = visitor.visit(f"/predictions?market=us&model={NAME}")
    expect(page.get_by_role("main").get_by_text(NAME).first).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(str(NEXT))
    assert visitor.close() == []
