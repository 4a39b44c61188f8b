"""The facts that sources hand in, before anything is derived from them, with their clocks.

`available_at` is when a fact could first be known; `basis` says who vouches for that: `observed` (this
installation saw it then) or `declared` (a dated archive says so).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Basis = Literal["observed", "declared"]


@dataclass(frozen=True)
class RawItem:
    """One news item as a source gave it.

    `item_key` is unique within the source; `payload` is a JSON object as text with any of: id, title, text,
    link, published_at (ISO 8601), date (as the source wrote it), symbol or symbols (stocks the source itself names).
    `identity` is what tells the item from another version of it, where that is less than the payload: a source
    that dates by "3 minutes ago" writes another date at each asking. `headers` and `fetched_at` are of the answer
    it came in, None when it did not come over the network.
    """

    item_key: str
    payload: str
    available_at: datetime
    basis: Basis
    fetched_at: datetime | None = None
    headers: Mapping[str, str] | None = None
    identity: str | None = None


@dataclass(frozen=True)
class Bar:
    """One daily bar of one instrument as a source gave it; prices are decimal text in the market's currency.

    `split_ratio` is new shares per old share taking effect at this session's open (1 without a split), `dividend`
    cash per share going ex at it.
    A correction of an earlier bar is a second Bar of the same session with a later `available_at`.
    """

    symbol: str
    session_date: date
    open: str
    high: str
    low: str
    close: str
    adj_close: str | None
    volume: int
    split_ratio: str
    available_at: datetime
    basis: Basis
    dividend: str = "0"


@dataclass(frozen=True)
class Listing:
    """A stock or index of a market's universe as a source gave it.

    `aliases` are other names it goes by; `priority`, 1 (most) to 5, is how deep its news is crawled.
    """

    symbol: str
    name: str
    name_en: str | None
    kind: Literal["stock", "index"]
    sector: str | None
    aliases: tuple[str, ...]
    available_at: datetime
    priority: int = 3


@dataclass(frozen=True)
class Rejected:
    """A row that could not be used: where it was, why in one sentence, and the row itself.

    `closed_date`: the day without a session that it gives a bar of.
    """

    item_key: str
    reason: str
    payload: str
    closed_date: date | None = None
