"""What is kept of answers: the ones last used, within a limit, each made once however many ask at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from craveny_api.remembered import Remembered


def test_an_answer_is_made_once_while_many_ask() -> None:
    kept, made, together = Remembered(), [], Barrier(8)

    def ask(_: int) -> bytes:
        together.wait()
        return kept.body("key", lambda: made.append(1) or [1, 2])

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {b"[1,2]"}
    assert made == [1]


def test_another_key_is_another_answer() -> None:
    kept = Remembered()
    assert (kept.body("v1", lambda: [1]), kept.body("v2", lambda: [2])) == (b"[1]", b"[2]")


def test_the_answer_unused_for_longest_goes_first() -> None:
    kept = Remembered(limit=10)
    for key in ("a", "b"):
        kept.body(key, lambda: ["x"])
    kept.body("a", lambda: ["never made"])
    kept.body("c", lambda: ["y"])
    assert kept.body("a", lambda: ["anew"]) == b'["x"]'
    assert kept.body("b", lambda: ["anew"]) == b'["anew"]'


def test_an_answer_beyond_the_limit_is_told_and_not_kept() -> None:
    kept = Remembered(limit=3)
    assert kept.body("key", lambda: ["long"]) == b'["long"]'
    assert kept.body("key", lambda: ["made"]) == b'["made"]'
