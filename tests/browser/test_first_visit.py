"""The first visit of a stranger, in a real browser: in by the printed link, from a number to its records, a bulletin read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Copied, Post, demonstration
from tests.browser.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BULLETIN = "交通运输安全组：2月2日共检查车辆1200台次，劝返12人次。洞口区人民医院新增床位30张。联系电话13800001234。"


@dataclass
class Visit:
    """A page of the post, and what it did that it should not."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def post(demonstrated: Copied) -> Iterator[Post]:
    """Of its own, just begun: the way in that it prints does not last."""
    with demonstration(demonstrated("visit")) as running:
        yield running


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
    picture(page, "day")
    page.locator("a.fig", has_text="149461").first.click()
    page.wait_for_url("**/figures/**")
    picture(page, "trace")
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
    picture(page, "review")
    words = page.content()
    assert "1200台次" in words
    assert "渌口区" in words  # the nearest name to one that is not in the gazetteer, asked and not applied
    assert "13800001234" not in words


def test_what_does_not_agree_shows_both_sides(visit: Visit, post: Post) -> None:
    page = visit.page
    page.goto(post.address + "/disagreements/")
    page.locator("main a", has_text="81").first.click()
    page.wait_for_url(re.compile(r"/disagreements/[^/?]+/"))
    picture(page, "disagreement")
    words = page.locator("main").inner_text()
    assert "75" in words
    assert "81" in words


def test_a_gate_of_two_networks_is_counted_once(visit: Visit, post: Post) -> None:
    page = visit.page
    page.goto(post.address + "/registers/gates/?on=2020-02-02")
    picture(page, "gates")
    words = page.locator("main").inner_text()
    assert "90,069" in words
    assert "149,461" not in words


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
