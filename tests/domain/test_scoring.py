"""Daily scores and the figures of many days, against scikit-learn and straightforward computations."""

from collections import defaultdict
from dataclasses import astuple, replace
from datetime import date, timedelta
from math import log, sqrt
from statistics import mean, stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from craveny_domain.day_scores import STOP, TARGET, DayScore, Questions
from craveny_domain.day_scores import score_day as score
from craveny_domain.intervals import Figure, tail
from craveny_domain.scoring import FIGURES, DaySums, skills, summarise
from tests.domain.histories import histories

START = date(2024, 1, 1)
NOTHING = DayScore(START, *[0] * 17, 0.0, 0.0, 0.0, 0, 0, 0, 0)


def score_day(day, *, answered, touch=None, **columns):
    """Scores questions that, where not answered, had no news; with a touch given all name a target."""
    nothing = np.zeros(len(answered), dtype=int)
    aims = {"has_target": nothing > 0 if touch is None else nothing == 0, "touch": nothing if touch is None else touch}
    return score(day, Questions(**columns, outcome_class=(~answered).astype(int), **aims))


def rows(rng, n, *, answered=0.9, void=0.05, traded=0.9):
    """Arguments of score_day for n questions, with ties, unanswered and void rows and missing returns."""
    probability = rng.random(n)
    outcome = np.where(rng.random(n) < 0.05, 0.0, rng.normal(0, 0.02, n))
    is_void = rng.random(n) < void
    return {
        "probability": probability,
        "call_up": probability > 0.5,
        "answered": rng.random(n) < answered,
        "outcome_return": np.where(is_void, np.nan, outcome),
        "tradable_return": np.where(rng.random(n) < traded, rng.normal(0, 0.02, n), np.nan),
        "void": is_void,
        "touch": rng.integers(3, size=n),
    }


def history(seed, n_days=80, n=12, **shares):
    rng = np.random.default_rng(seed)
    days = [rows(rng, n, **shares) for _ in range(n_days)]
    scores = [score_day(START + timedelta(i), **day) for i, day in enumerate(days)]
    return scores, {key: np.concatenate([day[key] for day in days]) for key in days[0]}


def day_with(day, profit, returns=1):
    """A day on which `returns` calls earned `profit` each."""
    return replace(
        NOTHING, day=START + timedelta(day), asked=1, answered=1, return_sum=profit * returns, returns=returns
    )


@pytest.mark.parametrize("seed", range(3))
def test_figures_equal_those_of_scikit_learn(seed):
    from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, matthews_corrcoef

    scores, all_rows = history(seed)
    asked = ~all_rows["void"]
    ok = asked & all_rows["answered"]
    up, call, probability = all_rows["outcome_return"] > 0, all_rows["call_up"], all_rows["probability"]
    figures = summarise(scores, 1, draws=19)
    assert figures["coverage"].value == pytest.approx(ok.sum() / asked.sum())
    assert figures["hit_rate"].value == pytest.approx(accuracy_score(up[ok], call[ok]))
    assert figures["mcc"].value == pytest.approx(matthews_corrcoef(up[ok], call[ok]))
    assert figures["brier"].value == pytest.approx(brier_score_loss(up[asked], probability[asked]))
    clipped = np.clip(probability[asked], 0.01, 0.99)
    assert figures["log_score"].value == pytest.approx(-log_loss(up[asked], clipped))
    assert figures["coverage"].n == figures["brier"].n == figures["log_score"].n == asked.sum()
    assert figures["hit_rate"].n == figures["mcc"].n == ok.sum()


@pytest.mark.parametrize(("horizon", "cost_bps"), [(1, 0.0), (1, 10.0), (5, 25.0)])
def test_money_figures_equal_a_plain_walk_through_the_days(horizon, cost_bps):
    rng = np.random.default_rng(5)
    days = [rows(rng, 4, answered=0.5, traded=0.5) for _ in range(90)]
    figures = summarise(
        [score_day(START + timedelta(i), **day) for i, day in enumerate(days)], horizon, cost_bps=cost_bps, draws=19
    )
    earned, profits, equity, peak, deepest = [], [], 0.0, 0.0, 0.0
    for day in days:
        signed = [
            r if up else -r
            for up, r, ok, void in zip(
                *(day[k] for k in ("call_up", "tradable_return", "answered", "void")), strict=True
            )
            if ok and not void and r == r
        ]
        earned += signed
        profits.append((mean(signed) - cost_bps / 1e4) / horizon if signed else 0.0)
        equity += profits[-1]
        peak = max(peak, equity)
        deepest = max(deepest, peak - equity)
    assert 0.0 in profits
    assert figures["mean_return"].value == pytest.approx(mean(earned))
    assert figures["mean_return"].n == figures["sharpe"].n == figures["max_drawdown"].n == len(earned)
    assert figures["mean_return"].days == sum(p != 0 for p in profits)
    assert figures["sharpe"].value == pytest.approx(mean(profits) / stdev(profits) * sqrt(252))
    assert figures["max_drawdown"].value == pytest.approx(deepest)
    assert figures["sharpe"].days == figures["max_drawdown"].days == 90


def test_a_day_is_scored_question_by_question():
    score = score_day(
        START,
        probability=np.array([0.7, 0.8, 0.4, 0.995, 0.5, 0.6]),
        call_up=np.array([True, True, False, False, True, True]),
        answered=np.array([True, True, True, True, False, True]),
        outcome_return=np.array([0.01, 0.0, -0.02, 0.03, 0.01, np.nan]),
        tradable_return=np.array([0.02, -0.01, -0.03, np.nan, 0.5, 0.5]),
        void=np.array([False, False, False, False, False, True]),
    )
    counts = {"asked": 5, "answered": 4, "true_up": 1, "false_up": 1, "true_down": 1, "false_down": 1}
    assert {name: getattr(score, name) for name in counts} == counts
    assert (score.ties, score.void, score.returns) == (1, 1, 3)
    assert score.brier_sum == pytest.approx(0.3**2 + 0.8**2 + 0.4**2 + 0.005**2 + 0.5**2)
    assert score.log_score_sum == pytest.approx(log(0.7) + log(0.2) + log(0.6) + log(0.99) + log(0.5))
    assert score.return_sum == pytest.approx(0.02 - 0.01 + 0.03)


def test_a_tie_is_not_up():
    tie = {"outcome_return": np.zeros(1), "tradable_return": np.zeros(1), "void": np.array([False])}
    call = {"probability": np.array([0.6]), "answered": np.array([True])}
    assert score_day(START, call_up=np.array([True]), **call, **tie).false_up == 1
    assert score_day(START, call_up=np.array([False]), **call, **tie).true_down == 1


def test_certainty_that_came_false_costs_no_more_than_the_clip():
    wrong = rows(np.random.default_rng(0), 1, void=0) | {"probability": np.ones(1), "outcome_return": -np.ones(1)}
    score = score_day(START, **wrong)
    assert (score.brier_sum, score.log_score_sum) == (1.0, pytest.approx(log(0.01)))


def test_a_day_without_questions_scores_nothing():
    empty = {key: values[:0] for key, values in rows(np.random.default_rng(0), 1).items()}
    assert score_day(START, **empty) == NOTHING


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("outcome_return", np.nan, "no outcome return: mark it void"),
        ("probability", np.nan, "no probability from 0 to 1"),
        ("probability", 1.01, "no probability from 0 to 1"),
        ("probability", -0.01, "no probability from 0 to 1"),
    ],
)
def test_a_settled_row_must_have_an_outcome_and_a_probability(column, value, sentence):
    question = rows(np.random.default_rng(0), 3, void=0)
    question[column][1] = value
    with pytest.raises(ValueError, match=sentence):
        score_day(START, **question)


@given(seed=st.integers(0, 10_000), n=st.integers(0, 40))
def test_the_order_of_rows_does_not_matter_to_the_last_bit(seed, n):
    rng = np.random.default_rng(seed)
    questions = rows(rng, n)
    order = rng.permutation(n)
    shuffled = {key: values[order] for key, values in questions.items()}
    assert score_day(START, **questions) == score_day(START, **shuffled)


@given(seed=st.integers(0, 10_000), n=st.integers(0, 40), cut=st.integers(0, 40))
def test_a_day_scored_in_two_parts_adds_up(seed, n, cut):
    questions = rows(np.random.default_rng(seed), n)
    parts = [
        score_day(START, **{key: values[part] for key, values in questions.items()})
        for part in (slice(cut), slice(cut, None))
    ]
    added = [a + b for a, b in zip(*(astuple(part)[1:] for part in parts), strict=True)]
    assert added == pytest.approx(list(astuple(score_day(START, **questions))[1:]))


@given(seed=st.integers(0, 1000))
@settings(max_examples=20)
def test_figures_depend_neither_on_the_order_of_days_nor_on_their_parts(seed):
    rng = np.random.default_rng(seed)
    days = {START + timedelta(i): rows(rng, 6) for i in range(65)}
    whole = [score_day(day, **questions) for day, questions in days.items()]
    parts = [
        score_day(day, **{key: values[part] for key, values in questions.items()})
        for day, questions in days.items()
        for part in (slice(0, 2), slice(2, None))
    ]
    expected, mixed = summarise(whole, 1, draws=50), summarise([parts[i] for i in rng.permutation(130)], 1, draws=50)
    for name in FIGURES:
        assert astuple(mixed[name]) == pytest.approx(astuple(expected[name]))


@given(
    confusion=st.tuples(*[st.integers(0, 5)] * 4),
    returns=st.lists(st.floats(-0.2, 0.2), max_size=30),
    horizon=st.sampled_from([1, 3, 5]),
)
def test_a_figure_is_a_number_within_its_bounds_or_nothing(confusion, returns, horizon):
    tp, fp, tn, fn = confusion
    n = sum(confusion)
    scored = replace(NOTHING, asked=n, answered=n, true_up=tp, false_up=fp, true_down=tn, false_down=fn)
    figures = summarise([scored, *(day_with(i + 1, r) for i, r in enumerate(returns))], horizon, draws=20)
    bounds = defaultdict(lambda: (-np.inf, np.inf), coverage=(0, 1), hit_rate=(0, 1), mcc=(-1, 1), brier=(0, 1))
    bounds["max_drawdown"] = (0, np.inf)
    for name, figure in figures.items():
        low, high = bounds[name]
        for number in (figure.value, figure.low, figure.high):
            assert number is None or (np.isfinite(number) and low - 1e-12 <= number <= high + 1e-12)
        assert (figure.low is None) == (figure.high is None)
        assert figure.value is not None or figure.low is None


def test_without_days_nothing_is_known():
    assert summarise([], 1) == dict.fromkeys(FIGURES, Figure(None, None, None, 0, 0))


def test_days_of_only_void_questions_have_no_figures():
    figures = summarise([replace(NOTHING, day=START + timedelta(i), void=3) for i in range(100)], 1, draws=20)
    assert {figure.value for figure in figures.values()} == {None}
    assert {figure.n for figure in figures.values()} == {0}


@pytest.mark.parametrize("column", [("true_up", "false_up"), ("true_down", "false_down"), ("true_up", "false_down")])
def test_correlation_with_an_empty_margin_is_not_stated(column):
    score = replace(NOTHING, asked=7, answered=7, **{column[0]: 4, column[1]: 3})
    figures = summarise([score], 1, draws=20)
    assert figures["mcc"] == Figure(None, None, None, 7, 1)
    assert figures["hit_rate"].value is not None


def test_correlation_of_very_many_calls_does_not_overflow():
    half = 10**6
    score = replace(NOTHING, asked=4 * half, answered=4 * half, true_up=2 * half, true_down=half, false_up=half)
    assert summarise([score], 1)["mcc"].value == pytest.approx(1 / sqrt(3))


@pytest.mark.parametrize(("n_days", "is_stated"), [(59, False), (60, True)])
def test_sharpe_needs_sixty_days_with_or_without_trades(n_days, is_stated):
    days = [day_with(i, 0.01 * (-1) ** i, returns=i % 3) for i in range(n_days)]
    assert (summarise(days, 1, draws=20)["sharpe"].value is not None) == is_stated


def test_profits_that_never_vary_have_no_sharpe():
    days = [replace(day_with(i, 0.0), return_sum=0.1 * (i % 4 + 1), returns=i % 4 + 1) for i in range(80)]
    figures = summarise(days, 1, draws=20)
    assert figures["sharpe"].value is None
    assert figures["max_drawdown"].value == 0


def test_a_first_loss_is_a_drawdown_from_the_start():
    figures = summarise([day_with(0, -0.03), day_with(1, 0.01)], 1, cost_bps=0)
    assert figures["max_drawdown"].value == pytest.approx(0.03)


def test_costs_are_charged_per_round_trip_and_only_on_days_with_trades():
    days = [day_with(0, 0.0), replace(NOTHING, day=START + timedelta(1)), day_with(2, 0.0)]
    assert summarise(days, 5, cost_bps=50)["max_drawdown"].value == pytest.approx(2 * 0.005 / 5)


@pytest.mark.parametrize(
    ("horizon", "n_days", "has_interval"), [(1, 9, False), (1, 10, True), (5, 49, False), (5, 50, True)]
)
def test_an_interval_needs_five_blocks_of_days(horizon, n_days, has_interval):
    scores, _ = history(2, n_days, void=0)
    brier = summarise(scores, horizon)["brier"]
    assert brier.value is not None
    assert (brier.low is not None) == has_interval


@pytest.mark.parametrize(("answered_days", "has_interval"), [(49, False), (50, True)])
def test_days_that_do_not_count_for_a_figure_lend_it_no_interval(answered_days, has_interval):
    silent, _ = history(2, 250, answered=0)
    spoken, _ = history(2, 250, answered=1)
    days = [spoken[i] if i % 5 == 0 and i < 5 * answered_days else silent[i] for i in range(250)]
    figures = summarise(days, 5)
    assert figures["hit_rate"].days == answered_days
    assert (figures["hit_rate"].low is not None) == has_interval
    assert figures["brier"].low is not None


def test_resampled_drawdowns_walk_the_drawn_days_in_their_order():
    profits = np.random.default_rng(9).normal(0, 0.01, 100)
    drawdown = summarise([day_with(i, p) for i, p in enumerate(profits)], 5, cost_bps=0, draws=50, seed=3)[
        "max_drawdown"
    ]
    deepest = []
    for drawn in histories(100, 10, 50, np.random.default_rng(3)):
        curve = np.array([0.0, *np.cumsum(profits[drawn] / 5)])
        deepest.append(max(curve[:i].max() - curve[i] for i in range(1, 101)))
    assert (drawdown.low, drawdown.high) == pytest.approx(
        tuple(np.quantile(deepest, [tail(100, 10), 1 - tail(100, 10)]))
    )


@pytest.mark.parametrize("horizon", [1, 3, 5])
def test_intervals_hold_their_figure_and_repeat_with_their_seed(horizon):
    scores, _ = history(4, 200, n=20)
    figures = summarise(scores, horizon)
    for name in set(FIGURES) - {"max_drawdown"}:
        figure = figures[name]
        assert figure.low < figure.value < figure.high
    assert 0 <= figures["max_drawdown"].low < figures["max_drawdown"].high
    assert summarise(scores, horizon) == figures
    assert summarise(scores, horizon, seed=8) != figures


def test_an_interval_is_about_as_wide_as_independent_days_imply():
    scores, _ = history(6, 400, n=25, answered=1, void=0)
    hits = [(s.true_up + s.true_down) / s.asked for s in scores]
    figure = summarise(scores, 1)["hit_rate"]
    assert figure.high - figure.low == pytest.approx(2 * 1.96 * stdev(hits) / sqrt(400), rel=0.15)
    money = summarise(scores, 1)["sharpe"]
    assert money.high - money.low == pytest.approx(2 * 1.96 * sqrt(252 / 400), rel=0.25)


def test_skill_is_what_scikit_learn_says_of_the_same_questions():
    from sklearn.metrics import d2_brier_score

    scores, all_rows = history(3, void=0)
    base = [rows(np.random.default_rng(i), 12, void=0) | {"probability": np.full(12, 0.5)} for i in range(80)]
    outcome = all_rows["outcome_return"].reshape(80, 12)
    floor = [score_day(START + timedelta(i), **day | {"outcome_return": outcome[i]}) for i, day in enumerate(base)]
    figure = skills({"a": DaySums.of(scores), "flat": DaySums.of(floor)}, ["flat"], 1, draws=50)["a", "flat"]
    up = all_rows["outcome_return"] > 0
    mine, flat = ((p - up) ** 2 for p in (all_rows["probability"], np.full(len(up), 0.5)))
    assert figure.value == pytest.approx(1 - mine.mean() / flat.mean())
    assert d2_brier_score(up, all_rows["probability"]) == pytest.approx(1 - mine.mean() / up.var())
    assert (figure.n, figure.days) == (960, 80)
    assert figure.low < figure.value < figure.high


def test_skill_counts_only_days_on_which_both_were_asked_as_many_questions():
    days = [
        DaySums.of([replace(NOTHING, day=START + timedelta(i), asked=n, brier_sum=b) for i, n, b in of])
        for of in ([(0, 4, 1.0), (1, 4, 2.0), (2, 3, 9.0)], [(1, 4, 4.0), (2, 4, 1.0), (3, 4, 1.0)])
    ]
    found = skills(dict(zip("ab", days, strict=True)) | {"c": DaySums.of([])}, "bc", 1)
    assert found["a", "b"] == Figure(0.5, None, None, 4, 1)
    assert found["a", "c"] == found["b", "c"] == Figure(None, None, None, 0, 0)


def test_targets_and_stops_are_counted_among_questions_that_name_a_target():
    day = rows(np.random.default_rng(0), 6, void=0, answered=1) | {
        "touch": np.array([TARGET, TARGET, STOP, 0, 0, STOP])
    }
    figures = summarise([score_day(START, **day)], 1)
    assert figures["target_rate"] == figures["stop_rate"] == Figure(2 / 6, None, None, 6, 1)
    del day["touch"]
    assert summarise([score_day(START, **day)], 1)["target_rate"] == Figure(None, None, None, 0, 0)
