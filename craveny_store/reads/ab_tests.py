"""A/B tests as pages ask for them: those there are, what was said of each as of every day, and each day's two sides."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from psycopg import sql
from sqlalchemy import Connection

from craveny_domain.ab_figures import VariantSums
from craveny_domain.clocks import Session, cutoff
from craveny_domain.knowledge import contaminated_models
from craveny_store.grounds import knowers
from craveny_store.reads.paging import Row, fetch

BOARD = "live"
"""Where tests are judged: on forecasts made before the open."""

_TESTS = sql.SQL("""
    SELECT t.test_id, t.name, t.market, t.horizon, t.model_a, t.model_b, t.mode, t.share_b, t.metric, t.edge, t.alpha,
        t.starts_on, t.is_default AND t.stopped_at IS NULL AS is_default, t.created_at, t.stopped_at, t.stop_reason
    FROM ab_test_config t
    WHERE (%(market)s::text IS NULL OR t.market = %(market)s)
        AND (%(test_id)s::bigint IS NULL OR t.test_id = %(test_id)s)
    ORDER BY t.stopped_at DESC NULLS FIRST, t.test_id DESC""")
_SAID = sql.SQL("""
    SELECT c.test_id, c.as_of_date, c.model_a = t.model_a AS is_same_way, c.questions, c.days, c.difference, c.better,
        c.worse, c.below_edge, c.above_edge, c.verdict, c.since_date, c.days_to_go, c.is_revised, c.decided_at,
        c.superseded_at
    FROM model_comparison c JOIN ab_test_config t USING (test_id)
    WHERE c.test_id = ANY(%(tests)s) AND c.board = %(board)s AND {which}
    ORDER BY c.test_id, c.as_of_date, c.decided_at, c.comparison_id""")
_NEWEST = sql.SQL("""
    c.superseded_at IS NULL AND c.as_of_date = (SELECT max(n.as_of_date) FROM model_comparison n
        WHERE n.test_id = c.test_id AND n.board = c.board AND n.superseded_at IS NULL)""")
_DAYS = sql.SQL("""
    SELECT s.session_date, s.open_at, s.close_at, p.model_a = %(model_a)s, p.questions_a, p.hits_a, p.brier_a,
        p.questions_b, p.hits_b, p.brier_b
    FROM daily_pair p JOIN market_session s USING (market, session_date)
    WHERE p.market = %(market)s AND p.horizon = %(horizon)s AND p.board = %(board)s
        AND p.settle_date >= %(starts_on)s AND p.session_date >= %(starts_on)s
        AND p.model_a IN (%(model_a)s, %(model_b)s) AND p.model_b IN (%(model_a)s, %(model_b)s)
        AND p.test_id = CASE WHEN %(mode)s = 'split' THEN %(test_id)s ELSE 0 END
        AND (%(stopped_at)s::timestamptz IS NULL OR s.open_at - %(lead)s < %(stopped_at)s)
    ORDER BY s.session_date""")


def list_tests(conn: Connection, market: str | None) -> list[Row]:
    """Every test of a market (None: of all), those that run before the stopped ones, each the newest first."""
    return fetch(conn, _TESTS, {"market": market, "test_id": None})


def one_test(conn: Connection, test_id: int) -> Row | None:
    """One test as it is listed; None when there is none of this id."""
    rows = fetch(conn, _TESTS, {"market": None, "test_id": test_id})
    return rows[0] if rows else None


def newest_said(conn: Connection, tests: Sequence[int]) -> dict[int, Row]:
    """What was said of each test as of its newest day, by test; nothing for one that has no day yet."""
    rows = fetch(conn, _SAID.format(which=_NEWEST), {"tests": list(tests), "board": BOARD})
    return {row["test_id"]: _turned(row) for row in rows}


def all_said(conn: Connection, test_id: int) -> list[Row]:
    """Everything that was ever said of a test, ascending by day; what a revision replaced has its `superseded_at`."""
    rows = fetch(conn, _SAID.format(which=sql.SQL("true")), {"tests": [test_id], "board": BOARD})
    return [_turned(row) for row in rows]


def days_of_test(conn: Connection, test: Row, lead: timedelta) -> list[tuple[Session, VariantSums, VariantSums]]:
    """The settled sessions on which a test (as it is listed) ran, ascending, with both variants' sums; none that a
    variant may have learnt."""
    pair, known, days = {test["model_a"], test["model_b"]}, knowers(conn), []
    for *times, is_same_way, a, b in _sides(conn, test, lead):
        session = Session(*times)
        if pair.isdisjoint(contaminated_models(session, cutoff(session, lead), known)):
            days.append((session, a, b) if is_same_way else (session, b, a))
    return days


def _sides(conn: Connection, test: Row, lead: timedelta) -> Iterator[tuple]:
    for row in conn.exec_driver_sql(_DAYS.as_string(), {**test, "board": BOARD, "lead": lead}):
        yield (*row[:4], VariantSums(*row[4:7]), VariantSums(*row[7:]))


def _turned(row: Row) -> Row:
    # Pairs may be kept in the order of their names; a test is told in the order of its variants.
    if row.pop("is_same_way"):
        return row
    other = {"better": "worse", "worse": "better"}
    return row | {
        "difference": None if row["difference"] is None else -row["difference"],
        "better": row["worse"],
        "worse": row["better"],
        "below_edge": row["above_edge"],
        "above_edge": row["below_edge"],
        "verdict": other.get(row["verdict"], row["verdict"]),
    }
