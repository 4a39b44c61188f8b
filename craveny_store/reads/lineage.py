"""Where rows come from: the partition and run that wrote them, and the days that partition read."""

from datetime import date

from psycopg import sql
from sqlalchemy import Connection

from craveny_store.reads.paging import Row, fetch, fetch_one

_STATE = sql.SQL("""
    SELECT asset, partition_date, version, run_id, committed_at FROM partition_state
    WHERE market = %(market)s AND asset = %(asset)s AND partition_date = %(day)s AND model_name = ANY(%(models)s)
    ORDER BY model_name DESC LIMIT 1""")
_INPUTS = sql.SQL("""
    SELECT input_asset AS asset, first_date, last_date, days, newest_version FROM partition_input
    WHERE market = %(market)s AND asset = %(asset)s AND partition_date = %(day)s AND model_name = ''
    ORDER BY input_asset""")


def provenance(conn: Connection, market: str, asset: str, day: date, model: str = "") -> Row | None:
    """The newest commit of a partition, or of a model's part of it, with `inputs`; None when there was none."""
    which = {"market": market, "asset": asset, "day": day}
    state = fetch_one(conn, _STATE, which | {"models": ["", model]})
    return None if state is None else state | {"inputs": fetch(conn, _INPUTS, which)}
