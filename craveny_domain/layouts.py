"""Which comparisons a market's boards and tests consist of, by whose rules, and which of them are against floors."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from craveny_domain.verdicts import BOARD_RULE, Rule


class Comparison(NamedTuple):
    """Which two are compared: on a board and at a horizon, by the board's rule (test 0) or by a test's."""

    board: str
    horizon: int
    model_a: str
    model_b: str
    test_id: int


class Duels(NamedTuple):
    """A board's candidates [C] against its floors [F]: the place of each comparison [C, F] (-1: none yet), and which
    of its bets (0 better, 1 worse) is that the candidate is better."""

    candidates: tuple[str, ...]
    floors: tuple[str, ...]
    place: np.ndarray
    side: np.ndarray

    @property
    def alpha(self) -> float:
        """How often one of the candidates is let have a badge falsely: the board's alpha, shared by them all."""
        return BOARD_RULE.alpha / len(self.candidates)

    @property
    def goal(self) -> float:
        """The log wealth that a candidate needs against each floor."""
        return float(-np.log(self.alpha))

    def against(self, by_bet: np.ndarray) -> np.ndarray:
        """What the bets [K, 4] that candidates are better than floors come to, [C, F]; -inf where there is none."""
        return np.where(self.place >= 0, by_bet[self.place, self.side], -np.inf)


@dataclass(frozen=True)
class Layout:
    """What is compared: K comparisons, by whose rules, at which share of the board's alpha."""

    comparisons: tuple[Comparison, ...] = ()
    rules: tuple[Rule, ...] = ()
    floors: frozenset[str] = frozenset()

    @cached_property
    def places(self) -> Mapping[Comparison, int]:
        """Where each comparison stands in the arrays."""
        return {comparison: at for at, comparison in enumerate(self.comparisons)}

    @cached_property
    def edges(self) -> np.ndarray:
        """The difference that would matter [K]."""
        return np.array([rule.edge for rule in self.rules])

    @cached_property
    def spacing(self) -> np.ndarray:
        """Sessions between two bets [K]."""
        return np.array([comparison.horizon for comparison in self.comparisons], dtype=np.int64)

    @cached_property
    def alphas(self) -> np.ndarray:
        """How often a false word is accepted [K]: a test's own, the board's shared by its pairs."""
        boards = [(c.board, c.horizon, c.test_id) for c in self.comparisons]
        pairs = Counter(boards)
        shared = zip(self.rules, boards, strict=True)
        return np.array([rule.alpha if board[2] else rule.alpha / pairs[board] for rule, board in shared])

    @cached_property
    def duels(self) -> Mapping[tuple[str, int], Duels]:
        """Candidates against floors, by board and horizon."""
        pairs: dict[tuple[str, int], dict[tuple[str, str], int]] = {}
        for at, (board, horizon, a, b, test_id) in enumerate(self.comparisons):
            if not test_id:
                pairs.setdefault((board, horizon), {})[a, b] = at
        return {board: _duels(pairs[board], self.floors) for board in sorted(pairs)}


def _duels(pairs: Mapping[tuple[str, str], int], floors: frozenset[str]) -> Duels:
    names = sorted({name for pair in pairs for name in pair})
    candidates = tuple(name for name in names if name not in floors)
    beaten = tuple(name for name in names if name in floors)
    place = np.array([[pairs.get((min(c, f), max(c, f)), -1) for f in beaten] for c in candidates], dtype=np.int64)
    side = np.array([[int(c > f) for f in beaten] for c in candidates], dtype=np.int64)
    return Duels(candidates, beaten, place.reshape(len(candidates), -1), side.reshape(len(candidates), -1))
