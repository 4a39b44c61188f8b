"""The keyless embedding: hashed character n-grams, any language, no model file and no network.

Vectors are a function of one text alone, the same bytes in every process and on every platform, whatever else
is in the batch: sums are exact integers and the only roundings (division, square root) are IEEE-exact.
Storing and searching vectors belongs elsewhere.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from craveny_domain.text import without_links

EMBEDDING_NAME = "char-ngram-384"
# Raised whenever any text's vector changes.
EMBEDDING_VERSION = 1
DIMENSIONS = 384


@dataclass(frozen=True)
class Embedding:
    """What makes vectors: a name that is kept beside each of them, and how many numbers each has.

    Vectors of two of these say nothing about each other, whatever their length.
    """

    name: str
    dimensions: int


KEYLESS = Embedding(f"{EMBEDDING_NAME}/{EMBEDDING_VERSION}", DIMENSIONS)
"""The one of this module."""

_SIZES = (2, 3, 4)
_BOUNDARY = " "
_NOT_WORD = re.compile(r"[\W_]+")
# Odd 64-bit constants: the golden ratio for rolling, one with well-spread bits for the final stir.
_ROLL = np.uint64(0x9E3779B97F4A7C15)
_STIR = np.uint64(0xD6E8FEB86659FD93)
# One pass stays within a processor cache: larger passes were slower, smaller ones repay their set-up less often.
_CHUNK_CHARACTERS = 16_000
_CHUNK_TEXTS = 256


def embed(texts: Sequence[str]) -> np.ndarray:
    """Vectors of the texts: float32 [n, 384], rows of unit length; a text without letters or digits gives zeros."""
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for start, padded in _chunks(texts):
        sums = _signed_counts(padded)
        mass = np.abs(sums)
        total = mass.sum(axis=1, keepdims=True)
        # Square roots damp repeated n-grams, and make the squared length the plain sum of counts.
        share = np.divide(mass, total, out=np.zeros_like(mass), where=total > 0)
        vectors[start : start + len(padded)] = np.copysign(np.sqrt(share), sums)
    return vectors


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Runs of padded texts, each with the position of its first one."""
    start, characters, padded = 0, 0, []
    for at, text in enumerate(texts):
        padded.append(_padded_words(text))
        characters += len(padded[-1])
        if characters >= _CHUNK_CHARACTERS or len(padded) >= _CHUNK_TEXTS:
            yield start, padded
            start, characters, padded = at + 1, 0, []
    if padded:
        yield start, padded


def _padded_words(text: str) -> str:
    """The words in lower case, one boundary mark before, between and after them; empty without any."""
    plain = unicodedata.normalize("NFKC", without_links(text)).lower()
    words = _NOT_WORD.sub(_BOUNDARY, plain).strip(_BOUNDARY)
    return f"{_BOUNDARY}{words}{_BOUNDARY}" if words else ""


def _signed_counts(padded: Sequence[str]) -> np.ndarray:
    """Per text and bucket, n-grams with a positive sign minus those with a negative one; float64 [n, 384]."""
    rows = np.repeat(np.arange(len(padded)) * DIMENSIONS, [len(text) for text in padded])
    points = np.frombuffer("".join(padded).encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    cells: list[np.ndarray] = []
    signs: list[np.ndarray] = []
    for starts, hashes in _ngrams(points):
        buckets = ((hashes >> np.uint64(32)) * np.uint64(DIMENSIONS)) >> np.uint64(32)
        cells.append(rows[starts] + buckets.astype(np.int64))
        signs.append(1.0 - 2.0 * (hashes & np.uint64(1)))
    size = len(padded) * DIMENSIONS
    summed = np.bincount(np.concatenate(cells), weights=np.concatenate(signs), minlength=size)
    # Without a single n-gram bincount forgets the type of its weights.
    return summed.reshape(len(padded), DIMENSIONS).astype(np.float64, copy=False)


def _ngrams(points: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each n, where the n-grams inside padded words start, and their 64-bit hashes."""
    boundary = points == ord(_BOUNDARY)
    rolled = points
    # Two boundary marks in a row lie between texts; deeper ones inside an n-gram lie between words.
    crosses = boundary[:-1] & boundary[1:]
    for size in _SIZES:
        count = max(len(points) - size + 1, 0)
        rolled = rolled[:count] * _ROLL + points[len(points) - count :]
        if size > _SIZES[0]:
            inner = boundary[size - 2 : size - 2 + count]
            crosses = inner if size == _SIZES[0] + 1 else crosses[:count] | inner
        starts = np.flatnonzero(~crosses)
        stirred = rolled[starts] + np.uint64(size)
        stirred = (stirred ^ (stirred >> np.uint64(32))) * _STIR
        stirred = (stirred ^ (stirred >> np.uint64(32))) * _STIR
        yield starts, stirred ^ (stirred >> np.uint64(32))
