"""The invented prices: a path from the first session of 2025, computed at once for all sessions and stocks.

A return is market factor, own noise, and a planted share of the tone of the news before the open. What a session
holds depends on earlier days only, so more sessions never change it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from craveny_assets.sources.sample.articles import Draft
from craveny_assets.sources.sample.events import SPLITS, events, halted
from craveny_assets.sources.sample.seeds import generator
from craveny_assets.sources.sample.universe import Universe
from craveny_domain.clocks import Market, Session, cutoff

PLANTED_RETURN = 0.002  # log return per unit of net tone: a reader of tone is right about 58 times in 100
_DRIFT = 0.0003
_MARKET_SPREAD = 0.007
_OWN_SPREAD = 0.013
_OPEN_SPREAD = 0.003
_RANGE_SPREAD = 0.006
INDEX_START = 1_000.0


@dataclass(frozen=True)
class PricePath:
    """Sessions by stocks, prices as traded in the market's currency; the index stands in the last column.

    `halts` has no last column: the index is never halted.
    """

    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray
    split_ratio: np.ndarray
    halts: np.ndarray


def net_tone(drafts: Sequence[Draft], market: Market, sessions: Sequence[Session], stocks: int) -> np.ndarray:
    """Sessions by stocks: the summed tone of the articles in the news window before each open; 0 for the first."""
    tone = np.zeros((len(sessions), stocks), dtype=np.int64)
    said = [
        (draft.published_at.timestamp(), stock, value)
        for draft in drafts
        for stock, value in zip(draft.stocks, draft.topic.tones, strict=True)
    ]
    cutoffs = np.array([cutoff(session, market.lead).timestamp() for session in sessions])
    times, whom, values = (np.array(column) for column in zip(*said, strict=True))
    rows = np.searchsorted(cutoffs, times, side="left")
    heard = (rows > 0) & (rows < len(sessions))
    np.add.at(tone, (rows[heard], whom[heard]), values[heard])
    return tone


def price_path(
    market: Market, universe: Universe, seed: int, sessions: Sequence[Session], tone: np.ndarray
) -> PricePath:
    """The path of all stocks and the index; `tone` is sessions by stocks."""
    stocks = len(universe.companies)
    start = np.array([company.start_price for company in universe.companies])
    halts = halted(seed, market.code, len(sessions), stocks)
    noise = _noise(market, seed, sessions, stocks)
    market_noise, (own, gap, above, below, traded) = noise[:, :1], np.split(noise[:, 1:], 5, axis=1)
    sensitivity = np.linspace(0.7, 1.3, stocks)
    returns = _DRIFT + _MARKET_SPREAD * sensitivity * market_noise + _OWN_SPREAD * own + PLANTED_RETURN * tone
    returns[halts] = 0.0
    last = np.cumsum(returns, axis=0)
    first = last - returns / 2 + np.where(halts, 0.0, _OPEN_SPREAD * gap)
    spread = np.where(halts, 0.0, _RANGE_SPREAD)
    top = np.maximum(first, last) + spread * np.abs(above)
    bottom = np.minimum(first, last) - spread * np.abs(below)
    ratio = _split_ratios(market, universe, seed, start * np.exp(last), halts)
    growth = np.cumprod(ratio, axis=0)
    prices = [to_tick(universe, start * np.exp(level) / growth) for level in (first, top, bottom, last)]
    volume = np.rint(400_000 * growth * np.exp(0.35 * traded + 12 * np.abs(returns))).astype(np.int64)
    index = [np.round(INDEX_START * (price * growth / start).mean(axis=1), 2) for price in prices]
    opens, highs, lows, closes = (np.column_stack(pair) for pair in zip(prices, index, strict=True))
    return PricePath(
        open=opens,
        high=highs,
        low=lows,
        close=closes,
        volume=np.column_stack((volume, np.where(halts, 0, volume).sum(axis=1))),
        split_ratio=np.column_stack((ratio, np.ones(len(sessions), dtype=np.int64))),
        halts=halts,
    )


def to_tick(universe: Universe, prices: np.ndarray) -> np.ndarray:
    """Prices moved to the nearest step the market trades in, at least one step."""
    bounds, steps = (np.array(column) for column in zip(*universe.ticks, strict=True))
    step = steps[np.searchsorted(bounds, prices, side="right")]
    return np.maximum(np.rint(prices / step), 1) * step


def _noise(market: Market, seed: int, sessions: Sequence[Session], stocks: int) -> np.ndarray:
    """One row per session, drawn by its date alone: the market's number, then five per stock."""
    days = (session.session_date.toordinal() for session in sessions)
    return np.array([generator(seed, market.code, "price", day).standard_normal(1 + 5 * stocks) for day in days])


def _split_ratios(market: Market, universe: Universe, seed: int, unsplit: np.ndarray, halts: np.ndarray) -> np.ndarray:
    """New shares per old at each session's open: each split meets the stock that was dearest the day before."""
    ratio = np.ones(unsplit.shape, dtype=np.int64)
    growth = np.ones(unsplit.shape[1], dtype=np.int64)
    for event in events(SPLITS, seed, market.code, len(unsplit)):
        traded = np.where(halts[event.session], 0.0, unsplit[event.session - 1] / growth)
        dearest = int(traded.argmax())
        ratio[event.session, dearest] = 5 if traded[dearest] > universe.split_five_above else 2
        growth[dearest] *= ratio[event.session, dearest]
    return ratio
