"""The reader's tables in a clerk's hands: a word tried and put in, a file changed and taken back, a near name answered, all read again."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import demonstration, way_in
from tests.browser.hands import Hand, hand
from tests.browser.pictures import picture
from tests.plugins.loaded import Copied

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEXT = "后勤保障组今日向洞口区调运口罩36托盘，调运消毒液150桶。\n交通运输安全组在洞口区检查车辆1203台次。"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READ = 60_000


@pytest.fixture(params=[1440, 390])
def clerk(request: pytest.FixtureRequest, browser: Browser, demonstrated: Copied) -> Iterator[Hand]:
    """A clerk of the Office in a demonstration of their own."""
    with demonstration(demonstrated(f"tables-{request.param}")) as post:
        one = hand(browser, post, way_in(post, "duty"), request.param)
        yield one
        assert one.complaints == []


def looked_at(clerk: Hand, wide: str = "", phone: str = "", *, top: bool = True) -> None:
    clerk.fits()
    clerk.usable()
    picture(clerk.page, wide, phone, top=top, height=760)


def test_a_word_a_file_a_near_name(clerk: Hand) -> None:
    at = pasted(clerk)
    clerk.go("/bulletins/tables/")
    looked_at(clerk)
    put_in(clerk)
    given_back(clerk)
    out_and_back(clerk)
    read_again(clerk, at)
    answered(clerk, at)


def pasted(clerk: Hand) -> str:
    """A bulletin that waits, with a word and a place that nobody listed."""
    page = clerk.go("/bulletins/new/")
    page.fill("#text", TEXT)
    page.fill("#covers", "2020-02-02")
    page.get_by_role("button", name="读一读").click()
    page.wait_for_url(lambda url: "/bulletins/" in url and not url.endswith("/new/"))
    return page.url.removeprefix(clerk.address)


def put_in(clerk: Hand) -> None:
    """What it would change is seen before it is saved; without a reason it is not saved."""
    page = clerk.go("/bulletins/tables/measure/")
    looked_at(clerk)
    page.get_by_role("link", name="加一行").click()
    page.fill("#c-word", "托盘")
    page.fill("#c-canonical", "托盘")
    page.select_option("#c-dimension", "count")
    page.get_by_role("button", name="看看会改什么").click()
    expect(page.locator(".band.is-ok")).to_contain_text("1 份会变")
    looked_at(clerk, "tables-try", "tables-try-phone")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#c-word")).to_have_value("托盘")
    expect(page.locator(".fault").first).to_contain_text("理由")
    page.fill("#reason", "药械仓库按托盘报数")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".band[role=status]").first).to_be_visible()
    assert "托盘" in page.content()


def given_back(clerk: Hand) -> None:
    """Two rows changed in Excel, one of them wrong: the good one is taken, the bad one named with its line."""
    page = clerk.go("/bulletins/tables/measure/")
    with page.expect_download() as kept:
        page.get_by_role("link", name="Excel").click()
    book = load_workbook(BytesIO(kept.value.path().read_bytes()))
    sheet = book.active
    heads = [str(cell.value) for cell in sheet[1]]
    lines = {str(row[0].value): row for row in sheet.iter_rows(min_row=2)}
    lines["托盘"][heads.index("基本单位")].value = "箱"
    lines["托盘"][heads.index("合多少")].value = "40"
    lines["瓶"][heads.index("合多少")].value = "半个"
    changed = BytesIO()
    book.save(changed)
    page.get_by_role("link", name="从表格导入").click()
    page.set_input_files("#file", {"name": "量词表.xlsx", "mimeType": XLSX, "buffer": changed.getvalue()})
    page.get_by_role("button", name="上传，看一看").click()
    expect(page.locator("main")).to_contain_text("改 1 行", timeout=READ)
    bad = page.locator("section", has_text="不收的行").locator("tbody tr")
    expect(bad).to_have_count(1)
    expect(bad).to_contain_text(str(lines["瓶"][0].row))
    expect(bad).to_contain_text("半个")
    looked_at(clerk, "tables-import")
    page.fill("#reason", "按药械仓库来函整理")
    page.get_by_role("button", name="确认导入 1 行").click()
    expect(page.locator(".band[role=status]")).to_have_text("已导入 1 行，1 行没有收。")


def out_and_back(clerk: Hand) -> None:
    page = clerk.go("/bulletins/tables/measure/row/?key=托盘")
    page.fill("#why", "改用箱")
    page.get_by_role("button", name="停用这一行").click()
    expect(page.locator("main .pill.is-mut").first).to_have_text("停用")
    page.fill("#why", "仓库仍按托盘报")
    page.get_by_role("button", name="放回这一行").click()
    expect(page.locator("#history ~ table tbody tr")).to_have_count(4)
    looked_at(clerk, "tables-row", top=False)


def read_again(clerk: Hand, at: str) -> None:
    page: Page = clerk.go("/bulletins/tables/")
    looked_at(clerk, "tables-index", "tables-index-phone")
    page.get_by_role("button", name="重读").click()
    expect(page.locator(".band[role=status]").first).to_be_visible(timeout=READ)
    page = clerk.go(at)
    expect(page.locator(".source")).to_contain_text("36托盘")
    looked_at(clerk)


def answered(clerk: Hand, at: str) -> None:
    """The reader asks about a name it does not know and takes nothing for granted."""
    page = clerk.go(at)
    asked = page.locator("details", has_text="「洞口区」是「渌口区」的别名").first
    asked.locator("summary").click()
    asked.locator("[name=reason]").fill("来电核实，是渌口区")
    looked_at(clerk, "tables-near", top=False)
    asked.get_by_role("button").click()
    expect(page.locator(".failed", has_text="量词")).to_have_count(1)
    expect(page.locator("details", has_text="「洞口区」是「渌口区」的别名")).to_have_count(0, timeout=READ)
    expect(page.locator(".source")).to_contain_text("洞口区")
