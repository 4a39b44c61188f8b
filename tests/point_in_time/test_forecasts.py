"""No forecast moves by a byte for anything that became known after its cut-off; what was known before does move it."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from craveny_domain.clocks import cutoff
from tests.point_in_time.past import FORECAST_DAYS, PHASES, PastMarket, Plant
from tests.point_in_time.plants import KNOWN

MICROSECOND = timedelta(microseconds=1)
LATER = st.one_of(
    st.sampled_from([MICROSECOND, timedelta(seconds=1), timedelta(hours=1)]),
    st.integers(1, 3 * 86_400_000_000).map(lambda us: timedelta(microseconds=us)),
)
PICK = st.integers(0, 50)
DAYS = st.sampled_from(FORECAST_DAYS)
every_plant = pytest.mark.parametrize("plant", KNOWN, ids=lambda plant: plant.__name__)


def cutoff_of(market: PastMarket, day: date) -> datetime:
    with market.scene(day) as scene:
        return cutoff(scene.session, market.market.lead)


def test_the_forecasts_planted_on_have_news_neighbours_and_calls_to_move(past: dict[str, PastMarket]) -> None:
    for market in past.values():
        for day in FORECAST_DAYS:
            rows = market.baseline(day)
            assert len(rows["prediction_evidence"]) >= 8
            assert sum('"news": []' not in row for row in rows["prediction_evidence"]) >= 3
            assert sum('"model_name": "nearest_news"' in row and '"ok"' in row for row in rows["prediction"]) >= 9
            assert len(rows["prediction"]) == len(rows["prediction_evidence"]) * 27
            assert len(rows["brief"]) >= 3
            assert sum('"returns": {"1": 0' in row or '"returns": {"1": -0' in row for row in rows["brief"]) >= 3


@every_plant
@settings(max_examples=4, phases=PHASES)
@given(day=DAYS, later=LATER, pick=PICK)
def test_what_became_known_after_the_cutoff_moves_no_forecast(
    past: dict[str, PastMarket], plant: Plant, day: date, later: timedelta, pick: int
) -> None:
    us = past["us"]
    assert us.moved(day, [(plant, cutoff_of(us, day) + later, pick)]) == []


@settings(max_examples=8, phases=PHASES)
@given(day=DAYS, drawn=st.lists(st.tuples(st.sampled_from(list(KNOWN)), LATER, PICK), min_size=4, max_size=10))
def test_many_things_that_became_known_after_the_cutoff_move_no_korean_forecast(
    past: dict[str, PastMarket], day: date, drawn: list[tuple[Plant, timedelta, int]]
) -> None:
    krx = past["krx"]
    plants = [(plant, cutoff_of(krx, day) + later, pick) for plant, later, pick in drawn]
    assert krx.moved(day, plants) == []


@pytest.mark.parametrize("plant", [p for p, known in KNOWN.items() if known], ids=lambda plant: plant.__name__)
@pytest.mark.parametrize("code", ["us", pytest.param("krx", marks=pytest.mark.slow)])
def test_what_was_known_in_time_moves_a_forecast(past: dict[str, PastMarket], code: str, plant: Plant) -> None:
    known, market, day = KNOWN[plant], past[code], FORECAST_DAYS[0]
    assert known
    with market.scene(day) as scene:
        at = known(scene, 1)
    assert market.moved(day, [(plant, at, 1)])
