"""The data folder: made, recognised, refused, locked."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from craveny_cli.services import home as home_module
from craveny_cli.services.errors import Problem
from craveny_cli.services.home import MARKER, SOCKET_FOLDER_BYTES, Home, private_folder

HOLD_LOCK = """
import sys, time
from pathlib import Path
from craveny_cli.services.home import Home
home = Home(Path(sys.argv[1])).open()
with home.lock():
    print("held", flush=True)
    time.sleep(60)
"""


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_home_is_marked_and_closed_to_others(place):
    home = Home(place / "deep" / "home").open()
    assert json.loads(home.marker.read_text()) == {"format": 1, "product": "craveny"}
    assert mode(home.path) & 0o066 == 0
    assert {mode(folder) for folder in (home.postgres, home.milvus, home.dagster, home.logs)} == {0o700}
    assert Home(home.path).open().exists


def test_a_home_is_closed_whatever_the_umask(place):
    before = os.umask(0o000)
    try:
        home = Home(place / "home").open()
    finally:
        os.umask(before)
    assert mode(home.path) == (0o711 if os.geteuid() == 0 else 0o700)


def test_looking_at_a_home_creates_nothing(place):
    assert not Home(place / "home").exists
    assert not (place / "home").exists()


def test_the_root_folder_of_a_fresh_disk_is_accepted_with_its_mode(place):
    (place / "disk").mkdir(mode=0o755)
    (place / "disk" / "lost+found").mkdir()
    before = mode(place / "disk")
    assert Home(place / "disk").open().exists
    assert mode(place / "disk") == before


def test_a_foreign_folder_is_refused_and_not_touched(place):
    (place / "photos").mkdir()
    (place / "photos" / "cat.jpg").write_text("meow")
    with pytest.raises(Problem, match=r"not Craveny's.*CRAVENY_HOME"):
        Home(place / "photos").open()
    assert [path.name for path in (place / "photos").iterdir()] == ["cat.jpg"]


def test_a_newer_format_is_refused_and_not_touched(place):
    (place / "home").mkdir()
    (place / "home" / MARKER).write_text('{"format": 2, "product": "craveny", "more": true}')
    with pytest.raises(Problem, match=r"newer Craveny.*format 2.*Update"):
        Home(place / "home").open()
    assert [path.name for path in (place / "home").iterdir()] == [MARKER]


@pytest.mark.parametrize(
    "content", ["", "[]", '{"format": "x", "product": "craveny"}', '{"format": 1, "product": "y"}']
)
def test_an_unreadable_marker_is_refused(place, content):
    (place / "home").mkdir()
    (place / "home" / MARKER).write_text(content)
    with pytest.raises(Problem, match="not readable as Craveny's marker"):
        Home(place / "home").open()


@pytest.mark.parametrize("below", [".", "home"])
def test_a_file_in_the_way_is_named(place, below):
    (place / "file").write_text("")
    with pytest.raises(Problem, match="file is in the way"):
        Home(place / "file" / below).open()


def test_a_folder_of_another_user_is_refused(place):
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder of another user")
    (place / "home").mkdir()
    os.chown(place / "home", 65534, 65534)
    with pytest.raises(Problem, match="belongs to another user"):
        Home(place / "home").open()


def test_too_little_space_is_said_in_numbers(place):
    with pytest.raises(Problem, match=r"has \d+ MB free; Craveny needs \d+ MB"):
        Home(place / "home", minimum_free_bytes=2**60).open()


def test_a_second_up_on_the_same_home_is_refused_naming_the_first(place):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, place / "home"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        home = Home(place / "home").open()
        with pytest.raises(Problem, match=rf"in use by another `craveny up` \(process {holder.pid}\)"), home.lock():
            pass
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    with home.lock():
        assert int((home.path / "lock").read_text()) == os.getpid()


def test_the_lock_can_be_taken_again_once_it_is_released(place):
    home = Home(place / "home").open()
    with home.lock():
        pass
    with home.lock(), pytest.raises(Problem, match="in use"), Home(place / "home").lock():
        pass


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=70))
def test_a_socket_folder_is_short_plain_and_private_for_any_home(place, name):
    if name in {".", ".."} or name.startswith("~") or len(os.fsencode(name)) > 200:
        return
    home = Home(place / "homes" / name).open()
    folder = home.socket_folder(os.geteuid(), os.getegid())
    assert len(os.fsencode(folder)) <= SOCKET_FOLDER_BYTES
    assert set(str(folder)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")
    assert mode(folder) == 0o700
    assert Home(home.path).socket_folder(os.geteuid(), os.getegid()) == folder


def test_two_homes_have_two_socket_folders(place):
    folders = {Home(place / name).open().socket_folder(os.geteuid(), os.getegid()) for name in ("a b", "a c", "a")}
    assert len(folders) == 3


@pytest.mark.parametrize("trap", ["open", "link", "file"])
def test_a_socket_folder_that_another_could_have_made_is_refused(place, trap):
    home = Home(place / "with space").open()
    folder = home_module.SHORT_SOCKET_ROOT / f"craveny-{os.geteuid()}-{home.key}"
    if trap == "open":
        folder.mkdir()
        folder.chmod(0o777)
    elif trap == "link":
        folder.symlink_to(home.run)
    else:
        folder.write_text("")
    with pytest.raises(Problem, match="mode 0700"):
        home.socket_folder(os.geteuid(), os.getegid())


def test_a_private_folder_of_a_stranger_is_refused(place):
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder of another user")
    (place / "theirs").mkdir(mode=0o700)
    os.chown(place / "theirs", 1, 1)
    with pytest.raises(Problem, match="uid 65534"):
        private_folder(place / "theirs", 65534, 65534)
    assert (place / "theirs").stat().st_uid == 1
