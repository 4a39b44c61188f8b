"""Matching: names found where they stand as words of their own, and nowhere else."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.matching import Alias, AliasTable, Link, declared_links

TABLE = AliasTable(
    [
        Alias(1, "한화", "name"),
        Alias(2, "한화에어로스페이스", "name"),
        Alias(3, "SK", "name"),
        Alias(4, "SK하이닉스", "name"),
        Alias(4, "하이닉스", "alias"),
        Alias(4, "000660", "code"),
        Alias(5, "삼성전자", "name"),
        Alias(5, "005930", "code"),
        Alias(6, "Tesla", "name"),
        Alias(6, "TSLA", "ticker"),
        Alias(7, "AT&T Inc.", "name"),
        Alias(7, "T", "ticker"),
        Alias(8, "Alphabet", "name"),
        Alias(9, "Alphabet", "name"),
        Alias(10, "D", "ticker"),
        Alias(11, "AP", "ticker"),
        Alias(12, " ", "alias"),
        Alias(13, "Bank", "name"),
        Alias(14, "Bank of York", "name"),
        Alias(15, "York Times Group", "name"),
    ]
)


def found(text: str) -> dict[int, tuple[str, float]]:
    return {link.stock_id: (link.kind, link.score) for link in TABLE.links(text)}


def test_a_text_can_be_about_several_stocks():
    text = "삼성전자와 SK하이닉스, Tesla에 납품"
    assert TABLE.links(text) == [
        Link(5, 0, 4, "삼성전자", 0.95, "name"),
        Link(4, 6, 12, "SK하이닉스", 0.95, "name"),
        Link(6, 14, 19, "Tesla", 0.95, "name"),
    ]


def test_the_longer_name_takes_the_stretch():
    assert found("한화에어로스페이스 수주") == {2: ("name", 0.95)}
    assert found("SK하이닉스 신고가") == {4: ("name", 0.95)}


def test_the_longer_name_wins_wherever_it_starts():
    assert found("Bank of York") == {14: ("name", 0.95)}
    assert found("Bank of York Times Group").keys() == {13, 15}


def test_both_are_found_when_both_are_named():
    assert found("한화, 한화에어로스페이스 지분 확대").keys() == {1, 2}


@pytest.mark.parametrize(
    "text",
    [
        "한화는",
        "한화가 샀다",
        "한화에서",
        "한화으로",
        "한화측은 부인",
        "한화만의",
        "한화 등",
        "(한화)",
        "'한화'의",
        "한화·현대",
    ],
)
def test_a_korean_name_may_carry_a_particle(text: str):
    assert found(text) == {1: ("name", 0.95)}


@pytest.mark.parametrize(
    "text", ["한화그룹", "대한화섬", "한화생명이", "한화에너지", "A한화", "한화2", "1SK", "SKT", "SK도시", "SK_x"]
)
def test_a_name_inside_another_word_is_not_found(text: str):
    assert not found(text)


def test_latin_names_ignore_case_and_keep_word_boundaries():
    assert found("TESLA's rally") == found("tesla rises") == {6: ("name", 0.95)}
    assert not found("Teslas and NonTesla")
    assert found("AT&T Inc. cuts dividend") == {7: ("name", 0.95)}


def test_a_cashtag_is_surer_than_a_bare_ticker():
    assert found("$TSLA up") == found("buy $tsla가") == {6: ("cashtag", 1.0)}
    assert found("TSLA up") == {6: ("ticker", 0.9)}
    assert not found("tsla up")


def test_a_one_letter_ticker_needs_its_cashtag():
    assert found("$T and $D rise") == {7: ("cashtag", 1.0), 10: ("cashtag", 1.0)}
    assert not found("T D A")
    assert not found("plan D")


@pytest.mark.parametrize("text", ["U$D 25.000", "HAPPY NEW YEARS TO MY N$T SQUAD", "A$AP Rocky", "$D4"])
def test_a_dollar_sign_inside_a_word_is_no_cashtag(text: str):
    assert not found(text)


@pytest.mark.parametrize("text", ["1005930", "005930원", "005,930", "1,005930", "005930.5", "x005930"])
def test_a_code_inside_a_number_or_word_is_not_found(text: str):
    assert not found(text)


def test_a_code_is_found_as_a_word():
    assert found("삼성전자(005930)") == {5: ("code", 1.0)}
    assert found("005930, 000660.") == {5: ("code", 1.0), 4: ("code", 1.0)}


def test_one_link_per_stock_names_its_best_and_first_evidence():
    links = TABLE.links("하이닉스, SK하이닉스, SK하이닉스")
    assert links == [Link(4, 6, 12, "SK하이닉스", 0.95, "name")]


def test_stocks_of_one_spelling_are_all_linked():
    assert found("Alphabet gains").keys() == {8, 9}


def test_the_address_of_a_page_is_no_mention():
    assert not found("read https://tesla.com/AP now")


def test_a_character_that_grows_in_lower_case_moves_no_span():
    link = TABLE.links("İİİ Tesla")[0]
    assert (link.start, link.span) == (4, "Tesla")


pieces = st.sampled_from(
    ["한화", "에어로스페이스", "SK", "하이닉스", "$", "TSLA", "T", "는", " ", "005930", ".", "İ", "Tesla"]
)


@given(st.lists(pieces, max_size=12).map("".join) | st.text())
def test_every_link_shows_its_evidence(text: str):
    links = TABLE.links(text)
    assert len({link.stock_id for link in links}) == len(links)
    taken = sorted({(link.start, link.end) for link in links})
    assert all(text[link.start : link.end] == link.span != "" for link in links)
    assert all(before[1] <= after[0] for before, after in pairwise(taken))


def test_a_source_may_name_its_stocks_itself():
    links, unknown = declared_links(["TSLA", "XXXX", "TSLA", "Tesla", "YYYY"], {"TSLA": 6, "Tesla": 6})
    assert links == [Link(6, 0, 0, "", 1.0, "declared")]
    assert unknown == ["XXXX", "YYYY"]
