"""Access tokens: signed RS256 by the newest key of a folder, accepted from any key in it. No database."""

import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from craveny_api.auth.roles import ORDER, Person
from craveny_api.schemas import Role

ALGORITHMS = ["RS256"]
ISSUER = AUDIENCE = "craveny"
ACCESS_SECONDS = 15 * 60
KEY_BITS = 2048


class KeyFolderError(Exception):
    """The folder of signing keys cannot be used; the message says why and what to do."""


class Tokens:
    """Issues and reads access tokens."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        keys = _load(folder)
        self._now = now
        self._signer = keys[-1]
        self._keys = {key.thumbprint(): key for key in keys}
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
            nbf={"essential": True},
            sub={"essential": True},
        )

    def issue(self, user_id: int, role: Role) -> str:
        """A token that says who this is for ACCESS_SECONDS."""
        now = int(self._now())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "role": role,
            "iat": now,
            "nbf": now,
            "exp": now + ACCESS_SECONDS,
        }
        header = {"alg": "RS256", "kid": self._signer.thumbprint()}
        return jwt.encode(header, claims, self._signer, ALGORITHMS)

    def read(self, token: str) -> Person | None:
        """Who a token speaks for; None when it is not one of ours, not yet or no longer valid."""
        try:
            decoded = jwt.decode(token, self._key_of, ALGORITHMS)
            self._claims.validate(decoded.claims)
            user_id, role = int(decoded.claims["sub"]), decoded.claims.get("role")
        except (JoseError, ValueError, KeyError):
            return None
        return Person(user_id, cast(Role, role)) if role in ORDER else None

    def _key_of(self, signed) -> RSAKey:  # noqa: ANN001 - joserfc's own word for a token being read
        # The only word of the header that counts; where a header says keys are to be fetched, nobody goes.
        return self._keys[signed.headers()["kid"]]


def _load(folder: Path) -> list[RSAKey]:
    try:
        paths = sorted(folder.glob("*.pem")) if folder.is_dir() else []
        if not paths:
            paths = [_generate(folder)]
        keys = [RSAKey.import_key(path.read_bytes()) for path in paths]
    except (OSError, ValueError, JoseError) as error:
        raise KeyFolderError(
            f"The signing keys in {folder} cannot be used: {error}."
            " Correct them, or point CRAVENY_SIGNING_KEYS at an empty folder that may be written."
        ) from error
    if not keys[-1].is_private:
        raise KeyFolderError(f"{paths[-1]} is a public key. The last key by name signs; put a private one there.")
    return keys


def _generate(folder: Path) -> Path:
    """A key of our own; where two processes begin at once the first one's stands."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part, path = folder / f".{secrets.token_hex(8)}", folder / "0001.pem"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(RSAKey.generate_key(KEY_BITS).as_pem(private=True))
        if not path.exists():
            os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
    return path
