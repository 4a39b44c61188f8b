"""Single values of archive rows, read and judged: numbers, instants, names, and the reasons for refusing them.

Knows no file and no clock; which row may enter when is `archive`'s business.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from craveny_assets.sources.archive_files import Line, Row
from craveny_domain.facts import Listing

ROUNDING_TOLERANCE = 0.005  # by which adjusted and rounded prices may leave the day's range, as a fraction
_KEY_CHARACTERS = 200

_PRICE = re.compile(r"[+-]?\d{1,12}(\.\d{1,12})?", re.ASCII)
_VOLUME = re.compile(r"(\d{1,18})(\.0+)?", re.ASCII)
_LEGAL_FORM = re.compile(r"[\s,&]+(Inc|Incorporated|Corp|Corporation|Co|Ltd|Limited|PLC|LLC|S\.A|N\.V)\.?$", re.I)


class UnusableRowError(Exception):
    """A row cannot be used; the message is the reason, one sentence that never depends on the hour."""


def readable_values(row: Row) -> Sequence[str]:
    """The values of a table row; raises when the line could not be read."""
    if row.line.fault:
        raise UnusableRowError(row.line.fault)
    return row.values


def json_object(line: Line) -> dict[str, object]:
    """The JSON object on a line."""
    if line.fault:
        raise UnusableRowError(line.fault)
    try:
        fields = json.loads(line.text)
    except (ValueError, RecursionError):
        raise UnusableRowError("The line is not readable JSON.") from None
    if not isinstance(fields, dict):
        raise UnusableRowError("The line is JSON, but not one object.")
    return fields


def text_field(fields: dict[str, object], name: str) -> str:
    """A text that must be there and not be blank."""
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        raise UnusableRowError(f"The row has no {name}, or one that is not text.")
    return value


def key_field(fields: dict[str, object], name: str) -> str:
    """A text fit to be a key: printable and not long."""
    value = text_field(fields, name)
    if not value.isprintable() or len(value) > _KEY_CHARACTERS:
        raise UnusableRowError(f"The {name} holds control characters or more than {_KEY_CHARACTERS} characters.")
    return value


def instant(text: str) -> datetime:
    """An ISO 8601 instant with its zone, in UTC."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise UnusableRowError(f"The time {shortened(text)} is not ISO 8601 with a zone, such as 2015-01-05T09:00:00Z.")


def check_prices(low: str, high: str, *others: str) -> None:
    """Refuse prices that no session can have had; a small tolerance, for archives adjust and round."""
    bottom, top, *within = (_price(text) for text in (low, high, *others))
    if top < max(bottom, *within) * (1 - ROUNDING_TOLERANCE):
        raise UnusableRowError("The high is below the open, the close or the low.")
    if bottom > min(top, *within) * (1 + ROUNDING_TOLERANCE):
        raise UnusableRowError("The low is above the open or the close.")


def check_adjusted(adj_close: str) -> None:
    """Refuse an adjusted close that is no price; an empty one is none at all."""
    if adj_close:
        _price(adj_close)


def ratio(text: str) -> str:
    """New shares per old share; 1 where nothing is written."""
    if text and not 0.0001 <= _price(text) <= 10_000:
        raise UnusableRowError(f"The split ratio {shortened(text)} is not between 0.0001 and 10,000.")
    return text or "1"


def dividend(text: str) -> str:
    """Cash per share; 0 where nothing is written."""
    if text and (not _PRICE.fullmatch(text) or float(text) < 0):
        raise UnusableRowError(f"The dividend {shortened(text)} is no amount of money.")
    return text or "0"


def check_currency(text: str, wanted: str) -> None:
    """Refuse prices in another currency than the market's; nothing written is the market's."""
    if text not in ("", wanted):
        raise UnusableRowError(f"The prices are in {shortened(text)} where the market's are in {wanted}.")


def volume(text: str) -> int:
    """A number of shares."""
    whole = _VOLUME.fullmatch(text)
    if whole is None:
        raise UnusableRowError(f"The volume {shortened(text)} is not a whole number of shares.")
    return int(whole[1])


def shortened(text: str) -> str:
    """A value as a reason quotes it, escaped and at most 40 characters of it."""
    return ascii(text[:40])


def with_aliases(listings: Sequence[Listing]) -> list[Listing]:
    """The listings with the other spellings of their tickers and names that no second stock shares."""
    spellings = [_other_spellings(listing) for listing in listings]
    taken = Counter(listing.name for listing in listings) + Counter(s for own in spellings for s in own)
    return [
        replace(listing, aliases=tuple(spelling for spelling in own if taken[spelling] == 1))
        for listing, own in zip(listings, spellings, strict=True)
    ]


def _other_spellings(listing: Listing) -> list[str]:
    short = _LEGAL_FORM.sub("", listing.name).rstrip(" ,&")
    if short.startswith("The ") and short.count(" ") > 1:
        short = short.removeprefix("The ")
    # Share classes: BRK-A is as often written BRK.A.
    dotted = listing.symbol.replace("-", ".")
    # A bare word in capitals (TOTAL) reads like any other word once case is ignored.
    spellings = (dotted,) if short.isalpha() and short.isupper() else (short, dotted)
    return [s for s in spellings if len(s) > 2 and s not in (listing.name, listing.symbol)]


def _price(text: str) -> float:
    if not _PRICE.fullmatch(text):
        raise UnusableRowError(f"The price {shortened(text)} is not a number.")
    value = float(text)
    if value <= 0:
        raise UnusableRowError(f"The price {shortened(text)} is not above zero.")
    return value
