"""Journey 12: the day page is put together, reviewed, signed and released, by mouse, by thumb and by keys alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from shichen.watches import WATCHES
from tests.browser.conftest import Post, demonstration
from tests.browser.hands import Hand, hand
from tests.browser.paper import paper
from tests.browser.pictures import picture
from tests.documents.made import flat, fonts, read, squeezed
from tests.plugins.loaded import Copied

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DESK, FIRST = "/days/2020-02-02/edit/", "/days/2020-02-02/editions/1/"
REFUSED = "此数来自登记册，请在来源处更正。"
TYPED = "这一天，从董家塅到洣水，"  # two characters that many faces lack
BLANKS = {f"{watch}时 后勤服务" for watch in "寅卯未酉戌亥"}


@dataclass
class Room:
    """The three who make a page: editor, reviewer, and who signs."""

    editor: Hand
    reviewer: Hand
    leader: Hand

    @property
    def complaints(self) -> list[str]:
        return [*self.editor.complaints, *self.reviewer.complaints, *self.leader.complaints]


@pytest.fixture
def post(demonstrated: Copied) -> Iterator[Post]:
    with demonstration(demonstrated("day")) as running:
        yield running


@pytest.fixture
def room(request: pytest.FixtureRequest, browser: Browser, post: Post) -> Iterator[Room]:
    """The three people in windows of the width that the test asks for."""
    width = getattr(request, "param", 1440)
    _, reviewer, editor, leader, *_ = post.ways_in
    hands = [hand(browser, post, way, width) for way in (editor, reviewer, leader)]
    yield Room(*hands)
    for one in hands:
        one.page.context.close()


def counter(page: Page, filled: int, blank: int, untreated: int) -> None:
    expect(page.locator(".counter")).to_have_text(f"{filled}有稿 · {blank}空栏已确认 · {untreated}未处理")


def let_pass(page: Page) -> None:
    """Every objection gets its reason."""
    for box in page.locator("input[name=why]").all():
        box.fill("已与报送单位核对，照登")


def begun(editor: Hand) -> Page:
    """A new edition with everything that was marked, and the six places that the log has nothing for."""
    page = editor.go(DESK)
    page.get_by_role("button", name="组一版").click()
    counter(page, 0, 0, 48)
    page.get_by_role("button", name="全部采入").click()
    counter(page, 42, 0, 6)
    assert set(page.locator(".todo li").all_inner_texts()) == BLANKS
    return page


def signed_and_out(room: Room) -> None:
    """From the review to the readers."""
    page = room.reviewer.go("/releases/")
    page.locator(".editions h2 a").first.click()
    assert page.locator("input[name=why]").count() == 4
    picture(page, "day-page-review")
    room.reviewer.usable()
    let_pass(page)
    page.get_by_role("button", name="审定", exact=True).click()
    expect(page.locator(".steps [aria-current]")).to_have_text("签发")
    assert "须由第二人签发" in page.locator("main").inner_text()

    signing = room.leader.go(page.url.removeprefix(room.leader.address))
    signing.get_by_role("button", name="签发", exact=True).click()
    expect(signing.locator(".steps [aria-current]")).to_have_text("已发布")

    out = room.editor.go(page.url.removeprefix(room.editor.address))
    out.get_by_role("button", name="现在发布").click()
    expect(out.locator(".timeline li")).to_have_count(4)
    picture(out, "day-page-released", top=True)
    room.editor.fits()


def on_paper(editor: Hand) -> None:
    """The edition on one sheet of A3 and as a booklet of A4: all its words, every glyph of them in the file."""
    said = editor.page.request.get(f"{editor.address}{FIRST.rstrip('/')}.json").json()
    texts = [entry["text"] for cell in said["cells"] for entry in cell["entries"]]
    assert len(texts) == 79
    for size, sheets, name in (("A3", 1, "day-page-a3"), ("A4", 2, "day-page-a4")):
        href = editor.page.locator(".foot a", has_text=f"PDF {size}").get_attribute("href")
        pdf = editor.page.request.get(editor.address + str(href)).body()
        assert len(read(pdf).pages) == sheets
        assert all(fonts(pdf).values())
        words = squeezed(flat(pdf)).replace("实", "")
        assert TYPED in words
        assert [text for text in texts if squeezed(text).replace("实", "") not in words] == []
        paper(editor.page.context, pdf, name)


def leads_to_83_posts(page: Page) -> None:
    """149,461 opens as the sum of the shifts of 83 posts."""
    page.locator("a.fig:visible", has_text="149461").first.click()
    page.wait_for_url("**/figures/**")
    words = page.locator("main").inner_text()
    assert "149,461" in words
    assert re.search(r"\b83\b", words)


@pytest.mark.parametrize("room", [1440, 390], indirect=True)
def test_an_editor_fills_the_page_a_second_person_signs_it_and_it_stays(room: Room) -> None:
    editor = room.editor
    page = begun(editor)
    page.get_by_text("其余确认为空…").click()
    assert set(page.locator(".rest li").all_inner_texts()) == BLANKS
    picture(page, "day-page-blanks")
    page.locator(".rest").get_by_role("button", name="确认为空").click()
    counter(page, 42, 6, 0)
    editor.fits()
    editor.usable()

    page.get_by_label("寅时 指挥调度：").click()
    expect(page.locator("#desk h2")).to_contain_text("寅时 指挥调度")
    editor.fits()
    editor.usable()
    page.locator("[data-box]").click(position={"x": 4, "y": 4})
    page.keyboard.press("Control+Home")
    page.keyboard.type(TYPED)
    for words, after in (("149461", None), ("149461", False), ("361122", False)):
        editor.caret(words, after=after)
        page.keyboard.type("7")
        expect(page.locator("[data-note]")).to_contain_text(REFUSED)
    expect(page.locator("[data-box]")).to_contain_text(TYPED + "交通运输安全组")
    picture(page, "day-page-refused")
    assert "7149461" not in page.locator("[data-box]").inner_text()
    page.get_by_role("button", name="保存", exact=True).and_(page.locator(":visible.is-main")).click()
    expect(page.locator(".passage.is-changed")).to_have_count(0)
    assert page.locator("textarea").input_value().startswith(TYPED)
    picture(page, "day-page-desk", "day-page-desk-phone", top=True)
    assert page.locator(".chip").count() == 4

    editor.caret("149461")
    page.keyboard.type("9")
    page.locator("[data-note] a").click()
    page.wait_for_url("**/figures/**")
    assert "149,461" in page.locator("main").inner_text()

    signed_and_out(room)
    reader = editor.go(FIRST)
    assert "第1版" in reader.locator(".edition-line").inner_text()
    assert "指挥长" in reader.locator(".edition-line").inner_text()
    if reader.viewport_size == {"width": 390, "height": 900}:
        reader.locator("summary:visible", has_text="寅").click()
    assert TYPED + "交通运输安全组" in reader.locator("main").inner_text()
    picture(reader, "day-page-edition", "day-page-phone")
    editor.fits()
    editor.usable()
    on_paper(editor)
    leads_to_83_posts(reader)
    assert "第1版" in editor.go("/days/2020-02-02/").locator(".edition-line").inner_text()
    picture(editor.go("/releases/"), "day-page-list")
    assert room.complaints == []


def test_the_whole_desk_goes_by_keys_alone(room: Room) -> None:
    """Arrows over the places, Enter, words, Ctrl+Enter, Esc, b; nothing is clicked after the page is begun."""
    page = begun(room.editor)
    page.locator("[data-cell]").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert at(page) == "寅/后勤服务"
    page.keyboard.press("b")
    counter(page, 42, 1, 5)
    for watch in "卯未酉戌亥":
        go_to(page, f"{watch}/后勤服务", "ArrowDown")
        page.keyboard.press("b")
        expect(page.locator(f'[data-place="{watch}/后勤服务"]')).to_have_class(re.compile("is-blank"))
    counter(page, 42, 6, 0)

    go_to(page, "寅/后勤服务", "ArrowUp")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#desk h2")).to_contain_text("寅时 指挥调度")
    expect(page.locator("[data-box]")).to_be_focused()
    page.keyboard.press("Control+Home")
    page.keyboard.type("b 键在文字里就是字；")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".passage.is-changed")).to_have_count(0)
    expect(page.locator("[data-box]")).to_be_focused()
    assert page.locator("textarea").input_value().startswith("b 键在文字里就是字；交通运输安全组")
    counter(page, 42, 6, 0)

    page.keyboard.press("Control+End")
    page.keyboard.type("另有17台。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#fault")).to_contain_text("没有台账里的数字支撑")
    assert "另有17台。" in page.locator("textarea").input_value()
    expect(page.locator("#fault")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator('[data-place="寅/指挥调度"]')).to_be_focused()
    assert room.complaints == []


def test_two_editors_see_each_others_words_and_lose_none(room: Room, browser: Browser, post: Post) -> None:
    page = begun(room.editor)
    page.get_by_label("亥时 一线阻击：").click()
    expect(page.locator("#desk h2")).to_contain_text("亥时 一线阻击")
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("[data-box]").click(position={"x": 4, "y": 4})
    other.keyboard.press("Control+Home")
    other.keyboard.type("先存的，")
    other.keyboard.press("Control+Enter")
    expect(other.locator(".passage.is-changed")).to_have_count(0)

    page.locator("[data-box]").click(position={"x": 4, "y": 4})
    page.keyboard.press("Control+Home")
    page.keyboard.type("后存的，")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#fault")).to_contain_text("刚改过")
    expect(page.locator("#fault")).to_be_focused()
    expect(page.locator("[data-box]")).to_contain_text("后存的，")
    expect(page.locator(".theirs")).to_contain_text("先存的，")
    page.keyboard.press("Tab")
    page.locator("[data-box]").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".theirs")).to_have_count(0)
    assert page.locator("textarea").input_value().startswith("后存的，")
    assert room.complaints == []


def go_to(page: Page, place: str, key: str) -> None:
    """By one arrow, in no more steps than there are rows."""
    for _ in WATCHES:
        if at(page) == place:
            return
        page.keyboard.press(key)
    assert at(page) == place, page.evaluate("document.activeElement.outerHTML.slice(0, 300)")


def at(page: Page) -> str:
    """Which place of the grid has the focus."""
    with suppress(AttributeError):
        return str(page.evaluate("document.activeElement.dataset.place || ''"))
    return ""
