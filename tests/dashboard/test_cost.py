"""What language models cost and bought, as everybody sees it; and the page of an installation without any."""

import re

from playwright.sync_api import expect

from craveny_cli.services.postgres import EmbeddedPostgres
from tests.conftest import copied_database
from tests.dashboard.conftest import Store, Visitor, serving
from tests.dashboard.language_plants import SCRIBE

SPENT = re.compile(r"\$0\.\d{2,6}")


def test_the_budget_the_days_and_the_models_say_what_was_spent(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["cost"])
    budget = page.get_by_role("region", name="Budget of today")
    expect(budget.get_by_role("img")).to_have_accessible_name(
        re.compile(r"Of \$5\.00: \$0\.\S+ spent, \$0\.0012 reserved")
    )
    days = page.get_by_role("region", name="Per day")
    expect(days.get_by_role("img")).to_have_accessible_name(re.compile("Spending per day from 2026-10-01 to "))
    days.get_by_text("The same as a table").click()
    expect(days.get_by_role("row").nth(1)).to_contain_text(SPENT)
    models = page.get_by_role("table", name="Per model").get_by_role("row").filter(has_text=SCRIBE)
    expect(models).to_have_count(2)
    expect(models.first).to_contain_text("forecasts")
    outcomes = page.get_by_role("table", name="By outcome")
    for outcome in ("answered", "service failed", "unreadable answer", "no end recorded"):
        expect(outcomes.get_by_role("rowheader", name=outcome)).to_be_visible()


def test_a_correct_call_above_the_floor_has_a_price_or_a_reason_and_always_its_questions(
    visitor: Visitor, pages: dict[str, str]
):
    page, _ = visitor.visit(pages["cost"])
    row = page.get_by_role("table", name="What that bought").get_by_role("row").filter(has_text=SCRIBE)
    expect(row).to_contain_text(re.compile(r"n \d+ · \d+ d"))
    expect(row).to_contain_text(re.compile(r"\d+ of \d+"))
    expect(row).to_contain_text(
        re.compile(r"95 % interval|no interval yet|not right more often than \w+ \(\d+ : \d+\)")
    )
    page.get_by_label("Board").select_option("live")
    expect(row).to_contain_text("not applicable")
    expect(row).to_contain_text("nothing has settled in these days")
    assert "board=" not in page.url


def test_without_any_language_model_the_page_says_what_to_do(
    visitor: Visitor, store: Store, postgres: EmbeddedPostgres, filled_template: str, signing_keys
):
    with (
        copied_database(postgres, filled_template) as url,
        serving(Store(url, store.dagster_url), signing_keys) as bare,
    ):
        page, _ = visitor.new_page(address=bare.address)
        page.goto("/cost")
        expect(page.get_by_text("No language model is set up, and nothing was spent")).to_be_visible()
        expect(page.get_by_role("region", name="Budget of today")).to_contain_text("$5.00")
        page.get_by_role("link", name="Open the registry").click()
        expect(page.get_by_role("table", name="Models")).to_contain_text("climatology")
