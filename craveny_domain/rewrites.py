"""Rewrites: whether two texts tell one event in nearly the same words, or the same words of another event.

The ratio says how alike the words are; the vetoes know what a template's filling is: its number, its company, its
direction. Both texts must have what the other lacks, for a rewrite often adds a figure or leaves one out.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from zlib import crc32

from rapidfuzz import fuzz

from craveny_domain.number_words import in_digits, numbers_in
from craveny_domain.text import without_links

MIN_RATIO = 82.0
"""Of 100, by edit distance over the letters and digits: rewrites have 85 and more, unrelated news about 30."""

# Of a long article only the opening is compared: copies agree from their first lines on.
COMPARED_CHARACTERS = 300

_LABELS = (
    "속보|단독|종합|긴급|특징주|공시|시황|마감|상보|정정|포토|[1-9]보"
    "|breaking|exclusive|update|correct(?:ed|ion)|alert|flash"
)
_AGENCIES = "reuters|ap|afp|bloomberg|dow jones|yonhap|cnbc|business wire|globe newswire|pr ?newswire|marketwatch"
_REPORTER = "[가-힣]{2,4} ?(?:기자|특파원)(?![가-힣])(?: ?=)?"
_PREFIX = re.compile(
    rf"^(?: ?(?:[\[【<(](?:{_LABELS}|[가-힣]{{2,6}}(?:뉴스|일보|신문|경제|통신)) ?\d?보?[\]】>)]"
    r"|[\[(][^()\[\]=]{1,20}=[^()\[\]=]{1,30}[\])]"
    rf"|(?:[a-z][a-z0-9 .,]{{0,40}})?\((?:{_AGENCIES})\) ?[-–—:]*"
    rf"|(?:{_LABELS}) ?\d? ?[-–—:]+"
    rf"|{_REPORTER}))+"
)
_BYLINE = re.compile(rf"[a-z0-9.+-]{{1,40}}@[a-z0-9-]{{1,40}}(?:\.[a-z0-9-]{{1,20}})+|{_REPORTER}")
_BYLINE_MARKS = ("@", "기자", "특파원")
_COPYRIGHT_MARKS = ("저작권자", "ⓒ", "©", "무단", "(c)")
_COPYRIGHT = re.compile(r"(?:[<(\[]? ?(?:저작권자|ⓒ|©|무단 ?전재)|\(c\) ?\d{4}).*$", re.DOTALL)

# The day on which somebody said it belongs to the report, not to the event.
_SAID_ON = re.compile(r"(?:지난 )?\d{1,2}일 ?(?=(?:\S+ )?(?:밝혔|전했|말했|알렸|공시했|발표했))")

_WORD = re.compile(r"[^\W_]+(?:['’&.-][^\W_]+)*")
_LATIN = re.compile(r"[a-z][a-z&]*")
_HANGUL = re.compile("[가-힣]")
_NAME = re.compile(r"(?<![.!?:…] )(?<!^)(?<![\w'’&.-])[A-Z][\w&]*")
_ENDING = re.compile(
    r"(?:(?<=\S\S)(?:은|는|이|가|을|를|의|에|에서|서|와|과|도|로|으로|했다고|한다고|했다|한다|하기로|됐다|된다|하며)|['’]s?)$"
)
_REPORTED_ON = re.compile("(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|usa?|u.s")

_SHORT_TEXT = 20
# Two letters and more, none of them a figure, and without a verb's ending.
_NOUN = re.compile(
    r"(?=.*[가-힣])[^\W\d]{2,}(?<!다)(?<!고)(?<!며)(?<!어)(?<![받모잡찾팔놓막]아)(?<!해)(?<!혀)(?<!서)(?<!기)"
)
_SYNONYMS = (
    frozenset(("지난해", "작년", "전년")),
    frozenset(("올해", "금년")),
    frozenset(("내달", "다음달")),
    frozenset(("연산", "연간")),
    frozenset(("미국", "美")),
    frozenset(("체결", "계약")),
)

_DIRECTIONS = (
    re.compile(
        r"증가|늘[었어려린]|늘리|상승|올[랐라려렸리]|급등|강세|상향|인상|반등|오름|\b(?:rises?|rose|gains?|gained|jump(?:s|ed)?"
        r"|climb(?:s|ed)?|surge[sd]?|soar(?:s|ed)?|lifts?|lifted|raise[sd]?|higher|up|upgrade[sd]?|increase[sd]?)\b"
    ),
    re.compile(
        r"감소|줄[었어여인]|줄이|하락|내[렸려리]|급락|약세|하향|인하|떨어|내림|\b(?:falls?|fell|drop(?:s|ped)?|slips?|slipped|slid"
        r"|slides?|sinks?|sank|tumble[sd]?|plunge[sd]?|lowers?|lowered|down|downgrade[sd]?|cuts?|decrease[sd]?)\b"
    ),
    re.compile(r"동결|유지|보합|\b(?:unchanged|steady|holds?|held|keeps?|kept)\b"),
)
_TURNS = (
    (re.compile(r"매수|\bbuys?\b|\bbought\b"), re.compile(r"매도|매각|\bsells?\b|\bsold\b")),
    (re.compile(r"흑자|\bprofits?\b"), re.compile(r"적자|\bloss(?:es)?\b")),
    (re.compile(r"체결|맺"), re.compile(r"해지|취소|철회|무산|결렬")),
    (re.compile(r"\bbeats?\b|\btops?\b|\btopped\b|상회|웃[돌도]"), re.compile(r"\bmiss(?:es|ed)?\b|하회|밑[돌도]")),
    (re.compile(r"\bapproves?d?\b|승인|허가"), re.compile(r"\brejects?(?:ed)?\b|거부|불허|반려")),
)


def story_text(text: str) -> str:
    """The opening of a text without what copies change: case, links, handles, agency prefixes, bylines, copyright."""
    opening = without_links(text[: 4 * COMPARED_CHARACTERS]).lower()
    if any(map(opening.__contains__, _COPYRIGHT_MARKS)):
        opening = _COPYRIGHT.sub("", opening)
    if any(map(opening.__contains__, _BYLINE_MARKS)):
        opening = _BYLINE.sub(" ", opening)
    return _PREFIX.sub("", " ".join(opening.split())).strip()[:COMPARED_CHARACTERS]


@dataclass(frozen=True)
class Telling:
    """A text as its rewrites are judged; `plain` is its `story_text`, `text` what it was before.

    What is found out is kept as texts and tuples of plain values, for many thousands of these are held at once: the
    garbage collector walks sets and lists again and again, these not.
    """

    text: str
    plain: str

    @cached_property
    def counted(self) -> str:
        """`plain` with every number as digits, and without the day on which it was said."""
        return in_digits(_SAID_ON.sub("", self.plain) if "일" in self.plain else self.plain)

    @cached_property
    def letters(self) -> str:
        """The words' stems in one piece, for spaces, marks, particles and endings are each editor's own."""
        return "".join(map(_stem, _WORD.findall(self.counted)))

    @cached_property
    def figures(self) -> str:
        """The numbers told, as digits, with a space between them."""
        return " ".join(numbers_in(self.counted))

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers told, each once."""
        return frozenset(self.figures.split())

    @cached_property
    def marks(self) -> int:
        """The numbers as a set of 64 bits: texts that each have a bit of their own each have a number of their own."""
        bits = 0
        for number in self.numbers:
            bits |= 1 << (crc32(number.encode()) & 63)
        return bits

    @cached_property
    def stems(self) -> str:
        """Words in order, without Korean particles and English possessives, a space before and after each."""
        return " ".join(("", *map(_stem, _WORD.findall(self.plain)), ""))

    @cached_property
    def opening(self) -> str:
        """The stem of the first word; empty where there is none."""
        first = _WORD.search(self.plain)
        return _stem(first[0]) if first else ""

    @property
    def words(self) -> list[str]:
        """The stems one by one."""
        return self.stems.split()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What is written as a name: Latin words among Hangul, or capitals where not every word has one."""
        if self.is_korean:
            return tuple(_LATIN.findall(self.plain))
        opening = without_links(self.text[: 4 * COMPARED_CHARACTERS])
        named = {_stem(name.lower()) for name in _NAME.findall(opening)}
        named = {name for name in named if not _REPORTED_ON.fullmatch(name)}
        in_title_case = len(named) > len(self.words) / 2
        return () if in_title_case else tuple(named.intersection(self.words))

    @cached_property
    def directions(self) -> tuple[int, ...]:
        """Which ways things go in it: up, down, unchanged."""
        return tuple(way for way, words in enumerate(_DIRECTIONS) if words.search(self.plain))

    @cached_property
    def turns(self) -> tuple[tuple[bool, bool], ...]:
        """Of each pair of opposite events, which of the two it tells."""
        return tuple((bool(this.search(self.plain)), bool(that.search(self.plain))) for this, that in _TURNS)

    @cached_property
    def is_korean(self) -> bool:
        """Whether any of it is Hangul."""
        return _HANGUL.search(self.plain) is not None


def is_rewrite(one: Telling, other: Telling) -> bool:
    """Whether the two tell one event: nearly the same letters, and nothing that a template would be filled with."""
    # Cheapest first: of the many that fill one template in, nearly all differ in a number or in whom they are about.
    if _opens_with_its_own(one, other) or _each_has_its_own(one.numbers, other.numbers):
        return False
    if fuzz.ratio(one.letters, other.letters, score_cutoff=MIN_RATIO) < MIN_RATIO:
        return False
    return not (
        _each_has_its_own(set(one.names).difference(other.words), set(other.names).difference(one.words))
        or (one.directions and other.directions and set(one.directions).isdisjoint(other.directions))
        or any(map(_turned, one.turns, other.turns))
        or _swaps_a_noun(one, other)
    )


def _each_has_its_own(one: Set[str], other: Set[str]) -> bool:
    return not (one <= other or other <= one)


def _opens_with_its_own(one: Telling, other: Telling) -> bool:
    # The first word is the subject in nearly every headline of both languages.
    if not (one.opening and other.opening):
        return False
    return _lacks(one, other.opening) and _lacks(other, one.opening)


def _lacks(told: Telling, stem: str) -> bool:
    # Mostly it is nowhere in the text, and the stems need not be found out.
    return stem not in told.plain or f" {stem} " not in told.stems


def _swaps_a_noun(one: Telling, other: Telling) -> bool:
    """Whether a short Korean text has another noun where the other has its own: Hangul has no capitals for names."""
    # In one order, for the alignment is not the same both ways.
    words, others = sorted((one.words, other.words))
    if not one.is_korean or max(len(words), len(others)) > _SHORT_TEXT:
        return False
    told = one.letters, other.letters
    for step, begin, end, start, stop in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if step == "replace" and end - begin == stop - start:
            pairs = zip(words[begin:end], others[start:stop], strict=True)
            if any(_are_other_nouns(this, that, told) for this, that in pairs):
                return True
    return False


def _are_other_nouns(this: str, that: str, told: tuple[str, str]) -> bool:
    if not (_NOUN.fullmatch(this) and _NOUN.fullmatch(that)):
        return False
    if any(this in letters and that in letters for letters in told):
        return False
    is_same_way = any(way.search(this) and way.search(that) for way in _DIRECTIONS)
    return not is_same_way and not any(this in same and that in same for same in _SYNONYMS)


def _turned(one: tuple[bool, bool], other: tuple[bool, bool]) -> bool:
    return one[0] != one[1] and one == other[::-1]


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return _ENDING.sub("", word)
