"""What documents for Word share: named faces and sizes, small print, tables whose heading comes again on every page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from shichen.documents.packing import field
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


def styles(paper: Paper, language: str) -> None:
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


def table(made: Any, rows: Iterable[tuple[str, ...]], widths: Sequence[int] = ()) -> None:
    """The first row is the heading and comes again on every page; no row is broken by a page; without `widths` (millimetres) words have
    the widest column."""
    made.autofit = False
    across = [Mm(one) for one in widths] or [Mm(23)] * (len(made.columns) - 1)
    across = across if widths else [*across, Mm(160 - 23 * len(across))]
    for n, row in enumerate(rows):
        line = made.add_row()
        _property(line, "w:cantSplit")
        for cell, text, width in zip(line.cells, row, across, strict=True):
            cell.width = width
            small(cell.paragraphs[0], said(text), bold=n == 0)
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
    _property(made.rows[0], "w:tblHeader")
    for column, width in zip(made.columns, across, strict=True):
        column.width = width


def _property(row: Any, name: str) -> None:
    one = OxmlElement(name)
    one.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(one)


def small(line: Paragraph, text: str, *, bold: bool = False) -> None:
    run = line.add_run(text)
    run.font.size, run.bold = Pt(9), bold or None
    run.font.color.rgb = RGBColor(0x14, 0x18, 0x1D) if bold else SOFT


def said(text: str) -> str:
    """Text that XML can hold: no controls, no marks of direction."""
    return printable(text)


def page(paper: Paper, title: str, live: str) -> None:
    """A4, with the title and the number of the page at its foot; `live` is what a draft says there."""
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(25)
    line = section.footer.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    small(line, said("　".join([title, *([live] if live else [])])) + "　")
    field(line, "PAGE")
    small(line, " / ")
    field(line, "NUMPAGES")


def about(paper: Paper, language: str, at: datetime, *, status: str = "", **told: str) -> None:
    """What the file says of itself: `title`, `subject`, `author`, `category`, `comments`; the same content is the same file."""
    properties = paper.core_properties
    for name, text in told.items():
        setattr(properties, name, said(text))
    properties.last_modified_by = said(told.get("author", ""))
    properties.language, properties.revision = "zh-CN" if language == "zh" else "en-GB", 1
    moment = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = properties.last_printed = moment
    properties.content_status = said(status)
