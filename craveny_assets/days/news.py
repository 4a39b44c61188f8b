"""News, day by day: raw items, clean articles and their stories, links to stocks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from craveny_assets.days.articles import Distinct
from craveny_assets.days.crawl import Told, keep, told_by_sources
from craveny_assets.days.work import PREVIEW_ROWS, Day, Written
from craveny_domain.articles import reading_text
from craveny_domain.facts import Rejected
from craveny_domain.lexicon import sentiment
from craveny_domain.matching import AliasTable, Link, declared_links
from craveny_domain.stories import MAX_AGE
from craveny_domain.text import excerpt
from craveny_store.bulk import Changes
from craveny_store.news import (
    ArticleRow,
    articles_of,
    count_raw,
    newest_raw,
    raw_between,
    write_matches,
    write_news,
)
from craveny_store.partitions import Check, require
from craveny_store.sources import add_quarantine
from craveny_store.universe import aliases, name_changes, stock_ids


def raw_news_day(day: Day) -> Written:
    """Items that became available on the day, as fetched. Append-only: a re-run adds what is new, deletes nothing."""
    start, end = day.bounds
    day.require_begun("the start of the day", start)
    told = told_by_sources(day)
    added = {one.source.name: keep(day, one) for one in told}
    held = count_raw(day.conn, day.market.code, start, end)
    changes = Changes(added=sum(added.values()), unchanged=held - sum(added.values()))
    failed = {one.source.name: one.detail for one in told if one.outcome and not one.is_well}
    check = Check("every_source_answered", not failed, " ".join(f"{n}: {d}" for n, d in failed.items()) or "All did.")
    newest = newest_raw(day.conn, day.market.code, start, end, PREVIEW_ROWS)
    preview = [{"source": r.source, "available_at": str(r.available_at), "payload": excerpt(r.payload)} for r in newest]
    return Written(changes, checks=[check], notes=_crawl_notes(told, added), preview=preview)


def _crawl_notes(told: Sequence[Told], added: Mapping[str, int]) -> dict[str, object]:
    if not told:
        return {"reason": "No news source speaks for this day."}
    silent = {f"{one.outcome or 'not_asked'}_{one.source.name}": one.detail for one in told if one.detail}
    refused = sum(len(one.answer.refused) for one in told)
    return {**{f"added_{name}": count for name, count in added.items()}, "refused": refused, **silent}


def news_day(day: Day) -> Written:
    """Clean articles from the raw items; a story's id is its earliest near-duplicate of the three days before."""
    start, end = day.bounds
    require(day.conn, day.market.code, "raw_news", [day.day])
    read = day.require_since_start("raw_news", "news", day.days_back(MAX_AGE.days))
    synthetic = {s.name: s.is_synthetic for s in day.sources("news")}
    raw = raw_between(day.conn, day.market.code, start - MAX_AGE, end)
    articles, rejected = day.work.reader.distinct(raw)
    today = {i: one for i, one in articles.items() if one.row.available_at >= start}
    stories = _stories(day, articles, today)
    rows = [_news_row(day, today[i], stories[i], synthetic.get(today[i].row.source, False)) for i in sorted(today)]
    changes = write_news(day.conn, day.market.code, day.day, rows)
    refused = [(row, reason) for row, reason in rejected if row.available_at >= start]
    for row, reason in refused:
        bad = [Rejected(row.item_key, reason, row.payload)]
        add_quarantine(day.conn, day.market.code, row.source, "news", bad)
    copies = sum(stories[i] != i for i in today)
    preview = [
        {"news_id": r[0], "title": r[4], "story_id": r[8], "available_at": str(r[13])} for r in rows[:PREVIEW_ROWS]
    ]
    return Written(changes, [read], notes={"copies": copies, "quarantined": len(refused)}, preview=preview)


def _stories(day: Day, articles: Mapping[int, Distinct], today: Mapping[int, Distinct]) -> dict[int, int]:
    earlier = [one.item for i, one in articles.items() if i not in today]
    return day.work.reader.storyteller.assign([one.item for one in today.values()], earlier)


def _news_row(day: Day, told: Distinct, story_id: int, is_synthetic: bool) -> tuple:  # noqa: FBT001
    row, article = told.row, told.article
    positive, negative = sentiment(article.text)
    return (
        row.raw_news_id, day.market.code, day.day, row.source, article.title, article.excerpt, article.link,
        article.language, story_id, list(told.symbols), positive, negative, article.published_at, row.available_at,
        row.basis, is_synthetic,
    )  # fmt: skip


def match_day(day: Day) -> Written:
    """Links from articles to stocks, by the names in force when each article became available."""
    read = require(day.conn, day.market.code, "news", [day.day])
    articles = articles_of(day.conn, day.market.code, day.day)
    names = _names(day)
    rows, unknown = [], []
    for article in articles:
        known = next(n for n in names if n.since <= article.available_at)
        links, strangers = _links(article, known)
        rows += [_match_row(day, article, link, count) for link, count in links]
        unknown += [
            Rejected(str(article.news_id), f"No stock {s} is known in {day.market.code}.", s) for s in strangers
        ]
    changes = write_matches(day.conn, day.market.code, day.day, rows)
    add_quarantine(day.conn, day.market.code, "match", "news", unknown)
    linked = len({row[0] for row in rows})
    notes = {"articles": len(articles), "without_a_stock": len(articles) - linked, "unknown_symbols": len(unknown)}
    titles, symbols = {a.news_id: a.title for a in articles}, {i: s for s, i in names[0].symbols.items()}
    preview = [
        {"title": titles[r[0]], "stock": symbols[r[1]], "by": r[4], "span": r[5], "score": r[7]}
        for r in rows[:PREVIEW_ROWS]
    ]
    return Written(changes, [read], notes=notes, preview=preview)


@dataclass(frozen=True)
class _Names:
    """What stocks were called from an instant on."""

    since: datetime
    table: AliasTable
    symbols: Mapping[str, int]


def _names(day: Day) -> list[_Names]:
    # One entry per change of names within the day, newest first: an article is never read with a later name.
    start, end = day.bounds
    instants = [start, *name_changes(day.conn, day.market.code, start, end)]
    market = day.market.code
    return [
        _Names(at, AliasTable(aliases(day.conn, market, at)), stock_ids(day.conn, market, at))
        for at in reversed(instants)
    ]


def _links(article: ArticleRow, known: _Names) -> tuple[list[tuple[Link, int]], list[str]]:
    """The article's links with how often its source named each stock, and the symbols nobody knows."""
    if not article.symbols:
        return [(link, 1) for link in known.table.links(reading_text(article.title, article.excerpt))], []
    links, strangers = declared_links(article.symbols, known.symbols)
    named = Counter(known.symbols.get(s) for s in article.symbols)
    return [(link, named[link.stock_id]) for link in links], strangers


def _match_row(day: Day, article: ArticleRow, link: Link, mentions: int) -> tuple:
    start = link.start if link.span else None
    return (
        article.news_id, link.stock_id, day.market.code, day.day, link.kind, link.span, start, link.score,
        mentions, article.available_at,
    )  # fmt: skip
