"""What a test's days add up to, by hand, and how often the interval holds the difference."""

import numpy as np
import pytest

from craveny_domain.ab_figures import VariantSums, summarise_test

NOTHING = VariantSums(0, 0, 0.0)


def test_a_day_counts_once_however_many_questions_it_had() -> None:
    """0.6 - 0.5 on ten questions, 0.4 - 0.6 on a hundred: -0.05 a day on average."""
    days = [
        (VariantSums(10, 6, 2.0), VariantSums(10, 5, 2.5)),
        (VariantSums(100, 40, 30.0), VariantSums(100, 60, 20.0)),
    ]
    found = summarise_test(days, "hit", 1, is_split=False)
    assert found.difference.value == pytest.approx(-0.05)
    assert (found.difference.n, found.difference.days, found.difference.low) == (110, 2, None)
    assert (found.a.hit_rate.value, found.b.hit_rate.value) == pytest.approx((46 / 110, 65 / 110))
    assert (found.a.brier.value, found.b.brier.value) == pytest.approx((32 / 110, 22.5 / 110))
    brier = summarise_test(days, "brier", 1, is_split=False).difference
    assert brier.value == pytest.approx(((2.5 - 2.0) / 10 + (20 - 30) / 100) / 2)


def test_a_day_on_which_a_split_asked_only_one_is_no_day_of_the_difference() -> None:
    days = [(VariantSums(3, 2, 0.5), VariantSums(7, 4, 1.5)), (NOTHING, VariantSums(10, 5, 2.5))]
    found = summarise_test(days, "hit", 1, is_split=True)
    assert (found.difference.n, found.difference.days) == (10, 1)
    assert found.difference.value == pytest.approx(2 / 3 - 4 / 7)
    assert [(s.hit_rate.n, s.hit_rate.days) for s in (found.a, found.b)] == [(3, 1), (17, 2)]


def test_without_days_nothing_is_claimed() -> None:
    for days in ([], [(NOTHING, NOTHING)] * 9):
        found = summarise_test(days, "hit", 1, is_split=True)
        for figure in (found.difference, found.a.hit_rate, found.b.brier):
            assert (figure.value, figure.low, figure.n, figure.days) == (None, None, 0, 0)


def test_the_interval_holds_the_difference_about_as_often_as_it_says() -> None:
    """Two models that differ by nothing, 120 days of 40 questions with a tilt that both share."""
    rng, held, trials = np.random.default_rng(3), 0, 120
    for _ in range(trials):
        share = 0.5 + 0.1 * rng.standard_normal(120).clip(-3, 3)
        hits = rng.binomial(40, np.array([share, share])).T.tolist()
        days = [(VariantSums(40, a, 10.0), VariantSums(40, b, 10.0)) for a, b in hits]
        figure = summarise_test(days, "hit", 1, is_split=False, draws=299).difference
        assert figure.low is not None
        assert figure.high is not None
        held += figure.low <= 0 <= figure.high
    assert 0.88 <= held / trials <= 0.99
