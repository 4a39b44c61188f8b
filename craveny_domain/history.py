"""Past stories as nearest-news search and the lexicon's record read them: vectors, links, sessions."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class History:
    """N past stories, oldest first, and their M links, ordered by story.

    `story_session` and `link_session` are the proleptic ordinals of the session whose window held the story;
    `link_story` is the row of the link's story.
    """

    vectors: np.ndarray
    news_ids: np.ndarray
    story_session: np.ndarray
    link_story: np.ndarray
    link_stock: np.ndarray
    link_session: np.ndarray
    link_positive: np.ndarray
    link_negative: np.ndarray

    def without(self, rejected: set[tuple[int, int]]) -> "History":
        """The same stories without the given (news_id, stock_id) links."""
        if not rejected:
            return self
        pairs = zip(self.news_ids[self.link_story].tolist(), self.link_stock.tolist(), strict=True)
        keep = np.array([pair not in rejected for pair in pairs], dtype=bool)
        links = (self.link_story, self.link_stock, self.link_session, self.link_positive, self.link_negative)
        return History(self.vectors, self.news_ids, self.story_session, *(column[keep] for column in links))
