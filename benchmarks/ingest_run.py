"""Parses, cleans, de-duplicates and matches days of raw items, as the assets do. Run as a child process.

`python -m benchmarks.ingest_run CORPUS ITEMS_A_DAY DAYS SKIP`: day by day through the very reader, storyteller and
alias table of `craveny_assets.days`, each day with the three days before it in reach, holding no more than these. Only
that work is counted, in CPU seconds; making the texts is not, and neither is the store. The days before the first one
fill its reach and count for nothing.
"""

import gc
import json
import resource
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from benchmarks.ingest_texts import CORPORA, FIRST, Corpus
from craveny_assets.days.articles import ArticleReader, Distinct
from craveny_domain.articles import reading_text
from craveny_domain.matching import AliasTable, declared_links
from craveny_domain.stories import MAX_AGE
from craveny_store.news import RawRow

STAGES = ("read", "stories", "links")


class Desk:
    """What a run of the assets holds from day to day, and what each stage of its work took."""

    def __init__(self, corpus: Corpus) -> None:
        self._reader = ArticleReader()
        self._table = AliasTable(corpus.aliases())
        self._by_symbol = {alias.alias: alias.stock_id for alias in corpus.aliases()}
        self._held: list[list[RawRow]] = []
        self.forget_costs()

    def forget_costs(self) -> None:
        """Count from here on."""
        self.seconds = dict.fromkeys(STAGES, 0.0)
        self.counts = dict.fromkeys(("items", "copies", "links"), 0)

    def take(self, rows: list[RawRow]) -> None:
        """One more day."""
        self._held = [*self._held[-MAX_AGE.days :], rows]
        begun = time.process_time()
        articles, _ = self._reader.distinct([row for day in self._held for row in day])
        today = {i: one for i, one in articles.items() if one.row.raw_news_id >= rows[0].raw_news_id}
        read = time.process_time()
        stories = self._stories(articles, today)
        told = time.process_time()
        links = sum(len(self._links(one)) for one in today.values())
        for stage, spent in zip(STAGES, (read - begun, told - read, time.process_time() - told), strict=True):
            self.seconds[stage] += spent
        for name, more in zip(self.counts, (len(rows), sum(stories[i] != i for i in today), links), strict=True):
            self.counts[name] += more

    def _stories(self, articles: dict[int, Distinct], today: dict[int, Distinct]) -> dict[int, int]:
        earlier = [one.item for i, one in articles.items() if i not in today]
        return self._reader.storyteller.assign([one.item for one in today.values()], earlier)

    def _links(self, told: Distinct) -> list[Any]:
        if told.symbols:
            return declared_links(told.symbols, self._by_symbol)[0]
        return self._table.links(reading_text(told.article.title, told.article.excerpt))


def main(arguments: Sequence[str]) -> int:
    """Run the days, telling after each, and at the end what they took."""
    name, per_day, days, skip = arguments[0], *map(int, arguments[1:])
    corpus = CORPORA[name]()
    desk = Desk(corpus)
    # The corpus is this benchmark's own; the collector of the work is not to walk through it again and again.
    gc.collect()
    gc.freeze()
    for number in range(MAX_AGE.days + days):
        if number == MAX_AGE.days:
            desk.forget_costs()
        desk.take(corpus.day(number, per_day, skip))
        _tell({"done": str(FIRST + timedelta(days=number)), **desk.counts})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _tell({"seconds": desk.seconds, **desk.counts, "peak_mib": peak})
    return 0


def _tell(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
