"""Forecasts, session by session: freeze the questions once, let each model answer, keep what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from craveny_assets.days.work import NO_SESSION, Day, Written
from craveny_domain.clocks import Session, Window, cutoff, news_window, window_days
from craveny_domain.forecasters import FORECASTERS
from craveny_domain.forecasts import Answer, fixed_origins, origin_of
from craveny_domain.history import History
from craveny_domain.neighbours import LOOKBACK_DAYS
from craveny_domain.panel import LOOKBACK_SESSIONS, Panel
from craveny_domain.questions import Story, askable, build_questions
from craveny_store.bulk import Changes
from craveny_store.forecasts import (
    Evidence,
    count_predictions,
    fixed_stocks,
    freeze_evidence,
    frozen_evidence,
    preview,
    write_predictions,
)
from craveny_store.leases import PartitionKey
from craveny_store.model_book import Model, active_models
from craveny_store.news import declared_in, links_in
from craveny_store.partitions import Check, InputSpan, database_now, require, span
from craveny_store.prices import price_panel
from craveny_store.sources import watermarks
from craveny_store.universe import universe
from craveny_store.vectors import vectors_in

if TYPE_CHECKING:
    from craveny_assets.days.language import Said


def prediction_day(day: Day) -> Written:
    """Each model's forecasts for the day's session, a row per stock and horizon, from questions frozen once."""
    if day.index is None:
        return NO_SESSION
    session, fence = day.session(), cutoff(day.session(), day.market.lead)
    day.require_begun("the cut-off", fence)
    reads = _Reads.assert_of(day)
    frozen = frozen_evidence(day.conn, day.market.code, day.day)
    evidence = _evidence(day, reads, fence, frozen)
    models = _asked_models(day, fence)
    said = _from_language_models(day, reads, fence, models, evidence)
    if said is None and evidence != frozen:
        freeze_evidence(day.conn, day.market.code, day.day, evidence)
    parts = _written(day, session, models, evidence, said)
    changes = sum((part for _, part in parts), Changes())
    others = count_predictions(day.conn, day.market.code, day.day) - changes.rows
    shown = preview(day.conn, day.market.code, day.day)
    notes = {"questions": len(evidence), "models": len(parts), "cutoff": str(fence), **_cost(said)}
    changes += Changes(unchanged=others)
    return Written(changes, reads.spans, _checks(evidence, said), parts, notes, [dict(row) for row in shown])


def _from_language_models(
    day: Day, reads: "_Reads", fence: datetime, models: Sequence[Model], evidence: Mapping[int, Evidence]
) -> "Said | None":
    """What those among the models say that have to be asked; None, and nothing loaded, without any."""
    asked = [model for model in models if not model.is_keyless]
    if not asked:
        return None
    from craveny_assets.days.language import ask_language_models, with_briefs

    return ask_language_models(day, asked, with_briefs(day, fence, evidence, lambda: _known(day, reads, fence)))


def _cost(said: "Said | None") -> dict[str, object]:
    return {} if said is None else {"requests": said.requests, "usd": float(said.usd)}


def _checks(evidence: Mapping[int, Evidence], said: "Said | None") -> list[Check]:
    degraded = sorted({name for item in evidence.values() for name in item.degraded})
    checks = [Check("inputs_complete", not degraded, f"Not read up to the cut-off: {', '.join(degraded) or 'none'}.")]
    if said is not None:
        left = " ".join(f"{count} left open: {why}" for why, count in said.pending.most_common())
        checks.append(Check("every_question_answered", not left, left or "All were."))
    return checks


def _written(
    day: Day, session: Session, models: Sequence[Model], evidence: Mapping[int, Evidence], said: "Said | None"
) -> list[tuple[PartitionKey, Changes]]:
    # Answers of language models take time: what counts is when all of them were there.
    now = day.now if said is None else database_now(day.conn)
    fixed, is_open = fixed_origins(now, session.close_at), now >= session.open_at
    parts = []
    for model in models:
        given = said.answers[model.model_name] if said and not model.is_keyless else _by_rule(model, evidence)
        rows = _rows(day, model, session, evidence, given, now)
        key = PartitionKey(day.market.code, "prediction", day.day, model.model_name)
        scope = (day.market.code, day.day, model.model_name)
        parts.append((key, write_predictions(day.conn, *scope, rows, fixed, is_open=is_open)))
    return parts


def _by_rule(model: Model, evidence: Mapping[int, Evidence]) -> dict[int, list[Answer]]:
    answer = FORECASTERS[model.identifier]
    return {stock_id: answer(item.question) for stock_id, item in evidence.items()}


@dataclass(frozen=True)
class _Reads:
    """The exact days a forecast reads, asserted."""

    sessions: list[Session]
    window: Window
    spans: list[InputSpan | None]

    @classmethod
    def assert_of(cls, day: Day) -> "_Reads":
        """Raises MissingInput when a day that must be read is not there."""
        previous = day.session(1)
        assert day.index is not None  # noqa: S101 - the caller has a session
        sessions = day.work.sessions[max(0, day.index - LOOKBACK_SESSIONS - 1) : day.index]
        window = news_window(previous, day.session(), day.market.lead)
        prices = day.require_since_start("price", "price", [s.session_date for s in sessions])
        if day.sources("price", previous.session_date):
            require(day.conn, day.market.code, "price", [previous.session_date])
        wanted = [d for d in window_days(day.market, window) if _is_read(day, d)]
        spans = [require(day.conn, day.market.code, asset, wanted) for asset in ("match", "news_embeddings")]
        past = [d for d in day.days_back(LOOKBACK_DAYS)[:-1] if not wanted or d < wanted[0]]
        return cls(sessions, window, [prices, *(_widened(day, s, past) for s in spans)])


def _is_read(day: Day, wanted: date) -> bool:
    """Whether a day of the window must be materialized: a source speaks for it, and it is not the day still running."""
    return bool(day.sources("news", wanted)) and not (wanted == day.day and day.now < day.bounds[1])


def _widened(day: Day, read: InputSpan | None, past: list[date]) -> InputSpan | None:
    # Nearest-news search reads as much of the past as there is: recorded, not demanded.
    if read is None:
        return None
    return span(day.conn, day.market.code, read.asset, [*past, read.first, read.last])


def _evidence(day: Day, reads: _Reads, fence: datetime, frozen: Mapping[int, Evidence]) -> dict[int, Evidence]:
    """The session's questions: the frozen ones, unless there are none or fresh ones are wanted.

    A question that was answered before its outcome was known stays frozen for good.
    """
    if frozen and not day.work.options.refresh_inputs:
        return dict(frozen)
    fresh = _fresh_evidence(day, reads, fence)
    kept = fixed_stocks(day.conn, day.market.code, day.day, fixed_origins(day.now, day.session().close_at))
    return {**fresh, **{stock: frozen[stock] for stock in kept & set(frozen)}}


def _fresh_evidence(day: Day, reads: _Reads, fence: datetime) -> dict[int, Evidence]:
    market = day.market.code
    panel, history = _known(day, reads, fence)
    members = universe(day.conn, market, fence)
    stories = [Story(**vars(link)) for link in links_in(day.conn, market, reads.window)]
    questions = build_questions(
        panel,
        day.day,
        {s.stock_id: s.symbol for s in members},
        askable(panel, [s.stock_id for s in members]),
        stories,
        vectors_in(day.conn, market, reads.window),
        history,
    )
    searched = Window(reads.window.after - timedelta(days=LOOKBACK_DAYS), fence)
    is_declared = panel.is_declared or declared_in(day.conn, market, searched)
    degraded = _unread_sources(day, fence)
    return {stock: Evidence(question, is_declared, degraded, fence) for stock, question in questions.items()}


def _known(day: Day, reads: _Reads, fence: datetime) -> tuple[Panel, History]:
    """Prices up to the session before and past stories up to the window, as known then."""
    tolerance = day.work.price_tolerance
    panel = price_panel(day.conn, day.market.code, reads.sessions, fence, with_open=False, tolerance=tolerance)
    return panel, day.work.history.until(day.conn, reads.window.after)


def _unread_sources(day: Day, fence: datetime) -> list[str]:
    reached = watermarks(day.conn, day.market.code, "news")
    return [s.name for s in day.sources("news") if s.name not in reached or reached[s.name] < fence]


def _asked_models(day: Day, fence: datetime) -> list[Model]:
    models = active_models(day.conn, fence)
    chosen = day.work.options.models
    unknown = sorted(set(chosen) - {m.model_name for m in models})
    if unknown:
        known = ", ".join(m.model_name for m in models)
        raise ValueError(f"No active model is called {unknown[0]}. Choose among: {known}.")
    return [m for m in models if not chosen or m.model_name in chosen]


def _rows(
    day: Day,
    model: Model,
    session: Session,
    evidence: Mapping[int, Evidence],
    given: Mapping[int, Sequence[Answer]],
    now: datetime,
) -> list[tuple]:
    rows = []
    for stock_id, item in evidence.items():
        origin = origin_of(now, session.open_at, session.close_at, is_declared=item.is_declared)
        for said in given.get(stock_id, ()):
            climatology = item.question["base"][str(said.horizon)][0]
            rows.append((
                day.market.code, day.day, model.model_name, stock_id, said.horizon, said.outcome_class,
                said.probability, said.direction, climatology, origin, item.degraded, now, day.work.keeper.holder,
                said.reasoning, said.expected_move, said.call_key,
            ))  # fmt: skip
    return rows
