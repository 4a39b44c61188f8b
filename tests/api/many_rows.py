"""A store filled by rule, in SQL: as many stocks, sessions, forecasts, settlements, articles and bars as asked for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from starlette.testclient import TestClient

from craveny_api.app import create_app
from craveny_api.settings import ApiSettings
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_store.engine import open_engine
from tests.conftest import _copy

MARKETS = ("krx", "us")
LAST_SESSION = date(2026, 10, 16)

_STATEMENTS = {
    "stocks": """
        INSERT INTO stock (market, symbol, name, kind, currency, is_synthetic, available_at)
        SELECT market, 'F' || lpad(n::text, 4, '0'), CASE n % 7 WHEN 0 THEN '<b>Fill</b> ' ELSE 'Fill ' END || n,
            CASE WHEN n % 20 = 0 THEN 'index' ELSE 'stock' END, 'USD', n % 2 = 0, '2012-01-01'
        FROM unnest(cast(:markets AS text[])) AS market, generate_series(1, cast(:stocks AS int)) AS n""",
    "sessions": """
        CREATE TEMPORARY TABLE filled_session ON COMMIT DROP AS
        SELECT market, session_date, open_at, close_at,
            row_number() OVER (PARTITION BY market ORDER BY session_date) AS at
        FROM (SELECT *, row_number() OVER (PARTITION BY market ORDER BY session_date DESC) AS back
            FROM market_session WHERE market = ANY(cast(:markets AS text[])) AND session_date <= :last) s
        WHERE back <= :sessions""",
    "bars": """
        INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio,
            currency, available_at, basis)
        SELECT s.market, stock_id, f.session_date, 'fill', 100, 110, 90, 95 + 10 * random(), 1000,
            CASE WHEN random() < 0.002 THEN 2 ELSE 1 END, 'USD', f.close_at + again * interval '1 day', 'declared'
        FROM filled_session f JOIN stock s USING (market), generate_series(0, 1) AS again
        WHERE s.symbol LIKE 'F%' AND (again = 0 OR random() < 0.02)""",
    "forecasts": """
        INSERT INTO prediction (market, session_date, model_name, stock_id, horizon, outcome_class, probability,
            direction, climatology, origin, degraded, issued_at, run_id)
        SELECT market, session_date, model_name, stock_id, horizon, class,
            CASE WHEN class = 'ok' THEN p END,
            CASE WHEN class <> 'ok' THEN NULL WHEN p > 0.5 THEN 'up' ELSE 'down' END,
            0.5, origin, '{}', open_at - interval '10 minutes', 'run'
        FROM (
            SELECT f.market, f.session_date, f.open_at, m.model_name, s.stock_id, h AS horizon,
                round(random()::numeric, 2)::float8 AS p,
                CASE WHEN random() < 0.9 THEN 'ok' WHEN random() < 0.95 THEN 'no_input' ELSE 'quota' END AS class,
                CASE WHEN f.at <= :sessions * 0.9 THEN 'reconstructed' WHEN random() < 0.97 THEN 'live' ELSE 'late' END
                    AS origin
            FROM filled_session f JOIN stock s USING (market), model m, unnest(ARRAY[1, 3, 5]) AS h
            WHERE s.symbol LIKE 'F%' ORDER BY f.session_date, f.market, m.model_name, s.stock_id, h) asked""",
    "questions": """
        INSERT INTO prediction_evidence (market, session_date, stock_id, cutoff_at, question, is_declared, degraded)
        SELECT f.market, f.session_date, s.stock_id, f.open_at, '{"base": {"1": [0.5, 9, 3], "3": [0.5, 9, 3],
            "5": [0.5, 9, 3]}, "returns": {"last_1": 0.1, "last_5": null}, "calls": {"coin": {"call": "up", "record":
            {"1": [0.5, 9, 3], "3": [0.5, 9, 3], "5": [0.5, 9, 3]}}}, "news": [[1, "Old", 0, 1]],
            "neighbours": [[2, 0.5, 1, null, 0]]}', true, '{}'
        FROM filled_session f JOIN stock s USING (market) WHERE s.symbol LIKE 'F%'""",
    "settlements": """
        INSERT INTO evaluation_history (prediction_id, market, settle_date, session_date, model_name, stock_id, horizon,
            origin, outcome_class, status, reason, outcome_return, tradable_return, is_up, is_tie, is_hit,
            scored_probability, superseded_at, target_return, stop_return, first_touch, path_return)
        SELECT prediction_id, market, settle_date, session_date, model_name, stock_id, horizon, origin, outcome_class,
            CASE WHEN void THEN 'void' ELSE 'settled' END, CASE WHEN void THEN 'No close.' END,
            CASE WHEN NOT void THEN r END, CASE WHEN NOT void THEN r END, CASE WHEN NOT void THEN r > 0 END,
            CASE WHEN NOT void THEN false END,
            CASE WHEN NOT void AND direction IS NOT NULL THEN (direction = 'up') = (r > 0) END,
            coalesce(probability, climatology), CASE WHEN again = 1 THEN now() END, CASE WHEN aimed THEN 0.02 END,
            CASE WHEN aimed THEN -0.02 END, CASE WHEN aimed AND r > 0 THEN 'target' END, CASE WHEN aimed THEN r END
        FROM (
            SELECT p.*, e.session_date AS settle_date, random() - 0.5 AS r, random() < 0.01 AS void,
                p.direction = 'up' AND p.stock_id % 2 = 0 AS aimed
            FROM prediction p JOIN filled_session f USING (market, session_date)
            JOIN filled_session e ON e.market = f.market AND e.at = f.at + p.horizon - 1
            ORDER BY e.session_date, p.prediction_id) closed, generate_series(0, 1) AS again
        WHERE again = 0 OR random() < 0.02""",
    "scores": """
        INSERT INTO daily_performance (market, settle_date, model_name, horizon, board, sector, asked, answered,
            true_up, false_up, true_down, false_down, ties, void, scored_hits, no_input, refusal, invalid_output,
            truncated, filtered, quota, transient, provider_bug, brier_sum, log_score_sum, return_sum, returns,
            targets, target_reached, stop_breached)
        SELECT e.market, settle_date, model_name, horizon,
            CASE origin WHEN 'live' THEN 'live' ELSE 'reconstructed' END, x.sector,
            count(*) FILTER (WHERE status = 'settled'), count(is_hit), count(*) FILTER (WHERE is_hit AND is_up),
            count(*) FILTER (WHERE NOT is_hit AND NOT is_up), count(*) FILTER (WHERE is_hit AND NOT is_up),
            count(*) FILTER (WHERE NOT is_hit AND is_up), 0, count(*) FILTER (WHERE status = 'void'), count(is_hit),
            0, 0, 0, 0, 0, 0, 0, 0, 0.25 * count(*), -0.7 * count(*), 0.001 * count(*), count(is_hit), 0, 0, 0
        FROM evaluation_history e JOIN stock s USING (stock_id), LATERAL (
            SELECT '' AS sector UNION ALL SELECT s.sector WHERE s.sector IS NOT NULL) x
        WHERE superseded_at IS NULL GROUP BY 1, 2, 3, 4, 5, 6""",
    "cells": """
        INSERT INTO daily_reliability
            (market, settle_date, model_name, horizon, board, is_late, cell, answered, ups, probability_sum)
        SELECT market, settle_date, model_name, horizon, CASE origin WHEN 'live' THEN 'live' ELSE 'reconstructed' END,
            false, least(99, floor(scored_probability * 100)), count(*), count(*) FILTER (WHERE is_up),
            sum(scored_probability)
        FROM evaluation_history WHERE superseded_at IS NULL AND is_hit IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 7""",
    "pairs": """
        INSERT INTO daily_pair (market, settle_date, horizon, board, model_a, model_b, session_date, questions_a,
            questions_b, hits_a, hits_b, brier_a, brier_b)
        SELECT a.market, a.settle_date, a.horizon, a.board, a.model_name, b.model_name, a.settle_date, a.asked, a.asked,
            a.scored_hits, b.scored_hits, a.brier_sum, b.brier_sum
        FROM daily_performance a JOIN daily_performance b USING (market, settle_date, horizon, board, sector)
        WHERE a.sector = '' AND a.model_name < b.model_name""",
    "verdicts": """
        INSERT INTO model_comparison (market, as_of_date, board, horizon, model_a, model_b, metric, edge, alpha,
            questions, days, difference, better, worse, below_edge, above_edge, verdict, is_revised, superseded_at)
        SELECT market, settle_date, board, horizon, model_a, model_b, 'hit', 0.02, 0.05, questions_a,
            row_number() OVER (PARTITION BY market, board, horizon, model_a, model_b, again ORDER BY settle_date), 0.01,
            0.1, -0.1, -0.1, 0.1, 'not_shown', again = 0 AND random() < 0.02, CASE WHEN again = 1 THEN now() END
        FROM daily_pair, generate_series(0, 1) AS again WHERE again = 0 OR random() < 0.02""",
    "badges": """
        INSERT INTO floor_badge (market, as_of_date, board, horizon, model_name, is_earned, floors_beaten, floors,
            candidates, alpha, days, is_revised)
        SELECT market, settle_date, board, horizon, model_name, false, 0, 5, 4, 0.05, 9, false
        FROM daily_performance JOIN model USING (model_name) WHERE sector = '' AND NOT is_floor""",
    "raw articles": """
        INSERT INTO raw_news (market, source, item_key, payload_hash, payload, available_at, basis)
        SELECT f.market, 'fill', f.session_date || '-' || n, '', '{}', f.open_at - n * interval '1 minute', 'declared'
        FROM filled_session f, generate_series(1, cast(:articles AS int)) AS n ORDER BY f.session_date, n DESC""",
    "articles": """
        INSERT INTO news (news_id, market, partition_date, source, title, excerpt, language, story_id, symbols,
            positive, negative, available_at, basis, is_synthetic)
        SELECT raw_news_id, market, available_at::date, source, '<script>alert(1)</script> ' || item_key, 'x', 'en',
            raw_news_id, '{}', 0, 0, available_at, basis, true
        FROM raw_news WHERE source = 'fill'""",
    "links": """
        INSERT INTO match (news_id, stock_id, market, partition_date, kind, span, score, mentions, available_at)
        SELECT DISTINCT ON (n.news_id, s.stock_id) n.news_id, s.stock_id, n.market, n.partition_date, 'name', 'x',
            CASE WHEN n.news_id % 20 = 0 THEN 0.7 ELSE 1 END, 1, n.available_at
        FROM news n, generate_series(1, 2) AS again, LATERAL (
            SELECT stock_id FROM stock WHERE market = n.market
            AND symbol = 'F' || lpad((1 + (n.news_id * (again * 7 + 3)) % cast(:stocks AS int))::text, 4, '0')) s
        WHERE n.source = 'fill'""",
    "copies": """
        UPDATE news n SET source = CASE n.news_id % 3 WHEN 0 THEN 'fill' ELSE 'wire' END,
            story_id = coalesce((SELECT e.news_id FROM news e WHERE e.news_id = n.news_id - 2
                AND n.news_id % 7 IN (0, 2) AND e.market = n.market
                AND (e.available_at, e.news_id) < (n.available_at, n.news_id)), n.news_id)
        WHERE n.source = 'fill'""",
    "reviews": """
        INSERT INTO match_review (news_id, stock_id, verdict, available_at)
        SELECT news_id, stock_id, CASE WHEN random() < 0.5 THEN 'rejected' ELSE 'confirmed' END, available_at
        FROM match, generate_series(0, 1) WHERE random() < 0.05""",
    "fetches": """
        INSERT INTO fetch_log (market, source, feed, started_at, outcome, error_class, detail, items, added, refused,
            bytes, milliseconds)
        SELECT market, source, 'news', now() - n * interval '3 hours', outcome,
            CASE outcome WHEN 'failed' THEN (ARRAY['timeout', 'status', 'refused'])[1 + n % 3] END,
            CASE WHEN outcome IN ('failed', 'waiting') THEN outcome || ' ' || n END, 10, 1, 0, 5000, 200
        FROM unnest(cast(:markets AS text[])) AS market, unnest(ARRAY['sample', 'fill', 'wire']) AS source,
            generate_series(1, 720) AS n, LATERAL (SELECT
                (ARRAY['answered', 'answered', 'unchanged', 'waiting', 'failed'])[1 + (n * 7919) % 5] AS outcome) o
        ORDER BY n DESC""",
    "states": """
        INSERT INTO partition_state
        SELECT f.market, asset, f.session_date, '', nextval('partition_version'), 1, 1, 0, 0, 'run', f.close_at
        FROM filled_session f, unnest(ARRAY['price', 'news', 'prediction', 'evaluation_history']) AS asset""",
}


def fill(engine: Engine, *, stocks: int, sessions: int, articles: int) -> None:
    """Fill a migrated store; forecasts come to stocks × sessions × models × 3 horizons in each of two markets."""
    values = {"markets": list(MARKETS), "stocks": stocks, "sessions": sessions, "articles": articles}
    with engine.begin() as conn:
        conn.execute(text("SELECT setseed(0.5)"))
        for statement in _STATEMENTS.values():
            _run(conn, statement, values | {"last": LAST_SESSION})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("VACUUM ANALYZE"))


def _run(conn: Connection, statement: str, values: Mapping[str, object]) -> None:
    query = text(statement)
    conn.execute(query, {name: value for name, value in values.items() if name in query.compile().params})


@contextmanager
def filled_store(postgres: EmbeddedPostgres, template: str, **sizes: int) -> Iterator[Engine]:
    """A store of its own, filled, until the block ends."""
    with pytest.MonkeyPatch.context() as patch, _copy(postgres, template, patch) as url:
        engine = open_engine(url)
        fill(engine, **sizes)
        yield engine
        engine.dispose()


@contextmanager
def asking(engine: Engine, signing_keys: Path) -> Iterator[TestClient]:
    """The API over a store, until the block ends; for fixtures that outlive a test."""
    settings = ApiSettings().model_copy(update={"signing_keys": signing_keys, "login_required": False})
    with TestClient(create_app(settings, engine), raise_server_exceptions=False) as client:
        yield client
