"""Korean contexts: whether a Korean word that may mean a company (대상, 기아) means it where it stands."""

import re
from collections.abc import Sequence

from craveny_domain.ambiguous_words import MODIFIERS_KOREAN, OTHER_SENSES, STRONG_NOUNS_KOREAN
from craveny_domain.passages import STRONG, WEAK, Mention, Passage, korean_words

_LEGAL_FORM_BEFORE = re.compile(r"(?:㈜|\(주\)|주식회사) ?$")
_LEGAL_FORM_AFTER = re.compile(r" ?(?:㈜|\(주\)|\(\d{6}\))")
_OPENING = re.compile(r"(?:^|[\]】)…|.!?] ?|[“\"‘'] ?)$")
_QUOTED = re.compile(r"[\"“”'‘’]$")
_JOINED = re.compile(r"(?:^|[\]】…”\"’'] ?)[가-힣A-Za-z&]{2,10}·$")
_PARTICLE = re.compile(r"(?:은|는|이|가|의|도|만|까지|에|와|과|로|측|측은|측이) ")
_CITED = re.compile(r" ?[\"“]")
_PERIOD = re.compile(r"\d분기|상반기|하반기|연간|지난해|올해|작년")


def korean_score(passage: Passage, mention: Mention) -> float:
    """How surely a word in Hangul means its company: STRONG, WEAK or 0.

    A headline begins with its subject, so the first word of a clause needs less than one in the middle.
    """
    before, after = passage.before(mention.span), passage.after(mention.span)
    spelled = passage.text[slice(*mention.span)]
    if _LEGAL_FORM_BEFORE.search(before) or _LEGAL_FORM_AFTER.match(after):
        return STRONG
    if passage.sure.intersection(passage.listed_with(mention.span)):
        return STRONG
    if passage.has_any(OTHER_SENSES.get(spelled, frozenset())):
        return 0.0
    following = korean_words(after)[:3]
    is_modifier = spelled in MODIFIERS_KOREAN
    opens = _opens(before, after)
    if after.startswith(" ") and following and _is_said_of_a_company(following[0]):
        return STRONG if opens else 0.0 if is_modifier else WEAK
    if opens:
        return _at_the_opening(passage, after, following, is_modifier=is_modifier)
    if _JOINED.search(before):
        return WEAK if passage.tells_of_markets else 0.0
    is_aside = before.endswith(", ") or (bool(passage.sure) and _PARTICLE.match(after) is not None)
    return WEAK if is_aside and not is_modifier else 0.0


def _at_the_opening(passage: Passage, after: str, following: Sequence[str], *, is_modifier: bool) -> float:
    if after.startswith((",", "、")):
        return STRONG
    has_particle = _PARTICLE.match(after) is not None
    if has_particle and passage.tells_of_markets:
        return STRONG
    if _CITED.match(after) or any(word in STRONG_NOUNS_KOREAN for word in following):
        return WEAK
    return WEAK if not is_modifier and (has_particle or after.startswith(" ")) else 0.0


def _opens(before: str, after: str) -> bool:
    """Whether a clause begins here; a word alone between quotation marks is a title or a term."""
    is_quoted = _QUOTED.search(before) is not None and after[:1] in ('"', "”", "'", "’")
    return _OPENING.search(before) is not None and not is_quoted


def _is_said_of_a_company(word: str) -> bool:
    # 화성공장 and 5공장 end as 공장 does.
    return word.endswith(tuple(STRONG_NOUNS_KOREAN)) or _PERIOD.match(word) is not None
