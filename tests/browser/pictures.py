"""The pictures of the docs, taken where a journey stands: `SHICHEN_PICTURES=docs/images` makes the browser tests take them."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

PHONE = 500
SETTLED = 150  # milliseconds from when the fonts are there


def folder() -> Path | None:
    """Where the pictures go; None where none are asked for."""
    named = os.environ.get("SHICHEN_PICTURES")
    return Path(named) if named else None


def picture(page: Page, wide: str = "", phone: str = "", *, of: str = "", height: int = 0, top: bool = False) -> None:
    """Keep what the window shows as `wide` or `phone`, after its width; without a name for that width nothing is taken.

    `of` is a selector: only that part, whole. `height` is that of the picture in pixels, else the window's; `top` begins at
    the head of the page instead of where it was scrolled to.
    """
    where, size = folder(), page.viewport_size
    name = phone if size is not None and size["width"] < PHONE else wide
    if where is None or not name or size is None:
        return
    at = page.evaluate("scrollY")
    page.set_viewport_size({"width": size["width"], "height": height or size["height"]})
    page.evaluate("at => scrollTo({top: at, behavior: 'instant'})", 0 if top else at)
    _settle(page)
    file = where / f"{name}.png"
    if of:
        page.locator(of).first.screenshot(path=file, animations="allow", caret="initial")
    else:
        page.screenshot(path=file, animations="allow", caret="initial")
    page.set_viewport_size(size)
    page.evaluate("at => scrollTo({top: at, behavior: 'instant'})", at)


def _settle(page: Page) -> None:
    """Nothing is waited for that a page without scripts would never do."""
    while page.evaluate("document.fonts.status") != "loaded":
        page.wait_for_timeout(50)
    page.wait_for_timeout(SETTLED)
