"""English contexts: whether a word that may mean a company (Apple, NOW, BP) means it where it stands."""

import re
from collections.abc import Sequence

from craveny_domain import ambiguous_words as words
from craveny_domain.passages import STRONG, WEAK, Mention, Passage, Span

_NEXT = re.compile(r"(?:'s)? +([\w&][\w&'.-]*\w|[\w&])")
_PREVIOUS = re.compile(r"([\w&][\w&'.-]*) $")
_POSSESSIVE = re.compile(r"'s?(?!\w)")
_OPENING = re.compile(r"(?:^|[.!?:;…|\]】\"“‘'–—-])\s*$")
_FORM = re.compile(r",? ([A-Z][A-Za-z]+|plc)\b")
_COINED = re.compile(r"-(?:owned|backed|made|led|controlled|designed|branded|parent|funded|run|operated)\b")
_TICKER_AFTER = re.compile(r" ?\((?:[A-Z]{2,8}: ?)?\$?[A-Z]{1,5}(?:\.[A-Z])?\)")
_INFINITIVE = re.compile(r" to (?!(?:the|an?|be|his|her|their|its|this|that|my|your|our|it)\b)[a-z]{2,}\b")
_DONE_TO = re.compile(r"(?:'s)? \w+ (?:by|to|for|over|after|as|at|on|in|from|\d)")
_WITH_ANOTHER = re.compile(r"(?: and | & |, )[A-Z][\w&]*(?:,? and [A-Z]\w+)? ([a-z]+)")
_AFTER_ANOTHER = re.compile(r"[A-Z][\w&]*(?: and | & )$")
_ARTICLES = ("the", "a", "an")


def english_score(passage: Passage, mention: Mention) -> float:
    """How surely a word in Latin letters means its company: STRONG, WEAK or 0."""
    span = mention.span
    before, after, spelled = passage.before(span), passage.after(span), passage.text[slice(*span)]
    form = _FORM.match(after)
    is_coined = _COINED.match(after) is not None and not mention.is_ticker
    if is_coined or (form and form[1].lower() in words.LEGAL_FORMS) or _TICKER_AFTER.match(after):
        return STRONG
    listed = passage.listed_with(span)
    if mention.is_ticker:
        return _bare_ticker(passage, span, listed)
    if before.endswith("-") or after.startswith("-"):
        return 0.0
    following = _next_word(after)
    if any(word[0].islower() for word in spelled.split()):
        is_said = " " not in spelled and following in words.TICKER_NOUNS
        return WEAK if is_said and _previous_word(before).lower() not in _ARTICLES else 0.0
    if following in words.OTHER_ENTITIES or _belongs_to_a_longer_name(passage, span):
        return 0.0
    if passage.sure.intersection(listed) or _stands_in_a_list(passage, span, listed):
        return STRONG
    return _beside(passage, mention, following)


def _beside(passage: Passage, mention: Mention, following: str) -> float:
    """What the words around a capitalised name say: those beside it first, then those of its whole text."""
    before, after = passage.before(mention.span), passage.after(mention.span)
    spelled = passage.text[slice(*mention.span)].lower()
    senses = words.OTHER_SENSES.get(spelled, frozenset())
    if following == "of" or following in senses:
        return 0.0
    if _acts(after, following) or following in words.COMPANY_NOUNS or _is_trade(mention, following):
        return STRONG
    previous = _previous_word(before).lower()
    is_place = spelled in words.PLACES and previous in words.AT_PLACES
    if previous in _ARTICLES or is_place or passage.has_any(senses):
        return 0.0
    if _POSSESSIVE.match(after) or _is_capital_by_choice(passage, before):
        return STRONG if passage.tells_of_markets else WEAK
    near = re.findall(r"[\w&]+", after.lower())[:4]
    return WEAK if any(word in words.MARKET_WORDS for word in near) else 0.0


def _bare_ticker(passage: Passage, span: Span, listed: Sequence[Span]) -> float:
    """A ticker that is a word or an acronym as well, in capitals."""
    if passage.is_upper_case:
        return 0.0
    if len(listed) > 1 and (passage.sure.intersection(listed) or len(listed) > 2):
        return STRONG
    if span[1] - span[0] == 1:
        return 0.0
    if _stands_in_a_list(passage, span, listed):
        return STRONG
    after, previous = passage.after(span), _previous_word(passage.before(span))
    is_traded = previous.lower() in words.TRADED
    if passage.is_korean or (previous[:1].isupper() and not is_traded):
        return 0.0
    following = _next_word(after)
    if is_traded or following in words.TICKER_NOUNS or _acts(after, following):
        return STRONG
    return WEAK if after.startswith(":") and passage.tells_of_markets else 0.0


def _acts(after: str, following: str) -> bool:
    """Whether the next words tell what a company does, will do, or what is done to it."""
    if following in words.COMPANY_VERBS or _INFINITIVE.match(after):
        return True
    return following in words.PASSIVES and _DONE_TO.match(after) is not None


def _belongs_to_a_longer_name(passage: Passage, span: Span) -> bool:
    """Whether the word right before makes it another name: Fiona Apple, Times Square."""
    before = passage.before(span)
    previous = _previous_word(before)
    word = previous.lower()
    if word in words.FORENAMES:
        return True
    if not previous[:1].isupper() or word.endswith("'s") or passage.is_title_case:
        return False
    if any(end == span[0] - 1 for _, end in passage.sure):
        return True
    if previous.isupper() and len(previous) > 1:
        return False
    return not (word in words.LEADS and _OPENING.search(before[: -len(previous) - 1]))


def _stands_in_a_list(passage: Passage, span: Span, listed: Sequence[Span]) -> bool:
    """Whether other capitalised names beside it, known or not, do what companies do."""
    capital = [one for one in listed if not passage.text[one[0]].islower()]
    if len(capital) > 2 or (len(capital) > 1 and passage.tells_of_markets):
        return True
    after = passage.after(span)
    another = _WITH_ANOTHER.match(after)
    if not another and not _AFTER_ANOTHER.search(passage.before(span)):
        return False
    said = another[1] if another else _next_word(after)
    plural = (said + "s", said + "es", said.removesuffix("y") + "ies")
    return said in words.COMPANY_NOUNS or any(verb in words.COMPANY_VERBS for verb in plural)


def _is_capital_by_choice(passage: Passage, before: str) -> bool:
    """Whether the capital is neither a sentence's first nor one of many."""
    return not (_OPENING.search(before) or passage.is_title_case or passage.is_upper_case)


def _is_trade(mention: Mention, following: str) -> bool:
    return any(following in words.SECTORS[word] for word in mention.known if word in words.SECTORS)


def _next_word(after: str) -> str:
    following = _NEXT.match(after)
    return following[1].lower() if following else ""


def _previous_word(before: str) -> str:
    previous = _PREVIOUS.search(before)
    return previous[1] if previous else ""
