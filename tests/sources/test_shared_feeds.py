"""Every recorded and hand-broken feed of the shared samples gives exactly its items, word for word."""

from pathlib import Path

import pytest

from tests.sources.feeds import read
from tests.sources.test_rss import said

# File: how many items are refused, and of each that is not its title, how its text begins, its link and its time.
Expected = tuple[int, list[tuple[str | None, str | None, str | None, str | None]]]
NASA = "http://www.nasa.gov/press-release/nasa-television-to-broadcast-space-station-departure-of-cygnus-cargo-ship"
EXPECTED: dict[str, Expected] = {
    "feedparser-bozo_bogus_encoding.xml": (0, []),
    "feedparser-bozo_double-encoded-html.xml": (0, [(None, "…", None, None)]),
    "feedparser-bozo_invalid-bytes-with-bom.xml": (0, []),
    "feedparser-channel_dc_date.xml": (0, []),
    "feedparser-chardet-euckr.xml": (
        0,
        [("EUC-KR 에서 TypeKey 한글닉네임 표시하기", "TypeKey 시스템이 UTF-8로 돌아가는데, 거기서 한글로", None, None)],
    ),
    "feedparser-chardet-shiftjis.xml": (
        0,
        [("DrecomRSSに記事投稿が反映されない…", "色々調べてたら、MT3.2がRSS1.0をサポートしていない", None, None)],
    ),
    "feedparser-chardet-windows1255.xml": (0, [(None, "האם תדפיס נייר של אתר אינטרנט שמוצג", None, None)]),
    "feedparser-demoronize-1.xml": (0, [(None, "don’t", None, None)]),
    "feedparser-euc-kr.xml": (0, []),
    "feedparser-http_high_bit_date.xml": (0, []),
    "feedparser-rss_empty_document.xml": (1, []),
    "feedparser-rss_incomplete_cdata.xml": (1, []),
    "feedparser-undeclared_namespace.xml": (0, []),
    "feedparser-utf-16le-bom.xml": (0, []),
    "feedrs-atom_spec_1.xml": (
        0,
        [
            (
                "Atom-Powered Robots Run Amok",
                "Some text.",
                "http://example.org/2003/12/13/atom03",
                "2003-12-13T18:30:02+00:00",
            )
        ],
    ),
    "feedrs-rss_1.0_spec_1.xml": (
        0,
        [
            (
                "Processing Inclusions with XSLT",
                "Processing document inclusions with general XML tools",
                "http://xml.com/pub/2000/08/09/xslt/xslt.html",
                None,
            ),
            (
                "Putting RDF to Work",
                "Tool and API support for the Resource Description Framework is slowly",
                "http://xml.com/pub/2000/08/09/rdfdb/index.html",
                None,
            ),
        ],
    ),
    "feedrs-rss_2.0_example_2.xml": (
        0,
        [
            (
                "NASA Television to Broadcast Space Station Departure of Cygnus Cargo Ship",
                "More than three months after delivering several tons of supplies",
                NASA,
                "2019-08-01T20:15:00+00:00",
            )
        ],
    ),
    "miniflux-koi8r.xml": (
        0,
        [
            (
                "Первая новость",
                "Это тестовое описание с русскими символами: Привет мир! Ёжик, чай, Москва",
                "http://example.com/post1",
                "2026-02-15T10:00:00+00:00",
            ),
            (
                "Вторая новость",
                "Проверка специальных символов: & < > А также числа: 1234567890.",
                "http://example.com/post2",
                "2026-02-15T11:00:00+00:00",
            ),
        ],
    ),
    "miniflux-windows-1252-incorrect-prolog.xml": (0, []),
}
COUNTED = {
    "miniflux-small_atom.xml": (20, "Parse podcast categories", "2024-03-12T05:30:27+00:00"),
    "rome-usgs-gov-earthquakes-all-hour-atom.xml": (6, "M 2.1 - 27km SE of Campo, CA", "2018-11-19T21:45:04+00:00"),
}


def test_every_sample_is_expected_here(shared_data: Path) -> None:
    assert {path.name for path in (shared_data / "feeds").glob("*.xml")} == set(EXPECTED) | set(COUNTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_gives_exactly_its_items(shared_data: Path, name: str) -> None:
    refused, items = EXPECTED[name]
    answer = read((shared_data / "feeds" / name).read_bytes(), "text/xml")
    found = [said(one) for one in answer.items]
    assert len(answer.refused) == refused
    assert [(f.get("title"), f.get("link"), f.get("published_at")) for f in found] == [
        (t, li, at) for t, _, li, at in items
    ]
    for fields, (_, text, _, _) in zip(found, items, strict=True):
        assert fields.get("text", "").startswith(text or "")


@pytest.mark.parametrize("name", COUNTED)
def test_a_recorded_feed_gives_all_its_items(shared_data: Path, name: str) -> None:
    count, title, published_at = COUNTED[name]
    answer = read((shared_data / "feeds" / name).read_bytes())
    found = [said(one) for one in answer.items]
    assert (len(found), answer.refused, len({one.item_key for one in answer.items})) == (count, [], count)
    assert (found[0]["title"], found[0]["published_at"]) == (title, published_at)
    assert all(fields["link"].startswith("https://") for fields in found)


def test_a_prolog_that_is_wrong_does_not_spoil_the_text(shared_data: Path) -> None:
    body = (shared_data / "feeds" / "miniflux-windows-1252-incorrect-prolog.xml").read_bytes()
    with_item = body.replace(b"<title>", b"<item><title>").replace(b"</title>", b"</title></item>")
    assert said(read(with_item).items[0])["title"] == "Euro €"
