"""Whether what models state comes true as often as they state: as stated, and as calibration reads it."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Response
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.evaluation_examples import RELIABILITY
from craveny_api.problems import documented
from craveny_api.routes.evaluations import Asked, Models, Named, Part, Stocks, shape_of, shown
from craveny_api.schemas import examples
from craveny_domain.reliability import BINS, CELLS, Stated, summarise_stated
from craveny_store.heads import MODEL, STOCK
from craveny_store.reads.evaluations import board_span
from craveny_store.reads.reliability import stated_cells

router = APIRouter(prefix="/api/evaluations", tags=["evaluations"], dependencies=[Depends(Needs("guest"))])
Read = Annotated[Reading, Depends(Reads("evaluation_history", "daily_performance", "model_comparison", MODEL, STOCK))]


@router.get(
    "/reliability",
    response_model=list[schemas.Reliability],
    responses={200: examples([RELIABILITY]), **documented(304, 404)},
)
def evaluations_reliability(asked: Named, stocks: Stocks, read: Read, models: Models = None) -> Response:
    """Stated probability against what came, in tenths, and the same of what walk-forward isotonic regression makes of
    it: fitted to the whole board for each session on outcomes that had closed before its cut-off, and never on a late
    one."""
    return read.answer(lambda conn: _reliability(conn, asked, stocks, models))


def _reliability(
    conn: Connection, asked: Asked, stocks: Part, wanted: Sequence[str] | None
) -> list[schemas.Reliability]:
    board, span = stocks.of(conn, asked), board_span(conn, asked.place, asked.days)
    cells = stated_cells(conn, board, *span) if span else {}
    return [
        schemas.Reliability(model=each.name, is_floor=each.is_floor, **_curves(cells[each.name], asked.horizon))
        for each in shown(conn, cells, wanted)
    ]


def _curves(cells: np.ndarray, horizon: int) -> dict[str, Any]:
    """What all cells stated; and of those that were calibrated what they stated and what that had come to mean."""
    judged = cells[np.isfinite(cells["calibrated"])]
    whole = _stated(_as_stated(cells, horizon))
    if not len(judged):
        return {**vars(whole), "raw": None, "calibrated": None}
    raw = whole if len(judged) == len(cells) else _stated(_as_stated(judged, horizon))
    return {**vars(whole), "raw": raw, "calibrated": _stated(_as_meant(judged, horizon))}


def _as_stated(cells: np.ndarray, horizon: int) -> Stated:
    mean = cells["stated"] / cells["answered"]
    tenth = cells["cell"] * BINS // CELLS
    return summarise_stated(cells["day"], tenth, mean, cells["answered"], cells["ups"], horizon)


def _as_meant(cells: np.ndarray, horizon: int) -> Stated:
    meant, mean = cells["calibrated"], cells["stated"] / cells["answered"]
    # A mean of what is just at a tenth's beginning may be a hair below it.
    own = cells["cell"] * BINS // CELLS
    tenth = np.where(meant == mean, own, np.minimum((meant * BINS).astype(np.int64), BINS - 1))
    return summarise_stated(cells["day"], tenth, meant, cells["answered"], cells["ups"], horizon)


def _stated(stated: Stated) -> schemas.Stated:
    bins = [
        schemas.ReliabilityBin(bin=b.bin, mean_probability=b.mean_probability, up_share=shape_of(b.up_share))
        for b in stated.bins
    ]
    return schemas.Stated(bins=bins, ece=shape_of(stated.ece), brier=shape_of(stated.brier))
