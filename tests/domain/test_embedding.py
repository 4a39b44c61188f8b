"""The keyless embedding: what it measures, and that a vector depends on its own text alone."""

import hashlib
import math
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain import embedding
from craveny_domain.embedding import DIMENSIONS, EMBEDDING_NAME, EMBEDDING_VERSION, embed

any_text = st.text(st.characters(exclude_categories=()), max_size=60) | st.text("ab 가나.", max_size=30)
HEADLINES = [
    "삼성전자, 3분기 영업이익 사상 최대",
    "삼성전자 3분기 영업이익이 사상 최대를 기록했다",
    "국제유가 하락에 항공주 강세",
    "Tesla beats third-quarter delivery estimates",
    "Third-quarter deliveries at Tesla beat estimates",
    "Oil prices fall on demand worries",
]


def slow_vector(text: str) -> list[float]:
    """The definition in plain integers: hashed n-grams of padded words, signed counts, square roots, unit length."""
    mask = 2**64 - 1
    sums = [0] * DIMENSIONS
    for word in re.findall(r"[^\W_]+", text.lower()):
        padded = f" {word} "
        for size in (2, 3, 4):
            for start in range(len(padded) - size + 1):
                rolled = 0
                for character in padded[start : start + size]:
                    rolled = (rolled * 0x9E3779B97F4A7C15 + ord(character)) & mask
                rolled = (rolled + size) & mask
                for _ in range(2):
                    rolled = ((rolled ^ (rolled >> 32)) * 0xD6E8FEB86659FD93) & mask
                rolled ^= rolled >> 32
                sums[(rolled >> 32) * DIMENSIONS >> 32] += -1 if rolled & 1 else 1
    total = sum(map(abs, sums)) or 1
    return [math.copysign(math.sqrt(abs(count) / total), count) for count in sums]


def test_vectors_are_what_the_definition_says():
    expected = np.array([slow_vector(text) for text in HEADLINES], dtype=np.float32)
    assert embed(HEADLINES).tobytes() == expected.tobytes()


def test_a_changed_vector_needs_a_new_version():
    digest = hashlib.sha256(embed(HEADLINES).tobytes()).hexdigest()
    assert (EMBEDDING_NAME, EMBEDDING_VERSION, digest[:16]) == ("char-ngram-384", 1, "55462495ef5afe95")


def test_rewritten_headlines_are_nearer_than_unrelated_ones():
    cosines = embed(HEADLINES) @ embed(HEADLINES).T
    assert cosines[0, 1] > 0.5 > cosines[0, 2]
    assert cosines[3, 4] > 0.5 > cosines[3, 5]
    assert abs(cosines[0, 3]) < 0.2


def test_case_width_links_and_handles_do_not_count():
    plain, dressed = embed(["tesla 3 beats estimates", "RT @user: TESLA ３ beats — estimates! http://t.co/x"])
    assert plain.tobytes() == dressed.tobytes()


def test_a_text_without_letters_or_digits_is_the_zero_vector():
    assert not embed(["", "🚀🚀 !!", "http://t.co/x @user"]).any()
    assert embed([]).shape == (0, DIMENSIONS)


@given(st.lists(any_text, max_size=8))
def test_rows_have_unit_length_or_are_zero(texts: list[str]):
    vectors = embed(texts)
    assert vectors.shape == (len(texts), DIMENSIONS)
    assert vectors.dtype == np.float32
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all((np.abs(lengths - 1) < 1e-5) | (lengths == 0))


@given(any_text, st.lists(any_text, max_size=6), st.lists(any_text, max_size=6))
def test_a_vector_does_not_depend_on_the_batch(text: str, before: list[str], after: list[str]):
    assert embed([*before, text, *after])[len(before)].tobytes() == embed([text])[0].tobytes()


def test_a_batch_of_several_passes_gives_the_same_bytes(monkeypatch):
    whole = embed(HEADLINES).tobytes()
    monkeypatch.setattr(embedding, "_CHUNK_TEXTS", 2)
    assert embed(HEADLINES).tobytes() == whole
    monkeypatch.setattr(embedding, "_CHUNK_CHARACTERS", 1)
    assert embed(HEADLINES).tobytes() == whole
