"""Each day's own figures of models and of pairs of them: written by settling session, read back for any window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from craveny_domain.day_scores import SUMS, DayScore
from craveny_store.bulk import Changes, merge_rows
from craveny_store.tables import daily_member, daily_pair, daily_performance, daily_reliability

_BOARD_KEY = ["market", "settle_date", "model_name", "horizon", "board"]
_PAIR_KEY = ["market", "settle_date", "horizon", "board", "model_a", "model_b", "test_id"]
_MEMBER_KEY = ["market", "settle_date", "horizon", "board", "ensemble", "member"]
PERFORMANCE_COLUMNS = [*_BOARD_KEY, "sector", *SUMS]
RELIABILITY_COLUMNS = [*_BOARD_KEY, "is_late", "cell", "answered", "ups", "probability_sum"]
PAIR_COLUMNS = [
    *_PAIR_KEY, "session_date", "questions_a", "questions_b", "hits_a", "hits_b", "brier_a", "brier_b",
]  # fmt: skip
MEMBER_COLUMNS = [*_MEMBER_KEY, "questions", "hits", "hits_without", "brier_sum", "brier_sum_without"]


@dataclass(frozen=True)
class DayFigures:
    """A day's rows of every table of daily figures, in the order of the columns above."""

    performance: Sequence[tuple]
    reliability: Sequence[tuple]
    pairs: Sequence[tuple]
    members: Sequence[tuple] = ()


def write_performance(conn: Connection, market: str, day: date, figures: DayFigures) -> Changes:
    """Make a session's daily figures equal to these; a row changed in any of the tables is a change."""
    scope = {"market": market, "settle_date": day}
    return sum(
        (
            merge_rows(conn, table, columns, rows, scope=scope, key=key)
            for table, columns, rows, key in (
                (daily_performance, PERFORMANCE_COLUMNS, figures.performance, PERFORMANCE_COLUMNS[:6]),
                (daily_reliability, RELIABILITY_COLUMNS, figures.reliability, RELIABILITY_COLUMNS[:7]),
                (daily_pair, PAIR_COLUMNS, figures.pairs, _PAIR_KEY),
                (daily_member, MEMBER_COLUMNS, figures.members, _MEMBER_KEY),
            )
        ),
        Changes(),
    )


def day_scores(
    conn: Connection, market: str, board: str, first: date, last: date
) -> dict[tuple[str, int], list[DayScore]]:
    """Daily figures of all stocks by (model, horizon) between two days, ascending; what windows are summed from."""
    c = daily_performance.c
    query = select(c.model_name, c.horizon, c.settle_date, *(c[name] for name in SUMS)).where(
        c.market == market, c.board == board, c.sector == "", c.settle_date.between(first, last)
    )
    found: dict[tuple[str, int], list[DayScore]] = {}
    for model_name, horizon, day, *score in conn.execute(query.order_by(c.settle_date)):
        found.setdefault((model_name, horizon), []).append(DayScore(day, *score))
    return found
