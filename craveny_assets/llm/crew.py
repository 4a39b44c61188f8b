"""The tasks that ask one provider in one run: in its pace, again where that helps, not beyond what it can bear."""

import asyncio
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING

from craveny_assets.llm.asking import Asker, Result, Unanswered, Wish
from craveny_assets.llm.outcomes import PATIENCE, Outcome, outcome_of, outcome_of_error
from craveny_assets.llm.pace import Pace
from craveny_domain.forecasts import PENDING, OutcomeClass
from craveny_store.llm_spending import Refused

if TYPE_CHECKING:
    from openai import AsyncOpenAI

ATTEMPTS = 4
"""Failed requests for one question in one run; the next run begins anew."""
LIMITED_ATTEMPTS = 8
"""429s for one question, after which the provider is left for the next run."""
MOST_FAILED = 16
"""Questions in a row that a provider failed, after which it is left for the next run; more where more are in flight."""
RETRY_SECONDS = 0.25
MOST_BYTES = 4 * 1024 * 1024
"""Of an answer that are read."""


class Crew:
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
                outcome = outcome_of(await self._body(wish), wish.read)
        except Exception as error:  # noqa: BLE001 - whatever a provider does becomes an outcome
            outcome = outcome_of_error(error)
        return outcome, int((time.monotonic() - begun) * 1000)

    async def _body(self, wish: Wish) -> bytes:
        """What the provider answers, up to more than any answer has: a body without end must not fill the memory."""
        told = bytearray()
        async with self._client.chat.completions.with_streaming_response.create(
            model=wish.call.identifier,
            messages=list(wish.call.messages),  # type: ignore[arg-type]
            **wish.call.parameters,
        ) as response:
            async for piece in response.iter_bytes():
                told += piece
                if len(told) > MOST_BYTES:
                    break
        return bytes(told[:MOST_BYTES])

    async def _stop(self, refused: Refused) -> Unanswered:
        """Leave everything that is open for another run, and say so once."""
        outcome: OutcomeClass = "transient" if refused.reason == "unreachable" else "quota"
        first, self._stopped = self._stopped is None, self._stopped or Unanswered(outcome, refused.detail)
        if first:
            if refused.reason == "paused" and refused.until is None:
                await asyncio.to_thread(self._asker.pause, self._provider, refused.detail)
            await asyncio.to_thread(self._asker.tell_stopped, self._provider, refused)
        return self._stopped
