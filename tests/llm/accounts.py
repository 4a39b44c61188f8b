"""What the store holds of calls: attempts with their money, answers, alerts."""

import json
from collections.abc import Sequence
from decimal import Decimal
from subprocess import Popen

from sqlalchemy import Engine, RowMapping, func, select

from craveny_store.tables import llm_attempt, llm_call, notification


def attempts(engine: Engine) -> Sequence[RowMapping]:
    """Every request, the earliest first."""
    with engine.connect() as conn:
        return conn.execute(select(llm_attempt).order_by(llm_attempt.c.attempt_id)).mappings().all()


def calls(engine: Engine) -> Sequence[RowMapping]:
    """Every question as sent, with its answer where there is one."""
    with engine.connect() as conn:
        return conn.execute(select(llm_call).order_by(llm_call.c.observed_at, llm_call.c.call_key)).mappings().all()


def answered(engine: Engine) -> int:
    """Questions that were answered for good."""
    return sum(row["answered_at"] is not None for row in calls(engine))


def spent(engine: Engine) -> Decimal:
    """USD billed, or reserved by what never ended."""
    with engine.connect() as conn:
        cost = func.coalesce(llm_attempt.c.cost_usd, llm_attempt.c.reserved_usd)
        return conn.execute(select(func.coalesce(func.sum(cost), 0))).scalar_one()


def alerts(engine: Engine) -> list[str]:
    """The details of what on-call staff was told."""
    with engine.connect() as conn:
        return list(conn.execute(select(notification.c.detail).where(notification.c.kind == "llm_stopped")).scalars())


def ended(child: Popen) -> dict[str, int]:
    """How the questions of a run that is a process of its own ended, once it has ended well."""
    told, _ = child.communicate(timeout=240)
    assert child.returncode == 0
    return json.loads(told)
