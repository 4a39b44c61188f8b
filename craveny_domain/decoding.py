"""Bytes from outside as text: which charset they are in, and why that one is believed.

Knows no feed and no network. Nothing here raises, whatever the bytes and whatever the label.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Step = Literal["bom", "units", "http", "declaration", "utf-8", "charset-normalizer", "chardet", "none"]
"""What decided: the byte order mark; 16 or 32 bits seen in the first character; a label; the bytes; nothing."""

PIECE_BYTES = 65_536
"""Bytes decoded at a time, so that a large text is never held whole."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNITS = (
    (re.compile(rb"(?:\s\0\0\0)*<\0\0\0"), "utf-32-le"),
    (re.compile(rb"(?:\0\0\0\s)*\0\0\0<"), "utf-32-be"),
    (re.compile(rb"(?:\s\0)*<\0"), "utf-16-le"),
    (re.compile(rb"(?:\0\s)*\0<"), "utf-16-be"),
)
_HTTP = re.compile(r"charset\s*=\s*[\"']?([^\s\"';,]+)", re.IGNORECASE)
_DECLARATIONS = (
    re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE),
    re.compile(rb"<meta[^>]*?charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE),
)
_DECLARED_WITHIN = 1_024
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_SAMPLE_BYTES = 16_384

# Names the web uses and Python does not know.
_ALIASES = {
    "ks_c_5601-1989": "cp949", "ks_c_5601_1987": "cp949", "ksc_5601": "cp949", "ksc5601-1987": "cp949",
    "csksc56011987": "cp949", "iso-ir-149": "cp949", "x-euc-kr": "cp949", "x-windows-949": "cp949",
    "windows-949": "cp949", "x-sjis": "cp932", "windows-31j": "cp932", "x-euc-jp": "euc_jp", "x-gbk": "gb18030",
    "x-x-big5": "big5hkscs", "windows-874": "cp874", "unicode-1-1-utf-8": "utf-8", "x-mac-cyrillic": "mac-cyrillic",
}  # fmt: skip
# A charset is read as the wider one that is really written under its name.
_WIDER = {
    "euc_kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "shift_jis_2004": "cp932",
    "euc_jis_2004": "euc_jp", "big5": "big5hkscs", "cp950": "big5hkscs", "iso8859-1": "cp1252", "tis-620": "cp874",
}  # fmt: skip
_DOUBLE = frozenset(("cp949", "gb18030", "cp932", "euc_jp", "big5hkscs", "johab", "iso2022_kr", "iso2022_jp"))
_SINGLE = frozenset(
    ["koi8-r", "koi8-u", "cp866", "cp874", "mac-roman", "mac-cyrillic"]
    + [f"cp125{n}" for n in range(9)]
    + [f"iso8859-{n}" for n in (*range(2, 12), *range(13, 17))]
)
# 16 and 32 bits are left out: where they are true, the first bytes show it.
_BELIEVABLE = _DOUBLE | _SINGLE | {"ascii", "utf-8"}
_STRAYS = 20


@dataclass(frozen=True)
class Charset:
    """How bytes are to be read: a Python codec, and which step chose it."""

    codec: str
    step: Step


def choose_charset(body: bytes, http_charset: str | None = None) -> Charset:
    """The charset of the bytes; a label counts when it is known and the bytes do not contradict it.

    In order: byte order mark, `http_charset`, what the text declares, UTF-8, charset-normalizer, chardet.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return Charset(codec, "bom")
    for start, codec in _UNITS:
        if start.match(body):
            return Charset(codec, "units")
    labelled, declared = _codec(http_charset), _codec(declared_charset(body))
    # Latin-1 is what servers say of everything unless told otherwise, and every text reads as it.
    if labelled == "cp1252" and declared:
        labelled = None
    labels: list[tuple[str | None, Step]] = [(labelled, "http"), (declared, "declaration")]
    for codec, step in labels:
        if codec and _fits(body, codec) and not _is_rather_utf8(body, codec):
            return Charset(codec, step)
    if _fits(body, "utf-8"):
        return Charset("utf-8", "utf-8")
    return _guessed(body)


def decoded_pieces(body: bytes, charset: Charset) -> Iterator[str]:
    """The text in pieces; what cannot be read becomes U+FFFD, a character cut off at the end is left out."""
    decoder = codecs.getincrementaldecoder(charset.codec)("replace")
    for at in range(0, len(body), PIECE_BYTES):
        yield decoder.decode(body[at : at + PIECE_BYTES])


def decode(body: bytes, http_charset: str | None = None) -> tuple[str, Charset]:
    """The whole text, and the charset it was read in."""
    charset = choose_charset(body, http_charset)
    return "".join(decoded_pieces(body, charset)), charset


def http_charset(content_type: str | None) -> str | None:
    """The charset that a Content-Type header names."""
    found = _HTTP.search(content_type or "")
    return found[1] if found else None


def declared_charset(body: bytes) -> str | None:
    """The charset that an XML prolog or an HTML meta element names in the first 1,024 bytes."""
    head = body[:_DECLARED_WITHIN]
    found = next(filter(None, (pattern.search(head) for pattern in _DECLARATIONS)), None)
    return found[1].decode("ascii") if found else None


def _codec(label: str | None) -> str | None:
    """The codec of a label; None for names that are unknown, or no charset of texts."""
    name = (label or "").strip().lower()[:40]
    try:
        known = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    wider = _WIDER.get(known, known)
    return wider if wider in _BELIEVABLE else None


def _fits(body: bytes, codec: str) -> bool:
    """Whether the bytes read without a fault, or with at most one stray among twenty characters beyond ASCII."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for at in range(0, len(body), PIECE_BYTES):
            decoder.decode(body[at : at + PIECE_BYTES])
    except UnicodeError:
        return _has_few_strays(body, codec)
    return True


def _has_few_strays(body: bytes, codec: str) -> bool:
    # Sites cut excerpts inside a character; that must not make a guess of what is labelled rightly.
    wrong = beyond = 0
    for text in decoded_pieces(body, Charset(codec, "none")):
        wrong += text.count("\ufffd")
        beyond += len(text) - len(text.encode("ascii", "ignore"))
    return wrong * _STRAYS <= beyond


def _is_rather_utf8(body: bytes, codec: str) -> bool:
    """Whether bytes labelled otherwise are UTF-8: other charsets spell no three-byte sequences by chance.

    Two bytes are enough against a charset of single bytes, where Ã© is no text; in CP949 they are a syllable.
    """
    if codec in ("utf-8", "ascii"):
        return False
    evidence = re.compile("[\u0800-\U0010ffff]" if codec in _DOUBLE else "[\u0080-\U0010ffff]")
    decoder = codecs.getincrementaldecoder("utf-8")()
    seen = False
    try:
        for at in range(0, len(body), PIECE_BYTES):
            seen = bool(evidence.search(decoder.decode(body[at : at + PIECE_BYTES]))) or seen
    except UnicodeError:
        return False
    return seen


def _guessed(body: bytes) -> Charset:
    # Imported here: most texts are labelled rightly, and both carry models.
    import chardet
    from charset_normalizer import from_bytes

    first = _NOT_ASCII.search(body)
    start = max(0, first.start() - 1_000) if first else 0
    sample = body[start : start + _SAMPLE_BYTES]
    sample = sample.rpartition(b"<")[0] or sample
    best = from_bytes(sample).best()
    if (codec := _codec(best.encoding if best else None)) and _fits(body, codec):
        return Charset(codec, "charset-normalizer")
    if (codec := _codec(chardet.detect(sample)["encoding"])) and _fits(body, codec):
        return Charset(codec, "chardet")
    return Charset("utf-8", "none")
