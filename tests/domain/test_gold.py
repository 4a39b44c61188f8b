"""The gold sets: large and hard enough, and matched and de-duplicated within the limits."""

from benchmarks.matching import (
    DEDUP_PRECISION,
    DEDUP_RECALL,
    MATCH_PRECISION,
    MATCH_RECALL,
    Tally,
    gold,
    judge_pairs,
    judge_titles,
)


def test_the_gold_sets_are_as_large_and_hard_as_promised():
    titles, pairs = gold("titles"), gold("pairs")
    assert len({row["title"] for row in titles}) == len(titles) >= 400
    assert 2 * sum(row["is_trap"] == "yes" for row in titles) >= len(titles)
    assert {row["market"] for row in titles} == {"krx", "us"}
    assert len({(row["first"], row["second"]) for row in pairs}) == len(pairs) >= 200
    assert min(sum(row["is_same"] == answer for row in pairs) for answer in ("yes", "no")) >= 100


def test_every_wanted_symbol_is_a_stock_of_its_market():
    stocks = {(row["market"], row["symbol"]) for row in gold("stocks")}
    assert {(row["market"], symbol) for row in gold("titles") for symbol in row["symbols"].split()} <= stocks


def test_titles_are_linked_to_their_stocks():
    tally = judge_titles()
    told = tally_told(tally)
    assert tally.precision >= MATCH_PRECISION, told
    assert tally.recall >= MATCH_RECALL, told


def test_copies_are_told_from_other_events():
    tally = judge_pairs()
    told = tally_told(tally)
    assert tally.precision >= DEDUP_PRECISION, told
    assert tally.recall >= DEDUP_RECALL, told


def tally_told(tally: Tally) -> str:
    told = "\n".join(["", f"precision {tally.precision:.4f}, recall {tally.recall:.4f}", *tally.misses])
    print(told)  # noqa: T201 - every miss is shown by `pytest -s`, also when the limits hold
    return told
