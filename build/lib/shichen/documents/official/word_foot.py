"""What ends an official .docx: attachments named, who answers for it, the imprint at the foot, page numbers by side."""

from __future__ import annotations

from copy import deepcopy
from math import ceil
from typing import Any

from docx.oxml.ns import qn
from docx.shared import Pt, Twips

from shichen.documents.official.paper import Closing, Kind, OfficialPaper, written
from shichen.documents.official.word_parts import GREY, HEI, KAI, SMALL, SONG, add, blank, element
from shichen.documents.packing import field
from shichen.documents.text import width

TYPE_AREA = 8844
"""Its width in twentieths of a point: 156 mm."""
EDGE = 1588
"""From the paper's edge to the type area, in the same measure: 28 mm."""
THICK, THIN = "8", "6"
FULL = 28.0


def page_numbers(document: Any, paper: OfficialPaper) -> None:
    """— 1 — at the right of odd pages, at the left of even ones, one character in."""
    section = document.sections[0]
    for footer, align, left, right in ((section.footer, "right", 0, 100), (section.even_page_footer, "left", 100, 0)):
        line = footer.paragraphs[0]
        add(None, "— ", line=line, face=SONG, size=SMALL, align=align, left=left, right=right)
        field(line, "PAGE")
        _dressed(line)
        add(None, " —", line=line, face=SONG, size=SMALL)
        line.paragraph_format.line_spacing = Pt(SMALL)


def _dressed(line: Any) -> None:
    """The number in the look of the dash before it."""
    inner = line._p.find(qn("w:fldSimple")).find(qn("w:r"))
    inner.insert(0, deepcopy(line.runs[0]._r.rPr))


def closing(document: Any, paper: OfficialPaper) -> None:
    _announced(document, paper)
    if paper.closing is Closing.SEALED:
        _sealed(document, paper)
    elif paper.closing is Closing.UNSEALED:
        _unsealed(document, paper)
    elif paper.closing is Closing.SIGNED:
        _signed(document, paper)
    if paper.remark:
        add(document, f"（{paper.remark.strip('（）()')}）", first=200)
    if paper.attendance:
        blank(document)
    for one in paper.attendance:
        label = f"{one.label}："
        line = add(document, label, face=HEI, left=200 + 100 * len(label), hanging=100 * len(label))
        add(document, one.people, line=line)


def _announced(document: Any, paper: OfficialPaper) -> None:
    """附件说明: where a name runs on, it goes on under its own beginning."""
    if paper.attachments:
        blank(document)
    for n, one in enumerate(paper.attachments, 1):
        mark = f"{n}." if len(paper.attachments) > 1 else ""
        lead = ("附件：" if n == 1 else "　　　") + mark
        chars = 300 + (75 if mark else 0)
        add(document, lead + one.name, left=200 + chars, hanging=chars)


def _seal(document: Any, text: str) -> None:
    """Where a seal or a stamp goes is said in small grey words; none is drawn."""
    add(document, text, size=8, color=GREY, align="right", right=500)


def _sealed(document: Any, paper: OfficialPaper) -> None:
    day = written(paper.dated)
    over = (width(paper.issuer) - width(day)) / 2
    from_right = max(4.0, over)
    blank(document)
    _seal(document, "（此处加盖印章）")
    add(document, paper.issuer, align="right", right=round((from_right - over) * 100))
    add(document, day, align="right", right=round(from_right * 100))


def _unsealed(document: Any, paper: OfficialPaper) -> None:
    """The date begins two characters right of where the issuer begins."""
    day = written(paper.dated)
    issuer, date = width(paper.issuer), width(day)
    date_longer = date + 2 > issuer
    issuer_right = 4 + date - issuer if date_longer else max(min(2.0, FULL - issuer), 0)
    blank(document)
    add(document, paper.issuer, align="right", right=round(issuer_right * 100))
    add(document, day, align="right", right=200 if date_longer else round((issuer_right + issuer - 2 - date) * 100))


def _signed(document: Any, paper: OfficialPaper) -> None:
    blank(document)
    _seal(document, "（签名章处）")
    line = add(document, f"{paper.signer[0]}　　", align="right", right=400)
    add(document, paper.signer[1], line=line, face=KAI)
    blank(document)
    add(document, written(paper.dated), align="right", right=400)


def imprint(document: Any, paper: OfficialPaper) -> None:
    """版记: a table that floats at the foot of the last page's type area; a letter's has no rules."""
    said = paper.imprint
    if not said:
        return
    table = document.add_table(rows=0, cols=2)
    dated = f"{written(said.printed)}印发" if said.printed else ""
    if said.copies:
        cell = table.add_row().cells
        _cell(cell[0].merge(cell[1]), f"抄送：{said.copies.rstrip('。.')}。", "left", left=400, hanging=300, right=100)
    if said.printer and dated:
        cell = table.add_row().cells
        _cell(cell[0], said.printer, "left", left=100)
        _cell(cell[1], dated, "right", right=100)
    # each with its inset and some air; what is left over goes to the date, which an office may set wider by its own face
    printer, date = (ceil((width(one) + 2) * SMALL * 20) for one in (said.printer, dated))
    wide = max(date, TYPE_AREA - printer)
    for column, one in zip(table.columns, (TYPE_AREA - wide, wide), strict=True):
        column.width = Twips(one)
    _floating(table, ruled=paper.kind is not Kind.LETTER)
    last = document.add_paragraph()
    last.paragraph_format.line_spacing = Pt(1)


def _cell(cell: Any, text: str, align: str, *, left: int = 0, right: int = 0, hanging: int = 0) -> None:
    line = add(None, text, line=cell.paragraphs[0], size=SMALL, align=align, left=left, right=right, hanging=hanging)
    line.paragraph_format.line_spacing = Pt(22)


def _floating(table: Any, *, ruled: bool) -> None:
    """Across it is placed by the paper's edge: LibreOffice lets no table float that fills the type area it is placed by."""
    properties = table._tbl.tblPr
    for old in list(properties):
        properties.remove(old)
    place = {"vertAnchor": "margin", "horzAnchor": "page", "tblpX": str(EDGE), "tblpYSpec": "bottom"}
    properties.append(element("w:tblpPr", leftFromText="0", rightFromText="0", **place))
    properties.append(element("w:tblW", w=str(TYPE_AREA), type="dxa"))
    if ruled:
        borders = element("w:tblBorders")
        for side, size in (("top", THICK), ("bottom", THICK), ("insideH", THIN)):
            borders.append(element(f"w:{side}", val="single", sz=size, space="0", color="000000"))
        properties.append(borders)
    properties.append(element("w:tblLayout", type="fixed"))
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w="0", type="dxa"))
    properties.append(margins)
