"""The checkout's own Python environment: built aside and moved into place whole, repaired when its lock has changed."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from shichen.site import doctor, stamp
from shichen.site.installers import pips, surroundings, usable_uv

INTERRUPTED = 130
SOURCES = ("pyspark",)  # published as source only: files of Java and Python, nothing to compile
HEARTBEAT = 15.0  # seconds of silence after which a person begins to doubt (chosen)


class CannotBuild(Exception):
    """The environment could not be made; the sentence says why and what to do, Chinese first."""


def ensure(root: str, kind: str) -> int:
    """After 0 the environment of this kind stands; otherwise the exit code, with the reason already told."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that children are ended too
    try:
        with turn(Path(root)) as held:
            if not stamp.is_ready(root, kind):
                Builder(Path(root), kind, held).build()
    except CannotBuild as reason:
        print(reason, file=sys.stderr)
        return doctor.UNFIT
    except KeyboardInterrupt:
        say("已中断；再运行一次就会接着修好", "interrupted; run it again and it mends itself")
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return 0


def say(chinese: str, english: str) -> None:
    print(f"时辰 {chinese} · {english}", file=sys.stderr, flush=True)


@contextmanager
def turn(root: Path) -> Iterator[int]:
    """One builder at a time in a checkout. The lock is on the lock file itself, so nothing is left lying about; children
    inherit it, so an orphaned installer still keeps others out."""
    lock = root / stamp.LOCKS["run"]
    if not os.access(root, os.W_OK):
        raise CannotBuild(
            f"{root} 不可写，无法建立环境。请换一个可写的目录 · {root} is not writable: use a folder that is"
        )
    with lock.open("r+b") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个启动器正在准备环境，等它完成……", "another launcher is at work here; waiting for it ...")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield held.fileno()


class Builder:
    """One building or mending of the environment, by whoever holds the turn."""

    def __init__(self, root: Path, kind: str, held: int) -> None:
        self.root, self.kind, self.held = root, kind, held
        self.lock = root / stamp.LOCKS[kind]
        self.venv = root / ".venv"
        self.part = root / ".venv.part"
        self.base = str(getattr(sys, "_base_executable", "") or sys.executable)
        self.said = ""

    def build(self) -> None:
        started = time.monotonic()
        refuse_unfit(self.root)
        shutil.rmtree(self.part, ignore_errors=True)
        stamp.remove(str(self.root))
        if not self.mended():
            self.made_anew()
        stamp.write(str(self.root), self.kind)
        seconds = time.monotonic() - started
        say(f"环境已就绪（{seconds:.0f} 秒）", f"the environment is ready ({seconds:.0f} s)")

    def mended(self) -> bool:
        """An environment that runs, under this Python, is brought to the lock in place; False where that did not work."""
        python = self.venv / "bin" / "python"
        same = f"import sys; sys.exit(sys.prefix == sys.base_prefix or sys.version_info[:2] != {sys.version_info[:2]})"
        if not works([str(python), "-I", "-c", same]):
            return False
        say("更新已有的环境……", "bringing the environment up to its lock ...")
        try:
            self.install(python)
        except CannotBuild:
            say("就地更新没有成功，重新建立", "that did not work; building it anew")
            return False
        self.compile(self.venv)
        return True

    def made_anew(self) -> None:
        """Built under `.venv.part/new`, then moved: whoever looks sees the old environment or the finished new one."""
        say("第一次运行：建立 Python 环境……", "first run: making the Python environment ...")
        new, old = self.part / "new", self.part / "old"
        self.part.mkdir()
        try:
            self.make_venv(new)
            self.install(new / "bin" / "python")
            self.compile(new)
            readdress(new, self.venv)
            if self.venv.exists() or self.venv.is_symlink():
                self.venv.rename(old)
            new.rename(self.venv)
        finally:
            shutil.rmtree(self.part, ignore_errors=True)

    def make_venv(self, new: Path) -> None:
        """Without a pip of its own: the machine's installer fills it, which is five seconds quicker."""
        if self.run([self.base, "-I", "-m", "venv", "--without-pip", str(new)]):
            return
        shutil.rmtree(new, ignore_errors=True)
        uv = usable_uv()
        if not (uv and self.run([uv, "venv", "--quiet", "--python", self.base, str(new)])):
            raise CannotBuild(missing_venv())

    def install(self, python: Path) -> None:
        """Every package of the lock, by hash and as a wheel: first from the folder `wheels/`, if the bundle carries one."""
        names = [
            line.split("==")[0] for line in self.lock.read_text(encoding="utf-8").splitlines() if line[:1].isalnum()
        ]
        count = len(names)
        say(f"安装 {count} 个锁定的组件……", f"installing {count} locked packages ...")
        wheels = self.root / "wheels"
        sources = [["--no-index", "--find-links", str(wheels)]] if any(wheels.glob("*.whl")) else []
        built = [word for name in SOURCES if name in names for word in ("--no-binary", name)]
        what = ["--require-hashes", "--only-binary", ":all:", *built, "-r", str(self.lock)]
        said = []
        for source in [*sources, []]:
            for installer in self.installers(python):
                if self.run([*installer, *source, *what]):
                    return
                said.append(last_lines(self.said, 8))
        raise CannotBuild(failed_install("\n".join(said)) if said else missing_venv())

    def installers(self, python: Path) -> list[list[str]]:
        """The commands that can install into this environment here, the preferred first."""
        quietly = ["install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-compile", "--no-deps"]
        uv, pip = usable_uv(), next(pips(str(python), self.base, works), None)
        by_uv = [[uv, "pip", "install", "--quiet", "--python", str(python)]] if uv else []
        by_pip = [[*pip, *quietly]] if pip else []
        return by_uv + by_pip

    def compile(self, venv: Path) -> None:
        """Bytecode beforehand, so that the first page is not slower than the second; a file that does not compile is
        somebody's template, and no reason to stop."""
        python = str(venv / "bin" / "python")
        self.run(
            [
                python,
                "-I",
                "-m",
                "compileall",
                "-q",
                "-j",
                "0",
                "-s",
                str(venv),
                "-p",
                str(self.venv),
                str(venv / "lib"),
            ]
        )
        self.run([python, "-I", "-m", "compileall", "-q", "-j", "0", str(self.root / "src")])

    def run(self, command: list[str]) -> bool:
        """Whether the command succeeded; its last words are kept for the case that nothing else does."""
        with tempfile.TemporaryFile() as log:
            code = wait(command, log, self.held)
            log.seek(0)
            self.said = log.read().decode(errors="replace")
        return code == 0


def works(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=surroundings())  # noqa: S603
    except OSError:  # there is no such program
        return False
    return done.returncode == 0


def wait(command: list[str], log: IO[bytes], held: int) -> int:
    """The exit code of a command, with a sign of life now and then; it does not outlive the launcher."""
    started, child = time.monotonic(), None
    try:
        with minded_afterwards():
            child = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=surroundings(), pass_fds=(held,)
            )
        while True:
            try:
                return child.wait(HEARTBEAT)
            except subprocess.TimeoutExpired:
                seconds = time.monotonic() - started
                say(f"仍在进行（{seconds:.0f} 秒）……", f"still at it ({seconds:.0f} s) ...")
    except BaseException as trouble:
        if child is None and isinstance(trouble, OSError):  # there is no such program
            return 127
        if child is not None:
            child.terminate()
            child.wait()
        raise


@contextmanager
def minded_afterwards() -> Iterator[None]:
    """A signal that comes meanwhile is minded when this is over: a child that was just begun is not left behind unknown."""
    came: list[int] = []
    minded = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, lambda which, _frame: came.append(which)) for number in minded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            os.kill(os.getpid(), came[0])


def last_lines(said: str, count: int) -> str:
    """The end of what an installer said, without the warnings about places that it found empty."""
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("WARNING: Location")]
    return "\n".join(f"    {line}" for line in lines[-count:])


def readdress(new: Path, venv: Path) -> None:
    """The scripts of an environment name their interpreter by its whole address; they get the one it is moved to."""
    for script in [new / "pyvenv.cfg", *(new / "bin").iterdir()]:
        if script.is_symlink() or not script.is_file() or script.stat().st_size > 100_000:
            continue
        old = script.read_bytes()
        if str(new).encode() in old:
            script.write_bytes(old.replace(str(new).encode(), str(venv).encode()))


def refuse_unfit(root: Path) -> None:
    findings = doctor.before_install(root)
    if doctor.exit_code(findings):
        unfit = [finding for finding in findings if finding.needed and not finding.ok]
        raise CannotBuild("\n".join(["这台机器还不能安装 · this machine is not fit yet", *doctor.lines(unfit)]))


def missing_venv() -> str:
    """Debian cuts pip and venv out of Python: the one package that brings them back."""
    package = f"python3.{sys.version_info[1]}-venv"
    return (
        f"这台机器的 Python 不带 venv 或 pip，也没有 uv，无法建立环境。\n    怎么办：apt-get install {package}（其他系统：安装 pip 或 uv）\n"
        f"The Python of this machine comes without venv or pip, and there is no uv, so no environment can be made.\n"
        f"    Remedy: apt-get install {package} (elsewhere: install pip or uv)"
    )


def failed_install(said: str) -> str:
    return (
        f"安装没有成功。安装程序最后说：\n{said}\n"
        "    怎么办：检查网络；有镜像就写进 pip 的配置（pip config set global.index-url 地址）；没有网络就把轮子放进 wheels/；再运行一次即可。\n"
        "The packages could not be installed; the installer's last words are above.\n"
        "    Remedy: look at the network; name a mirror in pip's configuration (pip config set global.index-url ADDRESS); "
        "without a network put the wheels into wheels/; then run it again."
    )
