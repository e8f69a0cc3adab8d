"""The home of a post: its owner's alone, made without a single account or default secret, and held by one post at a time."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from shichen.keys import Keyring
from shichen.refusal import Refusal
from shichen.site.home import FOLDERS, Home, default_home
from tests.made import environment


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "post")
    made.create()
    return made


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class TestCreating:
    def test_folders_and_keys_are_the_owners_alone(self, home: Home) -> None:
        assert mode(home.path) == 0o700
        assert [mode(home.path / name) for name in FOLDERS] == [0o700] * len(FOLDERS)
        assert mode(home.keyring) == 0o600

    def test_a_folder_left_open_is_closed(self, tmp_path: Path) -> None:
        (tmp_path / "open").mkdir(mode=0o755)
        Home(tmp_path / "open").create()
        assert mode(tmp_path / "open") == 0o700

    def test_creating_again_changes_nothing(self, home: Home) -> None:
        before = home.keyring.read_bytes()
        home.create()
        assert home.keyring.read_bytes() == before

    def test_every_home_has_keys_of_its_own(self, home: Home, tmp_path: Path) -> None:
        other = Home(tmp_path / "other")
        other.create()
        assert Keyring.load(home.keyring).held("django-1") != Keyring.load(other.keyring).held("django-1")

    def test_a_folder_without_keys_is_no_home(self, tmp_path: Path) -> None:
        assert not Home(tmp_path).exists
        assert not Home(tmp_path / "nowhere").exists


class TestOccupying:
    def test_one_post_runs_in_a_home_at_a_time(self, home: Home) -> None:
        ask = (
            "import sys; from pathlib import Path; from shichen.site.home import Home; from shichen.refusal import Refusal\n"
            "try:\n    with Home(Path(sys.argv[1])).occupied(): print('in')\n"
            "except Refusal as no: print(no.sentence)"
        )
        command, around = [sys.executable, "-X", "utf8", "-c", ask, str(home.path)], environment(home.path)
        with home.occupied():
            said = subprocess.run(command, capture_output=True, text=True, check=True, env=around).stdout
            assert "已有一个时辰在运行" in said
        assert subprocess.run(command, capture_output=True, text=True, check=True, env=around).stdout.strip() == "in"

    def test_it_is_left_also_when_the_post_fails(self, home: Home) -> None:
        with pytest.raises(ZeroDivisionError), home.occupied():
            raise ZeroDivisionError
        with home.occupied():
            pass

    def test_twice_in_one_process_is_refused_too(self, home: Home) -> None:
        with home.occupied(), pytest.raises(Refusal), home.occupied():
            pass


def test_where_the_home_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHICHEN_HOME", str(tmp_path))
    assert default_home() == tmp_path
    monkeypatch.delenv("SHICHEN_HOME")
    assert default_home() == Path.home() / ".shichen"
