"""Facts about prices, stocks, models and judgements made to decide a forecast; see `plants` for how they are told."""

from collections.abc import Generator
from datetime import datetime

from tests.point_in_time.past import Scene

Growing = Generator[None]


def correction(scene: Scene, at: datetime, pick: int) -> Growing:
    """The last close before the session, corrected so that the last return changes its sign."""
    stock_id = scene.stock(pick)
    before, last = (scene.work.sessions[scene.index - n].session_date for n in (2, 1))
    closes = [_close(scene, stock_id, day) for day in (before, last)]
    _bar(scene, stock_id, last, closes[0] * (0.9 if closes[1] > closes[0] else 1.1), at)
    yield


def old_correction(scene: Scene, at: datetime, pick: int) -> Growing:
    """A close of weeks ago, corrected so that the return of its session changes its sign."""
    stock_id = scene.stock(pick)
    before, day = (scene.work.sessions[scene.index - n].session_date for n in (13, 12))
    rose = _close(scene, stock_id, day) > _close(scene, stock_id, before)
    _bar(scene, stock_id, day, _close(scene, stock_id, day) * (0.2 if rose else 5), at)
    yield


def split(scene: Scene, at: datetime, pick: int) -> Growing:
    """A split at the last session's open that nobody had reported."""
    stock_id, day = scene.stock(pick), scene.work.sessions[scene.index - 1].session_date
    _bar(scene, stock_id, day, _close(scene, stock_id, day), at, split_ratio=3)
    yield


def bars_of_the_session_and_later(scene: Scene, at: datetime, pick: int) -> Growing:
    """Bars of the session forecast and of the two after it, far from today's price."""
    stock_id = scene.stock(pick)
    for ahead in range(3):
        _bar(scene, stock_id, scene.work.sessions[scene.index + ahead].session_date, 3.0, at)
    yield


def listing(scene: Scene, at: datetime, pick: int) -> Growing:
    """A stock nobody knew, with a past of bars declared to be old, named in every title of the window."""
    stock_id = scene.run(
        "INSERT INTO stock (market, symbol, name, kind, currency, is_synthetic, available_at)"
        " VALUES (:m, :symbol, 'Planted', 'stock', :currency, true, :at) RETURNING stock_id",
        m=scene.market.code, symbol=f"PLANTED{pick}-{at}", currency=scene.market.currency, at=at,
    )[0][0]  # fmt: skip
    for back in range(1, 15):
        session = scene.work.sessions[scene.index - back]
        _bar(scene, stock_id, session.session_date, 100.0 - back, session.close_at)
    for link in scene.links:
        scene.add_name(stock_id, link.title[: 6 + pick % 3], at)
    yield


def delisting(scene: Scene, at: datetime, pick: int) -> Growing:
    """A stock leaves the universe."""
    scene.run("UPDATE stock SET retired_at = :at WHERE stock_id = :id", id=scene.stock(pick), at=at)
    yield


def pause(scene: Scene, at: datetime, pick: int) -> Growing:
    """A stock is left out of the universe for a time."""
    scene.run("INSERT INTO stock_pause (stock_id, available_at) VALUES (:id, :at)", id=scene.stock(pick), at=at)
    yield


def rename(scene: Scene, at: datetime, pick: int) -> Growing:
    """A stock is renamed to what begins a title of the window, and is shown by that name everywhere."""
    stock_id, words = scene.stock(pick), scene.links[pick % len(scene.links)].title[: 6 + pick % 3]
    scene.run("UPDATE stock SET name = :words, name_en = :words, sector = :words WHERE stock_id = :id",
              id=stock_id, words=words)  # fmt: skip
    for link in scene.links:
        scene.add_name(stock_id, link.title[: 6 + pick % 3], at, "name")
    yield


def priority(scene: Scene, at: datetime, pick: int) -> Growing:  # noqa: ARG001
    """Every stock gets another priority."""
    scene.run("UPDATE stock SET priority = 1 + (priority + :pick) % 5", pick=pick)
    yield


def activation(scene: Scene, at: datetime, pick: int) -> Growing:
    """A model nobody had asked becomes active."""
    name = f"planted-{pick}"
    scene.run(
        "INSERT INTO model (model_name, provider, identifier, is_floor, parameters)"
        " VALUES (:name, 'baseline', 'always_up', false, '{}') ON CONFLICT DO NOTHING", name=name,
    )  # fmt: skip
    scene.run("INSERT INTO model_activation VALUES (:name, :at) ON CONFLICT DO NOTHING", name=name, at=at)
    yield


def deactivation(scene: Scene, at: datetime, pick: int) -> Growing:
    """A model is no longer asked."""
    name = ("climatology", "momentum", "nearest_news")[pick % 3]
    scene.run("UPDATE model_activation SET active_until_at = :at WHERE model_name = :name", name=name, at=at)
    yield


def evaluations(scene: Scene, at: datetime, pick: int) -> Growing:
    """Every settlement so far is superseded by its opposite, and the daily figures by perfect ones."""
    outcome = 0.5 + pick % 3
    scene.run(
        "UPDATE evaluation_history SET is_up = NOT is_up, is_hit = NOT is_hit, outcome_return = :r, settled_at = :at",
        r=outcome, at=at,
    )  # fmt: skip
    scene.run("UPDATE daily_performance SET true_up = asked, brier_sum = 0")
    yield


def _close(scene: Scene, stock_id: int, day: object) -> float:
    rows = scene.run(
        "SELECT close::float8 FROM price WHERE stock_id = :id AND session_date <= :day"
        " ORDER BY session_date DESC, available_at DESC LIMIT 1",
        id=stock_id, day=day,
    )  # fmt: skip
    return rows[0][0]


def _bar(scene: Scene, stock_id: int, day: object, close: float, at: datetime, split_ratio: int = 1) -> None:
    scene.run(
        "INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio,"
        " currency, available_at, basis) VALUES (:m, :id, :day, 'sample', :c, :c, :c, :c, 1, :split, :currency, :at,"
        " 'observed') ON CONFLICT DO NOTHING",
        m=scene.market.code, id=stock_id, day=day, c=round(close, 2), split=split_ratio,
        currency=scene.market.currency, at=at,
    )  # fmt: skip
