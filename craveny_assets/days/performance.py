"""Each session's own figures: of every model, and of every two models on the questions both were asked."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, product

import numpy as np

from craveny_assets.days.memberships import members_of
from craveny_assets.days.work import NO_SESSION, Day, Written
from craveny_domain.day_scores import DayScore, day_score, score_groups, sums_of
from craveny_domain.forecasts import BOARDS
from craveny_domain.grounds import Grounds
from craveny_domain.pairs import pair_sums
from craveny_domain.panel import HORIZONS
from craveny_domain.reliability import cell_sums
from craveny_store.grounds import registered_tests
from craveny_store.partitions import require
from craveny_store.performance import DayFigures, write_performance
from craveny_store.settlements import Settled, settled_on


def daily_performance_day(day: Day) -> Written:
    """Each model's own figures of the day; rolling and to-date figures are summed from them on reading."""
    if day.index is None:
        return NO_SESSION
    read = require(day.conn, day.market.code, "evaluation_history", [day.day])
    settled = settled_on(day.conn, day.market.code, day.day)
    scope = (day.market.code, day.day)
    scores = [(*place, day_score(day.day, sums)) for place, sums in _scores(settled)]
    figures = DayFigures(
        performance=[(*scope, *place, *sums_of(score)) for *place, score in scores],
        reliability=[(*scope, *cell) for cell in _cells(settled)],
        pairs=[(*scope, *pair) for pair in (*_pairs(settled), *_splits(day, settled))],
        members=[(*scope, *member) for member in members_of(day, settled)],
    )
    changes = write_performance(day.conn, *scope, figures)
    preview = [_shown(place, score) for *place, sector, score in scores if place[1] == 1 and not sector]
    return Written(changes, [read], notes={"pairs": len(figures.pairs)}, preview=preview)


def _scores(settled: Settled) -> Iterator[tuple[tuple, np.ndarray]]:
    """The sums of each model, horizon and board, of all stocks (sector '') and of each sector."""
    rows = settled.rows
    for is_by_sector in (False, True):
        of = rows["sector"] + 1 if is_by_sector else np.zeros(len(rows), dtype=np.int64)
        places, group = _grouped(settled, rows["is_reconstructed"], of)
        counted = np.where(of > 0, group, -1) if is_by_sector else group
        for (*place, board, sector), sums in zip(
            places, score_groups(settled.questions, counted, len(places)), strict=True
        ):
            if not is_by_sector or sector:
                yield (*place, BOARDS[board], settled.sectors[sector - 1] if sector else ""), sums


def _cells(settled: Settled) -> Iterator[tuple]:
    """How many of each model's answers of each hundredth rose, apart for those that settled late."""
    rows = settled.rows
    answered = settled.only((rows["void"] == 0) & (rows["outcome_class"] == 0))
    kept = answered.rows
    places, group = _grouped(answered, kept["is_reconstructed"], kept["is_late"])
    sums = cell_sums(group, kept["probability"], kept["outcome_return"] > 0)
    for at, *told in zip(*(column.tolist() for column in sums), strict=True):
        *place, board, is_late = places[at]
        yield (*place, BOARDS[board], bool(is_late), *told)


def _pairs(settled: Settled) -> Iterator[tuple]:
    """Every two models on the questions both were asked and that settled on time."""
    rows = settled.rows
    for horizon, at in product(HORIZONS, range(len(BOARDS))):
        on_time = (rows["void"] == 0) & (rows["is_late"] == 0) & (rows["horizon"] == horizon)
        asked = settled.only(on_time & (rows["is_reconstructed"] == at))
        if len(asked.rows):
            yield from _pairs_of(asked, horizon, BOARDS[at])


def _pairs_of(asked: Settled, horizon: int, board: str) -> Iterator[tuple]:
    rows, up = asked.rows, asked.rows["outcome_return"] > 0
    sums = pair_sums(
        rows["stock_id"],
        rows["model"],
        asked.questions.scored_up == up,
        (rows["probability"] - up) ** 2,
        len(asked.models),
    )
    session = date.fromordinal(int(rows["session"][0]))
    for a, b in combinations(range(len(asked.models)), 2):
        n = int(sums.questions[a, b])
        if n:
            counted = (
                n,
                n,
                int(sums.hits[a, b]),
                int(sums.hits[b, a]),
                float(sums.brier[a, b]),
                float(sums.brier[b, a]),
            )
            yield (horizon, board, asked.models[a], asked.models[b], 0, session, *counted)


def _splits(day: Day, settled: Settled) -> Iterator[tuple]:
    """The two sides of every test that shares out the questions of a session: each model's own ones, on time."""
    rows = settled.rows
    up, counted = rows["outcome_return"] > 0, (rows["void"] == 0) & (rows["is_late"] == 0)
    right, brier = settled.questions.scored_up == up, (rows["probability"] - up) ** 2
    grounds = Grounds(day.work.sessions, day.market.lead, (), registered_tests(day.conn, day.market.code))
    running = (test for test in grounds.tests if test.is_split and grounds.runs(test, day.day))
    for test, at in product(running, range(len(BOARDS))):
        asked = counted & (rows["horizon"] == test.horizon) & (rows["is_reconstructed"] == at)
        sides = [asked & (rows["model"] == settled.models.index(name)) for name in test.pair]
        if any(side.any() for side in sides):
            session = date.fromordinal(int(rows["session"][sides[0] | sides[1]][0]))
            counts = [int(of[side].sum()) for of in (counted, right) for side in sides]
            sums = [float(brier[side].sum()) for side in sides]
            yield (test.horizon, BOARDS[at], *test.pair, test.test_id, session, *counts, *sums)


def _grouped(settled: Settled, *columns: np.ndarray) -> tuple[list[tuple], np.ndarray]:
    """The distinct (model, horizon, *columns) of the rows, ascending, and which of them each row [N] is."""
    rows = settled.rows
    keys, group = np.unique(np.stack([rows["model"], rows["horizon"], *columns]), axis=1, return_inverse=True)
    return [(settled.models[m], int(h), *map(int, rest)) for m, h, *rest in keys.T], group.ravel()


def _shown(place: Sequence, score: DayScore) -> dict[str, object]:
    hits = score.true_up + score.true_down
    return {
        **dict(zip(("model", "horizon", "board"), place, strict=True)),
        "n": score.answered,
        "hit_rate": round(hits / score.answered, 4) if score.answered else None,
        "brier": round(score.brier_sum / score.asked, 4) if score.asked else None,
        "coverage": round(score.answered / score.asked, 4) if score.asked else None,
    }
