"""Contexts: what the words around a name decide: whether a word means its company, and whether a name is another's.

The rules of each language are in `english_contexts` and `korean_contexts`, their word lists in `ambiguous_words`.
"""

import re

from craveny_domain import ambiguous_words as words
from craveny_domain.english_contexts import english_score
from craveny_domain.korean_contexts import korean_score
from craveny_domain.passages import Mention, Passage, bare

_HANGUL = re.compile("[가-힣]")
_FOLLOWING = re.compile(r" ([0-9A-Za-z가-힣]+)")
_LONGEST_FORENAME = max(map(len, words.FORENAMES))


def context_score(passage: Passage, mention: Mention) -> float:
    """How surely an ambiguous word means its company: `passages.STRONG`, `WEAK` or 0."""
    judge = korean_score if _HANGUL.search(passage.text, *mention.span) else english_score
    return judge(passage, mention)


def is_of_another(text: str, start: int, end: int, *, of_a_group: bool) -> bool:
    """Whether the name at [start, end) is part of a person's, a team's or another member's of the group.

    `of_a_group`: the name is so short that a word after it may be an unlisted member's (한화 생명).
    """
    if text[start - 1 : start] == " ":
        previous = text[max(start - _LONGEST_FORENAME - 2, 0) : start - 1].rpartition(" ")[2]
        if previous[:1].isupper() and previous.lower() in words.FORENAMES:
            return True
    following = _FOLLOWING.match(text, end)
    if not following:
        return False
    word = following[1]
    if word[0].isupper() and word.lower() in words.OTHER_ENTITIES:
        return True
    plain = bare(word.lower())
    return plain in words.TEAMS_KOREAN or (of_a_group and plain in words.AFFILIATES_KOREAN)
