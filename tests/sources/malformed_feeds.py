"""Some hundreds of broken and hostile feeds, each with how many items it must give and how many must be refused."""

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.sources.feeds import TITLE, atom, item, rss

THREE = item(1) + item(2) + item(3)
LABELS = (None, "utf-8", "euc-kr", "iso-8859-1", "bogus")
DECLARED = (None, "utf-8", "euc-kr", "windows-1252", "bogus")
LARGEST = 8_000_000
_ABSURD_DATES = (
    "0000-00-00", "0001-01-01T00:00:00Z", "Mon, 32 Foo 2026 99:99:99 XYZ", "99999-01-01", "-1", "soon", "24:00", "１",
    "Thu, 01 Jan 1970 00:00:00 GMT", "2026-02-30", "ش", "9" * 5_000, "내일", "3분 후",
)  # fmt: skip
_ABSURD_LINKS = (
    "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "http://[::1", "//", "#",
    "http://a:b@c/", "x" * 9_000, "http://" + "a" * 5_000, "\u202e", "http:///x", "https://:99999/",
)  # fmt: skip


@dataclass(frozen=True)
class Malformed:
    """A body, and exactly what must become of it; `is_read_right` where its titles must come out word for word."""

    name: str
    body: bytes
    accepted: int
    refused: int
    content_type: str | None = None
    is_read_right: bool = False


def malformed_feeds() -> Iterator[Malformed]:
    """All of the small ones."""
    yield from _truncated("utf-8", 11)
    yield from _truncated("cp949", 17)
    yield from _mislabelled()
    yield from _units()
    yield from _planted()
    yield from _document_types()
    yield from _structures()
    yield from _values()
    yield from _no_feeds()


def large_feeds() -> Iterator[Malformed]:
    """Those whose size is the point, each at most as large as a fetch may be."""
    many = "".join(f"<item><title>{TITLE} {n}</title><link>/{n}</link></item>" for n in range(20_000))
    yield Malformed("20,000 items", rss(many).encode(), 2_000, 1)
    yield Malformed("20,000 items in CP949", rss(many, "euc-kr").encode("cp949"), 2_000, 1)
    faces = "".join(f"<item><title>😀{n}</title><description>{'😀' * 180}</description></item>" for n in range(9_000))
    yield Malformed("8 MB beyond the basic plane", rss(faces).encode()[:LARGEST], 2_000, 1)
    yield Malformed("one item of 8 MB", rss(item(1) + item(2, "가" * 2_600_000)).encode(), 1, 1)
    yield Malformed("a comment of 8 MB", rss(item(1) + "<!-- " + "x" * 7_900_000).encode(), 1, 0)
    yield Malformed("a CDATA section of 8 MB", rss(item(1) + "<item><![CDATA[" + "x" * 7_900_000).encode(), 1, 1)
    yield Malformed("two million open tags", rss(item(1) + "<item>" + "<a>" * 2_000_000).encode(), 1, 1)
    yield Malformed("a tag of 8 MB", rss(item(1) + "<item " + "a" * 7_900_000).encode(), 1, 0)
    yield Malformed("nothing but NUL", b"\0" * LARGEST, 0, 1)
    yield Malformed("noise", random.Random(4).randbytes(3_000_000), 0, 1)
    yield Malformed("JSON", b"[" + b"1," * 3_900_000 + b"1]", 0, 1)


def _truncated(codec: str, step: int) -> Iterator[Malformed]:
    text = rss(THREE, "euc-kr" if codec == "cp949" else codec)
    body = text.encode(codec)
    for end in range(0, len(body), step):
        seen = body[:end].decode(codec, "ignore")
        has_root, whole = '<rss version="2.0">' in seen, seen.count("</item>")
        opened = seen.count("<item>") - whole
        yield Malformed(f"{codec} cut at byte {end}", body[:end], whole, opened if has_root else 1)


def _mislabelled() -> Iterator[Malformed]:
    for codec, name in (("utf-8", "utf-8"), ("cp949", "euc-kr")):
        for label in LABELS:
            for declared in DECLARED:
                body = rss(THREE, declared).encode(codec)
                is_told = name in (label, declared) or (label in (None, "bogus") and declared in (None, "bogus"))
                content_type = "text/xml" + (f"; charset={label}" if label else "")
                what = f"{codec} labelled {label}, declared {declared}"
                yield Malformed(what, body, 3, 0, content_type, is_read_right=codec == "utf-8" or is_told)


def _units() -> Iterator[Malformed]:
    for codec in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        body = rss(THREE, "utf-16").encode(codec)
        yield Malformed(f"{codec} without a mark", body, 3, 0, is_read_right=True)
        yield Malformed(f"{codec} labelled UTF-8", body, 3, 0, "text/xml; charset=utf-8", is_read_right=True)
        yield Malformed(f"{codec} cut inside its last unit", body[:-1], 3, 0, is_read_right=True)


def _planted() -> Iterator[Malformed]:
    """Bytes that no XML may hold, in the midst of texts and tags."""
    body = rss(THREE).encode()
    at = body.index(b"</title><link>https://paper.example/news/2")
    for number in (0, 1, 2, 7, 8, 0x0B, 0x0C, 0x0E, 0x1B, 0x1F):
        planted = body[:at] + bytes([number]) * 3 + body[at:]
        yield Malformed(f"byte {number} in a title", planted, 3, 0, is_read_right=True)
    for sequence in (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xef\xbf\xbe"):
        planted = body[:at] + sequence + body[at:]
        yield Malformed(f"bytes {sequence.hex()} in a title", planted, 3, 0, "text/xml; charset=utf-8")
    for reference in ("&#0;", "&#x0;", "&#xD800;", "&#55296;", "&#xFFFF;", "&#x110000;", "&#99999999;", "&#8;"):
        planted = rss(item(1) + item(2, f"{TITLE}{reference}") + item(3)).encode()
        yield Malformed(f"reference {reference}", planted, 3, 0, is_read_right=True)
    yield Malformed("NUL after every byte of a title", rss(item(1, "\0".join(TITLE)) + item(2)).encode(), 2, 0)


def _document_types() -> Iterator[Malformed]:
    laughs = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(10)
    )
    named = f"<!DOCTYPE rss [{laughs}]>"
    yield Malformed("billion laughs in a title", (named + rss(item(1, "&k;"), None)).encode(), 1, 0)
    yield Malformed("billion laughs in an id", (named + rss(item(1, inside="<guid>&k;</guid>"), None)).encode(), 1, 0)
    attribute = named + atom('<entry id="&k;"><title>t</title></entry>')
    yield Malformed("billion laughs in an attribute", attribute.encode(), 1, 0)
    blown = f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]>' + rss(item(1, "&a;" * 20_000), None)
    yield Malformed("quadratic blow-up", blown.encode(), 1, 0)
    for kind in ('SYSTEM "file:///etc/passwd"', 'PUBLIC "x" "file:///etc/passwd"'):
        external = f"<!DOCTYPE rss [<!ENTITY a {kind}>]>" + rss(item(1, "&a;"), None)
        yield Malformed(f"external entity {kind}", external.encode(), 1, 0)
    yield Malformed("external type", ('<!DOCTYPE rss SYSTEM "file:///etc/passwd">' + rss(THREE, None)).encode(), 3, 0)
    include = '<!DOCTYPE rss [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>' + rss(THREE, None)
    yield Malformed("parameter entity", include.encode(), 3, 0)
    xinclude = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" parse="text" href="file:///etc/passwd"/>'
    yield Malformed("inclusion", rss(item(1, inside=xinclude)).encode(), 1, 0)
    sheet = '<?xml-stylesheet href="file:///etc/passwd"?>'
    yield Malformed("style sheet", (sheet + rss(THREE, None)).encode(), 3, 0)


def _structures() -> Iterator[Malformed]:
    second = item(2)
    for name, bad, accepted, refused in (
        ("an ampersand", item(2, "R&D & LG"), 3, 0),
        ("an entity of HTML", item(2, "실적&nbsp;발표&hellip;"), 3, 0),
        ("an unknown entity", item(2, "실적 &nothing; 발표"), 3, 0),
        ("an open tag in a title", item(2, "실적 <b>발표"), 3, 0),
        ("a tag that ends elsewhere", item(2, "실적 <b><i>발표</b></i>"), 3, 0),
        ("a less-than sign", item(2, "3 < 5"), 3, 0),
        ("no end of the item", second.removesuffix("</item>"), 3, 0),
        ("no end of title and item", second.replace("</title>", "").removesuffix("</item>"), 2, 1),
        ("two ends of the item", second + "</item>", 3, 0),
        ("an end before the start", "</item>" + second, 3, 0),
        ("an unknown prefix", item(2, inside="<media:x>1</media:x>"), 3, 0),
        ("an attribute twice", second.replace("<guid>", '<guid a="1" a="2">'), 3, 0),
        ("an attribute unquoted", second.replace("<guid>", "<guid isPermaLink=false>"), 3, 0),
        ("an open quote", second.replace("<guid>", '<guid a="1>'), 3, 0),
        ("capital tags", second.replace("item>", "ITEM>"), 3, 0),
        ("a prolog inside", '<?xml version="1.0"?>' + second, 3, 0),
        ("a whole feed inside", rss(second), 3, 0),
        ("nested items", second.replace("<guid>", "<item><title>innen</title></item><guid>"), 4, 0),
        ("an empty item", "<item></item>", 2, 1),
        ("an item closed at once", "<item/>", 2, 1),
        ("an item of blanks", "<item><title> \n </title><description>&nbsp;</description></item>", 2, 1),
        ("an item of hidden characters", "<item><title>\u200b\u202e</title></item>", 2, 1),
        ("a comment that ends late", "<!-- -- >" + second + "-->", 2, 0),
        ("a script for a title", item(2, "<![CDATA[<script>alert(1)</script>]]>"), 3, 0),
        ("a script and no text", "<item><title>&lt;script&gt;alert(1)&lt;/script&gt;</title></item>", 2, 1),
        ("deep nesting", item(2, inside="<a>" * 900 + "</a>" * 900), 3, 0),
        ("too deep nesting", item(2, inside="<a>" * 2_500), 2, 1),
        ("a title of markup", item(2, "&lt;b&gt;" * 5_000), 3, 0),
        ("a title of brackets", item(2, "<![CDATA[" + "<" * 50_000 + "]]>"), 3, 0),
        ("base64", item(2, inside='<content type="text/plain" mode="base64">%%%%</content>'), 3, 0),
    ):
        yield Malformed(name, rss(item(1) + bad + item(3)).encode(), accepted, refused)
    yield Malformed("no end of a comment", rss(item(1) + "<!-- " + item(2)).encode(), 1, 0)
    yield Malformed("no end of an instruction", rss(item(1) + "<? " + item(2)).encode(), 1, 0)
    yield Malformed("no end of a CDATA section", rss(item(1) + item(2, "<![CDATA[offen")).encode(), 1, 1)
    yield Malformed("no end of the last item", rss(item(1) + second.removesuffix("</item>")).encode(), 2, 0)
    yield Malformed("no root", THREE.encode(), 3, 0)
    yield Malformed("two roots", (rss(item(1)) + rss(item(2), None)).encode(), 2, 0)
    yield Malformed("words before the root", ("Warning: line 3\n" + rss(THREE)).encode(), 3, 0)
    yield Malformed("words after the root", (rss(THREE) + "<!-- 0.2 s --></html>").encode(), 3, 0)
    yield Malformed("a root of 20 kB", rss(item(1), root=f'<rss version="2.0" x="{"y" * 20_000}">').encode(), 1, 0)


def _values() -> Iterator[Malformed]:
    for date in ("Sat, 21 Nov 2999 00:00:00 GMT", "9999-12-31", "2026-11-21T16:30:01+09:00", "2030년 1월 1일"):
        yield Malformed(f"dated {date}", rss(item(1) + item(2, date=date) + item(3)).encode(), 2, 1)
    for date in _ABSURD_DATES:
        yield Malformed(f"dated {date[:40]}", rss(item(1) + item(2, date=date) + item(3)).encode(), 3, 0)
    for link in _ABSURD_LINKS:
        bad = item(2).replace("https://paper.example/news/2", link)
        yield Malformed(f"link {link[:40]}", rss(item(1) + bad + item(3)).encode(), 3, 0)
    same = THREE.replace("paper-2", "paper-1").replace("paper-3", "paper-1")
    yield Malformed("one id for all", rss(same).encode(), 3, 0)
    yield Malformed("no ids", rss("".join(f"<item><title>{n}</title></item>" for n in range(3))).encode(), 3, 0)
    long_id = f"<item><title>t</title><guid>{'g' * 50_000}</guid></item>"
    yield Malformed("an id of 50 kB", rss(item(1) + long_id).encode(), 2, 0)
    yield Malformed("the same item twice", rss(item(1) + item(1) + item(2)).encode(), 2, 0)


def _no_feeds() -> Iterator[Malformed]:
    feed = rss(THREE).encode()
    for name, body in (
        ("nothing", b""),
        ("blanks", b" \r\n\t "),
        ("a page", b"<!DOCTYPE html><html><head><title>Log in</title></head><body><p>&copy;</p></body></html>"),
        ("JSON", json.dumps({"items": [{"title": TITLE}]}).encode()),
        ("words", "잠시 후 다시 시도해 주세요".encode("cp949")),
        ("a packed feed", gzip.compress(feed)),
        ("a packed feed cut off", gzip.compress(feed)[:60]),
        ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
        ("another document", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><title>t</title></svg>'),
        ("a site map", b"<urlset><url><loc>https://paper.example/</loc></url></urlset>"),
        *((f"noise {seed}", random.Random(seed).randbytes(400)) for seed in range(20)),
    ):
        yield Malformed(f"no feed: {name}", body, 0, 1)
