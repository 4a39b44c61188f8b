"""The page of a language model's forecast: what it read, was sent and said, what that took, and replays beside it."""

from playwright.sync_api import expect

from tests.dashboard.conftest import Visitor
from tests.dashboard.language_plants import RISK, UNANSWERED
from tests.dashboard.plants import IMAGE, TITLES
from tests.dashboard.test_hostile_text import nothing_happened


def test_what_was_read_sent_and_said_is_shown_as_text(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["answer"])
    evidence = page.get_by_role("region", name="2 · Evidence")
    for title in TITLES[:4]:
        expect(evidence.get_by_role("listitem").filter(has_text=title).first).to_be_visible()
    cited = evidence.get_by_role("listitem").filter(has=page.get_by_text("✓ cited"))
    expect(cited).to_have_count(2)
    expect(cited.last).to_contain_text("Return after")
    expect(cited.last).to_contain_text("not known")

    said = page.get_by_role("region", name="What was sent and said")
    expect(said).to_contain_text("1,000 sent (200 cached), 90 answered")
    expect(said).to_contain_text("$0.00021")
    expect(said).to_contain_text("800 ms")
    expect(said.get_by_role("table", name="Its answer").get_by_role("row")).to_have_count(4)
    expect(said.get_by_role("listitem").filter(has_text="Earnings are due.")).to_be_visible()
    expect(said.get_by_role("group", name="Raw answer")).to_be_hidden()
    said.get_by_text("Show the raw answer").click()
    expect(said.get_by_role("group", name="Raw answer")).to_contain_text(RISK.split('"')[0])
    said.get_by_text("Show the prompt as it was sent").click()
    expect(said.get_by_role("group", name="user: question")).to_contain_text("window.planted")
    requests = said.get_by_role("table", name="Requests")
    expect(requests.get_by_role("row")).to_have_count(4)
    expect(requests).to_contain_text(UNANSWERED)
    expect(requests).to_contain_text("no end recorded")
    nothing_happened(page, pages["answer"])


def test_a_forecast_that_names_a_target_shows_what_was_touched_first(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["answer"])
    settled = page.get_by_role("region", name="4 · Settlement")
    expect(settled.get_by_role("heading", name="On the way")).to_be_visible()
    for name, told in (("Target", "+1.50%"), ("Stop", "-1.50%"), ("Stop breached", "no"), ("Touched first", "target")):
        fact = settled.locator("dl > div").filter(has=page.get_by_text(name, exact=True))
        expect(fact.get_by_role("definition")).to_have_text(told)
    page, _ = visitor.visit(pages["prediction"])
    assert page.get_by_role("heading", name="On the way").count() == 0, "a rule names no target"


def test_replays_stand_beside_the_forecast_and_are_marked(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["answer"])
    rows = page.get_by_role("table", name="Replays of the same question").get_by_role("row")
    expect(rows).to_have_count(4)
    expect(rows.nth(1)).to_contain_text("this forecast")
    marked = rows.filter(has=page.get_by_text("replay", exact=True))
    expect(marked).to_have_count(2)
    expect(rows.filter(has_text="contaminated")).to_have_count(1)
    expect(rows.filter(has_text="contaminated")).to_contain_text(IMAGE)


def test_a_rule_has_nothing_of_a_language_model_on_its_page(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["prediction"])
    assert page.get_by_role("region", name="What was sent and said").count() == 0
