"""Single things of the API: one market, stock, bar, article and forecast, each traced back to its rows."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from httpx2 import Response
from sqlalchemy import Engine, RowMapping, text
from starlette.testclient import TestClient

from craveny_api.parameters import write_cursor
from craveny_domain.clocks import Market
from craveny_store.heads import STOCK, bump
from tests.api.conftest import Serving
from tests.assets.timekeeping import clock_in_hand
from tests.conftest import FILLED_LAST, Bench, utc

HOSTILE = '<img src=x onerror=alert(1)> "quoted" \\ \u202e & \u2028 {{7*7}}'


def rows(engine: Engine, query: str, **values: object) -> list[RowMapping]:
    with engine.begin() as conn:
        return list(conn.execute(text(query), values).mappings())


def get(client: TestClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


# Markets


@pytest.mark.parametrize(
    ("now", "state", "current", "following"),
    [
        (utc(2026, 10, 16, 12), "before_open", "2026-10-16", "2026-10-16"),
        (utc(2026, 10, 16, 13, 30), "open", "2026-10-16", "2026-10-19"),
        (utc(2026, 10, 16, 20), "after_close", "2026-10-16", "2026-10-19"),
        (utc(2026, 10, 17, 12), "closed", None, "2026-10-19"),
    ],
)
def test_a_market_stands_where_the_databases_clock_says(
    engine: Engine, database: str, serving: Serving, now: Any, state: str, current: str | None, following: str
) -> None:
    with clock_in_hand(database) as turn, serving(engine) as client:
        engine.dispose()
        turn(now)
        market = get(client, "/api/markets/us")
        assert (market["state"], market["now"]) == (state, now.isoformat().replace("+00:00", "Z"))
        assert (market["current"] and market["current"]["session_date"]) == current
        assert market["next"]["session_date"] == following
        assert [m["market"] for m in get(client, "/api/markets")] == ["krx", "us"]
        assert (market["newest_forecast_date"], market["is_synthetic"]) == (None, True)


def test_a_market_shows_its_sessions_cut_off_and_its_newest_forecasts(filled_client: TestClient) -> None:
    market = get(filled_client, "/api/markets/us")
    assert market["newest_forecast_date"] == str(FILLED_LAST)
    times = market["next"]
    assert times["cutoff_at"] < times["open_at"] < times["close_at"]


def test_the_answers_that_change_with_the_clock_have_no_etag(filled_client: TestClient) -> None:
    for address in ("/api/markets", "/api/markets/us", "/api/models"):
        assert "ETag" not in filled_client.get(address).headers, address


# Stocks and bars


def a_stock(engine: Engine) -> RowMapping:
    return rows(engine, "SELECT * FROM stock WHERE market = 'us' AND kind = 'stock' ORDER BY symbol LIMIT 1")[0]


def test_a_stock_shows_its_names_newest_bar_and_records(filled_client: TestClient, filled_engine: Engine) -> None:
    stock = a_stock(filled_engine)
    shown = get(filled_client, f"/api/stocks/us/{stock['symbol']}?board=reconstructed&horizon=3")
    assert (shown["name"], shown["kind"], shown["is_synthetic"]) == (stock["name"], "stock", True)
    assert stock["symbol"] in shown["aliases"]
    assert shown["newest_bar"]["session_date"] == str(FILLED_LAST)
    counted = rows(
        filled_engine,
        "SELECT model_name, count(*) AS n, avg(is_hit::int)::float8 AS hit_rate, count(is_hit) AS answered"
        " FROM evaluation_history WHERE stock_id = :stock AND horizon = 3 AND superseded_at IS NULL"
        " AND status = 'settled' GROUP BY model_name",
        stock=stock["stock_id"],
    )
    figures = {record["model"]: record["figures"] for record in shown["records"]}
    assert set(figures) == {row["model_name"] for row in counted}
    for row in counted:
        mine = figures[row["model_name"]]
        assert mine["coverage"]["n"] == row["n"]
        assert mine["hit_rate"]["value"] == pytest.approx(row["hit_rate"])
        assert mine["hit_rate"]["n"] == row["answered"]
    assert get(filled_client, f"/api/stocks/us/{stock['symbol']}")["records"] == []


def test_bars_are_the_latest_observations_with_later_splits_applied(
    filled_client: TestClient, filled_engine: Engine
) -> None:
    stock = a_stock(filled_engine)
    corrected, split = "2026-10-08", "2026-10-14"
    again = """
        INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio,
            currency, available_at, basis)
        SELECT market, stock_id, session_date, source, open, high * 2, low, close * :times, volume, :ratio, currency,
            now() - interval '1 hour', basis
        FROM price WHERE stock_id = :stock AND session_date = :day RETURNING price_id"""
    rows(filled_engine, again, stock=stock["stock_id"], day=corrected, times=1.5, ratio=1)
    rows(filled_engine, again, stock=stock["stock_id"], day=split, times=1, ratio=4)
    observed = rows(
        filled_engine,
        "SELECT DISTINCT ON (session_date) * FROM price WHERE stock_id = :s ORDER BY session_date, available_at DESC",
        s=stock["stock_id"],
    )
    latest = {str(row["session_date"]): row for row in observed}
    shown = get(filled_client, f"/api/stocks/us/{stock['symbol']}/bars?first=2026-10-05&last=2026-10-16")
    assert [bar["session_date"] for bar in shown["items"]] == [d for d in latest if "2026-10-05" <= d <= "2026-10-16"]
    for bar in shown["items"]:
        row = latest[bar["session_date"]]
        assert (bar["close"], bar["volume"]) == (float(row["close"]), row["volume"])
        assert bar["adjusted_close"] == pytest.approx(bar["close"] / (4 if bar["session_date"] < split else 1))
        assert bar["is_corrected"] == (bar["session_date"] in (corrected, split))
    # A split after the span adjusts all of it.
    early = get(filled_client, f"/api/stocks/us/{stock['symbol']}/bars?first=2026-10-05&last=2026-10-06")["items"]
    assert [bar["adjusted_close"] for bar in early] == pytest.approx([bar["close"] / 4 for bar in early])


def test_a_stocks_own_lists_are_the_common_lists_narrowed_to_it(
    filled_client: TestClient, filled_engine: Engine
) -> None:
    symbol = a_stock(filled_engine)["symbol"]
    for own, common in (
        (f"/api/stocks/us/{symbol}/news?limit=7", f"/api/news?market=us&symbol={symbol}&limit=7"),
        (
            f"/api/stocks/us/{symbol}/predictions?model=coin&model=lexicon&horizon=5&limit=9",
            f"/api/predictions?market=us&symbol={symbol}&model=coin&model=lexicon&horizon=5&limit=9",
        ),
    ):
        assert get(filled_client, own) == get(filled_client, common)
        assert get(filled_client, own)["items"]


# Forecasts


def a_forecast(engine: Engine) -> RowMapping:
    """A settled forecast that rests on news and on neighbours."""
    query = """
        SELECT p.*, e.settle_date, e.entry_price_id, e.exit_price_id, q.question
        FROM prediction p JOIN evaluation_history e USING (prediction_id)
        JOIN prediction_evidence q ON (q.market, q.session_date, q.stock_id) = (p.market, p.session_date, p.stock_id)
        WHERE p.model_name = 'nearest_news' AND p.horizon = 3 AND p.outcome_class = 'ok' AND e.status = 'settled'
        AND jsonb_array_length(question -> 'news') > 0 AND jsonb_array_length(question -> 'neighbours') > 0
        ORDER BY prediction_id LIMIT 1"""
    return rows(engine, query)[0]


def test_a_forecast_is_shown_from_its_inputs_to_its_settlement(
    filled_client: TestClient, filled_engine: Engine
) -> None:
    row = a_forecast(filled_engine)
    shown, question = get(filled_client, f"/api/predictions/{row['prediction_id']}"), row["question"]
    evidence = shown["evidence"]
    assert [evidence["base_up_share"], evidence["base_n"]] == question["base"]["3"][:2]
    assert evidence["returns"] == question["returns"]
    assert {c["rule"]: [c["call"], c["up_share"], c["n"], c["days"]] for c in evidence["calls"]} == {
        rule: [said["call"], *said["record"]["3"]] for rule, said in question["calls"].items()
    }
    assert [
        [s["article"]["news_id"], s["title"], s["positive"], s["negative"]] for s in evidence["stories"]
    ] == question["news"]
    assert [[n["article"]["news_id"], n["similarity"], n["up_share"]] for n in evidence["neighbours"]] == [
        [news_id, similarity, after_three] for news_id, similarity, _, after_three, _ in question["neighbours"]
    ]


def test_a_forecast_names_the_partitions_and_runs_behind_it(filled_client: TestClient, filled_engine: Engine) -> None:
    row = a_forecast(filled_engine)
    shown = get(filled_client, f"/api/predictions/{row['prediction_id']}")
    for part, asset, day, model in (
        ("made_by", "prediction", row["session_date"], row["model_name"]),
        ("settled_by", "evaluation_history", row["settle_date"], ""),
    ):
        (state,) = rows(
            filled_engine,
            "SELECT * FROM partition_state WHERE market = 'us' AND asset = :asset AND partition_date = :day"
            " AND model_name = :model",
            asset=asset,
            day=day,
            model=model,
        )
        inputs = rows(
            filled_engine,
            "SELECT * FROM partition_input WHERE market = 'us' AND asset = :asset AND partition_date = :day"
            " ORDER BY input_asset",
            asset=asset,
            day=day,
        )
        found = shown[part]
        assert (found["asset"], found["partition_date"]) == (asset, str(day))
        assert (found["version"], found["run_id"]) == (state["version"], "fill")
        assert (
            [[i["asset"], i["days"], i["newest_version"]] for i in found["inputs"]]
            == [[i["input_asset"], i["days"], i["newest_version"]] for i in inputs]
            != []
        )


def test_a_settled_forecast_shows_the_bars_that_settled_it(filled_client: TestClient, filled_engine: Engine) -> None:
    row = a_forecast(filled_engine)
    shown = get(filled_client, f"/api/predictions/{row['prediction_id']}")
    for part, price_id in (("entry_bar", row["entry_price_id"]), ("exit_bar", row["exit_price_id"])):
        (price,) = rows(filled_engine, "SELECT * FROM price WHERE price_id = :id", id=price_id)
        assert (shown[part]["session_date"], shown[part]["close"]) == (
            str(price["session_date"]),
            float(price["close"]),
        )
    gained = shown["exit_bar"]["adjusted_close"] / shown["entry_bar"]["adjusted_close"] - 1
    assert shown["settlement"]["outcome_return"] == pytest.approx(gained)


def test_a_question_outlives_its_articles(filled_client: TestClient, filled_engine: Engine) -> None:
    row = a_forecast(filled_engine)
    rows(filled_engine, "DELETE FROM news RETURNING news_id")
    evidence = get(filled_client, f"/api/predictions/{row['prediction_id']}")["evidence"]
    assert [[s["title"], s["article"]] for s in evidence["stories"]] == [[s[1], None] for s in row["question"]["news"]]
    assert [n["article"] for n in evidence["neighbours"]] == [None] * len(row["question"]["neighbours"])


def test_an_open_forecast_says_so_and_shows_no_bars(filled_client: TestClient) -> None:
    item = get(filled_client, "/api/predictions?status=open&limit=1")["items"][0]
    shown = get(filled_client, f"/api/predictions/{item['prediction_id']}")
    assert shown["settlement"]["status"] == "open"
    assert (shown["settled_by"], shown["entry_bar"], shown["exit_bar"]) == (None, None, None)


def test_a_settlement_that_was_corrected_is_shown_as_it_is_now(
    filled_client: TestClient, filled_engine: Engine
) -> None:
    forecast = a_forecast(filled_engine)["prediction_id"]
    rows(
        filled_engine,
        "UPDATE evaluation_history SET superseded_at = now() WHERE prediction_id = :id RETURNING 1",
        id=forecast,
    )
    assert get(filled_client, f"/api/predictions/{forecast}")["settlement"]["status"] == "open"


def test_open_forecasts_are_looked_for_further_back_when_asked(
    filled_client: TestClient, filled_engine: Engine
) -> None:
    rows(filled_engine, "DELETE FROM evaluation_history WHERE session_date = '2026-10-05' RETURNING 1")
    rows(
        filled_engine, "UPDATE prediction SET session_date = '2026-08-03' WHERE session_date = '2026-10-05' RETURNING 1"
    )
    oldest = "/api/predictions?status=open&sort=oldest&limit=1"
    assert get(filled_client, oldest)["items"][0]["session_date"] > "2026-10-05"
    assert get(filled_client, f"{oldest}&session_from=2026-01-01")["items"][0]["session_date"] == "2026-08-03"


def test_nothing_to_compare_before_the_first_forecast(client: TestClient) -> None:
    assert get(client, "/api/predictions/compare?market=us") == {
        "market": "us", "session_date": None, "horizon": 1, "models": [], "rows": [], "next_cursor": None,
    }  # fmt: skip


# News


def test_hostile_words_come_through_as_data(filled_client: TestClient, filled_engine: Engine) -> None:
    stock, forecast = a_stock(filled_engine), a_forecast(filled_engine)
    rows(filled_engine, "UPDATE news SET title = :t, excerpt = :t RETURNING 1", t=HOSTILE)
    rows(filled_engine, "UPDATE stock SET name = :t RETURNING 1", t=HOSTILE)
    answer = filled_client.get("/api/news?limit=1")
    assert answer.headers["Content-Type"] == "application/json"
    assert {answer.json()["items"][0][name] for name in ("title", "excerpt")} == {HOSTILE}
    assert get(filled_client, f"/api/stocks/us/{stock['symbol']}")["name"] == HOSTILE
    shown = get(filled_client, f"/api/predictions/{forecast['prediction_id']}")
    assert {shown["name"], shown["evidence"]["stories"][0]["article"]["title"]} == {HOSTILE}
    assert get(filled_client, f"/api/stocks?q={'%3Cimg'}")["items"][0]["name"] == HOSTILE


def test_a_link_that_a_reviewer_rejected_is_none(filled_client: TestClient, filled_engine: Engine) -> None:
    (link,) = rows(
        filled_engine,
        "SELECT news_id, stock_id, symbol FROM match JOIN stock USING (stock_id) ORDER BY news_id DESC LIMIT 1",
    )
    review = "INSERT INTO match_review (news_id, stock_id, verdict, available_at) VALUES (:n, :s, :v, :at) RETURNING 1"
    article, own = f"/api/news/{link['news_id']}", f"/api/stocks/us/{link['symbol']}/news?limit=200"
    for at, verdict, is_linked in ((1, "rejected", False), (2, "confirmed", True)):
        rows(filled_engine, review, n=link["news_id"], s=link["stock_id"], v=verdict, at=utc(2026, 11, at))
        with filled_engine.begin() as conn:
            bump(conn, "us", "match")
        assert (link["symbol"] in get(filled_client, article)["symbols"]) == is_linked
        assert (link["news_id"] in [x["news_id"] for x in get(filled_client, own)["items"]]) == is_linked


# What is refused


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/api/markets/xx", "No such market"),
        ("/api/stocks/xx/BRMZ", "No such market"),
        ("/api/stocks/us/NOBODY", "No such stock"),
        ("/api/stocks/us/NOBODY/bars", "No such stock"),
        ("/api/stocks/us/NOBODY/news", "No such stock"),
        ("/api/stocks/us/NOBODY/predictions", "No such stock"),
        ("/api/predictions?market=xx", "No such market"),
        ("/api/predictions/compare?market=xx", "No such market"),
        ("/api/predictions/999999999", "No such forecast"),
        ("/api/news/999999999", "No such article"),
        ("/api/news?market=xx", "No such market"),
    ],
)
def test_what_is_not_there_is_named_with_where_to_look(client: TestClient, address: str, title: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["title"]) == (404, title)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(answer.json()["detail"].split(". ")) >= 2


@pytest.mark.parametrize(
    "address",
    [
        "/api/predictions?limit=0",
        "/api/predictions?limit=201",
        "/api/predictions?horizon=2",
        "/api/predictions?direction=sideways",
        "/api/predictions?sort=probability",
        "/api/predictions?sort=session_date;DROP%20TABLE%20prediction",
        "/api/predictions?session_date=yesterday",
        "/api/predictions?symbol=%00",
        "/api/predictions?model=a%00b",
        "/api/predictions/0",
        "/api/predictions/9223372036854775808",
        "/api/predictions/one",
        "/api/predictions/compare",
        "/api/stocks?q=%00",
        "/api/stocks?kind=bond",
        "/api/stocks/us/%00",
        "/api/stocks/us/BRMZ/bars?first=1990-01-01&last=2026-01-01",
        "/api/stocks/us/BRMZ?board=paper",
        "/api/news/-1",
        "/api/news?from_date=2026-13-01",
    ],
)
def test_a_parameter_that_is_wrong_is_a_problem_with_its_cure(filled_client: TestClient, address: str) -> None:
    answer = filled_client.get(address)
    assert answer.status_code == 422, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(answer.json()["detail"]) > 20


LISTS = [
    "/api/predictions?limit=3", "/api/predictions?limit=3&sort=oldest", "/api/predictions?limit=3&sort=confident",
    "/api/news?limit=3", "/api/stocks?limit=3", "/api/stocks?limit=3&sort=name",
    "/api/predictions/compare?market=us&limit=3",
]  # fmt: skip


@pytest.mark.parametrize("address", LISTS)
def test_a_cursor_that_was_not_given_out_is_refused(filled_client: TestClient, address: str) -> None:
    good = get(filled_client, address)["next_cursor"]
    assert good is not None
    others = {get(filled_client, other)["next_cursor"] for other in LISTS} - {good}
    order = "confident" if "confident" in address else "newest"
    made_up = [
        "", "x", "é", good[:-4], good[1:], good[::-1], "[]", write_cursor([]), write_cursor([order]),
        write_cursor([order, None, None, None, None]), write_cursor([order, "2026-99-99", "x", 1, 1]),
        write_cursor([order, {"a": 1}, [], 1, 1]), write_cursor([[[[[order]]]]]), "A" * 501, "%00", "=" * 40,
    ]  # fmt: skip
    for cursor in [*others, *made_up]:
        answer = with_cursor(filled_client, address, cursor)
        assert answer.status_code == 422, (cursor, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("/api/predictions", ["newest", "9999-12-31", "x" * 60, 10**30, -(10**30)]),
        ("/api/predictions", ["newest", "0001-01-01", "\x00", 1, 1]),
        ("/api/predictions?sort=confident", ["confident", "2026-10-16", 1e308, 10**30]),
        ("/api/news", ["newest", "9999-12-31T23:59:59-12:00", 10**30]),
        ("/api/stocks", ["symbol", "\x00", "us"]),
        ("/api/stocks?sort=name", ["name", "'; DROP TABLE stock; --", 1]),
        ("/api/predictions/compare?market=us", ["symbol", "\x00"]),
    ],
)
def test_a_cursor_made_by_hand_finds_a_page_or_is_refused(
    filled_client: TestClient, address: str, values: list[Any]
) -> None:
    answer = with_cursor(filled_client, address, write_cursor(values))
    assert answer.status_code in (200, 422), answer.text


def with_cursor(client: TestClient, address: str, cursor: str) -> Response:
    path, _, query = address.partition("?")
    return client.get(path, params=[*parse_qsl(query), ("cursor", cursor)])


# Caching


def test_a_list_is_not_sent_again_until_one_of_its_tables_is_written(
    filled_client: TestClient, filled_engine: Engine, markets: dict[str, Market]
) -> None:
    stock = a_stock(filled_engine)
    addresses = [
        "/api/predictions?market=us", "/api/predictions/compare?market=us", "/api/news", "/api/stocks",
        f"/api/stocks/us/{stock['symbol']}", f"/api/stocks/us/{stock['symbol']}/bars",
        f"/api/stocks/us/{stock['symbol']}/news", f"/api/stocks/us/{stock['symbol']}/predictions",
    ]  # fmt: skip
    held = {address: filled_client.get(address).headers["ETag"] for address in addresses}
    for address, etag in held.items():
        again = filled_client.get(address, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b""), address
    day = FILLED_LAST + timedelta(days=1)
    bench = Bench(filled_engine, markets["us"], holder="next")
    for asset in ("raw_news", "news", "match", "news_embeddings", "price", "prediction", "evaluation_history"):
        bench.run(asset, day)
    with filled_engine.begin() as conn:
        bump(conn, "us", STOCK)
    for address, etag in held.items():
        assert filled_client.get(address, headers={"If-None-Match": etag}).status_code == 200, address
    assert get(filled_client, "/api/predictions?limit=1")["items"][0]["session_date"] == str(day)
