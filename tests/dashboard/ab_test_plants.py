"""An A/B test that has run for a while, as the day's assets would have left it."""

from datetime import date, timedelta

from sqlalchemy import Engine, text

GROWING = "news-or-words"
FIRST = date(2026, 9, 1)
DAYS = 30


def plant_ab_tests(engine: Engine) -> None:
    """A running test of us whose evidence grows until it suffices, with a word that a correction took back."""
    with engine.begin() as conn:
        test_id = conn.execute(
            text("""
            INSERT INTO ab_test_config (name, market, horizon, model_a, model_b, mode, metric, edge, alpha, starts_on,
                is_default, created_at)
            VALUES (:name, 'us', 1, 'nearest_news', 'lexicon', 'paired', 'hit', 0.02, 0.05, :first, false, '2026-08-31')
            RETURNING test_id"""),
            {"name": GROWING, "first": FIRST},
        ).scalar_one()
        sessions = conn.execute(
            text("""
                SELECT session_date FROM market_session
                WHERE market = 'us' AND session_date >= :first ORDER BY 1 LIMIT :days"""),
            {"first": FIRST, "days": DAYS},
        ).scalars().all()  # fmt: skip
        for at, day in enumerate(sessions):
            conn.execute(text(_PAIR), {"day": day, "hits": 13 if at % 3 else 9})
            shown = at >= DAYS - 2
            row = {
                "test": test_id, "day": day, "days": at + 1, "questions": 20 * (at + 1), "better": 0.135 * (at + 1),
                "worse": -0.1 * (at + 1), "verdict": "better" if shown else "not_shown",
                "since": sessions[-2] if shown else None, "to_go": None if shown or at < 10 else DAYS - at,
                "revised": at == DAYS - 2, "superseded": None,
            }  # fmt: skip
            conn.execute(text(_SAID), row)
            if row["revised"]:
                gone = {"verdict": "not_shown", "since": None, "revised": False, "superseded": day + timedelta(days=2)}
                conn.execute(text(_SAID), row | gone)


_PAIR = """
    INSERT INTO daily_pair (market, settle_date, horizon, board, model_a, model_b, session_date, questions_a,
        questions_b, hits_a, hits_b, brier_a, brier_b)
    VALUES ('us', :day, 1, 'live', 'lexicon', 'nearest_news', :day, 20, 20, 10, :hits, 5.0, 4.8)"""
_SAID = """
    INSERT INTO model_comparison (market, as_of_date, board, horizon, model_a, model_b, test_id, metric, edge, alpha,
        questions, days, difference, better, worse, below_edge, above_edge, verdict, since_date, days_to_go, is_revised,
        superseded_at)
    VALUES ('us', :day, 'live', 1, 'nearest_news', 'lexicon', :test, 'hit', 0.02, 0.05, :questions, :days, 0.083,
        :better, :worse, -0.5, 1.5, :verdict, :since, :to_go, :revised, :superseded)"""
