"""Whether a process that writes heartbeats into our tables has begun its work."""

from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from craveny_store.engine import open_engine
from craveny_store.notifications import last_beat


def last_beat_at(url: str, process: str) -> datetime | None:
    """A process's last sign of life in a database that may not be ready yet."""
    engine = open_engine(url, pool_size=1)
    try:
        with engine.connect() as conn:
            return last_beat(conn, process)
    except SQLAlchemyError:
        return None
    finally:
        engine.dispose()
