"""The living board in a real browser: a report reaches an open board, text stays under the eyes, the wall turns, keys work."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import Post, command, demonstration
from tests.browser.pictures import picture
from tests.plugins.loaded import Copied

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SIXTEEN_BY_NINE = {"width": 1920, "height": 1080}
DUTY = 0


@pytest.fixture(scope="module")
def room(demonstrated: Copied) -> Iterator[Post]:
    """A demonstration of its own: these tests write into it."""
    with demonstration(demonstrated("room")) as post:
        yield post


@pytest.fixture(scope="module")
def duty(browser: Browser, room: Post) -> Iterator[BrowserContext]:
    """The duty officer's browser."""
    context = browser.new_context(locale="zh-CN", viewport=WIDE)
    page = context.new_page()
    page.goto(room.ways_in[DUTY])
    page.click("main form button")
    page.wait_for_url(room.address + "/")
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(duty: BrowserContext) -> Iterator[Page]:
    page = duty.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    yield page
    page.context.clear_cookies(name="django_language")
    page.close()


def write(duty: BrowserContext, room: Post, text: str) -> None:
    """A line of the log, written in another window of the same browser."""
    window = duty.new_page()
    window.goto(room.address + "/log/")
    window.fill(".composer textarea", text)
    window.click(".composer button[type=submit]")
    window.wait_for_url("**/log/**")
    window.close()


def token(room: Post, account: str) -> str:
    """What a group's own system shows at the API's door."""
    return str(told_by("user", "token", account, "--label", "journey", "--json", "--home", str(room.home))["token"])


def told_by(*arguments: str) -> dict[str, Any]:
    line, environment = command(*arguments)
    found = subprocess.run(line, env=environment, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(found.stdout)
    return answer


def send(room: Post, secret: str, number: uuid.UUID, post: str) -> int:
    """The evening's shift of a post at one gate: 165 vehicles, 310 persons, one handed on; the status of the answer."""
    row = {"post": post, "shift_start": "2020-02-02T22:00+08:00", "shift_end": "2020-02-02T22:40+08:00"}
    body = {"kind": "checkpoint_tally", "rows": [{**row, "vehicles": 165, "persons": 310, "referred": 1}]}
    request = urllib.request.Request(
        f"{room.address}/api/v1/submissions/{number}",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request) as answer:
        return int(answer.status)


def value(page: Page, name: str) -> Locator:
    return page.locator(".tile", has=page.locator("h3", has_text=name)).locator(".value a")


def tile(page: Page, name: str) -> str:
    return value(page, name).inner_text()


# Journey 1, the night shift, as far as the board tells it.


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_night_shift_opens_the_next_days_page(
    page: Page, duty: BrowserContext, room: Post, size: dict[str, int]
) -> None:
    """1 February 23:05: the civil day is the 1st, the page's day the 2nd, and what is written stands under its 子."""
    page.set_viewport_size(size)
    page.goto(room.address + "/")
    page.click(".replay summary")
    page.fill("[name=from]", "2020-02-01T23:05")
    page.select_option("[name=speed]", "1")
    page.click("button[value=begin]")
    page.click("button[value=pause]")
    clock = page.locator("#clock")
    expect(clock).to_contain_text("子")
    expect(clock).to_contain_text("2月1日 23:05")
    if size is WIDE:
        expect(clock).to_contain_text("记入次日日版")
    now = page.locator(".strip [aria-current=time]")
    expect(now).to_contain_text("子")
    assert (now.get_attribute("href") or "").startswith("/days/2020-02-02/")
    before = int(re.findall(r"(\d+)条", now.inner_text())[0]) if "条" in now.inner_text() else 0
    for n in range(3):
        write(duty, room, f"夜班第{n + 1}件，{size['width']}。")
    expect(now).to_contain_text(f"{before + 3}条", timeout=15000)
    now.click()
    page.wait_for_url("**/days/2020-02-02/**")
    page.goto(room.address + "/log/?day=2020-02-02&watch=子")
    expect(page.locator(".entry", has_text=f"，{size['width']}。")).to_have_count(3)
    page.goto(room.address + "/")
    page.click("button[value=end]")
    expect(page.locator("#clock time")).to_have_text("2月2日 22:50")


# Journey 2, from the gate to the board, as far as the board tells it.


def test_a_gates_shift_reaches_the_open_board_once_and_under_its_own_network(
    page: Page, duty: BrowserContext, room: Post
) -> None:
    """165 vehicles at one gate: the traffic group's number rises by 165; sent again by 0; the police's count is theirs."""
    page.goto(room.address + "/")
    phone = duty.new_page()
    phone.set_viewport_size(PHONE)
    phone.goto(room.address + "/")
    assert tile(page, "检查车辆") == "149,461"
    assert tile(page, "查控车辆") == "40,515"
    traffic, number = token(room, "traffic"), uuid.uuid4()
    assert send(room, traffic, number, "T01") == 201
    for board in (page, phone):
        expect(value(board, "检查车辆")).to_have_text("149,626", timeout=15000)
        expect(value(board, "排查人员")).to_have_text("361,432")
    assert send(room, traffic, number, "T01") == 200  # the same batch again
    assert send(room, token(room, "police"), uuid.uuid4(), "P01") == 201
    for board in (page, phone):
        expect(value(board, "查控车辆")).to_have_text("40,680", timeout=15000)
        assert tile(board, "检查车辆") == "149,626"  # not 149,791: one gate, two networks, no sum
        assert board.locator(".apart").inner_text() == "两个网络的卡点口径不同，不可相加。"
        picture(board, "board-live", "board-phone", top=True)
    value(phone, "检查车辆").click()
    phone.wait_for_url("**/figures/**")
    expect(phone.locator("main")).to_contain_text("149,626")
    phone.close()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_log_line_reaches_the_open_board_without_moving_what_is_read(
    page: Page, duty: BrowserContext, room: Post, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    page.goto(room.address + "/")
    page.locator("#latest").scroll_into_view_if_needed()
    first = page.locator("#latest .entry p").first.inner_text()
    write(duty, room, f"值班员报告：{size['width']} 屏上的新记录。")
    bar = page.locator("#latest .fresh")
    expect(bar).to_contain_text("有1条新记录", timeout=15000)
    assert page.locator("#latest .entry p").first.inner_text() == first
    picture(page, "board-news", of="#latest")
    bar.click()
    expect(page.locator("#latest .entry p").first).to_contain_text(f"{size['width']} 屏上的新记录")
    expect(bar).to_have_count(0)
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_open_log_tells_what_came(page: Page, duty: BrowserContext, room: Post) -> None:
    page.goto(room.address + "/log/?day=2020-02-02")
    first = page.locator(".entry").first.get_attribute("id")
    write(duty, room, "另一窗口写下一条。")
    bar = page.locator("#log-news .fresh")
    expect(bar).to_contain_text("有1条新记录", timeout=15000)
    assert page.locator(".entry").first.get_attribute("id") == first
    bar.click()
    expect(page.locator("#log-news .fresh")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("另一窗口写下一条。")


def test_a_hidden_tab_asks_for_nothing_and_asks_at_once_on_return(page: Page, room: Post) -> None:
    asked: list[str] = []
    page.goto(room.address + "/")
    page.on("request", lambda one: asked.append(one.url) if "/board/tiles" in one.url else None)
    hide = "value => Object.defineProperty(document, 'hidden', {value, configurable: true})"
    page.evaluate(hide, True)
    page.wait_for_timeout(5000)
    assert asked == []
    page.evaluate(hide, False)
    with page.expect_request("**/board/tiles*", timeout=1500):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_lost_server_is_said_with_the_age_of_the_data_until_it_is_back(page: Page, room: Post) -> None:
    page.goto(room.address + "/")
    page.route("**/board/tiles*", lambda route: route.abort())
    expect(page.locator(".lost")).to_contain_text("连接中断 · 显示的是 2月2日 22:50 的数据 · 正在重试", timeout=15000)
    assert page.locator(".lost").count() == 1
    picture(page, "board-lost", height=480)
    page.unroute("**/board/tiles*")
    expect(page.locator(".lost")).to_have_count(0, timeout=15000)


# The wall.


def test_the_wall_turns_through_three_scenes_and_stops_at_a_key_and_a_touch(duty: BrowserContext, room: Post) -> None:
    page = duty.new_page()
    page.set_viewport_size(SIXTEEN_BY_NINE)
    page.clock.install()
    page.goto(room.address + "/?wall=1")
    wall = page.locator("body")
    assert wall.get_attribute("data-scene") == "1"
    assert page.locator(".tile").first.is_visible()
    assert not page.locator("#latest").is_visible()
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
        page.keyboard.press("ArrowRight")


def test_the_wall_begins_anew_with_the_pages_day_and_dims(page: Page, room: Post) -> None:
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


# Keys.


def test_keys_lead_about_the_house_and_can_be_switched_off(page: Page, room: Post) -> None:
    page.goto(room.address + "/")
    for key, path in (
        ("l", "/log/"),
        ("d", "/days/"),
        ("c", "/chronicle/"),
        ("r", "/registers/"),
        ("q", "/bulletins/"),
    ):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(re.compile(re.escape(room.address + path)))
    page.keyboard.press("?")
    page.wait_for_url("**/help/")
    page.locator("[data-keys]").uncheck()
    page.locator("[data-keys]").blur()
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_timeout(400)
    assert page.url.endswith("/help/")
    page.locator("[data-keys]").check()
    page.locator("[data-keys]").blur()
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url(room.address + "/")


def test_a_stroke_opens_the_search_that_is_folded_away(page: Page, room: Post) -> None:
    page.goto(room.address + "/disagreements/")
    assert not page.is_visible("[data-search]")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    assert page.is_visible("[data-search]")
    page.goto(room.address + "/figures/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("/figures/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_keys_step_through_a_list_and_leave_typing_alone(page: Page, room: Post) -> None:
    page.goto(room.address + "/log/?day=2020-02-02")
    focused = "document.activeElement.id"
    page.keyboard.press("j")
    first = page.evaluate(focused)
    page.keyboard.press("j")
    second = page.evaluate(focused)
    page.keyboard.press("k")
    assert first.startswith("e-")
    assert second.startswith("e-")
    assert second != first == page.evaluate(focused)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("gl?")
    assert page.input_value("[data-search]") == "gl?"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    composing = "new KeyboardEvent('keydown', {key: '?', isComposing: true, bubbles: true})"
    page.evaluate(f"document.body.dispatchEvent({composing})")
    page.wait_for_timeout(300)
    assert "/log/" in page.url


# The replay.


def test_a_demonstration_replays_its_day(page: Page, room: Post) -> None:
    page.goto(room.address + "/")
    page.click(".replay summary")
    page.fill("[name=from]", "2020-02-02T09:30")
    page.select_option("[name=speed]", "60")
    page.click("button[value=begin]")
    expect(page.locator(".band").first).to_contain_text("演示时钟：回放到 2月2日 09:3")
    expect(page.locator(".strip [aria-current]")).to_contain_text("巳")
    expect(page.locator("#clock time")).to_contain_text(re.compile("09:3[2-9]"), timeout=15000)
    page.click("button[value=forth]")
    expect(page.locator(".strip [aria-current]")).to_contain_text("午")
    picture(page, "board-replay", top=True)
    page.click("button[value=pause]")
    expect(page.locator(".band").first).to_contain_text("已暂停")
    page.click("button[value=end]")
    expect(page.locator("#clock time")).to_have_text("2月2日 22:50")
