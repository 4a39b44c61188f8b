"""The models page: who is above the floors, who is better than whom and how that grew, and parts of the market."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.chromium import settle
from tests.dashboard.conftest import Visitor
from tests.dashboard.judgement_plants import EARNED, PAIR, REVISED, SINCE
from tests.dashboard.language_plants import SCRIBE
from tests.dashboard.plants import MARKET, SYMBOL

ROW, COLUMN = PAIR
MATRIX = "Head to head"


def test_a_badge_says_since_when_it_is_held_and_at_what_risk_or_what_is_missing(
    visitor: Visitor, pages: dict[str, str]
):
    page, _ = visitor.visit(pages["models"])
    held = _leader(page, EARNED)
    expect(held).to_contain_text("beats every floor")
    expect(held).to_contain_text(f"since {SINCE}")
    expect(held).to_contain_text(re.compile(r"By luck at most 1\.\d% of the time: 5% shared over \d models"))
    expect(held).to_contain_text("Said anew after a correction of the past")
    waiting = _leader(page, "nearest_news")
    expect(waiting).to_contain_text("not shown yet")
    expect(waiting).to_contain_text(re.compile(r"Shown against \d of 5 floors\. \w+ is the hardest: 11 days so far"))
    expect(waiting).not_to_contain_text("Said anew")
    expect(_leader(page, "climatology")).to_contain_text("What the others are measured against")


def test_contaminated_days_are_counted_explained_and_grey(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(f"{pages['models']}&model={SCRIBE}")
    expect(_leader(page, SCRIBE)).to_contain_text("4 contaminated days")
    expect(page.get_by_role("region", name="Leaderboard")).to_contain_text("stay out of every verdict")
    days = page.get_by_role("table", name="Days").get_by_role("row").filter(has_text=SCRIBE)
    expect(days.filter(has=page.get_by_text("contaminated", exact=True))).to_have_count(4)
    returns = page.get_by_role("region", name="Return and drawdown")
    returns.get_by_text("The same as a table").first.click()
    expect(returns.get_by_role("table").first.get_by_text("contaminated", exact=True)).to_have_count(4)


def test_money_outcomes_and_skill_stand_beside_the_figures(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["models"])
    row = _leader(page, SCRIBE)
    expect(row).to_contain_text(re.compile(r"not right more often than \w+|no interval yet|95 % interval"))
    expect(_leader(page, "nearest_news")).to_contain_text("asks no provider")
    expect(row).to_contain_text("no input")
    before = _cells(row)
    page.get_by_label("Skill against").select_option("coin")
    expect(page).to_have_url(re.compile("floor=coin"))
    settle(page)
    assert _cells(row) != before, "the skill is against another floor"
    page.get_by_role("button", name="Skill", exact=True).click()
    expect(page.get_by_role("columnheader", name="Skill")).to_have_attribute("aria-sort", "descending")


def test_a_cell_opens_its_pair_and_the_address_keeps_it(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["models"])
    matrix = page.get_by_role("table", name=MATRIX)
    for row, column, word in (
        (ROW, COLUMN, "+ better"),
        (ROW, "coin", "+ better"),
        ("nearest_news", "reversal", "= no"),
    ):
        expect(_cell(matrix, row, column)).to_contain_text(word)
    expect(_cell(matrix, "nearest_news", "coin")).to_contain_text("not shown")

    _cell(matrix, ROW, COLUMN).click()
    pair = page.get_by_role("article", name=f"{ROW} against {COLUMN}")
    expect(pair).to_contain_text(f"{ROW} is better than {COLUMN}: shown on {SINCE}, and it stands.")
    expect(pair).to_contain_text(re.compile(r"[+-][\d.]+ pp"))
    expect(pair).to_contain_text(re.compile(r"\d+ questions on 11 days"))
    evidence = f"Evidence about {ROW} against {COLUMN}"
    expect(pair.get_by_role("img", name=evidence)).to_be_visible()
    copy, _ = visitor.visit(page.url)
    expect(copy.get_by_role("article", name=f"{ROW} against {COLUMN}")).to_be_visible()
    expect(_cell(copy.get_by_role("table", name=MATRIX), ROW, COLUMN)).to_have_attribute("aria-pressed", "true")
    pair.get_by_role("button", name="Close").click()
    expect(pair).to_have_count(0)
    assert "pair=" not in page.url


def test_a_revised_day_stands_above_what_had_been_said(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(f"{pages['models']}&pair={ROW}&pair={COLUMN}")
    rows = page.get_by_role("table", name="What was said day by day").get_by_role("row").filter(has_text=str(REVISED))
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("revised")
    expect(rows.last).to_contain_text("replaced")


def test_the_other_side_of_a_pair_says_the_reverse(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(f"{pages['models']}&pair={COLUMN}&pair={ROW}")
    pair = page.get_by_role("article", name=f"{COLUMN} against {ROW}")
    expect(pair).to_contain_text(f"{COLUMN} is worse than {ROW}: shown on {SINCE}, and it stands.")
    said = pair.get_by_role("table", name="What was said day by day").get_by_role("row").nth(1)
    expect(said).to_contain_text("worse")
    there, _ = visitor.visit(f"{pages['models']}&pair={ROW}&pair={COLUMN}")
    assert _difference(pair) == -_difference(there.get_by_role("article"))


def test_reliability_has_both_curves_their_distances_and_a_table(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(f"{pages['models']}&model=lexicon")
    reliability = page.get_by_role("region", name="Reliability", exact=True)
    for curve in ("As stated", "Calibrated"):
        told = reliability.locator("dl > div").filter(has=page.get_by_text(f"ECE · {curve}"))
        expect(told).to_contain_text(re.compile(r"\d\.\d%"))
        expect(told).to_contain_text(re.compile(r"\d+ questions on \d+ days"))
    reliability.get_by_text("The same as a table").click()
    for curve in ("As stated", "Calibrated"):
        expect(reliability.get_by_role("table").get_by_role("cell", name=curve).first).to_be_visible()


def test_a_sector_and_a_stock_narrow_the_figures_and_nothing_is_judged_of_them(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["models"])
    everything, whole = _cells(_leader(page, "lexicon")), _stated_questions(page)
    sector = page.get_by_label("Sector")
    name = sector.locator("option").nth(1).inner_text()
    sector.select_option(name)
    expect(page).to_have_url(re.compile("sector="))
    settle(page)
    assert _cells(_leader(page, "lexicon")) != everything
    expect(_leader(page, "lexicon")).to_contain_text("Compared on all stocks only")
    expect(page.get_by_role("region", name=MATRIX)).to_contain_text("Models are compared on all stocks only")
    of_sector = _stated_questions(page)
    assert 0 < of_sector < whole

    page.get_by_role("combobox", name="Stock", exact=True).fill(SYMBOL)
    page.get_by_role("listbox", name="Stock", exact=True).get_by_role("option").first.click()
    expect(page).to_have_url(re.compile(f"symbol={SYMBOL}"))
    assert "sector=" not in page.url
    settle(page)
    expect(page.get_by_role("link", name=f"Page of {SYMBOL}")).to_be_visible()
    assert 0 < _stated_questions(page) < whole
    page.get_by_role("region", name=MATRIX).get_by_role("button", name="Show all stocks").click()
    expect(page.get_by_role("table", name=MATRIX)).to_be_visible()


def test_a_stocks_record_leads_to_the_models_page_about_it(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["stock"])
    page.get_by_role("link", name="Intervals, reliability and returns").click()
    expect(page.locator("h1")).to_have_text("Models")
    for part in (f"market={MARKET}", f"symbol={SYMBOL}", "board=reconstructed"):
        assert part in page.url
    settle(page)
    expect(page.get_by_role("table", name="Leaderboard")).to_contain_text("lexicon")


@pytest.mark.parametrize(("language", "said"), [("en", "You may look every day"), ("ko", "날마다 보아도 됩니다")])
def test_the_words_are_explained_once_with_the_rule(language: str, said: str, visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["models"], language=language)
    expect(page.get_by_text(said)).to_have_count(1)
    rule = page.get_by_text({"en": "The rule was fixed beforehand", "ko": "규칙은 미리 정했습니다"}[language])
    expect(rule).to_contain_text(re.compile(r"2 ?(pp|%p).*5%", re.DOTALL))


def test_a_board_without_verdicts_says_what_fills_it(visitor: Visitor):
    page, _ = visitor.visit(f"/models?market={MARKET}")
    expect(page.get_by_role("region", name=MATRIX)).to_contain_text("materialize model_comparison in Dagster")


def _leader(page: Page, model: str) -> Locator:
    rows = page.get_by_role("table", name="Leaderboard").get_by_role("row")
    return rows.filter(has=page.get_by_role("rowheader", name=re.compile(rf"^{model}\b")))


def _cells(row: Locator) -> list[str]:
    expect(row).to_have_count(1)
    return row.get_by_role("cell").all_inner_texts()


def _stated_questions(page: Page) -> int:
    """On how many questions the first model's reliability rests."""
    told = page.get_by_role("region", name="Reliability", exact=True).locator("dl").first
    expect(told).to_contain_text("questions")
    found = re.search(r"([\d,]+)\s+questions", told.text_content() or "")
    assert found
    return int(found[1].replace(",", ""))


def _cell(matrix: Locator, row: str, column: str) -> Locator:
    return matrix.get_by_role("button", name=f"{row} against {column}: ")


def _difference(pair: Locator) -> float:
    found = re.search(r"([+-][\d.]+) pp", pair.inner_text())
    assert found, "the difference is told in points"
    return float(found[1])
