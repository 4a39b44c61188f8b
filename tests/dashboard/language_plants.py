"""What a language model was told, answered and cost, put straight into the tables as its runs leave it there."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, text

from craveny_domain.llm_cost import Usage
from craveny_store.llm_calls import Answered, Asked, Call, freeze_calls, freeze_questions, keep_answer
from craveny_store.llm_spending import Attempt, Ended, Limits, reserve, settle
from tests.api.language import add_language_model, brief, freeze_brief
from tests.dashboard.plants import IMAGE, MARKET, SESSION, SYMBOL, TITLES

SCRIBE = "scribe"
"""A language model that said what the lexicon said, at a price."""
WRITER = "writer"
"""A language model that writes reports."""
REACHED = date(2026, 10, 8)
"""The session in which a report of WRITER reached its target; the stop was broken a day later."""
RISK = 'A risk </li><script>window.planted = 1</script><img src=x onerror="window.planted = 1">'
UNANSWERED = "The provider answers 503 <i onmouseover=window.planted=1>gone</i>."
NO_LIMITS = Limits(Decimal(10), Decimal(10), 10, 0, timedelta(seconds=9))
COST, RESERVED = Decimal("0.00021"), Decimal("0.0012")

_SAID = (
    """
    INSERT INTO prediction (market, session_date, model_name, stock_id, horizon, outcome_class, probability, direction,
        climatology, origin, degraded, issued_at, run_id, reasoning, expected_move)
    SELECT market, session_date, :model, stock_id, horizon, outcome_class, probability, direction, climatology, origin,
        degraded, issued_at, run_id, 'Said by a model.', CASE WHEN outcome_class = 'ok' THEN 0.015 END
    FROM prediction WHERE market = :market AND model_name = 'lexicon'""",
    """
    INSERT INTO evaluation_history (prediction_id, market, settle_date, session_date, model_name, stock_id, horizon,
        origin, outcome_class, status, reason, outcome_return, tradable_return, is_up, is_tie, is_hit,
        scored_probability, target_return, stop_return, target_date, first_touch, path_return)
    SELECT p.prediction_id, p.market, e.settle_date, p.session_date, p.model_name, p.stock_id, p.horizon, p.origin,
        p.outcome_class, e.status, e.reason, e.outcome_return, e.tradable_return, e.is_up, e.is_tie, e.is_hit,
        e.scored_probability, 0.015, -0.015, p.session_date, 'target', 0.012
    FROM prediction p JOIN evaluation_history e USING (market, session_date, stock_id, horizon)
    WHERE p.model_name = :model AND e.model_name = 'lexicon' AND e.superseded_at IS NULL""",
    """
    INSERT INTO daily_performance
    SELECT (jsonb_populate_record(d, jsonb_build_object('model_name', cast(:model AS text)))).*
    FROM daily_performance d WHERE market = :market AND model_name = 'lexicon'""",
    """
    UPDATE model SET knowledge_cutoff_date = '2023-10-01' WHERE model_name = :model""",
)


_EARLIER = """
    INSERT INTO llm_attempt (purpose, market, model_name, provider, identifier, run_id, started_at, reserved_usd,
        settled_at, cost_usd, is_estimated, outcome_class, prompt_tokens, cached_tokens, completion_tokens, latency_ms)
    SELECT CASE WHEN n % 5 = 0 THEN 'noise' ELSE 'forecast' END, :market, :model, 'openai', 'gpt-4o-mini', 'planted',
        now() - n * interval '13 hours', 0.0012, now() - n * interval '13 hours', 0.0002 * (1 + n % 4), n % 4 = 3,
        CASE WHEN n % 4 = 3 THEN 'transient' WHEN n % 9 = 1 THEN 'invalid_output' ELSE 'ok' END, 1000, 200, 90, 700
    FROM generate_series(2, 40) AS n"""


_REACHED = """
    INSERT INTO report_outcome (report_id, market, settle_date, model_name, stock_id, base_date, opens_date,
        closes_date, status, target_return, stop_return, target_date, stop_date, first_touch, path_return, is_revised)
    SELECT report_id, market, cast(:reached AS date) + 4, model_name, stock_id, cast(:reached AS date) - 3,
        cast(:reached AS date) - 2, cast(:reached AS date) + 4, 'settled', 0.04, -0.03, :reached,
        cast(:reached AS date) + 1, 'target', 0.031, true
    FROM stock_report WHERE reason = 'asked'"""


def plant_language(engine: Engine) -> None:
    """SCRIBE beside the keyless models of MARKET; hostile text in all that it was told and said of SYMBOL at SESSION,
    and in what WRITER reported on it.

    Two replays stand beside that forecast, one of them contaminated. Of its three requests one failed, one was
    answered, and one is in flight.
    """
    with engine.begin() as conn:
        add_language_model(conn, SCRIBE, identifier="gpt-4o-mini", parameters={"temperature": 0.3, "max_tokens": 500})
        for statement in (*_SAID, _EARLIER):
            query = text(statement)
            conn.execute(query, {name: {"model": SCRIBE, "market": MARKET}[name] for name in query.compile().params})
        stock_id = conn.execute(
            text("SELECT stock_id FROM stock WHERE market = :market AND symbol = :symbol"),
            {"market": MARKET, "symbol": SYMBOL},
        ).scalar_one()
        told = _told(conn, stock_id)
        freeze_brief(conn, stock_id, SESSION, told)
        _plant_answer(conn, stock_id, told)
        _plant_replays(conn, stock_id)
        _plant_reports(conn, stock_id)


def _told(conn: Connection, stock_id: int) -> dict[str, Any]:
    found = text("SELECT news_id FROM match WHERE stock_id = :stock ORDER BY news_id DESC LIMIT 4")
    ids = conn.execute(found, {"stock": stock_id}).scalars().all()
    at = "2026-10-16T12:00:00+00:00"
    rows = [
        {"id": news_id, "title": title, "excerpt": IMAGE, "source": "sample", "at": at}
        for news_id, title in zip(ids, TITLES, strict=False)
    ]
    past = [row | {"similarity": 0.8, "returns": {"1": 0.012, "3": None, "5": -0.02}} for row in rows[2:]]
    return brief(rows[:2], past)


def _plant_answer(conn: Connection, stock_id: int, told: dict[str, Any]) -> None:
    messages = [
        {"role": "system", "content": "Forecast whether the stock rises."},
        {"role": "user", "content": "\n".join(json.dumps(row) for row in (*told["stories"], *told["past"]))},
    ]
    call = Call("openai", "gpt-4o-mini", {"temperature": 0.3, "max_tokens": 500}, "forecast/1", messages)
    freeze_calls(conn, [call])
    freeze_questions(conn, MARKET, SESSION, {Asked(stock_id, SCRIBE): ("forecast-1", call.key)})
    usage = Usage(1000, 200, 90)
    ends = (
        Ended("transient", 90, detail=UNANSWERED, may_be_billed=True),
        Ended("ok", 800, usage, COST),
        None,
    )
    for end in ends:
        attempt = Attempt("forecast", "openai", "gpt-4o-mini", "planted", RESERVED, call.key, MARKET, SESSION, SCRIBE)
        made = reserve(conn, attempt, NO_LIMITS)
        assert isinstance(made, int), made
        if end is not None:
            settle(conn, made, end)
    raw = json.dumps(_answer([told["stories"][0]["id"], told["past"][0]["id"]]))
    keep_answer(conn, call.key, Answered("ok", raw, None, usage, COST, 800))
    conn.execute(
        text("""
        UPDATE prediction SET call_key = :key, reasoning = :reason, expected_move = 0.015, outcome_class = 'ok',
            probability = 0.6, direction = 'up'
        WHERE model_name = :model AND session_date = :session AND stock_id = :stock"""),
        {"key": call.key, "reason": IMAGE, "model": SCRIBE, "session": SESSION, "stock": stock_id},
    )


def _answer(cited: list[int]) -> dict[str, Any]:
    return {
        "symbol": "ACME",
        "calls": [
            {"horizon": h, "probability_up": 0.6, "direction": "up", "expected_move_percent": 1.5} for h in (1, 3, 5)
        ],
        "impact": "high",
        "reason": IMAGE,
        "evidence": cited,
        "risks": [RISK, "Earnings are due."],
    }


def _plant_replays(conn: Connection, stock_id: int) -> None:
    query = """
        INSERT INTO replay (market, session_date, stock_id, horizon, model_name, prompt_version, outcome_class,
            probability, direction, expected_move, reasoning, is_contaminated)
        VALUES (:market, :session, :stock, 1, :model, 'forecast-1', 'ok', 0.4, 'down', -0.01, :reason, true),
            (:market, :session, :stock, 1, :model, :version, 'refusal', NULL, NULL, NULL, NULL, false)"""
    version = "forecast-again"
    conn.execute(
        text("""
        INSERT INTO prompt (prompt_version, purpose, instructions, question, note)
        SELECT :version, purpose, instructions, question, 'Asked again.' FROM prompt
        WHERE prompt_version = 'forecast-1'"""),
        {"version": version},
    )
    which = {"market": MARKET, "session": SESSION, "stock": stock_id, "model": SCRIBE}
    conn.execute(text(query), which | {"reason": IMAGE, "version": version})


def _plant_reports(conn: Connection, stock_id: int) -> None:
    """Of WRITER: yesterday's with a target and a stop, one of three hours ago that found none, and one of long ago that
    reached its target, as was found only when a price was corrected."""
    add_language_model(conn, WRITER, identifier="gpt-4o-mini", prompt_version="report-1")
    query = """
        INSERT INTO stock_report (market, partition_date, stock_id, model_name, reason, outcome_class, content,
            base_price, target_price, stop_price, currency, cutoff_at, news_count, created_at, run_id)
        VALUES (:market, :session, :stock, :model, 'daily', 'ok', :content, 101.5, 110, 96, 'USD',
                now() - interval '27 hours', 5, now() - interval '27 hours', 'planted'),
            (:market, :session, :stock, :model, 'news', 'ok', :content, 102.25, NULL, NULL, 'USD',
                now() - interval '3 hours', 7, now() - interval '3 hours', 'planted'),
            (:market, :session, :stock, :model, 'asked', 'ok', :content, 100, 104, 97, 'USD',
                now() - interval '20 days', 3, now() - interval '20 days', 'planted')"""
    content = {
        "view": "sideways", "summary": IMAGE, "short_view": "Quiet.", "medium_view": "Firm.", "long_view": "Open.",
        "risks": [RISK], "opportunities": [],
    }  # fmt: skip
    which = {"market": MARKET, "session": SESSION, "stock": stock_id, "model": WRITER}
    conn.execute(text(query), which | {"content": json.dumps(content)})
    conn.execute(text(_REACHED), {"reached": REACHED})
