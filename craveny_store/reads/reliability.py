"""What models stated on a board and what came of it, by day and hundredth: of all stocks, of a sector's, of one."""

from datetime import date

import numpy as np
from sqlalchemy import Connection, select

from craveny_domain.calibration import MIN_OUTCOMES
from craveny_domain.reliability import CELLS, EDGES
from craveny_store.bulk import fetch_array
from craveny_store.reads.evaluations import Board, board_parameters, model_names
from craveny_store.tables import stock

_OF_ALL = """
    SELECT n.at::int4 - 1, settle_date, cell, r.answered, r.ups, r.probability_sum,
        CASE WHEN r.is_late OR c.calibrated IS NULL THEN 'NaN' ELSE c.calibrated END
    FROM daily_reliability r JOIN unnest(%(models)s::text[]) WITH ORDINALITY n (model_name, at) USING (model_name)
    LEFT JOIN daily_calibration c USING (market, settle_date, model_name, horizon, board, cell)
    WHERE market = %(market)s AND board = %(board)s AND horizon = %(horizon)s
    AND settle_date BETWEEN %(first)s AND %(last)s"""
# A cell that nothing was learnt of means what was stated, and of some stocks that is what these stated.
_OF_STOCKS = """
    WITH told AS (
        SELECT settle_date, model_name, reason IS NOT NULL AS is_late,
            width_bucket(scored_probability, %(edges)s::float8[]) AS cell, count(*)::int4 AS answered,
            count(*) FILTER (WHERE is_up)::int4 AS ups, sum(scored_probability) AS stated
        FROM evaluation_history
        WHERE stock_id = ANY(%(stocks)s) AND market = %(market)s AND horizon = %(horizon)s
        AND settle_date BETWEEN %(first)s AND %(last)s AND superseded_at IS NULL AND status = 'settled'
        AND outcome_class = 'ok' AND (origin = 'live') = (%(board)s = 'live')
        GROUP BY 1, 2, 3, 4
    ), meant AS (
        SELECT settle_date, model_name, cell, calibrated, fitted_on FROM daily_calibration
        WHERE market = %(market)s AND board = %(board)s AND horizon = %(horizon)s
        AND settle_date BETWEEN %(first)s AND %(last)s
    )
    SELECT array_position(%(models)s::text[], model_name) - 1, settle_date, cell, answered, ups, stated,
        CASE WHEN is_late OR calibrated IS NULL THEN 'NaN' WHEN fitted_on < %(least)s THEN stated / answered
            ELSE calibrated END
    FROM told LEFT JOIN meant USING (settle_date, model_name, cell)"""
_TYPES = [
    ("model", "i4"), ("day", "day"), ("cell", "i4"), ("answered", "i4"), ("ups", "i4"), ("stated", "f8"),
    ("calibrated", "f8"),
]  # fmt: skip


def stated_cells(conn: Connection, board: Board, first: date, last: date) -> dict[str, np.ndarray]:
    """By model, ascending by day and hundredth: arrays of `day`, `cell`, how many were `answered`, how many of them
    rose (`ups`), the sum of what was `stated`, and the probability that this had come to mean (`calibrated`; NaN:
    not judged yet, or settled late). What settled late has a row of its own."""
    names = model_names(conn)
    asked = {**board_parameters(board, first, last), "models": names}
    if board.sector or board.stock_id is not None:
        part = {"stocks": _stocks(conn, board), "edges": EDGES.tolist(), "least": MIN_OUTCOMES}
        rows = fetch_array(conn, _OF_STOCKS, asked | part, _TYPES)
    else:
        rows = fetch_array(conn, _OF_ALL, asked, _TYPES)
    # As one number a row: sorting by several takes far longer.
    place = (rows["model"].astype(np.int64) * date.max.toordinal() + rows["day"]) * CELLS + rows["cell"]
    rows = rows[np.argsort(place * 2 + np.isnan(rows["calibrated"]), kind="stable")]
    of_models = np.split(rows, np.searchsorted(rows["model"], range(1, len(names))))
    return {name: cells for name, cells in zip(names, of_models, strict=True) if len(cells)}


def _stocks(conn: Connection, board: Board) -> list[int]:
    if board.stock_id is not None:
        return [board.stock_id]
    query = select(stock.c.stock_id).where(stock.c.market == board.market, stock.c.sector == board.sector)
    return list(conn.execute(query).scalars())
