"""A pass checked on a phone: by its code and by hand, another plate, an altered code, without the network, after a revocation."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Post, way_in
from tests.browser.hands import Hand, hand

pytestmark = pytest.mark.browser


def at_the_road(browser: Browser, room: Post) -> Hand:
    """Somebody without an account and with a small phone."""
    page = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740}, has_touch=True).new_page()
    return Hand(page, room.address)


def checked(page: Page, code: str, plate: str = "") -> str:
    page.fill("#code", code)
    page.fill("#plate", plate)
    page.click("#given button[type=submit]")
    page.wait_for_selector("#result:not([hidden])")
    page.wait_for_timeout(200)  # the signature is worked out aside
    return str(page.locator("#result").get_attribute("data-result"))


def test_at_the_road_with_and_without_the_network(browser: Browser, room: Post) -> None:
    one = at_the_road(browser, room)
    page = one.go("/passes/check/")
    page.wait_for_selector("#age[data-sequence]")
    assert checked(page, "ZZ-001", "湘BO0001") == "typed"
    assert checked(page, "ZZ-001", "湘B·O0002") == "plate"
    assert checked(page, "ZZ-010", "湘BO0010") == "revoked"
    assert checked(page, "ZZ-150", "湘BO0010") == "unknown"
    assert checked(page, "ZZ-007", "湘BO0007") in ("expired", "unknown")
    assert checked(page, "什么") == "unread"
    one.fits()
    one.usable()
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("#age[data-sequence]")
    assert checked(page, "ZZ-001", "湘BO0001") == "typed"
    assert checked(page, "ZZ-010", "湘BO0010") == "revoked"
    page.context.close()


def test_the_code_on_paper_proves_the_pass(browser: Browser, room: Post) -> None:
    """What stands in the square code is signed by the post: true as it is, false with one character changed."""
    office = hand(browser, room, way_in(room, "leader"), 1280)
    page = office.go("/passes/check/")
    page.wait_for_selector("#age[data-sequence]")
    code = told(room)
    assert checked(page, f"https://somewhere.example/passes/check/#{code}", "湘BO0001") == "valid"
    assert checked(page, code, "湘BO0002") == "plate"
    assert checked(page, code.replace("20200214", "20200314")) == "forged"
    page.goto(f"{room.address}/passes/check/?x#{code}")
    page.wait_for_selector("#result:not([hidden])")
    assert page.locator("#result").get_attribute("data-result") == "valid"
    assert office.complaints == []
    page.context.close()


def told(room: Post) -> str:
    """The code of the first pass, as the post's own programs make it."""
    import subprocess

    from tests.browser.conftest import command

    said = (
        "from shichen.registers.checkpoints.passes import queries;"
        "from shichen.registers.checkpoints.passes.models import Pass;"
        "print(queries.code_of(Pass.objects.current().get(number='ZZ-001')))"
    )
    line, environment = command("manage", "--home", str(room.home), "shell", "-c", said)
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]
