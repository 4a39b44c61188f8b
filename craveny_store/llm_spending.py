"""Money and patience towards language models: every request reserves before it is made and settles after it.

One lock orders all reservations of the installation, so that budgets, rates and requests in flight hold across
processes. A process that dies leaves its reservations counted: its requests may have been billed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from sqlalchemy import Connection, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from craveny_domain.forecasts import OutcomeClass
from craveny_domain.llm_cost import Usage
from craveny_store.tables import llm_attempt, llm_provider

Purpose = Literal["forecast", "noise", "report", "replay", "embedding", "preview"]
Refusal = Literal["daily_budget", "run_budget", "paused", "busy", "unreachable"]


@dataclass(frozen=True)
class Limits:
    """What one provider and the whole installation may be asked for; `deadline` is how long a request may take."""

    daily_usd: Decimal
    run_usd: Decimal
    in_flight: int
    per_minute: int
    deadline: timedelta


@dataclass(frozen=True)
class Attempt:
    """A request about to be made."""

    purpose: Purpose
    provider: str
    identifier: str
    run_id: str
    reserved_usd: Decimal
    call_key: bytes | None = None
    market: str | None = None
    session_date: date | None = None
    model_name: str | None = None


@dataclass(frozen=True)
class Refused:
    """Why a request may not be made now; `until`: when to ask again; None: not in this run."""

    reason: Refusal
    detail: str
    until: datetime | None = None

    @property
    def is_money(self) -> bool:
        """Whether a budget is why, which all providers share."""
        return self.reason in ("daily_budget", "run_budget")


@dataclass(frozen=True)
class Ended:
    """How a request ended. Without `usage` the reservation is kept as the cost when it `may_be_billed`."""

    outcome_class: OutcomeClass
    latency_ms: int
    usage: Usage | None = None
    cost_usd: Decimal | None = None
    may_be_billed: bool = True
    detail: str | None = None


_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('craveny language models'))")
# The statement's clock where rows are looked for: one that moves within a statement is looked for in no index.
_SUMS = """coalesce(sum(coalesce(cost_usd, reserved_usd)), 0) AS usd, coalesce(sum(reserved_usd) FILTER (
        WHERE settled_at IS NULL AND started_at > statement_timestamp() - :deadline), 0) AS in_flight_usd"""
_STATE = text(f"""
    SELECT clock_timestamp() AS now, today.usd AS today_usd, today.in_flight_usd AS today_in_flight_usd,
        run.usd AS run_usd, run.in_flight_usd AS run_in_flight_usd, p.not_before_at, p.reason AS pause_reason,
        (SELECT count(*) FROM llm_attempt WHERE provider = :provider AND settled_at IS NULL
            AND started_at > statement_timestamp() - :deadline) AS in_flight,
        (SELECT count(*) FROM llm_attempt WHERE provider = :provider
            AND started_at > statement_timestamp() - interval '1 minute') AS last_minute
    FROM (SELECT {_SUMS} FROM llm_attempt WHERE started_at >= date_trunc('day', statement_timestamp(), 'UTC')) today
    CROSS JOIN (SELECT {_SUMS} FROM llm_attempt WHERE run_id = :run_id) run
    LEFT JOIN llm_provider p ON p.provider = :provider""")  # noqa: S608
BUSY_WAIT = timedelta(milliseconds=200)


def reserve(conn: Connection, attempt: Attempt, limits: Limits) -> int | Refused:
    """Reserve a request's money and place; returns the attempt's id, or why it may not be made now.

    Commit at once: everybody else waits for it.
    """
    conn.execute(_LOCK)
    which = {"provider": attempt.provider, "run_id": attempt.run_id, "deadline": limits.deadline}
    state = conn.execute(_STATE, which).one()
    refused = _refusal(state, attempt, limits)
    if refused:
        return refused
    query = insert(llm_attempt).values(vars(attempt)).returning(llm_attempt.c.attempt_id)
    return conn.execute(query).scalar_one()


def _refusal(state, attempt: Attempt, limits: Limits) -> Refused | None:  # noqa: ANN001 - a row of _STATE
    if state.not_before_at and state.not_before_at > state.now:
        return Refused("paused", state.pause_reason, state.not_before_at)
    later = state.now + BUSY_WAIT
    today = _over("day", state.today_usd, state.today_in_flight_usd, attempt.reserved_usd, limits.daily_usd, later)
    run = _over("run", state.run_usd, state.run_in_flight_usd, attempt.reserved_usd, limits.run_usd, later)
    if today or run:
        return today or run
    if state.in_flight >= limits.in_flight or (limits.per_minute and state.last_minute >= limits.per_minute):
        return Refused("busy", f"{attempt.provider} is asked as much as it may be.", later)
    return None


def _over(
    whose: Literal["day", "run"], spent: Decimal, in_flight: Decimal, wanted: Decimal, limit: Decimal, later: datetime
) -> Refused | None:
    """Whether a budget has no room: none at all, or none until what is in flight has come to less than it may."""
    if spent + wanted <= limit:
        return None
    if in_flight and spent - in_flight + wanted <= limit:
        return Refused("busy", "The budget waits for what is in flight.", later)
    reason: Refusal = "daily_budget" if whose == "day" else "run_budget"
    return Refused(reason, f"The {whose}'s budget is reached: {spent:.4f} of {limit:.4f} USD are spent or reserved.")


def settle(conn: Connection, attempt_id: int, ended: Ended) -> Decimal:
    """Record how a request ended; returns what it cost, USD."""
    c, usage = llm_attempt.c, ended.usage
    is_estimated = ended.cost_usd is None and ended.may_be_billed
    unknown = c.reserved_usd if ended.may_be_billed else Decimal(0)
    values = {
        "settled_at": func.clock_timestamp(),
        "cost_usd": unknown if ended.cost_usd is None else ended.cost_usd,
        "is_estimated": is_estimated,
        "outcome_class": ended.outcome_class,
        "detail": ended.detail,
        "prompt_tokens": usage.prompt_tokens if usage else None,
        "cached_tokens": usage.cached_tokens if usage else None,
        "completion_tokens": usage.completion_tokens if usage else None,
        "latency_ms": ended.latency_ms,
    }
    query = update(llm_attempt).where(c.attempt_id == attempt_id).values(values).returning(c.cost_usd)
    return conn.execute(query).scalar_one()


def spent_on(conn: Connection, run_id: str, market: str, session: date) -> tuple[int, Decimal]:
    """How many requests a run made about a market's session, and the USD they cost or may come to."""
    c = llm_attempt.c
    usd = func.coalesce(func.sum(func.coalesce(c.cost_usd, c.reserved_usd)), 0)
    mine = (c.run_id == run_id, c.market == market, c.session_date == session)
    requests, spent = conn.execute(select(func.count(), usd).where(*mine)).one()
    return requests, spent


def spent_since(conn: Connection, since: datetime) -> Decimal:
    """USD that everything begun since an instant cost, or may come to."""
    c = llm_attempt.c
    query = select(func.coalesce(func.sum(func.coalesce(c.cost_usd, c.reserved_usd)), 0)).where(c.started_at >= since)
    return conn.execute(query).scalar_one()


def pause(conn: Connection, provider: str, until: datetime, reason: str) -> None:
    """Let nobody ask a provider before an instant; a longer pause stays."""
    statement = insert(llm_provider).values(provider=provider, not_before_at=until, reason=reason)
    excluded = statement.excluded
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=["provider"],
            set_={"not_before_at": excluded.not_before_at, "reason": excluded.reason},
            where=llm_provider.c.not_before_at < excluded.not_before_at,
        )
    )


def end_pause(conn: Connection, provider: str) -> None:
    """Ask a provider again at once."""
    conn.execute(delete(llm_provider).where(llm_provider.c.provider == provider))


def spent_today(conn: Connection) -> Decimal:
    """USD spent or reserved on the UTC day of the database's clock."""
    today = conn.execute(select(func.date_trunc("day", func.clock_timestamp(), "UTC"))).scalar_one()
    return spent_since(conn, today)
