"""Feeds as tests write them, and what a source needs to read one."""

from datetime import timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from craveny_assets.sources import Answer, Asked
from craveny_assets.sources.rss import feed_items
from craveny_domain.facts import RawItem
from craveny_store.source_entries import SourceEntry, Terms
from tests.conftest import utc

NOW = utc(2026, 11, 21, 6, 30)
"""15:30 in Seoul."""
TODAY = NOW.date()
ADDRESS = "https://paper.example/rss/market.xml"
ASKED = Asked(TODAY, utc(2026, 11, 20, 15), utc(2026, 11, 21, 15), NOW, is_live=True)
TITLE = "삼성전자, 3분기 영업이익 9조 원 발표"


def entry(address: str = ADDRESS, terms: Terms = "excerpt", name: str = "paper") -> SourceEntry:
    """A feed configured for krx."""
    return SourceEntry(
        market="krx",
        feed="news",
        name=name,
        kind="rss",
        line=1,
        address=address,
        timezone=ZoneInfo("Asia/Seoul"),
        language="ko",
        lag=timedelta(0),
        every=timedelta(minutes=10),
        terms=terms,
        keys=(),
        depth=(1, 1, 1, 1, 1),
        suffix="",
        folder=None,
        tolerance=0.005,
    )


def item(number: int, title: str = TITLE, *, inside: str = "", date: str | None = None) -> str:
    """An item of RSS, dated `number` minutes before the fetch unless told otherwise."""
    written = format_datetime(NOW - timedelta(minutes=number)) if date is None else date
    dated = f"<pubDate>{written}</pubDate>" if written else ""
    return (
        f"<item><title>{title} {number}</title><link>https://paper.example/news/{number}</link>"
        f"<guid>paper-{number}</guid>{dated}<description>본문 {number}</description>{inside}</item>"
    )


def rss(items: str, encoding: str | None = "utf-8", root: str = '<rss version="2.0">') -> str:
    """A feed of RSS 2.0."""
    prolog = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else ""
    return f"{prolog}{root}<channel><title>경제</title><link>https://paper.example/</link>{items}</channel></rss>"


def atom(entries: str) -> str:
    """A feed of Atom."""
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>경제</title>{entries}</feed>'


def read(body: bytes | str, content_type: str | None = None, terms: Terms = "excerpt", asked: Asked = ASKED) -> Answer:
    """What the reader makes of a body."""
    headers = {"etag": 'W/"1"', "last-modified": "Sat, 21 Nov 2026 06:29:00 GMT"}
    if content_type:
        headers["content-type"] = content_type
    return feed_items(body.encode() if isinstance(body, str) else body, headers, entry(terms=terms), asked, NOW)


def only(answer: Answer) -> RawItem:
    """The one item of an answer that refused nothing."""
    assert not answer.refused
    (one,) = answer.items
    return one
