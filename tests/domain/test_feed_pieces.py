"""A feed is cut where its items begin and end, however the text comes in pieces."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.feed_pieces import ITEM_CHARACTERS, ITEM_TAGS, FeedPiece, feed_pieces, small_feed

ROOT = '<rss version="2.0">'
ITEMS = [
    "<item><title>하나</title></item>",
    '<item a="1">둘<![CDATA[</item>]]></item>',
    "<ITEM/>",
    "<item><!-- <item> --></item>",
]
FEED = f"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'b'>]>{ROOT}<channel>{' '.join(ITEMS)}</channel></rss>"


@given(st.lists(st.integers(0, len(FEED)), max_size=12))
def test_where_the_text_is_cut_into_pieces_makes_no_difference(cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(FEED)]
    pieces = [FEED[start:end] for start, end in pairwise(ends)]
    found = list(feed_pieces(pieces))
    assert [piece.text for piece in found] == [ROOT, *ITEMS]
    assert [piece.kind for piece in found] == ["root", "item", "item", "item", "item"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", []),
        ("<html><p>item</p></html>", []),
        ("<items><item-x/></items>", []),
        (ROOT, ["root"]),
        (f"{ROOT}<item>", ["root", "cut_off"]),
        (f"{ROOT}<item>a<item>b</item>", ["root", "item", "item"]),
        (f"{ROOT}<item>a</channel></rss>", ["root", "item"]),
        (f"{ROOT}<entry>a</entry></rss>", ["root"]),
        ("<feed><item>a</item><entry>b</entry></feed>", ["root", "item"]),
        ("<item>a</item>", ["root", "item"]),
        (f"{ROOT}<item>{'a' * ITEM_CHARACTERS}</item>", ["root", "too_long"]),
        (f"{ROOT}<item>{'a' * 5 * ITEM_CHARACTERS}</item><item>b</item>", ["root", "too_long", "item"]),
        (f"{ROOT}<item>{'<a>' * ITEM_TAGS}</item>", ["root", "too_long"]),
        (f"{ROOT}<item><![CDATA[{'<a>' * ITEM_TAGS}]]></item>", ["root", "item"]),
    ],
)
def test_what_is_an_item_and_what_is_none(text: str, kinds: list[str]) -> None:
    for size in (len(text) + 1, 1_000):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        assert [piece.kind for piece in feed_pieces(pieces)] == kinds


@given(st.text(alphabet="<>/!-[]?CDATArssitementryfeed &#x0;\"'= ", max_size=200))
def test_no_text_ever_raises_or_gives_more_than_it_holds(text: str) -> None:
    found = list(feed_pieces([text]))
    assert sum(len(piece.text) for piece in found if piece.kind != "root") <= len(text)
    assert [piece.kind for piece in found].count("root") <= 1


def test_a_small_feed_is_closed_by_the_names_it_was_opened_with() -> None:
    assert small_feed(ROOT, ["<item/>"]) == f"{ROOT}<channel><item/></channel></rss>"
    assert small_feed('<a:feed xmlns:a="x">', ["<a:entry/>"]) == '<a:feed xmlns:a="x"><a:entry/></a:feed>'
    assert small_feed("<rdf:RDF>", []) == "<rdf:RDF></rdf:RDF>"


def test_references_to_no_character_are_left_out() -> None:
    item = list(feed_pieces([f"{ROOT}<item>&#0;&#xD800;&#x41;&#44032;&#1114112;</item></rss>"]))[1]
    assert item == FeedPiece("item", "<item>&#x41;&#44032;</item>", 2)
