"""`python -m benchmarks.bare_route PORT`: the least a FastAPI route over Postgres can do, one row by its primary key.

The same driver, engine settings and server as the API's own; nothing around it.
"""

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from sqlalchemy import text

from craveny_api.settings import ApiSettings
from craveny_store.engine import open_engine, read_only
from craveny_store.settings import Settings

_ONE = text("SELECT prediction_id, market, session_date, probability FROM prediction WHERE prediction_id = :number")

app = FastAPI()
settings = ApiSettings()
reader = read_only(
    open_engine(Settings().database_url, pool_size=settings.connections, statement_timeout=settings.statement_timeout)
)


@app.get("/forecast/{number}")
def forecast(number: int) -> dict[str, Any]:
    """One forecast."""
    with reader.connect() as conn:
        return dict(conn.execute(_ONE, {"number": number}).mappings().one())


if __name__ == "__main__":
    uvicorn.run(
        app, host="127.0.0.1", port=int(sys.argv[1]), loop="uvloop", http="httptools", log_config=None, access_log=False
    )
