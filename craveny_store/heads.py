"""The newest commit of each market's assets: what is written bumps it, what is cached compares it.

Rows outside partitions have heads too: STOCK (per market), and MODEL in EVERYWHERE.
"""

from collections.abc import Collection

from sqlalchemy import Connection, text

STOCK, MODEL = "stock", "model"
EVERYWHERE = ""

_BUMP = text("""
    INSERT INTO partition_head (market, asset, version) VALUES (:market, :asset, 1)
    ON CONFLICT (market, asset) DO UPDATE SET version = partition_head.version + 1""")
_VERSIONS = """
    SELECT market, asset, version FROM partition_head
    WHERE asset = ANY(%(assets)s) AND (%(market)s::text IS NULL OR market IN (%(market)s, ''))
    ORDER BY market, asset"""


def bump(conn: Connection, market: str, asset: str) -> None:
    """Say that an asset of a market is about to have a new commit: the one of this transaction.

    The row is locked until then, so that versions grow in the order of commits; bump last.
    """
    conn.execute(_BUMP, {"market": market, "asset": asset})


def versions(conn: Connection, market: str | None, assets: Collection[str]) -> list[tuple[str, str, int]]:
    """(market, asset, version) of the named assets: of one market and of EVERYWHERE, or of all when it is None."""
    found = conn.exec_driver_sql(_VERSIONS, {"market": market, "assets": sorted(assets)})
    return [tuple(row) for row in found]
