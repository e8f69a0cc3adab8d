"""The same correction in three bulletins, and the row that is suggested of it: looked at, taken, and read with at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Post, demonstration, way_in
from tests.browser.hands import Hand, hand
from tests.browser.pictures import picture
from tests.browser.test_review import left, pasted
from tests.plugins.loaded import Copied

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OURS = "traffic.vehicles_checked"


@pytest.fixture
def post(demonstrated: Copied) -> Iterator[Post]:
    with demonstration(demonstrated("teaching")) as running:
        yield running


@pytest.fixture
def hands(browser: Browser, post: Post) -> Iterator[tuple[Hand, Hand]]:
    found = hand(browser, post, way_in(post, "duty"), 1440), hand(browser, post, way_in(post, "duty"), 390)
    yield found
    assert found[0].complaints + found[1].complaints == []


def put_right(duty: Hand, text: str) -> None:
    """The number of a bulletin is taken for another indicator, by keys; then its entry is taken."""
    page = pasted(duty, text)
    page.keyboard.press("e")
    page.locator(".figure details[open] input[name=indicator]").fill(OURS)
    page.keyboard.press("Enter")
    left(page, 1, 0)
    page.keyboard.press("A")
    expect(page.locator("[data-said]")).to_contain_text("已记入日志")


def test_three_corrections_become_a_row_that_a_person_takes(hands: tuple[Hand, Hand]) -> None:
    duty, phone = hands
    for n in (41, 52, 38):
        put_right(duty, f"荷塘区今天清点过境客车{n}台。")
    pasted(duty, "芦淞区清点外地客车7台。")
    page = duty.go("/bulletins/suggestions/")
    expect(page.locator("h2").first).to_contain_text("检查车辆")
    expect(page.locator("mark")).to_have_count(3)
    expect(page.locator("ins").filter(has_text="清点；客车")).to_be_visible()
    picture(page, "review-suggestions", top=True)
    duty.fits()
    duty.usable()
    phone.go("/bulletins/suggestions/")
    phone.fits()
    phone.usable()
    page.get_by_role("textbox", name="理由").first.fill("客车也是过往车辆")
    page.get_by_role("button", name="采用", exact=True).click()
    expect(page.locator("main")).to_contain_text("没有建议")
    page = pasted(duty, "天元区清点外地客车9台。")
    expect(page.locator(".figure").first).to_contain_text("检查车辆")
    order = duty.go("/bulletins/ranking/")
    expect(order.locator("figure.chart svg.is-wide")).to_be_visible()
    duty.usable()
    phone.go("/bulletins/ranking/")
    phone.fits()
