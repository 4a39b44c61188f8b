"""Raw items for the ingest figures, a day at a time, as many as are asked for: real English and invented Korean ones.

English: the texts of the StockNet archive in their order, so that what was told within days of each other still is;
each pass through the archive changes a word of every text by a seed. Their `symbol` is left out, so that stocks are
found by name, except in one item of five, as where a source names them itself.
Korean: the sample's generator, one seed for every newsdesk of about twenty items a day; each desk writes about ten
invented companies of its own, for a press that tells ten times as much tells it of more companies.
"""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain, count, islice
from random import Random

from benchmarks.homes import STOCKNET
from craveny_assets.sources.sample.articles import plan_day, tell
from craveny_assets.sources.sample.universe import UNIVERSES, Universe
from craveny_domain.clocks import Market
from craveny_domain.matching import Alias
from craveny_store.news import RawRow
from craveny_store.settings import load_markets

FIRST = date(2026, 1, 5)
DESKS = 700
"""Korean newsdesks there are; as many of them are read as a day needs items."""
NAMED_BY_SOURCE = 5

_SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호"
_KINDS = ("전자", "화학", "바이오", "건설", "제약", "중공업", "게임즈", "식품", "증권", "해운")


class English:
    """StockNet, read round and round."""

    name = "stocknet"
    market: Market = load_markets()["us"]

    def __init__(self) -> None:
        with gzip.open(STOCKNET / "news.jsonl.gz", "rt", encoding="utf-8") as file:
            self._lines = file.read().splitlines()

    def aliases(self) -> list[Alias]:
        """Every stock of the archive by ticker and name."""
        rows = [line.split(",") for line in (STOCKNET / "stocks.csv").read_text(encoding="utf-8").splitlines()[1:]]
        named = [Alias(n, row[1], "name") for n, row in enumerate(rows)]
        return [*named, *(Alias(n, row[0], "ticker") for n, row in enumerate(rows))]

    def day(self, number: int, per_day: int, skip: int) -> list[RawRow]:
        """That day's items, by time, beginning `skip` lines into the archive."""
        start = skip + number * per_day
        return [self._item(start + n, _instant(self.market, number, n / per_day)) for n in range(per_day)]

    def _item(self, at: int, available_at: datetime) -> RawRow:
        passes, line = divmod(at, len(self._lines))
        told = json.loads(self._lines[line])
        key = f"{told['id']}-{passes}"
        payload = {"id": key, "text": _edited(told["text"], passes, line), "published_at": f"{available_at:%FT%TZ}"}
        if at % NAMED_BY_SOURCE == 0:
            payload["symbol"] = told["symbol"]
        return RawRow(at + 1, self.name, key, json.dumps(payload), available_at, "declared")


class Korean:
    """The sample's news of many desks."""

    name = "korean"
    market: Market = load_markets()["krx"]

    def __init__(self) -> None:
        self._desks = [_desk(number) for number in range(DESKS)]

    def aliases(self) -> list[Alias]:
        """Every company of every desk by code and name."""
        companies = list(chain.from_iterable(desk.companies for desk in self._desks))
        codes = [Alias(n, f"{n:06d}", "code") for n in range(len(companies))]
        return [*codes, *(Alias(n, company.name, "name") for n, company in enumerate(companies))]

    def day(self, number: int, per_day: int, skip: int) -> list[RawRow]:
        """That day's items, by time, from the desk numbered `skip` on."""
        items = sorted(islice(self._told(number, skip), per_day), key=lambda item: item[0])
        start = number * per_day
        return [
            RawRow(start + n + 1, self.name, f"{n}", payload, at, "declared") for n, (at, payload) in enumerate(items)
        ]

    def _told(self, number: int, skip: int) -> Iterator[tuple[datetime, str]]:
        day = FIRST + timedelta(days=number)
        midnight = self.market.day_bounds(day)[1]
        # Past the last desk the first writes on with other news, as a weekend of few items needs.
        for seed in count(skip):
            universe = self._desks[seed % DESKS]
            for draft in plan_day(self.market, universe, seed, day):
                if draft.published_at < midnight:
                    item = tell(draft, self.market, universe)
                    yield item.available_at, item.payload.replace(draft.item_key, f"{seed}-{draft.item_key}")


Corpus = English | Korean
CORPORA: dict[str, Callable[[], Corpus]] = {corpus.name: corpus for corpus in (English, Korean)}


def _instant(market: Market, number: int, share: float) -> datetime:
    start, end = market.day_bounds(FIRST + timedelta(days=number))
    return (start + (end - start) * share).astimezone(UTC)


def _edited(text: str, passes: int, line: int) -> str:
    """The text with one of its words another, on every pass but the first."""
    words = text.split(" ")
    if passes:
        random = Random(passes * 1_000_003 + line)
        words[random.randrange(len(words))] = f"{random.randrange(10**6)}"
    return " ".join(words)


def _desk(number: int) -> Universe:
    random, known = Random(number), UNIVERSES["krx"]
    companies = [
        replace(company, name="".join(random.choices(_SYLLABLES, k=3)) + random.choice(_KINDS), aliases=())
        for company in known.companies
    ]
    return replace(known, companies=tuple(companies))
