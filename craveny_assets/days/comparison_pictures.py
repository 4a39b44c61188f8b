"""Two pictures of the newest day's verdicts: stated probability against what came, and returns against the floors'."""

from collections.abc import Mapping
from datetime import date

from craveny_assets.days.work import Work
from craveny_assets.pictures import Line, as_image, svg_lines
from craveny_store.reads.judgement_pictures import (
    CumulativeReturns,
    Reliability,
    cumulative_returns,
    newest_board,
    reliability,
)

HORIZON = 1
REACH_DAYS = 365
"""Calendar days that are drawn."""


def comparison_pictures(work: Work, day: date) -> Mapping[str, str]:
    """Markdown by name, of the board that the day's verdicts are about; nothing before there is one."""
    with work.engine.connect() as conn:
        board = newest_board(conn, work.market.code, day, HORIZON)
        if board is None:
            return {}
        which = (work.market.code, board, HORIZON, date.fromordinal(day.toordinal() - REACH_DAYS), day)
        stated, returns = reliability(conn, *which), cumulative_returns(conn, *which)
    about = f"{board} board, horizon {HORIZON}, a year to {day}"
    return {"reliability": _reliability(stated, about), "cumulative_return": _returns(returns, about)}


def _reliability(stated: Reliability, about: str) -> str:
    lines = [Line("as it should be", [(0.0, 0.0), (1.0, 1.0)], is_faint=True)]
    for name, (raw, calibrated) in stated.items():
        lines += [Line(f"{name}, stated", raw), Line(f"{name}, calibrated", calibrated, is_faint=True)]
    drawn = svg_lines("Stated probability against what came", lines, "probability", "share that rose")
    return as_image(drawn, f"Stated probability against the share that rose: {about}")


def _returns(returns: CumulativeReturns, about: str) -> str:
    days = sorted({day for _, points in returns.values() for day, _ in points})
    lines = [
        Line(name, [(float(day.toordinal()), total) for day, total in points], is_faint=is_floor)
        for name, (is_floor, points) in returns.items()
    ]
    ends = (str(days[0]), str(days[-1])) if days else None
    drawn = svg_lines("Sum of daily mean returns, floors dashed", lines, "settled", "return", ends)
    return as_image(drawn, f"Sum of daily mean returns, models against floors: {about}")
