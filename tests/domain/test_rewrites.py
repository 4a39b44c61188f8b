"""Rewrites: nearly the same words are one event, unless what fills the template differs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.rewrites import Telling, is_rewrite, story_text


def told(text: str) -> Telling:
    return Telling(text, story_text(text))


def same(one: str, other: str) -> bool:
    return is_rewrite(told(one), told(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SK하이닉스가 3분기 영업이익 11조3천억원을 거뒀다.", "SK하이닉스, 3분기 영업이익 11조3000억원 거둬"),
        ("두산이 공급 계약을 맺었다. 금액은 3조8천억원이다.", "두산이 공급계약을 맺었다. 금액은 3.8조원이다."),
        ("현대차가 공장을 지난해 열었다고 21일 밝혔다", "현대차가 공장을 작년 열었다고 22일 밝혔다"),
        ("Lilly to build $6.5 billion plant in Houston", "Lilly to build $6.5 bln plant in Houston"),
        ("Netflix announces ten-for-one stock split", "Netflix announces 10-for-1 stock split"),
        ("UPS cuts 48,000 jobs in turnaround push", "UPS Cuts 48,000 Jobs In Turnaround Push"),
        ("McDonald's brings back snack wraps", "McDonald’s brings back its snack wraps"),
        ("Exxon cuts 2,000 jobs worldwide as it moves", "Exxon cuts 2,000 jobs worldwide as it moves on Monday"),
    ],
)
def test_spelling_spacing_and_particles_make_no_other_event(one: str, other: str):
    assert same(one, other)


@pytest.mark.parametrize(
    ("why", "one", "other"),
    [
        ("number", "하림 분기배당 주당 400원 결정", "하림 분기배당 주당 450원 결정"),
        ("number", "Tesla recalls 46,000 trucks over trim", "Tesla recalls 48,000 trucks over trim"),
        ("number within a name", "기아 EV3 사전계약 1만대 넘어", "기아 EV4 사전계약 1만대 넘어"),
        ("subject", "삼성생명이 삼성전자 주식을 판다고 공시했다", "삼성화재가 삼성전자 주식을 판다고 공시했다"),
        ("subject", "Target names insider as next chief executive", "Kohl's names insider as next chief executive"),
        ("name", "Delta to resume flights to Tel Aviv in May", "Delta to resume flights to Beirut in May"),
        ("name in Latin letters", "가나증권, LG전자 목표가 상향 조정해", "가나증권, SK전자 목표가 상향 조정해"),
        ("direction", "한국은행이 기준금리를 연 2.50%로 동결했다", "한국은행이 기준금리를 연 2.50%로 내렸다"),
        ("direction", "Stocks close higher as tech weighs", "Stocks close lower as tech weighs"),
        ("turn", "포스코, 북미 양극재 공급계약 체결 공시", "포스코, 북미 양극재 공급계약 해지 공시"),
        ("turn", "FDA approves new obesity pill of Pfizer", "FDA rejects new obesity pill of Pfizer"),
        ("noun", "현대차, 미국 조지아 공장에 2조원 추가 투자", "현대차, 미국 앨라배마 공장에 2조원 추가 투자"),
    ],
)
def test_a_template_filled_otherwise_is_another_event(why: str, one: str, other: str):
    assert not same(one, other), why


def test_a_figure_that_only_one_of_them_tells_is_no_contradiction():
    assert same(
        "Boeing strike ends as machinists approve contract", "Boeing strike ends as machinists approve contract, 38%"
    )


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12조1천억원", {"1.21e+13"}),
        ("12조 1천억원, 12.1조원", {"1.21e+13"}),
        ("4천600억, 7만1천대", {"4.6e+11", "71000"}),
        ("1천241억원 1241억", {"1.241e+11"}),
        ("2,712로 마감, 2.50%", {"2712", "2.5"}),
        ("$1.6 billion, $1.6bn and $1,600 million", {"1.6e+09"}),
        ("the 4th of fourth", {"4"}),
    ],
)
def test_a_number_is_the_same_in_every_spelling(text: str, numbers: set[str]):
    assert told(text).numbers == numbers


pieces = st.sampled_from(
    [
        "삼성전자",
        "SK",
        "는",
        "이",
        "영업이익",
        " ",
        "12조",
        "1천억",
        "3분기",
        "증가",
        "감소",
        "Tesla",
        "beats",
        "misses",
        "third",
        "$5",
        " bn",
    ]
)
drawn = st.lists(pieces, max_size=10).map("".join) | st.text(max_size=40)


@given(drawn, drawn)
def test_the_verdict_is_the_same_both_ways(one: str, other: str):
    assert same(one, other) == same(other, one)


@given(drawn)
def test_a_text_is_its_own_rewrite(text: str):
    assert same(text, text)


def test_a_long_hostile_text_is_judged_in_time():
    for text in ("1조" * 50_000, "a" * 100_000, "1,1" * 40_000, "가 " * 50_000, "[" * 50_000):
        assert same(text, text)
