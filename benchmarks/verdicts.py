"""Verdicts, badges and intervals tried on histories made by chance (`skill_free`), beside what is usually done.

A false winner is any of 250 daily looks at which one of two skill-free models is named the better, at any horizon:
for two models alone (daily tilts of sd 0.3, 0.6, 1.0, persistent ones, always up against a coin) and for any pair of
a board of five floors and seven candidates. A false badge is any candidate of that board that ever has one. Power is
how often five points more are found at horizon 1 and tilt 0.6, by two models alone and by one pair of that board.
Coverage is how often an interval of the hit rate or of the mean daily difference holds the truth, over 250 sessions and
over the shortest spans that have an interval.
Each figure but power is the worst over all of its cases; n is the histories of each case, so that a share of 5 % is
known within half a point.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import combinations, product
from statistics import NormalDist

import numpy as np
from scipy.stats import t as student

from benchmarks.figures import Figure
from benchmarks.homes import Say
from benchmarks.skill_free import CANDIDATES, CASES, FLOORS, HORIZONS, SESSIONS, STOCKS, Contest, board, contests
from craveny_domain.betting import BETS, is_bet_on
from craveny_domain.intervals import block_length, has_enough_days, resampling
from craveny_domain.pairs import daily_difference
from craveny_domain.verdicts import BOARD_RULE, Running, advance, nothing_yet, verdicts

NAMES = ("verdict.false_winner", "verdict.power_5pp", "badge.false", "interval.coverage", "interval.coverage_most")

HISTORIES, INTERVALS, PART = 4000, 2000, 100
BOARDS = 1000
PAIRS = len(CANDIDATES) * FLOORS + len(CANDIDATES) * (len(CANDIDATES) - 1) // 2
"""Of a board of so many candidates and floors; two floors are not compared."""
FIRST_SESSION = date(2026, 1, 1)
ALPHA = BOARD_RULE.alpha
NORMAL = NormalDist().inv_cdf(1 - ALPHA / 2)
FIRST_LOOK = 10
"""Days before the usual methods are first looked at."""

DRAWS, SEED = 999, 7
SPANS = (10, 30, 50, 60, 90, SESSIONS)
"""Days of the windows that a page shows, of all, and the fewest that have an interval at each horizon."""


def measure_verdicts(wanted: Collection[str], say: Say) -> Iterator[Figure]:
    """The figures wanted, each beside the same of the usual methods."""
    if {"verdict.false_winner", "badge.false"} & set(wanted):
        say(f"{BOARDS} boards of {FLOORS + len(CANDIDATES)} skill-free models")
        winners, badges = board_errors(BOARDS)
        yield Figure("verdict.false_winner_board", winners, "share", BOARDS)
        yield Figure("badge.false", badges, "share", BOARDS, ALPHA)
        say(f"{HISTORIES} contests of two skill-free models in each of {len(CASES)} cases")
        worst = false_winners(HISTORIES)
        yield Figure("verdict.false_winner", max(winners, worst.pop("betting")), "share", HISTORIES, ALPHA)
        yield from (Figure(f"verdict.false_winner_{way}", share, "share", HISTORIES) for way, share in worst.items())
    if "verdict.power_5pp" in wanted:
        found, days = power(HISTORIES)
        yield Figure("verdict.power_5pp", found, "share", HISTORIES, 0.8, is_floor=True)
        yield Figure("verdict.days_to_5pp", days, "sessions", HISTORIES)
        found, _ = power(HISTORIES, ALPHA / PAIRS)
        yield Figure("verdict.power_5pp_board", found, "share", HISTORIES, None, f"as one of a board's {PAIRS} pairs")
    if {"interval.coverage", "interval.coverage_most"} & set(wanted):
        yield from _coverage(say)


def false_winners(histories: int) -> dict[str, float]:
    """The largest share of histories in which two skill-free models are ever told apart, by way of judging."""
    ways = {"betting": by_betting, "betting_daily": by_betting_daily, "pooled": by_pooled, "daywise": by_daywise}
    shares: dict[str, list[float]] = {way: [] for way in ways}
    for case, horizon in product(CASES, HORIZONS):
        contest = many_contests(case, histories)[horizon]
        for way, judge in ways.items():
            shares[way].append(float(judge(contest, horizon).mean()))
    return {way: max(found) for way, found in shares.items()}


def many_contests(case: str, histories: int, points: float = 0.0) -> dict[int, Contest]:
    """Histories of one of CASES at each horizon; the same ones each time, made in parts to spare memory."""
    rng = np.random.default_rng(SEED)
    parts = [contests(rng, case, PART, points) for _ in range(histories // PART)]
    return {
        h: Contest(*(np.concatenate(counts) for counts in zip(*(part[h] for part in parts), strict=True)))
        for h in HORIZONS
    }


def by_betting(contest: Contest, horizon: int) -> np.ndarray:
    """The product's way: bets on every h-th session, looked at after each."""
    return is_named(running(differences(contest), horizon, ALPHA), ALPHA)


def by_betting_daily(contest: Contest, _: int) -> np.ndarray:
    """The same bets on every session, overlapping outcomes or not."""
    return is_named(running(differences(contest), 1, ALPHA), ALPHA)


def running(daily: np.ndarray, horizon: int, alpha: float) -> Running:
    """The evidence after the last session, from daily differences [comparisons, sessions] looked at one by one."""
    comparisons, sessions = daily.shape
    edges, alphas = np.full(comparisons, BOARD_RULE.edge), np.full(comparisons, alpha)
    state = nothing_yet(comparisons)
    for at in (place for place in range(sessions) if is_bet_on(place, horizon)):
        day, asked = FIRST_SESSION + timedelta(at), np.full(comparisons, STOCKS)
        state = advance(state, day, daily[:, at], asked, edges=edges, alphas=alphas)
    return state


def is_named(state: Running, alpha: float) -> np.ndarray:
    """Whether a winner was named on any session, for each comparison: a word once said stands."""
    spacing = np.ones(len(state.total), dtype=np.int64)
    told = verdicts(state, np.full(len(state.total), alpha), spacing)
    return np.array([verdict.word in ("better", "worse") for verdict in told])


def by_pooled(contest: Contest, _: int) -> np.ndarray:
    """McNemar's test at 5 % on all calls so far, looked at daily."""
    gained, disagreed = (
        np.cumsum(what, axis=1)[:, FIRST_LOOK - 1 :] for what in (contest.right_a - contest.right_b, contest.disagreed)
    )
    return np.any(np.abs(gained) > NORMAL * np.sqrt(disagreed), axis=1)


def by_daywise(contest: Contest, _: int) -> np.ndarray:
    """A t-test at 5 % on the daily differences so far, looked at daily."""
    daily = differences(contest)
    days = np.arange(1, SESSIONS + 1)
    mean = np.cumsum(daily, axis=1) / days
    spread = np.sqrt((np.cumsum(daily**2, axis=1) - days * mean**2).clip(0) / np.maximum(days - 1, 1))
    limit = student.ppf(1 - ALPHA / 2, np.maximum(days - 1, 1)) * spread / np.sqrt(days)
    return np.any((np.abs(mean) > limit)[:, FIRST_LOOK - 1 :], axis=1)


def differences(contest: Contest) -> np.ndarray:
    """How much better a was than b on each session [runs, sessions]."""
    asked = np.full(contest.right_a.shape, STOCKS)
    return daily_difference("hit", contest.right_a, asked, contest.right_b, asked)


def board_errors(histories: int) -> tuple[float, float]:
    """How often any pair of a skill-free board is told apart, and any candidate has the badge; the worst horizon's."""
    rng = np.random.default_rng(SEED)
    errors: dict[int, list[np.ndarray]] = {horizon: [] for horizon in HORIZONS}
    for _ in range(histories // PART):
        for horizon, right in board(rng, PART).items():
            errors[horizon].append(_board_errors(right, horizon))
    winners, badges = np.max([np.concatenate(found, axis=1).mean(axis=1) for found in errors.values()], axis=0)
    return float(winners), float(badges)


def _board_errors(right: np.ndarray, horizon: int) -> np.ndarray:
    # Whether any pair was told apart and whether any candidate beat all floors, [2, runs].
    runs = right.shape[1]
    first, second = zip(*((a, b) for a, b in combinations(range(len(right)), 2) if b >= FLOORS), strict=True)
    alpha = ALPHA / len(first)
    contest = Contest(right[list(first)], right[list(second)], right[list(first)])
    state = running(differences(contest).reshape(-1, SESSIONS), horizon, alpha)
    is_told = is_named(state, alpha).reshape(-1, runs).any(axis=0)
    goal = np.log(len(CANDIDATES) / ALPHA)
    beaten = (state.peak[:, BETS.index("worse")] >= goal).reshape(-1, runs)
    of_floors = np.array(first) < FLOORS
    return np.stack([is_told, beaten[of_floors].reshape(FLOORS, len(CANDIDATES), runs).all(axis=0).any(axis=0)])


def power(histories: int, alpha: float = ALPHA) -> tuple[float, float]:
    """How often five points more are found at horizon 1 and tilt 0.6, and the median of the sessions it took."""
    contest = many_contests("tilt 0.6", histories, points=0.05)[1]
    since = running(differences(contest), 1, alpha).since[:, BETS.index("better")]
    took = np.where(since > 0, since - FIRST_SESSION.toordinal() + 1, np.inf)
    return float(np.isfinite(took).mean()), float(np.median(took))


def _coverage(say: Say) -> Iterator[Figure]:
    say(f"{INTERVALS} intervals in each of {len(CASES)} cases, three horizons and {len(SPANS)} spans")
    found = coverage(INTERVALS)
    yield Figure("interval.coverage", min(found["blocks"]), "share", INTERVALS, 0.88, is_floor=True)
    yield Figure("interval.coverage_most", max(found["blocks"]), "share", INTERVALS, 0.97)
    for way in ("daywise", "pooled"):
        yield Figure(f"interval.coverage_{way}", min(found[way]), "share", INTERVALS)


def coverage(histories: int) -> dict[str, list[float]]:
    """How often 95 % intervals hold the truth, by way: of a hit rate and a mean daily difference in every case, at
    each horizon, over each span that has an interval."""
    held: dict[str, list[float]] = {"blocks": [], "daywise": [], "pooled": []}
    for case in CASES:
        for horizon, contest in many_contests(case, histories).items():
            rates, gaps = contest.right_b / STOCKS - 0.5, differences(contest)
            variance = contest.disagreed.mean() / STOCKS
            for span in SPANS:
                if not has_enough_days(span, block_length(horizon, span)):
                    continue
                for daily, of_a_call in ((rates[:, :span], 0.25), (gaps[:, :span], variance)):
                    held["blocks"].append(_held_by_blocks(daily, horizon))
                    held["daywise"].append(_held(daily, daily.std(axis=1, ddof=1), float(student.ppf(0.975, span - 1))))
                    held["pooled"].append(_held(daily, np.sqrt(of_a_call / STOCKS), NORMAL))
    return held


def _held_by_blocks(daily: np.ndarray, horizon: int) -> float:
    # The product's interval of the mean of each history [runs, days], whose truth is 0.
    runs, days = daily.shape
    drawn = resampling(days, horizon, DRAWS, SEED)
    figures = [drawn.figure(series, days * STOCKS, days) for series in drawn.totals(daily.T).T / days]
    return sum((figure.low or 0) <= 0 <= (figure.high or 0) for figure in figures) / runs


def _held(daily: np.ndarray, spread: np.ndarray | float, times: float) -> float:
    # The share of means of [runs, days] within so many standard errors of 0.
    return float((np.abs(daily.mean(axis=1)) <= times * spread / np.sqrt(daily.shape[1])).mean())
