"""Fault F22: prices late, missing, zero, split, in another currency or unit, two sources that differ.

Two folders of tables speak for forty stocks; what settles is compared with an oracle that is computed apart, from
what was written into the tables, in plain Python.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from craveny_assets.revisions import revisions_due
from craveny_assets.sources.registry import source_rows
from craveny_domain.clocks import Market, Session
from craveny_domain.facts import Listing
from craveny_domain.launches import due_revision
from craveny_store.calendar import sessions_between
from craveny_store.revisions import stale_settlements
from craveny_store.source_entries import DEFAULT_DEPTH, SourceEntry
from craveny_store.sources import declare_sources
from craveny_store.universe import add_listings
from tests.conftest import Bench, utc

FIRST, LAST = date(2026, 9, 21), date(2026, 11, 2)
HEADER = "symbol,date,open,high,low,close,volume,split_ratio,currency"
STOCKS = [f"S{n:02}" for n in range(40)]
ASKED_FROM, ASKED_TO = 11, 20
"""Forecasts exist for these sessions of the span, by position."""
WAIT, ENTRY, READ_BACK = 5, 10, 19

Key = tuple[str, int]
Verdict = tuple[str, int, str, float | None]
Settled = tuple[str, int, str, float | None, float | None]
"""Status, the session that decides, a word of the reason, the outcome; a settlement has the tradable return as well."""
FIGURES = (1200, 1200, 121, 1)
"""Settlements before and after the corrections, how many differ, and the runs it took."""


@dataclass
class World:
    """What the two sources' tables say, by stock and session: (close as written, split ratio, currency)."""

    sessions: list[Session]
    a: dict[Key, tuple[float, float, str]] = field(default_factory=dict)
    b: dict[Key, tuple[float, float, str]] = field(default_factory=dict)
    truth: dict[Key, float] = field(default_factory=dict)
    faults: dict[str, list[Key]] = field(default_factory=dict)

    def note(self, fault: str, key: Key) -> None:
        self.faults.setdefault(fault, []).append(key)


def imagined(sessions: list[Session], seed: int = 22) -> World:
    chance, world = Random(seed), World(sessions)
    for stock in STOCKS:
        price, split_at = chance.uniform(20, 300), chance.randrange(12, 22) if chance.random() < 0.3 else None
        for t in range(len(sessions)):
            price *= 1 + chance.gauss(0, 0.02)
            if t == split_at:
                price /= 2
                world.note("split", (stock, t))
            close, ratio = round(price, 2), 2.0 if t == split_at else 1.0
            world.truth[stock, t] = close
            world.a[stock, t], world.b[stock, t] = (close, ratio, "USD"), (close, 1.0, "USD")
            if ratio == 1.0:
                spoil(world, (stock, t), chance)
    return world


def spoil(world: World, key: Key, chance: Random) -> None:
    close, kind = world.truth[key], chance.random()
    if kind < 0.05:
        world.note("missing in one", key)
        del world.a[key]
    elif kind < 0.09:
        world.note("missing", key)
        del world.a[key], world.b[key]
    elif kind < 0.12:
        world.note("zero", key)
        world.a[key] = (0.0, 1.0, "USD")
    elif kind < 0.15:
        world.note("currency", key)
        world.b[key] = (close * 0.9, 1.0, "EUR")
    elif kind < 0.18 and key[1] >= ENTRY:
        world.note("unit", key)
        world.b[key] = (close * 100, 1.0, "USD")
    elif kind < 0.25:
        world.note("differ", key)
        world.b[key] = (round(close * 1.03, 2), 1.0, "USD")


def write(folder: Path, name: str, sessions: list[Session], rows: dict[Key, tuple[float, float, str]]) -> None:
    lines = [
        f"{stock},{sessions[t].session_date},{close:.2f},{close:.2f},{close:.2f},{close:.2f},1000,{ratio:g},{currency}"
        for (stock, t), (close, ratio, currency) in rows.items()
    ]
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")


def judged(world: World, stock: str, row: int, horizon: int, last: int) -> Verdict | None:
    """The oracle: what becomes of one forecast by the end of session `last`; None while it waits."""
    closes = row + horizon - 1
    entry, is_entry_disputed = None, False
    for t in range(row - 1, row - 1 - ENTRY, -1):
        said = known(world, (stock, t))
        if said == "differ":
            is_entry_disputed = True
        elif said is not None:
            entry = t
            break
    if entry is None and not is_entry_disputed:
        return ("void", closes, "no close in the ten", None) if closes <= last else None
    exit_at, is_exit_disputed = None, False
    for t in range(closes, min(closes + WAIT, last) + 1):
        said = known(world, (stock, t))
        if said == "differ":
            is_exit_disputed = True
            break
        if said is not None:
            exit_at = t
            break
    if exit_at is not None and entry is not None and not is_entry_disputed:
        shares = 1.0
        for t in range(entry + 1, exit_at + 1):
            shares *= 2.0 if (stock, t) in world.faults["split"] else 1.0
        leaving, entering = known(world, (stock, exit_at)), known(world, (stock, entry))
        assert isinstance(leaving, float) and isinstance(entering, float)
        return "settled", exit_at, "", leaving * shares / entering - 1
    if closes + WAIT > last:
        return None
    return "void", closes + WAIT, "contradicted" if is_entry_disputed or is_exit_disputed else "No close within", None


def known(world: World, key: Key) -> float | str | None:
    """A close that may be used, the word differ, or nothing: what was written without what must be refused."""
    said = [world.a[key][0]] if key in world.a and world.a[key][0] > 0 else []
    if key in world.b and world.b[key][2] == "USD" and world.b[key][0] < 10 * world.truth[key]:
        said.append(world.b[key][0])
    if not said:
        return None
    return "differ" if max(said) > min(said) * 1.005 else said[0]


class Desk:
    """The market us with two folders as its only price sources."""

    def __init__(self, engine: Engine, market: Market, folder: Path) -> None:
        self.engine, self.market, self.folder = engine, market, folder
        self.entries = [self.entry(name) for name in ("a", "b")]
        with engine.begin() as conn:
            conn.execute(text("DELETE FROM source WHERE feed = 'price'"))
            declare_sources(conn, "us", source_rows(market, self.entries, date(2026, 11, 20)), date(2026, 11, 20))
            self.sessions = sessions_between(conn, "us", FIRST, LAST)
            known_at = utc(2026, 1, 1)
            listings = [Listing(s, f"{s} Incorporated", None, "stock", None, (), known_at) for s in STOCKS]
            add_listings(conn, market, listings, is_synthetic=False)

    def entry(self, name: str) -> SourceEntry:
        return SourceEntry(
            market="us", feed="price", name=name, kind="files", line=1, address=None,
            timezone=ZoneInfo("America/New_York"), language=None, lag=timedelta(minutes=30), every=timedelta(hours=1),
            terms="excerpt", keys=(), depth=DEFAULT_DEPTH, suffix="", folder=self.folder / name, tolerance=0.005,
        )  # fmt: skip

    def bench(self) -> Bench:
        """A run of its own: what sources told is kept for one run only."""
        opened = Bench(self.engine, self.market)
        opened.work.entries = self.entries
        return opened

    def days(self, first: int, last: int) -> tuple[date, date]:
        return self.sessions[first].session_date, self.sessions[last].session_date

    def ask(self) -> None:
        """Forecasts of every stock and horizon, as a run would have left them."""
        asked = [s.session_date for s in self.sessions[ASKED_FROM : ASKED_TO + 1]]
        since = [s.session_date for s in self.sessions[ASKED_FROM:]]
        with self.engine.begin() as conn:
            conn.execute(_FORECASTS, {"days": asked, "symbols": STOCKS})
            conn.execute(_SEALED, {"days": since})

    def settled(self) -> dict[tuple[str, int, int], Settled]:
        at = {s.session_date: t for t, s in enumerate(self.sessions)}
        with self.engine.connect() as conn:
            rows = conn.execute(_SETTLED).all()
        found = {(symbol, at[day], horizon): (status, at[on], reason or "", *returns)
                 for symbol, day, horizon, status, on, reason, *returns in rows}  # fmt: skip
        assert len(found) == len(rows), "a forecast is settled at most once"
        return found


_FORECASTS = text("""
    INSERT INTO prediction (market, session_date, model_name, stock_id, horizon, outcome_class, probability, direction,
        climatology, origin, degraded, issued_at, run_id)
    SELECT 'us', day, 'always_up', stock_id, horizon, 'ok', .5, 'up', .5, 'reconstructed', '{}', now(), 'test'
    FROM unnest(cast(:days AS date[])) day, unnest(ARRAY[1, 3, 5]) horizon, stock
    WHERE market = 'us' AND symbol = ANY(:symbols)""")
_SEALED = text("""
    INSERT INTO partition_state (market, asset, partition_date, model_name, version, row_count, added, changed,
        unchanged, run_id, committed_at)
    SELECT 'us', 'prediction', day, '', nextval('partition_version'), 1, 1, 0, 0, 'test', now()
    FROM unnest(cast(:days AS date[])) day""")
_SETTLED = text("""
    SELECT symbol, session_date, horizon, status, settle_date, reason, outcome_return, tradable_return
    FROM evaluation_history JOIN stock USING (stock_id) WHERE superseded_at IS NULL""")
_CHECKS = text("""
    SELECT partition_date, passed, detail FROM partition_check
    WHERE market = 'us' AND asset = 'price' AND check_name = :name ORDER BY partition_date""")


@pytest.fixture
def desk(engine: Engine, markets: dict[str, Market], tmp_path: Path) -> Iterator[Desk]:
    yield Desk(engine, markets["us"], tmp_path)


def wrong(desk: Desk, world: World) -> list[tuple]:
    """Settlements that are not what the oracle says, either way."""
    last, settled = len(world.sessions) - 1, desk.settled()
    expected = {
        (stock, row, horizon): judged(world, stock, row, horizon, last)
        for stock in STOCKS
        for row in range(ASKED_FROM, ASKED_TO + 1)
        for horizon in (1, 3, 5)
    }
    return [
        (key, settled.get(key), verdict) for key, verdict in expected.items() if not same(settled.get(key), verdict)
    ]


def same(settled: Settled | None, verdict: Verdict | None) -> bool:
    if settled is None or verdict is None:
        return settled is verdict
    if verdict[3] is None or settled[3] is None:
        return settled[:2] == verdict[:2] and verdict[2] in settled[2] and settled[3] is verdict[3]
    return settled[:2] == verdict[:2] and abs(settled[3] - verdict[3]) < 1e-9


def checks(desk: Desk, name: str) -> dict[date, tuple[bool, str]]:
    with desk.engine.connect() as conn:
        return {day: (passed, detail) for day, passed, detail in conn.execute(_CHECKS, {"name": name})}


@pytest.mark.timeout(900)
def test_no_settlement_is_wrong_whatever_the_prices_and_corrections_resettle_exactly_what_they_touch(
    desk: Desk,
) -> None:
    world = imagined(desk.sessions)
    write(desk.folder / "a", "1.csv", desk.sessions, world.a)
    write(desk.folder / "b", "1.csv", desk.sessions, world.b)
    last = len(desk.sessions) - 1
    desk.ask()
    bench = desk.bench()
    bench.run("price", *desk.days(0, last))
    bench.run("evaluation_history", *desk.days(ASKED_FROM, last))
    bench.run("daily_performance", *desk.days(ASKED_FROM, last))
    assert wrong(desk, world) == []
    before = desk.settled()
    refused_and_named(desk, world)
    with desk.engine.connect() as conn:
        assert stale_settlements(conn, "us") == []

    corrected = correct(desk, world)
    again = desk.bench()
    again.run("price", *desk.days(0, last))
    with desk.engine.connect() as conn:
        stale = [each.day for each in stale_settlements(conn, "us")]
    reads = {k: range(max(0, k - READ_BACK), k + 1) for k in range(ASKED_FROM, last + 1)}
    assert stale == [desk.sessions[k].session_date for k, read in reads.items() if corrected & set(read)]
    runs, resettled = settle_again(desk)
    assert wrong(desk, world) == []
    after = desk.settled()
    touched = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    with desk.engine.connect() as conn:
        superseded = conn.execute(text("SELECT count(*) FROM evaluation_history WHERE superseded_at IS NOT NULL"))
        assert superseded.scalar_one() == len(touched & before.keys()) == resettled > 0
    for _, row, horizon in touched:
        assert corrected & set(range(row - ENTRY, row + horizon + WAIT))
    assert (len(before), len(after), len(touched), runs) == FIGURES


def refused_and_named(desk: Desk, world: World) -> None:
    """Every refusal is in quarantine with its reason, every gap and dispute is named by a check that does not block."""
    with desk.engine.connect() as conn:
        reasons = conn.execute(text("SELECT reason FROM quarantine WHERE feed = 'price'")).scalars().all()
    for fault, word in (("zero", "not above zero"), ("currency", "prices are in 'EUR'"), ("unit", "unit is wrong")):
        assert sum(word in reason for reason in reasons) == len(world.faults[fault]) > 0, fault
    agree, bars = checks(desk, "sources_agree"), checks(desk, "listed_stocks_have_bars")
    for t, session in enumerate(desk.sessions):
        differing = [s for s in STOCKS if known(world, (s, t)) == "differ"]
        missing = [s for s in STOCKS if known(world, (s, t)) is None]
        passed, detail = agree[session.session_date]
        assert passed == (not differing)
        assert all(f"{s} (a {world.a[s, t][0]:g}, b {world.b[s, t][0]:g})" in detail for s in differing[:10])
        passed, detail = bars[session.session_date]
        assert passed == (not missing)
        assert all(s in detail for s in missing[:10])


def correct(desk: Desk, world: World) -> set[int]:
    """Half of what differs is corrected by b, half of what was missing comes late from a; returns the sessions."""
    fixed = {key: (world.truth[key], 1.0, "USD") for key in world.faults["differ"][::2]}
    late = {key: (world.truth[key], 1.0, "USD") for key in world.faults["missing"][::2]}
    write(desk.folder / "b", "2.csv", desk.sessions, fixed)
    write(desk.folder / "a", "2.csv", desk.sessions, late)
    world.b.update(fixed)
    world.a.update(late)
    return {t for _, t in (*fixed, *late)}


def settle_again(desk: Desk) -> tuple[int, int]:
    """What the sensor asks for, until it asks for nothing; how many runs that took, how many were settled again."""
    runs = resettled = 0
    while requests := [r for r in revisions_due(desk.market, is_revising=False) if "resettle" in str(r.job_name)]:
        (request,) = requests
        first, end = (
            date.fromisoformat(request.tags[f"dagster/asset_partition_range_{at}"]) for at in ("start", "end")
        )
        with desk.engine.connect() as conn:
            assert (first, end) == due_revision([each.day for each in stale_settlements(conn, "us")])
        bench = desk.bench()
        account = bench.run("evaluation_history", first, end)
        bench.run("daily_performance", first, end)
        resettled += sum(written.notes.get("resettled", 0) for written in account.written.values())
        runs += 1
        assert runs < 10, "a run that has settled again is not asked for again"
    assert runs > 0
    return runs, resettled
