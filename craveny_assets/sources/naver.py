"""The news search of Naver: for each stock what a search for its name finds, newest first.

A hit declares nothing. Naver finds 한화 in every article about 한화오션, so whose news it is stays for matching to say.
No day can be asked for: a search knows the newest hits only, at most 1,000 of them.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from craveny_assets.fetching.client import Fetched
from craveny_assets.sources import Answer, Asked
from craveny_assets.sources.archive_rows import UnusableRowError
from craveny_assets.sources.news_readers import NewsReader
from craveny_assets.sources.vendor_api import (
    Gathered,
    Row,
    ToldItem,
    ask,
    key_of,
    text_of,
    unreadable,
)
from craveny_domain.feed_dates import parse_date
from craveny_store.universe import CrawledStock

ADDRESS = "https://naverapihub.apigw.ntruss.com/search/v1/news"
"""Naver's API Hub. Keys of the older Developers Center open https://openapi.naver.com/v1/search/news.json instead."""
_HUB_HEADERS = ("X-NCP-APIGW-API-KEY-ID", "X-NCP-APIGW-API-KEY")
_CENTER_HEADERS = ("X-Naver-Client-Id", "X-Naver-Client-Secret")
_PAGE = 100
_LATE = timedelta(days=1)
"""How long after its publication a hit may still turn up; an older one was found for want of newer ones."""


@dataclass(frozen=True)
class NaverSource(NewsReader):
    """Searches for each of the stocks, `entry.depth` hits of it at most by its priority."""

    stocks: Sequence[CrawledStock] = ()

    answers_past_days = False

    def news(self, asked: Asked) -> Answer:
        """Hits published since a day before it was last read, or before now when it never was; FetchFailed.

        One stock that cannot be searched for fails the whole: the next asking reads as far back again.
        """
        gathered = Gathered(self.entry, asked)
        oldest = (asked.reached_at or asked.now) - _LATE
        for stock in self.stocks if asked.is_live else ():
            for fetched, hits in self._pages(stock, asked.reached_at or oldest):
                gathered.take(fetched, hits, lambda hit, fetched=fetched: self._told(hit, fetched, oldest))
        return gathered.answer()

    def _pages(self, stock: CrawledStock, since: datetime) -> Iterator[tuple[Fetched, list[object]]]:
        """The pages up to the first that is not wholly newer than `since`."""
        depth = self.entry.depth[stock.priority - 1]
        for start in range(1, depth + 1, _PAGE):
            display = min(_PAGE, depth - start + 1)
            fetched, hits = self._page(stock.name, start, display)
            yield fetched, hits
            published = [at for hit in hits if (at := self._published(hit, fetched))]
            if len(hits) < display or not published or min(published) <= since:
                return

    def _page(self, query: str, start: int, display: int) -> tuple[Fetched, list[object]]:
        address = self.entry.address or ADDRESS
        names = _CENTER_HEADERS if "/v1/search/" in address else _HUB_HEADERS
        headers = {name: key_of(self.entry, number) for number, name in enumerate(names)}
        params = {"query": query, "display": str(display), "start": str(start), "sort": "date"}
        fetched, answer = ask(self.fetcher, self.entry, address, params, headers)
        hits = answer.get("items")
        if not isinstance(hits, list):
            raise unreadable(fetched, "has no list of items")
        return fetched, hits

    def _published(self, hit: object, fetched: Fetched) -> datetime | None:
        written = hit.get("pubDate") if isinstance(hit, dict) else None
        return parse_date(written, self.entry.timezone, fetched.fetched_at) if isinstance(written, str) else None

    def _told(self, hit: Row, fetched: Fetched, oldest: datetime) -> ToldItem | None:
        published_at = self._published(hit, fetched)
        if published_at and published_at < oldest:
            return None
        title, text, written = (text_of(hit, name) for name in ("title", "description", "pubDate"))
        link = text_of(hit, "originallink") or text_of(hit, "link")
        if not link:
            raise UnusableRowError("The hit has no link.")
        # Without the text: the passage is cut around the words searched for, another one for another stock.
        identity = json.dumps([title, link], ensure_ascii=False)
        return ToldItem(link, identity, title, text, link, written, published_at)
