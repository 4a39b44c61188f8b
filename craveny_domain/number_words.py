"""Numbers as news write them, in Korean and English: 1조2천억, $1.2 trillion, ten and third become digits."""

import re

_COUNTED = "one two three four five six seven eight nine ten eleven twelve"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_DIGITS = r"\d(?:[\d,]*\d)?(?:\.\d+)?"
_KOREAN_DIGITS = r"\d(?:[\d,.백천]*[\d백천])?"
# 4천600억, 7만1천, and 12조 1천억 with its space.
_KOREAN_NUMBER = re.compile(rf"{_KOREAN_DIGITS}(?:[만억조](?:{_KOREAN_DIGITS}| {_KOREAN_DIGITS}(?=[만억조]))?)*")
_KOREAN_STEP = re.compile(rf"({_DIGITS})?([백천])?([만억조])?")
_KOREAN_UNITS = {"백": 10**2, "천": 10**3, "만": 10**4, "억": 10**8, "조": 10**12}
_ENGLISH_NUMBER = re.compile(
    rf"({_DIGITS})(?:st|nd|rd|th)?(?:[ -]?(trillion|tn|trn|billion|bln|bn|b|million|mln|mn|m|thousand|k))?(?![a-z])"
)
_ENGLISH_UNITS = {"k": 10**3, "th": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
_NUMERALS = {
    **{word: str(n) for n, word in enumerate(_COUNTED.split(), 1)},
    **{word: str(n) for n, word in enumerate(_ORDINALS.split(), 1)},
}
_NUMERAL = re.compile(rf"\b(?:{'|'.join(_NUMERALS)})\b")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e\+\d+)?")
_HANGUL = re.compile("[가-힣]")
_LETTER = re.compile("[a-z]")


def in_digits(text: str) -> str:
    """A text in lower case with nine digits of each of its numbers, from a billion on like 1.2e+12."""
    if _LETTER.search(text):
        text = _NUMERAL.sub(lambda word: _NUMERALS[word[0]], text)
    if _HANGUL.search(text):
        return _KOREAN_NUMBER.sub(lambda number: _korean(number[0]), text)
    return _ENGLISH_NUMBER.sub(_english, text)


def numbers_in(text: str) -> list[str]:
    """The numbers of a text `in_digits`, in order."""
    return _NUMBER.findall(text)


def _english(number: re.Match[str]) -> str:
    unit = number[2] or ""
    factor = _ENGLISH_UNITS.get(unit[:2], _ENGLISH_UNITS.get(unit[:1], 1))
    return f"{_value(number[1]) * factor:.9g}"


def _korean(number: str) -> str:
    total = within = 0.0
    for digits, small, large in _KOREAN_STEP.findall(number.replace(" ", "")):
        if digits:
            within += _value(digits) * _KOREAN_UNITS.get(small, 1)
        if large:
            total, within = total + within * _KOREAN_UNITS[large], 0.0
    return f"{total + within:.9g}"


def _value(digits: str) -> float:
    return float(digits.replace(",", ""))
