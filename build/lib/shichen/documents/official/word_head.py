"""The head of an official .docx by its form, and the title with those it is addressed to."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt

from shichen.documents.official.paper import Kind, OfficialPaper
from shichen.documents.official.word_parts import (
    HEI,
    KAI,
    PITCH,
    RED,
    SONG_TITLE,
    TITLE,
    add,
    blank,
    bordered,
)
from shichen.documents.text import width

LARGEST, NARROWEST = 46.0, 0.6
ACROSS = 154 / 25.4 * 72
DROP = {Kind.ORDER: 20.0, Kind.NOTICE: 35.0, Kind.MINUTES: 35.0}
RULE, RULE_BELOW = 8, 11
"""0.35 mm in eighths of a point; 4 mm in points."""
DOUBLE = 36


def lettering(mark: str) -> tuple[float, int]:
    """How large the mark is and how far it is narrowed, in percent, so that it fits in 156 mm."""
    natural = width(mark) * LARGEST
    size = LARGEST if natural * NARROWEST <= ACROSS else LARGEST * ACROSS / (natural * NARROWEST)
    size = int(size * 2) / 2
    return size, min(100, int(ACROSS / (width(mark) * size) * 100))


def head(document: Any, paper: OfficialPaper) -> None:
    if paper.kind is Kind.LETTER:
        _letter(document, paper)
        return
    for line in paper.classing.lines:
        _class(document, paper, line)
    _mark(document.add_paragraph(), paper, DROP[paper.kind] / 25.4 * 72 - PITCH * len(paper.classing.lines))
    blank(document, 2)
    number = _number(document, paper)
    if paper.kind is not Kind.ORDER:
        bordered(number, "bottom", "single", RULE, RULE_BELOW)
    blank(document, 2)
    _title(document, paper)


def _class(document: Any, paper: OfficialPaper, text: str) -> None:
    add(document, text, face="" if text == paper.classing.copy else HEI, align="left")


def _mark(line: Any, paper: OfficialPaper, before: float) -> None:
    """The line is as high as its characters are, so that their upper edge is where the line begins."""
    size, narrowed = lettering(paper.mark)
    add(None, paper.mark, line=line, face=SONG_TITLE, size=size, color=RED, narrowed=narrowed, align="center")
    line.paragraph_format.space_before, line.paragraph_format.line_spacing = Pt(round(before, 1)), Pt(size)


def _number(document: Any, paper: OfficialPaper) -> Any:
    if not paper.approver:
        return add(document, paper.number.text, align="center")
    line = add(document, paper.number.text, align="left", left=100)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156 - 5.57), WD_TAB_ALIGNMENT.RIGHT)
    line.add_run("\t")
    add(document, "签发人：", line=line)
    return add(document, paper.approver, line=line, face=KAI)


def _title(document: Any, paper: OfficialPaper) -> None:
    if paper.titled:
        line = add(document, align="center")
        for n, text in enumerate(paper.titled):
            if n:
                line.add_run().add_break()
            add(document, text, line=line, face=SONG_TITLE, size=TITLE)
        line.paragraph_format.line_spacing = Pt(round(PITCH * 1.2, 1))
    if paper.addressees:
        blank(document)
        add(document, paper.addressees.rstrip("：:") + "：", align="left")


def _letter(document: Any, paper: OfficialPaper) -> None:
    """Name and double rule stand in the header of the first page, which pushes the text down to under them."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header_distance = Mm(30)
    line = section.first_page_header.paragraphs[0]
    _mark(line, paper, 0)
    line.paragraph_format.left_indent, line.paragraph_format.right_indent = Mm(-8), Mm(-6)
    bordered(line, "bottom", "thickThinSmallGap", DOUBLE, RULE_BELOW)
    foot = section.first_page_footer.paragraphs[0]
    foot.paragraph_format.left_indent, foot.paragraph_format.right_indent = Mm(-8), Mm(-6)
    foot.paragraph_format.line_spacing = Pt(1)
    bordered(foot, "bottom", "thinThickSmallGap", DOUBLE, 9)
    classes = paper.classing.lines
    add(document, paper.number.text, align="right")
    for text in classes:
        _class(document, paper, text)
    blank(document, 2)
    _title(document, paper)
