"""Reading: one article per source, id and text, with the stocks its source had named by then."""

import json
from datetime import UTC, datetime, timedelta

from craveny_assets.days.articles import ArticleReader
from craveny_store.news import RawRow

START = datetime(2026, 1, 5, tzinfo=UTC)


def row(raw_news_id: int, symbol: str, hours: int) -> RawRow:
    payload = json.dumps({"id": "a", "text": "Tesla beats estimates", "symbol": symbol})
    return RawRow(raw_news_id, "wire", f"{raw_news_id}", payload, START + timedelta(hours=hours), "declared")


def test_what_a_copy_names_counts_only_if_it_was_known_when_the_article_came() -> None:
    articles, rejected = ArticleReader().distinct([row(1, "TSLA", 1), row(2, "F", 1), row(3, "GM", 2)])
    assert not rejected
    assert {i: one.symbols for i, one in articles.items()} == {1: ("TSLA", "F")}


def test_a_reader_tells_the_next_day_what_a_new_one_would() -> None:
    rows, reader = [row(1, "TSLA", 1), row(2, "F", 1), row(3, "GM", 2)], ArticleReader()
    for reach in (rows[:2], rows, rows, rows[1:], rows):
        assert reader.distinct(reach) == ArticleReader().distinct(reach)
