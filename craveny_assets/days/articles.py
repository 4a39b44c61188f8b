"""Raw items as articles: one per source, article id and text, each item read once while it is in a day's reach.

Knows no day and no store; which items are in reach, and what becomes of the articles, is `news`' business.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from craveny_domain.articles import Article, read_article
from craveny_domain.stories import StoryItem, Storyteller
from craveny_store.news import RawRow


@dataclass(frozen=True, slots=True)
class Distinct:
    """An article with the first raw item that told it, the stocks its source had named by then, and what its story
    is found by."""

    row: RawRow
    article: Article
    symbols: tuple[str, ...]
    item: StoryItem


class ArticleReader:
    """Reads raw items day after day; keeps what the last day had in reach, for the next day looks back on it too."""

    def __init__(self) -> None:
        self.storyteller = Storyteller()
        self._alone: dict[int, Distinct | str] = {}

    def distinct(self, raw: Sequence[RawRow]) -> tuple[dict[int, Distinct], list[tuple[RawRow, str]]]:
        """The articles by the id of their first raw item, and the rows that are none with the reason."""
        # By id, for a stored raw item never changes.
        self._alone = {row.raw_news_id: self._alone.get(row.raw_news_id) or _read(row) for row in raw}
        articles: dict[int, Distinct] = {}
        first: dict[tuple[str, str, str], int] = {}
        rejected: list[tuple[RawRow, str]] = []
        for row in raw:
            alone = self._alone[row.raw_news_id]
            if isinstance(alone, str):
                rejected.append((row, alone))
                continue
            key = (row.source, alone.article.article_id or row.item_key, alone.article.text)
            kept_id = first.setdefault(key, row.raw_news_id)
            kept = articles.setdefault(kept_id, alone)
            # What a later copy names was not known yet when the article came.
            if kept_id != row.raw_news_id and row.available_at <= kept.row.available_at:
                articles[kept_id] = replace(kept, symbols=kept.symbols + alone.symbols)
        return articles, rejected


def _read(row: RawRow) -> Distinct | str:
    """The article this raw item tells alone, or why it tells none."""
    try:
        article = read_article(row.payload)
    except ValueError as error:
        return str(error)
    item = StoryItem(row.raw_news_id, row.available_at, article.text)
    return Distinct(row, article, article.symbols, item)
