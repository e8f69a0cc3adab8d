"""A watch at the log: an entry written and pinned, its number taken, the watch handed over, a large table left to the background."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Post, demonstration
from tests.browser.hands import Hand, hand
from tests.browser.pictures import picture
from tests.conftest import DEMO_CITY
from tests.plugins.loaded import Copied

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DAY = "/log/?day=2020-02-02"
SAID = "石峰区卡点：夜班检查车辆412台次，劝返3人；体温枪缺2支，已报后勤保障组。"
AFTER = "体温枪2支已送到石峰区卡点。"
READ = 20.0  # seconds until the numbers of an entry were looked for, at the latest


@dataclass
class Pair:
    """The duty officer who goes and the reviewer who comes, both of the Office."""

    duty: Hand
    reviewer: Hand


@pytest.fixture(scope="module")
def post(demonstrated: Copied) -> Iterator[Post]:
    with demonstration(demonstrated("log")) as running:
        yield running


@pytest.fixture(scope="module")
def pair(browser: Browser, post: Post) -> Iterator[Pair]:
    found = Pair(*(hand(browser, post, way, 1440) for way in post.ways_in[:2]))
    yield found
    assert found.duty.complaints + found.reviewer.complaints == []


def test_a_watch_at_the_log(pair: Pair) -> None:
    """From the entry that is written to the watch that is taken by the other."""
    entry = written(pair)
    pinned(pair)
    number_taken(pair)
    gone_on_with(pair, entry)
    handed_over(pair)


def written(pair: Pair) -> str:
    """By keys, with an update promised; the address of the entry."""
    page = pair.duty.go("/log/")
    page.keyboard.press("n")
    page.keyboard.type(SAID)
    page.locator(".composer [name=column]").select_option(label="一线阻击")
    page.locator(".composer [name=next_update]").fill("2020-02-02T23:30")
    page.locator("details.beside summary").click()
    picture(page, "log-composer", top=True)
    page.locator(".composer textarea").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/log/?day=2020-02-02*")
    row = line(page, SAID)
    expect(row.locator(".pill")).to_contain_text("下次更新")
    return str(row.locator(".id a").get_attribute("href"))


def line(page: Page, text: str) -> Locator:
    return page.locator("li.entry", has_text=text[:12]).last


def pinned(pair: Pair) -> None:
    """By a key; it stands on top."""
    page = pair.duty.go(DAY)
    line(page, SAID).focus()
    with page.expect_navigation():
        page.keyboard.press("p")
    page = pair.duty.go("/log/")
    top = page.locator(".pinned li.entry", has_text=SAID[:12])
    expect(top).to_contain_text("值班员")
    page.locator(".pinned").scroll_into_view_if_needed()
    picture(page, "log-pinned", of=".pinned")


def number_taken(pair: Pair) -> None:
    """Its number enters the ledger, and the trace of it ends in the sentence."""
    page, until = pair.duty.go(DAY), time.monotonic() + READ
    while not line(page, SAID).locator("a.proposed", has_text="412").count() and time.monotonic() < until:
        time.sleep(0.5)
        page.reload()
    line(page, SAID).locator("a.proposed", has_text="412").click()
    form = page.get_by_role("dialog")
    expect(form.locator("mark")).to_have_text("412台次")
    expect(form.get_by_label("指标")).to_have_value("traffic.vehicles_checked")
    expect(form.get_by_label("区域")).to_have_value("石峰区")
    assert form.get_by_label("指标").evaluate("box => box.scrollWidth <= box.clientWidth")  # the whole key can be read
    picture(page, "log-number")
    with page.expect_navigation():
        form.get_by_role("button", name="采入台账").click()
    page = pair.duty.go(DAY)
    figure = line(page, SAID).locator("a.fig", has_text="412")
    expect(figure).to_have_count(1)
    figure.click()
    page.wait_for_url("**/figures/**")
    expect(page.locator("mark", has_text="412台次")).to_be_visible()
    picture(page, "log-number-trace")


def gone_on_with(pair: Pair, entry: str) -> None:
    """What goes on from it keeps its promise."""
    page = pair.duty.go(entry)
    picture(page, "log-entry")
    page.get_by_role("link", name="写后续").or_(page.get_by_role("button", name="写后续")).click()
    expect(page.locator("#write .band")).to_contain_text(SAID[:12])
    page.fill(".composer textarea", AFTER)
    page.click(".composer button[type=submit]")
    page.wait_for_url("**/log/?day=2020-02-02*")
    expect(line(page, SAID).locator("a.after")).to_contain_text("后续")
    expect(line(page, SAID).locator(".pill", has_text="下次更新")).to_have_count(0)


def handed_over(pair: Pair) -> None:
    """The watch is signed over, and taken by the other; neither can do the other's part."""
    page = pair.duty.go("/log/handover/?span=8")
    expect(page.locator("li.entry", has_text=SAID[:12])).to_have_count(1)
    pair.duty.usable()
    picture(page, "log-handover", top=True)
    page.set_viewport_size({"width": 390, "height": 844})
    pair.duty.fits()
    picture(page, phone="log-handover-phone", top=True)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_label("交班说明").fill("体温枪到货请在子时再核一次。")
    page.get_by_role("button", name="签字交班").click()
    page.wait_for_url(re.compile(r"/log/handover/[0-9a-f-]{36}/"))
    signed = page.url.removeprefix(pair.duty.address)
    expect(page.get_by_role("button", name="我已阅，接班")).to_have_count(0)
    page = pair.reviewer.go(signed)
    expect(page.locator("main")).to_contain_text("体温枪到货")
    picture(page, "log-handover-take", height=560, top=True)
    page.get_by_role("button", name="我已阅，接班").click()
    expect(page.locator("main .band.is-ok").first).to_contain_text("接班")
    assert pair.duty.go(signed).get_by_text("还没有人接").count() == 0


def test_a_large_table_is_left_to_the_background(pair: Pair) -> None:
    said, rows = table()
    page = pair.duty.go("/import/")
    page.get_by_label("这是什么表").select_option("checkpoint_tally")
    page.set_input_files("#file", {"name": "一月各班.csv", "mimeType": "text/csv", "buffer": said.encode("utf-8-sig")})
    page.get_by_role("button", name="上传，看一看").click()
    page.get_by_role("button", name="试导入").click()
    expect(page.locator("main")).to_contain_text("表很大")
    picture(page, "log-import-trial", height=600, top=True)
    page.get_by_role("button", name=re.compile("确认导入")).click()
    page.wait_for_url(re.compile("/jobs/"))
    progress = page.locator("#progress")
    expect(progress).to_contain_text(re.compile(rf"已办 .* / 共 {rows:,}"), timeout=30_000)
    picture(page, "log-job-running", height=620, top=True)
    expect(progress.get_by_role("link", name="看结果")).to_be_visible(timeout=120_000)
    page = pair.duty.go("/jobs/")
    expect(page.locator("tbody tr").first).to_contain_text(f"{rows:,} / {rows:,}")
    pair.duty.usable()
    picture(page, "log-jobs", top=True)
    page.locator("tbody tr").first.get_by_role("link", name="去看").click()
    expect(page.locator("main")).to_contain_text(f"{rows:,}")


def table() -> tuple[str, int]:
    """Three shifts a day of every post, from the day it opened to the end of January, when none had reported; how many."""
    with (DEMO_CITY / "posts.csv").open(encoding="utf-8-sig", newline="") as file:
        opened = {row["code"]: int(row["opened_on"][-2:]) for row in csv.DictReader(file) if "-01-" in row["opened_on"]}
    rows = []
    for code, first in opened.items():
        for day, hour in product(range(first, 32), (0, 8, 16)):
            start = datetime(2020, 1, day, hour)
            rows.append(
                f"{code},{start:%Y-%m-%d %H:%M},{start + timedelta(hours=8):%Y-%m-%d %H:%M},{day},{day + hour}\n"
            )
    return "卡点,班次开始,班次结束,车辆,人员\n" + "".join(rows), len(rows)
