"""Which models of a board are better than which, as far as it is shown, and what that grew from."""

from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.evaluation_examples import VERDICT_DAY, VERDICTS
from craveny_api.markets import known_market
from craveny_api.problems import documented
from craveny_api.routes.evaluations import shape_of
from craveny_api.schemas import examples
from craveny_domain.intervals import Figure, resampling
from craveny_domain.verdicts import BOARD_RULE
from craveny_store.reads.evaluations import Board
from craveny_store.reads.paging import Row
from craveny_store.reads.verdicts import daily_differences, pair_history, pairs

router = APIRouter(prefix="/api/evaluations/verdicts", tags=["evaluations"], dependencies=[Depends(Needs("guest"))])
Read = Annotated[Reading, Depends(Reads("model_comparison"))]
MarketCode = Annotated[schemas.MarketCode, Query()]
Name = Annotated[schemas.Board, Query(description="live: made before the open; reconstructed: all others")]
Horizon = Annotated[schemas.Horizon, Query(description="sessions")]


@router.get("", response_model=schemas.Verdicts, responses={200: examples(VERDICTS), **documented(304, 404)})
def verdicts(market: MarketCode, read: Read, board: Name = "live", horizon: Horizon = 1) -> Response:
    """What is shown of every two models of a board as of its newest judged day; it may be read every day."""
    place = Board(known_market(market).code, board, horizon)
    return read.answer(lambda conn: _verdicts(conn, place))


@router.get(
    "/history",
    response_model=list[schemas.VerdictDay],
    responses={200: examples([VERDICT_DAY]), **documented(304, 404)},
)
def verdict_history(
    market: MarketCode,
    model_a: Annotated[schemas.ModelName, Query()],
    model_b: Annotated[schemas.ModelName, Query(description="after model_a by name")],
    read: Read,
    board: Name = "live",
    horizon: Horizon = 1,
) -> Response:
    """All that was ever said of two models, day by day; what a correction replaced comes before its successor."""
    place = Board(known_market(market).code, board, horizon)
    return read.answer(lambda conn: pair_history(conn, place, model_a, model_b))


def _verdicts(conn: Connection, place: Board) -> schemas.Verdicts:
    day, said = pairs(conn, place)
    grown = daily_differences(conn, place, said)
    rule = {"metric": BOARD_RULE.metric, "edge": BOARD_RULE.edge, "alpha": said[0]["alpha"] if said else None}
    shown = [_pair(row, differences) for row, differences in zip(said, grown, strict=True)]
    board = {"market": place.market, "board": place.name, "horizon": place.horizon, "as_of_date": day}
    return schemas.Verdicts.model_validate({**board, **rule, "pairs": shown})


def _pair(row: Row, differences: np.ndarray) -> schemas.PairVerdict:
    names = ("model_a", "model_b", "questions", "better", "worse", "verdict", "since_date", "days_to_go", "is_revised")
    return schemas.PairVerdict(
        **{name: row[name] for name in names}, difference=shape_of(_mean(differences, row["questions"]))
    )


def _mean(differences: np.ndarray, questions: int) -> Figure:
    """Their mean; days that are bet on do not overlap, whatever the horizon."""
    if not len(differences):
        return Figure(None, None, None, 0, 0)
    drawn = resampling(len(differences), 1)
    return drawn.figure(drawn.totals(differences[:, None])[:, 0] / len(differences), questions, len(differences))
