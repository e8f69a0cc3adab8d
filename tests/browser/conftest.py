"""A running demonstration for all browser tests, and a real Chromium for each file of them."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from shichen.site import machine
from tests.plugins.loaded import Copied

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


@dataclass
class Post:
    """A running demonstration: where it answers and the ways in that it printed."""

    address: str
    ways_in: list[str]
    home: Path


def command(*arguments: str) -> tuple[list[str], dict[str, str]]:
    """How the house is called from a checkout, and what it finds around it."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SHICHEN_", "DJANGO_"))}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2] / "src")
    return [sys.executable, "-X", "utf8", "-m", "shichen", *arguments], environment


def way_in(post: Post, account: str) -> str:
    """A one-time way in of one's own: those that were printed are for whoever comes first."""
    line, environment = command("user", "enter", account, "--json", "--home", str(post.home))
    told = subprocess.run(line, env=environment, capture_output=True, text=True, check=True)
    return post.address + str(json.loads(told.stdout)["enter"])


@contextmanager
def demonstration(home: Path) -> Iterator[Post]:
    """A demonstration of its own in a home, loaded first where it is not yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line, environment = command("demo", "--home", str(home), "--port", str(port))
    log = home.with_suffix(".log")
    with log.open("w") as out:
        running = subprocess.Popen(line, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 180
        while "Ctrl-C" not in log.read_text() and time.monotonic() < until and running.poll() is None:
            time.sleep(0.2)
        said = log.read_text()
        ways_in = re.findall(r"http\S+/enter/\S+", said)
        assert ways_in, said
        yield Post(f"http://127.0.0.1:{port}", ways_in, home)
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=40) == 0


@pytest.fixture(scope="session")
def post(demonstrated: Copied) -> Iterator[Post]:
    with demonstration(demonstrated("demo")) as post:
        yield post


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed after each file: while it is open its event loop runs, in which Django lets no other test ask the database."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=machine.browser(), args=FLAGS)
        yield chromium
        chromium.close()
