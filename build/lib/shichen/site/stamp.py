"""The stamp in `.venv` that says which locks the environment was built from, and for which Python."""

from __future__ import annotations

import hashlib
import os
import sys

LOCKS = {"run": "requirements.lock", "test": "requirements-test.lock", "spark": "requirements-spark.lock"}
KINDS_HELD = {"run": ("run",), "test": ("run", "test"), "spark": ("run", "test", "spark")}
"""Each lock holds the packages of the one before it too: the running house, its tests, the second engine of traces."""


def path(root: str) -> str:
    return os.path.join(root, ".venv", "shichen.stamp")


def line(root: str, kind: str) -> str:
    """One line of the stamp: the kind and the SHA-256 of its lock as it lies in the checkout now."""
    with open(os.path.join(root, LOCKS[kind]), "rb") as lock:
        return f"{kind} {hashlib.sha256(lock.read()).hexdigest()}"


def python_line() -> str:
    return f"python {sys.version_info[0]}.{sys.version_info[1]}"


def read(root: str) -> set[str]:
    try:
        with open(path(root), encoding="utf-8") as stamp:
            return set(stamp.read().splitlines())
    except FileNotFoundError:
        return set()


def is_ready(root: str, kind: str) -> bool:
    """The environment holds exactly what the lock of this kind asks for, under the Python that asks."""
    wanted = {python_line(), *(line(root, held) for held in KINDS_HELD[kind])}
    return wanted <= read(root) and os.access(os.path.join(root, ".venv", "bin", "python"), os.X_OK)


def write(root: str, kind: str) -> None:
    """The stamp appears whole or not at all, and last of everything."""
    lines = [python_line(), *(line(root, held) for held in KINDS_HELD[kind])]
    unfinished = f"{path(root)}.part"
    with open(unfinished, "w", encoding="utf-8") as stamp:
        stamp.write("\n".join(lines) + "\n")
    os.replace(unfinished, path(root))


def remove(root: str) -> None:
    if os.path.exists(path(root)):
        os.remove(path(root))
