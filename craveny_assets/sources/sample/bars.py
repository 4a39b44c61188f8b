"""The sample's price path as bars: who has one, what was first reported, and what corrected it later."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from craveny_assets.sources.sample.prices import PricePath, to_tick
from craveny_assets.sources.sample.universe import Universe
from craveny_domain.clocks import Session
from craveny_domain.facts import Bar

REPORT_LAG = timedelta(minutes=20)  # after the close


def reported_bars(
    universe: Universe,
    path: PricePath,
    wrong: Mapping[tuple[int, int], float],
    sessions: Sequence[Session],
    row: int,
) -> list[Bar]:
    """Every observation of the session at a row, by `available_at`; the correction comes at the next close.

    `wrong` gives the factor by which a close is first reported wrong, by (row, stock).
    """
    symbols = [*(company.symbol for company in universe.companies), universe.index_symbol]
    traded = [column for column in range(len(symbols)) if column == path.halts.shape[1] or not path.halts[row, column]]
    reported_at = sessions[row].close_at + REPORT_LAG
    bars = [
        _bar(universe, path, row, column, symbols[column], sessions[row], reported_at, wrong.get((row, column), 1.0))
        for column in traded
    ]
    if row + 1 < len(sessions):
        at = sessions[row + 1].close_at
        corrected = [column for column in traded if (row, column) in wrong]
        bars += [_bar(universe, path, row, column, symbols[column], sessions[row], at, 1.0) for column in corrected]
    return bars


def _bar(
    universe: Universe,
    path: PricePath,
    row: int,
    column: int,
    symbol: str,
    session: Session,
    available_at: datetime,
    factor: float,
) -> Bar:
    first, high, low, last = (float(prices[row, column]) for prices in (path.open, path.high, path.low, path.close))
    if factor != 1.0:
        last = float(to_tick(universe, np.array(last * factor)))
    decimals = 2 if symbol == universe.index_symbol else universe.decimals
    return Bar(
        symbol=symbol,
        session_date=session.session_date,
        open=f"{first:.{decimals}f}",
        high=f"{max(high, last):.{decimals}f}",
        low=f"{min(low, last):.{decimals}f}",
        close=f"{last:.{decimals}f}",
        adj_close=None,
        volume=int(path.volume[row, column]),
        split_ratio=str(path.split_ratio[row, column]),
        available_at=available_at,
        basis="declared",
    )
