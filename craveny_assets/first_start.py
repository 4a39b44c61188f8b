"""Making ready from the command line: `python -m craveny_assets.first_start`, run as a child process.

Migrates our tables, fills calendars, models and the configured sources, and lets Dagster create its own tables
before several of its processes would at once.
"""

import sys

import dagster as dg

from craveny_assets.installation import prepare
from craveny_assets.sources.archive_files import ArchiveError
from craveny_store.engine import StoreError, open_engine
from craveny_store.settings import Settings, load_markets
from craveny_store.source_entries import sources_path


def main() -> int:
    """0 when everything is ready; else the reason on stderr."""
    settings = Settings()
    try:
        engine = open_engine(settings.database_url)
        markets = load_markets(settings.markets_file)
        prepare(engine, markets, sources_path(settings.sources), say=_say)
        engine.dispose()
    except (ArchiveError, StoreError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with dg.DagsterInstance.get():
        return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
