"""Dagster's floor of a backfill: no-op assets over the same days in the same chunks. Run as a child process."""

import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from benchmarks.noop_location import BACKFILL_JOB, KEY, defs
from craveny_assets.backfill import busy_instance


def main(arguments: Sequence[str]) -> int:
    """Run the chunks of a JSON file, each as one run in this process, as `craveny_assets.backfill` does."""
    chunks = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    with busy_instance() as instance:
        for chunk in chunks:
            defs.resolve_job_def(BACKFILL_JOB).execute_in_process(
                instance=instance,
                asset_selection=[dg.AssetKey([KEY, name]) for name in chunk["assets"]],
                tags={
                    "dagster/asset_partition_range_start": chunk["first"],
                    "dagster/asset_partition_range_end": chunk["last"],
                },
            )
            sys.stdout.write(json.dumps({"done": chunk["last"]}) + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    sys.exit(main(sys.argv[1:]))
