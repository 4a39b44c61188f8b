"""What came of one request: every answer and every error of the client, as one outcome class.

Nothing a provider says in an error is repeated: it may quote the key.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from craveny_assets.llm.pace import Strain
from craveny_domain.forecasts import OutcomeClass
from craveny_domain.llm_cost import Usage
from craveny_domain.typed_answers import ANSWER_LIMIT, Read

if TYPE_CHECKING:
    from openai import APIStatusError

PATIENCE = timedelta(minutes=2)
"""A provider that wants a longer pause is left for the next run."""
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_NO_QUOTA = {401: "refuses the key", 402: "has no credit left", 403: "refuses the key"}
MOST_TOKENS = 10_000_000
"""A provider that counts more in one request is not believed."""


@dataclass(frozen=True)
class Outcome:
    """How a request ended. `retry_after` in seconds, where the provider asks for patience."""

    outcome_class: OutcomeClass
    detail: str | None = None
    answer: str | None = None
    usage: Usage | None = None
    may_be_billed: bool = True
    retry_after: float | None = None
    is_rate_limited: bool = False

    @property
    def strain(self) -> "Strain | None":
        """What the provider said of our pace; None: nothing."""
        return Strain(self.retry_after) if self.is_rate_limited or self.retry_after is not None else None

    @property
    def is_for_another_run(self) -> bool:
        """Whether the provider wants a longer pause than a run waits for."""
        return (self.retry_after or 0.0) > PATIENCE.total_seconds()


def outcome_of(body: bytes, read: Callable[[str], Read]) -> Outcome:
    """The outcome of a 2xx answer with this body; `read` judges the words."""
    try:
        told = json.loads(body)
        if isinstance(told.get("error"), dict):
            return _late_error(told["error"])
        choice = told["choices"][0]
        message, finish = choice["message"], choice.get("finish_reason")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Outcome("provider_bug", "The provider answered with something that is no completion.", usage=None)
    usage = usage_of(told.get("usage"))
    words = message.get("content") if isinstance(message, dict) else None
    if isinstance(message, dict) and message.get("refusal"):
        return Outcome("refusal", "The model refused.", _kept(str(message["refusal"])), usage)
    if finish == "content_filter":
        return Outcome("filtered", "The provider's filter withheld the answer.", _kept(words), usage)
    if finish == "length":
        return Outcome("truncated", "The answer was cut off at its token limit; raise max_tokens.", _kept(words), usage)
    if not isinstance(words, str) or not words.strip():
        return Outcome("invalid_output", "The answer is empty.", None, usage)
    judged = read(words)
    return Outcome(judged.outcome_class, judged.detail, _kept(words), usage)


def outcome_of_error(error: Exception) -> Outcome:
    """The outcome of a request that brought no answer."""
    import httpx2
    import openai

    if isinstance(error, openai.APIStatusError):
        return _refused(error)
    if isinstance(error, openai.APIConnectionError):
        is_sent = not isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout)
        return Outcome("transient", "The provider did not answer.", may_be_billed=is_sent)
    if isinstance(error, TimeoutError):
        return Outcome("transient", "The provider did not answer before the deadline.")
    if isinstance(error, httpx2.HTTPError):
        return Outcome("transient", "The connection broke off in the middle of an answer.")
    return Outcome("provider_bug", f"The provider answered with something unreadable ({type(error).__name__}).")


def _late_error(error: dict[str, Any]) -> Outcome:
    """OpenRouter tells of what failed after it had begun with status 200."""
    status = error.get("code")
    return _failed(status if isinstance(status, int) else 502, error, None)


def _refused(error: "APIStatusError") -> Outcome:
    return _failed(error.status_code, error.body, retry_after(error.response.headers))


def _failed(status: int, body: object, after: float | None) -> Outcome:
    code = _code(body)
    named = f" ({code})" if code else ""
    if code in ("content_filter", "content_policy_violation") or (status == 403 and _is_moderated(body)):
        return Outcome("filtered", "The provider's filter withheld the question.", may_be_billed=False)
    if status in _NO_QUOTA or code == "insufficient_quota":
        why = _NO_QUOTA.get(status, "has no quota left")
        return Outcome("quota", f"The provider {why}: HTTP {status}{named}.", may_be_billed=False)
    if status == 429:
        detail = f"The provider asks for patience: HTTP 429{named}."
        return Outcome("transient", detail, may_be_billed=False, retry_after=after, is_rate_limited=True)
    if status >= 500 or status in (408, 409):
        return Outcome("transient", f"The provider failed: HTTP {status}.", may_be_billed=False, retry_after=after)
    return Outcome("provider_bug", f"The provider refuses the request: HTTP {status}{named}.", may_be_billed=False)


def _is_moderated(body: object) -> bool:
    """OpenRouter's 403 of one flagged question; a plain one is of the key, and so of every question."""
    metadata = body.get("metadata") if isinstance(body, dict) else None
    return isinstance(metadata, dict) and "reasons" in metadata


def _code(body: object) -> str | None:
    for name in ("code", "type"):
        told = body.get(name) if isinstance(body, dict) else None
        if isinstance(told, str) and _CODE.fullmatch(told):
            return told
    return None


def retry_after(headers: Any) -> float | None:  # noqa: ANN401 - the client's headers
    """Seconds that an answer's Retry-After asks for, given in seconds or as a date; None without one."""
    told = headers.get("retry-after")
    if not told:
        return None
    try:
        return max(0.0, float(told))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def usage_of(told: object) -> Usage | None:
    """Tokens as the provider counted them; None when it did not, or not believably."""
    if not isinstance(told, dict):
        return None
    sent, answered = told.get("prompt_tokens"), told.get("completion_tokens", 0)
    details = told.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    counts = [sent, cached or 0, answered or 0]
    if not all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= MOST_TOKENS for n in counts):
        return None
    return Usage(counts[0], min(counts[1], counts[0]), counts[2])


def _kept(words: str | None) -> str | None:
    # Postgres keeps no NUL, and no text has a lone surrogate.
    return words if words is None else words[:ANSWER_LIMIT].replace("\x00", "").encode(errors="ignore").decode()
