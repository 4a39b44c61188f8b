"""What a language model was sent and said of one forecast, in the shapes of the API."""

from collections.abc import Collection, Iterable
from typing import Any

from craveny_api.schemas import Article, Attempt, LanguageAnswer, Passage, Replay, TypedAnswer, TypedCall
from craveny_domain.briefs import Brief
from craveny_domain.prompts import evidence_ids
from craveny_domain.typed_answers import ForecastAnswer, read_forecast
from craveny_store.reads.paging import Row

_REPLAYED = tuple(name for name in Replay.model_fields if name != "origin")


def typed_answer(call: Row | None, brief: Brief | None) -> ForecastAnswer | None:
    """An answer as it fills its type; None for one that does not, or where there is none."""
    if call is None or brief is None or call["outcome_class"] != "ok":
        return None
    return read_forecast(call["answer"] or "", brief["stock"]["symbol"], evidence_ids(brief)).answer


def language_shape(call: Row, answer: ForecastAnswer | None) -> LanguageAnswer:
    """What a model was sent and said, from a row of `call_behind`."""
    attempts = [Attempt.model_validate(attempt) for attempt in call["attempts"]]
    return LanguageAnswer(**call | {"attempts": attempts, "typed": answer and _typed(answer)})


def _typed(answer: ForecastAnswer) -> TypedAnswer:
    calls = [
        TypedCall(
            horizon=call.horizon,
            direction=call.direction,
            probability_up=call.probability_up,
            expected_move=call.expected_move_percent / 100,
        )
        for call in sorted(answer.calls, key=lambda call: call.horizon)
    ]
    return TypedAnswer(
        calls=calls, impact=answer.impact, reason=answer.reason, risks=answer.risks, cited=answer.evidence
    )


def passages(brief: Brief | None, cited: Collection[int], articles: dict[int, Article]) -> list[Passage]:
    """The stories of a brief in the order they were told in, those of the day before those of the past."""
    if brief is None:
        return []
    fresh = [_told(row, is_past=False) for row in brief["stories"]]
    past = [_told(row, is_past=True) for row in brief["past"]]
    told = (*fresh, *past)
    return [Passage(**row, is_cited=row["news_id"] in cited, article=articles.get(row["news_id"])) for row in told]


def _told(row: dict[str, Any], *, is_past: bool) -> dict[str, Any]:
    same = {name: row[name] for name in ("title", "excerpt", "source")}
    past = {"is_past": is_past, "similarity": row.get("similarity"), "returns": row.get("returns")}
    return {"news_id": row["id"], "available_at": row["at"], **same, **past}


def replay_shapes(rows: Iterable[Row]) -> list[Replay]:
    """Replays, from rows of `list_replays` or `replays_beside`."""
    return [Replay(**{name: row[name] for name in _REPLAYED}) for row in rows]
