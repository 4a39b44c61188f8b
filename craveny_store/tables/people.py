"""People and how they log in."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
)

from craveny_store.tables.columns import instant, metadata

user = Table(
    "user",
    metadata,
    Column("user_id", BigInteger, Identity(), primary_key=True),
    Column("email", Text, nullable=False, unique=True, comment="lower case"),
    Column("password_hash", Text, nullable=False, comment="argon2id, with its parameters"),
    Column("role", Text, nullable=False, comment="investor, operator or admin"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    instant("disabled_at", "from then on no login and no refresh", nullable=True),
    CheckConstraint("role IN ('investor', 'operator', 'admin')", name="role"),
    CheckConstraint("email = lower(email)", name="email"),
    comment="People who can log in",
)

refresh_token = Table(
    "refresh_token",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True, comment="SHA-256 of the token; the token itself is nowhere"),
    Column("family_id", Uuid, nullable=False, comment="one login and everything refreshed from it"),
    Column("user_id", BigInteger, ForeignKey("user.user_id", ondelete="CASCADE"), nullable=False),
    instant("issued_at", "by the database's clock"),
    instant("expires_at", "by the database's clock"),
    instant("used_at", "exchanged for its successor then; a second use revokes the family", nullable=True),
    instant("revoked_at", "logged out, or its family was", nullable=True),
    Index(None, "family_id"),
    Index(None, "user_id"),
    comment="Refresh tokens, each good for one use",
)

login_attempt = Table(
    "login_attempt",
    metadata,
    Column("attempt_id", BigInteger, Identity(), primary_key=True),
    Column("scope", Text, nullable=False, comment="what is limited: email:... or net:... (a /24 or /64)"),
    Column("attempted_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Index(None, "scope", "attempted_at"),
    comment="Recent login attempts; a sliding window over them limits the next one",
)
