"""The sources file: what an operator may write, and what a wrong entry is answered."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from craveny_domain.clocks import Market
from craveny_store.source_entries import BUNDLED, SourcesError, load_entries, sources_path

GOOD = """\
# feeds
[[krx.news]]
name = "wire"
kind = "rss"
address = "https://news.example/rss"
terms = "link"
lag_minutes = 5

[[krx.news]]
name = "search"
kind = "naver"
keys = ["SEARCH_ID", "SEARCH_SECRET"]
depth = [50, 40, 30, 20, 10]

[[us.price]]
name = "chart"
kind = "yfinance"
tolerance_percent = 1
"""

Load = Callable[[str], list]


@pytest.fixture
def load(tmp_path: Path, markets: dict[str, Market]) -> Load:
    def read(written: str) -> list:
        path = tmp_path / "sources.toml"
        path.write_text(written, encoding="utf-8")
        return load_entries(path, markets)

    return read


def test_an_entry_says_what_was_written_and_takes_the_rest_from_its_market(load: Load) -> None:
    wire, search, chart = load(GOOD)
    assert (wire.market, wire.feed, wire.name, wire.kind, wire.line) == ("krx", "news", "wire", "rss", 2)
    assert (wire.terms, wire.lag, wire.every) == ("link", timedelta(minutes=5), timedelta(minutes=10))
    assert (wire.timezone.key, chart.timezone.key) == ("Asia/Seoul", "America/New_York")
    assert (search.keys, search.depth) == (("SEARCH_ID", "SEARCH_SECRET"), (50, 40, 30, 20, 10))
    assert chart.tolerance == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("was", "wrong", "line", "reason"),
    [
        ('kind = "rss"', 'kind = "rsss"', 4, "kind is 'rsss'"),
        ('kind = "rss"', 'kind = "yfinance"', 4, "kind yfinance gives no news"),
        ('address = "https://news.example/rss"\n', "", 2, "an rss source needs its address"),
        ("https://news.example/rss", "file:///etc/passwd", 5, "it is no web address"),
        ("https://news.example/rss", "https://me:secret@news.example/", 5, "it is no web address"),
        ('terms = "link"', 'terms = "all"', 6, "terms is 'all'"),
        ("lag_minutes = 5", "lag_minutes = -5", 7, "lag_minutes is -5"),
        ("lag_minutes = 5", 'lag_minutes = "5"', 7, "lag_minutes is '5'"),
        ("lag_minutes = 5", "lagg = 5", 7, "there is no field lagg"),
        ("lag_minutes = 5", 'timezone = "Asia/Soul"', 7, "there is no time zone Asia/Soul"),
        ('name = "search"\n', "", 9, "the entry has no name"),
        ('name = "search"', 'name = "wire"', 9, "two sources named wire"),
        ('name = "search"', 'name = "Search <b>"', 10, "name is 'Search <b>'"),
        (
            'keys = ["SEARCH_ID", "SEARCH_SECRET"]',
            'keys = ["SEARCH_ID"]',
            12,
            "keys are 1 in number, kind naver needs 2",
        ),
        ('"SEARCH_SECRET"', '"SEARCH_SECRET", "SEARCH_MORE"', 12, "keys are 3 in number, kind naver needs 2"),
        ('keys = ["SEARCH_ID", "SEARCH_SECRET"]\n', "", 9, "keys are 0 in number, kind naver needs 2"),
        ("lag_minutes = 5", 'keys = ["WIRE_KEY"]', 7, "keys are 1 in number, kind rss needs 0"),
        ("depth = [50, 40, 30, 20, 10]", "depth = [50]", 13, "depth is [50]"),
        ("[[us.price]]", "[[lse.price]]", 15, "there is no market lse"),
        ("[[us.price]]", "[[us.prices]]", 15, "us.prices is nothing a source can speak of"),
        ("[[us.price]]", "[us.price]", 15, "is nothing a source can speak of"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_file_its_line_and_the_reason(
    load: Load, was: str, wrong: str, line: int, reason: str
) -> None:
    assert was in GOOD
    with pytest.raises(SourcesError) as refused:
        load(GOOD.replace(was, wrong, 1))
    said = str(refused.value)
    assert f"sources.toml line {line}: " in said
    assert reason in said
    assert said.endswith(".")
    assert "\n" not in said


@pytest.mark.parametrize("written", ["[[krx.news]", "krx = 1", "[[krx.news]]\nname = \x00"])
def test_a_file_that_is_no_toml_is_refused_in_one_sentence_or_two(load: Load, written: str) -> None:
    with pytest.raises(SourcesError, match=r"sources\.toml"):
        load(written)


def test_a_file_that_is_not_there_is_refused_with_the_cure(tmp_path: Path, markets: dict[str, Market]) -> None:
    with pytest.raises(SourcesError, match="Correct it or unset CRAVENY_SOURCES"):
        load_entries(tmp_path / "none.toml", markets)


@pytest.mark.parametrize("name", BUNDLED)
def test_the_files_that_come_with_craveny_are_right_and_know_every_market(
    name: str, markets: dict[str, Market]
) -> None:
    entries = load_entries(sources_path(name), markets)
    assert {(e.market, e.feed) for e in entries} == {(m, f) for m in markets for f in ("news", "price")}


def test_the_files_that_come_with_craveny_serve_an_installation_with_one_market(markets: dict[str, Market]) -> None:
    entries = load_entries(sources_path("sample"), {"us": markets["us"]})
    assert {e.market for e in entries} == {"us"}
