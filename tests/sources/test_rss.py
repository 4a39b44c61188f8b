"""Feeds become items: texts clean and within the terms, dates in UTC, one identity per story at one address."""

import json
from datetime import timedelta

import pytest

from craveny_assets.sources.rss import MAX_ITEMS, NO_FEED, TOO_MANY, WHOLE_FEED
from craveny_domain.articles import read_article
from craveny_domain.facts import RawItem
from craveny_domain.feed_pieces import ITEM_CHARACTERS, ITEM_TAGS
from tests.sources.feeds import NOW, TITLE, atom, item, only, read, rss


def said(raw: RawItem) -> dict[str, str]:
    return json.loads(raw.payload)


def test_an_item_says_what_the_feed_says() -> None:
    raw = only(read(rss(item(3))))
    assert said(raw) == {
        "id": "paper-3",
        "title": f"{TITLE} 3",
        "text": "본문 3",
        "link": "https://paper.example/news/3",
        "date": "Sat, 21 Nov 2026 06:27:00 +0000",
        "published_at": "2026-11-21T06:27:00+00:00",
    }
    assert raw.item_key == "https://paper.example/news/3"
    assert (raw.available_at, raw.basis, raw.fetched_at) == (NOW, "observed", NOW)
    assert raw.headers == {"etag": 'W/"1"', "last-modified": "Sat, 21 Nov 2026 06:29:00 GMT"}
    assert read_article(raw.payload).published_at == NOW - timedelta(minutes=3)


@pytest.mark.parametrize(
    "feed",
    [
        rss("<item><title>삼성전자</title><link>https://paper.example/1</link></item>"),
        rss("<item><title>삼성전자</title><link>https://paper.example/1</link></item>", root='<rss version="0.91">'),
        rss("<ITEM><TITLE>삼성전자</TITLE><LINK>https://paper.example/1</LINK></ITEM>"),
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/>'
        "<item><title>삼성전자</title><link>https://paper.example/1</link></item></rdf:RDF>",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://channel.netscape.com/rdf/simple'
        '/0.9/"><item><title>삼성전자</title><link>https://paper.example/1</link></item></rdf:RDF>',
        atom('<entry><title>삼성전자</title><link href="https://paper.example/1"/></entry>'),
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>삼성전자</a:title>'
        '<a:link href="https://paper.example/1"/></a:entry></a:feed>',
        "<channel><item><title>삼성전자</title><link>https://paper.example/1</link></item></channel>",
        rss('<item><title>삼성전자</title><guid isPermaLink="true">https://paper.example/1</guid></item>'),
    ],
)
def test_every_kind_of_feed_is_read(feed: str) -> None:
    raw = only(read(feed))
    assert (said(raw)["title"], said(raw)["link"]) == ("삼성전자", "https://paper.example/1")


def test_what_the_decoded_text_says_of_its_charset_is_not_believed_again() -> None:
    assert said(only(read(rss(item(1), "euc-kr").encode("cp949"))))["title"] == f"{TITLE} 1"
    assert said(only(read(rss(item(1), "utf-16").encode("utf-16-le"))))["title"] == f"{TITLE} 1"


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("/news/7?a=1&amp;b=2", "https://paper.example/news/7?a=1&b=2"),
        ("7.html", "https://paper.example/rss/7.html"),
        ("//other.example/7", "https://other.example/7"),
        ("\n  https://paper.example/7\n ", "https://paper.example/7"),
        ("https://paper.example/삼성", "https://paper.example/삼성"),
        ("https://paper.example/\u202e7", "https://paper.example/7"),
        ("javascript:alert(1)", None),
        ("JAVASCRIPT:alert(1)", None),
        ("java&#9;script:alert(1)", None),
        ("data:text/html,&lt;script&gt;", None),
        ("file:///etc/passwd", None),
        ("ftp://paper.example/7", None),
        ("mailto:a@paper.example", None),
        ("https://user:secret@paper.example/7", None),
        ("http://[::1/7", None),
        ("https://", None),
        ("https://paper.example/" + "x" * 2_000, None),
    ],
)
def test_a_link_is_an_address_on_the_web_or_none(written: str, link: str | None) -> None:
    raw = only(read(rss(f"<item><title>삼성전자</title><link>{written}</link><guid>g</guid></item>")))
    assert said(raw).get("link") == link
    assert raw.item_key == (link or "g")


def test_a_base_that_the_feed_names_is_where_its_links_begin() -> None:
    root = '<rss version="2.0" xml:base="https://base.example/a/">'
    assert said(only(read(rss("<item><title>t</title><link>b</link></item>", root=root))))["link"] == (
        "https://base.example/a/b"
    )


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("<![CDATA[<script>alert(1)</script>삼성전자]]>", "삼성전자"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;삼성전자", "삼성전자"),
        ("&lt;b&gt;삼성&lt;/b&gt;전자 AT&amp;amp;T", "삼성전자 AT&T"),
        ("삼성\x00전\x08자", "삼성전자"),
        ("삼성&#0;전자", "삼성전자"),
        ("삼성&#xD800;전자", "삼성전자"),
        ("삼\u200b성\u202e전\u2066자\ufeff", "삼성전자"),
        ("삼성전자 &nbsp;실적", "삼성전자 실적"),
        ("삼성전자 & LG <실적>", "삼성전자 & LG <실적>"),
        ("don\u0092t", "don’t"),
        ("삼성전자" * 100, None),
    ],
)
def test_titles_are_visible_words_alone(written: str, title: str | None) -> None:
    shown = said(only(read(rss(f"<item><title>{written}</title><link>https://paper.example/1</link></item>"))))["title"]
    assert shown == title or (title is None and len(shown) == 280 and shown.endswith("…"))


@pytest.mark.parametrize(("terms", "text"), [("link", None), ("excerpt", "가" * 99 + "…"), ("full", "가" * 300)])
def test_no_more_of_a_text_is_held_than_the_terms_allow(terms: str, text: str | None) -> None:
    body = rss(f"<item><title>t</title><guid>1</guid><description>{'가' * 300}</description></item>")
    assert said(only(read(body, terms=terms))).get("text") == text  # type: ignore[arg-type]


def test_an_item_without_words_is_refused() -> None:
    nothing = "<item><link>https://paper.example/1</link></item>"
    untitled = "<item><description>본문</description><link>https://paper.example/2</link></item>"
    answer = read(rss(nothing + untitled))
    assert [r.reason for r in answer.refused] == ["The item has no title and no text."]
    assert [said(i)["text"] for i in answer.items] == ["본문"]
    assert [r.reason for r in read(rss(nothing + untitled), terms="link").refused] == ["The item has no title."] * 2


def test_dates_in_the_future_are_refused_and_those_a_little_ahead_are_left_for_the_next_reading() -> None:
    far, ahead = "2026-11-21 16:30:01", "2026-11-21 16:30:00"
    answer = read(rss(item(1) + item(2, date=far) + item(3, date=ahead)))
    assert [said(i)["id"] for i in answer.items] == ["paper-1"]
    assert [(r.item_key, r.reason) for r in answer.refused] == [
        ("https://paper.example/news/2", "The item is dated more than an hour after it was fetched.")
    ]
    assert (answer.etag, answer.last_modified) == (None, None)
    answer = read(rss(item(1) + item(2, date=far)))
    assert (answer.etag, answer.last_modified) == ('W/"1"', "Sat, 21 Nov 2026 06:29:00 GMT")


@pytest.mark.parametrize(
    ("written", "published_at"),
    [
        ("2026-11-21 15:05", "2026-11-21T06:05:00+00:00"),
        ("Sat, 21 Nov 2026 15:05:00 KST", "2026-11-21T06:05:00+00:00"),
        ("25분 전", "2026-11-21T06:05:00+00:00"),
        ("Τρι, 29 Ιούν 2004 12:53:00 GMT", None),
        ("0001-01-01T00:00:00Z", None),
        ("", None),
    ],
)
def test_a_date_is_read_in_the_zone_of_the_feed_and_kept_as_written(written: str, published_at: str | None) -> None:
    fields = said(only(read(rss(item(1, date=written)))))
    assert (fields.get("published_at"), fields.get("date", "")) == (published_at, written)


def test_the_date_of_change_counts_where_the_date_of_publication_cannot_be_read() -> None:
    dates = "<published>soon</published><updated>2026-11-21T06:05:00Z</updated>"
    assert said(only(read(atom(f"<entry><title>t</title><id>1</id>{dates}</entry>"))))["date"] == "2026-11-21T06:05:00Z"


def test_another_date_of_the_same_text_is_no_other_version_and_another_text_is() -> None:
    first, later = only(read(rss(item(1, date="3분 전")))), only(read(rss(item(1, date="13분 전"))))
    assert (first.item_key, first.identity) == (later.item_key, later.identity)
    edited = only(read(rss(item(1, "삼성전자, 3분기 영업이익 정정"))))
    assert (edited.item_key, edited.identity != first.identity) == (first.item_key, True)


def test_one_id_for_two_links_is_two_items() -> None:
    shared = '<item><title>t</title><guid isPermaLink="false">same</guid><link>/news/{}</link></item>'
    one, two = shared.format(1), shared.format(2)
    assert len({i.item_key for i in read(rss(one + two)).items}) == 2


def test_another_id_for_the_same_link_and_text_is_the_same_item() -> None:
    keys = {
        (raw.item_key, raw.identity)
        for guid in ("a", "b")
        for raw in read(rss(f"<item><title>t</title><guid>{guid}</guid><link>/news/1</link></item>")).items
    }
    assert len(keys) == 1


def test_items_that_all_link_to_the_front_page_are_known_by_their_ids() -> None:
    items = "".join(
        f"<item><title>오늘의 시황</title><guid>{n}</guid><link>https://paper.example/</link></item>" for n in (1, 2)
    )
    assert [i.item_key for i in read(rss(items)).items] == ["1", "2"]


def test_an_item_that_stands_twice_in_a_feed_counts_once() -> None:
    assert len(read(rss(item(1) + item(1))).items) == 1


def test_of_20_000_items_the_first_are_read_and_the_rest_is_counted() -> None:
    answer = read(rss("".join(f"<item><title>{n}</title><guid>{n}</guid></item>" for n in range(20_000))))
    assert [said(i)["title"] for i in answer.items] == [str(n) for n in range(MAX_ITEMS)]
    (rest,) = answer.refused
    assert (rest.item_key, rest.reason, rest.payload) == (WHOLE_FEED, TOO_MANY, "18000 items were left out.")
    assert answer.etag == 'W/"1"'


def test_an_item_too_long_to_be_one_is_refused_and_those_beside_it_are_read() -> None:
    for inside in ("가" * ITEM_CHARACTERS, "가" * 500_000, "<b>" * (ITEM_TAGS + 1)):
        answer = read(rss(item(1) + item(2, inside=inside) + item(3)))
        assert [said(i)["id"] for i in answer.items] == ["paper-1", "paper-3"]
        assert len(answer.refused) == 1


def test_a_bad_item_spoils_no_other() -> None:
    bad = "<item><title>깨진 & <b 기사</title><link>https://paper.example/news/2</link></item>"
    answer = read(rss(item(1) + bad + item(3)))
    assert [said(i).get("link") for i in answer.items] == [f"https://paper.example/news/{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "body", [b"", b" ", b"{}", b"<html><body>login</body></html>", b"<!-- -->", b"\x1f\x8b\x08\x00"]
)
def test_what_is_no_feed_is_refused_as_a_whole(body: bytes) -> None:
    answer = read(body)
    assert (answer.items, [r.reason for r in answer.refused], answer.etag) == ((), [NO_FEED], None)


def test_an_empty_feed_is_a_feed() -> None:
    answer = read(rss(""))
    assert (answer.items, answer.refused, answer.etag) == ([], [], 'W/"1"')


def test_tags_that_are_quoted_or_remarked_are_no_items() -> None:
    quoted = "<description><![CDATA[<item><title>x</title></item>]]></description>"
    answer = read(rss("<!-- <item><title>old</title></item> -->" + item(1, inside=quoted)))
    assert [said(i)["id"] for i in answer.items] == ["paper-1"]


def test_the_same_feed_always_gives_the_same_items() -> None:
    body = rss(item(1) + item(2) + item(3, date=""))
    assert read(body) == read(body)
