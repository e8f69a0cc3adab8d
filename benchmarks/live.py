"""How long an accepted report takes to its number on an open board: from the 201 of the API's door to the text on the page.

    python -m benchmarks.live [--reports 10]

A demonstration in a temporary folder, one board open in Chromium, reports one after another. Needs the tests' packages.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright
from tests.browser.conftest import FLAGS, Post, command, demonstration

from shichen.site import machine

LIMIT = 3.0
NUMBER = 149_461


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--reports", type=int, default=10)
    wanted = options.parse_args().reports
    with tempfile.TemporaryDirectory() as folder, demonstration(Path(folder) / "home") as post:
        times = measured(post, wanted)
    worst = max(times)
    print(f"{len(times)} reports: median {statistics.median(times):.2f} s, worst {worst:.2f} s")
    print(f"limit {LIMIT} s: {'holds' if worst <= LIMIT else 'FALLS SHORT'}")


def measured(post: Post, wanted: int) -> list[float]:
    secret = token(post)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.browser(), args=FLAGS)
        page = browser.new_page()
        page.goto(post.ways_in[0])
        page.click("main form button")
        page.wait_for_url(post.address + "/")
        times = [once(post, page, secret, n) for n in range(1, wanted + 1)]
        browser.close()
    return times


def once(post: Post, page: Page, secret: str, n: int) -> float:
    """One more vehicle at a post, and the seconds until the board says so."""
    send(post, secret, n)
    began = time.perf_counter()
    tile = page.locator(".tile", has=page.locator("h3", has_text="检查车辆")).locator(".value a")
    expect(tile).to_have_text(f"{NUMBER + n:,}", timeout=30_000)
    return time.perf_counter() - began


def send(post: Post, secret: str, n: int) -> None:
    hours = {"shift_start": f"2020-02-02T22:{n:02d}+08:00", "shift_end": f"2020-02-02T22:{n:02d}:30+08:00"}
    body = {"kind": "checkpoint_tally", "rows": [{"post": "T01", **hours, "vehicles": 1, "persons": 1}]}
    request = urllib.request.Request(
        f"{post.address}/api/v1/submissions/{uuid.uuid4()}",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request) as answer:
        said = json.loads(answer.read())
    assert said["taken"] == 1, said


def token(post: Post) -> str:
    line, environment = command("user", "token", "traffic", "--label", "live", "--json", "--home", str(post.home))
    return str(
        json.loads(subprocess.run(line, env=environment, capture_output=True, text=True, check=True).stdout)["token"]
    )


if __name__ == "__main__":
    main()
