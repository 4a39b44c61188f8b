"""`python -m craveny_api`: one uvicorn process; SIGTERM lets it finish what it answers, then ends it."""

import gc
import signal
import sys

import uvicorn
from pydantic import ValidationError

from craveny_api import logs
from craveny_api.app import create_app
from craveny_api.auth.tokens import KeyFolderError
from craveny_api.settings import ApiSettings
from craveny_store.engine import StoreError, open_engine
from craveny_store.settings import Settings

DRAIN_SECONDS = 10


def main() -> None:
    """Serve until told to stop; a setting that cannot be used ends the process with one line."""
    logs.configure()
    # Uvicorn drains on a signal, then raises it again; the end that was asked for is a clean one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        settings = ApiSettings()
        engine = open_engine(
            Settings().database_url, pool_size=settings.connections, statement_timeout=settings.statement_timeout
        )
        app = create_app(settings, engine)
    except (ValidationError, StoreError, KeyFolderError) as error:
        sys.exit(f"The API cannot start: {error}")
    # What was made so far stays: looking through it again and again would cost each answer a tenth of its time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


if __name__ == "__main__":
    main()
