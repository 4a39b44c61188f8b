"""Passwords: argon2id, a few at a time, and the same work for people there are and people there are not."""

import unicodedata
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

MINIMUM_LENGTH = 12
# 32 MiB each; a small host must survive a flood of logins, so that only some run at once.
_hasher = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=32 * 1024, parallelism=1),))
_at_once = BoundedSemaphore(2)
# Of a password that nobody knows, made with the parameters above.
NOBODY = "$argon2id$v=19$m=32768,t=3,p=1$DCOudY+//KRED8p2IWatZw$FLW6FJXIiBgeii5AGuOr28aZn8Z8PTg7ApDtBQRPQ9M"


def hash_password(password: str) -> str:
    """What is stored of a password."""
    with _at_once:
        return _hasher.hash(_plain(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether a password is the one that was hashed; takes as long when there is no hash to compare with."""
    with _at_once:
        fits = _hasher.verify(_plain(password), password_hash or NOBODY)
    return fits and password_hash is not None


def _plain(password: str) -> str:
    # One keyboard writes é as one character, another as two.
    return unicodedata.normalize("NFKC", password)
