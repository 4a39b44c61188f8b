"""How a delivery can fail, sorted by what can be done about it."""

from datetime import timedelta


class Undelivered(Exception):  # noqa: N818
    """The message did not arrive, or (`is_uncertain`) nobody knows; `again_in` is when Telegram wants to be asked."""

    def __init__(self, cause: str, *, again_in: timedelta | None = None, is_uncertain: bool = False) -> None:
        super().__init__(cause)
        self.again_in = again_in
        self.is_uncertain = is_uncertain


class Unwelcome(Exception):  # noqa: N818
    """Telegram refuses the bot or the chat: no message will arrive until a person corrects the settings."""


class Refused(Exception):  # noqa: N818
    """Telegram will never take this message, with markup or without."""
