"""Forecasts, session by session: freeze the questions once, let each model answer, keep what was said."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from craveny_assets.days.ensembles import combined_answers
from craveny_assets.days.questions import Reads, prices_at, questions_of
from craveny_assets.days.work import NO_SESSION, Day, Written
from craveny_domain.ab_tests import Split, questions_for
from craveny_domain.clocks import Session, cutoff
from craveny_domain.forecasters import FORECASTERS
from craveny_domain.forecasts import Answer, fixed_origins, origin_of
from craveny_store.ab_tests import splits_on
from craveny_store.bulk import Changes
from craveny_store.forecasts import (
    Evidence,
    count_predictions,
    freeze_evidence,
    frozen_evidence,
    preview,
    write_predictions,
)
from craveny_store.leases import PartitionKey
from craveny_store.model_book import Model, active_models
from craveny_store.partitions import Check, database_now

if TYPE_CHECKING:
    from craveny_assets.days.language import Said


def prediction_day(day: Day) -> Written:
    """Each model's forecasts for the day's session, a row per stock and horizon, from questions frozen once."""
    if day.index is None:
        return NO_SESSION
    session, fence = day.session(), cutoff(day.session(), day.market.lead)
    day.require_begun("the cut-off", fence)
    reads = Reads.assert_of(day)
    frozen = frozen_evidence(day.conn, day.market.code, day.day)
    evidence = questions_of(day, reads, fence, frozen)
    models, splits = _asked_models(day, fence), splits_on(day.conn, day.market.code, day.day, fence)
    said = _from_language_models(day, reads, fence, models, evidence, splits)
    if said is None and evidence != frozen:
        freeze_evidence(day.conn, day.market.code, day.day, evidence)
    parts = _written(day, session, models, evidence, splits, said)
    changes = sum((part for _, part in parts), Changes())
    others = count_predictions(day.conn, day.market.code, day.day) - changes.rows
    shown = preview(day.conn, day.market.code, day.day)
    notes = {"questions": len(evidence), "models": len(parts), "cutoff": str(fence), **_cost(said)}
    changes += Changes(unchanged=others)
    return Written(changes, reads.spans, _checks(evidence, said), parts, notes, [dict(row) for row in shown])


def _from_language_models(
    day: Day,
    reads: Reads,
    fence: datetime,
    models: Sequence[Model],
    evidence: Mapping[int, Evidence],
    splits: Sequence[Split],
) -> "Said | None":
    """What those among the models say that have to be asked; None, and nothing loaded, without any."""
    asked = [model for model in models if not model.is_keyless]
    if not asked:
        return None
    from craveny_assets.days.language import ask_language_models, with_briefs

    briefed = with_briefs(day, fence, evidence, lambda: prices_at(day, reads, fence))
    return ask_language_models(day, asked, briefed, splits)


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
    day: Day,
    session: Session,
    models: Sequence[Model],
    evidence: Mapping[int, Evidence],
    splits: Sequence[Split],
    said: "Said | None",
) -> list[tuple[PartitionKey, Changes]]:
    # Answers of language models take time: what counts is when all of them were there.
    now = day.now if said is None else database_now(day.conn)
    fixed, is_open = fixed_origins(now, session.close_at), now >= session.open_at
    parts = []
    # Ensembles last: they read what the others have said.
    for model in sorted(models, key=lambda each: each.is_ensemble):
        mine = questions_for(model.model_name, day.day, evidence, splits)
        if model.is_ensemble:
            given = combined_answers(day, model, mine, now)
        else:
            given = said.answers[model.model_name] if said and not model.is_keyless else _by_rule(model, mine)
        rows = _rows(day, model, session, mine, given, now)
        key = PartitionKey(day.market.code, "prediction", day.day, model.model_name)
        scope = (day.market.code, day.day, model.model_name)
        parts.append((key, write_predictions(day.conn, *scope, rows, fixed, is_open=is_open)))
    return parts


def _by_rule(model: Model, evidence: Mapping[int, Evidence]) -> dict[int, list[Answer]]:
    answer = FORECASTERS[model.identifier]
    return {stock_id: answer(item.question) for stock_id, item in evidence.items()}


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
