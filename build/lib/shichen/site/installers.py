"""What can install packages on this machine: uv, or a pip wherever one is found, under the person's own configuration."""

from __future__ import annotations

import configparser
import os
import shutil
import sysconfig
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

DISTRIBUTION_WHEELS = "/usr/share/python-wheels"  # Debian's python3-pip-whl, Fedora's python-pip-wheel
LEFT_OUT = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


def surroundings() -> dict[str, str]:
    """The person's own surroundings, pip's configuration among them, without what would lead packages elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    return kept | {"PIP_USER": "0", "PYTHONUTF8": "1"}


def usable_uv() -> str | None:
    """uv, where it is on the path and pip has no index of its own: uv does not read pip's configuration, and a closed
    network is usually described there."""
    uv = shutil.which("uv")
    return uv if uv and not pip_has_own_index() else None


def pip_has_own_index() -> bool:
    if os.environ.get("PIP_INDEX_URL"):
        return True
    home = Path.home()
    places = [
        Path(os.environ.get("PIP_CONFIG_FILE", os.devnull)),
        *(Path(folder) / "pip" / "pip.conf" for folder in os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")),
        Path("/etc/pip.conf"),
        home / ".pip" / "pip.conf",
        Path(os.environ.get("XDG_CONFIG_HOME", home / ".config")) / "pip" / "pip.conf",
    ]
    settings = configparser.RawConfigParser(strict=False)
    try:
        settings.read(places, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return True  # only pip knows what it means
    return any(settings.has_option(section, "index-url") for section in ("global", "install"))


def pips(python: str, base: str, works: Callable[[list[str]], bool]) -> Iterator[list[str]]:
    """Every pip that could fill this environment: its own, the wheel that Python carries for `ensurepip`, the base
    interpreter's, the one on the path."""
    if any(Path(python).parents[1].glob("lib/python*/site-packages/pip/__main__.py")):
        yield [python, "-I", "-m", "pip"]
    for wheel in pip_wheels():
        yield [python, "-I", f"{wheel}/pip"]
    program = shutil.which("pip3") or shutil.which("pip")
    for pip in ([base, "-I", "-m", "pip"], [program] if program else []):
        if pip and works([*pip, "--python", python, "--version"]):  # refused by a pip older than 22.3
            yield [*pip, "--python", python]


def pip_wheels() -> list[Path]:
    """Where Python keeps the pip for new environments; distributions that cut it out keep it in a folder of their own."""
    folders = (
        [Path(ensurepip.origin).parent / "_bundled"]
        if (ensurepip := find_spec("ensurepip")) and ensurepip.origin
        else []
    )
    folders += [Path(folder) for folder in (sysconfig.get_config_var("WHEEL_PKG_DIR"), DISTRIBUTION_WHEELS) if folder]
    return [wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"), reverse=True)]
