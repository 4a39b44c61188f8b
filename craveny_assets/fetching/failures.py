"""What a failed fetch says: the class that is counted, one sentence for people, and how long to stay away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

ErrorClass = Literal[
    "timeout",
    "refused",
    "dns",
    "forbidden_address",
    "tls",
    "status",
    "rate_limited",
    "robots",
    "too_large",
    "redirects",
    "unreadable",
    "circuit",
]


class FetchFailed(Exception):  # noqa: N818
    """Nothing usable came; `message` is one sentence with the cause and the cure, free of queries and keys.

    `not_before_at`: the host or the source must not be asked earlier. `is_passing`: trying again at once may help.
    """

    def __init__(
        self,
        error_class: ErrorClass,
        message: str,
        not_before_at: datetime | None = None,
        *,
        is_passing: bool = False,
    ) -> None:
        super().__init__(message)
        self.error_class: ErrorClass = error_class
        self.message = message
        self.not_before_at = not_before_at
        self.is_passing = is_passing


@contextmanager
def as_fetch_failed() -> Iterator[None]:
    """Makes any other exception a FetchFailed: whatever a source answers, the other ones are heard."""
    try:
        yield
    except FetchFailed:
        raise
    except Exception as error:  # noqa: BLE001 - a reader may stumble over an answer in any way
        raise FetchFailed("unreadable", f"Its answer could not be read ({type(error).__name__}).") from None
