"""How forecasts of one stock came out, day by day, as records are made of."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from sqlalchemy import Connection

from craveny_domain.day_scores import DayScore, day_score, score_groups
from craveny_domain.forecasts import BOARDS
from craveny_store.reads.evaluations import Forecaster, forecasters
from craveny_store.settlements import settled_of


@dataclass(frozen=True)
class Record:
    """One model's settled questions of a stock, a score a day, ascending."""

    model: Forecaster
    scores: list[DayScore]


def records_of(conn: Connection, stock_id: int, board: Literal["live", "reconstructed"], horizon: int) -> list[Record]:
    """Each model's settled forecasts of a stock, models with a claim first; none of a model without any."""
    settled = settled_of(conn, stock_id, horizon)
    settled = settled.only(settled.rows["is_reconstructed"] == BOARDS.index(board))
    places = np.stack([settled.rows["model"], settled.rows["settled"]])
    keys, group = np.unique(places, axis=1, return_inverse=True)
    scores: dict[str, list[DayScore]] = {}
    for (model, day), sums in zip(keys.T, score_groups(settled.questions, group.ravel(), keys.shape[1]), strict=True):
        scores.setdefault(settled.models[model], []).append(day_score(date.fromordinal(int(day)), sums))
    return [Record(each, scores[each.name]) for each in forecasters(conn) if each.name in scores]
