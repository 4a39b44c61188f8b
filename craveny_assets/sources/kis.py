"""Korea Investment & Securities' daily bars, original prices in won: one answer per instrument holds 100 sessions.

A token lasts a day and is given out once a minute at most, so a process keeps it. Tells neither splits nor dividends.
"""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

from craveny_assets.fetching.client import Fetcher
from craveny_assets.fetching.failures import FetchFailed
from craveny_assets.sources import AskedBars, Instrument
from craveny_assets.sources.kept_bars import History, Quote
from craveny_assets.sources.price_readers import HistoryReader

ADDRESS = "https://openapi.koreainvestment.com:9443"
STOCKS = ("inquire-daily-itemchartprice", "FHKST03010100", "J", "stck_oprc stck_hgpr stck_lwpr stck_clpr")
_INDEX = "bstp_nmix_oprc bstp_nmix_hgpr bstp_nmix_lwpr bstp_nmix_prpr"
INDICES = ("inquire-daily-indexchartprice", "FHKUP03500100", "U", _INDEX)
"""Of each: the call, its transaction, its market division, and what it calls open, high, low and close."""
INDEX_CODES = {"KOSPI": "0001", "KOSDAQ": "1001", "KOSPI200": "2001"}
SPAN = timedelta(days=130)
"""Calendar days that hold no more than the 100 sessions of one answer."""
EARLY = timedelta(minutes=5)
"""A token is renewed this long before it ends."""


@dataclass(frozen=True)
class Token:
    """A bearer token and the instant from which it is no longer used."""

    text: str = field(repr=False)
    until: datetime


TOKENS: dict[tuple[str, str], Token] = {}
"""By address and application key."""
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class KisPrices(HistoryReader):
    """Asks one instrument after the other; `keys` name the application key, then its secret."""

    fetcher: Fetcher

    @property
    def currency(self) -> str:
        """Won, without saying so."""
        return "KRW"

    def _read(self, instrument: Instrument, asked: AskedBars) -> History:
        path, transaction, division, fields = STOCKS if instrument.kind == "stock" else INDICES
        last = min(self.market.local_date(asked.now), asked.since + SPAN)
        params = {
            "FID_COND_MRKT_DIV_CODE": division,
            "FID_INPUT_ISCD": INDEX_CODES.get(instrument.symbol, instrument.symbol),
            "FID_INPUT_DATE_1": f"{asked.since:%Y%m%d}",
            "FID_INPUT_DATE_2": f"{last:%Y%m%d}",
            "FID_PERIOD_DIV_CODE": "D",
            "FID_ORG_ADJ_PRC": "1",
        }
        key, secret = (os.environ[name] for name in self.entry.keys)
        headers = {
            "authorization": f"Bearer {self._token(key, secret, asked.now)}",
            "appkey": key,
            "appsecret": secret,
            "tr_id": transaction,
            "custtype": "P",
        }
        address = f"{self.entry.address or ADDRESS}/uapi/domestic-stock/v1/quotations/{path}"
        fetched = self.fetcher.get(address, source=self.name, params=params, headers=headers, obeys_robots=False)
        said = _object(self.name, fetched.body)
        if said.get("rt_cd") != "0":
            message = f"{self.name} refused {instrument.symbol} ({str(said.get('msg_cd'))[:20]!a}): look its code up."
            raise FetchFailed("status", message)
        quotes = _quotes(self.name, said.get("output2"), fields.split())
        return History(asked.since, last, fetched.fetched_at, quotes)

    def _token(self, key: str, secret: str, now: datetime) -> str:
        with _ONE_AT_A_TIME:
            address = self.entry.address or ADDRESS
            kept = TOKENS.get((address, key))
            if kept is None or kept.until <= now:
                body = {"grant_type": "client_credentials", "appkey": key, "appsecret": secret}
                fetched = self.fetcher.post(f"{address}/oauth2/tokenP", source=self.name, body=body)
                said = _object(self.name, fetched.body)
                if not isinstance(said.get("access_token"), str) or not isinstance(said.get("expires_in"), int):
                    raise FetchFailed(
                        "unreadable", f"{self.name} gave no token: check {' and '.join(self.entry.keys)}."
                    )
                until = now + timedelta(seconds=said["expires_in"]) - EARLY
                kept = TOKENS[address, key] = Token(said["access_token"], until)
            return kept.text


def _object(name: str, body: bytes) -> Mapping[str, Any]:
    with suppress(ValueError, RecursionError):
        said = json.loads(body)
        if isinstance(said, dict):
            return said
    raise FetchFailed("unreadable", f"{name} answered with no JSON object: ask again later.")


def _quotes(name: str, rows: object, fields: Sequence[str]) -> dict[date, Quote]:
    try:
        # A span with fewer sessions than rows is filled up with empty ones.
        given = [row for row in rows or () if row.get("stck_bsop_date")]  # type: ignore[attr-defined]
        return {date.fromisoformat(row["stck_bsop_date"]): _quote(row, fields) for row in given}
    except (ValueError, TypeError, AttributeError):
        raise FetchFailed("unreadable", f"{name} answered with no daily bars: ask again later.") from None


def _quote(row: Mapping[str, Any], fields: Sequence[str]) -> Quote:
    values = [str(row.get(field, "")) for field in (*fields, "acml_vol")]
    return Quote(*values, fault=_wrong_unit(row, values) if fields[0].startswith("stck") else None)


def _wrong_unit(row: Mapping[str, Any], values: list[str]) -> str | None:
    """Turnover over volume is a price of the day, if both are in won and shares."""
    try:
        low, high = float(values[2]), float(values[1])
        average = float(row["acml_tr_pbmn"]) / float(values[4])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if 0 < low <= high and average > 0 and not low / 2 <= average <= high * 2:
        return f"A turnover of {average:.4g} a share does not fit prices of {low:g} to {high:g}: they are not in won."
    return None
