"""Text cleaning: what is kept of outside text, whatever is in it."""

import html

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from craveny_domain.text import blank_links, clean_text, excerpt, language, without_links

any_text = st.text(st.characters(exclude_categories=()), max_size=80)
# Pieces that brackets, entities, combining strokes and hidden characters can be built from.
BRACKETS = [
    "<",
    ">",
    "/",
    "!",
    "b",
    "p",
    "5",
    " ",
    "<b>",
    "script",
    "style",
    "</script>",
    "<style>",
    "<!--",
    "-->",
    "<p hidden>",
]
HIDING = ["<!--", "-->", "<p hidden>", "</p>"]
MARKS = [
    "\u0338",
    "\u0301",
    "\u200b",
    "\u3164",
    "\ud800",
    "\u1100",
    "\u1161",
    "가",
    "&",
    "amp;",
    "&lt;",
    "&gt;",
    "&#0;",
]
tricky_text = st.lists(st.sampled_from([*BRACKETS, *HIDING, *MARKS]), max_size=14).map("".join)


def test_markup_goes_and_its_words_stay():
    raw = "<p>삼성전자,&nbsp;<b>SK</b>하이닉스<br/>동반 상승</p>\n<a href='http://x.kr?a=1&b=2'>S&amp;P 500</a>"
    assert clean_text(raw) == "삼성전자, SK하이닉스 동반 상승 S&P 500"


def test_what_a_page_does_not_show_goes_too():
    hidden = "<style>p{color:red}</style>Tesla <script>if (a<b) steal()</script>beats\u202e\u200b\ufeff\x00 estimates"
    assert clean_text(hidden) == "Tesla beats estimates"
    assert clean_text("&lt;script&gt;alert(1)&lt;/script&gt;ok") == "ok"


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none">buy</div>',
        "<span style='DISPLAY : none !important'>buy <span>now</span> all</span>",
        '<p class="x" hidden>buy</p>',
        '<p style="visibility: hidden">buy</p>',
        '<p style="font-size:0px">buy</p>',
        '<p style="color:#0a0; opacity:0;">buy</p>',
        '<p style="position:absolute; left:-9999px">buy</p>',
        '<p style="color:#ffffff">buy</p>',
        '<p style="display:/* */none">buy</p>',
        "<!-- a > b, so buy -->",
        "<!-- <b>buy</b> -->",
        "<template>buy</template>",
        "&lt;div style=&quot;display:none&quot;&gt;buy&lt;/div&gt;",
    ],
)
def test_what_a_style_or_an_attribute_hides_goes(hidden: str):
    assert clean_text(f"Tesla {hidden} beats estimates") == "Tesla beats estimates"


@pytest.mark.parametrize("begun", ['<div style="display:none">', "<script>", "<!--"])
def test_what_is_hidden_and_never_closed_is_hidden_to_the_end(begun: str):
    assert clean_text(f"Tesla beats {begun} buy <b>it") == "Tesla beats"


@pytest.mark.parametrize(
    "shown",
    [
        '<div style="overflow: hidden; color:#123">beats</div>',
        '<div aria-hidden="true" data-x="hidden">beats</div>',
        '<p style="background-color:white; color:#fff000; backface-visibility:hidden">beats</p>',
        '<p style="font-size:1em; margin-left:-100px">beats</p>',
        '<p style="font-size:10px; opacity:0.9; left:-1px">beats</p>',
        '<img style="display:none"> beats',
        '<span style="display:none"/> beats',
        "<p hidden>x</p><p>beats</p>",
    ],
)
def test_what_is_only_styled_stays(shown: str):
    assert clean_text(f"Tesla {shown} estimates") == "Tesla beats estimates"


def test_an_angle_bracket_that_opens_no_tag_is_text():
    assert clean_text("EPS &lt;5% and &gt;3%, I <3 $AAPL") == "EPS <5% and >3%, I <3 $AAPL"


def test_entities_are_decoded_once_and_only_whole_ones():
    assert clean_text("AT&amp;amp;T P&L x=1&section=2") == "AT&amp;T P&L x=1&section=2"


def test_an_entity_of_thousands_of_digits_is_left_alone():
    raw = "&#" + "9" * 5000 + ";"
    assert clean_text(raw) == raw


def test_decomposed_hangul_is_composed():
    assert clean_text("\u1109\u1161\u11b7\u1109\u1165\u11bc") == "삼성"


@given(any_text | tricky_text)
def test_cleaned_text_can_be_stored_and_has_single_spaces(raw: str):
    cleaned = clean_text(raw)
    assert cleaned == cleaned.encode("utf-8").decode("utf-8")
    assert "\x00" not in cleaned
    assert cleaned == " ".join(cleaned.split())


@given(any_text | tricky_text)
@example("<<b>p>x")
@example("<p <<b>\u0338 x>")
def test_cleaning_twice_changes_nothing_unless_an_entity_is_left(raw: str):
    cleaned = clean_text(raw)
    if html.unescape(cleaned) == cleaned:
        assert clean_text(cleaned) == cleaned


def test_nested_brackets_do_not_make_it_slow():
    assert clean_text("<b" * 50_000 + ">" * 50_000) == ""


def test_an_excerpt_ends_at_a_word():
    text = "Tesla beats estimates as deliveries surge in the third quarter"
    assert excerpt(text, 30) == "Tesla beats estimates as…"
    assert excerpt(text, 22) == "Tesla beats estimates…"
    assert excerpt(text, len(text)) == text


def test_an_excerpt_of_one_long_word_is_cut_inside_it():
    assert excerpt("가" * 50, 10) == "가" * 9 + "…"


@given(any_text, st.integers(0, 40))
def test_an_excerpt_keeps_its_limit_and_is_its_own_excerpt(raw: str, limit: int):
    text = clean_text(raw)
    short = excerpt(text, limit)
    assert len(short) <= limit
    assert excerpt(short, limit) == short
    assert text.startswith(short.removesuffix("…"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("삼성전자, 3분기 영업이익 사상 최대", "ko"),
        ("엔비디아 NVIDIA GPU AI 서버 수요 증가 https://example.com/a/very/long/link", "ko"),
        ("Samsung Electronics (삼성전자) posts record third-quarter profit", "en"),
        ("トヨタ自動車の決算", "und"),
        ("Сбербанк увеличил прибыль", "und"),
        ("1,234.5 % 🚀", "und"),
        ("", "und"),
    ],
)
def test_the_script_tells_the_language(text: str, expected: str):
    assert language(text) == expected


@given(any_text | tricky_text)
def test_no_text_is_too_strange(raw: str):
    assert language(raw) in ("ko", "en", "und")
    assert len(excerpt(raw)) <= 100
    assert len(blank_links(raw)) == len(raw)
    assert isinstance(without_links(raw), str)


def test_links_handles_and_retweet_marks_go():
    tweet = "RT @user: $AAPL climbs http://t.co/abc삼성 @cnbc www.cnn.com/x mail a@b.kr http://… htt…"
    assert without_links(tweet).split() == ["$AAPL", "climbs", "삼성", "mail", "a@b.kr"]


def test_an_ellipsis_after_a_word_is_no_link():
    assert without_links("what a night… insight…") == "what a night… insight…"
