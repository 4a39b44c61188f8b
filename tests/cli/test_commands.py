"""The commands at their edges: wrong input ends in one clear sentence, exit code 1, and nothing lost."""

import gzip
import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner, Result

from craveny_cli.main import app

PRICES = "symbol,date,open,high,low,close,adj_close,volume\n"
STOCKS = "symbol,name,sector\nACME,Acme Corporation,Industrial\n"
GOOD = "ACME,2014-01-02,10.0,11.0,9.5,10.5,10.5,1000\nACME,2014-01-03,10.5,11.0,10.0,10.8,10.8,1200\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("CRAVENY_HOME", str(tmp_path / "nothing here"))
    monkeypatch.setenv("COLUMNS", "200")
    return CliRunner()


def problem(result: Result) -> str:
    """The one problem a failing command named; no traceback."""
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    lines = [line for line in result.output.splitlines() if line.startswith("problem")]
    assert len(lines) == 1, result.output
    return lines[0]


def archive(folder: Path, *, prices: str = PRICES + GOOD, stocks: str = STOCKS, news: list[dict] | None = None) -> Path:
    folder.mkdir()
    (folder / "stocks.csv").write_text(stocks, encoding="utf-8")
    (folder / "prices.csv.gz").write_bytes(gzip.compress(prices.encode()))
    if news is not None:
        lines = "".join(json.dumps(item) + "\n" for item in news)
        (folder / "news.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    return folder


def count(engine: Engine, table: str) -> int:
    with engine.connect() as conn:
        return conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def tweet(number: int, symbol: str = "ACME", at: str = "2014-01-02T12:00:00Z") -> dict:
    return {"id": str(number), "published_at": at, "symbol": symbol, "text": f"note {number}", "source": "twitter"}


def test_importing_twice_changes_nothing(run: CliRunner, engine: Engine, tmp_path: Path) -> None:
    folder = archive(tmp_path / "acme", news=[tweet(1), tweet(2)])
    first = run.invoke(app, ["import", "us", str(folder)])
    assert first.exit_code == 0, first.output
    assert "1 new stock rows, 2 new news rows, 2 new price rows, 0 known already, 0 quarantined" in first.output
    before = {t: count(engine, t) for t in ("archive_item", "stock", "stock_alias", "source", "quarantine")}
    second = run.invoke(app, ["import", "us", str(folder)])
    assert "0 new stock rows, 0 new news rows, 0 new price rows, 4 known already, 0 quarantined" in second.output
    assert {t: count(engine, t) for t in before} == before


def test_bad_rows_are_quarantined_with_reasons_and_the_rest_is_kept(
    run: CliRunner, engine: Engine, tmp_path: Path
) -> None:
    bad = (
        "ACME,2014-01-06,-1,11,9,10,10,5\n"
        "GHOST,2014-01-06,1,1,1,1,1,5\n"
        "ACME,2014-01-07,10,9,11,10,10,5\n"
        "ACME,2999-01-07,10,11,9,10,10,5\n"
        "ACME,2014-01-04,10,11,9,10,10,5\n"
    )
    news = [tweet(1), tweet(2, "GHOST"), tweet(3, at="yesterday"), tweet(4, at="2999-01-01T00:00:00Z")]
    result = run.invoke(app, ["import", "us", str(archive(tmp_path / "odd", prices=PRICES + GOOD + bad, news=news))])
    assert result.exit_code == 0, result.output
    assert "1 new news rows, 2 new price rows" in result.output
    assert "8 quarantined" in result.output
    with engine.connect() as conn:
        reasons = list(conn.execute(text("SELECT reason FROM quarantine")).scalars())
    assert len(reasons) == 8
    assert all(reason.endswith(".") for reason in reasons)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda f: (f / "prices.csv.gz").write_bytes(b"no gzip"), "gzip"),
        (lambda f: (f / "prices.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n")), "column"),
        (lambda f: (f / "stocks.csv").unlink(), "stocks.csv"),
        (lambda f: (f / "prices.csv.gz").write_bytes(gzip.compress((PRICES + GOOD).encode())[:-9]), "prices.csv.gz"),
    ],
    ids=["not gzip", "wrong columns", "no stocks", "cut off"],
)
def test_an_unusable_archive_is_named_and_nothing_is_imported(
    run: CliRunner, engine: Engine, tmp_path: Path, damage: object, says: str
) -> None:
    folder = archive(tmp_path / "broken")
    damage(folder)  # type: ignore[operator]
    before = {t: count(engine, t) for t in ("archive_item", "stock", "source")}
    assert says in problem(run.invoke(app, ["import", "us", str(folder)]))
    assert {t: count(engine, t) for t in before} == before


@pytest.mark.usefixtures("engine")
def test_a_folder_that_is_not_there_is_named(run: CliRunner, tmp_path: Path) -> None:
    assert "nowhere" in problem(run.invoke(app, ["import", "us", str(tmp_path / "nowhere")]))


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["mars", "2014-01-01..2014-01-02"], "There is no market 'mars'. Choose among: krx, us"),
        (["us", "yesterday"], "is not a span of days. Write FROM..TO"),
        (["us", "2014-02-30..2014-03-01"], "a day that does not exist"),
        (["us", "2014-03-02..2014-03-01"], "2014-03-02 comes after 2014-03-01"),
        (["us", "2026-01-01..2999-01-01"], "2999-01-01 is in the future"),
        (["us", "1999-01-01..1999-01-02"], "us starts on 2012-09-01"),
    ],
)
def test_a_span_that_cannot_be_filled_is_refused_with_its_cure(run: CliRunner, arguments: list[str], says: str) -> None:
    assert says in problem(run.invoke(app, ["backfill", *arguments]))


def test_without_an_installation_the_first_step_is_named(run: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert "Run `make up` first" in problem(run.invoke(app, ["status"]))


def test_a_database_address_with_another_driver_is_refused(run: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user@127.0.0.1:9/craveny")
    assert "Craveny speaks postgresql+psycopg only" in problem(run.invoke(app, ["status"]))


def test_a_server_that_does_not_answer_is_named_without_its_password(
    run: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://user:hunter2@127.0.0.1:9/craveny")
    said = problem(run.invoke(app, ["status"]))
    assert "does not answer" in said
    assert "hunter2" not in said


@pytest.mark.usefixtures("engine")
def test_a_wrong_markets_file_is_named_with_the_market_and_the_field(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "markets.toml").write_text('[moon]\nexchange = "XNYS"\n', encoding="utf-8")
    monkeypatch.setenv("CRAVENY_MARKETS", str(tmp_path / "markets.toml"))
    said = problem(run.invoke(app, ["status"]))
    assert "moon" in said
    assert "timezone" in said


@pytest.mark.usefixtures("engine")
def test_status_says_that_the_sample_is_synthetic(run: CliRunner) -> None:
    result = run.invoke(app, ["status"])
    assert result.exit_code == 0, result.output
    assert result.output.count("SYNTHETIC") == 2


def test_doctor_names_a_folder_that_holds_something_else(run: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path.cwd() / "tests"
    monkeypatch.setenv("CRAVENY_HOME", str(home))
    result = run.invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "holds something else. Set CRAVENY_HOME" in result.output


@pytest.mark.usefixtures("engine")
def test_a_setting_that_cannot_be_used_is_named_without_its_value(
    run: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRAVENY_LLM_DAILY_USD", "a-fortune")
    said = problem(run.invoke(app, ["status"]))
    assert "CRAVENY_LLM_DAILY_USD" in said
    assert "Correct it or unset it" in said
    assert "a-fortune" not in said
