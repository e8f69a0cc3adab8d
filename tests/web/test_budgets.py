"""What pages weigh: the style sheets of each page, classes that nothing wears, a board's first view over the wire."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.board.conftest import afternoon as afternoon
from tests.board.conftest import signed_in
from tests.board.conftest import snapshots as snapshots
from tests.board.conftest import standing_clock as standing_clock
from tests.conftest import Cast

PACKAGE = Path(__file__).parents[2] / "src" / "shichen"
SHEETS = sorted(PACKAGE.rglob("*.css"))
TEMPLATES = sorted(PACKAGE.rglob("*.html"))
CODE = [path.read_text(encoding="utf-8") for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.js"), *TEMPLATES]]
KB = 1024
# Raw bytes; why these and not 16 KB for the whole house, see docs/decisions/0017.
SHELL, PAGE, PRESS, WHOLE = 17 * KB, 28 * KB, 36 * KB, 90 * KB
OF_THE_PRESS = {"chronicle.html", "day.html", "desk.html"}  # pages set like a newspaper, and the desk that makes them
BOARD, WALL = 22 * KB, 28 * KB
PAPER = 2 * KB  # a sheet that a browser fetches after the page stands
FIRST_VIEW = 30 * KB


def linked(template: Path) -> list[Path]:
    """The style sheets that a page of this template loads to be seen, the shell's first; those for paper wait."""
    text = template.read_text(encoding="utf-8")
    names = re.findall(r"""static '([\w./-]+\.css)' %\}"(?! media="print")""", text)
    if '{% extends "web/base.html" %}' in text:
        names.insert(0, "web/shichen.css")
    return [Path(found) for name in dict.fromkeys(names) if (found := finders.find(name))]


def weight(template: Path) -> int:
    return sum(sheet.stat().st_size for sheet in linked(template))


def test_the_shells_own_sheet_is_small() -> None:
    assert (PACKAGE / "web/static/web/shichen.css").stat().st_size <= SHELL


@pytest.mark.parametrize("template", [one for one in TEMPLATES if linked(one)], ids=lambda one: one.name)
def test_no_page_loads_more_style_than_its_budget(template: Path) -> None:
    assert weight(template) <= (PRESS if template.name in OF_THE_PRESS else PAGE)


def test_the_board_is_light_and_the_wall_hardly_heavier() -> None:
    folder = PACKAGE / "board/templates/board"
    assert weight(folder / "board.html") <= BOARD
    assert weight(folder / "wall.html") <= WALL


def test_what_is_for_paper_alone_is_small() -> None:
    named = re.findall(r"""static '([\w./-]+\.css)' %\}" media="print\"""", "".join(CODE))
    assert named == ["board/paper.css"]
    assert all((PACKAGE / "board/static" / name).stat().st_size <= PAPER for name in named)


def test_the_whole_house_has_a_limit() -> None:
    assert sum(sheet.stat().st_size for sheet in SHEETS) <= WHOLE


WORDS = {word for text in CODE for word in re.findall(r"[A-Za-z][\w-]*", text)}
SAID = {word for text in CODE for word in re.findall(r'"([a-z_]+)"', text)}
FAMILIES = {family for text in CODE for family in re.findall(r"(?<![\w{])([a-z]+-?)\{[{%]?", text)}


def worn(name: str) -> bool:
    """Whether a template or code writes this class: whole, or as a family (is-, k) with one of its members."""
    if name in WORDS:
        return True
    family, member = re.fullmatch(r"([a-z]+-?)(.*)", name).groups()  # type: ignore[union-attr]
    if "-" in name:
        family, member = f"{name.split('-', 1)[0]}-", name.split("-", 1)[1]
    return family in FAMILIES and (member in SAID or member.isdecimal())


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda one: one.name)
def test_every_class_of_a_sheet_is_worn(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S)
    selectors = " ".join(selector for selector, _body in re.findall(r"([^{}]+)\{([^{}]*)\}", text))
    idle = sorted({name for name in re.findall(r"\.([A-Za-z][\w-]*)", selectors) if not worn(name)})
    assert idle == []


@pytest.mark.parametrize("address", ["/", "/?wall=1"])
def test_a_boards_first_view_is_light_over_the_wire(afternoon: Cast, address: str) -> None:
    """The page with every sheet and script it loads, as a browser asks for them."""
    answer = signed_in(afternoon.office).get(address, headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    assets = re.findall(r'(?:href|src)="/static/([\w./-]+)"', page)
    assert len(assets) >= 4
    total = len(answer.content)
    for name in assets:
        found = finders.find(name)
        assert found, name
        total += len(gzip.compress(Path(found).read_bytes(), 6))
    assert total <= FIRST_VIEW
