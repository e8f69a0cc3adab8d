"""The demonstration in print: one sheet of A3 with all that the day says, a chronicle of 75 events for paper and for Word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.documents.made import flat, fonts, millimetres, read, squeezed

pytestmark = pytest.mark.slow
MARK = "实"  # stands raised behind computed figures; taken out on both sides
FOOT = 28.0  # points over the edge of the paper that the foot line takes at most
LINE_STARTS = tuple("，。、；：！？）》”’…")
LINE_ENDS = tuple("（《“‘")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prints")


def printed(post: Any, folder: Path, *arguments: str) -> Path:
    path = folder / "-".join(arguments).replace("/", "-")
    post.shichen(*arguments, "--output", str(path))
    return path


@pytest.fixture(scope="module")
def a3(post: Any, folder: Path) -> bytes:
    return printed(post, folder, "day", "2020-02-02", "--format", "pdf").read_bytes()


@pytest.fixture(scope="module")
def a4(post: Any, folder: Path) -> bytes:
    return printed(post, folder, "day", "2020-02-02", "--format", "pdf", "--size", "a4").read_bytes()


@pytest.fixture(scope="module")
def paper(post: Any, folder: Path) -> bytes:
    return printed(post, folder, "chronicle", "2020-01-21", "2020-02-19", "--format", "pdf").read_bytes()


@pytest.fixture(scope="module")
def word(post: Any, folder: Path) -> Any:
    return docx.Document(str(printed(post, folder, "chronicle", "2020-01-21", "2020-02-19", "--format", "docx")))


def unmarked(text: str) -> str:
    return squeezed(text).replace(MARK, "")


def entries(page: dict[str, Any]) -> list[str]:
    places = page["cells"] if "cells" in page else page["days"]
    return [entry["text"] for place in places for entry in place["entries"]]


def lost(texts: list[str], pdf: bytes) -> list[str]:
    found = unmarked(flat(pdf))
    return [text for text in texts if unmarked(text) not in found]


def test_the_day_is_one_sheet_of_a3_and_its_booklet_a4(a3: bytes, a4: bytes) -> None:
    assert (len(read(a3).pages), millimetres(a3)) == (1, {(420, 297)})
    assert len(read(a4).pages) == 2
    assert millimetres(a4) == {(210, 297)}


def test_all_79_entries_stand_on_both(a3: bytes, a4: bytes, day: dict[str, Any]) -> None:
    assert len(entries(day)) == 79
    assert lost(entries(day), a3) == []
    assert lost(entries(day), a4) == []


def test_the_six_blank_cells_are_printed_as_blank(a3: bytes) -> None:
    lines = [line.strip() for page in read(a3).pages for line in page.extract_text().splitlines()]
    assert sum(line.split().count("空") for line in lines) == 6


def test_what_stands_around_the_cells(a3: bytes) -> None:
    text = flat(a3)
    for part in ("我们的十二时辰", "2020年2月2日", "星期日", "庚子年正月初九", "2月1日23时—2月2日23时", "未定版"):
        assert part in text
    for part in ("“全天”数按自然日0—24时计", "42栏有稿·6栏空", "策划领导小组办公室", "制图由记录生成", "链头"):
        assert part in text


def test_every_figure_of_the_chronicle_and_every_event_is_on_paper(paper: bytes, chronicle: dict[str, Any]) -> None:
    assert len(entries(chronicle)) == 75
    assert lost(entries(chronicle), paper) == []
    text = flat(paper)
    assert "数据截至2月15日24时，2月16日发布" in text
    assert "凡例" in text
    assert "一级响应" in text
    assert 2 <= len(read(paper).pages) <= 4


@pytest.mark.parametrize("name", ["a3", "a4", "paper"])
def test_fonts_are_in_the_file_and_no_line_begins_or_ends_wrongly(name: str, request: pytest.FixtureRequest) -> None:
    pdf = request.getfixturevalue(name)
    assert all(fonts(pdf).values())
    assert "\ufffd" not in flat(pdf)
    lines = [line.strip() for page in read(pdf).pages for line in page.extract_text().splitlines()]
    assert [line for line in lines if line.startswith(LINE_STARTS)] == []
    assert [line for line in lines if line.endswith(LINE_ENDS)] == []
    assert [line for line in lines if re.fullmatch(r"\w[。；]", line)] == []  # one character has no line of its own


def test_the_first_sheet_of_the_booklet_is_full(a4: bytes) -> None:
    """Its last watch ends a few millimetres above the foot, not where the next one did not fit any more."""
    heights: list[float] = []

    def note(text: str, sheet: list[float], at: list[float], _font: object, _size: float) -> None:
        if text.strip():
            heights.append(at[5] * sheet[3] + sheet[5])

    read(a4).pages[0].extract_text(visitor_text=note)
    assert FOOT < min(height for height in heights if height > FOOT) < FOOT + 36


def test_the_same_records_give_the_same_file(post: Any, folder: Path, a3: bytes) -> None:
    kept = post.home / "snapshots" / "printed"
    for path in kept.glob("*.pdf"):
        path.unlink()
    assert printed(post, folder, "day", "2020-02-02", "--format", "pdf", "--size", "a3").read_bytes() == a3


def test_word_holds_75_events_on_29_dates(word: Any, chronicle: dict[str, Any]) -> None:
    dates = [line.text for line in word.paragraphs if line.style.name == "Heading 2"]
    events = [line.text for line in word.paragraphs if line.style.name == "List Bullet"]
    assert (len(dates), len(events)) == (29, 75)
    assert dates[0] == "1月21日　星期二"
    assert not any(date.startswith("2月9日") for date in dates)
    assert [
        text for text, said in zip(entries(chronicle), events, strict=True) if unmarked(text) not in unmarked(said)
    ] == []
    (curve,) = word.tables
    assert len(curve.rows) == 31
    assert len(word.inline_shapes) == 1
    assert "合计78例" in word.inline_shapes[0]._inline.docPr.get("descr")
