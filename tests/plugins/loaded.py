"""The demonstration, loaded once for all processes of the suite; every test that needs it works in a copy."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
Copied = Callable[[str], Path]
WORKED_OFF = """
import django
django.setup()
from django.utils import timezone
from shichen.jobs import running
while running.run_next(timezone.now()):
    pass
"""


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's home at rest. Nobody writes in it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    home, done = shared / "demonstration", shared / "demonstration.done"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(home, ignore_errors=True)
            _load(home)
            done.touch()
    return home


@pytest.fixture(scope="session")
def demonstrated(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Copied:
    """Gives a home of one's own with the demonstration in it, by a name for its folder."""

    def copied(name: str) -> Path:
        home = tmp_path_factory.mktemp(name) / "home"
        shutil.copytree(loaded, home)
        return home

    return copied


def _load(home: Path) -> None:
    """Load the demonstration and do what it asks for in the background, once: no copy spends its minutes on that again."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHICHEN", "DJANGO", "PYTEST"))}
    found = {"SHICHEN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "shichen.site.settings"}
    for line in (["-m", "shichen", "demo", "--load-only", "--home", str(home)], ["-c", WORKED_OFF]):
        environment = {**kept, **(found if line[0] == "-c" else {}), "PYTHONPATH": str(CHECKOUT / "src")}
        run = subprocess.run([sys.executable, "-X", "utf8", *line], env=environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr[-2000:]
