"""A text that the records write: read with its sources, entered in the log with its numbers bound, and found there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import demonstration, way_in
from tests.browser.hands import Hand, hand
from tests.browser.pictures import picture
from tests.plugins.loaded import Copied

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(params=[1440, 390])
def clerk(request: pytest.FixtureRequest, browser: Browser, demonstrated: Copied) -> Iterator[Hand]:
    with demonstration(demonstrated(f"drafts-{request.param}")) as post:
        one = hand(browser, post, way_in(post, "duty"), request.param)
        yield one
        assert one.complaints == []


def looked_at(clerk: Hand, wide: str, phone: str = "") -> None:
    clerk.fits()
    clerk.usable()
    picture(clerk.page, wide, phone, top=True, height=760)


def test_a_draft_goes_into_the_log_with_its_numbers(clerk: Hand) -> None:
    page = clerk.go("/drafts/")
    page.locator("select[name=form]").select_option(label="情况综述")
    page.locator("input[type=date][name=on]").fill("2020-02-02")
    page.get_by_role("button", name="写", exact=True).click()
    words = page.locator(".prose")
    expect(words).to_contain_text("2月2日")
    numbers = words.locator("a.fig").all_inner_texts()
    looked_at(clerk, "drafts-page", "drafts-page-phone")
    assert len(numbers) >= 3
    page.get_by_role("button", name="记入日志").click()
    said = page.locator(".band[role=status]")
    expect(said).to_contain_text("已记入日志")
    said.get_by_role("link").click()
    page.wait_for_url(re.compile("/log/[0-9a-f-]{36}/"))
    for number in set(numbers):
        expect(page.locator(f'main a.fig[href^="/figures/"]:text-is("{number}")').first).to_be_visible()
    looked_at(clerk, "drafts-entry")
    page.locator('main a.fig[href^="/figures/"]').first.click()
    expect(page.locator("#used ~ ul")).to_contain_text("日志")
