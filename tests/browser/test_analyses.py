"""Analyses in a real browser: from the sentence to the chart to the very report a day rests on; checked; a scenario made and set beside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Post, way_in
from tests.browser.hands import Hand, hand
from tests.browser.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module", params=[1440, 390])
def expert(request: pytest.FixtureRequest, browser: Browser, room: Post) -> Iterator[Hand]:
    """An expert at a desk, and the same with a phone."""
    one = hand(browser, room, way_in(room, "expert"), request.param)
    yield one
    assert one.complaints == []
    one.page.context.close()


def test_a_sentence_leads_to_its_chart_and_a_day_to_its_report(expert: Hand) -> None:
    page = expert.go("/analysis/")
    expect(page.locator("main")).to_contain_text("实时再生数 2.00（95% 区间 1.27–2.89）")
    picture(page, "analysis")
    page.get_by_role("link", name="实时再生数").first.click()
    expect(page.locator(".cards .card").first).to_be_visible()
    expect(page.locator("figure svg:visible").first).to_be_visible()
    picture(page, "analysis-rt", "analysis-rt-phone", height=1000)
    expert.fits()
    expert.usable()
    page.get_by_text("天的日报").click()
    page.locator("details[open] table a").last.click()
    expect(page.locator("main")).to_contain_text("2020-02-01")
    expert.fits()


def test_computed_again_it_is_the_same(expert: Hand) -> None:
    page = expert.go("/analysis/")
    page.get_by_role("link", name="短期预测").first.click()
    page.get_by_role("button", name="重算核对").click()
    expect(page.locator("body")).to_contain_text("重算一致")


def test_a_scenario_without_a_source_is_refused_in_place_and_with_one_stands_beside_its_baseline(expert: Hand) -> None:
    page = expert.go("/analysis/whatif/")
    page.get_by_role("link", name="推演一个情景").first.click()
    page.fill("#id_name", "停公交")
    page.fill("#id_reason", "看减少接触能省多少床")
    page.select_option("#id_what1", "R")
    page.fill("#id_value1", "半")
    page.fill("#id_from1", "2020-02-04")
    page.get_by_role("button", name="推演").click()
    expect(page.locator(".fault").first).to_be_visible()
    assert page.input_value("#id_reason") == "看减少接触能省多少床"
    page.fill("#id_value1", "0.5")
    page.fill("#id_source1", "设想，供会商")
    page.get_by_role("button", name="推演").click()
    expect(page.locator("h1")).to_contain_text("情景（不是预测）")
    expect(page.locator("main")).to_contain_text("不采取措施")
    picture(page, "analysis-whatif", height=1000)
    expert.fits()
    expert.usable()
    page.goto(expert.address + "/analysis/whatif/")
    page.locator("input[name=with]").first.check()
    page.get_by_role("button", name="比较").click()
    expect(page.locator("main svg:visible").first).to_be_visible()
    expert.fits()
