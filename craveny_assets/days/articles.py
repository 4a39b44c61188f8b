"""Raw items as articles: one per source, article id and text, each item read once while it is in a day's reach.

Knows no day and no store; which items are in reach, and what becomes of the articles, is `news`' business.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from craveny_domain.articles import Article, read_article
from craveny_domain.stories import Storyteller
from craveny_store.news import RawRow


@dataclass(frozen=True, slots=True)
class Distinct:
    """An article with the first raw item that told it, and the stocks its source had named by then."""

    row: RawRow
    article: Article
    symbols: tuple[str, ...]


class ArticleReader:
    """Reads raw items day after day; keeps what the last day had in reach, for the next day looks back on it too."""

    def __init__(self) -> None:
        self.storyteller = Storyteller()
        self._kept: dict[str, Article | str] = {}

    def distinct(self, raw: Sequence[RawRow]) -> tuple[dict[int, Distinct], list[tuple[RawRow, str]]]:
        """The articles by the id of their first raw item, and the rows that are none with the reason."""
        self._kept = {row.payload: self._kept.get(row.payload) or _read(row.payload) for row in raw}
        articles: dict[int, Distinct] = {}
        first: dict[tuple[str, str, str], int] = {}
        rejected: list[tuple[RawRow, str]] = []
        for row in raw:
            article = self._kept[row.payload]
            if isinstance(article, str):
                rejected.append((row, article))
                continue
            key = (row.source, article.article_id or row.item_key, article.text)
            kept_id = first.setdefault(key, row.raw_news_id)
            kept = articles.get(kept_id)
            if kept is None:
                articles[kept_id] = Distinct(row, article, article.symbols)
            # What a later copy names was not known yet when the article came.
            elif row.available_at <= kept.row.available_at and article.symbols:
                articles[kept_id] = replace(kept, symbols=kept.symbols + article.symbols)
        return articles, rejected


def _read(payload: str) -> Article | str:
    """The article, or why there is none."""
    try:
        return read_article(payload)
    except ValueError as error:
        return str(error)
