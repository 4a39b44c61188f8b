"""MinHash: which of many texts probably share most of their character 5-grams, found without comparing all pairs.

A text's signature is the least hash of its 5-grams under each of 96 fixed permutations; two texts agree in a
permutation as often as their sets of 5-grams overlap (Jaccard). A free rewrite overlaps by 0.3, a copy by 0.5 and more;
48 bands of 2 make candidates of 99 in 100 pairs of overlap 0.3, and of 1 in 50 pairs of 0.02, as unrelated news have.
Together with the bound per bucket, an item's cost does not depend on how many others there are.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import numpy as np

SHINGLE = 5
PERMUTATIONS = 96
BANDS = 48
SEED = 20260105
PER_BUCKET = 16
"""Of a bucket an item is compared with the oldest 8 and the newest 8 before it: one template filled in a thousand
times must not cost a million comparisons, and a story's first reports are the oldest."""

_ROWS = PERMUTATIONS // BANDS
_WORD = 2**64 - 1
# Texts are hashed in blocks of this many 5-grams, so that memory does not grow with the number of texts.
_BLOCK = 200_000


def _random_words(seed: int, count: int) -> list[int]:
    """64-bit words by splitmix64: numpy does not promise its streams for ever."""
    words = []
    for step in range(1, count + 1):
        z = (seed + step * 0x9E3779B97F4A7C15) & _WORD
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & _WORD
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & _WORD
        words.append(z ^ z >> 31)
    return words


_RANDOM = np.array(_random_words(SEED, 2 * PERMUTATIONS + SHINGLE + _ROWS), dtype=np.uint64)
_FACTORS = (_RANDOM[:PERMUTATIONS] >> np.uint64(32)).astype(np.uint32) | np.uint32(1)
_SHIFTS = (_RANDOM[PERMUTATIONS : 2 * PERMUTATIONS] >> np.uint64(32)).astype(np.uint32)
_PLACES = _RANDOM[2 * PERMUTATIONS : 2 * PERMUTATIONS + SHINGLE] | np.uint64(1)
_BAND_FACTORS = _RANDOM[-_ROWS:] | np.uint64(1)


def signatures(texts: Sequence[str]) -> np.ndarray:
    """(texts, PERMUTATIONS) uint32; a text shorter than a 5-gram counts as one, and an empty one has no meaning."""
    signed = np.empty((len(texts), PERMUTATIONS), dtype=np.uint32)
    start = 0
    while start < len(texts):
        stop, grams = start, 0
        while stop < len(texts) and (stop == start or grams + len(texts[stop]) <= _BLOCK):
            grams += max(len(texts[stop]), 1)
            stop += 1
        signed[start:stop] = _signed(texts[start:stop])
        start = stop
    return signed


def _signed(texts: Sequence[str]) -> np.ndarray:
    hashes, starts = _shingles(texts)
    signed = np.empty((PERMUTATIONS, len(texts)), dtype=np.uint32)
    for row, (factor, shift) in enumerate(zip(_FACTORS, _SHIFTS, strict=True)):
        signed[row] = np.minimum.reduceat(hashes * factor + shift, starts)
    return signed.T


def _shingles(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The hashes of all texts' 5-grams one after another, and where each text's begin."""
    padded = [text.ljust(SHINGLE, "\0") for text in texts]
    joined = "".join(padded).encode("utf-32-le", "surrogatepass")
    letters = np.frombuffer(joined, dtype=np.uint32).astype(np.uint64)
    mixed = np.zeros(len(letters) - SHINGLE + 1, dtype=np.uint64)
    for place, factor in enumerate(_PLACES):
        mixed += letters[place : place + len(mixed)] * factor
    mixed ^= mixed >> np.uint64(29)
    hashes = (mixed * _PLACES[0] >> np.uint64(32)).astype(np.uint32)
    lengths = np.array([len(text) for text in padded])
    ends = np.cumsum(lengths)
    inside = np.ones(len(letters), dtype=bool)
    # A 5-gram that would run into the next text belongs to none.
    for back in range(1, SHINGLE):
        inside[ends - back] = False
    starts = ends - lengths - np.arange(len(texts)) * (SHINGLE - 1)
    return hashes[inside[: len(hashes)]], starts


def candidates(texts: Sequence[str], oldest: Sequence[int], asked: set[int]) -> Iterator[tuple[int, list[int]]]:
    """For each asked position, in order: the earlier positions from `oldest` of it on that may be near copies."""
    found: dict[int, set[int]] = {}
    filled = [at for at, text in enumerate(texts) if text]
    if len(filled) > 1:
        is_asked = np.zeros(len(texts), dtype=bool)
        is_asked[list(asked)] = True
        signed = signatures([texts[at] for at in filled])
        for at, earlier in _sharing_a_bucket(np.array(filled), signed, np.array(oldest), is_asked):
            found.setdefault(at, set()).update(earlier)
    for at in sorted(asked):
        yield at, sorted(found.get(at, ()))


def _sharing_a_bucket(
    filled: np.ndarray, signed: np.ndarray, oldest: np.ndarray, is_asked: np.ndarray
) -> Iterator[tuple[int, list[int]]]:
    """Asked positions with earlier ones in reach that agree with them in one whole band, band by band."""
    for band in range(BANDS):
        rows = signed[:, band * _ROWS : (band + 1) * _ROWS].astype(np.uint64)
        keys = (rows * _BAND_FACTORS).sum(axis=1, dtype=np.uint64)
        order = np.argsort(keys, kind="stable")
        positions, keys = filled[order], keys[order]
        is_first = np.concatenate(([True], keys[1:] != keys[:-1]))
        begins = np.maximum.accumulate(np.where(is_first, np.arange(len(keys)), 0))
        before = np.roll(positions, 1)
        places = np.flatnonzero(~is_first & is_asked[positions] & (before >= oldest[positions]))
        members = positions.tolist()
        for place, begin in zip(places.tolist(), begins[places].tolist(), strict=True):
            at = members[place]
            yield at, _sampled(members, bisect_left(members, oldest[at], begin, place), place)


def _sampled(members: list[int], first: int, last: int) -> list[int]:
    """The members from `first` to before `last`: all, or the ends of a long stretch."""
    if last - first <= PER_BUCKET:
        return members[first:last]
    half = PER_BUCKET // 2
    return members[first : first + half] + members[last - half : last]
