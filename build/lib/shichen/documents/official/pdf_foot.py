"""Checks of what ends a document in a PDF: the date and who answers for it, the imprint, the page numbers."""

from __future__ import annotations

from shichen.documents.official.measured import Line, Page, Rule
from shichen.documents.official.measures import (
    BEARING,
    BOTTOM,
    CELL,
    HALF_POINT,
    LEFT,
    MIDDLE,
    RIGHT,
    SMALL,
    near,
    said,
    text_lines,
)
from shichen.documents.official.paper import Closing, Kind, OfficialPaper, written
from shichen.documents.official.pdf_lines import Pages, squeezed

NUMBER_BELOW = 7.0
SMALL_CELL = SMALL * 25.4 / 72
SPAN = 156.0


def dated(paper: OfficialPaper, pages: Pages) -> list[str]:
    if paper.closing is Closing.NONE:
        return []
    day = written(paper.dated)
    found = next(((page, line) for page in pages for line in text_lines(page) if squeezed(line.text) == day), None)
    if found is None:
        return ["没有成文日期"]
    page, line = found
    over = [one for one in text_lines(page) if one.base < line.base]
    alone = [f"第{page.number}面只有落款，没有正文"] if len(over) < 2 and page.number > 1 else []
    return alone + _placed(paper, page, line)


def _placed(paper: OfficialPaper, page: Page, line: Line) -> list[str]:
    """With a seal or a stamp the date ends four characters from the right; a long issuer pushes it further in."""
    if paper.closing is Closing.UNSEALED:
        return _unsealed(paper, page, line)
    issuer = _issuer(paper, page)
    if paper.closing is Closing.SEALED:
        if issuer is None:
            return ["落款没有发文机关"]
        if not near(_centre(issuer), _centre(line), BEARING):
            return ["发文机关署名没有以成文日期为准居中"]
        if issuer.ink.right > RIGHT - CELL / 2:
            return []
    wanted = RIGHT - 4 * CELL
    return [] if near(line.ink.right, wanted, BEARING) else [f"成文日期止于 {said(line.ink.right)}，应右空四字"]


def _unsealed(paper: OfficialPaper, page: Page, line: Line) -> list[str]:
    issuer = _issuer(paper, page)
    if issuer is None:
        return ["落款没有发文机关"]
    ends = max(issuer.ink.right, line.ink.right)
    full = issuer.ink.left < LEFT + CELL
    found = [] if full or near(ends, RIGHT - 2 * CELL, BEARING) else ["落款没有右空二字"]
    shift = line.ink.left - issuer.ink.left
    return found if near(shift, 2 * CELL, BEARING) else [*found, "成文日期没有比发文机关右移二字"]


def _issuer(paper: OfficialPaper, page: Page) -> Line | None:
    name = squeezed(paper.issuer)
    return next((line for line in reversed(text_lines(page)) if squeezed(line.text) == name), None)


def _centre(line: Line) -> float:
    return (line.ink.left + line.ink.right) / 2


def imprint(paper: OfficialPaper, pages: Pages) -> list[str]:
    if not paper.imprint:
        return []
    small = [line for line in pages[-1].lines if near(line.size, SMALL, HALF_POINT) and line.base < BOTTOM]
    if not small:
        return ["最后一面没有版记"]
    last = small[-1]
    found = [] if near(last.ink.left, LEFT + SMALL_CELL, BEARING) else ["版记没有左空一字"]
    return found + (_letter_end(last) if paper.kind is Kind.LETTER else _ruled_end(paper, pages[-1], last))


def _letter_end(last: Line) -> list[str]:
    return [] if near(last.ink.bottom, BOTTOM, 2.0) else ["抄送不在版心最下方"]


def _ruled_end(paper: OfficialPaper, page: Page, last: Line) -> list[str]:
    black = sorted((one for one in page.rules if not one.red), key=_middle)
    if not black or not near(_middle(black[-1]), BOTTOM, 0.4):
        return ["版记末条分隔线不与版心下边缘重合"]
    expected = 1 + bool(paper.imprint.copies) + bool(paper.imprint.printer)
    mine = [one for one in black[-expected:] if near(one.box.width, SPAN, 1.0)]
    found = [] if len(mine) == expected else ["版记的分隔线不与版心等宽"]
    if paper.imprint.printer and not near(last.ink.right, RIGHT - SMALL_CELL, BEARING):
        found.append("印发日期没有右空一字")
    return found


def _middle(rule: Rule) -> float:
    return (rule.box.top + rule.box.bottom) / 2


def page_numbers(paper: OfficialPaper, pages: Pages) -> list[str]:
    return [fault for page in pages for fault in _page_number(paper, page)]


def _page_number(paper: OfficialPaper, page: Page) -> list[str]:
    line = next((line for line in page.lines if line.base > BOTTOM + 4), None)
    if paper.kind is Kind.LETTER and page.number == 1:
        return [] if line is None else ["信函首页不编页码"]
    if line is None or squeezed(line.text) != f"—{page.number}—":
        return [f"第{page.number}面没有页码"]
    found = [] if near(line.size, SMALL, HALF_POINT) else [f"第{page.number}面页码不是4号字"]
    if not near(line.chars[0].ink.top, BOTTOM + NUMBER_BELOW):
        found.append(f"第{page.number}面页码的一字线在版心之下 {said(line.chars[0].ink.top - BOTTOM)}")
    right, edge = page.number % 2 == 1, line.ink.right if page.number % 2 == 1 else line.ink.left
    if not near(edge, RIGHT - CELL if right else LEFT + CELL, BEARING) or (_centre(line) > MIDDLE) != right:
        found.append(f"第{page.number}面页码不在{'右' if right else '左'}")
    return found
