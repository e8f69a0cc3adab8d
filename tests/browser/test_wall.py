"""The board on a wall in a real browser: it turns, nothing is cut, it is dim at night, it begins anew with the page's day."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Post, told_by
from tests.browser.hands import Hand, replay
from tests.browser.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIXTEEN_BY_NINE = {"width": 1920, "height": 1080}
LIGHT = "getComputedStyle(document.querySelector('.tile')).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => +a + +b, 0)"
FILLED = "document.querySelector('#curve figure > svg').clientHeight / document.querySelector('#curve').clientHeight"


def test_the_wall_turns_through_three_scenes_and_stops_at_a_key_and_a_touch(duty: BrowserContext, room: Post) -> None:
    page = duty.new_page()
    page.set_viewport_size(SIXTEEN_BY_NINE)
    page.clock.install()
    page.goto(room.address + "/?wall=1")
    wall = page.locator("body")
    assert wall.get_attribute("data-scene") == "1"
    assert page.locator(".tile").first.is_visible()
    assert not page.locator("#latest").is_visible()
    picture(page, "wall-1")
    for shown in ("2", "3", "1"):
        page.clock.fast_forward(20500)
        expect(wall).to_have_attribute("data-scene", shown)
        assert page.locator(".strip").is_visible()
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.keyboard.press("Space")
    page.clock.fast_forward(60000)
    assert wall.get_attribute("data-scene") == "1"
    assert page.locator(".turn [role=status]").inner_text().startswith("已暂停")
    page.mouse.click(900, 500)
    page.clock.fast_forward(20500)
    expect(wall).to_have_attribute("data-scene", "2")
    page.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160)])
def test_nothing_on_a_wall_is_cut_or_scrolled(page: Page, room: Post, size: tuple[int, int], language: str) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": room.address}])
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(room.address + "/?wall=1")
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == pytest.approx(
        22 * size[0] / 1920, abs=0.1
    )
    for _scene in range(3):
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        cut = page.evaluate(
            """[...document.querySelectorAll('.tile, #board .panel')].filter(one => one.clientHeight
               && (one.scrollHeight > one.clientHeight + 2 || one.scrollWidth > one.clientWidth + 2))
               .map(one => one.textContent.trim().slice(0, 20))"""
        )
        assert cut == []
        if page.get_attribute("body", "data-scene") == "2":
            assert page.evaluate(FILLED) > 0.72
        page.keyboard.press("ArrowRight")


def test_the_wall_begins_anew_with_the_pages_day(page: Page, room: Post) -> None:
    page.goto(room.address + "/?wall=1")
    later = '<time datetime="2020-02-02T23:00:05+08:00">'
    swapped = re.compile(r'<time datetime="[^"]*">')

    def at_eleven(route: object) -> None:
        answer = route.fetch(url=room.address + "/board/tiles?v=0")  # type: ignore[attr-defined]
        route.fulfill(response=answer, body=swapped.sub(later, answer.text()))  # type: ignore[attr-defined]

    page.route("**/board/tiles*", at_eleven, times=1)
    with page.expect_navigation(timeout=15000):
        pass
    assert page.url.endswith("/?wall=1")


def test_a_wall_at_night_is_dim_and_can_still_be_read(page: Page, room: Post) -> None:
    page.set_viewport_size(SIXTEEN_BY_NINE)
    page.goto(room.address + "/?wall=1")
    by_day = page.evaluate(LIGHT)
    with replay(page, room, "2020-02-01T23:30"):
        page.goto(room.address + "/?wall=1")
        assert page.evaluate(LIGHT) < by_day / 10
        page.keyboard.press("ArrowRight")
        expect(page.locator("#curve")).to_be_visible()
        picture(page, "wall-2-night")
        Hand(page, room.address).usable()


def test_a_wall_reads_as_one_page_without_scripts(browser: Browser, duty: BrowserContext, room: Post) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport=SIXTEEN_BY_NINE, storage_state=duty.storage_state()
    )
    page = context.new_page()
    page.goto(room.address + "/?wall=1")
    for part in (".tiles", "#missing", "#curve", "#latest", "#places", ".strip"):
        assert page.locator(part).is_visible(), part
    context.close()


def test_a_device_becomes_a_screen_by_its_code_and_sees_only_the_wall(browser: Browser, room: Post) -> None:
    said = told_by("user", "screen", "hall", "--json", "--home", str(room.home))
    context = browser.new_context(viewport=SIXTEEN_BY_NINE)
    page = context.new_page()
    page.goto(room.address + said["open"])
    page.fill("[name=code]", said["code"])
    page.click("main form button")
    page.wait_for_url(room.address + "/")
    assert page.locator("body.is-wall").count() == 1
    page.locator(".tile .value a").first.click()  # a touch: it pauses, and leads nowhere
    assert page.url == room.address + "/"
    assert page.goto(room.address + "/log/").status == 403  # type: ignore[union-attr]
    context.close()
