"""Writing reports: what is told is frozen first, as reports still open; then models are asked; then each is filled in.

A run that dies in between leaves open reports, which the day's next run asks for as they were frozen.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Connection

from craveny_assets.days.language import parameters_of
from craveny_assets.days.report_subjects import known_of, priced_sessions, recent_sessions, subject_of
from craveny_assets.days.reports import Due
from craveny_assets.days.work import PREVIEW_ROWS, Day
from craveny_assets.llm.asking import Result, Unanswered, Wish
from craveny_domain.forecasts import PENDING
from craveny_domain.prompts import render
from craveny_domain.reports import MAX_TOKENS, REPORT_SCHEMA, ReportAnswer, as_price, read_report
from craveny_domain.typed_answers import Read, response_format
from craveny_store.leases import PartitionKey
from craveny_store.llm_calls import Call, freeze_calls, frozen_calls
from craveny_store.llm_spending import spent_on
from craveny_store.model_book import Model, price_of, prompt_of
from craveny_store.reports import Filling, NewReport, OpenReport, answer_request, fill, open_reports, still_open


@dataclass(frozen=True)
class Told:
    """What a run did: reports opened by it, `again` of earlier runs that it filled in, why others are left open, stocks
    without a price, requests with their cost, the sessions whose prices and forecasts were read, and rows to show."""

    opened: int
    again: int
    pending: Counter[str]
    without_price: int
    requests: int
    usd: Decimal
    sessions: list[date]
    recent: list[date]
    preview: list[dict[str, Any]]


def write_reports(day: Day, writers: Sequence[Model], due: Sequence[Due]) -> Told:
    """Write the reports that are due and those of the day that are still open."""
    market, names = day.market.code, [model.model_name for model in writers]
    earlier = {report.report_id for report in still_open(day.conn, market, day.day, names)}
    sessions = priced_sessions(day)
    with day.work.engine.begin() as conn:
        day.work.keeper.require(PartitionKey(market, "stock_report", day.day), conn)
        rows = list(_new_reports(day, conn, due, sessions))
        open_reports(conn, market, day.day, day.work.keeper.holder, rows, "transient")
    reports = still_open(day.conn, market, day.day, names)
    wishes = _wishes(day, writers, reports)
    results = day.work.asker.ask(list(wishes.values()), say=day.work.say)
    pending, shown, again = Counter[str](), [], 0
    for report, filling, detail in _fillings(reports, wishes, results):
        fill(day.conn, report.report_id, day.work.keeper.holder, filling)
        if filling.outcome_class in PENDING:
            pending[detail or filling.outcome_class] += 1
        again += report.report_id in earlier
        shown.append((report, filling))
    _answer_requests(day.conn, shown)
    spent = spent_on(day.conn, day.work.keeper.holder, market, day.day)
    preview = [_shown(report, filling) for report, filling in shown[:PREVIEW_ROWS]]
    return Told(len(rows), again, pending, len(due) - len(rows), *spent, sessions, recent_sessions(day), preview)


def _new_reports(day: Day, conn: Connection, due: Sequence[Due], sessions: Sequence[date]) -> Iterator[NewReport]:
    """Reports of the stocks that have a price, their calls frozen."""
    known = known_of(day, due, sessions)
    prompts = {each.model.model_name: prompt_of(conn, each.model.prompt_version) for each in due}
    for each in due:
        subject = subject_of(day, each, known)
        base_price = as_price(subject.brief["close"])
        if base_price is None or each.reason is None:
            continue
        call = _call(each.model, render(prompts[each.model.model_name], subject))
        freeze_calls(conn, [call])
        yield NewReport(
            stock_id=each.stock.stock_id,
            model_name=each.model.model_name,
            reason=each.reason,
            base_price=base_price,
            currency=day.market.currency,
            call_key=call.key,
            cutoff_at=day.now,
            news_count=len(subject.brief["stories"]),
        )


def _call(model: Model, messages: list[dict[str, str]]) -> Call:
    parameters = parameters_of(model, response_format("report", ReportAnswer), MAX_TOKENS)
    return Call(model.provider, model.identifier, parameters, REPORT_SCHEMA, messages)


def _wishes(day: Day, writers: Sequence[Model], reports: Sequence[OpenReport]) -> dict[int, Wish]:
    """What is asked for each open report, by its id."""
    calls = frozen_calls(day.conn, [report.call_key for report in reports])
    today = day.now.astimezone(UTC).date()
    prices = {model.model_name: price_of(day.conn, model.price_entry, today) for model in writers}
    wishes = {}
    for report in reports:
        read = partial(read_report, symbol=report.symbol, base_price=report.base_price)
        whose = (report.model_name, day.market.code, day.day)
        wishes[report.report_id] = Wish(calls[report.call_key], "report", prices[report.model_name], read, *whose)
    return wishes


def _fillings(
    reports: Sequence[OpenReport], wishes: Mapping[int, Wish], results: Mapping[bytes, Result]
) -> Iterator[tuple[OpenReport, Filling, str | None]]:
    for report in reports:
        wish = wishes[report.report_id]
        result = results[wish.call.key]
        if isinstance(result, Unanswered) or result.outcome_class != "ok":
            yield report, Filling(result.outcome_class), result.detail
        else:
            yield report, _filling(wish.read(result.answer or "")), None


def _filling(read: Read[ReportAnswer]) -> Filling:
    answer = read.answer
    if answer is None:
        return Filling(read.outcome_class)
    content = answer.model_dump(exclude={"symbol", "target_price", "stop_price"})
    return Filling("ok", content, as_price(answer.target_price), as_price(answer.stop_price))


def _answer_requests(conn: Connection, filled: Sequence[tuple[OpenReport, Filling]]) -> None:
    """Whoever waits is given the stock's first report that can be read, or the first answer of any kind."""
    answered = [(report, filling) for report, filling in filled if filling.outcome_class not in PENDING]
    answered.sort(key=lambda each: (each[1].outcome_class != "ok", each[0].model_name))
    for stock_id in {report.stock_id for report, _ in answered}:
        first = next(report for report, _ in answered if report.stock_id == stock_id)
        answer_request(conn, stock_id, first.report_id)


def _shown(report: OpenReport, filling: Filling) -> dict[str, Any]:
    return {
        "stock": report.symbol,
        "model": report.model_name,
        "reason": report.reason,
        "outcome": filling.outcome_class,
        "view": (filling.content or {}).get("view"),
        "base": report.base_price,
        "target": filling.target_price,
        "stop": filling.stop_price,
    }
