"""What the pictures of a day's verdicts are drawn from: reliability raw and calibrated, and summed returns."""

from datetime import date

from sqlalchemy import Connection, text

Points = list[tuple[float, float]]
Reliability = dict[str, tuple[Points, Points]]
"""By candidate: (stated, share that rose) in tenths, and (calibrated, share that rose)."""
CumulativeReturns = dict[str, tuple[bool, list[tuple[date, float]]]]
"""By model: whether it is a floor, and its summed daily mean returns by settling day."""

_BOARD = text("""
    SELECT board FROM daily_performance
    WHERE market = :market AND settle_date = :day AND horizon = :horizon AND sector = ''
    GROUP BY board ORDER BY board = 'live' DESC LIMIT 1""")
_STATED = text("""
    SELECT c.model_name, c.cell / 10, sum(c.probability_sum) / sum(c.answered), sum(c.ups)::float8 / sum(c.answered)
    FROM daily_calibration c JOIN model m USING (model_name)
    WHERE c.market = :market AND c.board = :board AND c.horizon = :horizon AND NOT m.is_floor
    AND c.settle_date BETWEEN :first AND :last GROUP BY 1, 2 ORDER BY 1, 2""")
_CALIBRATED = text("""
    SELECT c.model_name, least(9, floor(c.calibrated * 10)), sum(c.calibrated * c.answered) / sum(c.answered),
        sum(c.ups)::float8 / sum(c.answered)
    FROM daily_calibration c JOIN model m USING (model_name)
    WHERE c.market = :market AND c.board = :board AND c.horizon = :horizon AND NOT m.is_floor
    AND c.settle_date BETWEEN :first AND :last GROUP BY 1, 2 ORDER BY 1, 2""")
_RETURNS = text("""
    SELECT d.model_name, m.is_floor, d.settle_date,
        sum(CASE WHEN d.returns > 0 THEN d.return_sum / d.returns ELSE 0 END)
            OVER (PARTITION BY d.model_name ORDER BY d.settle_date)
    FROM daily_performance d JOIN model m USING (model_name)
    WHERE d.market = :market AND d.board = :board AND d.horizon = :horizon AND d.sector = ''
    AND d.settle_date BETWEEN :first AND :last ORDER BY m.is_floor, d.model_name, d.settle_date""")


def newest_board(conn: Connection, market: str, day: date, horizon: int) -> str | None:
    """The board on which a day settled anything at a horizon, the live one first; None when it settled nothing."""
    return conn.execute(_BOARD, {"market": market, "day": day, "horizon": horizon}).scalar()


def reliability(conn: Connection, market: str, board: str, horizon: int, first: date, last: date) -> Reliability:
    """What candidates stated between two days against what came of it, as stated and calibrated."""
    which = {"market": market, "board": board, "horizon": horizon, "first": first, "last": last}
    found: Reliability = {}
    for at, query in enumerate((_STATED, _CALIBRATED)):
        for name, _, stated, share in conn.execute(query, which):
            found.setdefault(name, ([], []))[at].append((stated, share))
    return found


def cumulative_returns(
    conn: Connection, market: str, board: str, horizon: int, first: date, last: date
) -> CumulativeReturns:
    """Each model's summed daily mean returns between two days, before costs, candidates first."""
    which = {"market": market, "board": board, "horizon": horizon, "first": first, "last": last}
    found: CumulativeReturns = {}
    for name, is_floor, day, total in conn.execute(_RETURNS, which):
        found.setdefault(name, (is_floor, []))[1].append((day, total))
    return found
