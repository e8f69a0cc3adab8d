"""How long it takes from a clone to a page, to start again, to read a bulletin; and what the environment weighs.

    python benchmarks/start.py [--keep]

Runs in a fresh clone of this checkout in a temporary folder, with the package cache of the machine as it is.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PORT = 8931
LIMITS = {"clone to page": 60.0, "later start to page": 5.0, "read a day page": 1.0}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--keep", action="store_true", help="leave the temporary folder")
    keep = options.parse_args().keep
    folder = Path(tempfile.mkdtemp(prefix="shichen-start-"))
    try:
        rows = measured(folder)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{'what':<28}{'seconds':>9}{'limit':>8}")
    for name, value in rows.items():
        limit = LIMITS.get(name)
        holds = "" if limit is None else f"{limit:>8.1f}  {'holds' if value <= limit else 'FALLS SHORT'}"
        print(f"{name:<28}{value:>9.2f}{holds}")


def measured(folder: Path) -> dict[str, float]:
    clone, home = folder / "clone", folder / "home"
    began = time.perf_counter()
    subprocess.run(["git", "clone", "-q", str(CHECKOUT), str(clone)], check=True)
    to_page(clone, home)
    rows = {"clone to page": time.perf_counter() - began}
    began = time.perf_counter()
    to_page(clone, home)
    rows["later start to page"] = time.perf_counter() - began
    text = folder / "bulletin.txt"
    text.write_text(
        "交通运输安全组设置疫情值守点83个，全天共检查车辆149461台次，排查人员361122人次。\n" * 40, encoding="utf-8"
    )
    began = time.perf_counter()
    subprocess.run([clone / "shichen", "read", text, "--json"], check=True, stdout=subprocess.DEVNULL, env=bare())
    rows["read a day page"] = time.perf_counter() - began
    rows["installed size, MB"] = size(clone / ".venv") / 1e6
    rows["home with the demo, MB"] = size(home) / 1e6
    return rows


def to_page(clone: Path, home: Path) -> None:
    """Start the demonstration, wait until its first page answers, stop it again."""
    command = [clone / "shichen", "demo", "--home", home, "--port", str(PORT)]
    post = subprocess.Popen(command, env=bare(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 300
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/signin/", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the demonstration did not answer within five minutes")
    finally:
        post.send_signal(signal.SIGTERM)
        post.wait(timeout=40)


def bare() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("SHICHEN_", "DJANGO_", "PYTHON"))}


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


if __name__ == "__main__":
    main()
