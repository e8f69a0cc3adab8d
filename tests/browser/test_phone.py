"""A post's phone in a real browser: two taps, forty minutes without network, a reload, then every vehicle once."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, BrowserContext, Page, expect

from shichen.site import config, machine
from tests.browser.conftest import FLAGS, Post, demonstration
from tests.browser.hands import Hand, hand
from tests.browser.pictures import picture
from tests.plugins.loaded import Copied
from tests.site.test_tls import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OFFLINE, ENTRIES = timedelta(minutes=40), 60
CITY = timezone(timedelta(hours=8))
OUTBOX = """async () => { const s = await import('/static/checkpoints/phone/store.js');
  return { outbox: await s.outbox(), entries: await s.entries(), token: await s.meta('token') }; }"""


@pytest.fixture(scope="module")
def post(demonstrated: Copied) -> Iterator[Post]:
    """The city of the demonstration with a clock that runs, as in every real city."""
    home = demonstrated("phone")
    (home / "shichen.toml").write_text(config.template({}), encoding="utf-8")
    with demonstration(home) as running:
        yield running


@pytest.fixture(scope="module")
def head(browser: Browser, post: Post) -> Iterator[Hand]:
    found = hand(browser, post, post.ways_in[0], 1280)
    yield found
    assert found.complaints == []


@dataclass
class Phone:
    context: BrowserContext
    page: Page
    complaints: list[str]

    def count(self) -> int:
        return int(self.page.inner_text("#unsent"))

    def kept(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(OUTBOX)
        return found


def devices_of(head: Hand, code: str) -> str:
    """The page of a post's phones."""
    head.go(f"/registers/posts/?q={code}")
    record = head.page.get_by_role("link", name=code, exact=True).first.get_attribute("href")
    assert record
    return f"{record}devices/"


def enrolled(
    head: Hand, browser: Browser, label: str, *, code: str = "T01", ago: timedelta | None = None, width: int = 360
) -> Phone:
    """A phone that came in by the code that the head of the post made."""
    head.go(devices_of(head, code))
    head.page.fill("#id_label", label)
    head.page.get_by_role("button", name="出登记码").click()
    link = head.page.locator("section.is-published a").get_attribute("href")
    context = browser.new_context(
        locale="zh-CN", viewport={"width": width, "height": 740}, has_touch=True, accept_downloads=True
    )
    page = context.new_page()
    one = Phone(context, page, [])
    page.on("pageerror", lambda error: one.complaints.append(str(error)))
    if ago is not None:
        page.clock.install(time=datetime.now(UTC) - ago)
    page.goto(head.address + str(link))
    page.get_by_role("button", name="登记这台手机").click()
    page.wait_for_url(re.compile("/post/$"))
    expect(page.locator("#state")).to_have_text("在线")
    return one


def typed(page: Page, plate: str) -> None:
    while page.inner_text("#plate") != "—":
        page.click("#back")
    for letter in plate:
        page.locator("#keys").get_by_role("button", name=letter, exact=True).click()


def passings(head: Hand, code: str = "T01") -> list[dict[str, Any]]:
    answer = head.page.request.get(f"{head.address}/registers/passings.json?post={code}&network=traffic")
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return rows


def run_on(page: Page, by: timedelta) -> None:
    page.clock.run_for(int(by.total_seconds() * 1000))


def test_forty_minutes_without_network_lose_nothing_and_count_nothing_twice(head: Hand, browser: Browser) -> None:
    one = enrolled(head, browser, "一号", ago=OFFLINE + timedelta(minutes=2))
    page = one.page
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    one.context.set_offline(True)
    for number in range(ENTRIES):
        if number == ENTRIES // 2:
            page.reload()  # the page comes from the phone itself
            expect(page.locator("#unsent")).to_have_text(str(ENTRIES // 2))
        typed(page, f"湘B{10000 + number}") if number % 10 == 0 else page.click("#none")
        if number % 3 == 0:
            page.click("#more")
        page.click("[data-outcome=passed]")
        expect(page.locator("#unsent")).to_have_text(str(number + 1))
        run_on(page, OFFLINE / ENTRIES)
    expect(page.locator("#state")).to_have_text("离线(照常登记)")
    expect(page.locator("#oldest")).to_contain_text("40 分钟前")
    assert passings(head) == []
    persons = ENTRIES + ENTRIES // 3
    before = one.kept()
    assert len(before["entries"]) == ENTRIES
    in_shift = of_the_shift(before["entries"], page.inner_text("#hours"))
    assert int(page.inner_text("#sum-vehicles")) == len(in_shift) > 0
    assert int(page.inner_text("#sum-persons")) == sum(row["persons"] for row in in_shift)

    one.context.set_offline(False)
    page.get_by_text("其他", exact=True).click()
    page.click("#now")
    expect(page.locator("#unsent")).to_have_text("0", timeout=20_000)
    rows = passings(head)
    assert len(rows) == ENTRIES
    assert sum(row["vehicles"] for row in map(numbers, rows)) == ENTRIES
    assert sum(row["persons"] for row in map(numbers, rows)) == persons
    assert len({row["client_id"] for row in rows}) == ENTRIES
    assert [one for one in page.evaluate(OUTBOX)["entries"] if "plate" in one["row"]] == []

    again = page.request.put(
        f"{head.address}/api/v1/submissions/{before['outbox'][0]['id']}",
        data=before["outbox"][0]["body"].encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {before['token']}"},
    )
    assert again.status == 200
    assert len(passings(head)) == ENTRIES
    assert one.complaints == []
    one.context.close()


def of_the_shift(entries: list[dict[str, Any]], hours: str) -> list[dict[str, Any]]:
    """The rows in the shift that the page shows; the forty minutes may have run over the border of two."""
    start, end = hours.split("—")
    clocks = [datetime.fromisoformat(entry["at"]).astimezone(CITY).strftime("%H:%M") for entry in entries]
    return [entry["row"] for entry, clock in zip(entries, clocks, strict=True) if start <= clock < end]


def numbers(row: dict[str, Any]) -> dict[str, int]:
    return {name: int(row[name] or 0) for name in ("vehicles", "persons")}


def test_a_vehicle_is_two_taps(head: Hand, browser: Browser) -> None:
    """One who passed before in this shift, or has no plate: which vehicle, what was done. Counted by the page itself."""
    one = enrolled(head, browser, "二号", code="T02")
    page = one.page
    typed(page, "湘B54321")
    page.click("[data-outcome=passed]")
    expect(page.locator("#unsent")).to_have_text("1")
    page.evaluate("window.taps = 0; addEventListener('click', () => { window.taps += 1; }, true);")
    page.locator("#again button").first.click()
    page.click("[data-outcome=passed]")
    expect(page.locator("#unsent")).to_have_text("2")
    assert page.evaluate("window.taps") == 2
    page.click("#none")
    page.click("[data-outcome=passed]")
    expect(page.locator("#unsent")).to_have_text("3")
    assert page.evaluate("window.taps") == 4
    page.click("#undo")
    expect(page.locator("#unsent")).to_have_text("2")
    small = page.evaluate(
        "[...document.querySelectorAll('#work button')].filter((b) => b.offsetHeight && (b.offsetHeight < 48)).length"
    )
    assert small == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert one.complaints == []
    one.context.close()


def test_the_page_as_it_lies_in_the_hand(head: Hand, browser: Browser) -> None:
    """In the middle of a shift, on a common phone: cars that came again, one by its plate, what is done, the shift's sums."""
    one = enrolled(head, browser, "七号", code="T06", width=390)
    page = one.page
    for plate, companions in (("湘B12345", 1), ("湘B67890", 0), ("湘D24680", 2)):
        typed(page, plate)
        for _ in range(companions):
            page.click("#more")
        page.click("[data-outcome=passed]")
    typed(page, "湘B135")
    expect(page.locator("#sum-vehicles")).to_have_text("3")
    expect(page.locator("#sum-persons")).to_have_text("6")
    expect(page.locator("#again button")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page, phone="post-phone", top=True)
    typed(page, "")
    page.click("#travel")
    page.click("#none")
    expect(page.locator("#sourced")).to_be_visible()
    picture(page, phone="post-phone-source", top=True)
    assert one.complaints == []
    one.context.close()


def test_who_comes_from_a_source_area_is_not_waved_on(head: Hand, browser: Browser) -> None:
    one = enrolled(head, browser, "三号", code="T03")
    page = one.page
    page.click("#travel")
    page.click("#none")
    expect(page.locator("#sourced")).to_be_visible()
    expect(page.locator("[data-outcome=passed]")).to_be_disabled()
    page.click("[data-outcome=turned_back]")
    page.locator("#quick button").first.click()
    expect(page.locator("#sum-turned")).to_have_text("1")
    assert one.kept()["entries"][0]["row"]["why"] == "来自疫源地"
    one.context.close()


def test_a_number_that_cannot_be_right_is_said_while_its_owner_stands_there(head: Hand, browser: Browser) -> None:
    one = enrolled(head, browser, "七号", code="T07")
    page = one.page
    typed(page, "鄂A12345")
    page.click("[data-outcome=registered]")
    wrong, name, number, phone = (page.locator(f"#who-{part}") for part in ("wrong", "name", "number", "phone"))
    first = page.locator("#quick button").first
    first.click()
    expect(wrong).to_contain_text("先写姓名")
    for document in ("12345", "110105194912310020", "110105194912310021"):
        name.fill("甲某")
        number.fill(document)
        first.click()
        expect(wrong).to_contain_text("证件号码不对")
        expect(number).to_be_focused()
    number.fill("")
    phone.fill("123")
    first.click()
    expect(wrong).to_contain_text("电话不是号码")
    assert one.count() == 0
    phone.fill("0731-28123456")
    page.click("#who-more")
    name.fill("Jane Doe")
    number.fill("e1234 5678")
    first.click()
    expect(page.locator("#unsent")).to_have_text("1")
    assert one.kept()["entries"][0]["row"]["travellers"] == "甲某，073128123456\nJane Doe，E12345678"
    page.get_by_text("其他", exact=True).click()
    time.sleep(11)
    page.click("#now")
    expect(page.locator("#unsent")).to_have_text("0", timeout=20_000)
    expect(page.locator("#mend")).to_be_hidden()
    assert len(passings(head, "T07")) == 1
    one.context.close()


def test_a_phone_that_was_given_up_is_told_and_hands_over_what_it_has(
    head: Hand, browser: Browser, tmp_path: Path
) -> None:
    one = enrolled(head, browser, "四号", code="T04")
    page = one.page
    one.context.set_offline(True)
    for _ in range(3):
        page.click("#none")
        page.click("[data-outcome=passed]")
    expect(page.locator("#unsent")).to_have_text("3")
    head.go(devices_of(head, "T04"))
    head.page.locator("td details summary").first.click()
    head.page.get_by_role("button", name="遗失").click()
    one.context.set_offline(False)
    time.sleep(11)  # what was just entered may be taken back for ten seconds
    expect(page.locator("#gone")).to_be_visible(timeout=30_000)
    expect(page.locator("#state")).to_have_text("已停用")
    assert one.count() == 3
    with page.expect_download() as kept:
        page.locator("#gone [data-export]").click()
    file = tmp_path / "queue.json"
    kept.value.save_as(file)
    assert sum(len(json.loads(s["body"])["rows"]) for s in json.loads(file.read_text())["submissions"]) == 3
    for count in ("1 份，其中 0 份", "1 份，其中 1 份"):
        head.page.set_input_files("#id_file", file)
        head.page.get_by_role("button", name="收入").click()
        expect(head.page.locator(".band.is-ok")).to_contain_text(count)
        assert len(passings(head, "T04")) == 3
    one.context.close()


def test_another_phone_takes_over_the_queue(head: Hand, browser: Browser, tmp_path: Path) -> None:
    first, second = (enrolled(head, browser, name, code="T05") for name in ("五号", "六号"))
    first.context.set_offline(True)
    first.page.click("#foot")
    first.page.click("[data-outcome=passed]")
    first.page.get_by_text("其他", exact=True).click()
    with first.page.expect_download() as kept:
        first.page.locator("#work details [data-export]").click()
    file = tmp_path / "queue.json"
    kept.value.save_as(file)
    second.page.get_by_text("其他", exact=True).click()
    second.page.set_input_files("#import", file)
    expect(second.page.locator("#unsent")).to_have_text("0")
    expect(second.page.locator("#answered")).not_to_have_text("—")
    assert len(passings(head, "T05")) == 1
    for one in (first, second):
        one.context.close()


def test_without_scripts_it_says_what_to_use_instead(browser: Browser, post: Post) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(post.address + "/post/")
    expect(page.get_by_role("link", name="卡点班次记录")).to_be_visible()
    context.close()


def test_over_the_citys_own_https_the_page_is_kept_on_the_phone(demonstrated: Copied, browser: Browser) -> None:
    """Chromium is told by the key of the certificate that it trusts it, as a phone is by the authority's file."""
    home = demonstrated("phone-tls")
    with served(home, "--tls", "--host", "127.0.0.1") as (port, _said):
        cert = x509.load_pem_x509_certificate((home / "tls" / "server.crt").read_bytes())
        key = cert.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        pin = base64.b64encode(hashlib.sha256(key).digest()).decode()
        options = [*FLAGS, f"--ignore-certificate-errors-spki-list={pin}"]
        context = browser.browser_type.launch_persistent_context(
            f"{home}-browser", executable_path=machine.browser(), args=options
        )
        page = context.new_page()
        page.goto(f"https://127.0.0.1:{port}/post/")
        page.wait_for_function("navigator.serviceWorker.ready.then((here) => here.active.state === 'activated')")
        context.set_offline(True)
        page.reload()
        expect(page.locator("#stranger")).to_be_visible()
        context.close()
