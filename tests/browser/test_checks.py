"""The checks of bulletins in a browser: the page that tells them, from an example to its number, two bodies to their disagreement."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Post, demonstration, way_in
from tests.browser.hands import Hand, hand
from tests.browser.pictures import picture
from tests.plugins.loaded import Copied

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def post(demonstrated: Copied) -> Iterator[Post]:
    with demonstration(demonstrated("checks")) as running:
        yield running


@pytest.fixture
def reader(browser: Browser, post: Post) -> Iterator[Hand]:
    found = hand(browser, post, way_in(post, "duty"), 1440)
    yield found
    assert found.complaints == []


@pytest.fixture
def phone(browser: Browser, post: Post) -> Iterator[Hand]:
    found = hand(browser, post, way_in(post, "duty"), 390)
    yield found
    assert found.complaints == []


def test_from_the_queue_to_the_checks_and_from_an_example_to_its_number(reader: Hand) -> None:
    page = reader.go("/bulletins/")
    page.get_by_role("link", name="核对一览").first.click()
    expect(page.locator("#subset")).to_contain_text("24辆")
    expect(page.locator("#subset")).to_contain_text("还没有遇到不成立的")
    expect(page.locator("#issuer")).to_contain_text("还没有遇到不成立的")
    picture(page, "checks", top=True, height=900)
    reader.usable()
    page.locator("#monotone .failed a").click()
    expect(page.locator(".figure:target")).to_contain_text("2例")
    expect(page.locator(".figure:target .failed")).to_contain_text("累计2，此前3")


def test_two_bodies_from_the_number_to_the_disagreement(reader: Hand) -> None:
    page = reader.go("/bulletins/checks/")
    page.locator("#agencies .failed a").click()
    line = page.locator(".figure:target")
    expect(line.locator(".failed", has_text="另一家")).to_contain_text("市卫生健康委员会说11")
    picture(page, "checks-number", of="#desk")
    page.goto(f"{page.url.split('/bulletins/')[0]}/disagreements/?family=agencies")
    page.get_by_role("link", name="疫情信息汇总平台说10例").first.click()
    expect(page.locator("main")).to_contain_text("累计出院病例11例")
    expect(page.locator("main")).to_contain_text("累计出院病例10例")
    picture(page, "checks-bodies", top=True, height=900)
    reader.usable()


def test_on_a_phone_every_check_is_a_card(phone: Hand) -> None:
    page = phone.go("/bulletins/checks/")
    expect(page.locator("#agencies")).to_be_visible()
    phone.fits()
    phone.usable()
    picture(page, phone="checks-phone", top=True)
