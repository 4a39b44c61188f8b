"""Asks language models many questions: from what is kept first, then within budget, pace and deadline.

Each request is reserved, made and settled in transactions of its own, and each answer is kept at once: a process
that dies loses at most what was in flight.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from craveny_assets.llm.outcomes import Outcome
from craveny_assets.llm.pace import FIRST_WAIT
from craveny_assets.llm.providers import ProviderSettings
from craveny_domain.alerts import Notice
from craveny_domain.forecasts import PENDING, OutcomeClass
from craveny_domain.llm_cost import Price, cost, most_it_costs
from craveny_domain.typed_answers import Read
from craveny_store import llm_spending, notifications
from craveny_store.llm_calls import Answered, Call, answers, freeze_calls, keep_answer
from craveny_store.llm_spending import Attempt, Ended, Limits, Purpose, Refused, reserve, settle
from craveny_store.partitions import database_now

WANTED_SECONDS = 5.0
QUOTA_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=1)
"""Whatever a provider asks for."""
KEPT_AT_ONCE = 500


@dataclass(frozen=True)
class Wish:
    """A question with what it may cost and how its answer is judged."""

    call: Call
    purpose: Purpose
    price: Price
    read: Callable[[str], Read] = field(repr=False)
    model_name: str | None = None
    market: str | None = None
    session_date: date | None = None


@dataclass(frozen=True)
class Unanswered:
    """A question that is still open, and why; the class is one that is never kept."""

    outcome_class: OutcomeClass
    detail: str


Result = Answered | Unanswered


class Asker:
    """Asks for one run. `until`, an instant of the database's clock, is when a question's time is over."""

    def __init__(
        self,
        engine: Engine,
        limits: Limits,
        run_id: str,
        providers: ProviderSettings | None = None,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        self._engine, self._limits, self._run_id = engine, limits, run_id
        self._providers = providers or ProviderSettings()
        self._is_wanted = is_wanted
        self._looked, self._wanted = float("-inf"), True

    def ask(
        self, wishes: Sequence[Wish], *, until: datetime | None = None, say: Callable[[str], None] = lambda _: None
    ) -> Mapping[bytes, Result]:
        """What came of each question, by the key of its call; questions of the same content are one."""
        distinct = {wish.call.key: wish for wish in wishes}
        results: dict[bytes, Result] = dict(self._kept(list(distinct)))
        open_ones = [wish for key, wish in distinct.items() if key not in results]
        by_provider: dict[str, list[Wish]] = {}
        for wish in open_ones:
            by_provider.setdefault(wish.call.provider, []).append(wish)
        for provider, asked in by_provider.items():
            missing = self._providers.missing(provider)
            if missing:
                results |= {wish.call.key: Unanswered("quota", missing) for wish in asked}
            else:
                self._freeze(asked)
                results |= asyncio.run(self._ask_all(provider, asked, until, say))
        return results

    def _kept(self, keys: Sequence[bytes]) -> Iterator[tuple[bytes, Answered]]:
        with self._engine.connect() as conn:
            for start in range(0, len(keys), KEPT_AT_ONCE):
                yield from answers(conn, keys[start : start + KEPT_AT_ONCE]).items()

    def _freeze(self, asked: Iterable[Wish]) -> None:
        with self._engine.begin() as conn:
            freeze_calls(conn, [wish.call for wish in asked])

    async def _ask_all(
        self, provider: str, asked: Sequence[Wish], until: datetime | None, say: Callable[[str], None]
    ) -> dict[bytes, Result]:
        from craveny_assets.llm.crew import Crew

        seconds = self._limits.deadline.total_seconds()
        async with self._providers.client(provider, seconds) as client:
            crew = Crew(self, client, provider, await asyncio.to_thread(self._seconds_left, until))
            await crew.work(asked, say)
            return crew.results

    def _seconds_left(self, until: datetime | None) -> float:
        if until is None:
            return float("inf")
        with self._engine.connect() as conn:
            return (until - database_now(conn)).total_seconds()

    def reserve(self, wish: Wish) -> tuple[int | Refused, float]:
        """A place and the money for a request, or why there is none; with the seconds to wait in that case."""
        call = wish.call
        attempt = Attempt(
            purpose=wish.purpose,
            provider=call.provider,
            identifier=call.identifier,
            run_id=self._run_id,
            reserved_usd=most_it_costs(wish.price, call.messages, call.max_tokens),
            call_key=call.key,
            market=wish.market,
            session_date=wish.session_date,
            model_name=wish.model_name,
        )
        with self._engine.begin() as conn:
            found = reserve(conn, attempt, self._limits)
            if isinstance(found, int) or found.until is None:
                return found, 0.0
            return found, (found.until - database_now(conn)).total_seconds()

    def settle(self, attempt_id: int, wish: Wish, outcome: Outcome, milliseconds: int) -> Result:
        """Record how a request ended, and keep what is an answer."""
        hide = self._providers.without_keys
        outcome = replace(outcome, answer=hide(outcome.answer), detail=hide(outcome.detail))
        usage = outcome.usage
        ended = Ended(
            outcome_class=outcome.outcome_class,
            latency_ms=milliseconds,
            usage=usage,
            cost_usd=cost(wish.price, usage) if usage else None,
            may_be_billed=outcome.may_be_billed,
            detail=outcome.detail,
        )
        with self._engine.begin() as conn:
            usd = settle(conn, attempt_id, ended)
            if outcome.strain:
                wanted = FIRST_WAIT if outcome.retry_after is None else outcome.retry_after
                until = database_now(conn) + min(LONGEST_PAUSE, timedelta(seconds=min(wanted, 1e6)))
                llm_spending.pause(conn, wish.call.provider, until, outcome.detail or "")
            if outcome.outcome_class in PENDING:
                return Unanswered(outcome.outcome_class, outcome.detail or "")
            answered = Answered(outcome.outcome_class, outcome.answer, outcome.detail, usage, usd, milliseconds)
            keep_answer(conn, wish.call.key, answered)
        return answered

    def is_wanted(self) -> bool:
        """Whether the run still counts, as of a moment ago."""
        if time.monotonic() - self._looked > WANTED_SECONDS:
            self._looked, self._wanted = time.monotonic(), self._is_wanted()
        return self._wanted

    def tell_stopped(self, provider: str, refused: Refused) -> None:
        """Alert once a day that questions are left open, and why."""
        with self._engine.begin() as conn:
            now = database_now(conn)
            notice = Notice(
                dedup_key=f"llm_{refused.reason}:{'' if refused.is_money else provider}:{now:%F}",
                kind="llm_stopped",
                level="error",
                title="Language models are not asked any more",
                detail=f"{refused.detail} What is open stays pending until its open, then expires.",
                occurred_at=now,
                run_id=self._run_id,
            )
            notifications.add(conn, [notice])

    def pause(self, provider: str, reason: str) -> None:
        """Let no process ask a provider for a while."""
        with self._engine.begin() as conn:
            llm_spending.pause(conn, provider, database_now(conn) + QUOTA_PAUSE, reason)

    @property
    def limits(self) -> Limits:
        """What may be asked for."""
        return self._limits


def as_sample(call: Call, sample: int) -> Call:
    """The same question asked once more, to measure the model's own noise."""
    return replace(call, sample=sample)
