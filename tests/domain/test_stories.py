"""Stories: copies and rewrites join their earliest article of the last three days, and nothing looks ahead."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.rewrites import story_text
from craveny_domain.stories import MAX_AGE, StoryItem, Storyteller, assign_stories

START = datetime(2026, 1, 5, tzinfo=UTC)
WIRE = "삼성전자가 3분기 연결 기준 영업이익이 12조 1천억원으로 지난해 같은 기간보다 31.8% 늘었다고 공시했다."
COPY = "(서울=연합뉴스) 홍길동 기자 = " + WIRE
REWRITE = "[속보] 삼성전자는 3분기 연결 영업이익이 12조 1천억원으로 작년 같은 기간보다 31.8% 증가했다고 공시했다."
OTHER = "국제유가가 하락하면서 항공주가 일제히 강세를 보였다. 대한항공은 장중 52주 신고가를 기록했다."
REUTERS = "NEW YORK, Jan 5 (Reuters) - Tesla Inc beat delivery estimates for the fourth quarter, sending shares higher."
TWEET = "RT @user: Tesla Inc beat delivery estimates for the 4th quarter, sending shares higher http://t.co/x"


def item(news_id: int, hours: float, text: str) -> StoryItem:
    return StoryItem(news_id, START + timedelta(hours=hours), text)


def test_wire_copies_and_rewrites_join_the_first_report():
    new = [item(2, 1, COPY), item(3, 2, REWRITE), item(4, 3, OTHER), item(5, 3, TWEET)]
    known = [item(1, 0, WIRE), item(6, 1, REUTERS)]
    assert assign_stories(new, known) == {2: 1, 3: 1, 4: 4, 5: 6}


def test_the_same_words_about_another_course_of_events_are_another_story():
    text = "Boeing sues supplier over delays, Airbus wins record order from Delta in Paris"
    shuffled = "Airbus sues supplier in Paris over record delays, Delta wins order from Boeing"
    assert assign_stories([item(2, 1, shuffled)], [item(1, 0, text)]) == {2: 2}


def test_items_of_one_call_join_each_other():
    assert assign_stories([item(9, 0, WIRE), item(8, 1, COPY)], []) == {9: 9, 8: 9}


def test_at_one_instant_the_lower_id_comes_first():
    assert assign_stories([item(2, 0, WIRE), item(1, 0, WIRE)], []) == {1: 1, 2: 1}


def test_three_days_are_in_reach_and_a_second_more_is_not():
    old = StoryItem(1, START - MAX_AGE, WIRE)
    assert assign_stories([StoryItem(2, START, WIRE)], [old]) == {2: 1}
    assert assign_stories([StoryItem(2, START + timedelta(seconds=1), WIRE)], [old]) == {2: 2}


def test_the_earliest_is_looked_for_again_three_days_later():
    chain = [item(1, 0, WIRE), item(2, 48, WIRE), item(3, 96, WIRE)]
    assert assign_stories(chain, []) == {1: 1, 2: 1, 3: 2}


def test_the_earliest_wins_over_the_exact_copy():
    known = [item(1, 0, REWRITE), item(2, 1, WIRE)]
    assert assign_stories([item(3, 2, WIRE)], known) == {3: 1}


@pytest.mark.parametrize("text", ["🚀🚀🚀", "속보!", "T"])
def test_exact_copies_of_tiny_texts_are_one_story(text: str):
    assert assign_stories([item(2, 1, text)], [item(1, 0, text)]) == {2: 1}


def test_texts_of_links_alone_are_not_copies_of_each_other():
    new = [item(2, 1, "http://t.co/x"), item(3, 1, "@user http://t.co/y"), item(4, 1, "")]
    assert assign_stories(new, [item(1, 0, "http://t.co/x")]) == {2: 2, 3: 3, 4: 4}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (COPY, WIRE),
        ("[속보] [단독] 삼성전자 신고가 hong@news.kr", "삼성전자 신고가"),
        ("[서울=뉴시스] 홍길동 기자 = 코스피 상승 마감 무단전재 및 재배포 금지", "코스피 상승 마감"),
        (REUTERS, "tesla inc beat delivery estimates for the fourth quarter, sending shares higher."),
        ("UPDATE 2-Tesla beats", "tesla beats"),
        ("삼성전자 기자간담회 개최", "삼성전자 기자간담회 개최"),
        ("[삼성전자] 공급계약 체결", "[삼성전자] 공급계약 체결"),
    ],
)
def test_agency_marks_are_not_part_of_the_story(text: str, plain: str):
    assert story_text(text) == plain


PIECES = [WIRE, COPY, REWRITE, OTHER, REUTERS, TWEET, "🚀", "", "속보", "Tesla beats", "http://t.co/x"]
drawn_items = st.lists(
    st.builds(item, st.integers(1, 40), st.integers(0, 120), st.sampled_from(PIECES)),
    max_size=12,
    unique_by=lambda drawn: drawn.news_id,
)


@given(drawn_items, st.integers(0, 120), st.data())
def test_what_comes_later_changes_no_story(items: list[StoryItem], hour: int, data: st.DataObject):
    now = START + timedelta(hours=hour)
    past = [drawn for drawn in items if drawn.available_at <= now]
    future = [drawn for drawn in items if drawn.available_at > now]
    known = data.draw(st.lists(st.sampled_from(past), unique=True)) if past else []
    new = [drawn for drawn in past if drawn not in known]
    as_of = assign_stories(new, known)
    in_hindsight = assign_stories([*future, *new], known)
    assert {news_id: in_hindsight[news_id] for news_id in as_of} == as_of
    assert assign_stories(new, [*known, *future]) == as_of


@given(drawn_items)
def test_a_story_is_an_earlier_article_of_the_last_three_days(items: list[StoryItem]):
    by_id = {drawn.news_id: drawn for drawn in items}
    stories = assign_stories(items, [])
    assert stories.keys() == by_id.keys()
    for news_id, story_id in stories.items():
        age = by_id[news_id].available_at - by_id[story_id].available_at
        assert timedelta(0) <= age <= MAX_AGE


@given(drawn_items, st.lists(st.integers(0, 120), max_size=4).map(sorted))
def test_what_is_kept_from_day_to_day_changes_no_story(items: list[StoryItem], hours: list[int]):
    teller = Storyteller()
    for first, last in pairwise([-1, *hours, 200]):
        until = [drawn for drawn in items if drawn.available_at < START + timedelta(hours=last)]
        new = [drawn for drawn in until if drawn.available_at >= START + timedelta(hours=first)]
        known = [drawn for drawn in until if drawn not in new]
        assert teller.assign(new, known) == assign_stories(new, known)


def test_more_articles_than_one_block_holds_keep_their_stories():
    new = [item(n, n / 60, f"{WIRE} 단독 {n % 300}번째") for n in range(1, 601)]
    alone = {n: assign_stories([new[n - 1]], new[: n - 1])[n] for n in (1, 2, 256, 257, 300, 512, 600)}
    together = assign_stories(new, [])
    assert {n: together[n] for n in alone} == alone
