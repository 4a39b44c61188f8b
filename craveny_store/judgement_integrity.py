"""Questions about figures and verdicts whose answer should be nothing: sums that do not add up, days that do not count.

The same about everything else is `integrity`.
"""

from datetime import date

from sqlalchemy import Connection, func, select, text

from craveny_domain.clocks import Market
from craveny_domain.sayings import BADGE, SAID, badge_columns, badges, said, said_columns
from craveny_store.evidence import READS, evidence_before
from craveny_store.grounds import grounds_of
from craveny_store.integrity import RECENT
from craveny_store.tables import floor_badge, model_comparison, partition_input, partition_state

_SUMS = text("""
    WITH counted AS (
        SELECT settle_date, model_name, horizon, CASE origin WHEN 'live' THEN 'live' ELSE 'reconstructed' END AS board,
            count(*) FILTER (WHERE status = 'settled') AS asked, count(is_hit) AS answered,
            count(*) FILTER (WHERE is_hit) AS hits, count(*) FILTER (WHERE status = 'void') AS void
        FROM evaluation_history
        WHERE market = :market AND superseded_at IS NULL AND settle_date >= :since AND settle_date <= :until
        GROUP BY 1, 2, 3, 4
    ), figures AS (
        SELECT settle_date, model_name, horizon, board, asked, answered, true_up + true_down AS hits, void
        FROM daily_performance
        WHERE market = :market AND sector = '' AND settle_date >= :since AND settle_date <= :until)
    SELECT settle_date, model_name, horizon, board, c.asked, c.answered, c.hits, c.void, f.asked, f.answered, f.hits,
        f.void
    FROM counted c FULL JOIN figures f USING (settle_date, model_name, horizon, board)
    WHERE (c.asked, c.answered, c.hits, c.void) IS DISTINCT FROM (f.asked, f.answered, f.hits, f.void)
    ORDER BY 1, 2, 3, 4 LIMIT 50""")


def sums_that_differ(conn: Connection, market: str) -> list[str]:
    """Daily figures that are not the counts of their settlements, on days whose figures read the newest ones."""
    since, until = _span(conn, market, "daily_performance")
    found = conn.execute(_SUMS, {"market": market, "since": since, "until": until})
    return [
        f"{day} {model} {horizon} {board}: counted {counts[:4]}, stored {counts[4:]}"
        for day, model, horizon, board, *counts in found
    ]


_NOT_LIVE = text("""
    SELECT p.settle_date, p.horizon, p.model_a, p.model_b, p.questions_a, p.questions_b, n.a, n.b
    FROM daily_pair p CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE e.model_name = p.model_a) AS a,
            count(*) FILTER (WHERE e.model_name = p.model_b) AS b
        FROM evaluation_history e JOIN market_session s USING (market, session_date)
        JOIN prediction f USING (prediction_id)
        WHERE e.market = p.market AND e.settle_date = p.settle_date AND e.session_date = p.session_date
        AND e.horizon = p.horizon AND e.model_name IN (p.model_a, p.model_b) AND e.superseded_at IS NULL
        AND e.status = 'settled' AND e.origin = 'live' AND f.issued_at < s.open_at) n
    WHERE p.market = :market AND p.board = 'live' AND p.settle_date >= :since AND p.settle_date <= :until
    AND (n.a < p.questions_a OR n.b < p.questions_b) LIMIT 50""")


def pairs_not_live(conn: Connection, market: str) -> list[str]:
    """Pairs of the live board that count more questions of a day than were forecast live, before the open."""
    since, until = _span(conn, market, "daily_performance")
    found = conn.execute(_NOT_LIVE, {"market": market, "since": since, "until": until})
    return [
        f"{day} {horizon} {a} and {b}: {asked_a} and {asked_b} counted, {live_a} and {live_b} live"
        for day, horizon, a, b, asked_a, asked_b, live_a, live_b in found
    ]


_KNOWN = text("""
    WITH knows AS (
        SELECT m.model_name, m.knowledge_cutoff_date AS until, (
            SELECT min(a.active_from_at) FROM model_activation a WHERE a.model_name = m.model_name) AS first_active_at
        FROM model m WHERE m.provider NOT IN ('baseline', 'ensemble')
    )
    SELECT c.as_of_date, c.board, c.horizon, c.model_a, c.model_b, c.days, clean.days
    FROM model_comparison c CROSS JOIN LATERAL (
        SELECT count(*) AS days FROM daily_pair p JOIN market_session s USING (market, session_date)
        WHERE p.market = c.market AND p.board = c.board AND p.horizon = c.horizon AND p.test_id = 0
        AND p.model_a = c.model_a AND p.model_b = c.model_b AND p.settle_date <= c.as_of_date
        AND NOT EXISTS (
            SELECT FROM knows k WHERE k.model_name IN (p.model_a, p.model_b) AND CASE
                WHEN k.until IS NOT NULL THEN p.session_date <= k.until
                ELSE k.first_active_at IS NULL OR s.open_at < k.first_active_at END)) clean
    WHERE c.market = :market AND c.superseded_at IS NULL AND c.test_id = 0 AND c.days > clean.days
    AND c.as_of_date = (SELECT max(as_of_date) FROM model_comparison WHERE market = :market) LIMIT 50""")


def contaminated_days_counted(conn: Connection, market: str) -> list[str]:
    """Verdicts as of the newest day that count more days than there are on which neither model may have known."""
    return [
        f"{day} {board} {horizon} {a} and {b}: {days} days counted, {clean} are clean"
        for day, board, horizon, a, b, days, clean in conn.execute(_KNOWN, {"market": market})
    ]


def _span(conn: Connection, market: str, asset: str) -> tuple[date, date]:
    """The newest days of an asset that checks look at."""
    c = partition_state.c
    query = select(func.max(c.partition_date)).where(c.market == market, c.asset == asset, c.model_name == "")
    last = conn.execute(query).scalar() or date.min + RECENT
    return last - RECENT, last


def verdicts_that_differ(conn: Connection, market: Market) -> list[str]:
    """Verdicts and badges as of the newest judged day that are not what all daily figures, read anew, say."""
    c = model_comparison.c
    current = (c.market == market.code, c.superseded_at.is_(None))
    day = conn.execute(select(func.max(c.as_of_date)).where(*current)).scalar()
    i = partition_input.c
    read = select(i.first_date).where(
        i.market == market.code, i.asset == "model_comparison", i.input_asset == READS, i.partition_date == day
    )
    first = conn.execute(read).scalar()
    if day is None or first is None:
        return []
    grounds = grounds_of(conn, market)
    evidence = evidence_before(conn, market.code, first, day, grounds).after(conn, day)
    b = floor_badge.c
    stored = {
        "verdict": conn.execute(select(*(c[name] for name in SAID)).where(*current, c.as_of_date == day)),
        "badge": conn.execute(
            select(*(b[name] for name in BADGE)).where(
                b.market == market.code, b.as_of_date == day, b.superseded_at.is_(None)
            )
        ),
    }
    anew = {
        "verdict": map(said_columns, said(evidence.standings, grounds.running_tests(day))),
        "badge": map(badge_columns, badges(evidence.standings)),
    }
    differing = {
        (day, name, *row[:5]) for name, rows in stored.items() for row in set(map(tuple, rows)) ^ set(anew[name])
    }
    return [" ".join(map(str, row)) for row in sorted(differing, key=str)]
