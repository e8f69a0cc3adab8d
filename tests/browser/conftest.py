"""A running demonstration for all browser tests, and a real Chromium for each file of them."""

from __future__ import annotations

import functools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, sync_playwright

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


def told_by(*arguments: str) -> dict[str, Any]:
    """What the house answers on its command line."""
    line, environment = command(*arguments)
    found = subprocess.run(line, env=environment, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(found.stdout)
    return answer


def way_in(post: Post, account: str) -> str:
    """A one-time way in of one's own: those that were printed are for whoever comes first."""
    return post.address + str(told_by("user", "enter", account, "--json", "--home", str(post.home))["enter"])


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


def _arrived(click: Any) -> Any:
    """A click that leads to a page waits until that page is read, as a person does; Playwright waits only until its first byte."""

    @functools.wraps(click)
    def clicked(at: Locator | Page, *arguments: Any, **options: Any) -> None:
        click(at, *arguments, **options)
        page = at if isinstance(at, Page) else at.page
        with suppress(Error):  # the click closed its page
            page.wait_for_load_state("domcontentloaded")

    return clicked


@pytest.fixture(scope="session", autouse=True)
def _clicks_arrive() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", _arrived(Locator.click))
        patch.setattr(Page, "click", _arrived(Page.click))
        yield


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


@pytest.fixture(scope="module")
def room(request: pytest.FixtureRequest, demonstrated: Copied) -> Iterator[Post]:
    """A demonstration of its own: these tests write into it."""
    with demonstration(demonstrated(request.module.__name__.rpartition(".")[2])) as post:
        yield post


@pytest.fixture(scope="module")
def duty(browser: Browser, room: Post) -> Iterator[BrowserContext]:
    """The duty officer's browser."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(room.ways_in[0])
    page.click("main form button")
    page.wait_for_url(room.address + "/")
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(duty: BrowserContext) -> Iterator[Page]:
    page = duty.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    yield page
    page.context.clear_cookies(name="django_language")
    page.close()
