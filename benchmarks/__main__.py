"""`python -m benchmarks [--only PREFIX] [--list]`: measures the groups of figures that match, into results.json."""

import argparse
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack

from benchmarks import (
    alerts,
    api,
    compose,
    crawling,
    dev_floors,
    evaluation,
    ingest,
    language,
    language_rebuild,
    matching,
    vectors,
    verdicts,
    web,
)
from benchmarks.backfill import measure_backfill
from benchmarks.deployment import measure_deployment
from benchmarks.figures import Figure, save
from benchmarks.homes import NoData, Say, StockNetHome, stocknet_home
from benchmarks.pairs import measure_pairs
from benchmarks.retrieval import measure_retrieval

ON_STOCKNET: dict[tuple[str, ...], Callable[[StockNetHome], Iterator[Figure]]] = {
    ("stocknet.train_pairs", "stocknet.dev_pairs"): measure_pairs,
    ("backfill.cpu_ratio", "backfill.growth"): measure_backfill,
    ("retrieval.ratio_to_exact",): measure_retrieval,
    dev_floors.NAMES: dev_floors.measure_dev_floors,
}
DEPLOYED = (
    "up.fill_seconds",
    "up.restart_seconds",
    "stack.idle_mib",
    "stack.peak_mib",
    "run.today_seconds",
)
APART: dict[tuple[str, ...], Callable[[Collection[str], Say], Iterator[Figure]]] = {
    DEPLOYED: measure_deployment,
    api.NAMES: api.measure_api,
    web.NAMES: web.measure_web,
    compose.NAMES: compose.measure_compose,
    alerts.NAMES: alerts.measure_alerts,
    matching.NAMES: matching.measure_matching,
    ingest.NAMES: ingest.measure_ingest,
    crawling.NAMES: crawling.measure_crawling,
    vectors.NAMES: vectors.measure_vectors,
    verdicts.NAMES: verdicts.measure_verdicts,
    evaluation.NAMES: evaluation.measure_evaluation,
    language.NAMES: language.measure_language,
    language_rebuild.NAMES: language_rebuild.measure_rebuild,
}
"""Groups that make what they need themselves; each is told which of its figures are wanted."""


def main() -> int:
    """0 when every limit that was measured holds."""
    options = _options()
    names = [name for group in (*ON_STOCKNET, *APART) for name in group]
    if options.list:
        print("\n".join(names))
        return 0
    wanted = [name for name in names if name.startswith(options.only)]
    if not wanted:
        print(f"No figure starts with {options.only!r}. Choose among: {', '.join(names)}.", file=sys.stderr)
        return 2
    try:
        figures = [figure for figure in _measure(wanted, _say()) if _keep(figure)]
    except NoData as missing:
        print(missing, file=sys.stderr)
        return 1
    print("\n".join(["", *(str(figure) for figure in figures)]))
    return 0 if all(figure.holds is not False for figure in figures) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure speed and memory into results.json.")
    parser.add_argument("--only", default="", metavar="PREFIX", help="only groups with a figure of this prefix")
    parser.add_argument("--list", action="store_true", help="list the figures that have limits")
    return parser.parse_args()


def _measure(wanted: list[str], say: Say) -> Iterator[Figure]:
    groups = [measure for names, measure in ON_STOCKNET.items() if set(names) & set(wanted)]
    with ExitStack() as stack:
        home = stack.enter_context(stocknet_home(say)) if groups else None
        for measure in groups:
            assert home is not None
            yield from measure(home)
    for names, measure in APART.items():
        if set(names) & set(wanted):
            yield from measure({name for name in names if name in wanted}, say)


def _keep(figure: Figure) -> bool:
    # Saved one by one: a long run that is broken off keeps what it has.
    save([figure])
    print(figure, flush=True)
    return True


def _say() -> Say:
    begun = time.monotonic()
    return lambda line: print(f"{time.monotonic() - begun:7.1f} s  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
