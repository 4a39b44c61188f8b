"""Nearest past news: the search against a plain sort, the vote's bounds, and the questions built from them."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from craveny_domain.forecasters import nearest_news
from craveny_domain.history import History
from craveny_domain.neighbours import VOTE_WEIGHT, centroid, nearest, vote
from craveny_domain.panel import Panel, build_panel
from craveny_domain.questions import Story, askable, build_questions

SEED = st.integers(0, 2**32 - 1)
SESSIONS = [date(2026, 3, 2) + timedelta(days=n) for n in range(12)]
BAR_TYPES = [
    ("stock_id", "i8"), ("day", "i8"), ("open", "f8"), ("close", "f8"), ("split_ratio", "f8"), ("price_id", "i8"),
    ("available_us", "i8"), ("is_declared", "i4"),
]  # fmt: skip
FORECAST = SESSIONS[-1] + timedelta(days=1)


def units(rng: np.random.Generator, count: int, *, kinds: int) -> np.ndarray:
    """Unit vectors of 384 dimensions, drawn from few kinds so that exact ties are common."""
    drawn = rng.standard_normal((kinds, 384)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn[rng.integers(0, kinds, count)]


def sorted_out(question: np.ndarray, history: np.ndarray, ids: np.ndarray, k: int) -> list[tuple[int, float]]:
    scored = []
    for row, vector in enumerate(history):
        cosine = round(float(np.float64(question * vector).sum()), 6)
        scored.append((-cosine, int(ids[row]), row))
    return [(row, -negative) for negative, _, row in sorted(scored)[:k]]


@settings(max_examples=60)
@given(SEED, st.integers(1, 70), st.integers(1, 6), st.integers(1, 25), st.integers(1, 40))
def test_the_search_equals_a_plain_sort_with_ties_by_id(seed: int, n: int, q: int, k: int, kinds: int) -> None:
    rng = np.random.default_rng(seed)
    history, questions = units(rng, n, kinds=kinds), units(rng, q, kinds=kinds)
    ids = rng.permutation(10 * n)[:n]
    found = nearest(questions, history, ids, k)
    for at, question in enumerate(questions):
        expected = sorted_out(question, history, ids, k)
        assert [
            (int(r), float(s)) for r, s in zip(found.row[at], found.similarity[at], strict=True) if r >= 0
        ] == expected
        assert (found.row[at] >= 0).sum() == min(k, n)


@settings(max_examples=20)
@given(SEED, st.integers(1, 8), st.integers(0, 300))
def test_an_answer_does_not_depend_on_what_else_is_asked_or_searched(seed: int, q: int, skipped: int) -> None:
    rng = np.random.default_rng(seed)
    history, questions = units(rng, 900, kinds=900), units(rng, q, kinds=q)
    ids = np.arange(900)
    together = nearest(questions, history, ids)
    # Rows in front that are far from everything: the others' places in the matrix shift, nothing else.
    shifted = nearest(
        questions, np.concatenate([-together_mean(questions, skipped), history]), np.arange(900 + skipped)
    )
    for at in range(q):
        alone = nearest(questions[at : at + 1], history, ids)
        assert (alone.row[0] == together.row[at]).all()
        assert (alone.similarity[0] == together.similarity[at]).all()
        assert (shifted.row[at] - skipped == together.row[at]).all()
        assert (shifted.similarity[at] == together.similarity[at]).all()


def together_mean(questions: np.ndarray, count: int) -> np.ndarray:
    return np.repeat(centroid(questions)[None, :], count, axis=0)


def test_zero_questions_and_empty_histories_have_no_neighbours() -> None:
    history = np.stack([axis(n) for n in range(5)])
    questions = np.stack([np.zeros(384, dtype=np.float32), history[2]])
    found = nearest(questions, history, np.arange(5), 3)
    assert found.row[0].tolist() == [-1, -1, -1]
    assert found.row[1, 0] == 2
    assert (nearest(questions, history[:0], np.arange(0), 3).row == -1).all()
    assert nearest(questions[:0], history, np.arange(5), 3).row.shape == (0, 3)


# As stored: six places.
SIMILARITY = st.integers(-(10**6), 10**6).map(lambda n: n / 10**6)
UPS = st.one_of(st.just(float("nan")), st.floats(0, 1))


@given(st.lists(st.tuples(SIMILARITY, UPS), max_size=20), st.floats(0, 1))
def test_a_vote_lies_between_the_base_rate_and_the_voters_shares(
    voters: list[tuple[float, float]], base: float
) -> None:
    similarity, ups = (np.array([v[i] for v in voters], dtype=np.float64) for i in (0, 1))
    share = vote(similarity, ups, base)
    counted = ups[(similarity > 0) & ~np.isnan(ups)]
    if share is None:
        assert not len(counted)
        return
    low, high = min(base, *counted), max(base, *counted)
    assert low - 1e-12 <= share <= high + 1e-12
    assert abs(share - base) <= VOTE_WEIGHT * max(abs(counted - base)) + 1e-12


def test_voters_without_an_outcome_or_on_the_far_side_do_not_vote() -> None:
    assert vote(np.array([0.9, 0.8]), np.array([np.nan, np.nan]), 0.5) is None
    assert vote(np.array([-0.9, 0.0]), np.array([1.0, 1.0]), 0.5) is None
    assert vote(np.array([0.5, -0.9]), np.array([1.0, 0.0]), 0.5) == 0.5 + VOTE_WEIGHT * 0.5


def test_a_centroid_has_unit_length_unless_its_vectors_cancel() -> None:
    rng = np.random.default_rng(3)
    vectors = units(rng, 4, kinds=4)
    assert np.isclose(np.linalg.norm(centroid(vectors)), 1)
    assert np.allclose(centroid(vectors[:1]), vectors[0])
    assert not centroid(np.stack([vectors[0], -vectors[0]])).any()


def panel_of(closes: dict[int, list[float | None]]) -> Panel:
    """Closes by stock over SESSIONS."""
    rows = [
        (stock, day.toordinal(), close, close, 1.0, n + 1, 0, 0)
        for stock, column in closes.items()
        for n, (day, close) in enumerate(zip(SESSIONS, column, strict=True))
        if close is not None
    ]
    return build_panel(np.array(rows, dtype=BAR_TYPES), SESSIONS, np.full(len(SESSIONS), 1, dtype=np.int64))


def history_of(stories: list[tuple[int, date, int, np.ndarray]]) -> History:
    """Stories (news id, session, stock, vector), oldest first, one link each."""
    sessions = np.array([s.toordinal() for _, s, _, _ in stories], dtype=np.int64)
    vectors = np.stack([v for *_, v in stories]) if stories else np.empty((0, 384), dtype=np.float32)
    links = np.arange(len(stories))
    none = np.zeros(len(stories), dtype=np.int64)
    ids, stocks = (np.array([s[i] for s in stories], dtype=np.int64) for i in (0, 2))
    return History(vectors, ids, sessions, links, stocks, sessions, none, none)


def axis(n: int) -> np.ndarray:
    vector = np.zeros(384, dtype=np.float32)
    vector[n] = 1
    return vector


RISING = [100.0 + n for n in range(12)]
FALLING = [100.0 - n for n in range(12)]
PANEL = panel_of({1: RISING, 2: FALLING})
SYMBOLS = {1: "UP", 2: "DOWN"}


def test_a_question_without_news_has_no_neighbours_and_gets_no_answer_from_them() -> None:
    history = history_of([(10, SESSIONS[3], 1, axis(0))])
    questions = build_questions(PANEL, FORECAST, SYMBOLS, [1, 2], [Story(2, 20, "t", 0, 0)], {20: axis(0)}, history)
    assert questions[1]["news"] == []
    assert questions[1]["neighbours"] == []
    assert {a.outcome_class for a in nearest_news(questions[1])} == {"no_input"}
    assert {a.outcome_class for a in nearest_news(questions[2])} == {"ok"}


def test_news_without_a_direction_has_no_neighbours() -> None:
    history = history_of([(10, SESSIONS[3], 1, axis(0))])
    stories = [Story(1, 20, "t", 0, 0), Story(2, 21, "t", 0, 0)]
    vectors = {20: np.zeros(384, dtype=np.float32)}
    questions = build_questions(PANEL, FORECAST, SYMBOLS, [1, 2], stories, vectors, history)
    assert [q["neighbours"] for q in questions.values()] == [[], []]
    assert questions[1]["news"] == [[20, "t", 0, 0]]


def test_neighbours_carry_what_followed_them_nearest_first() -> None:
    near, far = axis(0), (axis(0) + axis(1)) / np.float32(2**0.5)
    history = history_of([(10, SESSIONS[2], 2, far), (11, SESSIONS[3], 1, near)])
    questions = build_questions(PANEL, FORECAST, SYMBOLS, [1], [Story(1, 20, "t", 0, 0)], {20: near}, history)
    assert questions[1]["neighbours"] == [[11, 1.0, 1.0, 1.0, 1.0], [10, 0.707107, 0.0, 0.0, 0.0]]


def test_only_stories_whose_longest_outcome_has_closed_are_searched() -> None:
    stories = [(n, SESSIONS[n], 1, axis(0)) for n in range(12)]
    questions = build_questions(
        PANEL, FORECAST, SYMBOLS, [1], [Story(1, 99, "t", 0, 0)], {99: axis(0)}, history_of(stories)
    )
    # Five sessions from session 7 on close with session 11, the last of the panel; the first has no close before it.
    assert sorted(row[0] for row in questions[1]["neighbours"]) == list(range(1, 8))


def test_a_stock_is_asked_about_when_it_traded_lately() -> None:
    gone, back = [100.0] * 7 + [None] * 5, [None] * 11 + [100.0]
    panel = panel_of({1: RISING, 2: gone, 3: back, 4: [100.0] * 8 + [None] * 4})
    assert askable(panel, [4, 3, 2, 1, 9]) == [1, 3, 4]
    assert askable(build_panel(np.empty(0, dtype=BAR_TYPES), [], np.empty(0, dtype=np.int64)), [1]) == []
