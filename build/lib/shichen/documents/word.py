"""The chronicle as a document for Word, WPS and LibreOffice: headings by date, the curve as a picture and as a table."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from shichen.documents.packing import field, packed
from shichen.documents.paper import Amendment, ChronicleSheet, Passage, Run
from shichen.documents.text import printable

LATIN, SONG, HEI = "Times New Roman", "宋体", "黑体"
SOFT, SEAL = RGBColor(0x4D, 0x56, 0x61), RGBColor(0x9C, 0x2A, 0x1D)
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""Before it an archive has no dates."""
STYLES = (
    ("Normal", SONG, 10.5, False),
    ("Title", HEI, 24, False),
    ("Heading 1", HEI, 14, True),
    ("Heading 2", HEI, 12, True),
    ("Caption", HEI, 9, False),
    ("List Bullet", SONG, 10.5, False),
)


def chronicle_docx(sheet: ChronicleSheet, picture: bytes, *, at: datetime | None = None) -> bytes:
    """The document; the same sheet gives the same bytes. `picture` is the curve as PNG."""
    paper = Document()
    _properties(paper, sheet, at or EARLIEST)
    _styles(paper, sheet.language)
    _page(paper, sheet)
    _head(paper, sheet)
    _curve(paper, sheet, picture)
    for date in sheet.dates:
        paper.add_heading(_said(f"{date.long}　{date.weekday}"), level=2)
        for passage in date.passages:
            _event(paper, passage, sheet.words)
    _closing(paper, sheet)
    return packed(paper)


def _properties(paper: Paper, sheet: ChronicleSheet, at: datetime) -> None:
    about = paper.core_properties
    about.title, about.subject = _said(sheet.words["file_title"]), _said(sheet.head.subject)
    about.author = about.last_modified_by = _said(sheet.head.city)
    about.category, about.comments = _said(sheet.head.title), _said(" ".join((sheet.foot.edition, *sheet.foot.lines)))
    about.language, about.revision = "zh-CN" if sheet.language == "zh" else "en-GB", 1
    about.created = about.modified = about.last_printed = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    about.content_status = _said(sheet.words["live"]) if sheet.foot.live else ""


def _styles(paper: Paper, language: str) -> None:
    """Named faces that offices have; the same for Latin letters and for Chinese in every style that is used."""
    for name, face, size, bold in STYLES:
        style: Any = paper.styles[name]
        style.font.size, style.font.bold = Pt(size), bold
        style.font.color.rgb = RGBColor(0x14, 0x18, 0x1D)
        _fonts(style.element.get_or_add_rPr(), face, language)
    body: Any = paper.styles["Normal"]
    body.paragraph_format.space_after, body.paragraph_format.line_spacing = Pt(3), 1.25
    for name in ("Heading 1", "Heading 2"):
        heading: Any = paper.styles[name]
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(10), Pt(4)
        heading.paragraph_format.keep_with_next = True


def _fonts(properties: Any, face: str, language: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name, value in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", face), ("cs", LATIN)):
        fonts.set(qn(f"w:{name}"), value)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), "en-GB" if language == "en" else "en-US")
    lang.set(qn("w:eastAsia"), "zh-CN")
    properties.append(lang)


def _page(paper: Paper, sheet: ChronicleSheet) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(25)
    line = section.footer.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    parts = [sheet.words["file_title"], *([sheet.words["live"]] if sheet.foot.live else [])]
    _small(line, _said("　".join(parts)) + "　")
    field(line, "PAGE")
    _small(line, " / ")
    field(line, "NUMPAGES")


def _head(paper: Paper, sheet: ChronicleSheet) -> None:
    paper.add_heading(_said(sheet.head.title), level=0)
    if sheet.foot.live:
        mark = paper.add_paragraph().add_run(_said(sheet.words["live"]))
        mark.bold, mark.font.color.rgb = True, SEAL
    for text in (sheet.head.month, sheet.head.subject, *sheet.head.notes):
        _small(paper.add_paragraph(), _said(text))


def _curve(paper: Paper, sheet: ChronicleSheet, picture: bytes) -> None:
    curve = sheet.curve
    paper.add_heading(_said(curve.title), level=1)
    paper.add_paragraph(_said(curve.finding))
    shape = paper.add_picture(io.BytesIO(picture), width=Mm(160))
    shape._inline.docPr.set("descr", _said(f"{curve.title}：{curve.finding}"))
    shape._inline.docPr.set("title", _said(curve.title))
    for note in curve.notes:
        paper.add_paragraph(_said(note), style="Caption")
    for text in curve.further:
        paper.add_paragraph(_said(text), style="Caption")
    paper.add_heading(_said(sheet.head.title), level=1)


def _by_day(paper: Paper, sheet: ChronicleSheet) -> None:
    """The numbers behind the picture, at the end: whoever reads the events does not have to leaf past them."""
    curve = sheet.curve
    paper.add_heading(_said(curve.title), level=1)
    _table(paper.add_table(rows=0, cols=len(curve.heading), style="Table Grid"), (curve.heading, *curve.rows))


def _table(table: Any, rows: Iterable[tuple[str, ...]]) -> None:
    """The first row is the heading and comes again on every page; no row is broken by a page; words have the widest column."""
    table.autofit = False
    widths: list[int] = [Mm(23)] * (len(table.columns) - 1)
    widths.append(Mm(160) - sum(widths))
    for n, row in enumerate(rows):
        line = table.add_row()
        _property(line, "w:cantSplit")
        for cell, text, width in zip(line.cells, row, widths, strict=True):
            cell.width = width
            _small(cell.paragraphs[0], _said(text), bold=n == 0)
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
    _property(table.rows[0], "w:tblHeader")
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def _property(row: Any, name: str) -> None:
    one = OxmlElement(name)
    one.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(one)


def _event(paper: Paper, passage: Passage, words: dict[str, Any]) -> None:
    line = paper.add_paragraph(style="List Bullet")
    for run in passage.runs:
        _run(line, run, words)
    if passage.note:
        _small(line, _said(f" {words['open']}{passage.note}{words['close']}"))


def _run(line: Paragraph, run: Run, words: dict[str, Any]) -> None:
    """The words as text; the number of a correction raised behind the figure that it corrects."""
    said = line.add_run(_said(run.text))
    said.bold = run.strong or None
    marks = (words["computed"] if run.computed else "") + (f"{words['amended']}{run.amended}" if run.amended else "")
    if marks:
        raised = line.add_run(_said(marks))
        raised.font.superscript = True
        raised.font.color.rgb = SEAL if run.amended else SOFT
    if run.tail:
        line.add_run(_said(run.tail))


def _closing(paper: Paper, sheet: ChronicleSheet) -> None:
    if sheet.amendments:
        paper.add_heading(_said(sheet.words["amendments"]), level=1)
        for one in sheet.amendments:
            paper.add_paragraph(_said(_amended(one, sheet.words)))
    _by_day(paper, sheet)
    paper.add_heading(_said(sheet.words["rules"]), level=1)
    for text in sheet.rules:
        paper.add_paragraph(_said(text))
    for text in (sheet.foot.edition, *sheet.foot.lines):
        _small(paper.add_paragraph(), _said(text))


def _amended(one: Amendment, words: dict[str, Any]) -> str:
    number = words["amendment-no"].replace("{n}", str(one.number))
    was, now = f"{words['was']}{one.was}", f"{words['now']}{one.now}"
    return f"{number}{words['open']}{one.on}{words['close']}　{one.place}　{was}{words['comma']}{now}{words['semicolon']}{one.reason}"


def _small(line: Paragraph, text: str, *, bold: bool = False) -> None:
    run = line.add_run(text)
    run.font.size, run.bold = Pt(9), bold or None
    run.font.color.rgb = RGBColor(0x14, 0x18, 0x1D) if bold else SOFT


def _said(text: str) -> str:
    """Text that XML can hold: no controls, no marks of direction."""
    return printable(text)
