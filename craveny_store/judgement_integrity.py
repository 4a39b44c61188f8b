"""Questions about figures and verdicts whose answer should be nothing: sums that do not add up, days that do not count.

The same about pairs is `pair_integrity`, about everything else `integrity`.
"""

from sqlalchemy import Connection, func, select, text

from craveny_domain.clocks import Market
from craveny_domain.day_scores import LOG_CLIP, OUTCOME_CLASSES
from craveny_domain.sayings import BADGE, SAID, badge_columns, badges, said, said_columns
from craveny_store.evidence import evidence_before
from craveny_store.grounds import grounds_of
from craveny_store.integrity import newest_figures
from craveny_store.revisions import rests_since
from craveny_store.tables import floor_badge, model_comparison

# What each sum of a day is of its settlements e, all of them settled but for the void ones.
_COUNTED = {
    "asked": "count(*) FILTER (WHERE settled)",
    "answered": "count(is_hit)",
    "true_up": "count(*) FILTER (WHERE is_hit AND is_up)",
    "false_up": "count(*) FILTER (WHERE NOT is_hit AND NOT is_up)",
    "true_down": "count(*) FILTER (WHERE is_hit AND NOT is_up)",
    "false_down": "count(*) FILTER (WHERE NOT is_hit AND is_up)",
    "ties": "count(*) FILTER (WHERE settled AND is_tie)",
    "void": "count(*) FILTER (WHERE NOT settled)",
    "scored_hits": "count(*) FILTER (WHERE coalesce(is_hit, (scored_probability > 0.5) = is_up))",
    **{name: f"count(*) FILTER (WHERE settled AND outcome_class = '{name}')" for name in OUTCOME_CLASSES[1:]},
    "brier_sum": "sum((scored_probability - is_up::int) ^ 2)",
    "log_score_sum": "sum(ln(least(greatest(1 - abs(scored_probability - is_up::int), {}), {})))".format(*LOG_CLIP),
    "return_sum": "sum(CASE WHEN is_hit = is_up THEN tradable_return ELSE -tradable_return END)"
    " FILTER (WHERE is_hit IS NOT NULL)",
    "returns": "count(tradable_return) FILTER (WHERE is_hit IS NOT NULL)",
    "targets": "count(target_return) FILTER (WHERE is_hit IS NOT NULL)",
    "target_reached": "count(target_return) FILTER (WHERE is_hit IS NOT NULL AND first_touch = 'target')",
    "stop_breached": "count(target_return) FILTER (WHERE is_hit IS NOT NULL AND first_touch = 'stop')",
}
_SUMS = text(f"""
    WITH settlement AS (
        SELECT e.*, e.status = 'settled' AS settled, s.sector AS of_sector,
            CASE e.origin WHEN 'live' THEN 'live' ELSE 'reconstructed' END AS board
        FROM evaluation_history e JOIN stock s USING (stock_id)
        WHERE e.market = :market AND e.superseded_at IS NULL AND e.settle_date BETWEEN :since AND :until
    ), counted AS (
        SELECT settle_date, model_name, horizon, board, sector,
            {", ".join(f"coalesce({sum_of}, 0)::float8 AS {name}" for name, sum_of in _COUNTED.items())}
        FROM settlement CROSS JOIN LATERAL (VALUES (''), (of_sector)) part (sector)
        WHERE sector IS NOT NULL GROUP BY 1, 2, 3, 4, 5
    ), stored AS (
        SELECT * FROM daily_performance WHERE market = :market AND settle_date BETWEEN :since AND :until)
    SELECT settle_date, model_name, horizon, board, sector, told.*
    FROM counted c FULL JOIN stored f USING (settle_date, model_name, horizon, board, sector)
    CROSS JOIN LATERAL (VALUES {", ".join(f"('{name}', c.{name}, f.{name}::float8)" for name in _COUNTED)})
        told (name, counted, stored)
    WHERE (abs(counted - stored) <= 1e-9 * greatest(abs(counted), abs(stored)) + 1e-12) IS NOT TRUE
    ORDER BY 1, 2, 3, 4, 5, 6 LIMIT 50""")  # noqa: S608 - all of it is written here


def sums_that_differ(conn: Connection, market: str) -> list[str]:
    """Daily figures, of all stocks and by sector, that are not the sums of their settlements."""
    found = conn.execute(_SUMS, newest_figures(conn, market))
    return [
        f"{day} {model} {horizon} {board} {sector or 'all stocks'}: {name} counted {counted}, stored {stored}"
        for day, model, horizon, board, sector, name, counted, stored in found
    ]


# An ensemble's forecasts are known to be made of a member that answered for the same session.
_KNOWN = text("""
    WITH newest AS (SELECT max(as_of_date) AS day FROM model_comparison WHERE market = :market),
    judged AS (SELECT DISTINCT session_date FROM daily_pair WHERE market = :market),
    knowing AS (
        SELECT m.model_name, m.is_floor, s.session_date
        FROM model m CROSS JOIN judged JOIN market_session s USING (session_date)
        WHERE m.provider NOT IN ('baseline', 'ensemble') AND s.market = :market AND CASE
            WHEN m.knowledge_cutoff_date IS NOT NULL THEN s.session_date <= m.knowledge_cutoff_date
            ELSE s.open_at < coalesce((
                SELECT min(a.active_from_at) FROM model_activation a WHERE a.model_name = m.model_name), 'infinity') END
    ), tainted AS (
        SELECT model_name, session_date FROM knowing
        UNION SELECT e.model_name, k.session_date
        FROM model e JOIN knowing k ON NOT k.is_floor
            AND (coalesce(e.parameters -> 'members', '[]') IN ('[]', 'null')
                OR e.parameters -> 'members' ? k.model_name)
        WHERE e.provider = 'ensemble' AND EXISTS (
            SELECT FROM prediction p WHERE p.market = :market AND p.session_date = k.session_date
            AND p.model_name = k.model_name AND p.outcome_class = 'ok')
    ), clean AS (
        SELECT p.board, p.horizon, p.model_a, p.model_b, count(*) AS days
        FROM daily_pair p JOIN newest ON p.settle_date <= newest.day
        LEFT JOIN tainted a ON a.session_date = p.session_date AND a.model_name = p.model_a
        LEFT JOIN tainted b ON b.session_date = p.session_date AND b.model_name = p.model_b
        WHERE p.market = :market AND p.test_id = 0 AND a.model_name IS NULL AND b.model_name IS NULL
        GROUP BY 1, 2, 3, 4
    )
    SELECT c.as_of_date, c.board, c.horizon, c.model_a, c.model_b, c.days, coalesce(clean.days, 0)
    FROM model_comparison c JOIN newest ON c.as_of_date = newest.day
    LEFT JOIN clean USING (board, horizon, model_a, model_b)
    WHERE c.market = :market AND c.superseded_at IS NULL AND c.test_id = 0 AND c.days > coalesce(clean.days, 0)
    ORDER BY 2, 3, 4, 5 LIMIT 50""")


def contaminated_days_counted(conn: Connection, market: str) -> list[str]:
    """Verdicts as of the newest day that count more days than there are on which neither model may have known."""
    return [
        f"{day} {board} {horizon} {a} and {b}: {days} days counted, {clean} are clean"
        for day, board, horizon, a, b, days, clean in conn.execute(_KNOWN, {"market": market})
    ]


def verdicts_that_differ(conn: Connection, market: Market) -> list[str]:
    """Verdicts and badges as of the newest judged day that are not what all daily figures, read anew, say."""
    c = model_comparison.c
    current = (c.market == market.code, c.superseded_at.is_(None))
    day = conn.execute(select(func.max(c.as_of_date)).where(*current)).scalar()
    first = rests_since(conn, market.code, day) if day else None
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
