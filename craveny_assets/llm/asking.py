"""Asks language models many questions: from what is kept first, then within budget, pace and deadline.

Each request is reserved, made and settled in transactions of its own, and each answer is kept at once: a process
that dies loses at most what was in flight.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from craveny_assets.llm.outcomes import PATIENCE, Outcome, outcome_of, outcome_of_error
from craveny_assets.llm.pace import FIRST_WAIT, Pace
from craveny_assets.llm.providers import ProviderSettings
from craveny_domain.alerts import Notice
from craveny_domain.forecasts import PENDING, OutcomeClass
from craveny_domain.llm_cost import Price, cost, most_it_costs
from craveny_domain.typed_answers import Read
from craveny_store import llm_spending, notifications
from craveny_store.llm_calls import Answered, Call, answers, freeze_calls, keep_answer
from craveny_store.llm_spending import Attempt, Ended, Limits, Purpose, Refused, reserve, settle
from craveny_store.partitions import database_now

if TYPE_CHECKING:
    from openai import AsyncOpenAI

ATTEMPTS = 4
"""Failed requests for one question in one run; the next run begins anew."""
LIMITED_ATTEMPTS = 8
"""429s for one question, after which the provider is left for the next run."""
MOST_FAILED = 16
"""Questions in a row that a provider failed, after which it is left for the next run; more where more are in flight."""
RETRY_SECONDS = 0.25
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
        seconds = self._limits.deadline.total_seconds()
        async with self._providers.client(provider, seconds) as client:
            crew = _Crew(self, client, provider, await asyncio.to_thread(self._seconds_left, until))
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


class _Crew:
    """The tasks that ask one provider."""

    def __init__(self, asker: Asker, client: "AsyncOpenAI", provider: str, seconds_left: float) -> None:
        self._asker, self._client, self._provider = asker, client, provider
        self._deadline = asker.limits.deadline.total_seconds()
        self._closes = time.monotonic() + seconds_left
        self._chance = Random()
        self._pace = Pace(asker.limits.in_flight, self._chance, time.monotonic)
        self._stopped: Unanswered | None = None
        self._failed = 0
        self.results: dict[bytes, Result] = {}

    async def work(self, asked: Sequence[Wish], say: Callable[[str], None]) -> None:
        """Ask everything; the first error of our own ends it."""
        waiting = iter(asked)
        told = time.monotonic()

        async def worker() -> None:
            nonlocal told
            for wish in waiting:
                self.results[wish.call.key] = await self._one(wish)
                if time.monotonic() - told > 2:
                    told = time.monotonic()
                    say(f"{self._provider}: {len(self.results)} of {len(asked)} questions asked")

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._asker.limits.in_flight, len(asked))):
                group.create_task(worker())

    async def _one(self, wish: Wish) -> Result:
        """What comes of a question: asked again where that may help, within its deadline all in all."""
        left, failed, limited = self._deadline, 0, 0
        while True:
            place = await self._enter(wish)
            if isinstance(place, Unanswered):
                return place
            result, outcome, seconds = await self._attempt(wish, place, left)
            if outcome.outcome_class == "quota":
                return await self._stop(Refused("paused", outcome.detail or ""))
            left -= seconds
            limited, failed = limited + outcome.is_rate_limited, failed + (not outcome.is_rate_limited)
            if outcome.is_for_another_run or limited == LIMITED_ATTEMPTS:
                return await self._stop(Refused("unreachable", outcome.detail or ""))
            if outcome.outcome_class != "transient" or failed == ATTEMPTS or left <= 0:
                return await self._counted(result)
            await asyncio.sleep(RETRY_SECONDS * 2**failed * self._chance.uniform(0.5, 1))

    async def _attempt(self, wish: Wish, place: int, left: float) -> tuple[Result, Outcome, float]:
        """One request, settled, and the seconds it took."""
        strain, is_answered = None, False
        try:
            outcome, milliseconds = await self._request(wish, left)
            is_answered = outcome.outcome_class not in PENDING
            # A pause that no task here will wait for must not keep the others from seeing that all is over.
            strain = None if outcome.is_for_another_run else outcome.strain
            result = await asyncio.to_thread(self._asker.settle, place, wish, outcome, milliseconds)
        finally:
            await self._pace.leave(strain, is_answered=is_answered)
        return result, outcome, milliseconds / 1000

    async def _counted(self, result: Result) -> Result:
        """The result; a provider that fails question after question is not asked any more."""
        self._failed = self._failed + 1 if result.outcome_class == "transient" else 0
        if self._failed >= max(MOST_FAILED, 2 * self._asker.limits.in_flight):
            why = f"{self._provider} failed {self._failed} questions in a row. {result.detail}"
            await self._stop(Refused("unreachable", why))
        return result

    async def _enter(self, wish: Wish) -> int | Unanswered:
        """A reserved attempt, waited for outside while others have the place."""
        while True:
            await self._pace.enter()
            place: int | Unanswered | float = 0.0
            try:
                place = await self._place(wish)
            finally:
                if not isinstance(place, int):
                    await self._pace.leave()
            if not isinstance(place, float):
                return place
            await asyncio.sleep(max(0.05, place))

    async def _place(self, wish: Wish) -> int | Unanswered | float:
        """A reserved attempt, why there will be none, or the seconds to wait for one."""
        if self._stopped:
            return self._stopped
        if time.monotonic() >= self._closes:
            return Unanswered("transient", "Its time was over: the market opens.")
        if not await asyncio.to_thread(self._asker.is_wanted):
            return Unanswered("transient", "The run was given up.")
        found, wait = await asyncio.to_thread(self._asker.reserve, wish)
        if isinstance(found, int):
            return found
        if found.until is None or wait > PATIENCE.total_seconds():
            return await self._stop(found)
        return float(wait)

    async def _request(self, wish: Wish, seconds: float) -> tuple[Outcome, int]:
        begun = time.monotonic()
        left = min(seconds, self._closes - begun)
        try:
            async with asyncio.timeout(max(0.1, left)):
                raw = await self._client.chat.completions.with_raw_response.create(
                    model=wish.call.identifier,
                    messages=list(wish.call.messages),  # type: ignore[arg-type]
                    **wish.call.parameters,
                )
                outcome = outcome_of(raw, wish.read)
        except Exception as error:  # noqa: BLE001 - whatever a provider does becomes an outcome
            outcome = outcome_of_error(error)
        return outcome, int((time.monotonic() - begun) * 1000)

    async def _stop(self, refused: Refused) -> Unanswered:
        """Leave everything that is open for another run, and say so once."""
        outcome: OutcomeClass = "transient" if refused.reason == "unreachable" else "quota"
        first, self._stopped = self._stopped is None, self._stopped or Unanswered(outcome, refused.detail)
        if first:
            if refused.reason == "paused" and refused.until is None:
                await asyncio.to_thread(self._asker.pause, self._provider, refused.detail)
            await asyncio.to_thread(self._asker.tell_stopped, self._provider, refused)
        return self._stopped


def as_sample(call: Call, sample: int) -> Call:
    """The same question asked once more, to measure the model's own noise."""
    return replace(call, sample=sample)
