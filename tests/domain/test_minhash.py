"""MinHash: overlap is estimated well, near copies are candidates, and nothing depends on the machine or the company."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.minhash import PER_BUCKET, PERMUTATIONS, SHINGLE, band_keys, candidates, signatures

WIRE = "삼성전자가3분기연결기준영업이익이12조1천억원으로지난해같은기간보다늘었다고공시했다"


def overlap(one: str, other: str) -> float:
    first, second = ({text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1)} for text in (one, other))
    return len(first & second) / len(first | second)


def found(texts: list[str], oldest: int = 0, marks: tuple[int, ...] = ()) -> dict[int, list[int]]:
    bits = np.array(marks or [0] * len(texts), dtype=np.uint64)
    return candidates(band_keys(texts), bits, [oldest] * len(texts), range(len(texts)))


def test_the_share_of_equal_places_estimates_the_overlap():
    texts = [WIRE + "가나다라마바사아자차카타파하"[:n] * 3 for n in range(15)]
    signed = signatures(texts)
    for text, signature in zip(texts, signed, strict=True):
        estimate = float((signature == signed[0]).mean())
        assert abs(estimate - overlap(text, texts[0])) < 4 * np.sqrt(0.25 / PERMUTATIONS)


def test_the_permutations_are_the_same_for_ever():
    assert signatures(["Tesla beats", "삼성"])[:, :3].tolist() == [
        [636232966, 208374298, 50385876],
        [3528511537, 769671932, 513416476],
    ]


def test_a_copy_with_a_prefix_is_a_candidate_and_other_news_is_not():
    other = "국제유가가하락하면서항공주가일제히강세를보였다대한항공은장중52주신고가를기록했다"
    assert found([WIRE, other, "속보" + WIRE]) == {0: [], 1: [], 2: [0]}


def test_only_rows_that_are_asked_are_answered():
    keys, marks = band_keys([WIRE] * 3), np.zeros(3, dtype=np.uint64)
    assert candidates(keys, marks, [0, 0, 0], [1]) == {1: [0]}


def test_two_that_each_have_a_mark_of_their_own_are_no_candidates():
    assert found([WIRE] * 4, marks=(0b011, 0b110, 0b111, 0)) == {0: [], 1: [], 2: [0, 1], 3: [0, 1, 2]}


def test_what_is_out_of_reach_is_no_candidate():
    assert found([WIRE, WIRE, WIRE], oldest=1)[2] == [1]


def test_a_full_bucket_is_sampled_at_both_ends():
    earlier = found([WIRE] * 100)[99]
    assert earlier == [*range(PER_BUCKET // 2), *range(99 - PER_BUCKET // 2, 99)]


texts = st.lists(st.text("가나다라 abc", max_size=12), min_size=1, max_size=10)


@given(texts)
def test_a_signature_does_not_depend_on_its_neighbours(drawn: list[str]):
    together = signatures(drawn)
    assert all((signatures([text])[0] == row).all() for text, row in zip(drawn, together, strict=True))


@given(texts)
def test_candidates_lie_before_and_equal_texts_are_among_them(drawn: list[str]):
    for at, earlier in found(drawn).items():
        assert all(one < at for one in earlier)
        assert {one for one in range(at) if drawn[at] and drawn[one] == drawn[at]} <= set(earlier)


def test_blocks_do_not_change_signatures():
    long = ["가나다라마바사" * 9_000 + str(n) for n in range(5)]
    assert (signatures(long)[3] == signatures([long[3]])[0]).all()
