"""People who can log in, their refresh tokens, and the limit on their attempts. Hashing is the caller's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from craveny_store.tables import login_attempt, refresh_token, user


@dataclass(frozen=True)
class Account:
    """A person, as the login sees them."""

    user_id: int
    email: str
    role: str
    password_hash: str
    is_disabled: bool


_ACCOUNT = select(user.c.user_id, user.c.email, user.c.role, user.c.password_hash, user.c.disabled_at.is_not(None))


def add_user(conn: Connection, email: str, password_hash: str, role: str) -> bool:
    """Add a person; False when the e-mail is known already, and then nothing changes."""
    row = {"email": email, "password_hash": password_hash, "role": role}
    return conn.execute(upsert(user).values(row).on_conflict_do_nothing().returning(user.c.user_id)).first() is not None


def disable_user(conn: Connection, email: str) -> bool:
    """Let a person neither log in nor refresh from now on; False when there is no such person."""
    who = update(user).where(user.c.email == email).values(disabled_at=func.clock_timestamp())
    found = conn.execute(who.returning(user.c.user_id)).first()
    if found is None:
        return False
    _revoke(conn, refresh_token.c.user_id == found.user_id)
    return True


def people(conn: Connection) -> list[Account]:
    """Everybody, by e-mail."""
    return [_account(row) for row in conn.execute(_ACCOUNT.order_by(user.c.email))]


def account_of(conn: Connection, email: str) -> Account | None:
    """The person with an e-mail (in lower case)."""
    row = conn.execute(_ACCOUNT.where(user.c.email == email)).first()
    return _account(row) if row else None


def account(conn: Connection, user_id: int) -> Account | None:
    """The person with an id."""
    row = conn.execute(_ACCOUNT.where(user.c.user_id == user_id)).first()
    return _account(row) if row else None


def _account(row: Row) -> Account:
    return Account(*row)


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('craveny login ' || :scope, 0))")


def admit_attempt(conn: Connection, limits: Mapping[str, int], window: timedelta) -> int | None:
    """Record an attempt in every scope unless one has used up its limit within the window.

    Returns None when it was admitted, else the seconds to wait; attempts that are refused are not counted.
    """
    c = login_attempt.c
    for scope in sorted(limits):
        conn.execute(_LOCK, {"scope": scope})
    conn.execute(delete(login_attempt).where(c.attempted_at <= func.clock_timestamp() - window))
    left = func.extract("epoch", func.min(c.attempted_at) + window - func.clock_timestamp())
    query = select(c.scope, func.count(), left).where(c.scope.in_(limits)).group_by(c.scope)
    waits = [float(seconds) for scope, count, seconds in conn.execute(query) if count >= limits[scope]]
    if waits:
        return max(1, ceil(max(waits)))
    conn.execute(insert(login_attempt), [{"scope": scope} for scope in sorted(limits)])
    return None


def forget_attempts(conn: Connection, scope: str) -> None:
    """Give a scope its whole limit back."""
    conn.execute(delete(login_attempt).where(login_attempt.c.scope == scope))


def begin_family(conn: Connection, user_id: int, token_hash: bytes, lifetime: timedelta) -> None:
    """Keep the first refresh token of a login."""
    _keep(conn, uuid4(), user_id, token_hash, lifetime)


_LOCK_FAMILY = text("""
    SELECT pg_advisory_xact_lock(hashtextextended(family_id::text, 0)) FROM refresh_token
    WHERE token_hash = :token_hash""")


def exchange_token(conn: Connection, token_hash: bytes, successor: bytes, lifetime: timedelta) -> int | None:
    """Use up a refresh token and keep its successor; the person's id, or None when it may not be used.

    A token that was used before is in two hands: its whole family is revoked.
    """
    # One at a time per family: a revocation must also find the successor that is being written.
    conn.execute(_LOCK_FAMILY, {"token_hash": token_hash})
    c = refresh_token.c
    usable = (c.token_hash == token_hash, c.used_at.is_(None), c.revoked_at.is_(None))
    enabled = select(user.c.user_id).where(user.c.user_id == c.user_id, user.c.disabled_at.is_(None)).exists()
    use = (
        update(refresh_token)
        .where(*usable, c.expires_at > func.clock_timestamp(), enabled)
        .values(used_at=func.clock_timestamp())
        .returning(c.family_id, c.user_id)
    )
    used = conn.execute(use).first()
    if used is None:
        reused = select(c.family_id).where(c.token_hash == token_hash, c.used_at.is_not(None))
        _revoke(conn, c.family_id.in_(reused.scalar_subquery()))
        return None
    _keep(conn, used.family_id, used.user_id, successor, lifetime)
    return used.user_id


def revoke_family(conn: Connection, token_hash: bytes) -> None:
    """End the login that a refresh token belongs to; nothing happens when there is none."""
    conn.execute(_LOCK_FAMILY, {"token_hash": token_hash})
    mine = select(refresh_token.c.family_id).where(refresh_token.c.token_hash == token_hash)
    _revoke(conn, refresh_token.c.family_id.in_(mine.scalar_subquery()))


def _revoke(conn: Connection, which) -> None:  # noqa: ANN001 - a condition on refresh_token
    c = refresh_token.c
    conn.execute(update(refresh_token).where(which, c.revoked_at.is_(None)).values(revoked_at=func.clock_timestamp()))


def _keep(conn: Connection, family_id: UUID, user_id: int, token_hash: bytes, lifetime: timedelta) -> None:
    now = func.clock_timestamp()
    conn.execute(delete(refresh_token).where(refresh_token.c.user_id == user_id, refresh_token.c.expires_at <= now))
    conn.execute(
        insert(refresh_token).values(
            token_hash=token_hash, family_id=family_id, user_id=user_id, issued_at=now, expires_at=now + lifetime
        )
    )
