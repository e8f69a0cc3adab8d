"""Signals and risk levels where people look, in a real browser: found on the board, by keyboard, on a phone; answered; gone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Post

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 390, "height": 844}
LATER = "/?as_of=2020-02-21T10:00"
ON_THE_BOARD = "#signals .meta a"


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_the_page_of_levels_says_why_it_is_empty_and_one_press_leads_to_the_first(page: Page, room: Post) -> None:
    page.goto(room.address + "/analysis/risk/")
    expect(page.locator("#absent")).to_contain_text("2月2日 22:50 还没有等级")
    expect(page.locator("#absent")).to_contain_text("第一份在 2月18日 09:00 录入")
    page.click("#absent .is-main")
    expect(page.locator("table .level").first).to_have_text("中")


def test_a_signed_level_stands_on_the_board_in_words_and_leads_to_its_record(page: Page, room: Post) -> None:
    page.goto(room.address + "/")
    expect(page.locator("#risk")).to_contain_text("没有签发的等级")
    page.goto(room.address + LATER)
    expect(page.locator("#state [href='#risk']")).to_have_text("风险等级 中")
    city = page.locator("#risk li").first
    expect(city).to_contain_text("株洲市")
    expect(city.locator(".level")).to_have_text("中")
    expect(city).to_contain_text("2月19日")
    assert page.locator("#risk .level").all_inner_texts() != []
    assert all(page.locator("#risk .level").all_inner_texts())
    city.locator("a").click()
    expect(page.locator("h1")).to_contain_text("株洲市")
    expect(page.locator("main")).to_contain_text("v2020-02")
    page.goto(room.address + "/?as_of=2020-03-10T10:00")
    expect(page.locator("#risk .level").first).to_have_text("已过期")
    expect(page.locator("#risk .is-medium")).to_have_count(0)
    expect(page.locator("#risk")).to_contain_text("待签")


def test_on_a_phone_levels_and_signals_are_read_without_scrolling_sideways(page: Page, room: Post) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for path in ("/", LATER, "/analysis/risk/", "/analysis/alarms/", "/open/risk/"):
        page.goto(room.address + path)
        assert fits(page), path


def test_the_duty_officer_finds_a_signal_on_a_phone_and_by_keyboard_and_answers_it(page: Page, room: Post) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(room.address + "/")
    page.click("#state [href='#signals']")
    expect(page.locator("#signals")).to_be_in_viewport()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(room.address + "/")
    expect(page.locator("#signals")).to_contain_text("1条异常信号待核")
    expect(page.locator(ON_THE_BOARD)).to_contain_text("株洲市 1月28日 新增确诊病例 6，高于上限 4.09")
    for _press in range(200):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({ON_THE_BOARD!r})"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/analysis/alarms/*/")
    expect(page.locator("main")).to_contain_text("EARS C1")
    page.fill("#id_reason", "与1月24日聚餐有关的同批检出")
    page.focus("button[value=dismissed]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/analysis/alarms/")
    expect(page.locator("main")).to_contain_text("没有待核的信号")
    page.goto(room.address + "/")
    expect(page.locator("#missing")).to_be_visible()
    expect(page.locator("#signals")).to_have_count(0, timeout=15000)
    expect(page.locator("#state [href='#signals']")).to_have_count(0)
