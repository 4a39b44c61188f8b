"""The word lists: what counts as good and bad news, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.lexicon import net_tone, sentiment


@pytest.mark.parametrize(
    "word", ["급등", "상승", "호조", "수주", "흑자", "최대", "개선", "신고가", "기대", "돌파", "성장"]
)
def test_a_good_korean_word_counts_once(word: str):
    assert sentiment(f"삼성전자 {word}에 관심") == (1, 0)


@pytest.mark.parametrize(
    "word", ["급락", "하락", "부진", "적자", "우려", "감소", "소송", "리콜", "악화", "경고", "철회"]
)
def test_a_bad_korean_word_counts_once(word: str):
    assert sentiment(f"삼성전자 {word}에 관심") == (0, 1)


@pytest.mark.parametrize(
    "word", ["beats", "surges", "record", "upgrade", "wins", "growth", "strong", "raises", "approval", "expands"]
)
def test_a_good_english_word_counts_once(word: str):
    assert sentiment(f"Acme {word.upper()} Tuesday") == sentiment(f"Acme {word}.") == (1, 0)


@pytest.mark.parametrize(
    "word", ["misses", "falls", "recall", "downgrade", "lawsuit", "weak", "cuts", "probe", "delays", "warns"]
)
def test_a_bad_english_word_counts_once(word: str):
    assert sentiment(f"Acme {word.title()} Tuesday") == sentiment(f"Acme {word}!") == (0, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SK하이닉스, HBM 수주 호조에 사상 최대 실적… 주가는 신고가", (4, 0)),
        ("현대차, 북미 리콜 우려에 급락", (0, 3)),
        ("실적 개선 기대에도 소송 부담", (2, 2)),
        ("Tesla beats estimates, raises guidance; shares surge to record", (4, 0)),
        ("Boeing falls as FAA probe delays 737 deliveries", (0, 3)),
        ("Apple dropped plans, winning approval", (2, 1)),
        ("The company held its annual meeting on Tuesday", (0, 0)),
        ("", (0, 0)),
    ],
)
def test_headlines_have_their_tone(text: str, expected: tuple[int, int]):
    assert sentiment(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("실적이 개선되지 않았다", (0, 1)),
        ("반등하지 못했다", (0, 1)),
        ("호재가 아니다", (0, 1)),
        ("악화되지 않았다", (1, 0)),
        ("not a strong quarter", (0, 1)),
        ("no growth this year", (0, 1)),
        ("Acme fails to beat estimates", (0, 1)),
        ("outlook isn't weak", (1, 0)),
        ("did not come. Strong quarter", (1, 0)),
        ("not only strong", (1, 0)),
        ("급등했지만 호재는 아니다", (1, 1)),
    ],
)
def test_a_negation_flips_what_it_reaches(text: str, expected: tuple[int, int]):
    assert sentiment(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("적자 축소", (1, 0)),
        ("적자폭을 줄이고 적자를 축소", (1, 1)),
        ("흑자 전환", (1, 0)),
        ("적자 전환", (0, 1)),
        ("우려 완화", (1, 0)),
        ("최대주주 변경", (0, 0)),
        ("이탈리아 방문", (0, 0)),
        ("분위기", (0, 0)),
        ("window winter recordings against", (0, 0)),
    ],
)
def test_the_longest_stem_decides(text: str, expected: tuple[int, int]):
    assert sentiment(text) == expected


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_a_count(text: str):
    good, bad = sentiment(text)
    assert good >= 0
    assert bad >= 0


def test_the_net_tone_sums_over_articles():
    assert net_tone([(3, 0), (0, 1), (0, 0)]) == 0.5
    assert net_tone([(1, 1)]) == 0.0
    assert net_tone([(0, 2)]) == -1.0


def test_without_a_sentiment_word_there_is_no_tone():
    assert net_tone([]) is None
    assert net_tone([(0, 0), (0, 0)]) is None
