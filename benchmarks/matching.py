"""How well articles are linked to stocks and copies to their stories, on the gold sets of `tests/gold`.

match.precision, match.recall: of the links found, how many are right; of the links wanted, how many are found.
dedup.precision, dedup.recall: the same of pairs of texts that tell one story. Every miss is said.
"""

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from benchmarks.costs import PROJECT
from benchmarks.figures import Figure
from benchmarks.homes import Say
from craveny_domain.matching import Alias, AliasTable
from craveny_domain.stories import StoryItem, assign_stories

GOLD = PROJECT / "tests" / "gold"
MATCH_PRECISION, MATCH_RECALL = 0.97, 0.95
DEDUP_PRECISION, DEDUP_RECALL = 0.98, 0.95
NAMES = ("match.precision", "match.recall", "dedup.precision", "dedup.recall")


@dataclass
class Tally:
    """Right, wrong and missing answers, and a line for every question that was not answered rightly."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of what was found, the share that is right."""
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Of what was wanted, the share that was found."""
        return self.right / (self.right + self.missing)

    def count(self, question: str, wanted: Collection[str], found: Collection[str]) -> None:
        """Add one question's answers."""
        wrong, missing = set(found) - set(wanted), set(wanted) - set(found)
        self.right += len(set(found) & set(wanted))
        self.wrong += len(wrong)
        self.missing += len(missing)
        if wrong or missing:
            self.misses.append(f"{question} | wrong: {sorted(wrong) or '-'} | missing: {sorted(missing) or '-'}")


def measure_matching(wanted: Collection[str], say: Say) -> Iterator[Figure]:
    """The wanted figures, and every miss told."""
    for group, judge, floors in (
        ("match", judge_titles, (MATCH_PRECISION, MATCH_RECALL)),
        ("dedup", judge_pairs, (DEDUP_PRECISION, DEDUP_RECALL)),
    ):
        if not {f"{group}.precision", f"{group}.recall"} & set(wanted):
            continue
        tally = judge()
        for miss in tally.misses:
            say(miss)
        count = tally.right + tally.wrong + tally.missing
        for kind, value, floor in zip(("precision", "recall"), (tally.precision, tally.recall), floors, strict=True):
            yield Figure(f"{group}.{kind}", value, "share", count, floor, "the gold set", is_floor=True)


def judge_titles() -> Tally:
    """Every gold title through the aliases of its market."""
    tally = Tally()
    tables = {market: _table(market) for market in ("krx", "us")}
    for row in gold("titles"):
        table, symbols = tables[row["market"]]
        found = {symbols[link.stock_id] for link in table.links(row["title"])}
        tally.count(row["title"], row["symbols"].split(), found)
    return tally


def judge_pairs() -> Tally:
    """Every gold pair as two articles five hours apart."""
    tally = Tally()
    first_at = datetime(2026, 1, 5, tzinfo=UTC)
    for row in gold("pairs"):
        first = StoryItem(1, first_at, row["first"])
        second = StoryItem(2, first_at + timedelta(hours=5), row["second"])
        found = {"one story"} if assign_stories([second], [first])[2] == 1 else set()
        tally.count(f"{row['first']} / {row['second']}", {"one story"} if row["is_same"] == "yes" else set(), found)
    return tally


def gold(name: str) -> list[dict[str, str]]:
    """The rows of a gold file."""
    with (GOLD / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _table(market: str) -> tuple[AliasTable, dict[int, str]]:
    """The market's alias table as the store would hold it, and the symbols by id."""
    stocks = dict(enumerate(row for row in gold("stocks") if row["market"] == market))
    code = "code" if market == "krx" else "ticker"
    aliases = []
    for stock_id, row in stocks.items():
        aliases += [Alias(stock_id, row["symbol"], code), Alias(stock_id, row["name"], "name")]
        others = [row["name_en"], *row["aliases"].split(";")]
        aliases += [Alias(stock_id, name, "alias") for name in others if name]
    return AliasTable(aliases), {stock_id: row["symbol"] for stock_id, row in stocks.items()}
