"""Questions as a prediction day asks them, without the day: the first prompt, a made-up stock, two stories."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from craveny_assets.llm.asking import Wish
from craveny_domain.articles import read_article
from craveny_domain.briefs import Brief
from craveny_domain.forecasts import Question
from craveny_domain.llm_cost import Price
from craveny_domain.prompts import FORECAST_1, Subject, evidence_ids, render
from craveny_domain.typed_answers import FORECAST_SCHEMA, ForecastAnswer, read_forecast, response_format
from craveny_store.llm_calls import Call

SESSION = date(2026, 10, 19)
MINI = Price(Decimal("0.15"), Decimal("0.075"), Decimal("0.60"))
PARAMETERS: dict[str, Any] = {
    "temperature": 0,
    "max_tokens": 500,
    "response_format": response_format("forecast", ForecastAnswer),
}


def brief(symbol: str, titles: Sequence[str]) -> Brief:
    """What is told of a stock with these stories, ids from 1 on."""
    at = "2026-10-18T21:00:00Z"
    stories = [
        {"id": n, "title": title, "excerpt": title, "source": "wire", "at": at} for n, title in enumerate(titles, 1)
    ]
    named = {"symbol": symbol, "name": f"{symbol} Corporation", "sector": "Technology", "currency": "USD"}
    return Brief(stock=named, close=101.5, technicals={"return_1": 0.01}, index=None, stories=stories, past=[])


def wish(symbol: str, *titles: str, price: Price = MINI, provider: str = "openai", model: str = "gpt-4o-mini") -> Wish:
    """The forecast of a stock's session, after news of these titles (two harmless ones where none are given)."""
    told = brief(symbol, titles or (f"{symbol} beats estimates", f"{symbol} raises its outlook"))
    base = {str(h): [0.52, 400.0, 200.0] for h in (1, 3, 5)}
    question = Question(base=base, returns={}, calls={}, news=[], neighbours=[])
    messages = render(FORECAST_1, Subject("us", SESSION, question, told))
    call = Call(provider, model, PARAMETERS, FORECAST_SCHEMA, messages)
    read = partial(read_forecast, symbol=symbol, given=evidence_ids(told))
    return Wish(call, "forecast", price, read, model_name=model, market="us", session_date=SESSION)


def wishes(count: int, **given: Any) -> list[Wish]:
    """So many different ones: S0000 and on."""
    return [wish(f"S{n:04d}", **given) for n in range(count)]


def cleaned(title: str) -> str:
    """A title as `news` keeps it of a raw item."""
    return read_article(_payload(title)).title


def _payload(title: str) -> str:
    import json

    return json.dumps({"title": title, "text": "Shares of the company traded higher."})
