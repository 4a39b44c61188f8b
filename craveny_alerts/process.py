"""What the sender and the watchdog share as processes: their log, and an end when they are told to stop."""

import logging
import signal
import sys
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

AFTER_TROUBLE_SECONDS = 2.0
HEED_SECONDS = 0.2
"""How soon a signal is heeded."""


def open_log() -> None:
    """Log to stderr, one line per thing said."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")


def serve(go_round: Callable[[], None], every_seconds: float, log: logging.Logger) -> None:
    """Go round and round until SIGTERM or SIGINT; a database in trouble is said once and waited for."""
    # A plain list: an Event set by a handler that interrupts its own wait() would wait for itself.
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: told.append(number))
    trouble = ""
    while not told:
        try:
            go_round()
            if trouble:
                log.info("the database answers again")
            trouble, pause = "", every_seconds
        except SQLAlchemyError as error:
            said = first_line(error)
            if said != trouble:
                log.warning("the database is in trouble: %s; trying again", said)
            trouble, pause = said, AFTER_TROUBLE_SECONDS
        until = time.monotonic() + pause
        while not told and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, HEED_SECONDS))


def first_line(error: BaseException) -> str:
    """What an error says, in one line and without what SQLAlchemy adds."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__
