"""MinHash: which of many texts probably share most of their character 5-grams, found without comparing all pairs.

A text's signature is the least hash of its 5-grams under each of 96 fixed permutations; two texts agree in a
permutation as often as their sets of 5-grams overlap (Jaccard). A free rewrite overlaps by 0.4, a copy by 0.5 and more;
of 48 bands of 2 they share several, and of unrelated news, which overlap by 0.02, 1 pair in 5,000 shares two.
Together with the bound per bucket, an item's cost hardly depends on how many others there are.
"""

from collections.abc import Collection, Sequence

import numpy as np

SHINGLE = 5
PERMUTATIONS = 96
BANDS = 48
SEED = 20260105
MET_BANDS = 2
"""An item that meets another in one bucket alone met it by chance, mostly."""
AGREEING = 28
"""In how many permutations a candidate agrees at least: of pairs of overlap 0.4 98 in 100 do, of 0.3 58, of 0.2, as
news of one company have, 2."""
PER_BUCKET = 16
"""Of a bucket an item meets the oldest 8 and the newest 8 before it: one template filled in a thousand times must not
cost a million comparisons, and a story's first reports are the oldest. A copy also shares buckets that the template
does not fill: those of what it is filled with."""

_WORD = 2**64 - 1
# Texts are hashed in blocks of this many 5-grams, so that memory does not grow with the number of texts.
_BLOCK = 200_000
_PAIRS = 20_000


def _random_words(seed: int, count: int) -> list[int]:
    """64-bit words by splitmix64: numpy does not promise its streams for ever."""
    words = []
    for step in range(1, count + 1):
        z = (seed + step * 0x9E3779B97F4A7C15) & _WORD
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & _WORD
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & _WORD
        words.append(z ^ z >> 31)
    return words


_RANDOM = np.array(_random_words(SEED, 2 * PERMUTATIONS + SHINGLE), dtype=np.uint64)
_FACTORS = (_RANDOM[:PERMUTATIONS] >> np.uint64(32)).astype(np.uint32) | np.uint32(1)
_SHIFTS = (_RANDOM[PERMUTATIONS : 2 * PERMUTATIONS] >> np.uint64(32)).astype(np.uint32)
_PLACES = _RANDOM[2 * PERMUTATIONS :] | np.uint64(1)
_BUCKETS = _PLACES[-1]


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


def band_keys(texts: Sequence[str]) -> np.ndarray:
    """(texts, BANDS) uint64: each two permutations of `signatures` as one number; texts with one key share a bucket."""
    return signatures(texts).view(np.uint64)


def candidates(
    keys: np.ndarray, marks: np.ndarray, oldest: Sequence[int], asked: Collection[int]
) -> dict[int, list[int]]:
    """For each asked row of `band_keys`: the earlier rows, from `oldest` of it on, that may be near copies, ascending.

    `marks` (rows, uint64) are sets of bits: of two rows that each have a bit the other lacks none is a copy.
    """
    is_asked = np.zeros(len(keys), dtype=bool)
    is_asked[list(asked)] = True
    reach = np.array(oldest, dtype=np.uint64)
    met = [_met_in_band(keys[:, band], marks, reach, is_asked) for band in range(BANDS)]
    pairs, bands = np.unique(np.concatenate(met), return_counts=True)
    found: dict[int, list[int]] = {at: [] for at in asked}
    rows, near = np.divmod(pairs[bands >= MET_BANDS], len(keys))
    for start in range(0, len(rows), _PAIRS):
        at, earlier = rows[start : start + _PAIRS], near[start : start + _PAIRS]
        is_near = np.count_nonzero(keys[at].view(np.uint32) == keys[earlier].view(np.uint32), axis=1) >= AGREEING
        for row, other in zip(at[is_near].tolist(), earlier[is_near].tolist(), strict=True):
            found[row].append(other)
    return found


def _met_in_band(keys: np.ndarray, marks: np.ndarray, oldest: np.ndarray, is_asked: np.ndarray) -> np.ndarray:
    """The pairs (asked row * rows + earlier row) of one band, at most PER_BUCKET for each asked row."""
    # Bucket and row in one number: a sort that need not be stable is several times as fast.
    row_bits = np.uint64(2 ** len(keys).bit_length() - 1)
    ordered = np.sort(keys * _BUCKETS & ~row_bits | np.arange(len(keys), dtype=np.uint64))
    rows = (ordered & row_bits).astype(np.int64)
    place = np.flatnonzero(is_asked[rows])
    first = np.searchsorted(ordered, ordered[place] & ~row_bits | oldest[rows[place]])
    steps, first, place = np.arange(PER_BUCKET // 2), first[:, None], place[:, None]
    places = np.hstack((first + steps, place - 1 - steps))
    is_met = np.hstack((first + steps < place, place - 1 - steps >= first + len(steps)))
    near = rows[places[is_met]]
    at = np.broadcast_to(rows[place], is_met.shape)[is_met]
    lacks, adds = marks[at] & ~marks[near], marks[near] & ~marks[at]
    is_like = (lacks == 0) | (adds == 0)
    return at[is_like] * len(rows) + near[is_like]
