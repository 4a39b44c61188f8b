"""The embedded Postgres, really started: data kept, killed, moved, closed in, out of room, and refused."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from craveny_cli.services import postgres_account
from craveny_cli.services.errors import Problem
from craveny_cli.services.home import Home
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_cli.services.postgres_account import MAJOR, WHEEL, choose_account
from craveny_cli.services.postgres_data import locate_data

AS_NOBODY = """
import sys
from pathlib import Path
import sqlalchemy as sa
from craveny_cli.services.home import Home
from craveny_cli.services.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Home(Path(sys.argv[1])))
for statement in ("CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7) RETURNING n"):
    server.start()
    with sa.create_engine(server.url("craveny", "psycopg")).begin() as connection:
        found = connection.execute(sa.text(statement))
    server.stop()
print(server.alive, server._data)
"""

START_AND_BE_KILLED = """
import os, signal, sys
from pathlib import Path
from craveny_cli.services.home import Home
from craveny_cli.services.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Home(Path(sys.argv[1])))
server.start()
print(server.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run Postgres as another user")


def data_of(server: EmbeddedPostgres) -> Path:
    return locate_data(server._home, choose_account("nobody"))


def processes_in(data: Path) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()) == data:
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


def fill(server: EmbeddedPostgres, ask) -> None:
    server.start()
    ask(server, "CREATE TABLE kept (n int)")
    ask(server, "INSERT INTO kept VALUES (7)")


def test_a_restart_keeps_the_data_and_leaves_no_process(postgres_at, place, ask):
    server = postgres_at(place / "home")
    fill(server, ask)
    data = data_of(server)
    server.stop()
    assert (server.alive, processes_in(data)) == (False, [])
    server.start()
    assert ask(server, "SELECT n FROM kept") == [(7,)]


def test_both_databases_answer_through_both_drivers(kept, ask):
    kept.start()
    for driver in ("psycopg", "psycopg2"):
        for database in ("craveny", "dagster"):
            assert ask(kept, "SELECT current_database()", database, driver) == [(database,)]


def test_its_settings_are_durable_utc_utf8_and_without_a_network_port(kept, ask):
    kept.start()
    names = ("fsync", "synchronous_commit", "TimeZone", "server_encoding", "listen_addresses", "data_checksums")
    found = [ask(kept, f"SHOW {name}")[0][0] for name in names]
    assert found == ["on", "on", "UTC", "UTF8", "", "on"]
    assert not psutil.Process(kept.pid).net_connections("inet")


def test_text_is_ordered_and_lowered_the_same_on_every_machine(kept, ask):
    kept.start()
    assert ask(kept, "SELECT lower('ÀÉ'), 'Z' < 'a', '가' < '나'") == [("àé", True, True)]


def test_a_killed_postmaster_heals_with_its_committed_rows(kept, ask):
    kept.start()
    os.kill(kept.pid, signal.SIGKILL)
    kept.start()
    assert ask(kept, "SELECT n FROM kept") == [(7,)]


def test_a_stale_pid_file_whose_number_is_now_a_strangers_heals(kept, ask, bystander):
    kept.start()
    pid_file = data_of(kept) / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    kept.stop()
    pid_file.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
    assert not kept.alive
    kept.start()
    assert ask(kept, "SELECT n FROM kept") == [(7,)]
    assert bystander.poll() is None


def test_one_left_by_a_killed_parent_is_taken_over_and_stopped(kept, template, ask):
    argv = [sys.executable, "-c", START_AND_BE_KILLED, template]
    parent = subprocess.run(argv, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    left = int(parent.stdout)
    assert kept.pid == left
    kept.start()
    assert (kept.pid, ask(kept, "SELECT n FROM kept")) == (left, [(7,)])
    kept.stop()
    assert processes_in(data_of(kept)) == []


@pytest.mark.parametrize(
    "name", ["my data, 'new' $HOME \"x\"", pytest.param("긴" * 40, marks=pytest.mark.slow), "d" * 100 + "/" + "e" * 100]
)
def test_any_path_works(postgres_at, place, ask, name):
    server = postgres_at(place / name)
    fill(server, ask)
    server.stop()
    server.start()
    assert ask(server, "SELECT n FROM kept", driver="psycopg2") == [(7,)]


def test_a_home_moved_while_it_runs_is_still_found(filled, postgres_at, place, ask):
    server = filled(place / "my home")
    server.start()
    (place / "my home").rename(place / "my moved home")
    moved = postgres_at(place / "my moved home")
    moved.start()
    assert ask(moved, "SELECT n FROM kept") == [(7,)]


def test_two_homes_run_side_by_side(kept, filled, place, ask):
    other = filled(place / "home")
    kept.start()
    other.start()
    ask(other, "UPDATE kept SET n = 8")
    assert ask(kept, "SELECT n FROM kept") == [(7,)]
    kept.stop()
    assert ask(other, "SELECT n FROM kept") == [(8,)]


def test_a_foreign_home_is_refused_and_not_touched(postgres_at, place):
    (place / "home").mkdir()
    (place / "home" / "notes.txt").write_text("mine")
    with pytest.raises(Problem, match="not Craveny's"):
        postgres_at(place / "home").start()
    assert [path.name for path in (place / "home").iterdir()] == ["notes.txt"]


def test_tables_of_another_postgres_are_refused_and_not_touched(kept, ask):
    version = data_of(kept) / "PG_VERSION"
    version.write_text("19\n")
    with pytest.raises(Problem, match=f"was made by Postgres 19, this Craveny ships {MAJOR}"):
        kept.start()
    version.write_text(f"{MAJOR}\n")
    kept.start()
    assert ask(kept, "SELECT n FROM kept") == [(7,)]


def test_a_data_folder_that_holds_something_else_is_refused_and_not_touched(postgres_at, place):
    home = Home(place / "home").open()
    (home.postgres / "data").mkdir()
    (home.postgres / "data" / "letter").write_text("mine")
    with pytest.raises(Problem, match="not Postgres's"):
        postgres_at(home.path).start()
    assert (home.postgres / "data" / "letter").read_text() == "mine"


def test_an_interrupted_creation_is_begun_anew(postgres_at, place, ask):
    server = postgres_at(place / "home")
    home = Home(place / "home").open()
    (home.postgres / "data.part").mkdir()
    (home.postgres / "data.part" / "PG_VERSION").write_text("18\n")
    server.start()
    assert ask(server, "SELECT 1") == [(1,)]


def test_a_refusal_of_postgres_is_told_with_its_own_reason(kept, place, ask):
    (data_of(kept) / "global" / "pg_control").rename(place / "pg_control")
    with pytest.raises(Problem, match=r"did not start: .*pg_control.*See .*postgres\.log"):
        kept.start()
    shutil.move(place / "pg_control", data_of(kept) / "global" / "pg_control")
    kept.start()
    assert ask(kept, "SELECT n FROM kept") == [(7,)]


def test_a_disk_full_at_creation_leaves_nothing_half_made(tmpfs, ask):
    disk = tmpfs(30)
    with pytest.raises(Problem, match=r"has \d+ MB free; Craveny needs 200 MB"):
        EmbeddedPostgres(Home(disk / "home")).start()
    server = EmbeddedPostgres(Home(disk / "home", minimum_free_bytes=0))
    with pytest.raises(Problem, match=r"disk that holds .* is full"):
        server.start()
    tmpfs(300)
    server.start()
    try:
        assert ask(server, "SELECT 1") == [(1,)]
    finally:
        server.stop()


def test_a_disk_full_at_a_later_start_is_said_and_loses_nothing(tmpfs, ask):
    disk = tmpfs(120)
    server = EmbeddedPostgres(Home(disk / "home", minimum_free_bytes=0))
    fill(server, ask)
    server.stop()
    with (disk / "filler").open("wb") as filler, pytest.raises(OSError, match="No space left"):
        while True:
            filler.write(b"x" * 2**16)
            filler.flush()
    with pytest.raises(Problem, match=r"disk that holds .* is full"):
        server.start()
    (disk / "filler").unlink()
    server.start()
    try:
        assert ask(server, "SELECT n FROM kept") == [(7,)]
    finally:
        server.stop()


@as_root
def test_root_runs_it_as_nobody_without_handing_down_its_secrets(kept, template, monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "secret")
    kept.start()
    assert psutil.Process(kept.pid).username() == "nobody"
    assert data_of(kept).is_relative_to(template)
    assert "SOME_API_KEY" not in psutil.Process(kept.pid).environ()


@as_root
def test_a_home_below_a_closed_folder_works_and_the_folder_stays_closed(postgres_at, place, ask):
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    server = postgres_at(closed / "home")
    fill(server, ask)
    server.stop()
    assert closed.stat().st_mode & 0o777 == 0o700
    assert data_of(server).is_relative_to(place / "shared")
    assert data_of(server).parent.stat().st_mode & 0o777 == 0o700
    again = postgres_at(closed / "home")
    again.start()
    assert ask(again, "SELECT n FROM kept") == [(7,)]


@as_root
def test_a_copied_home_is_not_given_the_tables_of_the_original(postgres_at, place, ask):
    (place / "closed").mkdir(mode=0o700)
    fill(postgres_at(place / "closed" / "home"), ask)
    shutil.copytree(place / "closed" / "home", place / "closed" / "copy")
    with pytest.raises(Problem, match="is a copy of"):
        postgres_at(place / "closed" / "copy").start()


@as_root
def test_tables_kept_elsewhere_and_gone_are_missed_not_made_anew(postgres_at, place, ask):
    (place / "closed").mkdir(mode=0o700)
    server = postgres_at(place / "closed" / "home")
    fill(server, ask)
    server.stop()
    shutil.rmtree(data_of(server).parent)
    with pytest.raises(Problem, match="which is gone"):
        server.start()


@as_root
def test_programs_in_a_closed_environment_are_copied_to_where_nobody_can_run_them(filled, place, monkeypatch):
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    install = postgres_account.find_programs(choose_account("nobody")).parent
    shutil.copytree(install, closed / WHEEL / install.name)
    shutil.copytree(install.parent.with_name(f"{WHEEL}.libs"), closed / f"{WHEEL}.libs")
    (closed / WHEEL / "__init__.py").write_text("raise RuntimeError('the wrapper is never imported')")
    monkeypatch.syspath_prepend(closed)
    server = filled(place / "home")
    server.start()
    assert Path(psutil.Process(server.pid).exe()).is_relative_to(place / "shared")
    assert closed.stat().st_mode & 0o777 == 0o700


@as_root
@pytest.mark.parametrize("user", ["root", "no-such-user"])
def test_root_without_an_unprivileged_user_is_told_the_setting(place, user):
    with pytest.raises(Problem, match=r"not run as root.*CRAVENY_POSTGRES_USER"):
        EmbeddedPostgres(Home(place / "home"), postgres_user=user).start()


def test_an_unprivileged_user_needs_nothing_from_root(run_as_nobody, place):
    theirs = place / "theirs"
    theirs.mkdir(mode=0o700)
    os.chown(theirs, 65534, 65534)
    done = run_as_nobody(AS_NOBODY, str(theirs / "home"))
    assert done.stdout.split(maxsplit=1) == ["False", f"{theirs}/home/postgres/data\n"], done.stderr


def test_memory_is_counted_while_it_runs(kept):
    assert kept.memory_mib() == 0
    kept.start()
    assert kept.memory_mib() > 5
