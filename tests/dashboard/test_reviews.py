"""The review queue: judged by mouse and by keyboard alone, honest about what was not kept, closed to others."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from craveny_store.engine import open_engine
from tests.dashboard.conftest import Store, Visitor
from tests.dashboard.plants import DOUBTFUL, EVIDENCE, EVIDENCE_AT, INVESTOR, MARKET, OPERATOR
from tests.dashboard.test_hostile_text import PLANTED
from tests.dashboard.test_journey import HAS_VISIBLE_FOCUS

REVIEWS = f"/reviews?market={MARKET}"


def test_the_evidence_is_marked_and_hostile_words_are_shown_as_text(visitor: Visitor):
    page, _ = visitor.visit(REVIEWS, email=OPERATOR)
    expect(page.get_by_text(DOUBTFUL).first).to_be_visible()
    mark = page.locator("mark").first
    expect(mark).to_have_text(EVIDENCE)
    assert mark.evaluate("(element) => element.previousSibling.textContent") == DOUBTFUL[:EVIDENCE_AT]
    assert page.locator("mark").count() == _cards(page).count()
    assert page.evaluate(PLANTED) == []


def test_links_are_judged_by_mouse_and_a_second_review_turns_one_around(visitor: Visitor, store: Store):
    page, _ = visitor.visit(REVIEWS, email=OPERATOR)
    known, count = _verdicts(store), _cards(page).count()
    first, second = _cards(page).nth(1), _cards(page).nth(2)
    first.get_by_role("button", name="Confirm").click()
    expect(first).to_contain_text("Confirmed")
    expect(second).to_have_attribute("aria-current", "true")
    second.get_by_role("button", name="Confirm").click()
    second.get_by_role("button", name="Undo: reject it").click()
    expect(second).to_contain_text("Rejected")
    expect(second.get_by_role("button", name="Undo: confirm it")).to_be_visible()
    assert _verdicts(store)[len(known) :] == ["confirmed", "confirmed", "rejected"]

    page.reload()
    expect(_cards(page)).to_have_count(count - 2)


def test_links_are_judged_by_keyboard_alone(visitor: Visitor, store: Store):
    page, _ = visitor.visit(REVIEWS, email=OPERATOR)
    known = _verdicts(store)
    for key in ("↑ ↓", "y", "n", "u"):
        expect(page.get_by_role("list", name="Keys").get_by_text(key, exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    _expect_focus(_cards(page).nth(1))
    page.keyboard.press("y")
    expect(_cards(page).nth(1)).to_contain_text("Confirmed")
    _expect_focus(_cards(page).nth(2))
    page.keyboard.press("n")
    expect(_cards(page).nth(2)).to_contain_text("Rejected")
    expect(_cards(page).nth(2).get_by_role("button", name="Undo: confirm it")).to_be_visible()
    page.keyboard.press("u")
    expect(_cards(page).nth(2).get_by_role("button", name="Undo: reject it")).to_be_visible()
    assert _verdicts(store)[len(known) :] == ["confirmed", "rejected", "confirmed"]


def test_letters_that_are_typed_elsewhere_judge_nothing(visitor: Visitor, store: Store):
    page, _ = visitor.visit(REVIEWS, email=OPERATOR)
    known = _verdicts(store)
    page.get_by_role("combobox", name="Search stocks").focus()
    page.keyboard.type("yn")
    expect(page.get_by_role("main").get_by_role("status").filter(has_text="0 reviewed")).to_be_visible()
    assert _verdicts(store) == known


def test_a_verdict_that_was_not_kept_is_taken_back_and_said(visitor: Visitor, store: Store):
    page, watch = visitor.visit(REVIEWS, email=OPERATOR)
    card = _cards(page).last
    watch.forgive("status 404", "console error: Failed to load resource.*404")
    _forget_links(store, card.locator("p").first.inner_text())
    card.get_by_role("button", name="Reject").click()
    expect(card.get_by_role("alert")).to_contain_text("is not linked to")
    expect(card.get_by_role("button", name="Reject")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("status").filter(has_text="0 reviewed")).to_be_visible()


def test_a_queue_in_which_nothing_waits_says_so(visitor: Visitor):
    page, _ = visitor.visit("/reviews?market=krx", email=OPERATOR)
    expect(page.get_by_text("Nothing waits for a review")).to_be_visible()


@pytest.mark.parametrize(("path", "role"), [("/reviews", "operator"), ("/stocks?add=1", "administrator")])
@pytest.mark.parametrize("email", [None, INVESTOR])
def test_who_may_not_is_told_what_is_needed_and_offered_nothing(
    email: str | None, path: str, role: str, visitor: Visitor
):
    page, watch = visitor.visit(path, email=email)
    main = page.get_by_role("main")
    expect(main).to_contain_text(f"needs the role {role}")
    expect(main.get_by_role("button")).to_have_count(0)
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    expect(links).to_have_text(["Overview", "Predictions", "Models", "A/B tests", "Registry", "Cost", "Operations"])
    if email is None:
        main.get_by_role("link", name="Log in").click()
        expect(page).to_have_url(re.compile(r"/login\?next=%2F"))
    else:
        expect(main).to_contain_text(f"{email} has the role investor")
    assert not any("/api/reviews" in request.url or "/aliases" in request.url for request in watch.requests)


def _cards(page: Page) -> Locator:
    return page.get_by_role("list", name="Links in doubt").get_by_role("listitem")


def _expect_focus(card: Locator) -> None:
    expect(card).to_be_focused()
    assert card.evaluate(HAS_VISIBLE_FOCUS), "nobody sees which card has the focus"


def _verdicts(store: Store) -> list[str]:
    """All that were kept, the earliest first."""
    engine = open_engine(store.url)
    with engine.connect() as conn:
        kept = conn.execute(text("SELECT verdict FROM match_review ORDER BY review_id")).scalars().all()
    engine.dispose()
    return list(kept)


def _forget_links(store: Store, title: str) -> None:
    """As a re-run whose rules no longer see them would."""
    engine = open_engine(store.url)
    with engine.begin() as conn:
        conn.execute(
            text("DELETE FROM match USING news n WHERE n.news_id = match.news_id AND n.title = :t"), {"t": title}
        )
    engine.dispose()
