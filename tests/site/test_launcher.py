"""One file takes a fresh checkout to a running house: it builds its environment, mends it, and then stays out of the way."""

from __future__ import annotations

import ast
import base64
import fcntl
import hashlib
import json
import os
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from shichen.site import doctor, environment, installers, machine, stamp

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = ("__init__", "doctor", "environment", "installers", "machine", "safe_sqlite", "stamp")
NEEDED = (*(f"src/shichen/site/{room}.py" for room in ROOMS), "src/shichen/documents/official/families.py")
MAIN = """\
import json, os, sys
try:
    import pebble
    stone = pebble.WEIGHT
except ImportError:
    stone = None
print(json.dumps({"words": sys.argv[1:], "path": sys.path, "utf8": sys.flags.utf8_mode, "prefix": sys.prefix,
                  "cwd": os.getcwd(), "stone": stone}))
print("时辰", file=sys.stderr)
"""


def wheel(folder: Path, weight: int) -> str:
    """A package `pebble` as a wheel in this folder; its SHA-256."""
    folder.mkdir(exist_ok=True)
    inside = {
        "pebble.py": f"WEIGHT = {weight}\n",
        f"pebble-{weight}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: pebble\nVersion: {weight}\n",
        f"pebble-{weight}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [f"pebble-{weight}.dist-info/RECORD,,"]
    for name, text in inside.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        record.append(f"{name},sha256={digest},{len(text)}")
    file = folder / f"pebble-{weight}-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in {**inside, f"pebble-{weight}.dist-info/RECORD": "\n".join(record) + "\n"}.items():
            archive.writestr(name, text)
    return hashlib.sha256(file.read_bytes()).hexdigest()


def lock(root: Path, weight: int) -> None:
    """Both locks of this checkout ask for a pebble of this weight, and its folder of wheels has it."""
    text = f"pebble=={weight} \\\n    --hash=sha256:{wheel(root / 'wheels', weight)}\n"
    (root / "requirements.lock").write_text(text)
    (root / "requirements-test.lock").write_text(text)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the launcher, what it needs of the house, and one package to install, in an awkward place."""
    root = tmp_path / "检出 of the house"
    for file in NEEDED:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / file, root / file)
    (root / "src" / "shichen" / "__init__.py").touch()
    (root / "src" / "shichen" / "__main__.py").write_text(MAIN)
    shutil.copy(CHECKOUT / "shichen", root)
    lock(root, 1)
    return root


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a person who has set nothing, and a network that is not there."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **more}


def run(program: Path, *words: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(program), *words],
        cwd=cwd,
        env=surroundings(**more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def build(checkout: Path) -> environment.Builder:
    return environment.Builder(checkout, "run", held=0)


def fake_program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def poor_path(folder: Path, *programs: str) -> str:
    """A PATH with only these programs of this machine, and what is put into the folder besides."""
    folder.mkdir(exist_ok=True)
    for name in ("readlink", "dirname", "cat", *programs):
        (folder / name).symlink_to(str(shutil.which(name)))
    return str(folder)


# -- what the file itself promises


def test_the_launcher_can_be_read_by_an_older_python_and_run_as_a_program() -> None:
    ast.parse((CHECKOUT / "shichen").read_text(encoding="utf-8"), feature_version=(3, 8))
    assert (CHECKOUT / "shichen").stat().st_mode & stat.S_IXUSR


def test_the_launcher_needs_nothing_that_is_installed() -> None:
    for room in ("shichen", *NEEDED):
        tree = ast.parse((CHECKOUT / room).read_text(encoding="utf-8"))
        named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        foreign = {name for name in named if name.split(".")[0] not in {*sys.stdlib_module_names, "shichen"}}
        assert foreign == set(), room


def test_no_python_at_all_is_said_in_both_languages(checkout: Path, tmp_path: Path) -> None:
    told = run(checkout / "shichen", "demo", PATH=poor_path(tmp_path / "bin"))
    assert told.returncode == 3
    assert "时辰需要 Python 3.11" in told.stderr
    assert "shichen needs Python 3.11 or newer; found on this machine:" in told.stderr
    assert "apt-get install python3 python3-venv" in told.stderr


def test_a_python_too_old_is_named(checkout: Path, tmp_path: Path) -> None:
    path = poor_path(tmp_path / "bin")
    fake_program(tmp_path / "bin", "python3", '[ "$1" = --version ] && echo Python 3.9.2 && exit 0; exit 1')
    told = run(checkout / "shichen", "demo", PATH=path)
    assert told.returncode == 3
    assert "Python 3.9.2" in told.stderr


# -- building, for real and without a network


@pytest.mark.slow
def test_a_fresh_checkout_builds_itself_and_becomes_the_house(checkout: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "json.py").write_text("raise SystemExit('a file of the current folder was taken for a library')")
    link = tmp_path / "link"
    link.symlink_to(checkout / "shichen")
    first = run(link, "read", "一份 通报.txt", cwd=elsewhere, LC_ALL="POSIX", PYTHONPATH="/nowhere")
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert told["words"] == ["read", "一份 通报.txt"]
    assert told["stone"] == 1
    assert told["utf8"] == 1
    assert told["prefix"] == str(checkout / ".venv")
    assert told["cwd"] == str(elsewhere)
    assert told["path"][0] == str(checkout / "src")
    assert "/nowhere" not in told["path"]
    assert "环境已就绪" in first.stderr
    assert not (checkout / ".venv.part").exists()
    scripts = [file for file in (checkout / ".venv" / "bin").iterdir() if file.is_file() and not file.is_symlink()]
    assert all(b".venv.part" not in script.read_bytes() for script in scripts)

    again = run(checkout / "shichen", cwd=elsewhere)
    assert again.stderr == "时辰\n"  # nothing of the launcher's own

    lock(checkout, 2)  # the lock has changed: mended in place
    inode = (checkout / ".venv").stat().st_ino
    third = run(checkout / "shichen")
    assert json.loads(third.stdout)["stone"] == 2, third.stderr
    assert (checkout / ".venv").stat().st_ino == inode

    stamp.remove(str(checkout))  # as after a kill half-way, with a library torn up
    (next((checkout / ".venv").glob("lib/python*/site-packages/pebble-2.dist-info")) / "RECORD").unlink()
    next((checkout / ".venv").glob("lib/python*/site-packages/pebble.py")).unlink()
    lock(checkout, 3)
    fourth = run(checkout / "shichen")
    assert json.loads(fourth.stdout)["stone"] == 3, fourth.stderr

    (checkout / ".venv" / "bin" / "python").unlink()
    (checkout / ".venv" / "bin" / "python").symlink_to("/gone/python3")  # the system's Python was taken away
    fifth = run(checkout / "shichen")
    assert json.loads(fifth.stdout)["stone"] == 3, fifth.stderr
    assert "第一次运行" in fifth.stderr


@pytest.mark.slow
def test_two_at_once_build_one_environment(checkout: Path) -> None:
    command = [str(checkout / "shichen")]
    both = [
        subprocess.Popen(
            command, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        for _ in range(2)
    ]
    told = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert [json.loads(out)["stone"] for out, _ in told] == [1, 1]
    assert sum("第一次运行" in err for _, err in told) == 1
    assert sum("安装 1 个" in err for _, err in told) == 1


def test_a_wrong_hash_installs_nothing(checkout: Path) -> None:
    (checkout / "requirements.lock").write_text(f"pebble==1 --hash=sha256:{'0' * 64}\n")
    told = run(checkout / "shichen", "demo")
    assert told.returncode == 3
    assert told.stdout == ""
    assert not (checkout / ".venv").exists()
    assert re.search(r"THESE PACKAGES DO NOT MATCH|hash mismatch", told.stderr, re.IGNORECASE)
    assert "安装没有成功" in told.stderr
    assert "The packages could not be installed" in told.stderr


# -- one at a time, interruptions


def test_while_another_builds_it_waits_and_then_finds_the_work_done(
    checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tried = fcntl.flock, []

    def busy(file: object, how: int) -> None:
        tried.append(how)
        if how & fcntl.LOCK_NB:
            raise BlockingIOError
        (checkout / ".venv" / "bin").mkdir(parents=True)
        (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
        stamp.write(str(checkout), "run")
        real(file, how)  # type: ignore[arg-type]

    monkeypatch.setattr(environment.fcntl, "flock", busy)
    assert environment.ensure(str(checkout), "run") == 0
    assert tried == [fcntl.LOCK_EX | fcntl.LOCK_NB, fcntl.LOCK_EX]
    told = capsys.readouterr().err
    assert "另一个启动器正在准备环境" in told
    assert "安装" not in told


def test_an_orphaned_installer_keeps_others_out(checkout: Path) -> None:
    with environment.turn(checkout) as held:
        orphan = subprocess.Popen(["sleep", "60"], pass_fds=(held,))
    try:
        with (checkout / "requirements.lock").open("r+b") as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        orphan.kill()
        orphan.wait()
    with (checkout / "requirements.lock").open("r+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_it_ends_its_children_and_leaves_no_environment(
    checkout: Path, tmp_path: Path, sent: signal.Signals, code: int
) -> None:
    mark = tmp_path / "started"
    os.mkfifo(mark)
    ear = os.open(mark, os.O_RDWR)
    uv = fake_program(tmp_path / "bin", "uv", f'echo $$ > "{mark}"; exec sleep 60')
    installing = (
        "import signal, sys; from shichen.site import environment\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # where the suite itself runs in the background
        f"environment.usable_uv = lambda: {str(uv)!r}\n"
        f"sys.exit(environment.ensure({str(checkout)!r}, 'run'))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", installing],
        env=surroundings(PYTHONPATH=str(checkout / "src"), PYTHONUTF8="1"),
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert select.select([ear], [], [], 60)[0], "the installer was never started"
    child = int(os.read(ear, 100))
    os.close(ear)
    process.send_signal(sent)
    told = process.communicate(timeout=30)[1]
    assert process.returncode == code
    assert "Traceback" not in told
    assert ("已中断" in told) is (sent is signal.SIGINT)
    assert not (checkout / ".venv").exists()
    assert not (checkout / ".venv.part").exists()
    assert _ends(child)


def _ends(process: int) -> bool:
    """Whether a process goes, or is only waiting to be buried; a busy machine may take a while over it."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


# -- choosing an installer


def test_uv_is_preferred_unless_pip_has_an_index_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = fake_program(tmp_path / "bin", "uv", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PIP_INDEX_URL", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"):
        monkeypatch.delenv(name, raising=False)
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\ntimeout = 60\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    assert installers.usable_uv() == str(uv)
    settings.write_text("[global]\nindex-url = https://mirror.example/simple\n")
    assert installers.usable_uv() is None
    settings.write_text("not a configuration")
    assert installers.usable_uv() is None
    monkeypatch.delenv("PIP_CONFIG_FILE")
    assert installers.usable_uv() == str(uv)
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    assert installers.usable_uv() is None


def test_where_uv_fails_pip_is_asked(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def run(self: environment.Builder, command: list[str]) -> bool:
        asked.append(command)
        return command[0] != "/bin/uv"

    monkeypatch.setattr(environment, "usable_uv", lambda: "/bin/uv")
    monkeypatch.setattr(environment.Builder, "run", run)
    build(checkout).install(Path(sys.executable))
    assert [command[0] for command in asked] == ["/bin/uv", sys.executable]
    for command in asked:
        assert {"--require-hashes", "--only-binary", ":all:"} <= set(command)
        assert command[command.index("-r") + 1] == str(checkout / "requirements.lock")


def test_only_what_is_published_as_source_alone_is_taken_as_source(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PySpark has no wheel; everything else is a wheel, whatever the kind."""
    asked: list[list[str]] = []
    monkeypatch.setattr(environment, "usable_uv", lambda: None)
    monkeypatch.setattr(environment.Builder, "run", lambda self, command: not asked.append(command))
    (checkout / "requirements-spark.lock").write_text(
        "pebble==1 \\\n    --hash=sha256:0\npyspark==4.0.5 \\\n    --hash=sha256:0\n"
    )
    for kind in ("run", "spark"):
        environment.Builder(checkout, kind, 0).install(Path(sys.executable))
    assert "--no-binary" not in asked[0]
    assert asked[1][asked[1].index("--no-binary") + 1] == "pyspark"
    assert asked[1].count("--no-binary") == 1


def test_the_bundles_own_wheels_come_first_and_then_the_index(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(environment, "usable_uv", lambda: None)
    monkeypatch.setattr(environment.Builder, "run", lambda self, command: bool(asked.append(command)))
    with pytest.raises(environment.CannotBuild, match="安装没有成功"):
        build(checkout).install(Path(sys.executable))
    assert [("--no-index" in command, "--find-links" in command) for command in asked] == [(True, True), (False, False)]
    shutil.rmtree(checkout / "wheels")
    asked.clear()
    with pytest.raises(environment.CannotBuild):
        build(checkout).install(Path(sys.executable))
    assert ["--no-index" in command for command in asked] == [False]


def test_a_pip_is_taken_wherever_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installers, "pip_wheels", lambda: [Path("/w/pip-23.whl")])
    monkeypatch.setattr(installers.shutil, "which", lambda name: f"/usr/bin/{name}")
    own = tmp_path / "lib" / "python3.11" / "site-packages" / "pip"
    own.mkdir(parents=True)
    (own / "__main__.py").touch()
    python = str(tmp_path / "bin" / "python")
    assert list(installers.pips(python, "/base", lambda command: True)) == [
        [python, "-I", "-m", "pip"],
        [python, "-I", "/w/pip-23.whl/pip"],
        ["/base", "-I", "-m", "pip", "--python", python],
        ["/usr/bin/pip3", "--python", python],
    ]
    shutil.rmtree(own)
    monkeypatch.setattr(installers, "pip_wheels", list)
    assert list(installers.pips(python, "/base", lambda command: command[0] != "/base")) == [
        ["/usr/bin/pip3", "--python", python]
    ]
    assert list(installers.pips(python, "/base", lambda command: False)) == []


def test_the_pip_for_new_environments_is_found_where_distributions_keep_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip-23.0.1-py3-none-any.whl").touch()
    monkeypatch.setattr(installers, "find_spec", lambda name: None)
    monkeypatch.setattr(installers.sysconfig, "get_config_var", lambda name: None)
    monkeypatch.setattr(installers, "DISTRIBUTION_WHEELS", str(tmp_path))
    assert installers.pip_wheels() == [tmp_path / "pip-23.0.1-py3-none-any.whl"]
    monkeypatch.setattr(installers, "DISTRIBUTION_WHEELS", str(tmp_path / "not there"))
    assert installers.pip_wheels() == []


def test_with_no_pip_anywhere_the_one_package_is_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "usable_uv", lambda: None)
    monkeypatch.setattr(environment, "pips", lambda *_: iter(()))
    with pytest.raises(environment.CannotBuild) as told:
        build(checkout).install(Path("/new/bin/python"))
    package = f"apt-get install python3.{sys.version_info[1]}-venv"
    assert str(told.value).count(package) == 2


def test_what_would_lead_packages_elsewhere_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIP_TARGET", "PIP_PREFIX", "PYTHONPATH", "PIP_USER"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    kept = installers.surroundings()
    assert not {"PIP_TARGET", "PIP_PREFIX", "PYTHONPATH"} & set(kept)
    assert kept["PIP_USER"] == "0"
    assert kept["PIP_INDEX_URL"] == "https://mirror.example/simple"


def test_an_unfit_machine_is_refused_before_anything_is_made(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(1, 1, 0))  # type: ignore[attr-defined]
    assert environment.ensure(str(checkout), "run") == doctor.UNFIT == 3
    told = capsys.readouterr().err
    assert "free disk 0.0 GB, 1.5 GB needed" in told
    assert "怎么办" in told
    assert not (checkout / ".venv.part").exists()


def test_a_checkout_that_cannot_be_written_is_refused(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment.os, "access", lambda *_: False)
    assert environment.ensure(str(checkout), "run") == 3
    assert "not writable" in capsys.readouterr().err


# -- the stamp


def test_the_stamp_knows_which_lock_it_was_built_from(checkout: Path) -> None:
    root = str(checkout)
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    assert not stamp.is_ready(root, "run")
    stamp.write(root, "run")
    assert stamp.is_ready(root, "run")
    assert not stamp.is_ready(root, "test")
    stamp.write(root, "test")
    assert stamp.is_ready(root, "run")  # the tests' lock holds the other
    assert stamp.is_ready(root, "test")
    (checkout / "requirements-spark.lock").write_text("# spark\n")
    assert not stamp.is_ready(root, "spark")
    stamp.write(root, "spark")
    assert all(stamp.is_ready(root, kind) for kind in ("run", "test", "spark"))
    (checkout / "requirements-test.lock").write_text("# changed\n")
    assert stamp.is_ready(root, "run")
    assert not stamp.is_ready(root, "test")
    (checkout / "requirements.lock").write_text("# changed\n")
    assert not stamp.is_ready(root, "run")
    stamp.write(root, "run")
    (checkout / ".venv" / "bin" / "python").unlink()
    assert not stamp.is_ready(root, "run")


def test_another_python_makes_another_environment(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    stamp.write(str(checkout), "run")
    monkeypatch.setattr(stamp, "python_line", lambda: "python 3.99")
    assert not stamp.is_ready(str(checkout), "run")


# -- the tests' own door


@pytest.mark.slow
def test_the_word_test_runs_pytest_in_the_checkout(checkout: Path, tmp_path: Path) -> None:
    shutil.rmtree(checkout / "wheels")
    (checkout / "requirements.lock").write_text("")
    (checkout / "requirements-test.lock").write_text("")
    (checkout / "src" / "pytest.py").write_text(MAIN)  # stands in for pytest, which this environment does not have
    told = run(checkout / "shichen", "test", "-k", "watches", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    spoken = json.loads(told.stdout)
    assert spoken["words"] == ["-p", "tests.plugins.parts", "-k", "watches"]
    assert spoken["cwd"] == str(checkout)
    assert spoken["prefix"] == str(checkout / ".venv")
    assert stamp.read(str(checkout)) >= {stamp.line(str(checkout), "run"), stamp.line(str(checkout), "test")}
    assert run(checkout / "shichen", "--ensure", "test").stdout == ""


JOURNEY = """\
import pytest
from tests.plugins import parts

@pytest.mark.postgres
def test_by_marker(): raise AssertionError

@parts.need_postgres()
def test_by_decorator(): raise AssertionError

def test_inside(): parts.skip_without("postgres")

@pytest.mark.xfail(reason="known")
def test_known(): raise AssertionError

def test_for_another_reason(): pytest.skip("it rains")
"""
LEFT_OUT = "import pytest; from tests.plugins import parts\npytest.skip(parts.PARTS['postgres'].reason, allow_module_level=True)\n"


def outcome_of(folder: Path, text: str, ci: str) -> subprocess.CompletedProcess[str]:
    """One test file run by a pytest of its own, on a machine without PostgreSQL."""
    (folder / "test_journey.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  postgres: needs PostgreSQL\n")
    places = os.pathsep.join((str(CHECKOUT), str(CHECKOUT / "src")))
    options = ("-q", "-p", "no:django", "-p", "no:cacheprovider", "-p", "tests.plugins.parts")
    more = surroundings(PYTHONPATH=places, CI=ci, PYTHONUTF8="1")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=folder,
        env=more,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("ci", "code", "closing"),
    [("true", 1, "1 failed, 1 skipped, 1 xfailed, 2 errors"), ("", 0, "4 skipped, 1 xfailed")],
)
def test_a_missing_part_is_a_skip_at_home_and_a_failure_in_ci(tmp_path: Path, ci: str, code: int, closing: str) -> None:
    told = outcome_of(tmp_path, JOURNEY, ci)
    assert told.stdout.splitlines()[-1].startswith(closing), told.stdout
    assert told.returncode == code
    assert "缺少 · missing: PostgreSQL" in told.stdout


def test_a_whole_module_left_out_counts_the_same(tmp_path: Path) -> None:
    assert outcome_of(tmp_path, LEFT_OUT, "").stdout.splitlines()[-1].startswith("1 skipped")
    told = outcome_of(tmp_path, LEFT_OUT, "true")
    assert told.returncode == 2
    assert "missing part: PostgreSQL" in told.stdout


# -- the locks


def pins(lock: str) -> dict[str, str]:
    text = (CHECKOUT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE))


def test_the_tests_lock_holds_the_running_houses_packages_in_the_same_versions() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-test.lock").items()
    assert {"pytest", "mypy", "playwright"} <= pins("requirements-test.lock").keys() - pins("requirements.lock").keys()


def test_the_lock_of_the_second_engine_adds_it_to_the_tests_lock_and_nothing_else() -> None:
    assert pins("requirements-test.lock").items() <= pins("requirements-spark.lock").items()
    assert pins("requirements-spark.lock").keys() - pins("requirements-test.lock").keys() == {"py4j", "pyspark"}


@pytest.mark.parametrize("name", sorted(stamp.LOCKS.values()))
def test_the_locks_say_what_and_never_where_from(name: str) -> None:
    text = (CHECKOUT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|file:|--(extra-)?index|--find-links|==[^ ;]*\+", text)
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins(name))
    assert all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize(
    ("name", "extras"),
    [
        ("requirements.lock", ()),
        ("requirements-test.lock", ("test", "postgres")),
        ("requirements-spark.lock", ("test", "postgres", "spark")),
    ],
)
def test_the_locks_answer_what_the_project_asks(name: str, extras: tuple[str, ...]) -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    held = {canonicalize_name(package): version for package, version in pins(name).items()}
    for requirement in map(Requirement, asked):
        package = canonicalize_name(requirement.name)
        assert package in held, f"{package}: run make lock"
        assert held[package] in requirement.specifier, f"{package} {held[package]}: run make lock"
