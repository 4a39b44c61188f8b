"""The sources that come with Craveny for the real world, and the page that explains them."""

from pathlib import Path
from typing import get_args

import pytest

from craveny_assets.fetching.failures import ErrorClass
from craveny_assets.sources.registry import off_reason
from craveny_domain.clocks import Market
from craveny_store.source_entries import NEWS_KINDS, PRICE_KINDS, SourceEntry, load_entries, sources_path

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"


@pytest.fixture
def live(markets: dict[str, Market]) -> list[SourceEntry]:
    return load_entries(sources_path("live"), markets)


def test_both_markets_have_news_without_a_key_and_prices(live: list[SourceEntry]):
    for market in ("krx", "us"):
        own = [entry for entry in live if entry.market == market]
        assert sum(entry.kind == "rss" for entry in own) >= 5
        assert any(entry.feed == "price" and not entry.keys for entry in own)


def test_no_live_source_is_invented_and_all_are_asked_by_https(live: list[SourceEntry]):
    assert all(entry.kind != "sample" for entry in live)
    assert all(entry.address is None or entry.address.startswith("https://") for entry in live)


def test_no_address_of_the_live_file_holds_a_secret_and_no_more_than_an_excerpt_is_stored(live: list[SourceEntry]):
    assert all("key=" not in (entry.address or "").lower() for entry in live)
    assert all(entry.terms in ("link", "excerpt") for entry in live)


def test_sources_that_need_keys_are_off_without_them_and_name_them(
    live: list[SourceEntry], monkeypatch: pytest.MonkeyPatch
):
    keyed = [entry for entry in live if entry.kind in ("naver", "dart", "alpha_vantage", "kis")]
    assert {entry.kind for entry in keyed} == {"naver", "dart", "alpha_vantage", "kis"}
    for entry in keyed:
        assert entry.keys
        for name in entry.keys:
            monkeypatch.delenv(name, raising=False)
        assert all(name in str(off_reason(entry)) for name in entry.keys)


def test_the_page_explains_every_field_kind_and_error_and_every_key_of_the_live_file(live: list[SourceEntry]):
    page = PAGE.read_text(encoding="utf-8")
    written = {"lag": "lag_minutes", "every": "every_minutes", "tolerance": "tolerance_percent"}
    fields = {written.get(name, name) for name in SourceEntry.__dataclass_fields__} - {"market", "feed", "line"}
    keys = {name for entry in live for name in entry.keys}
    for word in (*fields, *NEWS_KINDS, *PRICE_KINDS, *get_args(ErrorClass), *keys):
        assert f"`{word}`" in page
