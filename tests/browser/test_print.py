"""Pages on paper (打印): the board on two sheets in either language, no empty first sheet, each sheet numbered, the address at the foot."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Post, way_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHEET = {"width": 688, "height": 1016}  # what an A4 sheet holds within its margins, in CSS pixels


@pytest.fixture(scope="module", params=["zh-hans", "en"])
def page(request: pytest.FixtureRequest, browser: Browser, post: Post) -> Iterator[Page]:
    context = browser.new_context(viewport=SHEET)  # type: ignore[arg-type]
    context.add_cookies([{"name": "django_language", "value": request.param, "url": post.address}])
    page = context.new_page()
    page.goto(way_in(post, "reviewer"))
    page.click("main form button")
    page.wait_for_url(post.address + "/")
    page.emulate_media(media="print")
    yield page
    context.close()


def sheets(page: Page) -> int:
    counts = re.findall(rb"/Count (\d+)", page.pdf(prefer_css_page_size=True))
    return max(int(one) for one in counts)


def test_the_board_is_two_sheets(page: Page, post: Post) -> None:
    page.goto(post.address + "/")
    assert sheets(page) == 2
    assert page.is_visible("#curve svg.is-narrow")
    assert not page.is_visible("#curve svg.is-wide")
    for gone in (".bar", ".menu", "#board form", ".spark"):
        assert not page.is_visible(gone)


def test_a_long_list_of_what_is_missing_leaves_the_log_its_whole_width(page: Page, post: Post) -> None:
    """With the levels that were signed by then, and sixteen reports overdue."""
    page.goto(post.address + "/?as_of=2020-02-21T10:00")
    missing, latest = (page.locator(name).bounding_box() for name in ("#missing", "#latest"))
    assert missing is not None
    assert latest is not None
    assert missing["width"] < SHEET["width"] * 2 / 3
    assert latest["y"] >= missing["y"] + missing["height"]
    assert latest["width"] > SHEET["width"] * 0.9
    assert page.locator("#risk .level").count() == 11
    assert sheets(page) <= 3


def test_a_long_list_begins_on_the_first_sheet(page: Page, post: Post) -> None:
    page.goto(post.address + "/log/?day=2020-02-02")
    panel = page.locator("section.panel:has(.watch-head)").last
    box = panel.bounding_box()
    assert box is not None
    assert box["y"] < SHEET["height"] / 2
    assert box["height"] > SHEET["height"]
    assert panel.evaluate("one => getComputedStyle(one).breakInside") == "auto"


@pytest.mark.parametrize("address", ["/", "/log/?day=2020-02-02", "/figures/cases.confirmed_new/"])
def test_the_foot_says_where_the_same_is_read_again(page: Page, post: Post, address: str) -> None:
    page.goto(post.address + address)
    foot = page.locator(".foot span.only-print").first.inner_text()
    assert foot.startswith(post.address + address.partition("?")[0])
    assert "as_of=2020-02-02T22:50+08:00" in foot
    assert page.goto(foot).status == 200  # type: ignore[union-attr]
    assert page.locator("[data-now]").count() == 1


@pytest.fixture
def screen(page: Page) -> Iterator[Page]:
    """The same page as it is read, with nothing of the page before still being fetched."""
    page.goto("about:blank")
    page.emulate_media(media="screen")
    yield page
    page.emulate_media(media="print")


def test_the_square_code_is_fetched_to_be_printed_and_not_to_be_read(screen: Page, post: Post) -> None:
    asked: list[str] = []
    screen.on("request", lambda one: asked.append(one.url))
    screen.goto(post.address + "/log/?day=2020-02-02", wait_until="networkidle")
    assert not [url for url in asked if "/code.svg" in url]
    screen.pdf()
    assert len([url for url in asked if "/code.svg" in url]) == 1
    assert screen.locator("img.only-print").evaluate("one => one.complete && one.naturalWidth > 0")
