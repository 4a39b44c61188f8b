"""Questions about pairs' daily sums, which verdicts are made of, whose answer should be nothing.

The same about figures and about what is said is `judgement_integrity`.
"""

from sqlalchemy import Connection, text

from craveny_store.integrity import newest_figures

# Both models of a pair are counted on the questions that both were asked; of a split test, each on its own. There is no
# join of a question's models: a server whose tables have just been filled would take it for a small one.
_SUMS = text("""
    WITH asked AS (
        SELECT settle_date, session_date, horizon, stock_id, model_name,
            CASE origin WHEN 'live' THEN 'live' ELSE 'reconstructed' END AS board,
            coalesce(is_hit, (scored_probability > 0.5) = is_up)::int AS hit,
            (scored_probability - is_up::int) ^ 2 AS brier
        FROM evaluation_history
        WHERE market = :market AND superseded_at IS NULL AND status = 'settled' AND reason IS NULL
        AND settle_date BETWEEN :since AND :until
    ), stored AS (
        SELECT * FROM daily_pair WHERE market = :market AND settle_date BETWEEN :since AND :until
    ), question AS (
        SELECT settle_date, horizon, board, array_agg(model_name) AS models, array_agg(hit) AS hits,
            array_agg(brier) AS briers
        FROM asked GROUP BY settle_date, session_date, horizon, board, stock_id
    ), counted AS (
        SELECT settle_date, horizon, board, a.model AS model_a, b.model AS model_b, 0 AS test_id,
            count(*) AS questions_a, count(*) AS questions_b, sum(a.hit) AS hits_a, sum(b.hit) AS hits_b,
            sum(a.brier) AS brier_a, sum(b.brier) AS brier_b
        FROM question CROSS JOIN LATERAL unnest(models, hits, briers) a (model, hit, brier)
        CROSS JOIN LATERAL unnest(models, hits, briers) b (model, hit, brier)
        WHERE a.model < b.model COLLATE "C" GROUP BY 1, 2, 3, 4, 5
        UNION ALL
        SELECT settle_date, horizon, board, s.model_a, s.model_b, s.test_id,
            count(*) FILTER (WHERE q.model_name = s.model_a), count(*) FILTER (WHERE q.model_name = s.model_b),
            coalesce(sum(q.hit) FILTER (WHERE q.model_name = s.model_a), 0),
            coalesce(sum(q.hit) FILTER (WHERE q.model_name = s.model_b), 0),
            coalesce(sum(q.brier) FILTER (WHERE q.model_name = s.model_a), 0),
            coalesce(sum(q.brier) FILTER (WHERE q.model_name = s.model_b), 0)
        FROM stored s JOIN asked q USING (settle_date, horizon, board)
        WHERE s.test_id <> 0 AND q.model_name IN (s.model_a, s.model_b) GROUP BY 1, 2, 3, 4, 5, 6
    )
    SELECT settle_date, horizon, board, model_a, model_b, test_id, told.*
    FROM counted c FULL JOIN stored s USING (settle_date, horizon, board, model_a, model_b, test_id)
    CROSS JOIN LATERAL (
        VALUES ('questions_a', c.questions_a::float8, s.questions_a::float8),
            ('questions_b', c.questions_b, s.questions_b), ('hits_a', c.hits_a, s.hits_a),
            ('hits_b', c.hits_b, s.hits_b), ('brier_a', c.brier_a, s.brier_a), ('brier_b', c.brier_b, s.brier_b)
    ) told (name, counted, stored)
    WHERE (abs(counted - stored) <= 1e-9 * greatest(abs(counted), abs(stored)) + 1e-12) IS NOT TRUE
    ORDER BY 1, 2, 3, 4, 5, 6, 7 LIMIT 50""")
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


def pairs_that_differ(conn: Connection, market: str) -> list[str]:
    """Pairs' sums that are not those of their settlements, counted anew in another way."""
    return [
        f"{day} {horizon} {board} {a} and {b}, test {test}: {name} counted {counted}, stored {stored}"
        for day, horizon, board, a, b, test, name, counted, stored in conn.execute(_SUMS, newest_figures(conn, market))
    ]


def pairs_not_live(conn: Connection, market: str) -> list[str]:
    """Pairs of the live board that count more questions of a day than were forecast live, before the open."""
    return [
        f"{day} {horizon} {a} and {b}: {asked_a} and {asked_b} counted, {live_a} and {live_b} live"
        for day, horizon, a, b, asked_a, asked_b, live_a, live_b in conn.execute(
            _NOT_LIVE, newest_figures(conn, market)
        )
    ]
