"""What moves, as people see it: alarms and queues, vehicles by watch, passes, travellers, a load, a trace, what runs; wide and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Post, way_in
from tests.browser.hands import Hand, hand
from tests.browser.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (1280, 390)
DUTY = (
    ("/alarms/", "卡点警情", "post-alarms", "post-alarms-phone"),
    ("/registers/passings/", "逐车记录", "post-passings", "post-passings-phone"),
    ("/registers/passes/", "通行证", "passes", "passes-phone"),
    ("/registers/loads/", "流水", "bulk-loads", "bulk-loads-phone"),
    ("/registers/places/", "演示菜市场", "places", "places-phone"),
    ("/registers/transport/", "公共交通", "transport", "transport-phone"),
    ("/registers/travellers/", "重点人员", "travellers", "travellers-phone"),
)


def looked(one: Hand, address: str, word: str, wide: str, phone: str) -> None:
    page = one.go(address)
    assert word in page.inner_text("main")
    one.fits()
    picture(page, wide=wide, phone=phone, top=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_the_duty_officer_sees(browser: Browser, post: Post, width: int) -> None:
    one = hand(browser, post, way_in(post, "duty"), width)
    for address, word, wide, phone in DUTY:
        looked(one, address, word, wide, phone)
    page = one.go("/registers/posts/?network=police")
    record = page.get_by_role("link", name="P01", exact=True).first.get_attribute("href")
    looked(one, f"{record}watches/?on=2020-02-02", "逐车记录", "post-watches", "post-watches-phone")
    page = one.go("/")
    assert "卡点现况" in page.inner_text("main")
    picture(page, wide="board-crossings", of="#crossings")
    assert one.complaints == []
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_trace_from_its_grounds_to_who_was_near(browser: Browser, post: Post, width: int) -> None:
    one = hand(browser, post, way_in(post, "cdc"), width)
    page = one.go("/traces/")
    assert "演示病例1" in page.inner_text("main")
    page.get_by_role("link", name="第1号", exact=True).first.click()
    assert "同车 2 次，下一位 0 次" in page.inner_text("main")
    assert "000000" not in page.content()
    one.fits()
    picture(page, wide="bulk-trace", phone="bulk-trace-phone", top=True)
    page.locator("table.list").evaluate("at => at.closest('.panel').scrollIntoView({block: 'start'})")
    picture(page, wide="bulk-trace-list")
    page.locator("#rules").evaluate("at => at.scrollIntoView({block: 'start'})")
    assert "同处至少 900 秒（15 分钟）" in page.inner_text("#rules")
    picture(page, wide="bulk-trace-rules", phone="bulk-trace-rules-phone")
    page.get_by_role("link", name="1-003", exact=True).click()
    assert "演示列车Y001次/5号车厢" in page.inner_text("main")
    assert "4,200 秒（70 分钟）" in page.inner_text("main")
    one.fits()
    picture(page, wide="bulk-trace-person", phone="bulk-trace-person-phone", top=True)
    assert one.complaints == []
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_near_of_the_near(browser: Browser, post: Post, width: int) -> None:
    """The second degree of the crowd in the market hall: of whom each was near stands beside the place, by the first list's code."""
    one = hand(browser, post, way_in(post, "cdc"), width)
    page = one.go("/traces/")
    page.get_by_role("link", name="第2号", exact=True).first.click()
    assert "由第1号追踪的密接再追一级" in page.inner_text("main")
    assert "才当作密接再追一级" in page.inner_text("main")
    one.fits()
    picture(page, wide="bulk-further", phone="bulk-further-phone", top=True)
    page.get_by_role("link", name="2-002", exact=True).click()
    assert "演示菜市场/交易大厅" in page.inner_text("main")
    assert page.inner_text("main").count("1-0") >= 2
    one.fits()
    assert one.complaints == []
    page.context.close()
