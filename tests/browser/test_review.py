"""A bulletin reviewed by keys alone: no key is lost, nothing is overwritten, a step is taken back, a reissue replaces the former."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Post, demonstration, way_in
from tests.browser.hands import Hand, hand
from tests.browser.pictures import picture
from tests.plugins.loaded import Copied

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PLACES = (
    "天元区",
    "荷塘区",
    "芦淞区",
    "石峰区",
    "渌口区",
    "醴陵市",
    "攸县",
    "茶陵县",
    "炎陵县",
    "云龙示范区",
    "经开区",
)
FIRST = "\n".join(
    f"{place}指挥部报告，检查车辆{1203 + 7 * n}台次，排查人员{3405 + 11 * n}人次，劝返{16 + n}人次。"
    for n, place in enumerate(PLACES)
)
AGAIN = FIRST.replace("1203台次", "12030台次")
NUMBERS = 3 * len(PLACES)
ALL_KEYS = 60_000  # milliseconds until everything that was pressed at once is done


@dataclass
class Pair:
    """Two people of the Office who review, the first also on a phone."""

    duty: Hand
    reviewer: Hand
    phone: Hand


@pytest.fixture
def post(demonstrated: Copied, request: pytest.FixtureRequest) -> Iterator[Post]:
    """A demonstration for each test: what one leaves waiting would come up in the next."""
    with demonstration(demonstrated(f"review-{request.node.name[5:20]}")) as running:
        yield running


@pytest.fixture
def pair(browser: Browser, post: Post) -> Iterator[Pair]:
    who = (("duty", 1440), ("reviewer", 1440), ("duty", 390))
    found = Pair(*(hand(browser, post, way_in(post, name), width) for name, width in who))
    yield found
    assert found.duty.complaints + found.reviewer.complaints + found.phone.complaints == []


def pasted(one: Hand, text: str) -> Page:
    """A bulletin of the Office, opened for review."""
    page = one.go("/bulletins/new/")
    page.fill("#text", text)
    page.fill("#covers", "2020-02-02")
    page.get_by_role("button", name="读一读").click()
    page.wait_for_url(lambda url: "/bulletins/" in url and not url.endswith("/new/"))
    expect(page.locator("#desk.is-live")).to_be_visible()
    return page


def left(page: Page, entries: int, numbers: int) -> None:
    expect(page.locator("#left")).to_contain_text(f"待核 {entries} 条、{numbers} 个数字", timeout=ALL_KEYS)


def here(page: Page, raw: str) -> None:
    """The number that has the focus, as it is printed."""
    expect(page.locator("[data-proposal]:focus .what .tier")).to_have_text(raw)


def test_a_bulletin_is_reviewed_by_keys_alone(pair: Pair) -> None:
    """Keys as fast as they come: each is done, in its turn, on one and the same page."""
    page = pasted(pair.duty, FIRST)
    left(page, len(PLACES), NUMBERS)
    page.evaluate("window.stays = true")
    here(page, "1203台次")
    picture(page, "review-desk", height=780)
    pair.duty.usable()

    taken_back(page)
    put_right(page)
    rejected_and_back(page)

    for key in ["a", "a", "Enter"] + ["a", "a", "a", "Enter"] * (len(PLACES) - 2) + ["A"]:
        page.keyboard.press(key)
    left(page, 0, 0)
    expect(page.locator(".source .no.is-done")).to_have_count(len(PLACES))
    expect(page.locator(".source .tier.at-accepted")).to_have_count(NUMBERS - 1)
    expect(page.locator(".source .tier.at-edited")).to_have_count(1)
    assert page.evaluate("window.stays")

    page.keyboard.press("k")
    expect(page.locator("#entry")).to_contain_text(f"第 {len(PLACES) - 1} 条")
    assert "检查车辆" in page.locator("#desk .band.is-ok").inner_text()


def taken_back(page: Page) -> None:
    """u opens a number again; j and k lead to it and away."""
    page.keyboard.press("x")
    here(page, "3405人次")
    left(page, len(PLACES), NUMBERS - 1)
    page.keyboard.press("u")
    here(page, "1203台次")
    left(page, len(PLACES), NUMBERS)
    page.keyboard.press("j")
    here(page, "3405人次")
    page.keyboard.press("k")
    here(page, "1203台次")


def put_right(page: Page) -> None:
    """A value is changed with its reason; what was typed stays until it is said why."""
    for key in ("e", "1", "2", "0", "4", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#fault")).to_contain_text("改动数值须写明理由")
    expect(page.locator("input[name=reason]:focus")).to_be_visible()
    assert page.locator(".figure details[open] input[name=value]").input_value() == "1204"
    page.keyboard.type("与卡点台账核对，a 键在框里就是字")
    page.keyboard.press("Enter")
    expect(page.locator(".figure.at-edited")).to_contain_text("1,204")
    here(page, "3405人次")


def rejected_and_back(page: Page) -> None:
    """R rejects the whole entry, u takes it back."""
    page.keyboard.press("R")
    page.keyboard.type("与前一份重复")
    page.keyboard.press("Enter")
    left(page, len(PLACES) - 1, NUMBERS - 3)
    page.keyboard.press("u")
    left(page, len(PLACES), NUMBERS - 1)
    expect(page.locator("#desk .band.is-ok")).to_contain_text("已撤销对第 1 条的驳回")
    picture(page, "review-undo", of="#desk")


def test_of_two_who_decide_the_second_sees_both_and_then_goes_on(pair: Pair) -> None:
    page = pasted(pair.duty, "市教育局报告，开设线上课程12门，听课学生3500人次。")
    other = pair.reviewer.go(page.url.removeprefix(pair.duty.address).split("?")[0])
    here(other, "12门")
    other.keyboard.press("x")
    here(other, "3500人次")

    page.keyboard.press("e")
    page.locator(".figure details[open] input[name=value]").fill("13")
    page.locator(".figure details[open] input[name=reason]").fill("电话问过")
    page.keyboard.press("Enter")
    expect(page.locator("#fault")).to_contain_text("已先处理这一条")
    expect(page.locator("#fault")).to_be_focused()
    expect(page.locator(".theirs")).to_contain_text("非数字")
    expect(page.locator(".theirs")).to_contain_text("电话问过")
    picture(page, "review-conflict", of="#desk")
    pair.duty.usable()
    page.locator(".figure details[open] button[data-save]").click()
    expect(page.locator(".figure.at-edited")).to_contain_text("13")
    here(page, "3500人次")

    waiting = pasted(pair.reviewer, "医院收治发热患者31人次。").url
    page.keyboard.press("A")
    expect(page).to_have_url(waiting)
    expect(page.locator("[data-said]")).to_contain_text("这一份核完了")
    here(page, "31人次")
    page.keyboard.press("A")
    left(page, 0, 0)


def test_a_reissue_stands_beside_the_former_and_replaces_it(pair: Pair) -> None:
    page = pasted(pair.duty, FIRST)
    for place, _name in enumerate(PLACES, start=1):
        expect(page.locator("#entry")).to_contain_text(f"第 {place} 条")
        page.keyboard.press("A")
    left(page, 0, 0)
    page = pasted(pair.duty, AGAIN)
    expect(page.locator(".alike")).to_contain_text("更正重发")
    page.locator(".alike a", has_text="更正重发").first.click()
    expect(page.locator("main .head")).to_contain_text("1 个不同")
    assert page.locator("tbody tr").first.inner_text().split()[-1] == "不同"
    picture(page, "review-beside", top=True)
    pair.duty.usable()
    pair.duty.fits()
    page.get_by_role("button", name="标为替换先前一份").click()
    expect(page.locator("main")).to_contain_text("已标为替换")
    expect(page.locator("main")).to_contain_text("走更正")


def test_on_a_phone_the_acts_are_at_the_bottom(pair: Pair) -> None:
    page = pasted(pair.phone, "市交通局报告，检查车辆77台次，劝返9人次。")
    bar = page.locator(".figure.is-current .acts")
    box = bar.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] > 780
    assert page.locator(".figure:not(.is-current) .acts:visible").count() == 0
    pair.phone.fits()
    pair.phone.usable()
    picture(page, phone="review-phone")
    bar.get_by_role("button", name="采纳").tap()
    left(page, 1, 1)
    here(page, "9人次")
    bar.get_by_role("button", name="驳回").tap()
    left(page, 1, 0)
    page.get_by_role("button", name="采纳这一条").tap()
    expect(page.locator("[data-said]")).to_contain_text("已记入日志")
    picture(pair.phone.go("/bulletins/"), phone="review-queue-phone", top=True)
    pair.phone.fits()
