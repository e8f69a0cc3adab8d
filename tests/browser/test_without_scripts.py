"""A phone and a desk without scripts: a shift is reported by plain forms, a number of the log is taken; and that with scripts too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Post, way_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAME = "无脚本试点值守点"


@pytest.fixture(scope="module")
def page(browser: Browser, post: Post) -> Iterator[Page]:
    """The browser of the reviewer, who may report for every unit, with scripts switched off."""
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(way_in(post, "reviewer"))
    page.click("main form button")
    page.wait_for_url(post.address + "/")
    yield page
    context.close()


def save(page: Page) -> str:
    """Press 保存, the plain one; what the page says then."""
    page.get_by_role("button", name="保存", exact=True).click()
    return page.locator("main").inner_text()


def test_a_shift_is_reported_acknowledged_and_in_the_log_with_scripts_off(page: Page, post: Post) -> None:
    page.goto(post.address + "/report/checkpoint_post/")
    page.fill("[name=code]", "T99")
    page.fill("[name=name]", NAME)
    page.select_option("[name=network]", "traffic")
    page.fill("[name=area]", "天元区")
    assert "已入册" in save(page)

    page.goto(post.address + "/report/checkpoint_tally/")
    assert page.locator("[name=quick]:checked").get_attribute("value") == "2020-02-02T16:00|2020-02-03T00:00"
    page.select_option("[name=post]", "T99")
    page.fill("[name=vehicles]", "17")
    page.fill("[name=persons]", "41")
    acknowledged = save(page)
    assert "/report/done/" in page.url
    assert "已入册" in acknowledged
    assert "读到 1 = 入册 1 + 重复 0 + 待更正 0 + 空行与合计 0" in acknowledged

    said = f"{NAME}2月2日16—24时查控车辆17台、人员41人。"
    assert said in acknowledged
    page.locator("a[href^='/log/']", has_text="时-").first.click()
    assert said in page.locator("main").inner_text()
    page.goto(post.address + "/log/?day=2020-02-02&unit=traffic-safety-group")
    line = page.locator("li.entry", has_text=NAME)
    assert said in line.inner_text()
    line.locator("a.fig", has_text="17").click()
    assert "17" in page.locator("main .giant").inner_text()


def test_the_same_shift_sent_once_more_is_not_counted_again(page: Page, post: Post) -> None:
    """Every shift of this post is on the register: the form says so beside the box and keeps what was typed."""
    page.goto(post.address + "/report/checkpoint_tally/")
    page.select_option("[name=post]", "T01")
    page.fill("[name=vehicles]", "3")
    page.fill("[name=persons]", "9")
    told = save(page)
    assert "已报过" in told
    assert page.locator("[name=vehicles]").input_value() == "3"
    assert "/report/checkpoint_tally/" in page.url


def noted(page: Page, post: Post, text: str) -> None:
    """A note on the log, once its numbers are underlined."""
    page.goto(post.address + "/log/")
    page.fill("[name=text]", text)
    page.get_by_role("button", name="记入日志").click()
    for _ in range(60):
        page.goto(post.address + "/log/?day=2020-02-02")
        if page.locator("li.entry", has_text=text).locator("a.proposed").count():
            return
        page.wait_for_timeout(500)
    raise AssertionError("no number was underlined")


def test_a_number_of_the_log_is_taken_with_scripts_off(page: Page, post: Post) -> None:
    text = "天元区检查车辆4321台次。"
    noted(page, post, text)
    page.locator("li.entry", has_text=text).locator("a.proposed").click()
    assert page.locator("mark").inner_text() == "4321台次"
    assert page.input_value("[name=area]") == "天元区"
    page.get_by_role("button", name="采入台账").click()
    assert "已采入台账" in page.locator("main").inner_text()
    page.locator("li.entry", has_text=text).locator("a.fig", has_text="4321").click()
    assert page.locator("blockquote mark").inner_text() == "4321台次"


def test_with_scripts_it_opens_over_the_log_by_keyboard(page: Page, post: Post, browser: Browser) -> None:
    text = "荷塘区检查车辆8765台次。"
    noted(page, post, text)
    context = browser.new_context(storage_state=page.context.storage_state(), viewport={"width": 1440, "height": 900})
    wide = context.new_page()
    wide.goto(post.address + "/log/?day=2020-02-02")
    wide.locator("li.entry", has_text=text).focus()
    wide.keyboard.press("t")
    wide.wait_for_selector("dialog[open] mark")
    wide.keyboard.press("Escape")
    wide.wait_for_function("document.activeElement.className === 'proposed'")
    wide.keyboard.press("Enter")
    wide.wait_for_selector("dialog[open] mark")
    wide.keyboard.press("Enter")
    wide.wait_for_load_state()
    wide.locator("li.entry", has_text=text).locator("a.fig", has_text="8765").wait_for()
    context.close()
