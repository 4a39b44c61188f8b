"""No question the API asks reads a large table from end to end: every statement of every route is explained.

A new route is a line of ADDRESSES; a list with filters is an entry of FILTERS.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from sqlalchemy import Engine, event, text
from starlette.testclient import TestClient

from craveny_api.auth.tokens import Tokens
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_store.llm_spending import Attempt, Limits, reserve
from craveny_store.users import add_user
from tests.api.language import fill_language
from tests.api.many_rows import LAST_SESSION, asking, filled_store
from tests.api.registered import register

LARGE = {
    "prediction", "evaluation_history", "prediction_evidence", "news", "raw_news", "match", "price", "news_embeddings",
    "fetch_log", "llm_attempt", "llm_call", "llm_question", "replay", "stock_report", "daily_pair", "model_comparison",
}  # fmt: skip
ADDRESSES = [
    "/api/markets",
    "/api/markets/us",
    "/api/models",
    "/api/prompts",
    "/api/model-prices",
    "/api/model-changes?subject=model&name=coin",
    "/api/stocks?q=f00",
    "/api/stocks?market=us&sort=name&kind=stock",
    "/api/stocks/us/F0003",
    "/api/stocks/us/F0003?board=live&horizon=5",
    "/api/stocks/us/F0003?board=reconstructed&horizon=1",
    "/api/stocks/us/F0003/aliases",
    "/api/stocks/us/F0003/bars",
    "/api/stocks/us/F0003/bars?first=2026-09-01&last=2026-10-01",
    "/api/stocks/us/F0003/news",
    "/api/stocks/us/F0003/reports",
    "/api/stocks/us/F0003/reports/price",
    "/api/stocks/us/F0003/predictions",
    "/api/stocks/us/F0003/predictions?model=coin&horizon=1&session_from=2026-09-01",
    "/api/predictions/compare?market=us",
    "/api/predictions/compare?market=us&symbol=F0001&symbol=F0002&model=coin&model=lexicon&horizon=3",
    "/api/predictions/{prediction_id}",
    "/api/predictions/{told_id}",
    "/api/news/{news_id}",
    "/api/news/{news_id}/copies",
    "/api/evaluations?market=us&board=reconstructed",
    "/api/evaluations/daily?market=us&board=reconstructed&horizon=3&window=90",
    "/api/evaluations/reliability?market=us&board=live&window=30",
    "/api/evaluations?market=us&board=reconstructed&sector=Energy",
    "/api/evaluations?market=us&board=reconstructed&symbol=F0003&horizon=5",
    "/api/evaluations/members?market=us&board=reconstructed",
    "/api/evaluations/sectors?market=us",
    "/api/evaluations/verdicts?market=us&board=reconstructed",
    "/api/evaluations/verdicts?market=us&board=live&horizon=3",
    "/api/evaluations/verdicts/history?market=us&board=reconstructed&model_a=always_up&model_b=lexicon",
    "/api/evaluations/reliability?market=us&board=reconstructed&sector=Energy",
    "/api/evaluations/reliability?market=us&board=reconstructed&symbol=F0003",
    "/api/evaluations/reports?market=us",
    "/api/evaluations/reports?market=us&window=30",
    "/api/ab-tests",
    "/api/ab-tests?market=us",
    "/api/ab-tests/{test_id}",
    "/api/reviews",
    "/api/reviews?market=us",
    "/api/cost",
    "/api/cost?first={today}&last={today}",
    "/api/cost/models?first=2026-10-10&last=2026-10-16",
    "/api/cost/models?first=2026-10-10&last=2026-10-16&board=reconstructed&horizon=3&market=us",
    "/api/operations/freshness",
    "/api/operations/processes",
    "/api/operations/sources",
]
FILTERS: dict[str, dict[str, list[Any]]] = {
    "/api/predictions": {
        "market": [None, "us"],
        "symbol": [None, "F0002", "NOBODY"],
        "model": [None, "coin", "nobody", ["coin", "lexicon"]],
        "direction": [None, "up"],
        "horizon": [None, 3],
        "session_date": [None, LAST_SESSION, "2026-09-15"],
        "session_from": [None, "2026-09-01"],
        "session_to": [None, "2026-09-20"],
        "origin": [None, "live", "reconstructed", "replay"],
        "outcome_class": [None, "ok", "quota", "refusal"],
        "status": [None, "open", "settled", "void"],
        "sort": ["newest", "oldest", "confident"],
    },
    "/api/replays": {
        "market": [None, "us"],
        "symbol": [None, "F0002", "NOBODY"],
        "session_date": [None, LAST_SESSION, "2026-09-15"],
        "horizon": [None, 3],
        "model": [None, "maxi", "nobody"],
        "prompt_version": [None, "forecast-1", "nobody"],
    },
    "/api/news": {
        "market": [None, "us"],
        "symbol": [None, "F0002", "NOBODY"],
        "from_date": [None, "2026-09-01"],
        "to_date": [None, "2026-09-20"],
    },
}
_AGO = (
    "UPDATE ab_test_config SET starts_on = :first WHERE test_id = :test",
    """
    INSERT INTO model_comparison (market, as_of_date, board, horizon, model_a, model_b, test_id, metric, edge, alpha,
        questions, days, difference, better, worse, below_edge, above_edge, verdict, is_revised)
    SELECT market, as_of_date, 'live', horizon, model_a, model_b, :test, metric, edge, 0.05, questions, days,
        difference, better, worse, below_edge, above_edge, verdict, false
    FROM model_comparison WHERE market = 'us' AND (model_a, model_b) = ('lexicon', 'nearest_news') AND horizon = 1
    AND as_of_date >= :first AND superseded_at IS NULL AND board = 'reconstructed'""",
)
TRIED = 250
"""How many combinations of a list's filters are tried; a fixed choice where there are more."""


class Plans:
    """The plans of every statement that went through a pool of connections."""

    def __init__(self, engine: Engine) -> None:
        self.plans: list[tuple[str, Any]] = []
        plans = self.plans

        class Explaining(psycopg.Cursor):
            def execute(self, query: Any, params: Any = None, **options: Any) -> "Explaining":
                if str(query).lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
                    with psycopg.Cursor(self.connection) as explaining:
                        explaining.execute(f"EXPLAIN (FORMAT JSON) {query}", params)  # type: ignore[arg-type]
                        ((plan,),) = explaining.fetchall()
                    plans.append((str(query), plan[0]["Plan"]))
                return super().execute(query, params, **options)

        @event.listens_for(engine, "connect")
        def explain(connection: Any, _: object) -> None:
            connection.cursor_factory = Explaining

    def whole_reads(self) -> list[str]:
        """The large tables that were read from end to end since the last call, each with its statement."""
        found = [f"{table} in {query}" for query, plan in self.plans for table in _scanned(plan) if table in LARGE]
        self.plans.clear()
        return found


def _scanned(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for below in plan.get("Plans", ()):
        yield from _scanned(below)


@pytest.fixture(scope="module")
def many_rows(postgres: EmbeddedPostgres, template: str) -> Iterator[Engine]:
    """A store with fifty thousand forecasts, and fifteen thousand more of language models."""
    with filled_store(postgres, template, stocks=20, sessions=60, articles=100) as engine:
        fill_language(engine, clean_from=LAST_SESSION, today=LAST_SESSION, vectors=20_000)
        yield engine


@pytest.fixture(scope="module")
def plans(many_rows: Engine) -> Plans:
    many_rows.dispose()
    return Plans(many_rows)


@pytest.fixture(scope="module")
def api(many_rows: Engine, plans: Plans, signing_keys: Path) -> Iterator[TestClient]:  # noqa: ARG001 - it listens
    with many_rows.begin() as conn:
        add_user(conn, "admin@example.org", "no password has this hash", "admin")
        user_id = conn.execute(text('SELECT max(user_id) FROM "user"')).scalar_one()
    with asking(many_rows, signing_keys) as client:
        client.headers["Authorization"] = f"Bearer {Tokens(signing_keys).issue(user_id, 'admin')}"
        yield client


@pytest.fixture(scope="module")
def an_id(many_rows: Engine) -> dict[str, object]:
    """A settled forecast, an article, an A/B test that began long ago, and today."""
    with many_rows.begin() as conn:
        forecast = conn.execute(text("SELECT prediction_id FROM evaluation_history ORDER BY evaluation_id LIMIT 1"))
        article = conn.execute(text("SELECT max(news_id) FROM news"))
        told = conn.execute(text("SELECT min(prediction_id) FROM prediction WHERE call_key IS NOT NULL"))
        test_id = register(conn)
        for statement in _AGO:
            conn.execute(text(statement), {"test": test_id, "first": date(2026, 9, 1)})
        return {
            "prediction_id": forecast.scalar_one(),
            "news_id": article.scalar_one(),
            "told_id": told.scalar_one(),
            "test_id": test_id,
            "today": date.today(),  # noqa: DTZ011 - any day near now
        }


def test_a_whole_read_is_seen(many_rows: Engine, plans: Plans) -> None:
    plans.whole_reads()
    with many_rows.connect() as conn:
        conn.execute(text("SELECT count(*) FROM prediction WHERE run_id = 'run'"))
    assert len(plans.whole_reads()) == 1


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_route_reads_a_large_table_from_end_to_end(
    address: str, api: TestClient, plans: Plans, an_id: dict[str, object]
) -> None:
    plans.whole_reads()
    answer = api.get(address.format(**an_id))
    assert answer.status_code == 200, answer.text
    assert plans.plans
    assert plans.whole_reads() == []


WRITES = [
    ("POST", "/api/stocks", {"market": "us", "symbol": "ARM", "name": "Arm"}),
    ("PATCH", "/api/stocks/us/F0003", {"name": "Limbware", "priority": 1, "is_paused": True}),
    ("POST", "/api/stocks/us/F0003/aliases", {"alias": "Elbow", "needs_context": True}),
    ("DELETE", "/api/stocks/us/F0003/aliases/1000000", None),
    ("POST", "/api/stocks/us/F0004/reports", None),
    ("PATCH", "/api/models/mini", {"is_active": False}),
    ("POST", "/api/prompts/preview", {"market": "us", "symbol": "F0003", "prompt_version": "forecast-1"}),
    ("POST", "/api/prompts/preview", {"market": "us", "symbol": "F0003", "prompt_version": "report-1"}),
    ("POST", "/api/ab-tests", {"name": "here", "market": "us", "model_a": "coin", "model_b": "lexicon"}),
    ("PATCH", "/api/ab-tests/{test_id}", {"is_default": True}),
    ("POST", "/api/ab-tests/{test_id}/stop", {"reason": "Enough was seen."}),
]  # fmt: skip


def test_no_change_reads_a_large_table_from_end_to_end(api: TestClient, plans: Plans, an_id: dict[str, object]) -> None:
    link = api.get("/api/reviews?market=us&limit=1").json()["items"][0]
    judgement = {"news_id": link["news_id"], "market": "us", "symbol": link["stock"]["symbol"], "verdict": "rejected"}
    for method, path, body in (*WRITES, ("POST", "/api/reviews", judgement)):
        plans.whole_reads()
        answer = api.request(method, path.format(**an_id), json=body)
        assert answer.status_code in (200, 201, 202, 404), answer.text
        assert plans.plans
        assert plans.whole_reads() == [], path


def test_no_reservation_reads_every_request_there_ever_was(many_rows: Engine, plans: Plans) -> None:
    limits = Limits(Decimal(10), Decimal(10), 10, 100, timedelta(seconds=90))
    plans.whole_reads()
    with many_rows.connect() as conn:
        reserve(conn, Attempt("forecast", "openai", "gpt-mini", "a run", Decimal("0.01")), limits)
    assert plans.plans
    assert plans.whole_reads() == []


def test_a_queue_walked_to_its_end_reads_no_large_table_from_end_to_end(api: TestClient, plans: Plans) -> None:
    cursor, pages = "", 0
    plans.whole_reads()
    while cursor is not None:
        page = api.get(f"/api/reviews?limit=100{cursor and f'&cursor={cursor}'}")
        assert page.status_code == 200, page.text
        cursor, pages = page.json()["next_cursor"], pages + 1
    assert pages > 3
    assert plans.whole_reads() == []


@pytest.mark.parametrize("path", FILTERS)
def test_no_combination_of_filters_reads_a_large_table_from_end_to_end(
    path: str, api: TestClient, plans: Plans
) -> None:
    names, choices = FILTERS[path].keys(), list(product(*FILTERS[path].values()))
    for choice in random.Random(7).sample(choices, min(TRIED, len(choices))):
        query = urlencode({k: v for k, v in zip(names, choice, strict=True) if v is not None}, doseq=True)
        plans.whole_reads()
        page = api.get(f"{path}?limit=10&{query}")
        assert page.status_code == 200, page.text
        if cursor := page.json()["next_cursor"]:
            assert api.get(f"{path}?limit=10&{query}&cursor={cursor}").status_code == 200
        assert plans.whole_reads() == [], query
