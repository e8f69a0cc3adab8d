"""The living board in a real browser: a report reaches an open board, text stays under the eyes, keys work."""

from __future__ import annotations

import json
import re
import urllib.request
import uuid

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Post, told_by
from tests.browser.hands import Hand, replay
from tests.browser.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
JOINT = "/figures/checkpoint.vehicles_at_gates/?from=2020-02-02&to=2020-02-02"  # one count a gate
LAST_WATCH = "/figures/traffic.vehicles_checked/?from=2020-02-02T21:00&to=2020-02-02T23:00"
OF_POST = "/figures/traffic.vehicles_checked/?from=2020-02-02&to=2020-02-02&post=T01"


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
    with replay(page, room, "2020-02-01T23:05"):
        clock = page.locator("#clock")
        expect(clock).to_contain_text("子")
        expect(clock).to_contain_text("2月1日 23:05")  # the civil day
        expect(clock.get_by_text("记入次日日版")).to_be_visible()
        now = page.locator(".strip [aria-current=time]")
        expect(now).to_contain_text("子")
        assert (now.get_attribute("href") or "").startswith("/days/2020-02-02/")
        before = count(now)
        for n in range(3):
            write(duty, room, f"夜班第{n + 1}件，{size['width']}。")
        expect(now).to_contain_text(f"{before + 3}条", timeout=15000)
        now.click()
        page.wait_for_url("**/days/2020-02-02/**")
        page.goto(room.address + "/log/?day=2020-02-02&watch=子")
        expect(page.locator(".entry", has_text=f"，{size['width']}。")).to_have_count(3)
        the_day_before_is_closed(page, room)
        page.goto(room.address + "/log/handover/?span=8")
        expect(page.locator("main")).to_contain_text("缺报与到期")
        expect(page.locator("main")).to_contain_text("待更新")
    expect(page.locator("#clock time")).to_have_text("2月2日 22:50")


def count(cell: Locator) -> int:
    """How many entries a cell of the strip tells of."""
    found = re.search(r"(\d+)条", cell.inner_text())
    return int(found[1]) if found else 0


def the_day_before_is_closed(page: Page, room: Post) -> None:
    """None of its watches runs or is to come, and nothing that was written since eleven stands in it."""
    page.goto(room.address + "/days/2020-02-01/")
    strip = page.locator("main .strip").first
    expect(strip.locator("a")).to_have_count(12)
    expect(strip.locator("[aria-current=time], .is-future")).to_have_count(0)
    page.goto(room.address + "/log/?day=2020-02-01")
    expect(page.locator(".entry", has_text="夜班第")).to_have_count(0)


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
    told_before(phone, room)
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
    for one in (page, phone):
        every_page_says_the_same_of_the_gate(one, room)
    phone.close()


def told_before(page: Page, room: Post) -> None:
    """What the pages say before the shift: its watch told nothing yet, which is not 0."""
    for address, said in ((OF_POST, "5,462"), (LAST_WATCH, "—"), (JOINT, "166,372")):
        page.goto(room.address + address)
        expect(page.locator("main .giant").first).to_contain_text(said)
    page.goto(room.address + "/")


def every_page_says_the_same_of_the_gate(page: Page, room: Post) -> None:
    """The tile's trace, the post's shifts, its gate, its watch, and all gates counted once: 165 more, not 330."""
    page.goto(room.address + "/")
    value(page, "检查车辆").click()
    page.wait_for_url("**/figures/**")
    expect(page.locator("main")).to_contain_text("149,626")
    for address, said in ((OF_POST, "5,627"), (LAST_WATCH, "165"), (JOINT, "166,537")):
        page.goto(room.address + address)
        expect(page.locator("main .giant").first).to_contain_text(said)
    page.goto(room.address + "/registers/gates/gate-01/")
    words = page.locator("main").inner_text()
    assert "5,627" in words
    assert "1,649" in words  # 1,484 and 165 of the police, beside it
    page.get_by_role("link", name="当日班次").first.click()
    expect(page.locator("main")).to_contain_text("22:00—22:40")
    Hand(page, room.address).fits()


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


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_group_has_a_board_of_its_own_that_updates_by_itself(
    page: Page, duty: BrowserContext, room: Post, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    page.goto(room.address + "/")
    page.locator("#state").get_by_role("link", name="各组的板").click()
    page.locator("#boards").get_by_role("link", name="交通运输安全组").click()
    page.wait_for_url("**/?group=traffic-safety-group")
    assert page.locator(".tile h3").all_inner_texts() == ["疫情值守点", "检查车辆", "排查人员", "劝返或妥善处置"]
    expect(page.locator("#boards [aria-current]")).to_have_text("交通运输安全组")
    picture(page, "board-group", top=True)
    version = page.locator("#board").get_attribute("data-get")
    write(duty, room, f"办公室在{size['width']}屏上又记一条。")
    page.wait_for_function("was => document.getElementById('board').dataset.get !== was", arg=version)
    expect(page.locator("#latest")).not_to_contain_text("又记一条")
    expect(page.locator(".tile")).to_have_count(4)
    page.locator("#latest").get_by_role("link", name="全部日志").click()
    page.wait_for_url("**/log/?unit=traffic-safety-group")
    expect(page.locator(".entry", has_text="市交通运输局").first).to_be_visible()
    Hand(page, room.address).fits()


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
