"""What every page must say, and the words that none may say before a verdict exists."""

import re

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import select

from craveny_store.engine import open_engine
from craveny_store.tables import news
from tests.dashboard.conftest import HEADINGS, VISITORS, Store, Visitor
from tests.dashboard.server import ROOT

FORECASTS = ("overview", "predictions", "stock", "prediction")
FLOORS = ("overview", "predictions", "models", "prediction")
VERDICTS = re.compile(
    r"\b(win|wins|won|winn\w+|los(e|es|t|ing|er|ers)|best|worst|beat|beats|beaten|better|worse|champion\w*"
    r"|outperform\w*|superior\w*)\b|이겼|이긴|이기|승자|패자|승리|패배|우승|최고|최악|1위|우월|더 나은",
    re.IGNORECASE,
)
VERDICT_PAGES, VERDICT_WORDS = {"abtests", "new ab test"}, {"abtests.ts", "verdicts.ts"}
"""Where verdicts of e-processes stand, with their evidence; on other pages, within what is marked as judged."""
UNJUDGED = """() => {
    const judged = [...document.querySelectorAll("[data-judged]")].filter(
        (each) => !each.parentElement.closest("[data-judged]"));
    const said = document.body.innerText;
    return judged.reduce((left, each) => left.replace(each.innerText, ""), said);
}"""
"""What a page says apart from its verdicts and badges."""

HINTS = """[...document.querySelectorAll("[title], [aria-label], [alt]")].filter(
    (each) => !each.closest("[data-judged]")).flatMap(
    (each) => ["title", "aria-label", "alt"].map((name) => each.getAttribute(name) ?? ""))"""


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", [name for name in HEADINGS if name not in VERDICT_PAGES])
def test_no_page_names_a_winner(name: str, language: str, visitor: Visitor, pages: dict[str, str], store: Store):
    page, _ = visitor.visit(pages[name], email=VISITORS.get(name), language=language)
    said = page.evaluate(UNJUDGED) + "\n".join(page.evaluate(HINTS))
    for text in _articles(store):
        said = said.replace(text, "")
    assert VERDICTS.findall(said) == []


def test_no_word_of_the_dashboard_names_a_winner():
    files = (path for path in (ROOT / "dashboard/src/i18n").glob("*.ts") if path.name not in VERDICT_WORDS)
    words = {path.name: path.read_text(encoding="utf-8") for path in files}
    assert words
    found = {name: [m.group() for m in VERDICTS.finditer(_spoken(text))] for name, text in words.items()}
    assert not any(found.values()), found


@pytest.mark.parametrize("name", FORECASTS)
def test_invented_data_and_the_origin_are_labelled_where_forecasts_are(
    name: str, visitor: Visitor, pages: dict[str, str]
):
    page, _ = visitor.visit(pages[name])
    assert _shows(page.get_by_text("synthetic", exact=True))
    assert _shows(page.get_by_text("reconstructed", exact=True))


@pytest.mark.parametrize("name", FLOORS)
def test_floors_are_shown_and_marked(name: str, visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages[name])
    assert _shows(page.get_by_text("climatology", exact=True))
    assert _shows(page.get_by_text("floor", exact=True))


def test_a_record_carries_its_interval_its_questions_and_its_days(visitor: Visitor, pages: dict[str, str]):
    page, _ = visitor.visit(pages["models"])
    rows = page.get_by_role("table", name="Leaderboard").get_by_role("row")
    row = rows.filter(has=page.get_by_role("rowheader", name="climatology"))
    expect(row).to_contain_text("95 % interval")
    expect(row).to_contain_text(re.compile(r"\d+ questions on \d+ days"))


def _shows(found: Locator) -> bool:
    """Whether at least one of them can be seen."""
    return any(each.is_visible() for each in found.all())


def _articles(store: Store) -> list[str]:
    """What outsiders wrote, the longest first: their words are theirs."""
    engine = open_engine(store.url)
    with engine.connect() as conn:
        found = [text for row in conn.execute(select(news.c.title, news.c.excerpt)) for text in row]
    engine.dispose()
    return sorted(set(found), key=len, reverse=True)


def _spoken(source: str) -> str:
    """The texts of a dictionary without its code."""
    return "\n".join(quoted or templated for quoted, templated in re.findall(r'"([^"]*)"|`([^`]*)`', source))
