"""Reading a raw item's payload as an article."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.articles import TITLE_LIMIT, Article, read_article, reading_text


def read(**fields: object) -> Article:
    return read_article(json.dumps(fields))


def test_an_article_is_clean_and_in_utc():
    article = read(
        id="7",
        title="<b>삼성전자</b>, 3분기 &quot;사상 최대&quot;",
        text="반도체 호조에\n영업이익이 늘었다.",
        link="https://news.example/7",
        published_at="2026-01-05T08:30:00+09:00",
        symbols=["005930", "000660", "005930"],
    )
    assert article == Article(
        title='삼성전자, 3분기 "사상 최대"',
        excerpt="반도체 호조에 영업이익이 늘었다.",
        text='삼성전자, 3분기 "사상 최대" 반도체 호조에 영업이익이 늘었다.',
        link="https://news.example/7",
        published_at=datetime(2026, 1, 4, 23, 30, tzinfo=UTC),
        language="ko",
        symbols=("005930", "000660"),
        article_id="7",
    )


def test_without_a_title_the_opening_of_the_text_is_the_title():
    article = read(text="Tesla beats estimates " * 20, symbol="TSLA")
    assert article.title.startswith("Tesla beats estimates")
    assert article.title.endswith("…")
    assert len(article.excerpt) <= 100 < len(article.title) <= TITLE_LIMIT
    assert article.text.count("Tesla") == 20
    assert (article.published_at, article.link, article.symbols, article.article_id) == (None, None, ("TSLA",), None)


def test_an_opening_that_the_title_already_holds_is_read_once():
    article = read(text="Tesla beats estimates " * 20)
    assert reading_text(article.title, article.excerpt) == article.title
    assert reading_text("Tesla beats", "Shares rose") == "Tesla beats Shares rose"


def test_without_a_text_the_title_stands_for_it():
    article = read(title="Tesla beats estimates", text=None)
    assert article.title == article.text == article.excerpt == "Tesla beats estimates"


def test_a_title_repeated_by_the_text_counts_once():
    assert read(title="Tesla beats", text="Tesla beats estimates").text == "Tesla beats estimates"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://x.org/a", "https://", "http://a b.com", "/local", 5, None]
)
def test_only_web_links_are_kept(link: object):
    assert read(title="t", link=link).link is None


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("{broken", "not readable JSON"),
        ("[" * 100_000, "not readable JSON"),
        ("[1]", "type list"),
        ("null", "type NoneType"),
        ('{"title": " ", "text": "<p></p>"}', "neither a title nor a text"),
        ('{"title": 5}', "title is of type int"),
        ('{"title": "t", "symbols": "TSLA"}', "symbols are of type str"),
        ('{"title": "t", "symbol": 5930}', "symbol is of type int"),
        ('{"title": "t", "published_at": "yesterday"}', "'yesterday' is not ISO 8601"),
        ('{"title": "t", "published_at": "2026-01-05T09:00:00"}', "with a zone"),
        ('{"title": "t", "published_at": "0001-01-01T00:00:00+09:00"}', "is not ISO 8601"),
        ('{"title": "t", "published_at": 1767600000}', "is not ISO 8601"),
    ],
)
def test_an_unreadable_item_is_refused_in_one_sentence(payload: str, reason: str):
    with pytest.raises(ValueError, match=reason) as refusal:
        read_article(payload)
    assert "\n" not in str(refusal.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from(["id", "title", "text", "link", "published_at", "symbol", "symbols"]), json_values)
    | json_values
)
def test_any_json_is_read_or_refused(value: object):
    try:
        article = read_article(json.dumps(value))
    except ValueError as refusal:
        str(refusal).encode("utf-8")
    else:
        assert article.title
        assert article.text
        f"{article}".encode()
