"""Contexts: a word that may be a company is one where its surroundings say so, and scores less than a sure name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.matching import Alias, AliasTable
from craveny_domain.passages import REVIEW_BELOW, STRONG, WEAK

US = AliasTable(
    [
        Alias(1, "Apple", "name"),
        Alias(1, "AAPL", "ticker"),
        Alias(2, "Target", "name"),
        Alias(2, "TGT", "ticker"),
        Alias(3, "Delta Air Lines", "name"),
        Alias(3, "Delta", "alias"),
        Alias(4, "ServiceNow", "name"),
        Alias(4, "NOW", "ticker"),
        Alias(5, "Citigroup", "name"),
        Alias(5, "C", "ticker"),
        Alias(6, "JPMorgan", "name"),
        Alias(6, "JPM", "ticker"),
        Alias(7, "McDonald's", "name"),
        Alias(8, "BP", "name"),
        Alias(8, "BP", "ticker"),
        Alias(9, "Best Buy", "name"),
        Alias(10, "Tesla", "name"),
        Alias(11, "Norfolk", "name", needs_context=True),
        Alias(12, "Wells Fargo", "name"),
    ]
)
KRX = AliasTable(
    [
        Alias(1, "대상", "name"),
        Alias(1, "001680", "code"),
        Alias(2, "기아", "name"),
        Alias(3, "한화", "name"),
        Alias(4, "한화오션", "name"),
        Alias(5, "현대차", "name"),
        Alias(6, "SK", "name"),
        Alias(7, "SK하이닉스", "name"),
        Alias(8, "한국전력", "name"),
        Alias(9, "CJ", "name"),
        Alias(10, "삼성SDI", "name"),
        Alias(11, "카카오", "name"),
    ]
)


def us(text: str) -> dict[int, float]:
    return {link.stock_id: link.score for link in US.links(text)}


def krx(text: str) -> dict[int, float]:
    return {link.stock_id: link.score for link in KRX.links(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Apple unveils a phone",
        "Apple to spend $10 billion",
        "Apple shares fall",
        "Apple Inc. raises its dividend",
        "Apple (NASDAQ: AAPL) said on Monday",
        "Regulators fine Apple as shares slip",
        "Apple, Tesla in talks",
        "Apple Unveils New Phones At October Event",
        "Apple-owned Beats cuts jobs",
    ],
)
def test_what_stands_beside_a_word_makes_it_a_company(text: str):
    assert us(text)[1] >= STRONG


@pytest.mark.parametrize(
    "text", ["The rise of Apple in India", "Buffett sold more of his Apple", "apple earnings tonight"]
)
def test_a_capital_in_mid_sentence_alone_is_for_a_reviewer(text: str):
    assert us(text) == {1: WEAK}
    assert WEAK < REVIEW_BELOW < STRONG


@pytest.mark.parametrize(
    "text",
    [
        "Apple pie prices climb",
        "Fiona Apple tours again",
        "An apple a day",
        "Apple Valley drought worsens",
        "Caramel Apple Recipes For Halloween",
        "Apple-flavoured tea sells out",
        "The Apple of his eye",
        "Inflation target stays at 2%",
        "Analyst lifts price target",
        "Mississippi Delta blues festival",
        "Floods along Delta",
        "The best buy in bonds",
        "Nikola Tesla museum reopens",
        "Wells Fargo Center hosts finals",
        "Norfolk broads draw tourists",
    ],
)
def test_a_word_in_its_common_meaning_is_no_company(text: str):
    assert not us(text)


def test_a_trade_is_told_by_the_longer_name_of_the_stock():
    assert us("Delta flight turns back") == {3: STRONG}
    assert not us("Apple flight turns back")


@pytest.mark.parametrize(
    "text", ["NOW is the time to buy", "ALL CAPS NOW", "Vitamin C sells", "Plan C: talks fail", "C and D"]
)
def test_a_ticker_that_is_a_word_needs_a_word_of_the_exchange(text: str):
    assert not us(text)


def test_bare_tickers_count_in_a_list_of_tickers():
    assert us("Banks rally: JPM and C lead").keys() == {5, 6}
    assert us("Buy NOW, sell C")[4] == STRONG
    assert us("NOW shares slip") == {4: STRONG}


def test_initials_are_a_name_in_korean_text_only():
    assert not us("BP reading of 140/90")
    assert us("BP scales back its plan") == {8: STRONG}
    assert krx("SK, 지분 매각") == {6: 0.95}
    assert not krx("SK is the postal code of Saskatchewan")


def test_both_apostrophes_spell_one_name():
    assert us("McDonald’s sales slip") == us("McDonald's sales slip") == {7: 0.95}
    assert us("Apple’s margins widen") == us("Apple's margins widen")


def test_an_alias_may_be_marked_as_ambiguous():
    assert us("Norfolk raises its dividend") == {11: STRONG}


@pytest.mark.parametrize(
    "text",
    [
        "대상, 김치 수출 늘어",
        "대상 3분기 영업이익 급증",
        "대상은 공장을 늘린다",
        "㈜대상 공채",
        "대상(001680) 강세",
        "현대차·대상 협력",
    ],
)
def test_a_korean_headline_begins_with_its_company(text: str):
    assert krx(text)[1] >= STRONG


@pytest.mark.parametrize(
    "text",
    [
        "소상공인 대상 대출",
        "현대차, 주주 대상 설명회",
        "연기대상 후보",
        "내전에 기아 인구 급증",
        "카카오 농가 소득 감소",
        "기아와 빈곤",
    ],
)
def test_a_korean_word_in_its_common_meaning_is_no_company(text: str):
    assert not {1, 2, 11} & krx(text).keys()


@pytest.mark.parametrize(
    "text", ["한화 이글스 3연승", "한화 이글스가 이겼다", "한화 생명 배당", "CJ ENM 흥행", "SK 나이츠 우승"]
)
def test_a_team_or_an_unlisted_member_of_the_group_is_not_the_stock(text: str):
    assert not krx(text)


def test_a_name_written_with_a_space_is_the_longer_name():
    assert krx("SK 하이닉스 신고가") == {7: 0.95}
    assert krx("한화 오션이 수주했다") == {4: 0.95}
    assert krx("삼성 SDI, 증설") == {10: 0.95}


def test_a_legal_name_may_end_in_corporation():
    assert krx("한국전력공사 사장 공모") == {8: 0.95}


def test_a_telephone_number_holds_no_code():
    assert not krx("전화 02-1234-001680")
    assert not krx("계좌 001680-12")


def test_a_code_or_cashtag_needs_no_context():
    assert krx("001680 순매수") == {1: 1.0}
    assert us("$NOW and $C here").keys() == {4, 5}
    assert set(us("$NOW and $C here").values()) == {1.0}


LATIN = [
    "Apple",
    "apple",
    "Target",
    "NOW",
    "C",
    "BP",
    "JPM",
    "Best Buy",
    "shares",
    "cuts",
    "the",
    "The",
    "'s",
    "’s",
    "İ",
]
HANGUL = ["대상", "기아", "한화", "이글스", "SK", "하이닉스", "는", "주가"]
MARKS = [",", ":", "·", "-", "(", ")", " ", " ", "\n", "$"]
words = st.sampled_from([*LATIN, *HANGUL, *MARKS])


@given(st.lists(words, max_size=14).map("".join) | st.text())
def test_every_text_is_judged_and_every_link_is_scored_by_its_evidence(text: str):
    for table in (US, KRX):
        for link in table.links(text):
            assert text[link.start : link.end] == link.span != ""
            assert link.score in (WEAK, STRONG, 0.9, 0.95, 1.0)


@given(st.lists(words, max_size=14).map("".join))
def test_a_cashtag_holds_in_every_context(text: str):
    assert us(f"{text} $AAPL ")[1] == 1.0


def test_a_text_of_many_names_costs_no_more_than_its_length():
    assert us("Apple, " * 20_000 + "shares")[1] == STRONG
    assert us("Shares of Apple " * 20_000)[1] == STRONG
    assert us("x" * 200_000 + " Apple") == {1: WEAK}
