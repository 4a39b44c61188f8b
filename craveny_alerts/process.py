"""What the sender and the watchdog share as processes: their log, and an end when they are told to stop."""

import logging
import signal
import sys
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

AFTER_TROUBLE_SECONDS = 2.0


def open_log() -> None:
    """Log to stderr, one line per thing said."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")


def serve(go_round: Callable[[], None], every_seconds: float, log: logging.Logger) -> None:
    """Go round and round until SIGTERM or SIGINT; a database in trouble is said once and waited for."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    trouble = ""
    while not stop.is_set():
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
        stop.wait(pause)


def first_line(error: BaseException) -> str:
    """What an error says, in one line and without what SQLAlchemy adds."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__
