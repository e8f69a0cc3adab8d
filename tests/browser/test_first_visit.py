"""The first visit of a stranger, in a real browser: in by the printed link, from a number to its records, a bulletin read."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from shichen.site import machine

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
BULLETIN = "交通运输安全组：2月2日共检查车辆1200台次，劝返12人次。洞口区人民医院新增床位30张。联系电话13800001234。"


@dataclass
class Post:
    """A running demonstration: where it answers and the ways in that it printed."""

    address: str
    ways_in: list[str]


@dataclass
class Visit:
    """A page of the post, and what it did that it should not."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SHICHEN_", "DJANGO_"))}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2] / "src")
    command = [
        sys.executable,
        "-X",
        "utf8",
        "-m",
        "shichen",
        "demo",
        "--home",
        str(folder / "home"),
        "--port",
        str(port),
    ]
    log = folder / "log"
    with log.open("w") as out:
        running = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 180
        while "Ctrl-C" not in log.read_text() and time.monotonic() < until and running.poll() is None:
            time.sleep(0.2)
        said = log.read_text()
        ways_in = re.findall(r"http\S+/enter/\S+", said)
        assert ways_in, said
        yield Post(f"http://127.0.0.1:{port}", ways_in)
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=40) == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=machine.browser(), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def visit(browser: Browser, post: Post) -> Visit:
    """The duty officer's browser, signed in by the printed link; it notes every request that leaves the post."""
    visit = Visit(browser.new_page(locale="zh-CN", viewport={"width": 1440, "height": 900}))
    visit.page.on("console", lambda said: visit.complaints.append(said.text) if said.type == "error" else None)
    visit.page.on("request", lambda asked: _note_outside(visit, asked.url, post.address))
    visit.page.goto(post.ways_in[0])
    visit.page.click("main form button")
    visit.page.wait_for_url(post.address + "/")
    return visit


def _note_outside(visit: Visit, url: str, address: str) -> None:
    if not url.startswith((address, "data:")):
        visit.complaints.append(f"left the post: {url}")


def test_a_way_in_works_once(visit: Visit, post: Post, browser: Browser) -> None:
    stranger = browser.new_page()
    stranger.goto(post.ways_in[0])
    assert "已用过" in stranger.content()
    stranger.goto(post.address + "/")
    assert "/signin/" in stranger.url
    stranger.close()


def test_a_number_on_the_day_page_leads_to_the_records_it_is_the_sum_of(visit: Visit, post: Post) -> None:
    page = visit.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(post.address + "/days/2020-02-02/")
    page.locator("a.fig", has_text="149461").first.click()
    page.wait_for_url("**/figures/**")
    words = page.locator("main").inner_text()
    assert "149,461" in words
    assert "249" in words
    page.locator("a[href^='/registers/tallies/']").first.click()
    page.wait_for_url("**/registers/tallies/**")
    assert page.locator("a[href*='/envelopes/']").count() > 0


def test_a_pasted_bulletin_is_read_and_its_phone_number_masked(visit: Visit, post: Post) -> None:
    page = visit.page
    page.goto(post.address + "/bulletins/new/")
    page.fill("textarea", BULLETIN)
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/bulletins/[0-9a-f-]{36}/"))
    words = page.content()
    assert "1200台次" in words
    assert "渌口区" in words  # the nearest name to one that is not in the gazetteer, asked and not applied
    assert "13800001234" not in words


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(
    "address",
    ["/", "/log/", "/days/2020-02-02/", "/chronicle/", "/figures/", "/disagreements/", "/registers/", "/registers/tallies/",
     "/report/", "/report/checkpoint_tally/", "/report/case_count/", "/import/", "/bulletins/", "/envelopes/", "/help/"],
)  # fmt: skip
def test_every_page_fits_its_window_and_stays_at_home(visit: Visit, post: Post, address: str, width: int) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": 900})
    visit.complaints.clear()
    answer = page.goto(post.address + address)
    assert answer is not None
    assert answer.status == 200
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.complaints == []
