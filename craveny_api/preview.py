"""A prompt as it would be sent for a real day, and what that would cost."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.problems import Refusal
from craveny_domain.llm_cost import Price, likely_cost, most_it_costs, most_tokens
from craveny_domain.prompts import Messages, Prompt, Subject, problems_of, render
from craveny_domain.reports import MAX_TOKENS as REPORT_TOKENS
from craveny_store.llm_calls import MAX_TOKENS
from craveny_store.model_book import prompt_of
from craveny_store.partitions import database_now
from craveny_store.reads.evidence import evidence_of, newest_brief
from craveny_store.reads.models import list_models, list_prices
from craveny_store.reads.paging import Row
from craveny_store.reads.stocks import stock_called
from craveny_store.reports import said_of

RECORD = timedelta(days=6)
"""How far back a report's record of forecasts begins."""


def preview(conn: Connection, asked: schemas.AskedPreview) -> schemas.PromptPreview:
    """The prompt filled with the frozen evidence of a stock's session.

    404 without such a stock, prompt or evidence; 422 for a prompt that cannot be used.
    """
    chosen = _prompt(conn, asked)
    stock_id, session, frozen = _frozen(conn, asked)
    is_report = chosen.purpose == "report"
    record = _record(conn, stock_id, session) if is_report else ()
    messages = render(chosen, Subject(asked.market, session, frozen["question"], frozen["brief"], record))
    answer = REPORT_TOKENS if is_report else MAX_TOKENS
    most = most_tokens(messages)
    return schemas.PromptPreview(
        market=asked.market,
        symbol=asked.symbol,
        session_date=session,
        messages=[schemas.Message(**message) for message in messages],
        likely_tokens=most // 2,
        most_tokens=most,
        answer_tokens=answer,
        estimates=_estimates(conn, messages, answer),
    )


def _prompt(conn: Connection, asked: schemas.AskedPreview) -> Prompt:
    if (asked.prompt_version is None) == (asked.draft is None):
        raise Refusal(422, "Which prompt", "A prompt_version or a draft is needed, and not both. Give one of them.")
    if asked.draft is not None:
        draft = Prompt("draft", asked.draft.purpose, asked.draft.instructions, asked.draft.question)
        if problems := problems_of(draft):
            raise Refusal(422, "Unusable prompt", " ".join(problems))
        return draft
    try:
        return prompt_of(conn, asked.prompt_version)
    except LookupError as unknown:
        raise Refusal(404, "No such prompt", str(unknown)) from unknown


def _frozen(conn: Connection, asked: schemas.AskedPreview) -> tuple[int, date, Row]:
    stock = stock_called(conn, asked.market, asked.symbol)
    if stock is None:
        detail = f"The market {asked.market} has no stock {asked.symbol}. Look for it at /api/stocks."
        raise Refusal(404, "No such stock", detail)
    newest = newest_brief(conn, asked.market, stock["stock_id"])
    session = asked.session_date or newest
    frozen = evidence_of(conn, asked.market, session, stock["stock_id"]) if session else None
    if session is None or frozen is None or frozen["brief"] is None:
        when = f" for {session}" if session else ""
        cure = f"Take {newest}." if newest else "Replay a day with a language model first."
        detail = f"No language model was asked about {asked.symbol}{when}, so nothing it was told is kept. {cure}"
        raise Refusal(404, "Nothing to show", detail)
    return stock["stock_id"], session, frozen


def _record(conn: Connection, stock_id: int, session: date) -> list[dict[str, Any]]:
    """What forecasts said in the week up to a session, as known now."""
    return said_of(conn, [stock_id], session - RECORD, session, database_now(conn))[stock_id]


def _estimates(conn: Connection, messages: Messages, answer: int) -> list[schemas.PriceEstimate]:
    holders: dict[str, list[str]] = {}
    for model in list_models(conn):
        holders.setdefault(model["price_entry"], []).append(model["model"])
    return [
        schemas.PriceEstimate(
            price_entry=entry,
            models=holders.get(entry, []),
            likely_usd=float(likely_cost(price, messages, answer)),
            most_usd=float(most_it_costs(price, messages, answer)),
        )
        for entry, price in _prices(conn).items()
    ]


def _prices(conn: Connection) -> dict[str, Price]:
    names = ("input_usd", "cached_input_usd", "output_usd")
    return {
        row["price_entry"]: Price(*(Decimal(str(row[name])) for name in names))
        for row in list_prices(conn)
        if row["is_in_force"]
    }
