"""The `craveny` command: what a person types, and how answers and problems are shown."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from craveny_cli.alerts import alerts_app, alerts_line
from craveny_cli.connection import Connected, connected
from craveny_cli.costs import show_estimate
from craveny_cli.doctor import examine
from craveny_cli.figures import boards, overview
from craveny_cli.filling import fill, fill_missing, run_helper
from craveny_cli.narrator import Narrator, answer
from craveny_cli.problems import problems_shown, stack_of
from craveny_cli.services.errors import Problem
from craveny_cli.starting import stopping_on_signals
from craveny_cli.starting import up as bring_up
from craveny_cli.users import users_app
from craveny_cli.vectors import vectors_app
from craveny_domain.clocks import Market
from craveny_domain.intervals import Figure
from craveny_store.partitions import database_now
from craveny_store.settings import Settings, load_markets

app = typer.Typer(
    help="News into stock forecasts, settled against real prices.", no_args_is_help=True, add_completion=False
)
app.add_typer(vectors_app, name="vectors")
app.add_typer(users_app, name="user")
app.add_typer(alerts_app, name="alert")

MarketCode = Annotated[str, typer.Argument(help="Market code, e.g. us")]
_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


@app.command()
def up(
    *,
    once: Annotated[bool, typer.Option("--once", help="Stop again when all is filled; print one JSON line.")] = False,
) -> None:
    """Start everything, fill the sample, serve until Ctrl-C."""
    with problems_shown() as narrator:
        bring_up(stack_of(narrator), _markets(), narrator, once=once)


@app.command()
def prepare() -> None:
    """Make a Postgres server of your own ready and fill the sample: what `up` does before it serves."""
    with problems_shown() as narrator:
        stack = stack_of(narrator)
        with stopping_on_signals(), connected(stack, narrator) as store:
            _require_dagster_home(store)
            run_helper(narrator, "preparing tables and calendars", "craveny_assets.first_start", store.environment)
            days = stack.settings.sample_days
            fill_missing(store.engine, narrator, store.environment, store.logs, _markets(), days)


@app.command("import")
def import_(
    market: MarketCode,
    folder: Annotated[Path, typer.Argument(help="Folder with prices.csv.gz, stocks.csv and maybe news.jsonl.gz")],
) -> None:
    """Take in an archive as a source of a market; importing it again changes nothing."""
    with problems_shown() as narrator:
        chosen = _market(market)
        from craveny_assets.installation import import_archive, prepare
        from craveny_assets.sources.archive import ArchiveError

        with connected(stack_of(narrator), narrator) as store:
            prepare(store.engine, {chosen.code: chosen}, None, say=narrator.say)
            try:
                done = import_archive(store.engine, chosen, folder, say=narrator.waiting)
            except ArchiveError as error:
                raise Problem(str(error).rstrip("."), "Nothing was imported") from error
        narrator.rest()
        added = ", ".join(f"{count:,} new {feed} rows" for feed, count in done.added.items())
        answer(f"{folder.resolve().name}: {added}, {done.known:,} known already, {done.quarantined:,} quarantined")


@app.command()
def backfill(
    market: MarketCode,
    days: Annotated[str, typer.Argument(help="FROM..TO, e.g. 2014-01-01..2014-03-31")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what language models would be asked and cost.")
    ] = False,
    max_usd: Annotated[float | None, typer.Option(min=0, help="What language models may cost.")] = None,
) -> None:
    """Materialize every asset of a market over a span of days, with what the first day needs before it."""
    with problems_shown() as narrator:
        chosen = _market(market)
        with stopping_on_signals(), connected(stack_of(narrator), narrator) as store:
            span = _span(store, chosen, days)
            if dry_run:
                show_estimate(narrator, store.engine, chosen, span)
                return
            _require_dagster_home(store)
            filled = fill(store.engine, narrator, store.environment, store.logs, {chosen.code: span}, max_usd)
        answer(f"{chosen.code} {span[0]}..{span[1]}: {filled[chosen.code]:,} asset days materialized")


@app.command()
def replay(
    day: Annotated[str, typer.Argument(help="A session, e.g. 2026-10-14")],
    *,
    model: Annotated[str, typer.Option(help="A language model by name.")],
    prompt: Annotated[str, typer.Option(help="A prompt version; the model's own by default.")] = "",
    market: Annotated[str, typer.Option(help="Market code.")] = "us",
    max_usd: Annotated[float | None, typer.Option(min=0, help="What it may cost.")] = None,
) -> None:
    """Ask a model what it would have said of a past session, from that day's frozen inputs; kept apart."""
    with problems_shown() as narrator:
        chosen = _market(market)
        with stopping_on_signals(), connected(stack_of(narrator), narrator) as store:
            session, _ = _span(store, chosen, f"{day}..{day}")
            asked = [chosen.code, session.isoformat(), model, prompt, *([] if max_usd is None else [str(max_usd)])]
            run_helper(narrator, "replaying", "craveny_assets.replaying", store.environment, asked)


@app.command()
def status() -> None:
    """What is there: days per asset, failing gates, quarantined rows, each model's record."""
    with problems_shown() as narrator, connected(stack_of(narrator), narrator) as store:
        from craveny_store.sources import quarantine_counts, sources_of

        for market in _markets().values():
            with store.engine.connect() as conn:
                sources = sources_of(conn, market.code)
                refused = quarantine_counts(conn, market.code)
            synthetic = " · contains SYNTHETIC sample data" if any(s.is_synthetic for s in sources) else ""
            _show_assets(narrator, f"{market.code}{synthetic}", overview(store.engine, market))
            for (_, source, feed), count in sorted(refused.items()):
                narrator.results.print(f"quarantined: {count:,} {feed} rows of {source}")
            for board, models in boards(store.engine, market).items():
                _show_board(narrator, f"{market.code} · {board} board · one session ahead", models)
        narrator.results.print(f"alerts: {alerts_line(store.engine)}", markup=False, soft_wrap=True)


@app.command()
def doctor() -> None:
    """Look at everything a start needs and say what to do about what is wrong."""
    with problems_shown() as narrator:
        findings = list(examine(stack_of(narrator)))
        for finding in findings:
            mark = "[green]ok[/green]     " if finding.is_fine else "[red]problem[/red]"
            narrator.results.print(f"{mark}  {finding.subject}: ", end="")
            narrator.results.print(finding.detail, markup=False, soft_wrap=True)
        if not all(finding.is_fine for finding in findings):
            raise typer.Exit(1)


def _markets() -> dict[str, Market]:
    return load_markets(Settings().markets_file)


def _market(code: str) -> Market:
    markets = _markets()
    if code not in markets:
        raise Problem(f"There is no market {code!r}", f"Choose among: {', '.join(markets)}")
    return markets[code]


def _require_dagster_home(store: Connected) -> None:
    if not store.environment.get("DAGSTER_HOME"):
        raise Problem("DAGSTER_HOME is not set beside DATABASE_URL", "Name the folder that holds dagster.yaml")


def _span(store: Connected, market: Market, days: str) -> tuple[date, date]:
    found = _SPAN.fullmatch(days)
    try:
        first, last = (date.fromisoformat(day) for day in found.groups()) if found else ("", "")
    except ValueError as error:
        raise Problem(
            f"{days} names a day that does not exist", "Write FROM..TO, e.g. 2014-01-01..2014-03-31"
        ) from error
    if not isinstance(first, date) or not isinstance(last, date):
        raise Problem(f"{days!r} is not a span of days", "Write FROM..TO, e.g. 2014-01-01..2014-03-31")
    with store.engine.connect() as conn:
        today = market.local_date(database_now(conn))
    if last < first:
        raise Problem(f"{first} comes after {last}", "Write the earlier day first")
    if last > today:
        raise Problem(
            f"{last} is in the future; today is {today} in {market.code}", f"End the span at {today} or before"
        )
    if first < market.first_date:
        raise Problem(
            f"{market.code} starts on {market.first_date}", "Start the span then, or change first_date of the market"
        )
    return first, last


def _show_assets(narrator: Narrator, title: str, rows: list[dict]) -> None:
    table = Table(title=title, title_justify="left")
    for column in ("asset", "days", "newest", "rows", "failing gates"):
        table.add_column(column, justify="left" if column in ("asset", "newest") else "right")
    for row in rows:
        table.add_row(
            row["asset"], f"{row['days']:,}", str(row["newest"]), f"{row['rows']:,}", str(row["failing_gates"])
        )
    narrator.results.print(table)


def _show_board(narrator: Narrator, title: str, models: dict[str, dict[str, Figure]]) -> None:
    table = Table(title=title, title_justify="left")
    for column in ("model", "n", "days", "hit rate", "95 % interval", "MCC", "Brier", "coverage"):
        table.add_column(column, justify="left" if column == "model" else "right", no_wrap=True)
    for name, figures in models.items():
        hit = figures["hit_rate"]
        shown = [_number(figures[key].value) for key in ("mcc", "brier", "coverage")]
        table.add_row(name, f"{hit.n:,}", str(hit.days), _number(hit.value), _interval(hit), *shown)
    narrator.results.print(table)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _interval(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return "too few days"
    return f"{figure.low:.4f}–{figure.high:.4f}"
