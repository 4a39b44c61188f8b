"""How sources do, as the operator is told, held against plain SQL over a store filled at random."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, RowMapping, text
from starlette.testclient import TestClient

from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.clocks import Market
from craveny_store.engine import open_engine
from tests.api.many_rows import asking
from tests.conftest import copied_database

NAMES = ("busy", "slow", "copier", "stopped", "ended", "off", "broken", "new")
_FILL = {
    "sources": """
        DELETE FROM source;
        INSERT INTO source (market, name, feed, kind, is_synthetic, first_date, last_date, every_minutes, off_reason)
        SELECT market, name, 'news', 'rss', false, '2020-01-01', CASE name WHEN 'ended' THEN current_date - 20 END,
            10, CASE name WHEN 'off' THEN 'KEY is not set.' END
        FROM unnest(ARRAY['krx', 'us']) market, unnest(cast(:names AS text[])) name;
        INSERT INTO source VALUES ('us', 'bars', 'price', 'files', true, '2020-01-01')""",
    "read days": """
        INSERT INTO partition_state (market, asset, partition_date, version, row_count, added, changed, unchanged,
            run_id, committed_at)
        SELECT market, asset, current_date + 1 - n, 1, 1, 1, 0, 0, 'run', now()
        FROM unnest(ARRAY['krx', 'us']) market, unnest(ARRAY['raw_news', 'price']) asset, generate_series(0, 70) n
        WHERE n % 23 <> 5""",
    "items": """
        INSERT INTO raw_news (market, source, item_key, payload_hash, payload, available_at, basis)
        SELECT s.market, s.name, s.name || n, '', '{}', at, 'observed'
        FROM (SELECT *, now() - random() * interval '80 days' AS at, random() AS chance
            FROM source, generate_series(1, 1500) n) s
        WHERE feed = 'news' AND chance < CASE s.name WHEN 'busy' THEN 1.0 WHEN 'slow' THEN 0.05 ELSE 0.5 END
            AND (s.name <> 'stopped' OR at < now() - interval '3 days')
            AND (s.name <> 'ended' OR at < now() - interval '20 days')
            AND (s.name <> 'new' OR at > now() - interval '4 days')""",
    "articles": """
        INSERT INTO news (news_id, market, partition_date, source, title, excerpt, language, story_id, symbols,
            positive, negative, available_at, basis, is_synthetic)
        SELECT raw_news_id, market, available_at::date, source, 't', 'x', 'en', raw_news_id, '{}', 0, 0, available_at,
            basis, false
        FROM raw_news""",
    "stories": """
        UPDATE news n SET story_id = coalesce((SELECT e.news_id FROM news e WHERE e.market = n.market
            AND e.available_at < n.available_at AND e.available_at > n.available_at - interval '3 days'
            ORDER BY e.available_at DESC OFFSET n.news_id % 5 LIMIT 1), n.news_id)
        WHERE n.news_id % 3 = 0""",
    "bars": """
        INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio,
            currency, available_at, basis)
        SELECT 'us', stock_id, day, 'bars', 1, 1, 1, 1, 1, 1, 'USD', day + interval '21 hours', 'observed'
        FROM generate_series(current_date - 70, current_date - 1, interval '1 day') day, stock
        WHERE market = 'us' AND extract(isodow FROM day) < 6 AND random() < 0.9""",
    "log": """
        INSERT INTO fetch_log (market, source, feed, started_at, outcome, error_class, detail, items, added, refused,
            bytes, milliseconds)
        SELECT s.market, s.name, 'news', now() - n * interval '70 minutes', outcome,
            CASE outcome WHEN 'failed' THEN (ARRAY['timeout', 'status'])[1 + n % 2] END,
            CASE outcome WHEN 'failed' THEN 'It failed ' || n || '.' END, 0, 0, 0, 0, 0
        FROM source s, generate_series(1, 300) n, LATERAL (SELECT CASE
            WHEN s.name = 'broken' AND n <= 4 THEN 'failed' WHEN n * 7919 % 17 < 3 AND n > 5 THEN 'failed'
            ELSE 'answered' END AS outcome) o WHERE feed = 'news'""",
    "states": """
        INSERT INTO fetch_state (market, source, feed, failures, not_before_at, attempted_at, succeeded_at)
        SELECT market, name, 'news', CASE name WHEN 'broken' THEN 4 ELSE 0 END, now() + interval '5 minutes',
            now() - interval '70 minutes', now() - interval '5 minutes' - CASE name WHEN 'broken' THEN 1 ELSE 0 END
            * interval '345 minutes' FROM source WHERE feed = 'news';
        INSERT INTO source_watermark SELECT market, name, feed, now() FROM source""",
}
_BY_DAY = """
    WITH came AS (
        SELECT source, (available_at AT TIME ZONE :zone)::date AS day, available_at FROM {table}
        WHERE market = :market AND available_at > now() - interval '63 days'),
    known AS (
        SELECT source, p.partition_date AS day FROM partition_state p,
            (SELECT source, min(day) AS first FROM came GROUP BY 1) f
        WHERE p.market = :market AND p.asset = :asset AND p.partition_date > first
            AND p.partition_date < (now() AT TIME ZONE :zone)::date),
    newest AS (
        SELECT *, row_number() OVER (PARTITION BY source, extract(isodow FROM day) ORDER BY day DESC) AS at FROM known)
    SELECT source, extract(isodow FROM day)::int AS weekday, count(*) AS days,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY (SELECT count(*) FROM came c
            WHERE c.source = n.source AND c.day = n.day)) AS median
    FROM newest n WHERE at <= 8 GROUP BY 1, 2"""


@pytest.fixture(scope="module")
def store(postgres: EmbeddedPostgres, template: str) -> Iterator[Engine]:
    with copied_database(postgres, template) as url:
        engine = open_engine(url)
        with engine.begin() as conn:
            conn.execute(text("SELECT setseed(0.25)"))
            for statement in _FILL.values():
                for part in statement.split(";"):
                    conn.execute(text(part), {"names": list(NAMES)} if ":names" in part else {})
            conn.execute(text("ANALYZE"))
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def told(store: Engine, signing_keys: Path) -> dict[tuple[str, str], dict[str, Any]]:
    with asking(store, signing_keys) as client:
        return {(s["market"], s["name"]): s for s in sources(client)}


def sources(client: TestClient) -> list[dict[str, Any]]:
    answer = client.get("/api/operations/sources")
    assert answer.status_code == 200, answer.text
    assert "ETag" not in answer.headers
    return answer.json()


def rows(store: Engine, query: str, **values: object) -> list[RowMapping]:
    with store.connect() as conn:
        return list(conn.execute(text(query), values).mappings())


def test_every_source_of_every_market_is_told_with_how_it_stands(
    told: dict[tuple[str, str], dict[str, Any]],
) -> None:
    assert list(told) == [*(("krx", n) for n in sorted(NAMES)), *(("us", n) for n in sorted((*NAMES, "bars")))]
    for (_, name), source in told.items():
        stands = {"ended": "ended", "off": "off", "broken": "failing"}.get(name, "on")
        assert source["state"] == stands, source
        assert (source["reason"] is not None) == (stands != "on" or source["volume"] in ("silent", "flood"))
        assert (source["next_at"] is not None) == (name not in ("ended", "off", "bars"))
        assert (source["feed"], source["is_synthetic"]) == (("price", True) if name == "bars" else ("news", False))
    broken = told["us", "broken"]
    assert (broken["failures"], broken["reason"]) == (4, "The last 4 attempts failed: It failed 1.")
    assert told["us", "off"]["reason"] == "KEY is not set."


@pytest.mark.parametrize("market", ["krx", "us"])
@pytest.mark.parametrize(("feed", "table", "asset"), [("news", "raw_news", "raw_news"), ("price", "price", "price")])
def test_volumes_are_those_that_plain_sql_counts(
    store: Engine, told: dict[tuple[str, str], dict[str, Any]], markets: dict[str, Market],
    market: str, feed: str, table: str, asset: str,
) -> None:  # fmt: skip
    zone = markets[market].timezone
    counted = rows(store, _BY_DAY.format(table=table), market=market, zone=zone, asset=asset)
    by_hand = {(row["source"], row["weekday"]): (row["days"], row["median"]) for row in counted}
    assert by_hand or (market, feed) == ("krx", "price")
    query = f"""
        SELECT source, count(*) FROM {table} WHERE market = :market
        AND (available_at AT TIME ZONE :zone)::date = (now() AT TIME ZONE :zone)::date GROUP BY 1"""
    today = {row["source"]: row["count"] for row in rows(store, query, market=market, zone=zone)}
    (weekday,) = rows(store, "SELECT extract(isodow FROM now() AT TIME ZONE :zone)::int AS day", zone=zone)
    for source in (s for s in told.values() if (s["market"], s["feed"]) == (market, feed)):
        name = source["name"]
        assert source["items_today"] == today.get(name, 0)
        assert [day["weekday"] for day in source["weekdays"]] == list(range(1, 8))
        for day in source["weekdays"]:
            days, middle = by_hand.get((name, day["weekday"]), (0, None))
            assert day["days"] == days
            assert day["median"] == (middle if days >= 3 else None)
            assert (day["low"] is None) == (day["high"] is None) == (days < 3)
            if days >= 3:
                assert day["low"] <= day["median"] <= day["high"]
        assert source["expected_items"] == source["weekdays"][weekday["day"] - 1]["median"]


def test_what_stopped_is_silent_and_what_is_new_off_or_ended_is_not_judged(
    told: dict[tuple[str, str], dict[str, Any]],
) -> None:
    for market in ("krx", "us"):
        verdicts = {name: told[market, name]["volume"] for name in NAMES}
        assert verdicts == {
            "busy": "usual", "copier": "usual", "slow": "usual", "stopped": "silent", "ended": "unknown",
            "off": "unknown", "broken": verdicts["broken"], "new": "unknown",
        }  # fmt: skip
        assert told[market, "stopped"]["reason"].startswith("Nothing came for ")


def test_errors_of_the_last_week_are_counted_by_class(
    store: Engine, told: dict[tuple[str, str], dict[str, Any]]
) -> None:
    counted = rows(
        store,
        "SELECT market, source, error_class, count(*), max(started_at) AS last_at,"
        " (SELECT detail FROM fetch_log d WHERE (d.market, d.source, d.error_class) = (l.market, l.source,"
        " l.error_class) ORDER BY started_at DESC LIMIT 1) AS detail"
        " FROM fetch_log l WHERE outcome = 'failed' AND started_at > now() - interval '7 days' GROUP BY 1, 2, 3",
    )
    assert {row["error_class"] for row in counted} == {"timeout", "status"}
    by_hand = {(r["market"], r["source"], r["error_class"]): (r["count"], r["last_at"], r["detail"]) for r in counted}
    found = {
        (*place, e["error_class"]): (e["count"], datetime.fromisoformat(e["last_at"]), e["detail"])
        for place, source in told.items()
        for e in source["errors"]
    }
    assert found == by_hand
    for source in told.values():
        assert [e["count"] for e in source["errors"]] == sorted((e["count"] for e in source["errors"]), reverse=True)


def test_leads_are_those_that_plain_sql_counts(store: Engine, told: dict[tuple[str, str], dict[str, Any]]) -> None:
    query = """
        WITH RECURSIVE telling AS (
            SELECT news_id AS story, news_id, market, source, available_at FROM news
            WHERE story_id = news_id AND available_at > now() - interval '30 days'
            UNION ALL SELECT t.story, n.news_id, n.market, n.source, n.available_at
            FROM telling t JOIN news n ON n.story_id = t.news_id AND n.news_id <> n.story_id),
        first AS (SELECT story, market, source, min(available_at) AS at FROM telling GROUP BY 1, 2, 3),
        mine AS (SELECT f.market, f.source, f.at, (SELECT min(o.at) FROM first o
            WHERE o.story = f.story AND o.source <> f.source) AS others FROM first f)
        SELECT market, source, count(*) AS stories, avg((at < others)::int)::float8 AS first_share,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM others - at) / 60)
                FILTER (WHERE at < others) AS median_minutes
        FROM mine WHERE others IS NOT NULL GROUP BY 1, 2"""
    counted = {(row["market"], row["source"]): row for row in rows(store, query)}
    assert len(counted) > 8
    for place, source in told.items():
        if place not in counted:
            assert source["lead"] is None
            continue
        for name, figure in source["lead"].items():
            assert figure == pytest.approx(counted[place][name]), (place, name)


def test_a_source_that_nothing_is_known_of_is_told_as_such(client: TestClient) -> None:
    (us, *_) = [s for s in sources(client) if (s["market"], s["feed"]) == ("us", "news")]
    assert (us["volume"], us["expected_items"], us["items_today"], us["lead"]) == ("unknown", None, 0, None)
    assert (us["errors"], us["reached_at"], us["next_at"], us["is_synthetic"]) == ([], None, None, True)
