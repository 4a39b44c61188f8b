"""Forecasters as they are listed."""

from psycopg import sql
from sqlalchemy import Connection

from craveny_store.reads.paging import Row, fetch

_MODELS = sql.SQL("""
    SELECT m.model_name AS model, m.provider, m.identifier, m.is_floor, m.prompt_version, m.knowledge_cutoff_date,
        coalesce(bool_or(a.active_from_at <= clock_timestamp()
            AND (a.active_until_at IS NULL OR a.active_until_at > clock_timestamp())), false) AS is_active,
        min(a.active_from_at) AS active_from_at
    FROM model m LEFT JOIN model_activation a USING (model_name)
    GROUP BY m.model_name ORDER BY m.is_floor, m.model_name""")


def list_models(conn: Connection) -> list[Row]:
    """Every model there ever was, those with a claim before the floors; `is_active` by the database's clock."""
    return fetch(conn, _MODELS)
