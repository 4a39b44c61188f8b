"""A/B tests: registered, stopped and made a market's default, each told in change_log; and those that split a
session's questions. Nothing is ever taken away. Lists for people are `reads.ab_tests`."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, update

from craveny_domain.ab_tests import NewTest, Opening, Split, Variant, refusal_of
from craveny_domain.clocks import Market, cutoff
from craveny_store.calendar import AHEAD, sessions_between
from craveny_store.model_changes import ChangeRefused, begin_change, tell_change
from craveny_store.partitions import database_now
from craveny_store.tables import ab_test_config, model, model_activation, prompt

_T = ab_test_config.c
_NEW = [_T[name] for name in NewTest.__dataclass_fields__]
_RUNS = _T.stopped_at.is_(None)


def first_start(conn: Connection, market: Market) -> date:
    """The first session that a test registered now can start on; ChangeRefused when none is known."""
    now = database_now(conn)
    first = _opening(conn, market, market.local_date(now), now).first
    if first is None:
        detail = f"No session of {market.code} to come is known. Restart the code server: it fills the calendar."
        raise ChangeRefused("wrong", "No session to start on", detail)
    return first


def add_test(conn: Connection, market: Market, given: NewTest, user_id: int | None) -> int:
    """Register a test, before it begins; gives its id. ChangeRefused says why it cannot be."""
    now = begin_change(conn)
    if conn.execute(select(_T.test_id).where(_T.name == given.name)).first():
        detail = f"There is a test {given.name}. Choose another name."
        raise ChangeRefused("exists", "Test exists", detail)
    opening = _opening(conn, market, given.starts_on, now)
    variants = [_variant(conn, name, now) for name in (given.model_a, given.model_b)]
    others = [NewTest(*row) for row in conn.execute(select(*_NEW).where(_T.market == market.code, _RUNS))]
    if cause := refusal_of(given, variants, opening, others):
        raise ChangeRefused("wrong", "No such test", cause)
    if given.is_default:
        _end_default(conn, market.code, user_id)
    row = asdict(given) | {"created_by": user_id}
    test_id = conn.execute(insert(ab_test_config).values(row).returning(_T.test_id)).scalar_one()
    tell_change(conn, "ab_test", given.name, None, _shown(conn, test_id), user_id)
    return test_id


def set_default(conn: Connection, test_id: int, user_id: int | None, *, is_default: bool) -> None:
    """Make a running test's pair the one that its market's pages open with, instead of another's; or let it go."""
    begin_change(conn)
    before = _running(conn, test_id)
    if before["is_default"] == is_default:
        return
    if is_default:
        _end_default(conn, before["market"], user_id)
    conn.execute(update(ab_test_config).where(_T.test_id == test_id).values(is_default=is_default))
    tell_change(conn, "ab_test", before["name"], before, _shown(conn, test_id), user_id)


def stop_test(conn: Connection, test_id: int, reason: str, user_id: int | None) -> None:
    """Stop a test: sessions whose cut-off has passed still count, later ones do not. What was said of it stays."""
    now = begin_change(conn)
    before = _running(conn, test_id)
    told = {"stopped_at": now, "stopped_by": user_id, "stop_reason": reason}
    conn.execute(update(ab_test_config).where(_T.test_id == test_id).values(told))
    tell_change(conn, "ab_test", before["name"], before, _shown(conn, test_id), user_id)


def splits_on(conn: Connection, market: str, session: date, fence: datetime) -> list[Split]:
    """The tests that share out the questions of a session with this cut-off, by id; the same however late it is
    asked."""
    query = select(_T.test_id, _T.model_a, _T.model_b, _T.share_b).where(
        _T.market == market, _T.mode == "split", *runs_on(session, fence)
    )
    return [Split(*row) for row in conn.execute(query.order_by(_T.test_id))]


def runs_on(session: date, fence: datetime) -> tuple[ColumnElement[bool], ...]:
    """The condition that a test runs on a session: from its first one on, until a cut-off that comes after the stop."""
    return _T.starts_on <= session, or_(_RUNS, _T.stopped_at > fence)


def _opening(conn: Connection, market: Market, starts_on: date, now: datetime) -> Opening:
    today = market.local_date(now)
    ahead = sessions_between(conn, market.code, min(today, starts_on), max(today, starts_on) + AHEAD)
    first = next((s.session_date for s in ahead if cutoff(s, market.lead) > now), None)
    return Opening(first, next((s.session_date for s in ahead if s.session_date >= starts_on), None))


def _variant(conn: Connection, name: str, now: datetime) -> Variant:
    a = model_activation.c
    is_asked = select(a.model_name).where(
        a.model_name == name, or_(a.active_until_at.is_(None), a.active_until_at > now)
    )
    query = select(
        model.c.model_name,
        model.c.provider,
        func.coalesce(prompt.c.purpose, "forecast"),
        model.c.is_floor,
        is_asked.exists(),
    ).outerjoin(prompt, prompt.c.prompt_version == model.c.prompt_version)
    row = conn.execute(query.where(model.c.model_name == name)).first()
    if row is None:
        raise ChangeRefused("wrong", "No such model", f"There is no model {name}. Look at /api/models.")
    return Variant(*row)


def _running(conn: Connection, test_id: int) -> dict[str, Any]:
    before = _shown(conn, test_id)
    if before is None:
        raise ChangeRefused("missing", "No such test", f"There is no test {test_id}. Look at /api/ab-tests.")
    if before["stopped_at"] is not None:
        detail = f"{before['name']} was stopped on {before['stopped_at']:%Y-%m-%d}. Register another test."
        raise ChangeRefused("wrong", "Test was stopped", detail)
    return before


def _end_default(conn: Connection, market: str, user_id: int | None) -> None:
    present = select(_T.test_id).where(_T.market == market, _T.is_default, _RUNS)
    for test_id in conn.execute(present).scalars().all():
        before = _shown(conn, test_id)
        assert before is not None  # noqa: S101 - it was just read
        conn.execute(update(ab_test_config).where(_T.test_id == test_id).values(is_default=False))
        tell_change(conn, "ab_test", before["name"], before, _shown(conn, test_id), user_id)


def _shown(conn: Connection, test_id: int) -> dict[str, Any] | None:
    columns: Sequence[Any] = [*_NEW, _T.stopped_at, _T.stop_reason]
    row = conn.execute(select(*columns).where(_T.test_id == test_id)).mappings().first()
    return None if row is None else dict(row)
