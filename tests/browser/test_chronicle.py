"""Journey 13: a month's chronicle from the log, with its curve, what the checker asks, and its editions, by desk and by phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from unicodedata import normalize

import pytest
from docx import Document
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Post, demonstration
from tests.browser.hands import Hand, hand
from tests.browser.paper import paper
from tests.browser.pictures import picture
from tests.browser.test_day_page import Room
from tests.documents.made import flat, fonts, squeezed
from tests.plugins.loaded import Copied

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SPAN = "from=2020-01-21&to=2020-02-19"
PAGE, LIVE, DESK = f"/chronicle/?{SPAN}", f"/chronicle/?{SPAN}&live=1", f"/chronicle/edit/?{SPAN}"
WIDTHS = (1440, 390)
TRANSIT, VENUES, SCHOOLS = "公交停运", "娱乐场所停业", "推迟开学"


@pytest.fixture(scope="module")
def post(demonstrated: Copied) -> Iterator[Post]:
    with demonstration(demonstrated("chronicle")) as running:
        yield running


@pytest.fixture(scope="module")
def people(browser: Browser, post: Post) -> Room:
    """Editor, reviewer and who signs, each in a window of their own."""
    _duty, reviewer, editor, leader, *_ = post.ways_in
    return Room(*(hand(browser, post, way, WIDTHS[0]) for way in (editor, reviewer, leader)))


@pytest.fixture
def room(request: pytest.FixtureRequest, people: Room) -> Iterator[Room]:
    """The three in windows of the width that the test asks for; nothing complained in the end."""
    width = getattr(request, "param", WIDTHS[0])
    for one in (people.editor, people.reviewer, people.leader):
        one.page.set_viewport_size({"width": width, "height": 900})
        one.complaints.clear()
    yield people
    assert people.complaints == []


def dates(page: Page) -> list[str]:
    return [one.get_attribute("id") or "" for one in page.locator(".date").all()]


def lines(page: Page) -> int:
    return page.locator(".date .event").count()


@pytest.mark.parametrize("room", WIDTHS, indirect=True)
def test_a_month_from_the_log_has_29_dates_and_its_curve(room: Room) -> None:
    page = room.editor.go(PAGE)
    assert len(dates(page)) == 29
    assert "d0209" not in dates(page)
    assert lines(page) == 75
    assert re.search(r"第\d+版", page.locator(".edition-line").inner_text())
    drawn = page.locator(".chart svg:visible")
    words = drawn.inner_html()
    assert TRANSIT in words
    assert SCHOOLS in words
    assert "一级响应" in words
    if page.locator(".is-phone summary").is_visible():
        page.locator(".is-phone summary").click()
    assert VENUES in page.locator(".keyed:visible, .is-phone:visible").inner_text()
    assert page.locator("#curve a.fig").inner_text() == "78"
    assert "数据截至2月15日24时，2月16日发布" in page.locator("#d0216").inner_text()
    picture(page, "chronicle", "chronicle-phone", top=True)
    page.locator("#d0125").scroll_into_view_if_needed()
    picture(page, "chronicle-dates")
    room.editor.fits()
    room.editor.usable()


@pytest.mark.parametrize("room", WIDTHS, indirect=True)
def test_the_editor_sees_the_empty_day_and_what_the_checker_asks(room: Room) -> None:
    page = room.editor.go(LIVE)
    assert "未定版" in page.locator(".edition-line").inner_text()
    assert len(dates(page)) == 30
    assert "没有条目" in page.locator("#d0209.is-hollow").inner_text()
    assert page.locator(".rail a.is-hollow").get_attribute("href") == "#d0209"

    page.locator("#queries summary").click()
    asked = page.locator("#queries li")
    flows = asked.filter(has_text="有4名没有讲到")
    assert "1月25日「75名」、2月17日「2名」合计77" in flows.inner_text()
    assert flows.locator(".sides li").count() == 2
    assert "另4名何时派出没有记载" in flows.inner_text()  # why the first edition let it pass
    nought = asked.filter(has_text="为首次")
    assert "数据截至2月15日24时，2月16日发布" in nought.inner_text()
    assert "1月24日" in nought.inner_text()
    passes = asked.filter(has_text="通行证200张")
    assert passes.locator(".sides li").count() == 2
    expect(asked.filter(has_text="2月9日没有条目")).to_be_visible()
    picture(page, "chronicle-asked", of="#queries")
    room.editor.fits()
    room.editor.usable()


def test_a_rule_proposes_and_the_editor_takes_it(room: Room) -> None:
    page = room.editor.go(f"{LIVE}&proposals=1")
    offer = page.locator("#d0129 .offer")
    assert "越过10" in offer.inner_text()
    picture(page, "chronicle-proposed", of="#d0129")
    room.editor.usable()
    offer.get_by_role("button", name="收入大事记").click()
    page.wait_for_url(re.compile(r"#d0129$"))
    expect(page.locator("#d0129 .event", has_text="累计确诊13例")).to_be_visible()
    page.locator("#d0129 .event", has_text="累计确诊13例").locator("a.fig", has_text="13例").click()
    page.wait_for_url("**/figures/**")
    picture(page, "chronicle-figure")


def test_kinds_and_dates_are_asked_in_the_address(room: Room) -> None:
    page = room.editor.go(PAGE)
    page.locator(".kinds a", has_text="令").first.click()
    page.wait_for_url("**kind=order**")
    assert lines(page) == 5
    page.get_by_text("清除条件").click()
    assert lines(page) == 75
    page.locator(".keys a", has_text="第1号令和第2号令").click()
    page.wait_for_url(re.compile(r"#e-\d+$"))


def another_edition(editor: Hand, why: str) -> Page:
    """The next edition: it begins with the words of the one before."""
    page = editor.go(DESK)
    page.locator("#reason").fill(why)
    page.get_by_role("button", name="组一版").last.click()
    expect(page.locator(".counter")).to_contain_text("29有稿 · 1空栏已确认 · 0未处理")
    picture(page, "chronicle-desk", top=True)
    return page


def asked_of(room: Room) -> Page:
    """The review of the edition in hand."""
    page = room.reviewer.go("/releases/")
    page.locator(".editions h2 a").first.click()
    return page


@pytest.mark.parametrize("room", WIDTHS, indirect=True)
def test_the_next_edition_is_not_asked_what_was_let_pass_but_what_changed_is(room: Room) -> None:
    page = another_edition(room.editor, "补核各次派出人数")
    room.editor.fits()
    review = asked_of(room)
    before = review.locator("input[name=why]").count()
    assert "另4名何时派出没有记载" in review.locator(".against").inner_text()

    page.get_by_label("1月25日：").click()
    page.locator(".passage", has_text="75名").get_by_role("button", name=re.compile("撤下")).click()
    expect(page.locator(".passage", has_text="75名")).to_have_count(0)
    review = asked_of(room)
    changed = review.locator(".against li", has_text="有79名没有讲到")
    expect(changed.locator("input[name=why]")).to_be_visible()

    page.locator(".offer", has_text="75名").get_by_role("button", name=re.compile("采入")).click()
    expect(page.locator(".passage", has_text="75名")).to_have_count(1)
    review = asked_of(room)
    assert review.locator("input[name=why]").count() == before
    picture(review, "chronicle-review", of="main")
    for box in review.locator("input[name=why]").all():
        box.fill("已与报送单位核对，照登")
    room.reviewer.fits()
    room.reviewer.usable()
    review.get_by_role("button", name="审定", exact=True).click()
    expect(review.locator(".steps [aria-current]")).to_have_text("签发")

    address = review.url.removeprefix(room.reviewer.address)
    signing = room.leader.go(address)
    signing.get_by_role("button", name="签发", exact=True).click()
    out = room.editor.go(address)
    out.get_by_role("button", name="现在发布").click()
    read = room.editor.go(PAGE)
    number = re.search(r"第(\d+)版", read.locator(".edition-line").inner_text())
    assert number is not None
    assert int(number[1]) >= 2
    assert lines(read) == 75


@pytest.mark.parametrize("room", WIDTHS, indirect=True)
def test_three_formats_and_the_data_have_75_lines(room: Room) -> None:
    page = room.editor.go(PAGE)
    links = {one.inner_text(): one.get_attribute("href") or "" for one in page.locator(".foot a").all()}
    got = {name: page.request.get(room.editor.address + links[name]) for name in ("PDF", "Word", "JSON")}
    days = got["JSON"].json()["days"]
    texts = [entry["text"] for day in days for entry in day["entries"]]
    assert len(texts) == 75
    assert [day["date"] for day in days if not day["entries"]] == ["2020-02-09"]
    assert missing(texts, flat(got["PDF"].body())) == []
    assert all(fonts(got["PDF"].body()).values())
    word = Document(BytesIO(got["Word"].body()))
    lines = [line.text for line in word.paragraphs if line.style is not None and line.style.name == "List Bullet"]
    assert len(lines) == 75
    assert missing(texts, "".join(lines)) == []
    paper(page.context, got["PDF"].body(), "chronicle-pdf")


def missing(texts: list[str], said: str) -> list[str]:
    """What does not stand there, whatever is raised behind a figure."""
    found = squeezed(said).replace("实", "")
    return [text for text in texts if squeezed(text).replace("实", "") not in found]


@pytest.mark.parametrize("width", WIDTHS)
def test_in_english_and_in_the_dark_it_reads_as_well(browser: Browser, room: Room, width: int) -> None:
    signed_in = room.editor.page.context.storage_state()
    size = {"width": width, "height": 900}
    context = browser.new_context(storage_state=signed_in, viewport=size, color_scheme="dark")  # type: ignore[arg-type]
    page = context.new_page()
    one = Hand(page, room.editor.address)
    one.go(LIVE).get_by_role("button", name="English").click()
    expect(page.locator(".edition-line")).to_contain_text("Not final")
    assert page.locator(".date .event").first.get_attribute("lang") == "zh-Hans"
    assert "Late January" in page.locator(".ten h2").first.inner_text()
    picture(page, "chronicle-english")
    one.fits()
    one.usable()
    context.close()


def test_it_prints_on_one_sheet(room: Room) -> None:
    page = room.editor.go(PAGE)
    paper = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(paper.pages) == 1
    assert "2月19日" in normalize("NFKC", paper.pages[0].extract_text()).replace(" ", "")
