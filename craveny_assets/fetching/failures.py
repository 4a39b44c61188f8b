"""What a failed fetch says: the class that is counted, one sentence for people, and how long to stay away."""

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
