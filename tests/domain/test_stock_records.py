"""A single question scored alone is what scoring its day would say."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.scoring import SUMS, score_day
from craveny_domain.stock_records import score_question

DAY = date(2026, 10, 16)
returns = st.floats(-0.5, 0.5) | st.just(0.0)


@given(probability=st.floats(0, 1), call_up=st.none() | st.booleans(), outcome=returns, tradable=st.none() | returns)
def test_one_question_scores_as_a_day_of_one(
    probability: float, call_up: bool | None, outcome: float, tradable: float | None
) -> None:
    is_up = outcome > 0
    is_hit = None if call_up is None else call_up == is_up
    alone = score_question(
        DAY, probability, is_up=is_up, is_hit=is_hit, outcome_return=outcome, tradable_return=tradable
    )
    day = score_day(
        DAY,
        np.array([probability]),
        np.array([bool(call_up)]),
        np.array([call_up is not None]),
        np.array([outcome]),
        np.array([np.nan if tradable is None else tradable]),
        np.array([False]),
    )
    assert {name: getattr(alone, name) for name in SUMS} == pytest.approx({name: getattr(day, name) for name in SUMS})


def test_a_void_question_is_counted_as_void_alone() -> None:
    score = score_question(DAY, 0.5, is_up=None, is_hit=None, outcome_return=None, tradable_return=None)
    assert (score.asked, score.answered, score.void, score.returns) == (0, 0, 1, 0)
