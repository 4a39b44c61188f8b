"""Technical indicators of one stock as language models are told them; what is still warming up is null, never zero.

Indicators are TA-Lib's; which bars may be known is the caller's fence.
"""

import numpy as np

_AVERAGES = (5, 20, 60)
_RETURNS = (1, 5, 20)


def technicals(closes: np.ndarray) -> dict[str, float | None]:
    """Returns, distances to averages, RSI, Bollinger position, MACD and volatility of split-adjusted closes [T].

    Closes are oldest first, without gaps. Returns, distances and volatility are fractions; RSI is 0 to 100; the
    Bollinger position is 0 at the lower band and 1 at the upper; MACD is a fraction of the last close.
    """
    # It brings pandas along, which only a question to a language model needs.
    import talib

    values = np.asarray(closes, dtype=np.float64)
    if not len(values):
        return {}
    last = values[-1]
    told = {f"return_{n}": last / values[-1 - n] - 1 if len(values) > n else np.nan for n in _RETURNS}
    told |= {f"above_average_{n}": last / talib.SMA(values, n)[-1] - 1 for n in _AVERAGES if len(values) >= n}
    told["rsi_14"] = talib.RSI(values, 14)[-1]
    upper, _, lower = talib.BBANDS(values, 20)
    told["bollinger_20"] = (last - lower[-1]) / (upper[-1] - lower[-1]) if upper[-1] > lower[-1] else np.nan
    told["macd_histogram"] = talib.MACD(values)[2][-1] / last
    steps = np.diff(np.log(values[-21:]))
    told["volatility_20"] = steps.std(ddof=1) if len(steps) == 20 else np.nan
    return {name: None if np.isnan(value) else round(float(value), 4) for name, value in told.items()}
