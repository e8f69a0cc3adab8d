"""Checks of paper, type area and lines in a PDF: each says what is against the rule, with its page."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from statistics import median

from shichen.documents.official.measured import Line, Page
from shichen.documents.official.measures import (
    BODY,
    BOTTOM,
    CELL,
    HALF_POINT,
    HEIGHT,
    LEFT,
    LINES,
    PITCH,
    RIGHT,
    SLACK,
    TOP,
    WIDTH,
    near,
    said,
    text_lines,
)
from shichen.documents.official.paper import Kind, OfficialPaper, Paragraph
from shichen.documents.text import printable

STARTS, ENDS = tuple("，。、；：！？）》”’"), tuple("（《“‘")
PITCH_SLACK = 0.12
CELL_SLACK = 0.06
ENOUGH = 20
"""Pairs of characters from which a pitch is told."""
Pages = tuple[Page, ...]


def paper_size(_paper: OfficialPaper, pages: Pages) -> list[str]:
    odd = [page for page in pages if not (near(page.width, WIDTH, 0.2) and near(page.height, HEIGHT, 0.2))]
    return [f"第{page.number}面宽 {said(page.width)}、高 {said(page.height)}" for page in odd]


def type_area(paper: OfficialPaper, pages: Pages) -> list[str]:
    return [
        f"第{page.number}面「{line.text[:8]}」出了版心"
        for page in pages
        for line in page.lines
        if not _outside_allowed(paper, page, line) and not _within(line)
    ]


def _outside_allowed(paper: OfficialPaper, page: Page, line: Line) -> bool:
    """The page number stands under the type area; the name on a letter over it."""
    numbered = line.base > BOTTOM + 4 and squeezed(line.text) == f"—{page.number}—"
    return numbered or (paper.kind is Kind.LETTER and page.number == 1 and line.chars[0].red)


def _within(line: Line) -> bool:
    box = line.ink
    wide = box.left >= LEFT - SLACK and box.right <= RIGHT + SLACK
    return wide and box.top >= TOP - SLACK and box.bottom <= BOTTOM + SLACK


def line_pitch(_paper: OfficialPaper, pages: Pages) -> list[str]:
    """No page holds more than 22 lines, and lines that follow each other are one pitch apart."""
    found = []
    for page in pages:
        lines = text_lines(page)
        if len(lines) > LINES:
            found.append(f"第{page.number}面有 {len(lines)} 行")
        steps = [(b.base - a.base, b) for a, b in pairwise(lines) if b.base - a.base < 1.6 * PITCH]
        wrong = [(step, line) for step, line in steps if not near(step, PITCH, PITCH_SLACK)]
        found += [
            f"第{page.number}面「{line.text[:8]}」与上一行相距 {said(step)}" for step, line in wrong if _plain(page)
        ]
    return found


def _plain(page: Page) -> bool:
    """Whether a page has no table: under one the lines begin where it ends."""
    return not any(not rule.red and rule.box.bottom < BOTTOM - 2 * PITCH for rule in page.rules)


def character_pitch(_paper: OfficialPaper, pages: Pages) -> list[str]:
    steps = [step for page in pages for line in text_lines(page) for step in _steps(line)]
    if len(steps) < ENOUGH or near(found := median(steps), CELL, CELL_SLACK):
        return []
    return [f"字距 {found:.2f} 毫米，一行是 {(RIGHT - LEFT) / found:.1f} 字"]


def _steps(line: Line) -> list[float]:
    pairs = ((a, b) for a, b in pairwise(line.chars) if _square(a.text) and _square(b.text))
    return [b.start - a.start for a, b in pairs if near(a.size, BODY, HALF_POINT)]


def _square(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def marks(_paper: OfficialPaper, pages: Pages) -> list[str]:
    lines = [(page.number, line.text) for page in pages for line in text_lines(page)]
    first = [f"第{n}面有一行以「{text[0]}」开头" for n, text in lines if text.startswith(STARTS)]
    return first + [f"第{n}面有一行以「{text[-1]}」结尾" for n, text in lines if text.endswith(ENDS)]


def complete(paper: OfficialPaper, pages: Pages) -> list[str]:
    """Every paragraph that was written is found in the print, from its first character to its last."""
    printed = squeezed("".join(line.text for page in pages for line in page.lines if line.base < BOTTOM + 4))
    wanted = [one for one in paper.body if isinstance(one, Paragraph)]
    wanted += [block for one in paper.attachments for block in one.body if isinstance(block, Paragraph)]
    return [
        f"「{one.text[:12] or one.head[:12]}…」没有印全"
        for one in wanted
        if squeezed(printable(one.head + one.text)) not in printed
    ]


def squeezed(text: str) -> str:
    """Without spaces, and the same character however it is coded."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def first_page(paper: OfficialPaper, pages: Pages) -> list[str]:
    block = paper.body[0]
    words = block.head + block.text if isinstance(block, Paragraph) else "".join(block.rows[0])
    there = squeezed("".join(line.text for line in pages[0].lines))
    return [] if squeezed(printable(words))[:4] in there else ["首页没有正文"]


def embedded(_paper: OfficialPaper, pages: Pages) -> list[str]:
    loose = {char.font for page in pages for char in page.chars if not char.embedded}
    return [f"字体 {name} 没有嵌入" for name in sorted(loose)]
