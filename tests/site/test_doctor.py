"""The doctor says what is wrong with a machine, in both languages, and how to mend it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.site import doctor, machine, stamp

GROUND = machine.Ground(
    python=(3, 11, 2),
    bits=64,
    system="linux",
    glibc=(2, 36),
    folder=Path("/srv/shichen"),
    free_bytes=50_000_000_000,
    writable=True,
    noexec=False,
    now=datetime(2027, 2, 2, tzinfo=UTC),
    root=False,
)
HOUSE = machine.Household(
    home=Path("/home/duty/.shichen"),
    mode=0o700,
    owned=True,
    filesystem="ext4",
    free_bytes=50_000_000_000,
    written=True,
    sqlite={"pysqlite3": (3, 53, 4), "sqlite3": (3, 40, 1)},
    shanghai=timedelta(hours=8),
    port=8000,
    port_free=True,
    fonts=("FZXiaoBiaoSong-B05S", "FandolFang R", "LXGW WenKai", "Noto Sans CJK SC"),
    browser="/usr/bin/chromium",
    stamped=True,
)


def judged(
    ground: machine.Ground = GROUND, house: machine.Household = HOUSE, embedded: bool = True
) -> list[doctor.Finding]:
    return [*doctor.on_ground(ground), *doctor.in_house(house, embedded), doctor.place(ground)]


def amiss(findings: list[doctor.Finding]) -> list[str]:
    return [finding.name for finding in findings if not finding.ok]


def test_a_good_machine_is_fit() -> None:
    assert amiss(judged()) == []
    assert doctor.exit_code(judged()) == 0
    assert all(line.startswith("✓ ") for line in doctor.lines(judged()))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"python": (3, 10, 12)}, "python"),
        ({"bits": 32}, "64-bit"),
        ({"glibc": (2, 27)}, "glibc"),
        ({"now": datetime(1970, 1, 1, 0, 3, tzinfo=UTC)}, "clock"),
        ({"writable": False}, "place"),
        ({"noexec": True}, "place"),
    ],
)
def test_ground_that_carries_no_environment(change: dict[str, object], name: str) -> None:
    findings = judged(ground=replace(GROUND, **change))  # type: ignore[arg-type]
    assert amiss(findings) == [name]
    assert doctor.exit_code(findings) == 3


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"mode": 0o755}, "home-rights"),
        ({"mode": 0o710}, "home-rights"),
        ({"owned": False}, "home-rights"),
        ({"filesystem": "nfs4"}, "home-filesystem"),
        ({"filesystem": "cifs"}, "home-filesystem"),
        ({"filesystem": "fuse.sshfs"}, "home-filesystem"),
        ({"free_bytes": 499_999_999}, "disk"),
        ({"written": False}, "write-test"),
        ({"sqlite": {"sqlite3": (3, 40, 1)}}, "sqlite"),
        ({"sqlite": {}}, "sqlite"),
        ({"shanghai": None}, "time-zone-data"),
        ({"shanghai": timedelta(0)}, "time-zone-data"),
    ],
)
def test_a_home_in_which_nothing_may_be_kept(change: dict[str, object], name: str) -> None:
    findings = judged(house=replace(HOUSE, **change))  # type: ignore[arg-type]
    assert amiss(findings) == [name]
    assert doctor.exit_code(findings) == 3


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"port_free": False}, "port"),
        ({"fonts": ("FandolFang R", "LXGW WenKai")}, "official-faces"),
        ({"browser": None}, "browser"),
        ({"stamped": False}, "lock"),
    ],
)
def test_what_is_only_worth_knowing_does_not_keep_the_house_shut(change: dict[str, object], name: str) -> None:
    findings = judged(house=replace(HOUSE, **change))  # type: ignore[arg-type]
    assert amiss(findings) == [name]
    assert doctor.exit_code(findings) == 0


def test_without_fonts_the_serif_of_the_house_stands_in_and_it_is_said() -> None:
    findings = judged(house=replace(HOUSE, fonts=()))
    assert amiss(findings) == ["chinese-font", "official-faces"]
    assert doctor.exit_code(findings) == 0
    said = next(one for one in findings if one.name == "official-faces")
    assert said.sentence_zh == "公文字体：仿宋 （宋体代）、楷体 （宋体代）、小标宋 （宋体代）"
    assert "仿宋_GB2312" in said.remedy_zh
    own = next(one for one in judged(house=replace(HOUSE, fonts=("仿宋",))) if one.name == "official-faces")
    assert own.sentence_en == "faces of official documents: installed, serif of the house, serif of the house"


def test_on_postgresql_neither_sqlite_nor_the_filesystem_matters() -> None:
    findings = judged(house=replace(HOUSE, sqlite={}, filesystem="nfs"), embedded=False)
    assert sorted(amiss(findings)) == ["home-filesystem", "sqlite"]
    assert doctor.exit_code(findings) == 0


def test_a_home_that_is_not_there_yet_is_no_fault() -> None:
    assert amiss(judged(house=replace(HOUSE, mode=None, owned=None))) == []


def test_root_and_another_libc_are_worth_a_word() -> None:
    findings = judged(ground=replace(GROUND, root=True, glibc=None))
    assert amiss(findings) == ["glibc", "root"]
    assert doctor.exit_code(findings) == 0


def test_every_fault_comes_with_its_remedy_in_both_languages() -> None:
    worst = judged(
        replace(GROUND, python=(3, 8, 0), bits=32, glibc=(2, 17), now=datetime(2000, 1, 1, tzinfo=UTC), root=True, noexec=True),
        replace(
            HOUSE, mode=0o777, filesystem="nfs", free_bytes=0, written=False, sqlite={}, shanghai=None,
            port_free=False, fonts=(), browser=None, stamped=False,
        ),
    )  # fmt: skip
    assert not any(finding.ok for finding in worst)
    assert len({finding.name for finding in worst}) == len(worst)
    for finding in worst:
        assert all((finding.sentence_zh, finding.sentence_en, finding.remedy_zh, finding.remedy_en)), finding
        assert finding.sentence_en.isascii()
        assert finding.remedy_en.isascii()
        assert not finding.remedy_zh.isascii()
    told = doctor.lines(worst)
    assert len(told) == 3 * len(worst)
    assert "✗ 磁盘余量 0.0 GB，需要 0.5 GB · free disk 0.0 GB, 0.5 GB needed" in told


def test_the_findings_can_be_read_by_a_program() -> None:
    told = json.loads(doctor.as_json(judged(house=replace(HOUSE, written=False))))
    assert told["fit"] is False
    assert [finding["name"] for finding in told["findings"] if not finding["ok"]] == ["write-test"]


MOUNTS = """\
sysfs /sys sysfs rw 0 0
/dev/vda / ext4 rw 0 0
server:/export /srv/data nfs4 rw 0 0
/dev/vdb /srv/data/local xfs rw 0 0
//box/share /srv/with\\040space\\040\\346\\240\\252\\346\\264\\262 cifs rw 0 0
tmpfs /run tmpfs rw 0 0
overlay /run overlay rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/shichen", "ext4"),
        ("/srv/data", "nfs4"),
        ("/srv/data/home", "nfs4"),
        ("/srv/data/local/home", "xfs"),
        ("/srv/database", "ext4"),
        ("/srv/with space 株洲/home", "cifs"),
        ("/run/shichen", "overlay"),
    ],
)
def test_the_longest_mount_point_holds_a_folder(folder: str, kind: str) -> None:
    assert machine.filesystem(Path(folder), MOUNTS) == kind


@given(st.text())
def test_mounts_that_make_no_sense_are_no_reason_to_fall_over(mounts: str) -> None:
    assert isinstance(machine.filesystem(Path("/var/lib/shichen"), mounts), str)


def test_an_unknown_filesystem_is_taken_for_local() -> None:
    assert machine.filesystem(Path("/var"), "") == ""
    assert doctor.is_local("")


def test_readings_of_this_machine(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o750)
    house = machine.household(home, 0)
    assert house.mode == 0o750
    assert house.owned
    assert house.written
    assert house.shanghai == timedelta(hours=8)
    assert list(home.iterdir()) == []  # the write test leaves nothing behind
    ground = machine.ground(home / "not" / "there")
    assert ground.python == sys.version_info[:3]
    assert ground.free_bytes > 0
    assert ground.now > doctor.RELEASED


def test_a_folder_that_cannot_be_written_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(machine.os, "fsync", full)
    assert not machine.can_keep(tmp_path)
    assert not machine.can_keep(tmp_path / "not there")


def test_a_machine_without_fontconfig_has_no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert machine.chinese_fonts() == ()
    assert machine.browser() is None


def test_font_families_are_read_once_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "fc-list"
    program.write_text("#!/bin/sh\nprintf 'Song,宋体\\nHei\\nSong\\n\\n'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert machine.chinese_fonts() == ("Hei", "Song")


def test_a_stale_environment_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "CHECKOUT", tmp_path)
    assert machine.household(None, 0).stamped  # installed from a wheel: there is no lock to compare with
    (tmp_path / "requirements.lock").write_text("")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    assert not machine.household(None, 0).stamped
    stamp.write(str(tmp_path), "run")
    assert machine.household(None, 0).stamped
    (tmp_path / "requirements.lock").write_text("# changed\n")
    assert not machine.household(None, 0).stamped


@pytest.fixture
def bare() -> Callable[[str], str]:
    """Code run in a Python of its own, where sockets are open and nothing is loaded yet."""

    def run(code: str) -> str:
        surroundings = {**os.environ, "PYTHONPATH": str(Path(doctor.__file__).parents[2])}
        return subprocess.run(
            [sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=True
        ).stdout

    return run


def test_a_taken_port_is_seen(bare: Callable[[str], str]) -> None:
    assert bare(
        "import socket; from shichen.site.machine import port_is_free\n"
        "with socket.create_server(('127.0.0.1', 0)) as server:\n"
        "    port = server.getsockname()[1]; print(port_is_free('127.0.0.1', port))\n"
        "print(port_is_free('127.0.0.1', port))"
    ).split() == ["False", "True"]


def test_the_doctor_needs_no_django_and_nothing_heavy(bare: Callable[[str], str]) -> None:
    loaded = bare(
        "import sys, pathlib; from shichen.site import doctor; doctor.checks(pathlib.Path('/nowhere/home'))\n"
        "print(*(name for name in ('django', 'numpy', 'ninja', 'cryptography', 'click') if name in sys.modules))"
    )
    assert loaded.strip() == ""


def test_a_map_for_the_public_carries_its_review_number(tmp_path: Path) -> None:
    assert doctor.reviewed(machine.review_no(tmp_path)).ok
    (tmp_path / "map.json").write_text('{"review_no": ""}', encoding="utf-8")
    finding = doctor.reviewed(machine.review_no(tmp_path))
    assert (finding.ok, finding.needed) == (False, False)
    assert "--review-no" in finding.remedy_zh
    assert "--review-no" in finding.remedy_en
    (tmp_path / "map.json").write_text('{"review_no": "GS(2019)1234号"}', encoding="utf-8")
    finding = doctor.reviewed(machine.review_no(tmp_path))
    assert finding.ok
    assert "GS(2019)1234号" in finding.sentence_zh
