"""The keyless sentiment: counts of good and bad finance words, English by inflected word, Korean by stem.

Holds the word lists and how they are counted; what a count says about a stock is a model's business.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest

_ENGLISH_POSITIVE = """
accelerate accretive achieve advance advantage approval approve award beat beaten benefit best boom boost bounce
breakthrough bull bullish buoyant buyback climb confident delight double exceed excellent expand expansion favorable
gain gained grew grow grown growth higher highs impress improve improvement increase innovative jump jumped leap
lucrative milestone momentum opportunity optimism optimistic outpace outperform outperformer overtake popular
positive profit profitable progress promising prosper raise rally rebound record recover recovery resilient resolve
rewarding rise risen robust rocket rose secure soar solid stellar strength strengthen strong stronger strongest
succeed success successful surge surpass tailwind topped tops tripled triumph undervalue upbeat upgrade upside
upswing upward win winner won
"""
_ENGLISH_NEGATIVE = """
abandon accuse adverse allegation ban bankrupt bankruptcy bearish breach bribery cancel cancellation caution cease
challenge collapse complaint concern crash crisis cut damage decline decrease default defect deficit delay delist
deteriorate disappoint disappointment dispute disruption downgrade downside downturn downward drop dump erode fail
failure fall fallen fear fell fined fines fraud halt headwind hurt impairment indict investigate investigation lag
lawsuit layoff liquidate litigation lose loss lost lower lows mislead miss negative outage overvalue penalty plummet
plunge poor poorly pressure probe recall recession reject resign restructure sank scandal scrap selloff shortage
shrink shut sink slash slide slip slow slowdown slower sluggish slump strike struggle stumble sue suffer sunk
suspend tanked terminate threat threaten tumble turmoil uncertain uncertainty underperform unprofitable violation
volatile warn warning weak weaken weaker weakness wiped worry worse worsen worst writedown
"""
# A space stands for an optional particle and optional space: 적자 축소 also counts 적자를 축소, 적자폭 축소.
_KOREAN_POSITIVE = """
강세|개선|견조|경쟁력|고공행진|공급계약|급등|급반등|급증|긍정적|기대|기술수출|기술이전|껑충|낙찰|날개|날아올|대박
|도약|돌파|뛰어올|랠리|매진|목표가 상향|무상증자|반등|배당 확대|부담 완화|부진 탈출|불확실성 해소|비용 감소
|비용 절감|사상 최고|사상 최대|상승|상한가|상향|상회|서프라이즈|선방|선정|성공|성장|손실 감소|손실 축소|수주|수혜
|순매수|순항|승소|승승장구|승인|신고가|신기록|쑥쑥|안정적|약진|양호|역대 최고|역대 최대|역대급|오름세|올랐|완판
|우려 완화|우려 해소|우상향|우수|웃었|인기|자사주 매입|자사주 소각|저평가|적자 감소|적자 축소|적자 탈출|증가|질주
|최고|최대|최초|치솟|쾌거|쾌속|탄력|턴어라운드|폭등|폭증|허가|호실적|호재|호전|호조|호평|호황|확대|확보|활기|활황
|회복|획득|훈풍|흑자|흥행|힘입어
"""
_KOREAN_NEGATIVE = """
갈등|감소|감원|거래정지|결함|경고|경영난|고발|고소|고전|공매도|과징금|관리종목|구속 기소|구속영장|구조조정|급감|급락
|급제동|기대 못|기대 이하|기대치 하회|난항|내렸|내림세|논란|담합|둔화|디폴트|떨어졌|리스크|리콜|마이너스|목표가 하향
|무산|미달|반납|반락|배임|벌금|법정관리|부담|부도 우려|부도 위기|부도 처리|부실|부정적|부진|부채 증가|분쟁|불매|불안
|불확실|불황|비용 증가|빨간불|상장폐지|소송|손상|손실|쇼크|순매도|신저가|실망|실패|악영향|악재|악화|압박|압수수색
|약세|어닝쇼크|역성장|우려|위기|위반|위축|위험|유상증자|유출|의혹|이탈|잡음|저조|적발|적자|적자 전환|적자 확대|제동
|제재|조사 착수|좌초|중단|지연|차질|철수|철회|최종 부도|추락|축소|충격|취소|침체|타격|탈락|파산|파업|패소|폭락|피소
|피해|하락|하한가|하향|하회|해고|해임|해지|해킹|횡령|후퇴|흔들
"""
# Longer words that hold a stem by chance, and so count for nothing.
_KOREAN_NEUTRAL = """
감소량|경고음|금감원|급등락|기대수명|무인기|분위기|선정적|성장주|소송법|수주간|안철수|위험자산|이탈리아|인기업
|중단기|최고경영|최고기술|최고재무|최대주주|최대한
"""

_WORD_OR_STOP = re.compile(r"[a-z]+(?:['’][a-z]+)?|[.,;:!?](?=\s|$)")
_NEGATIONS = frozenset(("not", "no", "never", "without", "cannot", "neither", "nor", "hardly", "lack", "lacks"))
_FAILING = frozenset(("fail", "fails", "failed", "failing", "unable"))
# How many words a negation reaches over: "not a very strong quarter".
_REACH = 4
_KOREAN_NEGATION = re.compile(
    r"(?:(?:하|되|시키|나|오르)?지(?:는|도|를)?|이|가|은|는|도|을|를|에|에는|에도|세가|치에)? ?(?:않|못|아니|없)"
)


def sentiment(text: str) -> tuple[int, int]:
    """How many good and how many bad finance words the text holds; a negated word counts for the other side."""
    tones = [*_english_tones(text.lower()), *_korean_tones(text)]
    return tones.count(1), tones.count(-1)


def net_tone(counts: Iterable[tuple[int, int]]) -> float | None:
    """(good - bad) / (good + bad) summed over the articles, from -1 to 1; None when no article holds such a word."""
    pairs = list(counts)
    good, bad = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    return (good - bad) / (good + bad) if good + bad else None


def _english_tones(lower: str) -> Iterator[int]:
    """+1 or -1 for each word of the lists in a lower-case text, flipped within the reach of a negation."""
    reach = 0
    words: list[str] = _WORD_OR_STOP.findall(lower)
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if not word[0].isalpha():
            reach = 0
        elif _negates(word, following):
            reach = _REACH
        elif tone := _ENGLISH.get(word.removesuffix("'s").removesuffix("’s"), 0):
            yield -tone if reach else tone
            reach = 0
        else:
            reach = max(reach - 1, 0)


def _negates(word: str, following: str) -> bool:
    if word in _FAILING:
        return following == "to"
    return (word in _NEGATIONS or word.endswith(("n't", "n’t"))) and following != "only"


def _korean_tones(text: str) -> Iterator[int]:
    """+1 or -1 for each stem of the lists, the longest at each place, flipped when a negation follows it."""
    for found in _KOREAN_STEM.finditer(text):
        tone = bool(_KOREAN_GOOD.fullmatch(found[0])) - bool(_KOREAN_BAD.fullmatch(found[0]))
        if tone:
            yield -tone if _KOREAN_NEGATION.match(text, found.end()) else tone


def _forms(word: str) -> set[str]:
    """The word and its regular inflections; forms that English lacks do no harm, no text holds them."""
    stem = word.removesuffix("e")
    forms = {word, f"{word}s", f"{word}es", f"{stem}ed", f"{stem}ing", f"{word}{word[-1]}ed", f"{word}{word[-1]}ing"}
    if word.endswith("y"):
        forms |= {f"{word[:-1]}ies", f"{word[:-1]}ied"}
    return forms


def _english_lexicon() -> dict[str, int]:
    lists = ((_ENGLISH_POSITIVE, 1), (_ENGLISH_NEGATIVE, -1))
    return {form: tone for words, tone in lists for word in words.split() for form in _forms(word)}


def _korean_pattern(*lists: str) -> re.Pattern[str]:
    """An alternation over the stems of the lists, the longest first; without groups, which would make it slow."""
    stems = sorted((stem.strip() for words in lists for stem in words.split("|")), key=len, reverse=True)
    return re.compile("|".join(stems).replace(" ", "폭?[은는이가을를의에]? ?"))


_ENGLISH = _english_lexicon()
_KOREAN_STEM = _korean_pattern(_KOREAN_POSITIVE, _KOREAN_NEGATIVE, _KOREAN_NEUTRAL)
_KOREAN_GOOD = _korean_pattern(_KOREAN_POSITIVE)
_KOREAN_BAD = _korean_pattern(_KOREAN_NEGATIVE)
