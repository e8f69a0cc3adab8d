"""axe-core on these pages, light and dark, at 1280 and 390 px: no violation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext

from tests.browser.conftest import Post, way_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = (
    "/",
    "/?wall=1",
    "/log/?day=2020-02-02",
    "/days/2020-02-02/",
    "/chronicle/",
    "/registers/tallies/",
    "/report/checkpoint_tally/",
    "/bulletins/",
    "/disagreements/",
    "/figures/",
    "/analysis/",
    "/analysis/risk/",
    "/analysis/alarms/",
    "/analysis/supplies/",
    "/help/",
)


@pytest.fixture(scope="module")
def ways(browser: Browser, post: Post) -> Iterator[list[dict[str, object]]]:
    """The reviewer's cookies: in through the second printed way, which no other test of this post uses."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(way_in(post, "reviewer"))
    page.click("main form button")
    page.wait_for_url(post.address + "/")
    yield context.cookies()  # type: ignore[misc]
    context.close()


@pytest.fixture(scope="module", params=["light", "dark"])
def themed(request: pytest.FixtureRequest, browser: Browser, ways: list[dict[str, object]]) -> Iterator[BrowserContext]:
    context = browser.new_context(color_scheme=request.param, locale="zh-CN")
    context.add_cookies(ways)  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(themed: BrowserContext, post: Post, address: str, width: int) -> None:
    page = themed.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(post.address + address)
    found = Axe().run(page).response["violations"]
    page.close()
    assert [
        (one["id"], [f"{node['html'][:160]} {node.get('failureSummary', '')[:200]}" for node in one["nodes"][:3]])
        for one in found
    ] == []
