"""Lists against a plain oracle: filters, orders and pages over a store filled at random, walked to the end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, RowMapping, text
from starlette.testclient import TestClient

from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_store.settings import load_markets
from tests.api.many_rows import LAST_SESSION, asking, filled_store

SLOW_MACHINE = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
_FORECASTS = """
    SELECT p.*, s.symbol, coalesce((SELECT e.status FROM evaluation_history e
        WHERE e.prediction_id = p.prediction_id AND e.superseded_at IS NULL), 'open') AS status
    FROM prediction p JOIN stock s USING (stock_id)"""
_ARTICLES = """
    SELECT n.*, array(SELECT s.symbol FROM match m JOIN stock s USING (stock_id) WHERE m.news_id = n.news_id
        AND coalesce((SELECT r.verdict FROM match_review r WHERE r.news_id = m.news_id AND r.stock_id = m.stock_id
            ORDER BY r.available_at DESC, r.review_id DESC LIMIT 1), '') <> 'rejected' ORDER BY 1) AS about
    FROM news n"""


@dataclass
class Store:
    """A small store, the API over it, and everything in it."""

    engine: Engine
    client: TestClient

    def rows(self, query: str) -> list[RowMapping]:
        with self.engine.connect() as conn:
            return list(conn.execute(text(query)).mappings())

    def walk(self, path: str, between: Callable[[], None] = lambda: None, **asked: Any) -> list[dict[str, Any]]:
        """The items of every page, in order; `between` is done after each page."""
        items, cursor, seen = [], None, set()
        while cursor not in seen:
            seen.add(cursor)
            page = self.client.get(path, params={**asked, **({"cursor": cursor} if cursor else {})})
            assert page.status_code == 200, page.text
            items += page.json()["items"]
            cursor = page.json()["next_cursor"]
            if cursor is None:
                return items
            assert len(page.json()["items"]) == asked["limit"]
            between()
        pytest.fail("a page leads back to one before it")


@pytest.fixture(scope="module")
def store(postgres: EmbeddedPostgres, template: str, signing_keys: Path) -> Iterator[Store]:
    with (
        filled_store(postgres, template, stocks=4, sessions=8, articles=12) as engine,
        asking(engine, signing_keys) as client,
    ):
        yield Store(engine, client)


@pytest.fixture(scope="module")
def forecasts(store: Store) -> list[RowMapping]:
    return store.rows(_FORECASTS)


def given_or_none(values: list[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(values)


SESSIONS = [LAST_SESSION - timedelta(days=n) for n in range(14)]
ASKED = st.fixed_dictionaries({
    "market": given_or_none(["krx", "us"]),
    "symbol": given_or_none(["F0001", "F0002", "NOBODY", "BRMZ"]),
    "model": st.none() | st.lists(st.sampled_from(["coin", "momentum", "lexicon", "nobody"]), min_size=1, max_size=3),
    "direction": given_or_none(["up", "down"]),
    "horizon": given_or_none([1, 3, 5]),
    "session_date": given_or_none(SESSIONS[:4]),
    "session_from": given_or_none(SESSIONS),
    "session_to": given_or_none(SESSIONS),
    "origin": given_or_none(["live", "late", "reconstructed", "replay"]),
    "outcome_class": given_or_none(["ok", "no_input", "quota", "refusal"]),
    "status": given_or_none(["open", "settled", "void"]),
})  # fmt: skip


def is_asked_for(row: RowMapping, asked: dict[str, Any]) -> bool:
    same = ("market", "symbol", "direction", "horizon", "session_date", "origin", "outcome_class", "status")
    return (
        all(asked[name] in (None, row[name]) for name in same)
        and (asked["model"] is None or row["model_name"] in asked["model"])
        and (asked["session_from"] or date.min) <= row["session_date"] <= (asked["session_to"] or date.max)
    )


def by_name(row: RowMapping) -> tuple:
    return row["session_date"], row["model_name"], row["stock_id"], row["horizon"]


def surest(row: RowMapping) -> tuple:
    p = row["probability"]
    return row["session_date"], 0 if p is None else max(p, 1 - p), row["prediction_id"]


@SLOW_MACHINE
@given(asked=ASKED, sort=st.sampled_from(["newest", "oldest", "confident"]), limit=st.integers(1, 60))
def test_forecasts_are_those_of_the_oracle_in_its_order(
    store: Store, forecasts: list[RowMapping], asked: dict[str, Any], sort: str, limit: int
) -> None:
    expected = sorted(
        (row for row in forecasts if is_asked_for(row, asked)),
        key=surest if sort == "confident" else by_name,
        reverse=sort != "oldest",
    )
    # Few rows a page make many pages; no walk needs more than thirty of them.
    limit = max(limit, len(expected) // 30)
    given_only = {name: value for name, value in asked.items() if value is not None}
    found = store.walk("/api/predictions", sort=sort, limit=min(limit, 200), **given_only)
    assert [item["prediction_id"] for item in found] == [row["prediction_id"] for row in expected]
    assert [item["settlement"]["status"] for item in found] == [row["status"] for row in expected]


def test_every_field_of_a_forecast_is_its_rows(store: Store) -> None:
    rows = {row["prediction_id"]: row for row in store.rows(_FORECASTS)}
    settled = {
        row["prediction_id"]: row for row in store.rows("SELECT * FROM evaluation_history WHERE superseded_at IS NULL")
    }
    for item in store.walk("/api/predictions", limit=200, market="us"):
        row, outcome = rows[item["prediction_id"]], settled.get(item["prediction_id"])
        for name in (
            "market",
            "symbol",
            "horizon",
            "outcome_class",
            "direction",
            "probability",
            "climatology",
            "origin",
        ):
            assert item[name] == row[name], name
        assert item["session_date"] == str(row["session_date"])
        expected = None if row["probability"] is None else max(row["probability"], 1 - row["probability"])
        assert item["confidence"] == expected
        figures = ("outcome_return", "tradable_return", "target_return", "stop_return", "first_touch", "path_return")
        for name in (*figures, "is_up", "is_hit", "reason"):
            assert item["settlement"][name] == (outcome[name] if outcome else None), name


@pytest.mark.parametrize("sort", ["newest", "oldest", "confident"])
def test_rows_that_come_while_a_list_is_walked_neither_hide_nor_repeat_others(store: Store, sort: str) -> None:
    before = [item["prediction_id"] for item in store.walk("/api/predictions", sort=sort, limit=200, market="us")]
    came = text("""
        INSERT INTO prediction (market, session_date, model_name, stock_id, horizon, outcome_class, probability,
            direction, climatology, origin, degraded, issued_at, run_id)
        SELECT p.market, p.session_date - 14, p.model_name, p.stock_id, p.horizon, 'ok', random(), 'up', 0.5, 'replay',
            '{}', now(), 'late'
        FROM prediction p WHERE p.market = 'us' AND p.run_id = 'run' AND NOT EXISTS (SELECT FROM prediction q
            WHERE (q.market, q.session_date, q.model_name, q.stock_id, q.horizon)
                = (p.market, p.session_date - 14, p.model_name, p.stock_id, p.horizon))
        ORDER BY random() LIMIT 20""")

    def more() -> None:
        with store.engine.begin() as conn:
            conn.execute(came)

    try:
        walked = [x["prediction_id"] for x in store.walk("/api/predictions", more, sort=sort, limit=50, market="us")]
    finally:
        with store.engine.begin() as conn:
            conn.execute(text("DELETE FROM prediction WHERE run_id = 'late'"))
    assert len(set(walked)) == len(walked)
    known = set(before)
    assert [i for i in walked if i in known] == before


ARTICLES_ASKED = st.fixed_dictionaries({
    "market": given_or_none(["krx", "us"]),
    "symbol": given_or_none(["F0001", "F0004", "NOBODY"]),
    "from_date": given_or_none([*SESSIONS, date(1, 1, 1), date(9999, 12, 31)]),
    "to_date": given_or_none([*SESSIONS, date(1, 1, 1), date(9999, 12, 31)]),
})  # fmt: skip


@SLOW_MACHINE
@given(asked=ARTICLES_ASKED, limit=st.integers(5, 200))
def test_stories_are_those_of_the_oracle_newest_first(store: Store, asked: dict[str, Any], limit: int) -> None:
    markets = load_markets()

    def wanted(row: RowMapping) -> bool:
        day = markets[row["market"]].local_date(row["available_at"])
        return (
            row["story_id"] == row["news_id"]
            and asked["market"] in (None, row["market"])
            and (asked["symbol"] is None or asked["symbol"] in row["about"])
            and (asked["from_date"] or date.min) <= day <= (asked["to_date"] or date.max)
        )

    rows = sorted(filter(wanted, store.rows(_ARTICLES)), key=lambda r: (r["available_at"], r["news_id"]), reverse=True)
    given_only = {name: value for name, value in asked.items() if value is not None}
    found = store.walk("/api/news", limit=limit, **given_only)
    assert [(x["news_id"], x["symbols"]) for x in found] == [(r["news_id"], sorted(r["about"])) for r in rows]
    assert [datetime.fromisoformat(x["available_at"]) for x in found] == [r["available_at"] for r in rows]


def stories_of(rows: list[RowMapping]) -> dict[int, list[RowMapping]]:
    """Every article's story: its tellings, the earliest first."""
    known = {row["news_id"]: row for row in rows}

    def first(row: RowMapping) -> int:
        return row["news_id"] if row["story_id"] == row["news_id"] else first(known[row["story_id"]])

    told: dict[int, list[RowMapping]] = {}
    for row in sorted(rows, key=lambda r: (r["available_at"], r["news_id"])):
        told.setdefault(first(row), []).append(row)
    return {row["news_id"]: tellings for tellings in told.values() for row in tellings}


def test_a_story_shows_who_told_it_first_how_long_before_others_and_its_copies(store: Store) -> None:
    stories = stories_of(store.rows(_ARTICLES))
    assert {min(len(told), 3) for told in stories.values()} == {1, 2, 3}, "copies, and copies of copies"
    shown = store.walk("/api/news", limit=200)
    assert {x["news_id"] for x in shown} == {told[0]["news_id"] for told in stories.values()}
    copies = [told[-1]["news_id"] for told in stories.values() if len(told) > 2]
    alone = [store.client.get(f"/api/news/{news_id}").json() for news_id in copies]
    for item in (*shown, *alone):
        told = stories[item["news_id"]]
        first, others = told[0], [t["available_at"] for t in told if t["source"] != told[0]["source"]]
        lead = (others[0] - first["available_at"]) / timedelta(minutes=1) if others else None
        assert (item["first_source"], item["copies"]) == (first["source"], len(told) - 1)
        assert item["lead_minutes"] == pytest.approx(lead)
    for item in (*shown[:40], *alone):
        listed = store.client.get(f"/api/news/{item['news_id']}/copies").json()
        others = [t["news_id"] for t in stories[item["news_id"]] if t["news_id"] != item["news_id"]]
        assert [copy["news_id"] for copy in listed] == others
    assert store.client.get("/api/news/999999999/copies").status_code == 404


@SLOW_MACHINE
@given(
    market=given_or_none(["krx", "us"]),
    q=given_or_none(["f00", "F0003", "fill", "%", "_", "\\", "Calder", "힐", "<b>", "nobody"])
    | st.text("aAfF0%_\\", max_size=3),
    kind=given_or_none(["stock", "index"]),
    sort=st.sampled_from(["symbol", "name"]),
    limit=st.integers(3, 50),
)
def test_stocks_are_those_of_the_oracle(
    store: Store, market: str | None, q: str | None, kind: str | None, sort: str, limit: int
) -> None:
    names: dict[int, list[str]] = {}
    for row in store.rows("SELECT stock_id, alias FROM stock_alias"):
        names.setdefault(row["stock_id"], []).append(row["alias"])

    def wanted(row: RowMapping) -> bool:
        called = [row["symbol"], row["name"], row["name_en"] or "", *names.get(row["stock_id"], [])]
        return (
            market in (None, row["market"])
            and kind in (None, row["kind"])
            and (not q or any(q.lower() in name.lower() for name in called))
        )

    order = {"symbol": lambda r: (r["symbol"], r["market"]), "name": lambda r: (r["name"], r["stock_id"])}[sort]
    rows = sorted(filter(wanted, store.rows("SELECT * FROM stock")), key=order)
    asked = {"market": market, "q": q, "kind": kind, "sort": sort, "limit": limit}
    found = store.walk("/api/stocks", **{name: value for name, value in asked.items() if value is not None})
    assert [(x["market"], x["symbol"]) for x in found] == [(r["market"], r["symbol"]) for r in rows]


def test_models_side_by_side_are_the_forecasts_of_the_session(store: Store, forecasts: list[RowMapping]) -> None:
    newest = max(row["session_date"] for row in forecasts if row["market"] == "us")
    for asked in ({}, {"horizon": 3, "model": ["coin", "lexicon"]}, {"symbol": ["F0001", "NOBODY"]}):
        answer = store.client.get("/api/predictions/compare", params={"market": "us", **asked}).json()
        assert answer["session_date"] == str(newest)
        expected = {
            (row["symbol"], row["model_name"]): row["prediction_id"]
            for row in forecasts
            if (row["market"], row["session_date"], row["horizon"]) == ("us", newest, asked.get("horizon", 1))
            and row["model_name"] in asked.get("model", [row["model_name"]])
            and row["symbol"] in asked.get("symbol", [row["symbol"]])
        }
        found = {
            (side["symbol"], model): said["prediction_id"]
            for side in answer["rows"]
            for model, said in side["answers"].items()
        }
        assert found == expected
        assert {model for _, model in expected} == set(answer["models"])
        assert [side["symbol"] for side in answer["rows"]] == sorted({symbol for symbol, _ in expected})


def test_stocks_side_by_side_come_in_pages_without_loss(store: Store) -> None:
    whole = store.client.get("/api/predictions/compare?market=krx").json()["rows"]
    rows, cursor = [], ""
    while cursor is not None:
        page = store.client.get(f"/api/predictions/compare?market=krx&limit=3{cursor and f'&cursor={cursor}'}").json()
        rows, cursor = rows + page["rows"], page["next_cursor"]
    assert rows == whole != []
