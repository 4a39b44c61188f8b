"""How notices read as messages: alike ones become one section with a count, sections fill messages of HTML.

The markup is what Telegram's HTML parse mode knows; every word from outside is escaped, and nothing in it hides.
"""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from craveny_domain.alerts import LEVELS, QuietHours, Waiting, is_silent
from craveny_domain.text import without_hidden

LIMIT = 4096
"""UTF-16 units that Telegram takes in one message."""
HEADER = 96
"""Of them, kept for the number and the word of a possible repeat."""
NAMED = 8
"""Of alike notices, so many are named; the rest are counted."""
MARKS = {"error": "🔴", "warning": "🟠", "info": "🟢"}
_TITLE, _DETAIL, _LINK, _DAYS = 300, 700, 200, 400
_NUMBER = re.compile(r"[0-9a-f]{8,}|\d+")
_LINKED = re.compile(r'<a href="([^"]*)">([^<]*)</a>')
_MARKUP = re.compile(r"</?[bi]>")


@dataclass(frozen=True)
class Draft:
    """A message to send, and the notices it tells of."""

    text: str
    is_silent: bool
    notification_ids: tuple[int, ...]


def units(text: str) -> int:
    """A text's length as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def drafts(waiting: Iterable[Waiting], now: datetime, quiet: QuietHours | None) -> list[Draft]:
    """The messages that tell all that waits, the gravest first; none is longer than Telegram takes."""
    loud: dict[bool, list[Waiting]] = defaultdict(list)
    for each in waiting:
        loud[is_silent(each.notice, now, quiet)].append(each)
    return [draft for silent in sorted(loud) for draft in _packed(_groups(loud[silent]), is_silent=silent)]


def numbered(message_id: int, text: str, *, is_repeat: bool) -> str:
    """The text under its number, which a repeat shares with the first, so that nobody acts on it twice."""
    if is_repeat:
        return f"#{message_id} · perhaps sent before; act on this number once\n{text}"
    return f"#{message_id}\n{text}"


def plain(text: str) -> str:
    """A message without its markup, for when the markup was refused."""
    return html.unescape(_MARKUP.sub("", _LINKED.sub(r"\2: \1", text)))


def _groups(waiting: Sequence[Waiting]) -> list[list[Waiting]]:
    alike: dict[tuple, list[Waiting]] = defaultdict(list)
    for each in sorted(waiting, key=lambda w: w.notification_id):
        notice = each.notice
        same = _NUMBER.sub("0", notice.title), _NUMBER.sub("0", notice.detail)
        alike[(-LEVELS.index(notice.level), notice.kind, notice.market, notice.asset, same)].append(each)
    return sorted(alike.values(), key=lambda group: (-LEVELS.index(group[0].notice.level), group[0].notification_id))


def _packed(groups: Sequence[Sequence[Waiting]], *, is_silent: bool) -> list[Draft]:
    packed: list[Draft] = []
    text, ids = "", ()
    for group in groups:
        section = _section(group)
        longer = f"{text}\n\n{section}" if text else section
        if text and units(longer) > LIMIT - HEADER:
            packed.append(Draft(text, is_silent, ids))
            longer, ids = section, ()
        text, ids = longer, (*ids, *(each.notification_id for each in group))
    return [*packed, Draft(text, is_silent, ids)] if text else packed


def _section(group: Sequence[Waiting]) -> str:
    notices = [each.notice for each in group]
    first = notices[0]
    count = f"{len(group)} × " if len(group) > 1 else ""
    lines = [f"{MARKS[first.level]} <b>{count}{_fit(first.title, _TITLE)}</b>"]
    days = list(dict.fromkeys(n.partition_key for n in notices if n.partition_key))
    if days:
        lines.append(_fit(_listed(days), _DAYS))
    lines += [_fit(first.detail, _DETAIL)] if first.detail else []
    times = [n.occurred_at.astimezone(UTC) for n in notices]
    links = [_link(n.link, n.run_id or "details") for n in notices if n.link]
    lines.append(
        " · ".join(part for part in (_span(min(times), max(times)), _listed(links[:NAMED], len(links))) if part)
    )
    return "\n".join(lines)


def _listed(names: Sequence[str], total: int | None = None) -> str:
    total = len(names) if total is None else total
    left = total - min(len(names), NAMED)
    return ", ".join(names[:NAMED]) + (f" and {left} more" if left else "")


def _span(first: datetime, last: datetime) -> str:
    begun, ended = f"{first:%Y-%m-%d %H:%M:%S}", f"{last:%H:%M:%S}"
    return f"{begun} UTC" if first == last else f"{begun} to {ended} UTC"


def _link(address: str, name: str) -> str:
    target = html.escape(without_hidden(address))
    if not target.startswith(("http://", "https://")) or units(target) > _LINK:
        return _fit(name[:8], 80)
    return f'<a href="{target}">{_fit(name[:8], 80)}</a>'


def _fit(text: str, most: int) -> str:
    """The text escaped and cut so that it takes at most so many units, never within a character or an entity."""
    seen = without_hidden(text).strip()
    escaped = html.escape(seen)
    if units(escaped) <= most:
        return escaped
    kept, taken = [], 1
    for character in seen:
        piece = html.escape(character)
        taken += units(piece)
        if taken > most:
            break
        kept.append(piece)
    return "".join(kept) + "…"
