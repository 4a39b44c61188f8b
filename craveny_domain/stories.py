"""Stories: which articles are copies or light rewrites of an earlier one, looking back only.

Decides from texts and instants alone; which articles are handed in, and where a story's id is kept, is the
caller's business.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from rapidfuzz import fuzz, process

from craveny_domain.embedding import embed
from craveny_domain.text import without_links

MAX_AGE = timedelta(days=3)
# Both must be reached. The cosine finds candidates cheaply, the ratio (0-100, edit distance) has the verdict:
# a wire story with another agency's prefix and byline has about 88, unrelated news about 30.
MIN_COSINE = 0.6
MIN_RATIO = 82.0
# Of a long article only the opening is compared: copies agree from their first lines on.
COMPARED_CHARACTERS = 300

# The last digits of a matrix product depend on its shape, so the verdict measures a candidate's cosine again.
_COSINE_SLACK = 1e-3
_BLOCK_ROWS = 256

_LABELS = (
    "속보|단독|종합|긴급|특징주|공시|시황|마감|상보|정정|포토|breaking|exclusive|update|correct(?:ed|ion)|alert|flash"
)
_AGENCIES = "reuters|ap|afp|bloomberg|dow jones|yonhap|cnbc|business wire|globe newswire|pr ?newswire|marketwatch"
_REPORTER = "[가-힣]{2,4} ?(?:기자|특파원)(?![가-힣])(?: ?=)?"
_PREFIX = re.compile(
    rf"^(?: ?(?:[\[【<](?:{_LABELS}|[가-힣]{{2,6}}(?:뉴스|일보|신문|경제|통신)) ?\d?보?[\]】>]"
    r"|[\[(][^()\[\]=]{1,20}=[^()\[\]=]{1,30}[\])]"
    rf"|(?:[a-z][a-z0-9 .,]{{0,40}})?\((?:{_AGENCIES})\) ?[-–—:]*"
    rf"|(?:{_LABELS}) ?\d? ?[-–—:]+"
    rf"|{_REPORTER}))+"
)
_BYLINE = re.compile(rf"[a-z0-9.+-]{{1,40}}@[a-z0-9-]{{1,40}}(?:\.[a-z0-9-]{{1,20}})+|{_REPORTER}")
_COPYRIGHT = re.compile(r"[<(\[]? ?(?:저작권자|ⓒ|©|무단 ?전재).*$", re.DOTALL)


@dataclass(frozen=True)
class StoryItem:
    """An article as far as stories care: its id, when it could first be known, and its cleaned text."""

    news_id: int
    available_at: datetime
    text: str


def assign_stories(items: Sequence[StoryItem], earlier: Sequence[StoryItem]) -> dict[int, int]:
    """Each item's story: the id of its earliest near-duplicate within the three days before it, else its own.

    Near-duplicates are sought among the items and `earlier` alike; order is by `available_at`, then `news_id`.
    """
    by_id = {item.news_id: item for item in (*earlier, *items)}
    known = sorted(by_id.values(), key=lambda item: (item.available_at, item.news_id))
    asked = {item.news_id for item in items}
    wanted = [at for at, item in enumerate(known) if item.news_id in asked]
    plain = [story_text(item.text) for item in known]
    vectors = embed(plain)
    oldest = [bisect_left(known, known[at].available_at - MAX_AGE, key=lambda k: k.available_at) for at in wanted]
    copies = _positions_by_text(plain)
    stories: dict[int, int] = {}
    for at, start, cosines in _earlier_cosines(wanted, oldest, vectors):
        same = copies[plain[at]]
        exact = same[bisect_left(same, start)] if plain[at] else at
        near = start + np.flatnonzero(cosines[: exact - start] >= MIN_COSINE - _COSINE_SLACK)
        stories[known[at].news_id] = known[_first_near(at, near, plain, vectors, otherwise=exact)].news_id
    return stories


def story_text(text: str) -> str:
    """The opening of a text without what copies change: case, links, handles, agency prefixes, bylines, copyright."""
    opening = without_links(text[: 4 * COMPARED_CHARACTERS]).lower()
    words = " ".join(_BYLINE.sub(" ", _COPYRIGHT.sub("", opening)).split())
    return _PREFIX.sub("", words).strip()[:COMPARED_CHARACTERS]


def _positions_by_text(plain: Sequence[str]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = {}
    for at, text in enumerate(plain):
        positions.setdefault(text, []).append(at)
    return positions


def _earlier_cosines(
    wanted: Sequence[int], oldest: Sequence[int], vectors: np.ndarray
) -> Iterator[tuple[int, int, np.ndarray]]:
    """For each wanted position: itself, the oldest position in reach, and its cosines with [oldest, itself)."""
    for begin in range(0, len(wanted), _BLOCK_ROWS):
        rows = wanted[begin : begin + _BLOCK_ROWS]
        starts = oldest[begin : begin + _BLOCK_ROWS]
        block = vectors[rows] @ vectors[starts[0] : rows[-1]].T
        for row, (at, start) in enumerate(zip(rows, starts, strict=True)):
            yield at, start, block[row, start - starts[0] : at - starts[0]]


def _first_near(at: int, near: np.ndarray, plain: Sequence[str], vectors: np.ndarray, *, otherwise: int) -> int:
    """The first of the candidate positions whose ratio and exact cosine with `at` reach the thresholds."""
    if not len(near):
        return otherwise
    ratios = process.cdist([plain[at]], [plain[k] for k in near], scorer=fuzz.ratio, dtype=np.float64)[0]
    for candidate in near[ratios >= MIN_RATIO].tolist():
        # An elementwise sum depends on the two rows only, a matrix product also on its neighbours.
        if float((vectors[at] * vectors[candidate]).sum(dtype=np.float64)) >= MIN_COSINE:
            return candidate
    return otherwise
