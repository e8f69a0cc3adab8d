"""Journey 14: the laboratory takes back two; the total that was told falls, by a numbered correction that every page carries."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Post, demonstration
from tests.browser.hands import Hand, hand
from tests.browser.pictures import picture
from tests.browser.test_day_page import let_pass
from tests.plugins.loaded import Copied

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DESK = "/chronicle/edit/?from=2020-02-16&to=2020-02-16"
FIRST = "/chronicle/2020-02-16/2020-02-16/editions/1/"
TOTAL = "/figures/cases.discharged/?from=2020-02-15&to=2020-02-15"
WHY = "实验室复核后核减"
MARK = re.compile(r"更正1[：:]\s*现为\s*27")


@dataclass
class Room:
    """Who corrects the record and proposes, who reviews, who edits, who signs."""

    duty: Hand
    reviewer: Hand
    editor: Hand
    leader: Hand

    @property
    def complaints(self) -> list[str]:
        return [said for one in vars(self).values() for said in one.complaints]


@pytest.fixture(scope="module", params=[1440, 390])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def post(demonstrated: Copied, width: int) -> Iterator[Post]:
    """A demonstration for each width: what is signed once cannot be signed again."""
    with demonstration(demonstrated(f"correction-{width}")) as running:
        yield running


@pytest.fixture(scope="module")
def room(browser: Browser, post: Post, width: int) -> Room:
    return Room(*(hand(browser, post, way, width) for way in post.ways_in[:4]))


@pytest.fixture(scope="module")
def corrected(room: Room) -> Room:
    """The whole day, once: told, taken back, proposed, signed."""
    told(room)
    href = taken_back(room.duty)
    proposed(room.duty, href)
    signed(room.leader)
    return room


def told(room: Room) -> None:
    """The chronicle of 16 February goes out to the public with 29 discharged."""
    page = room.editor.go(DESK)
    page.get_by_label(re.compile("公众|对外|公开")).check()
    page.get_by_role("button", name="组一版").click()
    page.get_by_role("button", name="全部采入").click()
    expect(page.locator(".counter")).to_contain_text("1有稿")
    page = room.reviewer.go("/releases/")
    page.locator(".editions h2 a").first.click()
    let_pass(page)
    page.get_by_role("button", name="审定", exact=True).click()
    at = page.url.removeprefix(room.reviewer.address)
    room.leader.go(at).get_by_role("button", name="签发", exact=True).click()
    out = room.editor.go(at)
    out.get_by_role("button", name="现在发布").click()
    decided(room, out)
    out = room.editor.go(at)
    out.get_by_role("button", name="现在发布").click()
    expect(out.locator("main")).to_contain_text("再出一版")


def decided(room: Room, page: Page) -> None:
    """One person's age is too small a matter to go out unasked: two people decide that it may."""
    expect(page.locator("#fault")).to_contain_text("年龄最大确诊患者")
    page.get_by_role("link", name="提出公布决定").click()
    page.get_by_label("法律依据").fill("传染病防治法第三十八条")
    page.get_by_label("理由").fill("报纸已刊登，不指向个人")
    page.get_by_role("button", name="提出，交第二人签发").click()
    page.wait_for_url(lambda url: "/propose/" not in url)
    room.leader.go(page.url.removeprefix(room.editor.address)).get_by_role("button", name="签发").click()


def taken_back(duty: Hand) -> str:
    """The record behind the figure says two fewer; the figure that was told says that its records changed."""
    page = duty.go(FIRST)
    page.locator("a.fig:visible", has_text="29").first.click()
    page.wait_for_url("**/figures/**")
    href = page.url.removeprefix(duty.address)
    assert "29" in page.locator("main").inner_text()
    page.locator("a[href*='/registers/counts/']").first.click()
    page.get_by_role("link", name="更正").first.click()
    page.get_by_label("累计网报出院").fill("27")
    page.get_by_label("理由").fill(WHY)
    page.get_by_role("button", name=re.compile("更正")).last.click()
    expect(page.locator(".band.is-ok")).to_contain_text("已更正")
    return href


def proposed(duty: Hand, href: str) -> None:
    page = duty.go(href)
    expect(page.locator(".band.is-bad")).to_contain_text("记录已变")
    picture(page, "correction-changed")
    page.get_by_role("link", name="更正", exact=True).first.click()
    assert "27" in page.locator(".was-is").inner_text()
    page.get_by_role("button", name="提出更正").click()
    expect(page.get_by_label("理由")).to_be_focused()
    picture(page, "correction-propose", height=560, top=True)
    page.get_by_label("理由").fill(WHY)
    page.get_by_role("button", name="提出更正").click()
    expect(page.locator("main")).to_contain_text("这是您提出的")
    assert page.get_by_role("button", name="签发更正").count() == 0


def signed(leader: Hand) -> None:
    page = leader.go("/corrections/")
    page.get_by_role("link", name="去签").click()
    picture(page, "correction-sign", height=620)
    page.get_by_role("button", name="签发更正").click()
    page.wait_for_url("**/corrections/1/")


def look(one: Hand, path: str) -> Page:
    page = one.go(path)
    one.fits()
    one.usable()
    return page


def test_the_correction_has_a_number_and_says_was_is_and_why(corrected: Room) -> None:
    page = look(corrected.editor, "/corrections/1/")
    assert re.sub(r"\s+", "", page.locator(".was-is").inner_text()) == "原为29例→现为27例"
    assert WHY in page.locator("main").inner_text()
    assert page.locator("main a[href*='/chronicle/']").count() >= 2
    picture(page, "correction-made", height=620)
    assert corrected.complaints == []


def test_the_old_link_still_says_what_was_said_and_carries_the_mark(corrected: Room) -> None:
    page = look(corrected.editor, FIRST)
    for fold in page.locator("main summary:visible").all():
        fold.click()
    words = page.locator("main").inner_text()
    assert "累计出院病例29例" in words
    assert MARK.search(words)
    page.locator("a:visible", has_text=MARK).first.scroll_into_view_if_needed()
    picture(page, "correction-edition")
    page.locator("a:visible", has_text=MARK).first.click()
    page.wait_for_url("**/corrections/1/")
    assert corrected.complaints == []


def test_reprint_and_data_carry_it_too(corrected: Room) -> None:
    asked = corrected.editor.page.request
    printed = asked.get(corrected.editor.address + FIRST.rstrip("/") + ".pdf").body()
    words = re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(BytesIO(printed)).pages))
    assert re.search(rf"更正第1号.*原为29例，现为27例；{WHY}", words)
    data = asked.get(corrected.editor.address + FIRST.rstrip("/") + ".json").json()
    (one,) = [figure for figure in _figures(data) if figure.get("correction")]
    assert (one["value"], one["correction"]["number"]) == (29, 1)


def test_the_public_reads_the_mark_and_the_list_of_corrections(browser: Browser, corrected: Room, width: int) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{corrected.editor.address}/open/")
    page.get_by_role("link", name="更正").first.click()
    until = time.monotonic() + 60  # the clock writes the public's files every other second
    while WHY not in page.locator("main").inner_text() and time.monotonic() < until:
        page.wait_for_timeout(500)
        page.reload()
    words = page.locator("main").inner_text()
    assert WHY in words
    assert "29" in words
    assert "27" in words
    picture(page, phone="correction-open-phone")
    page.goto(f"{corrected.editor.address}/open/")
    page.locator("main a[href*='chronicle']").first.click()
    assert MARK.search(page.locator("main").inner_text())
    context.close()


def test_the_total_falls_by_two_and_the_desk_has_nothing_left_to_ask(corrected: Room) -> None:
    page = look(corrected.duty, TOTAL)
    assert page.locator(".giant data").get_attribute("value") == "27"
    page = look(corrected.duty, "/disagreements/?family=moved")
    expect(page.locator("main")).to_contain_text("筛选没有结果")
    page = look(corrected.duty, "/log/?q=更正第1号")
    assert re.search(rf"原29例.*现27例。理由：{WHY}", page.locator("main").inner_text())
    assert corrected.complaints == []


def test_the_next_edition_says_27_and_a_fall_with_a_correction_is_no_objection(corrected: Room) -> None:
    page = corrected.editor.go(DESK)
    if page.locator("#reason").count():
        page.locator("#reason").fill(WHY)
        page.get_by_role("button", name="组一版").last.click()
    expect(page.locator(".counter")).to_contain_text("1有稿")
    page = corrected.reviewer.go("/releases/")
    page.locator(".editions h2 a").first.click()
    words = page.locator("main").inner_text()
    assert "27" in words
    assert "累计下降" not in words
    corrected.reviewer.fits()
    let_pass(page)
    page.get_by_role("button", name="审定", exact=True).click()
    expect(page.locator(".steps [aria-current]")).to_have_text("签发")


def _figures(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        if "figure" in data and "value" in data:
            yield data
        for one in data.values():
            yield from _figures(one)
    elif isinstance(data, list):
        for one in data:
            yield from _figures(one)
