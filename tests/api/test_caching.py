"""ETags: a 304 asks one small table, and no answer is older than what its ETag claims."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import Engine, event, text
from starlette.testclient import TestClient

from craveny_store.bulk import Changes
from craveny_store.heads import bump, versions
from craveny_store.leases import LeaseKeeper, PartitionKey
from craveny_store.model_book import add_defaults
from craveny_store.partitions import seal
from tests.api.conftest import Bearer, Serving

DAYS = (date(2026, 10, 15), date(2026, 10, 16))
ROUNDS = 40


class Rewriter:
    """Materializes days of us/price again, each time with another volume in every bar."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.keeper = LeaseKeeper(engine, "rewriter")

    def write(self, day: date, volume: int) -> None:
        lease = self.keeper.take(PartitionKey("us", "price", day))
        update = text("UPDATE price SET volume = :volume WHERE market = 'us' AND session_date = :day")
        with self.engine.begin() as conn:
            changed = conn.execute(update, {"volume": volume, "day": day}).rowcount
            assert changed
            seal(conn, self.keeper, lease, Changes(changed=changed))


@pytest.fixture
def rewriter(filled_engine: Engine) -> Iterator[Rewriter]:
    opened = Rewriter(filled_engine)
    yield opened
    opened.keeper.shutdown()


@pytest.fixture
def bars(filled_engine: Engine) -> str:
    """The address of one stock's bars of DAYS."""
    with filled_engine.connect() as conn:
        query = "SELECT symbol FROM stock WHERE market = 'us' AND kind = 'stock' ORDER BY symbol LIMIT 1"
        symbol = conn.execute(text(query)).scalar_one()
    return f"/api/stocks/us/{symbol}/bars?first={DAYS[0]}&last={DAYS[1]}"


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Everything that is asked of the database until the block ends."""
    asked: list[str] = []

    def listen(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield asked
    event.remove(engine, "before_cursor_execute", listen)


def volumes(body: dict) -> tuple[int, int]:
    one, other = (bar["volume"] for bar in body["items"])
    return one, other


def test_a_304_touches_no_table_but_the_heads(filled_client: TestClient, filled_engine: Engine, bars: str) -> None:
    for address in (bars, "/api/predictions?market=us", "/api/evaluations?market=us", "/api/news", "/api/stocks"):
        etag = filled_client.get(address).headers["ETag"]
        with statements(filled_engine) as asked:
            unchanged = filled_client.get(address, headers={"If-None-Match": etag})
        assert (unchanged.status_code, unchanged.content) == (304, b""), address
        assert unchanged.headers["ETag"] == etag
        assert unchanged.headers["Cache-Control"] == "private, no-cache"
        assert len(asked) == 1 and "FROM partition_head" in asked[0], address


def test_an_etag_depends_on_the_question_the_role_and_the_newest_commit(
    filled_client: TestClient, rewriter: Rewriter, bars: str, bearer: Bearer
) -> None:
    def etag(address: str = bars, role: str = "guest") -> str:
        return filled_client.get(address, headers={} if role == "guest" else bearer(role)).headers["ETag"]

    first = etag()
    assert etag() == first
    assert etag(role="admin") != first
    assert etag(bars.replace("2026-10-15", "2026-10-16")) != first
    other = etag("/api/evaluations?market=us")
    rewriter.write(DAYS[0], 1)
    assert etag() != first
    assert etag("/api/evaluations?market=us") == other


def test_any_of_several_etags_will_do_and_a_foreign_one_will_not(filled_client: TestClient, bars: str) -> None:
    etag = filled_client.get(bars).headers["ETag"]
    for held, status in ((f'"a", {etag}', 304), (etag.removeprefix("W/"), 304), ('"a"', 200), ("*", 304), ("", 200)):
        assert filled_client.get(bars, headers={"If-None-Match": held}).status_code == status, held


def test_no_answer_is_older_than_what_its_etag_claims(
    filled_engine: Engine, serving: Serving, rewriter: Rewriter, bars: str
) -> None:
    """Two days are written over and over at once while readers ask with the ETag they hold."""
    committed = dict.fromkeys(DAYS, 0)
    bodies: dict[str, tuple[int, int]] = {}
    unchanged = 0
    running = threading.Event()
    running.set()
    for day in DAYS:
        rewriter.write(day, 0)

    def write(day: date) -> None:
        for volume in range(1, ROUNDS + 1):
            rewriter.write(day, volume)
            committed[day] = volume
            time.sleep(0.03)  # so that a reader comes twice between two writes

    def read(client: TestClient) -> None:
        nonlocal unchanged
        etag, held = "", (0, 0)
        while running.is_set():
            least = committed[DAYS[0]], committed[DAYS[1]]
            answer = client.get(bars, headers={"If-None-Match": etag})
            if answer.status_code == 304:
                unchanged += 1
            else:
                etag, held = answer.headers["ETag"], volumes(answer.json())
                assert bodies.setdefault(etag, held) == held, "one ETag stands for two answers"
            assert all(seen >= sure for seen, sure in zip(held, least, strict=True)), (held, least)

    with serving(filled_engine) as client, ThreadPoolExecutor(5) as pool:
        readers = [pool.submit(read, client) for _ in range(3)]
        for writer in [pool.submit(write, day) for day in DAYS]:
            writer.result()
        running.clear()
        for reader in readers:
            reader.result()
        assert volumes(client.get(bars).json()) == (ROUNDS, ROUNDS)
    assert len(bodies) > 2
    assert unchanged


def test_heads_grow_with_every_write_of_what_they_stand_for(engine: Engine) -> None:
    with engine.begin() as conn:
        before = {(market, asset): version for market, asset, version in versions(conn, "us", ["stock", "model"])}
        assert set(before) == {("us", "stock"), ("", "model")}
        add_defaults(conn)
        bump(conn, "us", "stock")
        bump(conn, "krx", "price")
        after = {(market, asset): version for market, asset, version in versions(conn, "us", ["stock", "model"])}
        assert all(after[key] == version + 1 for key, version in before.items())
        assert ("krx", "price", 1) in versions(conn, None, ["price"])
        assert versions(conn, "us", ["price"]) == []
