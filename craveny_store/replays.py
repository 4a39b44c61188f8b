"""What models would have said of past sessions; never among the forecasts, and read by none of them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from craveny_store.bulk import Changes, merge_rows
from craveny_store.heads import bump
from craveny_store.tables import replay

REPLAY_COLUMNS = [
    "market", "session_date", "stock_id", "horizon", "model_name", "prompt_version", "outcome_class", "probability",
    "direction", "expected_move", "reasoning", "is_contaminated", "call_key",
]  # fmt: skip
REPLAY_KEY = ["market", "session_date", "stock_id", "horizon", "model_name", "prompt_version"]


def write_replays(
    conn: Connection, market: str, session: date, model_name: str, prompt_version: str, rows: Sequence[tuple]
) -> Changes:
    """Make a model's and prompt's replay of a session equal to the rows (in REPLAY_COLUMNS order)."""
    scope = {"market": market, "session_date": session, "model_name": model_name, "prompt_version": prompt_version}
    changes = merge_rows(conn, replay, REPLAY_COLUMNS, rows, scope=scope, key=REPLAY_KEY)
    bump(conn, market, replay.name)
    return changes
