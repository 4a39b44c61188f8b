"""Bytes become text by the charset they are really in, whatever their labels say."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.decoding import PIECE_BYTES, choose_charset, decode, decoded_pieces, http_charset

TITLE = "삼성전자, 3분기 영업이익 9조 원 발표"
WIDE = "펲시 똠방각하 쀍"  # syllables that CP949 has and EUC-KR has not


def feed(title: str, encoding: str | None = None) -> str:
    prolog = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else ""
    return f"{prolog}<rss><channel><item><title>{title}</title></item></channel></rss>"


@pytest.mark.parametrize(
    ("body", "label", "codec", "step"),
    [
        (codecs.BOM_UTF8 + feed(TITLE, "euc-kr").encode(), "euc-kr", "utf-8-sig", "bom"),
        (feed(TITLE).encode("utf-16"), "euc-kr", "utf-16", "bom"),
        (codecs.BOM_UTF16_BE + feed(TITLE).encode("utf-16-be"), None, "utf-16", "bom"),
        (codecs.BOM_UTF32_LE + feed(TITLE).encode("utf-32-le"), None, "utf-32", "bom"),
        (feed(TITLE, "utf-16").encode("utf-16-le"), "utf-8", "utf-16-le", "units"),
        ("\n " .encode("utf-16-be") + feed(TITLE).encode("utf-16-be"), None, "utf-16-be", "units"),
        (feed(TITLE).encode("utf-32-be"), None, "utf-32-be", "units"),
        (feed(TITLE, "utf-8").encode("cp949"), "euc-kr", "cp949", "http"),
        (feed(TITLE, "euc-kr").encode("cp949"), "utf-8", "cp949", "declaration"),
        (feed(TITLE, "euc-kr").encode("cp949"), None, "cp949", "declaration"),
        (feed(TITLE, "euc-kr").encode("cp949"), "ISO-8859-1", "cp949", "declaration"),
        (feed(TITLE, "euc-kr").encode(), "ks_c_5601-1987", "utf-8", "utf-8"),
        (feed(TITLE, "windows-1252").encode(), None, "utf-8", "utf-8"),
        (feed(TITLE, "utf-8").encode(), "euc-kr", "utf-8", "declaration"),
        (feed(TITLE).encode(), None, "utf-8", "utf-8"),
        (feed(TITLE, "bogus").encode(), "nonsense", "utf-8", "utf-8"),
        (feed(TITLE).encode("cp949"), None, "cp949", "charset-normalizer"),
        (feed("“Apple” rises – again", "windows-1252").encode("cp1252"), None, "cp1252", "declaration"),
        (b'<html><meta charset="euc-kr"><p>' + TITLE.encode("cp949"), None, "cp949", "declaration"),
        (b"", "euc-kr", "cp949", "http"),
        (b"", None, "utf-8", "utf-8"),
    ],
)  # fmt: skip
def test_the_first_believable_word_about_the_charset_decides(
    body: bytes, label: str | None, codec: str, step: str
) -> None:
    chosen = choose_charset(body, label)
    assert (chosen.codec, chosen.step) == (codec, step)
    text, _ = decode(body, label)
    assert not body or TITLE in text or "“Apple” rises – again" in text


@pytest.mark.parametrize(
    "name",
    ["euc-kr", "EUC_KR", "ks_c_5601-1987", "KS_C_5601-1989", "ksc5601", "korean", "x-windows-949", "windows-949",
     "cp949", "ms949", "uhc", "iso-ir-149", "x-euc-kr", "csksc56011987"],
)  # fmt: skip
def test_every_name_of_the_korean_charset_reads_all_of_cp949(name: str) -> None:
    assert decode(feed(WIDE).encode("cp949"), name)[0] == feed(WIDE)


@pytest.mark.parametrize(
    "name", ["zlib", "hex", "rot13", "base64", "unicode_escape", "utf-7", "idna", "punycode", "undefined", "\0", "한글",
             "x" * 5_000, "utf-16", "mbcs", "..", "os.path"]
)  # fmt: skip
def test_what_is_no_charset_of_texts_is_passed_over(name: str) -> None:
    assert decode(feed(TITLE).encode(), name) == (feed(TITLE), choose_charset(feed(TITLE).encode()))


def test_a_character_cut_in_half_does_not_make_a_guess_of_what_is_labelled() -> None:
    broken = feed(TITLE * 3, "utf-8").encode().replace("발표".encode(), "발".encode() + b"\xed\x91", 1)
    text, chosen = decode(broken)
    assert (chosen.step, text.count("�")) == ("declaration", 1)
    korean = feed(TITLE * 3).encode("cp949").replace("발표</".encode("cp949"), b"\xb9</", 1)
    text, chosen = decode(korean, "euc-kr")
    assert (chosen.step, text.endswith("�</title></item></channel></rss>")) == ("http", True)


def test_a_character_cut_off_at_the_end_is_left_out() -> None:
    assert decode("실적".encode()[:-1], "utf-8")[0] == "실"


def test_a_text_that_begins_in_plain_letters_is_guessed_from_where_it_does_not() -> None:
    body = b"<p>plain</p>" * 20_000 + feed(TITLE * 3).encode("cp949")
    assert choose_charset(body).codec == "cp949"


def test_a_character_that_lies_across_two_pieces_is_read() -> None:
    text = "x" * (PIECE_BYTES - 1) + TITLE
    for codec in ("utf-8", "cp949"):
        assert decode(text.encode(codec), codec)[0] == text


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/xml; charset=euc-kr", "euc-kr"),
        ('text/xml;CHARSET = "UTF-8" ; x=y', "UTF-8"),
        ("text/xml", None),
        ("", None),
        (None, None),
        ("charset=", None),
    ],
)
def test_the_charset_stands_in_the_content_type(header: str | None, charset: str | None) -> None:
    assert http_charset(header) == charset


@given(
    st.binary(max_size=400), st.one_of(st.none(), st.text(max_size=20), st.sampled_from(["euc-kr", "utf-8", "big5"]))
)
def test_no_bytes_and_no_label_ever_raise(body: bytes, label: str | None) -> None:
    text, chosen = decode(body, label)
    assert text == "".join(decoded_pieces(body, chosen))


@given(st.text(alphabet=st.characters(codec="cp949"), min_size=1, max_size=60))
def test_every_text_that_cp949_can_write_is_read_back_when_labelled(text: str) -> None:
    # Nothing but syllables of two bytes that also spell UTF-8 could be taken for it; a Korean word around them is not.
    body = f"<title>삼성전자 {text}</title>"
    assert decode(body.encode("cp949"), "euc-kr")[0] == body


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_every_text_in_utf8_is_read_back_under_any_wrong_label_or_none(text: str) -> None:
    body = f"<title>삼성전자 {text}</title>"
    for label in (None, "utf-8", "euc-kr", "iso-8859-1", "shift_jis", "windows-1252", "bogus"):
        assert decode(body.encode(), label)[0] == body
