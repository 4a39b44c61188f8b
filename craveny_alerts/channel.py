"""Telegram as a way to people: one message at a time, every failure sorted by what can be done about it.

Telegram has no idempotency key: when an answer is lost, nobody can tell whether the message arrived. Such a
failure is marked uncertain, and the caller repeats the message under the same number.
"""

import asyncio
import logging
import warnings
from datetime import timedelta
from types import TracebackType
from typing import Self

from httpx import ConnectError, ConnectTimeout, HTTPError, PoolTimeout
from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning

from craveny_alerts.outcomes import Refused, Undelivered, Unwelcome
from craveny_alerts.settings import AlertSettings
from craveny_domain.failures import mask_secrets
from craveny_domain.messages import plain

_NOT_SENT = (ConnectError, ConnectTimeout, PoolTimeout)
_OUR_CHAT = ("chat not found", "chat_id is empty", "peer_id_invalid", "not enough rights", "group chat was upgraded")


class Channel:
    """The chat of the settings, through python-telegram-bot."""

    def __init__(self, settings: AlertSettings) -> None:
        # The token is part of every address these would log.
        for name in ("httpx", "httpcore", "telegram"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        seconds = settings.call_seconds
        request = HTTPXRequest(
            connection_pool_size=1, connect_timeout=seconds, read_timeout=seconds, write_timeout=seconds
        )
        self._token = settings.token.get_secret_value()
        self._chat = settings.chat_id
        self._seconds = seconds
        self._bot = Bot(self._token, base_url=f"{settings.telegram_address.rstrip('/')}/bot", request=request)
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.close()

    def send(self, text: str, *, is_silent: bool) -> str:
        """Deliver a message of HTML; Telegram's own id of it. Raises Undelivered, Unwelcome or Refused."""
        try:
            return self._try(text, ParseMode.HTML, is_silent=is_silent)
        except Refused:
            # One wrong tag refuses the whole message; its words must arrive.
            return self._try(plain(text), None, is_silent=is_silent)

    def _try(self, text: str, parse_mode: str | None, *, is_silent: bool) -> str:
        try:
            return self._runner.run(asyncio.wait_for(self._call(text, parse_mode, is_silent=is_silent), self._seconds))
        except TimeoutError:
            raise Undelivered(f"no answer within {self._seconds:g} seconds", is_uncertain=True) from None
        except TelegramError as error:
            raise self._sorted(error) from None

    async def _call(self, text: str, parse_mode: str | None, *, is_silent: bool) -> str:
        sent = await self._bot.send_message(
            self._chat,
            text,
            parse_mode=parse_mode,
            disable_notification=is_silent,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        return str(sent.message_id)

    def _sorted(self, error: TelegramError) -> Exception:
        said = mask_secrets(str(error).replace(self._token, "***"))[:300]
        if isinstance(error, RetryAfter):
            seconds = _rest(error)
            return Undelivered(f"Telegram wants {seconds.total_seconds():.0f} seconds of rest", again_in=seconds)
        if isinstance(error, InvalidToken):
            return Unwelcome("Telegram refuses the token. Correct TELEGRAM_BOT_TOKEN")
        if isinstance(error, ChatMigrated):
            return Unwelcome(f"The group has a new id. Set TELEGRAM_CHAT_ID to {error.new_chat_id}")
        if isinstance(error, Forbidden):
            return Unwelcome(f"Telegram refuses the chat: {said}. Add the bot to it, or correct TELEGRAM_CHAT_ID")
        if isinstance(error, BadRequest):
            if any(word in said.lower() for word in _OUR_CHAT):
                return Unwelcome(f"Telegram does not know the chat: {said}. Correct TELEGRAM_CHAT_ID")
            return Refused(said)
        cause = error.__cause__
        was_sent = isinstance(cause, (HTTPError, ValueError)) and not isinstance(cause, _NOT_SENT)
        return Undelivered(said, is_uncertain=was_sent)


def _rest(error: RetryAfter) -> timedelta:
    with warnings.catch_warnings():
        # It is a number now and will be a timedelta: the library warns of that at every use.
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        rest = error.retry_after
    return rest if isinstance(rest, timedelta) else timedelta(seconds=rest)
