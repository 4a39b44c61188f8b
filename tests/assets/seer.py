"""A model of us that is right about every next session, one always wrong, and a correction that proves neither so."""

from datetime import date

from sqlalchemy import Engine, text

_MODELS = """
    INSERT INTO model (model_name, provider, identifier, is_floor, parameters)
    SELECT name, 'baseline', name, false, '{}' FROM unnest(ARRAY['seer', 'fool']) name"""
_FORECASTS = """
    INSERT INTO prediction (market, session_date, model_name, stock_id, horizon, outcome_class, probability, direction,
        climatology, origin, degraded, issued_at, run_id)
    SELECT p.market, p.session_date, m.model_name, p.stock_id, 1, 'ok', CASE WHEN said THEN 0.9 ELSE 0.1 END,
        CASE WHEN said THEN 'up' ELSE 'down' END, p.climatology, p.origin, p.degraded, p.issued_at, p.run_id
    FROM evaluation_history e JOIN prediction p USING (prediction_id)
    JOIN model m ON m.model_name IN ('seer', 'fool')
    CROSS JOIN LATERAL (SELECT e.is_up = (m.model_name = 'seer') AS said) s
    WHERE e.model_name = 'climatology' AND e.horizon = 1"""
_TEST = """
    INSERT INTO ab_test_config (name, market, horizon, model_a, model_b, mode, metric, edge, alpha, starts_on,
        is_default)
    VALUES ('Who sees', 'us', 1, 'seer', 'fool', 'paired', 'hit', 0.02, 0.2, :first, false)"""
_CORRECTION = """
    INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio, currency,
        available_at, basis)
    SELECT DISTINCT ON (stock_id) p.market, stock_id, session_date, source, open, high * 2, low, close * 1.5, volume,
        split_ratio, p.currency, now(), basis FROM price p JOIN stock s USING (stock_id)
    WHERE p.market = 'us' AND session_date = :day AND kind = 'stock' ORDER BY stock_id, p.available_at DESC"""


def plant_seer(engine: Engine, first: date) -> None:
    """The models `seer` and `fool`, their forecasts of every session settled so far, and a test of them since `first`;
    nothing of it is settled yet."""
    with engine.begin() as conn:
        conn.execute(text(_MODELS))
        conn.execute(text(_FORECASTS))
        conn.execute(text(_TEST), {"first": first})


def correct_closes(engine: Engine, day: date) -> None:
    """Every close of us on that day was in truth half as high again."""
    with engine.begin() as conn:
        conn.execute(text(_CORRECTION), {"day": day})
