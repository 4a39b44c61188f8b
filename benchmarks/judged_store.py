"""A store of its own with what forecasts are judged by: prices that move together, and forecasts of twelve models.

Sessions are the market's newest ones that are over; nothing of them is settled yet.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, Engine, insert, select, text

from benchmarks.homes import Say, temporary_folder
from craveny_assets.installation import prepare
from craveny_cli.services.home import Home
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.clocks import Market, Session
from craveny_domain.panel import HORIZONS
from craveny_store.bulk import copy_rows
from craveny_store.calendar import all_sessions
from craveny_store.engine import open_engine
from craveny_store.forecasts import PREDICTION_COLUMNS
from craveny_store.model_book import ENSEMBLE
from craveny_store.partitions import database_now
from craveny_store.prices import COLUMNS
from craveny_store.settings import load_markets
from craveny_store.tables import model, model_activation, partition_state, partition_version, prediction, price, stock

STOCKS, SECTORS, MODELS = 88, 9, 12
BEFORE = 30
"""Sessions with prices before the first forecast."""
ASKED_MODELS = ("asked_a", "asked_b", "asked_c")
"""Models of a provider, which name targets; with the keyless ones and the ensembles they are MODELS."""
SPREAD = {
    "always_up": 0.0022, "climatology": 0.0022, "coin": 0.0026, "momentum": 0.0161, "reversal": 0.0053,
    "lexicon": 0.0095, "nearest_news": 0.0323,
}  # fmt: skip
"""Standard deviations of what the keyless models state, as on StockNet's first six weeks of development."""
ASKED_SPREAD = 0.12
"""That of models that are asked, whose answers have two decimals: assumed."""
HALTED, UNANSWERED = 0.005, 0.03


@dataclass(frozen=True)
class JudgedStore:
    """A filled store: its market's sessions with forecasts, ascending, and the process that serves it."""

    url: str
    engine: Engine
    folder: Path
    postmaster_pid: int
    market: Market
    days: Sequence[date]

    @property
    def forecasts_a_day(self) -> int:
        """How many forecasts each session has."""
        return STOCKS * MODELS * len(HORIZONS)


@contextmanager
def judged_store(sessions: int, say: Say) -> Iterator[JudgedStore]:
    """A store of so many sessions until the end of the block."""
    with temporary_folder("judged") as folder:
        postgres = EmbeddedPostgres(Home(folder / "home"))
        postgres.start()
        url, market = postgres.url("craveny", "psycopg"), load_markets()["us"]
        engine = open_engine(url)
        try:
            prepare(engine, {market.code: market}, None, say=say)
            say(f"filling {sessions} sessions of {STOCKS} stocks, {MODELS} models and {len(HORIZONS)} horizons")
            days = _fill(engine, market, sessions)
            assert postgres.pid is not None
            yield JudgedStore(url, engine, folder, postgres.pid, market, days)
        finally:
            engine.dispose()
            postgres.stop()


def _fill(engine: Engine, market: Market, count: int) -> list[date]:
    rng = np.random.default_rng(6)
    with engine.begin() as conn:
        over = database_now(conn) - timedelta(days=2)
        sessions = [s for s in all_sessions(conn, market.code) if s.close_at < over][-count - BEFORE :]
        stocks, names = _stocks(conn, market), _models(conn)
        copy_rows(conn, price, COLUMNS, _bars(rng, market, sessions, stocks))
        asked = sessions[BEFORE:]
        copy_rows(conn, prediction, PREDICTION_COLUMNS, _forecasts(rng, market, asked, stocks, names))
        _states(conn, market, "price", sessions)
        _states(conn, market, "prediction", asked)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("VACUUM ANALYZE"))
    return [session.session_date for session in asked]


def _stocks(conn: Connection, market: Market) -> list[int]:
    long_ago = datetime(2012, 1, 1, tzinfo=UTC)
    rows = [
        {"market": market.code, "symbol": f"J{n:03d}", "name": f"Judged {n}", "kind": "stock", "is_synthetic": True,
         "sector": f"Sector {n % SECTORS}", "currency": market.currency, "available_at": long_ago}
        for n in range(STOCKS)
    ]  # fmt: skip
    return list(conn.execute(insert(stock).returning(stock.c.stock_id), rows).scalars())


def _models(conn: Connection) -> list[tuple[str, str, bool]]:
    # Name, provider and whether it is a floor; ensembles last, for they are made of the others.
    told = {"provider": "openrouter", "is_floor": False, "parameters": {}, "knowledge_cutoff_date": date(2020, 1, 1)}
    conn.execute(insert(model), [{"model_name": name, "identifier": name, **told} for name in ASKED_MODELS])
    since = datetime(2020, 1, 1, tzinfo=UTC)
    conn.execute(insert(model_activation), [{"model_name": name, "active_from_at": since} for name in ASKED_MODELS])
    c = model.c
    known = conn.execute(select(c.model_name, c.provider, c.is_floor).order_by(c.provider == ENSEMBLE, c.model_name))
    found = [tuple(row) for row in known]
    assert len(found) == MODELS, f"There are {len(found)} models, not {MODELS}: change ASKED_MODELS."
    return found


def _bars(rng: np.random.Generator, market: Market, sessions: Sequence[Session], stocks: Sequence[int]) -> Iterator:
    shape = len(sessions), len(stocks)
    moves = 0.01 * rng.normal(size=(shape[0], 1)) + 0.015 * rng.normal(size=shape)
    close = 100 * np.exp(np.cumsum(moves, axis=0))
    opened = close * np.exp(-moves * rng.random(shape))
    high = np.maximum(opened, close) * (1 + 0.01 * rng.random(shape))
    low = np.minimum(opened, close) * (1 - 0.01 * rng.random(shape))
    for (at, column), is_halted in np.ndenumerate(rng.random(shape) < HALTED):
        if not is_halted:
            four = [Decimal(f"{prices[at, column]:.4f}") for prices in (opened, high, low, close)]
            session, one = sessions[at], Decimal(1)
            known_at = session.close_at + timedelta(hours=1)
            rest = (four[3], 100_000, one, Decimal(0), market.currency, known_at, "declared")
            yield (market.code, stocks[column], session.session_date, "bench", *four, *rest)


def _forecasts(
    rng: np.random.Generator,
    market: Market,
    sessions: Sequence[Session],
    stocks: Sequence[int],
    models: Sequence[tuple[str, str, bool]],
) -> Iterator[tuple]:
    for session in sessions:
        stated = _stated(rng, models)
        silent = rng.random(stated.shape) < UNANSWERED
        moves = np.abs(rng.normal(0.02, 0.01, stated.shape)).clip(0.002) * np.sign(stated - 0.5)
        issued = session.open_at - timedelta(minutes=10)
        for (m, h, s), probability in np.ndenumerate(stated):
            name, _, is_floor = models[m]
            is_ok = is_floor or not silent[m, h, s]
            said = (
                ("ok", float(probability), "up" if probability > 0.5 else "down") if is_ok else ("no_input", None, None)
            )
            move = float(moves[m, h, s]) if is_ok and name in ASKED_MODELS else None
            made = (0.52, "live", [], issued, "bench", None, move, None)
            yield (market.code, session.session_date, name, stocks[s], HORIZONS[h], *said, *made)


def _stated(rng: np.random.Generator, models: Sequence[tuple[str, str, bool]]) -> np.ndarray:
    # Probabilities [models, horizons, stocks] of a session: each model leans its own way, ensembles are the mean.
    shape = len(models), len(HORIZONS), STOCKS
    spread = np.array([SPREAD.get(name, ASKED_SPREAD) for name, *_ in models])[:, None, None]
    stated = (0.5 + spread * (rng.normal(size=(shape[0], 1, 1)) + rng.normal(size=shape)) / 2**0.5).clip(0.02, 0.98)
    is_asked = np.array([name in ASKED_MODELS for name, *_ in models])
    stated[is_asked] = stated[is_asked].round(2)
    is_ensemble = np.array([provider == ENSEMBLE for _, provider, _ in models])
    is_member = ~is_ensemble & ~np.array([is_floor for *_, is_floor in models])
    stated[is_ensemble] = stated[is_member].mean(axis=0)
    return stated.round(4)


def _states(conn: Connection, market: Market, asset: str, sessions: Sequence[Session]) -> None:
    counts = {"row_count": 1, "added": 1, "changed": 0, "unchanged": 0, "run_id": "bench", "model_name": ""}
    rows = [
        {"market": market.code, "asset": asset, "partition_date": s.session_date, "committed_at": s.close_at, **counts}
        for s in sessions
    ]
    conn.execute(insert(partition_state).values(version=partition_version.next_value()), rows)
