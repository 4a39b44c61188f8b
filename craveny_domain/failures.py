"""What a failed run is told as: whether anyone hears of it, its first real error line, where it belongs.

Knows the words Dagster writes into runs, and nothing of Dagster itself.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from craveny_domain.alerts import Notice
from craveny_domain.text import without_hidden

LINE_LENGTH = 300
MOST_READ = 5_000
"""Characters of an error that are looked at; a whole page may have been put into one."""
SKIPPED = "craveny/skipped"
_WRAPPERS = frozenset(("DagsterExecutionStepExecutionError", "DagsterUserCodeExecutionError", "RetryRequested"))
_SECRETS = (
    (re.compile(r"\bbot\d+:[\w-]+"), "bot***"),
    (re.compile(r"\b\d{6,}:[A-Za-z0-9_-]{20,}"), "***"),
    (re.compile(r"(://[^\s:/@]*:)[^\s@/]+@"), r"\1***@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 ***"),
    (re.compile(r"\b(?:sk|pk|ghp|gho|xox[abp])[-_][\w-]{8,}"), "***"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+"), "***"),
    (
        re.compile(r"(?i)((?:password|passwd|secret|token|api_?key|access_?key)\w*[\"']?\s*[=:]\s*)[\"']?[^\s\"',;&]+"),
        r"\1***",
    ),
)
_CLASS_PATH = re.compile(r"^(?:[A-Za-z_]\w*\.)+(?=[A-Z]\w*(?:: |$))")


@dataclass(frozen=True)
class ErrorLink:
    """One exception of a chain: its class and what it says, as a traceback's last lines have it."""

    name: str
    message: str


@dataclass(frozen=True)
class FailedRun:
    """A failed run: each failed step's chain of exceptions (outermost first), and what Dagster says of the run."""

    run_id: str
    job: str
    tags: Mapping[str, str]
    ended_at: datetime
    steps: Mapping[str, Sequence[ErrorLink]]
    message: str = ""
    was_canceling: bool = False

    @property
    def attempt(self) -> int:
        """1 for a first run, more for those that Dagster started by itself after it."""
        number = self.tags.get("dagster/retry_number", "0")
        return int(number) + 1 if number.isdigit() else 1

    @property
    def will_retry(self) -> bool:
        """Whether Dagster starts it once more by itself."""
        return self.tags.get("dagster/will_retry") == "true"

    @property
    def days(self) -> str | None:
        """The partition or range it was for."""
        return days_of(self.tags)


def days_of(tags: Mapping[str, str]) -> str | None:
    """The partition a run's tags name, or the range as `first...last`; None when it is for none."""
    first, last = (tags.get(f"dagster/asset_partition_range_{end}") for end in ("start", "end"))
    if first and last:
        return first if first == last else f"{first}...{last}"
    return tags.get("dagster/partition")


def failure_notice(run: FailedRun, markets: Collection[str], dagster_address: str) -> Notice | None:
    """What on-call staff hear of a failed run; None when they need not.

    A run that stood back for another is no failure. The first attempt is told, as a warning when Dagster will try
    again; its retries stay quiet until the last, which is told again, as an error. A run that a person started
    anew is a first attempt.
    """
    if SKIPPED in run.tags or (run.attempt > 1 and run.will_retry):
        return None
    market, assets = _whereabouts(run, markets)
    subject = ", ".join(f"{market}/{asset}" if market else asset for asset in assets) or run.job
    tries = f" (attempt {run.attempt}, the last)" if run.attempt > 1 else ""
    if run.will_retry:
        tries = " (attempt 1, Dagster tries again)"
    return Notice(
        dedup_key=f"run_failure:{run.run_id}",
        kind="run_failure",
        level="warning" if run.will_retry else "error",
        title=f"{subject} failed{tries}",
        detail=error_line(run),
        occurred_at=run.ended_at,
        market=market,
        asset=", ".join(assets) or None,
        partition_key=run.days,
        run_id=run.run_id,
        link=f"{dagster_address.rstrip('/')}/runs/{run.run_id}" if dagster_address else None,
    )


def error_line(run: FailedRun) -> str:
    """The first real error line of the run; a run without a failed step has what Dagster said of it."""
    said = next((first_error_line(chain) for chain in run.steps.values() if chain), "") or _shown(run.message)
    said = said or "Dagster gave no reason; see the run."
    return f"It was being canceled when it ended. {said}" if run.was_canceling else said


def first_error_line(chain: Sequence[ErrorLink]) -> str:
    """The line of the first exception that is not a wrapper of Dagster's, without its module, secrets masked."""
    real = [link for link in chain if link.name not in _WRAPPERS] or list(chain[-1:])
    if not real:
        return ""
    line = _CLASS_PATH.sub(
        "", next((part.strip() for part in real[0].message[:MOST_READ].splitlines() if part.strip()), "")
    )
    return _shown(line.removeprefix("Failure: ")) or real[0].name


def mask_secrets(text: str) -> str:
    """The text with whatever looks like a password, key or token replaced by ***."""
    for pattern, shown in _SECRETS:
        text = pattern.sub(shown, text)
    return text


def _shown(text: str) -> str:
    line = " ".join(mask_secrets(without_hidden(text[:MOST_READ])).split())
    return line if len(line) <= LINE_LENGTH else f"{line[: LINE_LENGTH - 1]}…"


def _whereabouts(run: FailedRun, markets: Collection[str]) -> tuple[str | None, list[str]]:
    """The market and the assets that failed; steps are named `market__asset`, jobs `market_name_job`."""
    found = [step.split("__", 1) for step in run.steps if "__" in step]
    named = {market for market, _ in found if market in markets}
    if len(named) == 1:
        (market,) = named
        return market, [asset for at, asset in found if at == market]
    prefix = run.job.split("_", 1)[0]
    return (prefix if prefix in markets else None), []
