"""Articles: what a raw item says once its text is clean and its clock is in UTC.

Holds no rule about which stocks an article is about (`matching`) or which story it tells (`stories`).
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from craveny_domain.text import Language, clean_text, excerpt, language

TITLE_LIMIT = 280
"""Characters of a title that are kept; an item without one shows its text there."""
_WEB_LINK = re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Article:
    """A clean article; `text` is title and body, `symbols` the stocks its source names, `article_id` the source's own.

    `link` is an http(s) address or None; `published_at` is in UTC, None where the source gives none.
    """

    title: str
    excerpt: str
    text: str
    link: str | None
    published_at: datetime | None
    language: Language
    symbols: tuple[str, ...]
    article_id: str | None


def reading_text(title: str, excerpt: str) -> str:
    """What is kept of an article's text, title first, each word once; matching and embedding read it."""
    return title if title.startswith(excerpt.removesuffix("…")) else f"{title} {excerpt}"


def read_article(payload: str) -> Article:
    """The article in a raw item's payload (see `facts.RawItem` for its keys).

    Raises ValueError, one sentence, when the payload cannot be read as an article.
    """
    fields = _json_object(payload)
    title, body = _clean_field(fields, "title"), _clean_field(fields, "text")
    if not title and not body:
        raise ValueError("The item has neither a title nor a text; give it at least one of the two.")
    text = body if body.startswith(title) else f"{title} {body}".rstrip()
    return Article(
        title=excerpt(title or body, TITLE_LIMIT),
        excerpt=excerpt(body or title),
        text=text,
        link=_web_link(fields.get("link")),
        published_at=_instant(fields.get("published_at")),
        language=language(text),
        symbols=_symbols(fields),
        article_id=_clean_field(fields, "id") or None,
    )


def _json_object(payload: str) -> dict[str, object]:
    try:
        fields = json.loads(payload)
    except (ValueError, RecursionError) as error:
        # A parser's message can quote characters that no log or table takes.
        reason = clean_text(str(error))
        raise ValueError(f"The item is not readable JSON ({reason}); it must be one JSON object.") from None
    match fields:
        case dict():
            return fields
        case _:
            raise ValueError(f"The item is JSON of type {type(fields).__name__}; it must be one JSON object.")


def _clean_field(fields: dict[str, object], key: str) -> str:
    match fields.get(key):
        case None:
            return ""
        case str() as raw:
            return clean_text(raw)
        case other:
            raise ValueError(f"The item's {key} is of type {type(other).__name__}; it must be text.")


def _web_link(raw: object) -> str | None:
    link = clean_text(raw) if isinstance(raw, str) else ""
    return link if _WEB_LINK.fullmatch(link) else None


def _instant(raw: object) -> datetime | None:
    if raw is None:
        return None
    try:
        instant = datetime.fromisoformat(str(raw))
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    shown = excerpt(clean_text(str(raw)), 40)
    raise ValueError(f"The item's published_at {shown!r} is not ISO 8601 with a zone, such as 2026-01-05T09:00:00Z.")


def _symbols(fields: dict[str, object]) -> tuple[str, ...]:
    match fields.get("symbols"):
        case None:
            many = []
        case list() as many:
            pass
        case other:
            raise ValueError(f"The item's symbols are of type {type(other).__name__}; they must be a list of texts.")
    named = [_clean_field({"symbol": symbol}, "symbol") for symbol in (fields.get("symbol"), *many)]
    return tuple(dict.fromkeys(filter(None, named)))
