"""One person at work in a browser of their own, and what it did that it should not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Post

CARET = """(words, after) => {
  const chip = [...document.querySelectorAll('.chip')].find(one => one.textContent.startsWith(words));
  const range = document.createRange(), chosen = getSelection();
  chip.closest('[data-box]').focus();
  if (after === null) range.selectNode(chip); else { after ? range.setStartAfter(chip) : range.setStartBefore(chip); range.collapse(true); }
  chosen.removeAllRanges(); chosen.addRange(range);
}"""


@dataclass
class Hand:
    """One person's browser, and what it did that it should not."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def caret(self, words: str, *, after: bool | None = None) -> None:
        """Put the caret before or after the chip with these words; with neither, choose the chip itself."""
        self.page.evaluate(f"({CARET})({words!r}, {'null' if after is None else str(after).lower()})")

    def fits(self) -> None:
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.page.viewport_size["width"]  # type: ignore[index]

    def usable(self) -> None:
        """Nothing on the page keeps somebody out, as far as a machine can tell."""
        found: Any = Axe().run(self.page).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == []


def hand(browser: Browser, post: Post, way_in: str, width: int) -> Hand:
    context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 900}, has_touch=width < 500)
    page = context.new_page()
    one = Hand(page, post.address)
    page.on("pageerror", lambda error: one.complaints.append(f"page error: {error}"))
    page.on("console", lambda said: one.complaints.append(said.text) if _is_fault(said.type, said.text) else None)
    page.on("request", lambda asked: _note_outside(one, asked.url))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(way_in)
    page.click("main form button")
    page.wait_for_url(lambda url: "/enter/" not in url)
    return one


def _is_fault(kind: str, text: str) -> bool:
    """A refusal that the page shows is an answer (409, 422), not a fault."""
    return kind == "error" and not re.search(r"status of (409|422)", text)


def _note_outside(one: Hand, url: str) -> None:
    if not url.startswith((one.address, "data:")):
        one.complaints.append(f"left the post: {url}")


@contextmanager
def replay(page: Page, room: Post, moment: str) -> Iterator[None]:
    """The demonstration's clock stands at a moment, and afterwards where it stood."""
    page.goto(room.address + "/")
    page.click(".replay summary")
    page.fill("[name=from]", moment)
    page.select_option("[name=speed]", "1")
    page.click("button[value=begin]")
    page.click("button[value=pause]")
    yield
    page.goto(room.address + "/")
    page.click("button[value=end]")
