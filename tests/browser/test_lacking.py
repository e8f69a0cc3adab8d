"""数据不完整, as people meet it: a file of passings is lost, board, post and day page say what and where; restored, nothing is left of it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Post, command, way_in
from tests.browser.hands import Hand, hand
from tests.browser.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (1280, 390)
LAST = 60_000
"""Milliseconds in which the clock of the demonstration has written the board anew."""


def verified(post: Post) -> None:
    line, environment = command("lake", "verify", "--home", str(post.home))
    subprocess.run(
        line, env=environment, capture_output=True, check=False
    )  # says by its exit that something is damaged


@pytest.fixture
def lost(room: Post, tmp_path: Path) -> Iterator[list[str]]:
    """The files of the second of February are away, and the look at all files has found it so."""
    files = list((room.home / "lake" / "passings" / "place" / "day=2020-02-02").glob("*.parquet"))
    for file in files:
        file.rename(tmp_path / file.name)
    verified(room)
    yield [file.stem[:16] for file in files]
    for file in files:
        (tmp_path / file.name).rename(file)
    verified(room)


def opened(browser: Browser, room: Post, width: int) -> Hand:
    return hand(browser, room, way_in(room, "duty"), width)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_lost_is_said_where_its_numbers_stand(
    browser: Browser, room: Post, lost: list[str], width: int
) -> None:
    one = opened(browser, room, width)
    page = one.go("/")
    expect(page.locator("#lacks")).to_contain_text("数据不完整", timeout=LAST)
    said = page.locator("#lacks").inner_text()
    assert "shichen lake verify" in said
    assert "2月2日" in said
    one.fits()
    one.usable()
    picture(page, wide="lacking-board", phone="lacking-board-phone", top=True)
    page = one.go("/registers/posts/?network=traffic")
    record = page.get_by_role("link", name="T01", exact=True).first.get_attribute("href")
    page = one.go(f"{record}watches/?on=2020-02-02")
    assert "数据不完整" in page.inner_text("#lacks")
    assert any(name in page.inner_text("#lacks") for name in lost)
    one.fits()
    one.usable()
    picture(page, wide="lacking-post", phone="lacking-post-phone", top=True)
    page = one.go("/days/2020-02-02/?live=1")
    assert "T01" in page.inner_text("#lacks") or "数据不完整" in page.inner_text("#lacks")
    one.fits()
    assert one.complaints == []
    page.context.close()


def test_restored_nothing_is_left_of_it(browser: Browser, room: Post) -> None:
    one = opened(browser, room, 1280)
    page = one.go("/")
    expect(page.locator("#lacks")).to_have_count(0, timeout=LAST)
    page.context.close()
