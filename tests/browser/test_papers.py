"""A notice from its first word to its number: drafted, set, checked, sent up, signed by a second person, withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Post, demonstration
from tests.browser.hands import Hand, hand
from tests.browser.pictures import picture
from tests.plugins.loaded import Copied

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TITLE = "关于做好卡口交接班的通知"
BODY = "为使各班次的数字接得上，现通知如下：\n一、交班\n（一）当面核对。车辆和人员的数两人一起核对。\n（二）当场报送。"


@dataclass
class Pair:
    """Who drafts and who signs."""

    clerk: Hand
    leader: Hand

    @property
    def complaints(self) -> list[str]:
        return [*self.clerk.complaints, *self.leader.complaints]


@pytest.fixture
def pair(request: pytest.FixtureRequest, browser: Browser, demonstrated: Copied) -> Iterator[Pair]:
    """The two in windows of the width that the test asks for, in a post of their own."""
    width = request.param
    with demonstration(demonstrated(f"papers-{width}")) as post:
        yield _pair(browser, post, width)


def _pair(browser: Browser, post: Post, width: int) -> Pair:
    duty, _reviewer, _editor, leader, *_ = post.ways_in
    return Pair(hand(browser, post, duty, width), hand(browser, post, leader, width))


def drafted(clerk: Hand) -> Page:
    """The notice, its title forgotten at first."""
    page = clerk.go("/papers/new/?kind=notice")
    clerk.fits()
    clerk.usable()
    page.fill("[name=name]", "株洲市新冠肺炎疫情防控工作领导小组办公室")
    page.fill("[name=addressees]", "交通运输安全组、社会治安组")
    page.fill("[name=body]", BODY)
    page.get_by_role("button", name="存稿").click()
    expect(page.locator("#title_fault")).to_have_text("标题没有填。")
    picture(page, "papers-write", "papers-write-phone", top=True)
    page.fill("[name=title]", TITLE)
    page.get_by_role("button", name="存稿").click()
    return page


def figured(clerk: Hand) -> None:
    """A figure is found by name and put where the caret is; what it prints is not typed over."""
    page = clerk.page
    page.fill("#q", "检查车辆")
    page.get_by_role("button", name="找数").click()
    page.locator("#body").focus()
    page.keyboard.press("Control+Home")
    page.locator("#figures .rows button").first.click()
    typed = page.locator("#body").input_value()
    assert typed.startswith("{")
    page.locator("#body").fill("{1" + typed[1:])
    page.get_by_role("button", name="存稿").click()
    expect(page.locator("#body_fault")).to_contain_text("不能在公文里改")
    page.locator("#body").fill("全市当日查控：" + typed)
    page.get_by_role("button", name="存稿").click()
    expect(page.locator("#figures a.fig")).to_have_count(1)
    clerk.fits()
    clerk.usable()
    page.locator("label[for=body]").evaluate("one => one.scrollIntoView({block: 'start', behavior: 'instant'})")
    picture(page, "papers-figure", height=960)


@pytest.mark.parametrize("pair", [1440, 390], indirect=True)
def test_a_notice_is_drafted_checked_signed_and_withdrawn(pair: Pair) -> None:
    page = drafted(pair.clerk)
    figured(pair.clerk)
    preview = page.request.get(page.get_by_role("link", name="排版预览").evaluate("one => one.href"))
    assert preview.headers["content-type"] == "application/pdf"
    page.get_by_role("link", name="检查版式").click()
    assert page.locator(".fault").all_inner_texts() == ["还没有编号：签发时才给号"] * 2
    picture(page, "papers-check")
    pair.clerk.fits()
    pair.clerk.usable()
    page.go_back()
    page.get_by_role("button", name="送签").click()
    assert page.get_by_role("button", name="签发").count() == 0
    _signed(pair, page.url.removeprefix(pair.clerk.address))


def _signed(pair: Pair, at: str) -> None:
    page = pair.leader.go(at)
    picture(page, "papers-sign")
    page.get_by_role("button", name="签发").click()
    expect(page.locator(".band[role=status]")).to_have_text("已签发 株防办发〔2020〕2号")
    expect(page.locator("dd.news a.fig")).to_have_count(1)
    kept = [page.request.get(f"{page.url[:-1]}.{form}").body() for form in ("pdf", "docx")]
    page.fill("#withdraw", "时间有误")
    page.get_by_role("button", name="撤回").click()
    expect(page.locator(".band.is-bad")).to_contain_text("时间有误")
    assert [page.request.get(f"{page.url[:-1]}.{form}").body() for form in ("pdf", "docx")] == kept
    pair.leader.usable()
    pair.leader.go("/papers/")
    pair.leader.fits()
    pair.leader.usable()
    picture(page, "papers", "papers-phone", top=True)
    assert page.locator("tbody tr").count() == 5
    assert pair.complaints == []
