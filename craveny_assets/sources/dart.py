"""The filings list of DART, Korea's filing system: what listed companies filed, by day of receipt.

A filing has a day of receipt and no time. Asked now, it is known now. Asked for a past day, all that DART vouches for
is that it was there when the day of receipt ended, so it counts as known from then on, plus the source's lag: a day's
items are the filings of the day before. Companies without a stock code are left out: their filings are prospectuses of
funds for the most part, whose names spell the names of stocks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from craveny_assets.fetching.client import Fetched
from craveny_assets.fetching.failures import FetchFailed
from craveny_assets.sources import Answer, Asked
from craveny_assets.sources.archive_rows import UnusableRowError
from craveny_assets.sources.news_readers import NewsReader
from craveny_assets.sources.vendor_api import Gathered, Row, ToldItem, ask, key_of, text_of, unreadable

ADDRESS = "https://opendart.fss.or.kr/api/list.json"
VIEWER = "https://dart.fss.or.kr/dsaf001/main.do?rcpNo="
MAX_PAGES = 200
"""Pages of 100 that are read of one answer: many times a day's few hundred filings; more is a fault of the answer."""
_OK, _NOTHING, _LIMIT = "000", "013", "020"
_CODE = re.compile("[0-9A-Z]{6}")
_BAD_KEYS = {
    "010": "is not registered",
    "011": "is suspended",
    "012": "may not be used from this address",
    "901": "has expired with its account",
}


@dataclass(frozen=True)
class DartSource(NewsReader):
    """Lists the filings of listed companies."""

    answers_past_days = True

    def news(self, asked: Asked) -> Answer:
        """Today's filings, or those that the day before a past day received; FetchFailed."""
        first, last = self._days(asked)
        gathered = Gathered(self.entry, asked)
        for fetched, filings in self._pages(first, last):
            gathered.take(fetched, filings, lambda filing: self._told(filing, asked, first, last))
        return gathered.answer()

    def _days(self, asked: Asked) -> tuple[date, date]:
        """The days of receipt to ask for."""
        if not asked.is_live:
            ended = self.market.local_date(asked.end - self.entry.lag - timedelta(microseconds=1))
            return ended - timedelta(days=1), ended - timedelta(days=1)
        # What came between yesterday's last asking and midnight; longer ago, a backfill is what tells when it came.
        reached = asked.reached_at
        is_fresh = reached is not None and asked.start - timedelta(days=1) <= reached < asked.start
        return asked.day - timedelta(days=is_fresh), asked.day

    def _pages(self, first: date, last: date) -> Iterator[tuple[Fetched, list[object]]]:
        number, pages = 1, 1
        while number <= pages:
            fetched, answer = self._page(first, last, number)
            if answer.get("status") == _NOTHING:
                return
            filings, total = answer.get("list"), answer.get("total_page")
            if not isinstance(filings, list) or not isinstance(total, int):
                raise unreadable(fetched, "has no list, or no total_page")
            if total > MAX_PAGES:
                raise FetchFailed("too_large", f"DART lists over {MAX_PAGES} pages of one day: check the address.")
            yield fetched, filings
            number, pages = number + 1, total

    def _page(self, first: date, last: date, number: int) -> tuple[Fetched, Row]:
        params = {
            "crtfc_key": key_of(self.entry, 0),
            "bgn_de": f"{first:%Y%m%d}",
            "end_de": f"{last:%Y%m%d}",
            # The oldest first: what is filed while pages are turned comes after those that were read.
            "sort": "date",
            "sort_mth": "asc",
            "page_no": str(number),
            "page_count": "100",
        }
        fetched, answer = ask(self.fetcher, self.entry, self.entry.address or ADDRESS, params, None)
        if (status := answer.get("status")) not in (_OK, _NOTHING):
            raise self._failure(fetched, status)
        return fetched, answer

    def _failure(self, fetched: Fetched, status: object) -> FetchFailed:
        if not (isinstance(status, str) and status.isascii() and status.isdigit() and len(status) == 3):
            return unreadable(fetched, "has no status")
        if status == _LIMIT:
            return FetchFailed("rate_limited", "DART's limit of requests is reached (020). Raise every_minutes.")
        if status in _BAD_KEYS:
            reason = f"The key in {self.entry.keys[0]} {_BAD_KEYS[status]} ({status})"
            return FetchFailed("status", f"{reason}. See to it at opendart.fss.or.kr and start the code server again.")
        return FetchFailed("status", f"DART answers with status {status}. It is asked again later.")

    def _told(self, filing: Row, asked: Asked, first: date, last: date) -> ToldItem | None:
        code, number = text_of(filing, "stock_code"), text_of(filing, "rcept_no")
        if not code:
            return None
        if not _CODE.fullmatch(code):
            raise UnusableRowError("The filing's stock code is not six digits or capital letters.")
        if not (number.isascii() and number.isdigit() and len(number) == 14):
            raise UnusableRowError("The filing has no receipt number of 14 digits.")
        company, filer, received = (text_of(filing, name) for name in ("corp_name", "flr_nm", "rcept_dt"))
        day = _day(received)
        if day is None or not first <= day <= last:
            raise UnusableRowError(f"The filing's date of receipt is not within {first} to {last}, as asked.")
        return ToldItem(
            key=number,
            # Nothing else: a company renamed later is listed by its later name, which is no other filing.
            identity=number,
            title=f"{company} {text_of(filing, 'report_nm')}".strip(),
            text=filer if filer != company else "",
            link=VIEWER + number,
            date=received,
            available_at=None if asked.is_live else self.market.day_bounds(day)[1] + self.entry.lag,
            symbols=(code,),
        )


def _day(written: str) -> date | None:
    try:
        return datetime.strptime(written, "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        return None
